//! The service registers as an extension, and follows its rows (sip.md 2).

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Kamailio, SOON, Service, http, wait_until};

/// A changed row takes effect within this time; the margin is for two busy cores.
const LIVE: Duration = Duration::from_millis(2000);

/// A row that registers `user` at that kamailio.
pub fn row(kamailio: &Kamailio, user: &str) -> Value {
    json!({
        "接続名": "PBX", "SIPサーバーアドレス": "127.0.0.1",
        "SIPサーバーポート": kamailio.address().port(),
        "内線番号": user, "パスワード": format!("secret-{user}"), "登録有効期間": 60,
    })
}

/// Waits until a row shows this 登録状態.
#[track_caller]
pub fn wait_state(service: &Service, key: &str, state: &str) {
    wait_until(&format!("登録状態 {state}"), SOON, || {
        service.row("SIP-ServerConnection", key)["登録状態"] == state
    });
}

#[track_caller]
fn registers_by(algorithm: &str, transport: &str) {
    let kamailio = Kamailio::start(algorithm);
    let mut service = Service::start();
    let mut wanted = row(&kamailio, "cti1");
    wanted["トランスポート"] = transport.into();
    let key = service.post("SIP-ServerConnection", &wanted);
    assert_eq!(key, "2", "the first connection's key is 2");
    wait_state(&service, &key, "登録済");
    assert!(kamailio.knows("cti1"));
    let shown = service.row("SIP-ServerConnection", &key);
    assert_eq!(shown["最終応答コード"], "200");
    assert_eq!(shown["最終エラー"], "");
    service.stop();
    assert!(!kamailio.knows("cti1"), "a stop unregisters");
}

#[test]
fn registers_with_md5() {
    registers_by("MD5", "UDP");
}

#[test]
fn registers_with_sha_256() {
    registers_by("SHA-256", "UDP");
}

#[test]
fn registers_over_tcp() {
    registers_by("MD5", "TCP");
}

#[test]
fn a_wrong_password_is_shown_and_a_right_one_helps_at_once() {
    let kamailio = Kamailio::start("MD5");
    let service = Service::start();
    let mut wrong = row(&kamailio, "cti1");
    wrong["パスワード"] = "not-the-password".into();
    let key = service.post("SIP-ServerConnection", &wrong);
    wait_state(&service, &key, "失敗");
    let shown = service.row("SIP-ServerConnection", &key);
    assert!(["401", "403"].contains(&shown["最終応答コード"].as_str().unwrap()), "{shown}");
    assert_ne!(shown["最終エラー"], "");
    service.put("SIP-ServerConnection", &key, &json!({"パスワード": "secret-cti1"}));
    wait_until("the right password to register", LIVE, || kamailio.knows("cti1"));
    wait_state(&service, &key, "登録済");
}

#[test]
fn a_change_takes_effect_within_two_seconds() {
    let kamailio = Kamailio::start("MD5");
    let service = Service::start();
    let key = service.post("SIP-ServerConnection", &row(&kamailio, "cti1"));
    let other = service.post("SIP-ServerConnection", &row(&kamailio, "cti9"));
    wait_until("both", SOON, || kamailio.knows("cti1") && kamailio.knows("cti9"));
    service.put("SIP-ServerConnection", &key, &row(&kamailio, "cti2"));
    wait_until("the change", LIVE, || kamailio.knows("cti2") && !kamailio.knows("cti1"));
    service.put("SIP-ServerConnection", &key, &json!({"使用する": "False"}));
    wait_until("the switch", LIVE, || !kamailio.knows("cti2"));
    service.put("SIP-ServerConnection", &key, &json!({"使用する": "True"}));
    wait_until("the switch back", LIVE, || kamailio.knows("cti2"));
    service.delete("SIP-ServerConnection", &key);
    wait_until("the delete", LIVE, || !kamailio.knows("cti2"));
    assert!(kamailio.knows("cti9"), "the other row was touched");
    wait_state(&service, &other, "登録済");
}

#[test]
fn a_port_in_use_is_told_and_taken_later() {
    let kamailio = Kamailio::start("MD5");
    let service = Service::start();
    let squatter = std::net::UdpSocket::bind(service.sip()).unwrap();
    let key = service.post("SIP-ServerConnection", &row(&kamailio, "cti1"));
    wait_until("the row to tell", SOON, || {
        let shown = service.row("SIP-ServerConnection", &key);
        shown["最終エラー"].as_str().unwrap().contains(&service.sip().port().to_string())
    });
    let ready = || http::request(service.http(), "GET", "/readyz", &[], b"").unwrap();
    let refused = ready();
    let port = service.sip().port().to_string();
    assert!(refused.status == 503 && refused.text().contains(&port), "{}", refused.text());
    drop(squatter);
    wait_until("the second try", SOON, || kamailio.knows("cti1"));
    wait_until("the line on /readyz", SOON, || {
        ready().status == 200 && ready().json()["connections"][0]["state"] == "登録済"
    });
}

#[test]
fn a_line_that_only_listens_and_cannot_is_none() {
    let service = Service::start();
    let squatter = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = squatter.local_addr().unwrap().port().to_string();
    let row = serde_json::json!({
        "接続名": "GW", "SIPサーバーアドレス": "127.0.0.1", "登録しない": "True", "ローカルポート": port,
    });
    let key = service.post("SIP-ServerConnection", &row);
    wait_state(&service, &key, "失敗");
    let ready = http::request(service.http(), "GET", "/readyz", &[], b"").unwrap();
    assert!(ready.status == 503 && ready.text().contains(&port), "{}", ready.text());
}
