//! Calls a second that are rung and durably recorded.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Service, Sipp, wait_for};

/// Calls a second.
const RATES: [u32; 3] = [500, 2000, 4000];
/// How long each rate is kept up.
const SECONDS: u32 = 10;
/// How long a call rings, in milliseconds.
const RING_MS: u32 = 500;
/// How long the last records may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Prints one row a rate.
pub fn measure() {
    println!(
        "\nCalls rung and recorded: sipp INVITE, 180, {RING_MS} ms, CANCEL, 487; {SECONDS} s a rate"
    );
    println!(
        "{:>8} {:>8} {:>7} {:>7} {:>7} {:>9} {:>8} {:>7} {:>8}",
        "calls/s", "calls", "done/s", "failed", "resent", "recorded", "missing", "ended", "RSS MiB"
    );
    for rate in RATES {
        let service = Service::start_with(
            &["--log", "warn"],
            "[limits]\nsip_invites_per_second_per_source = 0\n",
        );
        service.post("ContainmentLine", &json!({"着信TEL": "0731235678"}));
        service.post(
            "SIP-ServerConnection",
            &json!({
                "接続名": "sipp", "SIPサーバーアドレス": "127.0.0.1", "登録しない": "True",
            }),
        );
        row(&service, rate);
    }
}

fn row(service: &Service, rate: u32) {
    let calls = rate * SECONDS;
    let run = Sipp {
        scenario: "uac_cancel.xml",
        to: service.sip(),
        user: "7",
        caller: "0355501234",
        called: "0731235678",
        calls,
        rate,
        ring_ms: RING_MS,
    };
    let start = Instant::now();
    let mut process = run.start();
    process.wait(Duration::from_secs(120));
    let seconds = start.elapsed().as_secs_f64() - f64::from(RING_MS) / 1000.0;
    let screen = process.output();
    let done = last_number(&screen, "Successful call");
    let resent = retransmissions(&screen);
    let (recorded, ended) = settled(service, calls);
    println!(
        "{rate:>8} {calls:>8} {:>7.0} {:>7} {resent:>7} {recorded:>9} {:>8} {ended:>7} {:>8}",
        f64::from(done) / seconds,
        calls - done,
        i64::from(calls) - recorded,
        rss_mib(service.pid())
    );
}

/// Records, and how many of them ended, once both numbers stand still.
fn settled(service: &Service, wanted: u32) -> (i64, i64) {
    let mut last = (-1, -1);
    wait_for("the records", LIMIT, || {
        let rows = service.get("ReceivedCall-Record/0/False/0/Null");
        let rows = rows.as_array().unwrap();
        let ended = rows.iter().filter(|row| row["状態"] != "呼出中").count();
        let now = (i64::try_from(rows.len()).unwrap(), i64::try_from(ended).unwrap());
        let stands = now == last || now.1 == i64::from(wanted);
        last = now;
        stands.then_some(now)
    })
}

/// The cumulative number of the last line with this label on sipp's statistics screen.
fn last_number(screen: &str, label: &str) -> u32 {
    let line = screen.lines().rfind(|line| line.contains(label)).unwrap_or("");
    line.split('|').nth(2).and_then(|cell| cell.trim().parse().ok()).unwrap_or(0)
}

/// Messages that sipp sent again: the third column of its scenario screen.
fn retransmissions(screen: &str) -> u64 {
    let last = screen.rfind("Messages  Retrans").map_or("", |at| &screen[at..]);
    let sent = last.lines().filter(|line| line.contains("---------->"));
    let again = |line: &str| {
        line.split("---------->").nth(1)?.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    sent.filter_map(again).sum()
}

/// Resident memory of a process.
pub fn rss_mib(pid: u32) -> u64 {
    rss_kib(pid) / 1024
}

/// The same to the KiB.
pub fn rss_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("");
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0)
}
