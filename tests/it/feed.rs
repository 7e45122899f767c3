//! The event feed: order, replay, and who is connected (events.md).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::harness::{Caller, Feed, Invite, Received, Service, wait_for, wait_until};
use crate::office::{self, CUSTOMER, LINE};

/// Rings and gives up.
fn call(caller: &Caller) -> Invite {
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    caller.hang_up(&invite, None);
    invite
}

/// What happened to which call, of ringing and ended events.
fn story(events: &[Received]) -> Vec<(String, String)> {
    let told = events.iter().filter(|event| ["ringing", "ended"].contains(&event.name.as_str()));
    let id = |event: &Received| event.data["着信記録"]["ID"].as_str().unwrap().to_owned();
    told.map(|event| (event.name.clone(), id(event))).collect()
}

/// Reads until the call with this ID ended.
#[track_caller]
fn until_end_of(feed: &Feed, id: &str) -> Vec<Received> {
    let mut events = Vec::new();
    wait_for("the end of the call", crate::harness::SOON, || {
        events.extend(feed.next_within(Duration::from_millis(100)));
        let last: &Received = events.last()?;
        (last.name == "ended" && last.data["着信記録"]["ID"] == id).then_some(())
    });
    events
}

#[test]
fn missed_events_are_replayed_in_order_also_over_a_restart() {
    let mut service = office::open();
    let caller = Caller::new(service.sip());
    let feed = service.feed(None);
    call(&caller);
    let seen = until_end_of(&feed, "1");
    let last = seen.last().unwrap().id.clone();
    drop(feed);
    let missed = call(&caller);
    office::call_in_state(&service, &missed.call_id, "不在");
    service.stop();
    service.restart();
    let feed = service.feed(Some(&last));
    call(&caller);
    let replayed = until_end_of(&feed, "3");
    let expected = [("ringing", "2"), ("ended", "2"), ("ringing", "3"), ("ended", "3")];
    let expected: Vec<_> = expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    assert_eq!(story(&replayed), expected);
    let ids: Vec<u64> = replayed.iter().map(|event| event.id.parse().unwrap()).collect();
    assert!(ids[0] > last.parse().unwrap() && ids.is_sorted(), "{ids:?} after {last}");
}

#[test]
fn an_id_of_another_database_means_resync() {
    let service = office::open();
    let feed = service.feed(Some("999999999"));
    assert_eq!(feed.next().name, "resync");
}

#[test]
fn every_client_gets_every_event_and_is_listed() {
    let service = office::open();
    let feeds = ["受付PC-1", "b"].map(|name| Feed::open(service.http(), &encoded(name), None));
    wait_until("both to be listed", crate::harness::SOON, || {
        service.get("ConnectedClient").as_array().unwrap().len() == 2
    });
    let clients = service.get("ConnectedClient");
    assert_eq!(clients[0]["クライアント名"], "受付PC-1");
    assert_eq!(clients[0]["接続方式"], "SSE");
    assert_eq!(clients[0]["IPアドレス"], "127.0.0.1");
    call(&Caller::new(service.sip()));
    let [first, second] = feeds.each_ref().map(|feed| story(&until_end_of(feed, "1")));
    assert_eq!(first, second);
    drop(feeds);
    wait_until("both to be gone", Duration::from_secs(25), || {
        service.get("ConnectedClient") == serde_json::json!([])
    });
}

fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn an_edit_of_a_record_is_told() {
    let service = office::open();
    call(&Caller::new(service.sip()));
    let feed = service.feed(None);
    service.put("ReceivedCall-Record", "1", &serde_json::json!({"メモ": "折返し"}));
    let updated = feed.next_named("updated");
    assert_eq!(updated.data["種別"], "更新");
    assert_eq!(updated.data["着信記録"]["メモ"], "折返し");
}

#[test]
fn pages_to_open_come_at_the_moment_of_their_row() {
    let service = office::open();
    for timing in ["着信時", "不在時", "終了時", "応答時"] {
        let url = format!("https://crm.example.com/{{{{相手TEL}}}}?{timing}");
        let row = serde_json::json!({
            "名称": timing, "URL": url, "動作": "クライアントで開く", "タイミング": timing,
        });
        service.post("IncomingCall-URL", &row);
    }
    let feed = service.feed(None);
    let caller = Caller::new(service.sip());
    call(&caller);
    let mut events = until_end_of(&feed, "1");
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    caller.hang_up(&invite, Some("Reason: SIP;cause=200"));
    events.extend(until_end_of(&feed, "2"));
    let opened: Vec<String> = events
        .iter()
        .filter(|event| event.name == "ringing" || event.name == "ended")
        .map(|event| event.data["開くURL"].to_string())
        .collect();
    for (told, expected) in opened.iter().zip(["着信時", "不在時 終了時", "着信時", "終了時"])
    {
        let urls: Vec<String> = expected
            .split(' ')
            .map(|timing| format!("\"https://crm.example.com/{CUSTOMER}?{timing}\""))
            .collect();
        assert_eq!(*told, format!("[{}]", urls.join(",")));
    }
    assert_eq!(opened.len(), 4);
}

#[test]
fn head_tells_the_headers_and_opens_no_feed() {
    let service = Service::start();
    let mut connection = TcpStream::connect(service.http()).unwrap();
    connection.set_read_timeout(Some(crate::harness::SOON)).unwrap();
    let feed =
        "HEAD /CTI_SmartConnectService/Events?name=probe HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let next = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    connection.write_all(format!("{feed}{next}").as_bytes()).unwrap();
    let mut answers = String::new();
    connection.read_to_string(&mut answers).expect("the connection goes on behind a HEAD");
    assert!(answers.contains("text/event-stream") && answers.contains("正常終了"), "{answers}");
    assert_eq!(service.get("ConnectedClient"), serde_json::json!([]));
}
