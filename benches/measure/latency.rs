//! From the INVITE on the wire to the event at a client.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Caller, Invite, Service};

/// Calls a second.
const RATE: u32 = 50;
/// How long.
const SECONDS: u32 = 20;

/// Prints one row.
pub fn measure() {
    let service = Service::start_with(&["--log", "warn"], "");
    service.post("ContainmentLine", &json!({"着信TEL": "0731235678"}));
    service.post("CustomerAddress", &json!({"氏名": "例", "電話番号1": "0355501234"}));
    service.post(
        "SIP-ServerConnection",
        &json!({
            "接続名": "bench", "SIPサーバーアドレス": "127.0.0.1", "登録しない": "True",
        }),
    );
    let caller = Caller::new(service.sip());
    let warm = Invite::new("0355501234", "0731235678");
    caller.ring(&warm);
    let feed = service.feed(None);
    let sent = call(&caller);
    let mut taken: Vec<f64> = Vec::new();
    while let Some(event) = feed.next_within(Duration::from_secs(1)) {
        let call_id = event.data["着信記録"]["SIPコールID"].as_str().unwrap_or("");
        if event.name == "ringing"
            && let Some(at) = sent.get(call_id)
        {
            taken.push((event.at - *at).as_secs_f64() * 1000.0);
        }
    }
    taken.sort_by(f64::total_cmp);
    let at = |share: usize| taken.get((taken.len() * share / 100).min(taken.len() - 1)).unwrap();
    println!("\nINVITE to event, {RATE} calls/s for {SECONDS} s, in milliseconds");
    println!("{:>8} {:>8} {:>8} {:>8} {:>8}", "calls", "events", "p50", "p99", "max");
    println!(
        "{:>8} {:>8} {:>8.2} {:>8.2} {:>8.2}",
        sent.len(),
        taken.len(),
        at(50),
        at(99),
        at(100)
    );
}

/// Calls at the rate; answers when each INVITE was sent, by Call-ID.
fn call(caller: &Caller) -> BTreeMap<String, Instant> {
    let mut sent = BTreeMap::new();
    let mut next = Instant::now();
    for _ in 0..RATE * SECONDS {
        while caller.receive(next.saturating_duration_since(Instant::now())).is_some() {}
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        let invite = Invite::new("0355501234", "0731235678");
        let message = invite.message("INVITE", caller.local(), "");
        sent.insert(invite.call_id, Instant::now());
        caller.send(&message);
        next += Duration::from_secs(1) / RATE;
    }
    sent
}
