//! The call history of ten million calls: the seed's search inside the store, and the whole list
//! over the wire.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use smartconnect::clock::Clock;
use smartconnect::store::{CallQuery, Store};

use crate::harness::Service;
use crate::rung::rss_mib;

const CUSTOMERS: i64 = 1_000_000;
const CALLS: i64 = 10_000_000;
/// What TOP may be (0 is the whole list).
const TOPS: [usize; 3] = [1, 10, 100];
/// Most numbers of a search (seed).
const NUMBERS_MAX: usize = 6;
/// Searches of each kind.
const RUNS: usize = 300;
/// The number of customer 0 of `demo`.
const FIRST_NUMBER: i64 = 9_000_000_000;

/// Fills a database and prints the tables.
pub fn measure() {
    let mut service = Service::start_with(&["--log", "warn"], "");
    service.stop();
    let began = Instant::now();
    let (customers, calls) = (CUSTOMERS.to_string(), CALLS.to_string());
    let status = Command::new(env!("CARGO_BIN_EXE_smartconnect"))
        .args(["demo", "--customers", &customers, "--calls", &calls, "--data-dir"])
        .arg(service.data_dir())
        .stderr(Stdio::null())
        .status();
    assert!(status.unwrap().success());
    let seconds = began.elapsed().as_secs_f64();
    println!("\nCall history: {CALLS} calls of {CUSTOMERS} customers, filled in {seconds:.0} s");
    let store = Store::open(&service.data_dir(), Clock::system(), 2).unwrap();
    searches(&store);
    drop(store);
    let began = Instant::now();
    service.restart();
    println!("ready after {:.0} ms", began.elapsed().as_secs_f64() * 1000.0);
    std::thread::sleep(Duration::from_secs(2));
    println!("idle: {} MiB resident", rss_mib(service.pid()));
    stream(&service);
}

/// One line a kind of search: the fastest, the usual and the slowest hundredth.
fn searches(store: &Store) {
    println!("{:>4} {:>5} {:>5} {:>8} {:>8} {:>8} ms", "TOP", "order", "K_ID", "p50", "p99", "max");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut worst: f64 = 0.0;
    for top in TOPS {
        for descending in [true, false] {
            for of_customer in [false, true] {
                let mut all = Vec::new();
                for numbers in 0..=NUMBERS_MAX {
                    // The first time round brings the pages into memory.
                    for warm in [false, true] {
                        let taken = run(store, &runtime, top, descending, of_customer, numbers);
                        if warm {
                            worst = worst.max(part(&taken, 99));
                            all.extend(taken);
                        }
                    }
                }
                all.sort_by(f64::total_cmp);
                println!(
                    "{top:>4} {:>5} {:>5} {:>8.3} {:>8.3} {:>8.3}   0 to {NUMBERS_MAX} numbers",
                    if descending { "desc" } else { "asc" },
                    if of_customer { "one" } else { "0" },
                    part(&all, 50),
                    part(&all, 99),
                    part(&all, 100),
                );
            }
        }
    }
    println!("slowest p99 of all {} kinds: {worst:.3} ms", TOPS.len() * 4 * (NUMBERS_MAX + 1));
}

/// Searches of one kind, sorted by time; the same ones each time.
fn run(
    store: &Store,
    runtime: &tokio::runtime::Runtime,
    top: usize,
    descending: bool,
    of_customer: bool,
    numbers: usize,
) -> Vec<f64> {
    let mut seed = 1_u64;
    let mut customer = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Every other one is among the first, who call most.
        let most = if seed >> 63 == 0 { CUSTOMERS } else { 100 };
        1 + i64::try_from(seed >> 33).unwrap() % most
    };
    let mut taken: Vec<f64> = (0..RUNS)
        .map(|_| {
            let first = customer();
            let others = std::iter::repeat_with(&mut customer);
            let mut keys: Vec<i64> = std::iter::once(first).chain(others.take(5)).collect();
            keys.truncate(numbers);
            keys.sort_unstable();
            keys.dedup();
            let query = CallQuery {
                descending,
                customer_id: if of_customer { first } else { 0 },
                numbers: keys.iter().map(|key| format!("0{}", FIRST_NUMBER + key)).collect(),
                lines: Vec::new(),
            };
            let began = Instant::now();
            let page = runtime.block_on(store.calls_json(&query, 0, top)).unwrap();
            let seconds = began.elapsed().as_secs_f64();
            assert!(numbers > 0 || of_customer || page.rows == top);
            seconds * 1000.0
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken
}

/// The value below which so many of a hundred are.
fn part(sorted: &[f64], of_hundred: usize) -> f64 {
    sorted[(sorted.len() * of_hundred / 100).min(sorted.len() - 1)]
}

/// TOP=0 to a reader that is as fast as it can.
fn stream(service: &Service) {
    let mut connection = TcpStream::connect(service.http()).unwrap();
    let path = format!("{}/ReceivedCall-Record/0/True/0/Null", crate::harness::BASE);
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let (mut block, mut bytes, mut most) = (vec![0; 1 << 20], 0_usize, 0);
    let began = Instant::now();
    let mut looked = began;
    loop {
        let length = connection.read(&mut block).unwrap();
        if length == 0 {
            break;
        }
        bytes += length;
        if looked.elapsed() > Duration::from_millis(100) {
            most = most.max(rss_mib(service.pid()));
            looked = Instant::now();
        }
    }
    println!(
        "TOP=0: {} MiB in {:.0} s, at most {most} MiB resident",
        bytes >> 20,
        began.elapsed().as_secs_f64()
    );
}
