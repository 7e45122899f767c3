//! The event feed at the HTTP side: order over the switch from replay to live, resync, headers.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use smartconnect::push::{EventKind, Pushed};

use super::Api;
use crate::harness::{Feed, wait_until};

/// An edit that is told to everybody.
fn edit(api: &Api, note: &str) {
    api.post("CustomerAddress", &json!({"氏名": note}));
}

fn names(feed: &Feed, count: usize) -> Vec<String> {
    let name = |_| feed.next().data["顧客"][0]["氏名"].as_str().unwrap().to_owned();
    (0..count).map(name).collect()
}

#[test]
fn an_edit_reaches_the_feed_and_the_client_is_listed() {
    let api = Api::start();
    let feed = Feed::open(api.to, "%E5%8F%97%E4%BB%98", None);
    wait_until("the client", Duration::from_secs(5), || api.hub.count() == 1);
    edit(&api, "花子");
    let event = feed.next();
    assert_eq!((event.name.as_str(), event.data["種別"].as_str()), ("updated", Some("更新")));
    let clients = api.get("ConnectedClient");
    assert_eq!(clients[0]["クライアント名"], "受付");
    assert_eq!(clients[0]["接続方式"], "SSE");
    let key = clients[0]["ID"].as_str().unwrap();
    assert_eq!(api.get(&format!("ConnectedClient/{key}")).as_array().unwrap().len(), 1);
    assert_eq!(api.get("ConnectedClient/4711"), json!([]));
}

#[test]
fn missed_events_come_first_then_live_ones_without_gap_or_repeat() {
    let api = Api::start();
    edit(&api, "0");
    let feed = Feed::open(api.to, "a", Some("0"));
    let first = feed.next();
    drop(feed);
    let total = 600; // more than one page of a replay
    for number in 1..=300 {
        edit(&api, &number.to_string());
    }
    let feed = std::thread::scope(|scope| {
        let writer =
            scope.spawn(|| (301..=total).for_each(|number| edit(&api, &number.to_string())));
        let feed = Feed::open(api.to, "b", Some(&first.id));
        writer.join().unwrap();
        feed
    });
    let expected: Vec<String> = (1..=total).map(|number| number.to_string()).collect();
    assert_eq!(names(&feed, total), expected);
    assert!(feed.next_within(Duration::from_millis(300)).is_none());
}

#[test]
fn an_id_from_elsewhere_means_resync() {
    let api = Api::start();
    for id in ["999999", "abc"] {
        let feed = Feed::open(api.to, "a", Some(id));
        let event = feed.next();
        assert_eq!(event.name, "resync", "{id}");
        assert_eq!(event.data, json!({"種別": "再同期"}));
    }
    let path = "/CTI_SmartConnectService/Events?since=x";
    assert_eq!(api.raw("GET", path, &[], b"").status, 400);
}

#[test]
fn a_feed_is_never_cached_or_buffered() {
    let api = Api::start();
    let head = api.raw("HEAD", "/CTI_SmartConnectService/Events", &[], b"");
    assert_eq!(head.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert_eq!(head.header("cache-control"), Some("no-store"));
    assert_eq!(head.header("x-accel-buffering"), Some("no"));
}

#[test]
fn a_client_that_does_not_read_delays_nobody() {
    let api = Api::start();
    let stuck = Feed::stuck(api.to);
    let quick = Feed::open(api.to, "quick", None);
    wait_until("both", Duration::from_secs(5), || api.hub.count() == 2);
    let json: Bytes = format!("{{\"種別\":\"更新\",\"x\":\"{}\"}}", "x".repeat(60_000)).into();
    for id in 1..=1500 {
        let event = Pushed { id, kind: EventKind::Updated, line: None, json: json.clone() };
        api.hub.send(event);
        assert_eq!(quick.next().id, id.to_string());
    }
    drop(stuck);
}

#[test]
fn feeds_end_when_rights_end() {
    let api = Api::start();
    let feed = Feed::open(api.to, "setup", None);
    wait_until("the client", Duration::from_secs(5), || api.hub.count() == 1);
    super::rights::with_administrator(&api);
    wait_until("the feed to end", Duration::from_secs(15), || api.hub.count() == 0);
    drop(feed);
}
