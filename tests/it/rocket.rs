//! Rocket.Chat: what goes out is what its published validators take, and a message that may have
//! arrived is looked for.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::deliveries::add_chat;
use crate::harness::{Outcome, Receiver, Request, SOON, wait_until};
use crate::office;

/// Where tests/run keeps the validators; a missing peer is a failure.
fn validators() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache =
        cache.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"));
    let folder = cache.join("smartconnect-tests").join(format!("rocket-{}", version()));
    assert!(folder.join("complete").exists(), "{} is missing: tests/run tools", folder.display());
    folder
}

/// The version in tests/rocket/package.json.
fn version() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rocket/package.json");
    let package: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    package["dependencies"]["@rocket.chat/rest-typings"].as_str().unwrap().to_owned()
}

/// What the validators say, a line a value.
fn validate(values: &[(&str, Value)]) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/peers/verify_rocket.mjs");
    let mut child = Command::new("node")
        .arg(script)
        .arg(validators())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is missing: tests/run tools");
    child.stdin.take().unwrap().write_all(json!(values).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn ok(body: &str) -> Outcome {
    Outcome::Ok(body.to_owned())
}

fn paths(requests: &[Request]) -> Vec<String> {
    let path = |request: &Request| request.path.trim_start_matches("/api/v1/").to_owned();
    requests.iter().map(|request| path(request).split('?').next().unwrap().to_owned()).collect()
}

#[test]
fn what_is_sent_is_what_the_server_takes() {
    let server = Receiver::start([
        ok(r#"{"status":"success","data":{"userId":"u1","authToken":"token-0001"}}"#),
        ok(r#"{"update":[{"_id":"r1","t":"c","name":"営業"}],"remove":[],"success":true}"#),
        Outcome::DropAfterAccept,
        Outcome::Status(400, String::new(), r#"{"success":false}"#.to_owned()),
        ok(r#"{"message":{"_id":"mid-1"},"success":true}"#),
    ]);
    let service = office::open();
    let definition = json!({"名称": "全部", "タイトル": "着信", "本文": "{{相手TEL}}",
        "詳細": "{{回線名}}", "画像URL": "https://img.example.com/1.png"});
    let message = service.post("MessDef-Chat", &definition);
    let further = json!({"ユーザーID": "cti", "パスワード": "himitsu-password", "宛先": "営業",
        "メンション": "hanako", "色": "#FAC11B", "メッセージ定義ID": message});
    let row = add_chat(&service, "Rocket.Chat", &server.url(""), &further);
    office::ring(&service);
    let requests = server.wait_for(5);
    let steps = ["login", "rooms.get", "chat.sendMessage", "chat.getMessage", "chat.sendMessage"];
    assert_eq!(paths(&requests), steps);
    let (first, again) = (requests[2].json(), requests[4].json());
    assert_eq!(first, again, "a repeat is the same message");
    assert!(first["message"]["attachments"][0]["image_url"].is_string(), "{first}");
    let asked = requests[3].path.split_once("?msgId=").unwrap().1;
    assert_eq!(first["message"]["_id"], asked);
    let seed = json!({"rid": "r1", "msg": "x"});
    let said = validate(&[
        ("isChatSendMessageProps", first),
        ("isChatGetMessageProps", json!({"msgId": asked})),
        ("isChatSendMessageProps", seed),
    ]);
    assert_eq!(said[..2], ["valid", "valid"]);
    assert!(said[2].starts_with("invalid"), "the validators can say no: {said:?}");
    wait_until("成功", SOON, || service.row("Notification-Chat", &row)["最終結果"] == "成功");
    let deliveries = service.get("Notification-Delivery").to_string();
    assert!(!deliveries.contains("token-0001") && deliveries.contains("mid-1"), "{deliveries}");
}

#[test]
fn what_a_webhook_gets_is_what_the_server_takes() {
    let server = Receiver::start([ok(r#"{"success":true}"#)]);
    let service = office::open();
    let url = server.url("/hooks/0123456789abcdef/0123456789abcdef");
    add_chat(&service, "Rocket.Chat", &url, &json!({"宛先": "#general"}));
    office::ring(&service);
    let body = server.wait_for(1)[0].json();
    assert_eq!(validate(&[("isChatPostMessageProps", body)]), ["valid"]);
}
