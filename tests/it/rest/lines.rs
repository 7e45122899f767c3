//! 対象回線No of a user: which calls and events he sees, at every door.

use serde_json::{Value as Json, json};
use smartconnect::push::EventKind;
use smartconnect::resource::{Record, Value, catalog};
use smartconnect::store::{Composed, NewEvent, Store};

use super::Api;
use super::api::refusal;
use super::rights::{basic, with_administrator};
use crate::harness::{Feed, SOON, WebSocket, wait_until};

/// More than the first page of a list; the line of call n is n % 3 (0 = none of ours).
const CALLS: i64 = 700;
const NUMBER: &str = "09000000001";

async fn ring(store: &Store, line: i64) {
    let compose = Box::new(move |facts: &smartconnect::store::Facts<'_>| {
        let mut record = Record::empty(catalog::find("ReceivedCall-Record").unwrap());
        record.set("received_at", Value::Int(facts.now));
        record.set("caller_number", Value::Text(NUMBER.to_owned()));
        record.set("line_no", Value::Int(line));
        let json = format!("{{\"種別\":\"着信\",\"line\":\"{line}\"}}").into_bytes();
        Composed {
            record: Some(record),
            event: Some(NewEvent { kind: EventKind::Ringing, line: Some(line), json }),
            ..Composed::default()
        }
    });
    store.ring(NUMBER.to_owned(), compose).await.unwrap();
}

pub fn ring_all(api: &Api, calls: impl Iterator<Item = i64>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    calls.for_each(|line| runtime.block_on(ring(&api.store, line)));
}

/// A user of the lines; answers his Authorization header.
pub fn with_user(api: &Api, pass: &str, lines: &str) -> String {
    for name in ["本店", "支店"] {
        let line = json!({"着信TEL": "0731235678", "回線名": name}).to_string();
        api.send("POST", "ContainmentLine", &[("Authorization", pass)], &line).ok();
    }
    let user = json!({
        "ユーザーID": "uketsuke", "ユーザー名": "受付", "パスワード": "battery-staple",
        "権限": "一般", "対象回線No": lines
    });
    api.send("POST", "UserManagement", &[("Authorization", pass)], &user.to_string()).ok();
    basic("uketsuke", "battery-staple")
}

fn ids(rows: &Json) -> Vec<i64> {
    let id = |row: &Json| row["ID"].as_str().unwrap().parse().unwrap();
    rows.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn lists_rows_searches_and_changes_show_the_calls_of_his_lines() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let user = with_user(&api, &pass, "2");
    ring_all(&api, (1..=CALLS).map(|call| call % 3));
    let get = |path: &str, pass: &str| {
        let answer = api.send("GET", path, &[("Authorization", pass)], "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        ids(&answer.json())
    };
    let mut expected: Vec<i64> = (1..=CALLS).filter(|call| call % 3 == 2).collect();
    assert_eq!(get("ReceivedCall-Record", &user), expected);
    assert_eq!(get("ReceivedCall-Record", &pass).len(), usize::try_from(CALLS).unwrap());
    for search in ["0/False/0/Null", "0/False/0/09000000001", "0/False/0/09000000001&0312345678"] {
        assert_eq!(get(&format!("ReceivedCall-Record/{search}"), &user), expected, "{search}");
    }
    assert!(get("ReceivedCall-Record/0/False/7/Null", &user).is_empty());
    expected.reverse();
    expected.truncate(210);
    assert_eq!(get("ReceivedCall-Record/210/True/0/Null", &user), expected);
    for (call, seen) in [(1, false), (2, true), (3, false), (4711, false)] {
        let path = format!("ReceivedCall-Record/{call}");
        assert_eq!(get(&path, &user).len(), usize::from(seen), "{call}");
        let headers = [("Authorization", user.as_str())];
        let answer = api.send("PUT", &path, &headers, r#"{"メモ":"折返し"}"#);
        if seen {
            answer.ok();
        } else {
            refusal(answer, 404);
        }
    }
    let untouched = api.send("GET", "ReceivedCall-Record/1", &[("Authorization", &pass)], "");
    assert_eq!(untouched.json()[0]["メモ"], "");
}

#[test]
fn replayed_and_live_events_are_those_of_his_lines() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let user = with_user(&api, &pass, "1,2");
    ring_all(&api, [0, 1, 2, 3, 1].into_iter());
    let headers = [("Authorization", user.as_str())];
    let feed = Feed::open_with(api.to, "name=a&since=0", &headers);
    let path = "/CTI_SmartConnectService/WebSocket/";
    let mut socket = WebSocket::open(api.to, path, &headers).unwrap();
    assert_eq!(socket.ask("Regist('b')")["result"], "True");
    let replayed: Vec<Json> = (0..3).map(|_| feed.next().data["line"].clone()).collect();
    assert_eq!(replayed, ["1", "2", "1"]);
    wait_until("both clients", SOON, || api.hub.count() == 2);
    ring_all(&api, [3, 2, 0, 1].into_iter());
    let live: Vec<Json> = (0..2).map(|_| feed.next().data["line"].clone()).collect();
    assert_eq!(live, ["2", "1"]);
    let pushed: Vec<Json> = (0..2).map(|_| socket.next_text()["line"].clone()).collect();
    assert_eq!(pushed, ["2", "1"]);
}

#[test]
fn a_change_of_his_lines_ends_his_feeds() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let user = with_user(&api, &pass, "1,2");
    let feed = Feed::open_with(api.to, "name=a", &[("Authorization", &user)]);
    wait_until("the client", SOON, || api.hub.count() == 1);
    let change = json!({"対象回線No": "2"}).to_string();
    api.send("PUT", "UserManagement/2", &[("Authorization", &pass)], &change).ok();
    wait_until("the feed to end", std::time::Duration::from_secs(15), || api.hub.count() == 0);
    drop(feed);
}

#[test]
fn files_notes_and_previews_are_of_the_calls_of_his_lines() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let user = with_user(&api, &pass, "2");
    ring_all(&api, [1, 2, 0, 2].into_iter());
    let get = |path: &str| api.send("GET", path, &[("Authorization", &user)], "");
    for path in ["ReceivedCall-Record?", "ReceivedCall-Record/0/False/0/Null?"] {
        let table = get(&format!("{path}format=csv"));
        let lines: Vec<&str> =
            table.text().lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        assert_eq!(lines, ["2", "4"], "{path}");
        let whole = api.send("GET", &format!("{path}format=xlsx"), &[("Authorization", &pass)], "");
        let sheet = get(&format!("{path}format=xlsx"));
        assert!(sheet.status == 200 && sheet.body.len() < whole.body.len(), "{path}");
    }
    let send = |pass: &str, path: &str, body: &str| {
        api.send("POST", path, &[("Authorization", pass)], body)
    };
    let note = json!({"資源": "Notification-Chat", "宛先ID": "1", "伝言": "折返し"}).to_string();
    refusal(send(&user, "ReceivedCall-Record/1/Forward", &note), 404);
    let seen = refusal(send(&user, "ReceivedCall-Record/2/Forward", &note), 400);
    assert!(seen.contains("宛先ID"), "only the target is missing: {seen}");
    // Who may write texts may try them on the calls that he sees.
    let change = json!({"権限": "管理者"}).to_string();
    api.send("PUT", "UserManagement/2", &[("Authorization", &pass)], &change).ok();
    refusal(send(&user, "MessDef-Mail/1/Preview?call=1", ""), 404);
    send(&user, "MessDef-Mail/1/Preview?call=2", "").ok();
}
