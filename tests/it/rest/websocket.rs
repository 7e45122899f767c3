//! The original's WebSocket: commands, events, silence, and who may (events.md).

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use smartconnect::clock::Clock;
use smartconnect::push::{EventKind, Pushed};

use super::Api;
use super::rights::{basic, token, with_administrator};
use super::sign_in::log_in;
use crate::harness::{Frame, SOON, WebSocket, wait_until};

const PATH: &str = "/CTI_SmartConnectService/WebSocket/";
const EVIL: (&str, &str) = ("Origin", "https://evil.example.com");

fn open(api: &Api) -> WebSocket {
    WebSocket::open(api.to, PATH, &[]).unwrap()
}

fn ok() -> serde_json::Value {
    json!({"result": "True", "msg": "正常終了"})
}

#[test]
fn a_registered_client_is_listed_and_gets_the_envelopes() {
    let api = Api::start();
    let mut client = open(&api);
    assert_eq!(client.ask("Regist('受付PC-1')"), ok());
    let row = &api.get("ConnectedClient")[0];
    assert_eq!(
        (&row["クライアント名"], &row["接続方式"]),
        (&json!("受付PC-1"), &json!("WebSocket"))
    );
    assert_eq!(row["IPアドレス"], "127.0.0.1");
    api.post("CustomerAddress", &json!({"氏名": "花子"}));
    let event = client.next_text();
    assert_eq!((&event["種別"], &event["顧客"][0]["氏名"]), (&json!("更新"), &json!("花子")));
    assert_eq!(client.ask("KeepAlive('受付PC-1')"), ok());
    assert_eq!(client.ask("Regist('受付PC-2')"), ok(), "a client may change its name");
    assert_eq!(api.get("ConnectedClient")[0]["クライアント名"], "受付PC-2");
    assert_eq!(api.hub.count(), 1);
    assert_eq!(client.ask("UnRegist('受付PC-2')"), ok());
    assert_eq!(api.get("ConnectedClient"), json!([]));
    api.post("CustomerAddress", &json!({"氏名": "もう"}));
    assert_eq!(client.ask("Regist('a')"), ok(), "nothing was pushed in between");
    client.send(8, true, &1000_u16.to_be_bytes());
    assert_eq!(client.next(), Frame::Close(1000, String::new()));
    wait_until("the client to be gone", SOON, || api.hub.count() == 0);
}

#[test]
fn what_is_no_command_is_answered_and_ends_nothing() {
    let api = Api::start();
    let mut client = open(&api);
    for text in ["", "Hello", "Regist()", "Regist('')", "KeepAlive('a')", "UnRegist('a')", "{}"] {
        let answer = client.ask(text);
        assert_eq!(answer["result"], "False", "{text}");
        assert!(answer["msg"].as_str().unwrap().contains("Regist('名前')"), "{answer}");
    }
    assert_eq!(client.ask("Regist('a')"), ok());
    assert_eq!(client.ask("KeepAlive('b')")["result"], "False");
    client.send(2, true, b"Regist('a')");
    assert_eq!(client.next_text()["result"], "False");
    let long = format!("Regist('{}", "x".repeat(200_000));
    assert_eq!(client.ask(&long)["result"], "False");
    client.send(1, false, b"Keep");
    client.send(9, true, b"in between");
    client.send(0, true, b"Alive('a')");
    assert_eq!(client.next(), Frame::Pong(b"in between".to_vec()));
    assert_eq!(client.next_text(), ok(), "also in parts");
}

#[test]
fn messages_are_bounded() {
    let api = Api::start();
    let mut client = open(&api);
    client.send(1, true, &vec![b'x'; 1_100_000]);
    assert_eq!(client.next(), Frame::Close(1009, String::new()));
    let mut client = open(&api);
    client.send(1, true, b"\xff\xfe");
    assert_eq!(client.next(), Frame::Close(1007, String::new()));
}

#[test]
fn a_plain_request_is_told_what_the_address_is() {
    let api = Api::start();
    let text = super::api::refusal(api.raw("GET", PATH, &[], b""), 400);
    assert!(text.contains("WebSocket"), "{text}");
    assert_eq!(api.raw("POST", PATH, &[], b"").status, 405);
    assert!(WebSocket::open(api.to, "/cti_smartconnectservice/websocket", &[]).is_ok());
}

/// A proxy that adds `Upgrade` to everything it passes on gets lists that it can read.
#[test]
fn an_offer_to_upgrade_at_another_address_is_passed_over() {
    let api = Api::start();
    api.post("CustomerAddress", &json!({"氏名": "花子"}));
    let list = format!("{}/CustomerAddress", crate::harness::BASE);
    let offer = [("Upgrade", "websocket")];
    let answer = api.raw("GET", &list, &offer, b"");
    assert_eq!((answer.status, answer.json()[0]["氏名"].as_str()), (200, Some("花子")));
    assert_eq!(answer.header("transfer-encoding"), None);
}

#[test]
fn it_is_open_to_whom_the_feed_is_open() {
    let api = Api::start();
    let own = format!("http://{}", api.to);
    let status = |path: &str, headers: &[(&str, &str)]| {
        WebSocket::open(api.to, path, headers).map_or_else(|status| status, |_| 101)
    };
    assert_eq!(status(PATH, &[("Origin", &own)]), 101, "set-up");
    assert_eq!(status(PATH, &[EVIL]), 403);
    assert_eq!(status(PATH, &[("Sec-Fetch-Site", "cross-site")]), 403);
    assert_eq!(status(PATH, &[("Host", "evil.example.com")]), 400, "two hosts are no request");
    let pass = with_administrator(&api);
    let bearer = token(&api, &pass, "参照のみ");
    let cookie = log_in(&api, "admin", "correct-horse");
    let wrong = basic("admin", "x");
    for (headers, expected) in [
        (vec![], 401),
        (vec![("Authorization", pass.as_str())], 101),
        (vec![("Authorization", wrong.as_str())], 401),
        (vec![("Authorization", bearer.as_str())], 101),
        (vec![("Authorization", bearer.as_str()), EVIL], 101),
        (vec![("Cookie", cookie.as_str())], 101),
        (vec![("Cookie", cookie.as_str()), ("Origin", own.as_str())], 101),
        (vec![("Cookie", cookie.as_str()), EVIL], 403),
        (vec![("Cookie", cookie.as_str()), ("Origin", "null")], 403),
    ] {
        assert_eq!(status(PATH, &headers), expected, "{headers:?}");
    }
    let ticket = "/CTI_SmartConnectService/Ticket";
    let ticket = api.raw("POST", ticket, &[("Cookie", &cookie)], b"").ok().json();
    let path = format!("{PATH}?ticket={}", ticket["msg"].as_str().unwrap());
    assert_eq!([status(&path, &[EVIL]), status(&path, &[EVIL])], [101, 401], "once");
}

#[test]
fn a_client_that_is_silent_for_ten_minutes_is_closed() {
    let clock = Clock::manual(1_743_466_502_000);
    let api = Api::start_at(clock.clone(), |_| ());
    let (mut silent, mut never) = (open(&api), open(&api));
    assert_eq!(silent.ask("Regist('silent')"), ok());
    let mut alive = open(&api);
    assert_eq!(alive.ask("Regist('alive')"), ok());
    clock.set(clock.now() + 10 * 60 * 1000 + 1);
    assert_eq!(alive.ask("KeepAlive('alive')"), ok());
    let clients = api.get("ConnectedClient");
    assert_eq!(clients.as_array().unwrap().len(), 1, "{clients}");
    assert_eq!(silent.next(), Frame::Close(1001, String::new()));
    assert_eq!(never.next(), Frame::Close(1001, String::new()), "also without Regist");
    assert_eq!(alive.next(), Frame::Ping, "within thirty seconds");
}

#[test]
fn the_end_of_a_session_is_told() {
    let api = Api::start();
    with_administrator(&api);
    let cookie = log_in(&api, "admin", "correct-horse");
    let headers = [("Cookie", cookie.as_str())];
    let mut client = WebSocket::open(api.to, PATH, &headers).unwrap();
    assert_eq!(client.ask("Regist('a')"), ok());
    assert_eq!(api.send("GET", "ConnectedClient", &headers, "").json()[0]["ユーザーID"], "admin");
    api.raw("POST", "/CTI_SmartConnectService/Logout", &headers, b"").ok();
    let Frame::Close(1008, reason) = client.next() else { panic!("not closed") };
    assert!(reason.contains("ログイン"), "{reason}");
    wait_until("the client to be gone", SOON, || api.hub.count() == 0);
}

#[test]
fn a_client_that_does_not_read_delays_nobody_and_reads_everything_again() {
    let api = Api::start();
    let (mut slow, mut quick) = (open(&api), open(&api));
    assert_eq!((slow.ask("Regist('slow')"), quick.ask("Regist('quick')")), (ok(), ok()));
    let json: Bytes = format!("{{\"種別\":\"更新\",\"x\":\"{}\"}}", "x".repeat(200_000)).into();
    for id in 1..=1500 {
        let event = Pushed { id, kind: EventKind::Updated, line: None, json: json.clone() };
        api.hub.send(event);
        assert_eq!(quick.next_text()["種別"], "更新");
    }
    let read: Vec<_> = (0..1500)
        .map(|_| slow.next_text()["種別"].as_str().unwrap().to_owned())
        .take_while(|kind| kind != "再同期")
        .collect();
    assert!(read.len() < 1400, "{} events of 60 kB were kept for it", read.len());
}

#[test]
fn the_service_stops_without_waiting_for_connections() {
    let api = Api::start();
    let (mut one, mut other) = (open(&api), open(&api));
    assert_eq!(one.ask("Regist('a')"), ok());
    let began = std::time::Instant::now();
    drop(api);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    for client in [&mut one, &mut other] {
        assert_eq!(client.next(), Frame::Close(1001, String::new()));
    }
}
