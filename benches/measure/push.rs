//! Ten thousand screens: how long an event needs to reach all of them, and what each costs.
//!
//! The screens are sockets of one thread, as the service's are of one worker: what they need to read
//! is part of the time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::rest::median;
use super::rung::rss_kib;
use crate::harness::{Caller, Invite, Service};
use crate::office::{CUSTOMER, LINE};

/// Screens at once, and calls that each of them sees.
const MANY: (usize, usize) = (10_000, 20);
/// A usual office.
const USUAL: (usize, usize) = (100, 500);
/// Calls a second then.
const RATE: u32 = 50;
/// Screens that connect at the same time.
const CONNECTING: usize = 100;
/// How long an event may take to be seen by everybody.
const LIMIT: Duration = Duration::from_secs(30);
/// What a screen reads of one event.
const RINGING: &[u8] = b"event: ringing\n";
/// The end of an event.
const END: &[u8] = b"\n\n";

/// Prints both tables.
pub fn measure() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    many();
    usual();
}

/// An office with a way in for calls.
pub fn service() -> Service {
    let settings = "[limits]\nsip_invites_per_second_per_source = 0\n";
    let service = Service::start_with(&["--log", "warn"], settings);
    service.post("ContainmentLine", &json!({"着信TEL": LINE}));
    service.post("CustomerAddress", &json!({"氏名": "例", "電話番号1": CUSTOMER}));
    service.post(
        "SIP-ServerConnection",
        &json!({
            "接続名": "bench", "SIPサーバーアドレス": "127.0.0.1", "登録しない": "True",
        }),
    );
    let warm = Caller::new(service.sip());
    warm.ring(&Invite::new(CUSTOMER, LINE));
    service
}

/// One call after the other, each when everybody has seen the one before.
fn many() {
    let (clients, calls) = MANY;
    let service = service();
    let before = rss_kib(service.pid());
    let began = Instant::now();
    let crowd = Crowd::gather(&service, clients);
    let connected = began.elapsed();
    let caller = Caller::new(service.sip());
    let mut taken: Vec<[f64; 3]> = Vec::new();
    for call in 1..=calls {
        let sent = Instant::now();
        caller.ring(&Invite::new(CUSTOMER, LINE));
        crowd.wait_for(call * clients);
        let seen = crowd.seen(call - 1);
        let (first, last) = (seen[0], seen[clients - 1]);
        let middle = seen[clients / 2];
        taken.push([last - first, middle - sent, last - sent].map(ms));
    }
    #[allow(clippy::cast_precision_loss)]
    let each = (rss_kib(service.pid()).saturating_sub(before)) as f64 / clients as f64;
    println!("\n{clients} clients of the event feed, {calls} calls, in milliseconds");
    println!(
        "connected in {:.1} s ({:.0} a second); {each:.1} KiB resident for each, {} MiB in all",
        connected.as_secs_f64(),
        f64::from(u32::try_from(clients).unwrap()) / connected.as_secs_f64(),
        rss_kib(service.pid()) / 1024
    );
    println!("{:>26} {:>8} {:>8} {:>8}", "", "p50", "p95", "max");
    for (name, at) in
        [("first to last client", 0), ("INVITE to half of them", 1), ("INVITE to the last", 2)]
    {
        let mut column: Vec<f64> = taken.iter().map(|row| row[at]).collect();
        column.sort_by(f64::total_cmp);
        let max = *column.last().unwrap();
        let p95 = column[column.len() * 95 / 100];
        println!("{name:>26} {:>8.1} {p95:>8.1} {max:>8.1}", median(column));
    }
}

/// Calls at a rate; each screen counts.
fn usual() {
    let (clients, calls) = USUAL;
    let service = service();
    let crowd = Crowd::gather(&service, clients);
    let caller = Caller::new(service.sip());
    let (mut sent, mut next) = (Vec::with_capacity(calls), Instant::now());
    for _ in 0..calls {
        while caller.receive(next.saturating_duration_since(Instant::now())).is_some() {}
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        let message = Invite::new(CUSTOMER, LINE).message("INVITE", caller.local(), "");
        sent.push(Instant::now());
        caller.send(&message);
        next += Duration::from_secs(1) / RATE;
    }
    crowd.wait_for(calls * clients);
    let took = |(call, at): (usize, &Instant)| {
        crowd.seen(call).into_iter().map(|seen| ms(seen - *at)).collect::<Vec<f64>>()
    };
    let mut taken: Vec<f64> = sent.iter().enumerate().flat_map(took).collect();
    taken.sort_by(f64::total_cmp);
    let at = |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)];
    println!(
        "\nINVITE to event, {clients} clients, {RATE} calls/s, {calls} calls, in milliseconds"
    );
    println!("{:>8} {:>8} {:>8} {:>8} {:>8}", "events", "p50", "p95", "p99", "max");
    println!("{:>8} {:>8.2} {:>8.2} {:>8.2} {:>8.2}", taken.len(), at(50), at(95), at(99), at(100));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Screens, all on one thread.
pub struct Crowd {
    seen: Arc<Seen>,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Default)]
struct Seen {
    count: AtomicUsize,
    /// By call, in the order in which the screens saw it.
    at: Mutex<Vec<Vec<Instant>>>,
}

impl Crowd {
    /// Connects; every screen has read its greeting then.
    pub fn gather(service: &Service, clients: usize) -> Self {
        // One worker thread drives all sockets; this one only waits.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let seen = Arc::new(Seen::default());
        let to = service.http();
        for part in (0..clients).collect::<Vec<_>>().chunks(CONNECTING) {
            let streams = part.iter().map(|number| runtime.spawn(open(to, *number)));
            let streams: Vec<TcpStream> = runtime
                .block_on(futures_util::future::join_all(streams))
                .into_iter()
                .map(Result::unwrap)
                .collect();
            for stream in streams {
                runtime.spawn(watch(stream, Arc::clone(&seen)));
            }
        }
        Self { seen, _runtime: runtime }
    }

    /// Waits until so many events were seen.
    fn wait_for(&self, events: usize) {
        let began = Instant::now();
        while self.seen.count.load(Ordering::Acquire) < events {
            let seen = self.seen.count.load(Ordering::Acquire);
            assert!(began.elapsed() < LIMIT, "only {seen} of {events} events came");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// When the screens saw a call (from 0), the first one first.
    fn seen(&self, call: usize) -> Vec<Instant> {
        let mut at = self.seen.at.lock().unwrap()[call].clone();
        at.sort();
        at
    }
}

/// A feed that has begun.
async fn open(to: std::net::SocketAddr, number: usize) -> TcpStream {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let path = format!("/CTI_SmartConnectService/Events?name=PC-{number}");
    let head = format!("GET {path} HTTP/1.1\r\nHost: {to}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut text, mut chunk) = (Vec::new(), [0_u8; 1024]);
    while !holds(&text, b"retry:") {
        let read = stream.read(&mut chunk).await.unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&chunk[..read]);
    }
    stream
}

/// Notes when each ringing call was read to its end.
async fn watch(mut stream: TcpStream, seen: Arc<Seen>) {
    let (mut text, mut chunk, mut calls) = (Vec::new(), vec![0_u8; 4096], 0);
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(read) => text.extend_from_slice(&chunk[..read]),
        }
        while let Some(end) = text.windows(END.len()).position(|two| two == END) {
            let event: Vec<u8> = text.drain(..end + END.len()).collect();
            if holds(&event, RINGING) {
                let now = Instant::now();
                let mut at = seen.at.lock().unwrap();
                if at.len() <= calls {
                    at.resize(calls + 1, Vec::new());
                }
                at[calls].push(now);
                drop(at);
                calls += 1;
                seen.count.fetch_add(1, Ordering::Release);
            }
        }
    }
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
