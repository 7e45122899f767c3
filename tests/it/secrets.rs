//! Secrets are never shown, logged or stored in clear (security.md).

use std::path::Path;

use serde_json::json;

use crate::harness::{Caller, Invite, Outcome, Receiver, Service, wait_until};
use crate::office::{self, CUSTOMER, LINE};

/// What must never be seen again.
const CANARY: &str = "cnry7Fq2Zx91";

/// Files below `folder` that hold the canary.
fn leaks(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(leaks(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn a_secret_is_never_seen_again() {
    let mut service = Service::start();
    office::furnish(&service);
    let failing = Receiver::start([
        Outcome::Status(400, String::new(), format!("bad token {CANARY}")),
        Outcome::DropBeforeReply,
    ]);
    let url = failing.url(&format!("/hook/{CANARY}"));
    let rows = [
        (
            "SIP-ServerConnection",
            json!({"接続名": "a", "SIPサーバーアドレス": "127.0.0.9", "内線番号": "5", "パスワード": CANARY}),
        ),
        ("Notification-Chat", json!({"名称": "a", "種別": "JANDI", "URL": url})),
        (
            "Notification-Chat",
            json!({"名称": "b", "種別": "Rocket.Chat", "URL": "https://chat.example.com", "トークン": CANARY, "ユーザーID": "u", "宛先": "GENERAL", "パスワード": CANARY, "使用する": "False"}),
        ),
        (
            "IncomingCall-URL",
            json!({"名称": "a", "URL": failing.url("/u"), "ヘッダー": format!("X-Token: {CANARY}")}),
        ),
        (
            "Mail-Account",
            json!({"アカウント名": "a", "メールアドレス": "cti@example.com", "SMTPサーバー": "smtp.example.com", "パスワード": CANARY, "クライアントシークレット": CANARY}),
        ),
        ("Online-Activation", json!({"ライセンスキー": format!("{CANARY}-0000")})),
    ];
    for (resource, row) in &rows {
        service.post(resource, row);
    }
    let feed = service.feed(None);
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    let pushed = feed.next_named("ringing");
    assert!(!pushed.data.to_string().contains(CANARY));
    wait_until("an attempt at a target", crate::harness::SOON, || !failing.requests().is_empty());
    caller.hang_up(&invite, None);
    service.send("POST", "Mail-Account", &[], &json!({"パスワード": CANARY}).to_string());
    for resource in smartconnect::resource::catalog::ALL {
        let answer = service.send("GET", resource.uri, &[], "");
        assert!(!answer.text().contains(CANARY), "{} shows it: {}", resource.uri, answer.text());
    }
    service.stop();
    assert!(!service.log().contains(CANARY), "the log shows it:\n{}", service.log());
    assert_eq!(leaks(&service.data_dir()), Vec::<String>::new());
}

#[test]
fn the_key_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let service = Service::start();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&service.data_dir().join("secret.key")), 0o600);
    assert_eq!(mode(&service.data_dir()), 0o700);
}

#[test]
fn a_masked_secret_that_comes_back_keeps_the_secret() {
    let service = Service::start();
    let row = json!({"接続名": "a", "SIPサーバーアドレス": "127.0.0.9", "内線番号": "5", "パスワード": CANARY});
    let key = service.post("SIP-ServerConnection", &row);
    let shown = service.row("SIP-ServerConnection", &key);
    assert!(shown["パスワード"].as_str().unwrap().starts_with("********"), "{shown}");
    service.put("SIP-ServerConnection", &key, &shown);
    assert_eq!(service.row("SIP-ServerConnection", &key)["パスワード"], shown["パスワード"]);
    service.put("SIP-ServerConnection", &key, &json!({"パスワード": ""}));
    assert_eq!(service.row("SIP-ServerConnection", &key)["パスワード"], "");
}
