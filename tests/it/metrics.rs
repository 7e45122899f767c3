//! /metrics, read as strictly as Prometheus' own checks do, and /readyz.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::deliveries::{add_chat, written_key};
use crate::harness::{Caller, Invite, Receiver, SOON, Service, http, wait_for, wait_until};
use crate::office::{self, CUSTOMER, LINE};
use crate::registration;

/// Every sample: name and labels as written → value.
type Samples = BTreeMap<String, f64>;

fn ask(service: &Service, path: &str, headers: &[(&str, &str)]) -> http::Answer {
    http::request(service.http(), "GET", path, headers, b"").unwrap()
}

fn metrics(service: &Service) -> Samples {
    let answer = ask(service, "/metrics", &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    parse(answer.text())
}

/// Reads the text format: every sample belongs to the family before it, which has help and type;
/// names and labels are well formed; no sample or family comes twice; counters end in _total.
fn parse(text: &str) -> Samples {
    assert!(text.ends_with('\n'), "the last line has its end");
    let (mut samples, mut families) = (Samples::new(), BTreeSet::new());
    let (mut family, mut kind) = (String::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a help text");
            assert!(is_name(name) && help.ends_with('.'), "{line}");
            assert!(families.insert(name.to_owned()), "{name} comes twice");
            let typed = lines.next().unwrap_or_default();
            let typed = typed.strip_prefix(&format!("# TYPE {name} ")).expect(typed);
            (family, kind) = (name.to_owned(), typed.to_owned());
            assert!(["counter", "gauge", "histogram"].contains(&typed), "{typed}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').expect(line);
        let (name, labels) = sample
            .split_once('{')
            .map_or((sample, ""), |(name, rest)| (name, rest.strip_suffix('}').expect(line)));
        check_labels(labels);
        let suffixes = ["_bucket", "_sum", "_count"];
        let plain = name.strip_prefix(family.as_str()).expect(line);
        assert!(plain.is_empty() != (kind == "histogram" && suffixes.contains(&plain)), "{line}");
        let value: f64 = value.parse().expect(line);
        assert!(samples.insert(sample.to_owned(), value).is_none(), "{sample} comes twice");
    }
    samples
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    first && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn check_labels(mut labels: &str) {
    let mut seen = BTreeSet::new();
    while !labels.is_empty() {
        let (name, rest) = labels.split_once("=\"").expect(labels);
        assert!(is_name(name) && seen.insert(name), "{labels}");
        let mut escaped = false;
        let end = rest.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let end = end.expect(labels);
        assert!(!rest[..end].contains('\n'));
        labels = rest[end + 1..].trim_start_matches(',');
    }
}

#[test]
fn what_happened_is_counted_and_the_text_is_sound() {
    let hook = Receiver::start([]);
    let service = Service::start();
    office::furnish(&service);
    add_chat(&service, "Webhook", &hook.url("/in"), &json!({"トークン": written_key()}));
    let feed = service.feed(None);
    let caller = Caller::new(service.sip());
    caller.ring(&Invite::new(CUSTOMER, LINE));
    feed.next_named("ringing");
    let delivered =
        r#"smartconnect_deliveries_total{target="Notification-Chat/1",outcome="delivered"}"#;
    // Its outcome is counted a moment before its row says so.
    let open = r#"smartconnect_queue_depth{queue="deliveries"}"#;
    let seen = wait_for("the delivery to be counted and settled", SOON, || {
        let over = |seen: &BTreeMap<String, f64>| {
            seen.get(delivered) == Some(&1.0) && seen.get(open) == Some(&0.0)
        };
        Some(metrics(&service)).filter(over)
    });
    assert_eq!(service.send("GET", "ContainmentLine/x", &[], "").status, 404);
    assert_eq!(service.send("GET", "ContainmentLine/1", &[], "").status, 200);
    let expected = [
        ("smartconnect_calls_total", 1.0),
        (r#"smartconnect_sip_invites_total{result="accepted"}"#, 1.0),
        (r#"smartconnect_sip_invites_total{result="refused"}"#, 0.0),
        ("smartconnect_sip_ringing", 1.0),
        (r#"smartconnect_registrations{state="未登録"}"#, 1.0),
        (r#"smartconnect_registrations{state="登録済"}"#, 0.0),
        (r#"smartconnect_clients{transport="SSE"}"#, 1.0),
        (r#"smartconnect_clients{transport="WebSocket"}"#, 0.0),
        (r#"smartconnect_queue_depth{queue="calls"}"#, 0.0),
        ("smartconnect_store_writable", 1.0),
        ("smartconnect_store_lost_transactions_total", 0.0),
        (r#"smartconnect_http_requests_total{route="ContainmentLine",status="200"}"#, 1.0),
        (r#"smartconnect_http_requests_total{route="events",status="200"}"#, 1.0),
    ];
    for (sample, value) in expected {
        assert_eq!(seen.get(sample), Some(&value), "{sample}");
    }
    let commits = seen["smartconnect_store_commit_seconds_count"];
    assert!(commits >= 5.0 && seen["smartconnect_store_writes_total"] >= commits);
    assert_eq!(seen[r#"smartconnect_store_commit_seconds_bucket{le="+Inf"}"#], commits);
    assert!(seen["smartconnect_store_commit_seconds_sum"] > 0.0);
    let later = metrics(&service);
    let row = |status| {
        format!(
            r#"smartconnect_http_requests_total{{route="ContainmentLine/(key)",status="{status}"}}"#
        )
    };
    assert_eq!(later.get(&row(200)), Some(&1.0));
    assert!(later[r#"smartconnect_http_requests_total{route="other",status="404"}"#] >= 1.0);
    assert!(later[r#"smartconnect_http_requests_total{route="metrics",status="200"}"#] >= 1.0);
}

#[test]
fn figures_are_for_this_machine_and_for_who_is_signed_in() {
    let service = Service::start();
    let elsewhere = ("X-Forwarded-For", "192.0.2.9");
    assert_eq!(ask(&service, "/metrics", &[elsewhere]).status, 401);
    assert_eq!(ask(&service, "/metrics", &[("Origin", "https://evil.example")]).status, 403);
    let user = json!({"ユーザーID": "a", "ユーザー名": "a", "パスワード": "correct horse", "権限": "管理者"});
    service.post("UserManagement", &user);
    assert_eq!(ask(&service, "/metrics", &[]).status, 200, "a scraper on this machine");
    assert_eq!(ask(&service, "/metrics", &[elsewhere]).status, 401);
    let basic = ("Authorization", "Basic YTpjb3JyZWN0IGhvcnNl");
    assert_eq!(ask(&service, "/metrics", &[elsewhere, basic]).status, 200);
    let bare = ask(&service, "/readyz", &[elsewhere]);
    assert_eq!(
        (bare.status, bare.json().get("connections")),
        (200, None),
        "no details for anybody"
    );
    assert!(ask(&service, "/readyz", &[elsewhere, basic]).json().get("connections").is_some());
}

#[test]
fn readyz_says_why_no_telephone_is_heard() {
    let service = Service::start();
    assert_eq!(ask(&service, "/readyz", &[]).status, 200, "nothing is to be heard yet");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let row = json!({
        "接続名": "gone", "SIPサーバーアドレス": "127.0.0.1", "SIPサーバーポート": port,
        "トランスポート": "TCP", "内線番号": "5", "パスワード": "x",
    });
    let key = service.post("SIP-ServerConnection", &row);
    registration::wait_state(&service, &key, "失敗");
    let deaf = ask(&service, "/readyz", &[]);
    assert_eq!((deaf.status, deaf.json()["result"].as_str()), (503, Some("False")));
    assert_eq!(deaf.json()["connections"][0]["state"], "失敗");
    assert_eq!(deaf.json()["writable"], "True");
    let elsewhere = ask(&service, "/readyz", &[("X-Forwarded-For", "192.0.2.9")]);
    assert_eq!((elsewhere.status, elsewhere.json().get("connections")), (503, None));
    office::add_gateway(&service, &json!({}));
    wait_until("a line that needs no registration", SOON, || {
        ask(&service, "/readyz", &[]).status == 200
    });
}
