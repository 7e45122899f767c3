//! Deliveries: how many a second leave durably, how soon after the commit the first byte comes, and
//! what a neighbour in trouble changes of that.
//!
//! Store and worker are the service's own, on a runtime like its own; the receiver answers 200 from
//! a thread of its own on the same machine.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use smartconnect::clock::Clock;
use smartconnect::notify::{Occasion, Options, Site, Worker, WorkerHandle, plan, values};
use smartconnect::resource::catalog::{CALL, CHAT_TARGET, URL_CALL};
use smartconnect::resource::words::{call_state, timing};
use smartconnect::resource::{Record, Resource, Value, Verb, from_texts};
use smartconnect::store::{Actor, Authority, Composed, Facts, Rung, Store};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::rest::median;
use crate::harness::place::Folder;

/// Rows that the deliveries go to: more than the worker has in flight, at most six for each.
const TARGETS: usize = 8;
/// Calls of one run, each told to every target.
const CALLS: usize = 5120;
/// Calls that are written together.
const AT_ONCE: usize = 64;
/// Who calls.
const NUMBER: &str = "0355501234";
/// Calls a second when times are taken.
const RATE: u32 = 50;
/// Targets then.
const TIMED_TARGETS: usize = 5;
/// How long.
const SECONDS: u32 = 20;
/// How long beside each neighbour, and how many rounds, everybody in turn; the median counts.
const NEIGHBOUR_SECONDS: u32 = 6;
const NEIGHBOUR_ROUNDS: usize = 5;
/// Where a call's number stands in what is sent.
const MARK: &str = "call=";

/// What a receiver does with its requests, and the answer where it gives one.
const NEIGHBOURS: [(&str, Option<&[u8]>); 4] = [
    ("answers", Some(OK)),
    ("hangs", None),
    ("fails", Some(b"HTTP/1.1 500 Error\r\ncontent-length: 0\r\n\r\n")),
    ("throttles", Some(b"HTTP/1.1 429 Slow\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n")),
];
const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Prints the tables.
pub fn measure() {
    println!("\nDeliveries, durable, 32 in flight, {TARGETS} targets, {CALLS} calls");
    println!("{:>10} {:>12} {:>10} {:>12}", "target", "deliveries", "seconds", "a second");
    rate("URL", |receiver, number| {
        let url = format!("{receiver}/{number}?{MARK}{{{{着信記録ID}}}}");
        (&URL_CALL, vec![("name", format!("crm {number}")), ("url", url)])
    });
    rate("Webhook", |receiver, number| {
        let url = format!("{receiver}/{number}");
        let kind = ("kind", "Webhook".to_owned());
        (&CHAT_TARGET, vec![("name", format!("hook {number}")), kind, ("url", url)])
    });
    latency();
    neighbours();
}

type Row = (&'static Resource, Vec<(&'static str, String)>);

fn rate(name: &str, row: impl Fn(&str, usize) -> Row) {
    let office = Office::open();
    for number in 0..TARGETS {
        office.add(row(&office.receiver.address, number));
    }
    for _ in 0..CALLS / AT_ONCE {
        let rings = (0..AT_ONCE).map(|_| office.ring());
        office.runtime.block_on(futures_util::future::join_all(rings));
    }
    let all = CALLS * TARGETS;
    assert_eq!(office.store.open_deliveries().unwrap(), i64::try_from(all).unwrap());
    let began = Instant::now();
    let worker = office.work();
    while office.receiver.count() < all {
        std::thread::sleep(Duration::from_millis(2));
    }
    while office.store.open_deliveries().unwrap() > 0 {
        std::thread::sleep(Duration::from_millis(2));
    }
    let seconds = began.elapsed().as_secs_f64();
    #[allow(clippy::cast_precision_loss)]
    let a_second = all as f64 / seconds;
    println!("{name:>10} {all:>12} {seconds:>10.2} {a_second:>12.0}");
    office.runtime.block_on(worker.stop());
}

/// From the commit of a call to the first byte of each of its requests.
fn latency() {
    let taken = timed(TIMED_TARGETS, SECONDS, None);
    println!("\nCommit to first byte, {RATE} calls/s, {TIMED_TARGETS} targets, {SECONDS} s, in ms");
    println!("{:>10} {:>8} {:>8} {:>8}", "requests", "p50", "p99", "max");
    let [p50, p99, max] = [50, 99, 100].map(|share| percentile(&taken, share));
    println!("{:>10} {p50:>8.2} {p99:>8.2} {max:>8.2}", taken.len());
}

/// The same of four targets beside a fifth.
fn neighbours() {
    println!(
        "\nThe same beside a fifth target, {NEIGHBOUR_ROUNDS} rounds of {NEIGHBOUR_SECONDS} s"
    );
    println!("{:>10} {:>8} {:>8} {:>10}", "the fifth", "p50", "p99", "p99 by ok");
    let mut tails = vec![(Vec::new(), Vec::new()); NEIGHBOURS.len()];
    for _ in 0..NEIGHBOUR_ROUNDS {
        for ((_, answer), (middles, tails)) in NEIGHBOURS.iter().zip(&mut tails) {
            let neighbour = Receiver::start(*answer);
            let taken = timed(TIMED_TARGETS - 1, NEIGHBOUR_SECONDS, Some(&neighbour.address));
            middles.push(percentile(&taken, 50));
            tails.push(percentile(&taken, 99));
        }
    }
    let mut beside_ok = None;
    for ((name, _), (middles, tails)) in NEIGHBOURS.iter().zip(tails) {
        let (p50, p99) = (median(middles), median(tails));
        let ratio = p99 / *beside_ok.get_or_insert(p99);
        println!("{name:>10} {p50:>8.2} {p99:>8.2} {ratio:>10.2}");
    }
}

fn percentile(sorted: &[Duration], share: usize) -> f64 {
    sorted[(sorted.len() * share / 100).min(sorted.len() - 1)].as_secs_f64() * 1000.0
}

/// How long the first byte took at this many targets beside a neighbour, in order.
fn timed(targets: usize, seconds: u32, neighbour: Option<&str>) -> Vec<Duration> {
    let office = Office::open();
    let addresses = std::iter::repeat_n(office.receiver.address.as_str(), targets).chain(neighbour);
    for (number, address) in addresses.enumerate() {
        let url = format!("{address}/{number}?{MARK}{{{{着信記録ID}}}}");
        office.add((&URL_CALL, vec![("name", format!("crm {number}")), ("url", url)]));
    }
    let worker = office.work();
    let mut committed: HashMap<String, Instant> = HashMap::new();
    let mut next = Instant::now();
    for _ in 0..RATE * seconds {
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        next += Duration::from_secs(1) / RATE;
        let rung = office.runtime.block_on(office.ring());
        committed.insert(rung.call_id.to_string(), Instant::now());
        worker.wake();
    }
    let all = committed.len() * targets;
    while office.receiver.count() < all {
        std::thread::sleep(Duration::from_millis(2));
    }
    let took = |(call, at): &(String, Instant)| at.saturating_duration_since(committed[call]);
    let mut taken: Vec<Duration> = office.receiver.seen().iter().map(took).collect();
    taken.sort();
    office.runtime.block_on(worker.stop());
    taken
}

/// A store, a runtime as the service has it, and somebody who is told.
struct Office {
    runtime: tokio::runtime::Runtime,
    store: Store,
    receiver: Receiver,
    _folder: Folder,
}

impl Office {
    fn open() -> Self {
        let folder = Folder::new();
        let store = Store::open(folder.path(), Clock::system(), 4).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        Self { runtime, store, receiver: Receiver::start(Some(OK)), _folder: folder }
    }

    fn add(&self, (resource, cells): Row) {
        let named = cells.iter().map(|(column, text)| {
            (resource.fields[resource.index(column).unwrap()].name, text.as_str())
        });
        let draft = from_texts(resource, named, Verb::Post).unwrap();
        let actor =
            Actor { user: "bench".into(), ip: "127.0.0.1".into(), authority: Authority::Granted };
        self.runtime.block_on(self.store.insert(draft, actor)).unwrap();
    }

    /// A call, with a delivery to every target.
    async fn ring(&self) -> Rung {
        self.store.ring(NUMBER.to_owned(), Box::new(compose)).await.unwrap()
    }

    fn work(&self) -> WorkerHandle {
        let _inside = self.runtime.enter();
        Worker::start(self.store.clone(), Clock::system(), Options::default()).unwrap()
    }
}

fn compose(facts: &Facts<'_>) -> Composed {
    let mut call = Record::empty(&CALL);
    for (column, text) in [
        ("caller_number", NUMBER),
        ("presentation", "通知"),
        ("line_name", "本店"),
        ("state", call_state::RINGING),
    ] {
        call.set(column, Value::Text(text.to_owned()));
    }
    call.set("received_at", Value::Int(facts.now));
    let site = Site::default();
    let occasion = Occasion {
        call: &call,
        line: None,
        rule: None,
        timing: timing::RINGING,
        facts,
        site: &site,
        wording: None,
    };
    let deliveries = plan(&occasion, &values(&occasion));
    Composed { deliveries, record: Some(call), ..Composed::default() }
}

/// Answers everything alike, or nothing, and notes when the first byte of each request came.
struct Receiver {
    address: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    count: AtomicUsize,
    /// Number of the call, where the address names one.
    requests: Mutex<Vec<(String, Instant)>>,
}

impl Receiver {
    fn start(answer: Option<&'static [u8]>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, Arc::clone(&shared), answer));
                }
            });
        });
        Self { address, seen }
    }

    fn count(&self) -> usize {
        self.seen.count.load(Ordering::Relaxed)
    }

    fn seen(&self) -> Vec<(String, Instant)> {
        self.seen.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Seen>, answer: Option<&'static [u8]>) {
    let _ = stream.set_nodelay(true);
    let (mut request, mut chunk) = (Vec::new(), [0_u8; 16 * 1024]);
    let mut began = None;
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend_from_slice(&chunk[..read]),
        }
        let at = *began.get_or_insert_with(Instant::now);
        if !is_whole(&request) {
            continue;
        }
        let line = String::from_utf8_lossy(request.split(|byte| *byte == b'\r').next().unwrap());
        if let Some((_, call)) = line.split_once(MARK) {
            let call = call.split(' ').next().unwrap_or_default().to_owned();
            seen.requests.lock().unwrap().push((call, at));
        }
        request.clear();
        began = None;
        seen.count.fetch_add(1, Ordering::Relaxed);
        if let Some(answer) = answer
            && stream.write_all(answer).await.is_err()
        {
            return;
        }
    }
}

/// Whether head and body are there.
fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.split("content-length:").nth(1);
    let length = length.and_then(|rest| rest.split("\r\n").next()?.trim().parse().ok());
    request.len() >= end + 4 + length.unwrap_or(0)
}
