//! kill -9 at any moment loses nothing that was acknowledged (sip.md 9).

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::deliveries::{add_chat, verify, written_key};
use crate::harness::{BASE, Invite, Outcome, Receiver, Request, Service, http, wait_for};
use crate::office::{self, LINE};

/// How often the suite kills the service; `benches/run kills` does it a hundred times.
#[cfg(test)]
const KILLS: u32 = 12;
/// Time between two calls: 50 a second.
const BETWEEN_CALLS: Duration = Duration::from_millis(20);
/// A later 180 may be the one that does not wait for the commit (sip.md 4).
const COMMITTED_WITHIN: Duration = Duration::from_millis(400);
/// How long calls that a kill left ringing may take to be settled.
const LEFT_LIMIT: Duration = Duration::from_secs(30);
/// How long the deliveries may take after the last start.
const DELIVERED_WITHIN: Duration = Duration::from_secs(60);

/// Rings 50 times a second until told to stop; answers the Call-IDs whose 180 came in time.
fn ring(to: SocketAddr, stop: &Arc<AtomicBool>) -> JoinHandle<Vec<String>> {
    let stop = Arc::clone(stop);
    std::thread::spawn(move || {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let local = socket.local_addr().unwrap();
        let (mut sent, mut rung) = (BTreeMap::new(), Vec::new());
        let (mut buffer, mut next) = ([0; 4096], Instant::now());
        while !stop.load(Ordering::Relaxed) {
            if Instant::now() >= next {
                let invite = Invite::new("0355501234", LINE);
                let _ = socket.send_to(&invite.message("INVITE", local, ""), to);
                sent.insert(invite.call_id, Instant::now());
                next += BETWEEN_CALLS;
            }
            let pause = next.saturating_duration_since(Instant::now());
            socket.set_read_timeout(Some(pause.max(Duration::from_millis(1)))).unwrap();
            let Ok((read, _)) = socket.recv_from(&mut buffer) else { continue };
            let answer = String::from_utf8_lossy(&buffer[..read]);
            let call_id = answer.lines().find_map(|line| line.strip_prefix("Call-ID: "));
            let call_id = call_id.unwrap_or_default().trim().to_owned();
            let at = sent.get(&call_id).map(Instant::elapsed);
            if answer.starts_with("SIP/2.0 180") && at.is_some_and(|at| at < COMMITTED_WITHIN) {
                sent.remove(&call_id);
                rung.push(call_id);
            }
        }
        rung
    })
}

/// Adds customers until told to stop; answers the names that were acknowledged.
fn post(to: SocketAddr, round: u32, stop: &Arc<AtomicBool>) -> JoinHandle<Vec<String>> {
    let stop = Arc::clone(stop);
    std::thread::spawn(move || {
        let mut acknowledged = Vec::new();
        for number in 0.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let name = format!("顧客 {round}-{number}");
            let body = json!({"氏名": name}).to_string();
            let path = format!("{BASE}/CustomerAddress");
            let answer = http::request(to, "POST", &path, &[], body.as_bytes());
            if answer.is_ok_and(|answer| answer.status == 200) {
                acknowledged.push(name);
            }
        }
        acknowledged
    })
}

/// A Rocket.Chat server that keeps its messages by id.
fn rocket_server() -> Receiver {
    let kept = Mutex::new(BTreeSet::new());
    Receiver::serving([], move |request| {
        let say = |body: serde_json::Value| Outcome::Ok(body.to_string());
        let path = request.path.trim_start_matches("/api/v1/");
        if let Some(id) = path.strip_prefix("chat.getMessage?msgId=") {
            if kept.lock().unwrap().contains(id) {
                return say(json!({"message": {"_id": id}, "success": true}));
            }
            return Outcome::Status(400, String::new(), r#"{"success":false}"#.to_owned());
        }
        match path {
            "login" => say(json!({"data": {"userId": "u1", "authToken": "token-0001"}})),
            "rooms.get" => say(json!({"update": [{"_id": "r1", "name": "営業"}], "success": true})),
            _ => {
                let id = request.json()["message"]["_id"].clone();
                kept.lock().unwrap().insert(id.as_str().unwrap().to_owned());
                say(json!({"message": {"_id": id}, "success": true}))
            }
        }
    })
}

/// Calls by their record's ID, each with the ids under which its message came.
type Told = BTreeMap<String, BTreeSet<String>>;

/// Record and id of a message, where the request is one.
type Read = fn(&Request) -> Option<(String, String)>;

fn read_webhook(request: &Request) -> Option<(String, String)> {
    let record = request.json()["data"]["着信記録"]["ID"].as_str()?.to_owned();
    Some((record, request.header("webhook-id").to_owned()))
}

fn read_url(request: &Request) -> Option<(String, String)> {
    let record = request.path.strip_prefix("/crm?call=")?.to_owned();
    Some((record, request.header("idempotency-key").to_owned()))
}

fn read_rocket(request: &Request) -> Option<(String, String)> {
    if !request.path.ends_with("chat.sendMessage") {
        return None;
    }
    let message = &request.json()["message"];
    let record = message["msg"].as_str()?.strip_prefix("call ")?.to_owned();
    Some((record, message["_id"].as_str()?.to_owned()))
}

/// Adds the three targets.
fn add_targets(service: &Service, hook: &Receiver, url: &Receiver, rocket: &Receiver) {
    add_chat(service, "Webhook", &hook.url("/in"), &json!({"トークン": written_key()}));
    let crm = json!({"名称": "crm", "URL": url.url("/crm?call={{着信記録ID}}")});
    service.post("IncomingCall-URL", &crm);
    let text = json!({"名称": "番号", "本文": "call {{着信記録ID}}"});
    let message = service.post("MessDef-Chat", &text);
    let further = json!({"ユーザーID": "cti", "パスワード": "himitsu-password", "宛先": "営業",
        "毎分上限": "6000", "メッセージ定義ID": message});
    add_chat(service, "Rocket.Chat", &rocket.url(""), &further);
}

/// Kills the service this often while 50 calls a second ring, and looks for what was lost.
pub fn survive(kills: u32) {
    let (hook, url, rocket) = (Receiver::start([]), Receiver::start([]), rocket_server());
    let mut service = Service::start();
    office::furnish(&service);
    add_targets(&service, &hook, &url, &rocket);
    let (mut rung, mut posted) = (Vec::new(), Vec::new());
    for round in 0..kills {
        let stop = Arc::new(AtomicBool::new(false));
        let caller = ring(service.sip(), &stop);
        let poster = post(service.http(), round, &stop);
        // a different moment in every round
        std::thread::sleep(Duration::from_millis(400 + u64::from(round * 37 % 300)));
        service.kill();
        stop.store(true, Ordering::Relaxed);
        rung.extend(caller.join().unwrap());
        posted.extend(poster.join().unwrap());
        service.restart();
    }
    println!("{} calls rung, {} customers acknowledged", rung.len(), posted.len());
    let enough = 5 * usize::try_from(kills).unwrap();
    assert!(rung.len() > enough && posted.len() > enough, "too little was tried to show anything");
    check_customers(&service, &posted);
    let records = check_calls(&service, &rung);
    for (receiver, read) in
        [(&hook, read_webhook as Read), (&url, read_url), (&rocket, read_rocket)]
    {
        check_deliveries(receiver, read, &records);
    }
    hook.requests().iter().for_each(verify);
}

#[test]
fn kills_lose_nothing() {
    survive(KILLS);
}

fn check_customers(service: &Service, posted: &[String]) {
    let rows = service.get("CustomerAddress");
    let kept: BTreeSet<&str> =
        rows.as_array().unwrap().iter().map(|row| row["氏名"].as_str().unwrap()).collect();
    let lost: Vec<_> = posted.iter().filter(|name| !kept.contains(name.as_str())).collect();
    assert!(lost.is_empty(), "acknowledged, and lost: {lost:?}");
}

/// Every call that rang has one record; answers the IDs of all records.
fn check_calls(service: &Service, rung: &[String]) -> BTreeSet<String> {
    // The service answers before it has settled them all.
    let rows = wait_for("the restart to settle what it left ringing", LEFT_LIMIT, || {
        let rows = office::calls(service);
        rows.iter().all(|row| row["状態"] != "呼出中").then_some(rows)
    });
    let mut records: BTreeMap<&str, u32> = BTreeMap::new();
    for row in &rows {
        *records.entry(row["SIPコールID"].as_str().unwrap()).or_default() += 1;
    }
    let lost: Vec<_> = rung.iter().filter(|id| !records.contains_key(id.as_str())).collect();
    assert!(lost.is_empty(), "rung, and lost: {lost:?}");
    let twice: Vec<_> = records.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "recorded twice: {twice:?}");
    rows.iter().map(|row| row["ID"].as_str().unwrap().to_owned()).collect()
}

/// Every record reached the receiver, and repeats carry the same id.
fn check_deliveries(receiver: &Receiver, read: Read, records: &BTreeSet<String>) {
    let told = wait_for("every call at the receiver", DELIVERED_WITHIN, || {
        let mut told = Told::new();
        for (record, id) in receiver.requests().iter().filter_map(read) {
            told.entry(record).or_default().insert(id);
        }
        records.iter().all(|record| told.contains_key(record)).then_some(told)
    });
    let changed: Vec<_> = told.iter().filter(|(_, ids)| ids.len() > 1).collect();
    assert!(changed.is_empty(), "repeated with another id: {changed:?}");
    println!("{} requests for {} calls", receiver.requests().len(), records.len());
}
