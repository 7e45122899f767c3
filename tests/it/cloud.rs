//! LINE and the cloud chat services, each as a receiver on loopback; webhooks whose keys change.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use serde_json::{Value, json};

use crate::deliveries::{add_chat, written_key};
use crate::harness::{Outcome, Receiver, Request, SOON, Service, http, wait_for};
use crate::installed::python;
use crate::office::{self, assert_values};

/// The delivery to a target once it is over.
#[track_caller]
fn ended(service: &Service, target: &str) -> Value {
    wait_for(&format!("the end of a delivery to {target}"), SOON, || {
        let rows = service.get("Notification-Delivery?order=desc");
        let mut rows = rows.as_array().unwrap().iter();
        rows.find(|row| row["宛先名"] == target && row["完了日時"] != "").cloned()
    })
}

/// result and msg of a test.
#[track_caller]
fn test(service: &Service, path: &str) -> (String, String) {
    let answer = service.send("POST", &format!("{path}/Test"), &[], "");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let json = answer.json();
    (json["result"].as_str().unwrap().to_owned(), json["msg"].as_str().unwrap().to_owned())
}

/// Adds a LINE row that sends to a receiver.
fn add_line(service: &Service, receiver: &Receiver, further: &Value) -> String {
    let mut row = json!({"名称": "店長", "送信先ID": "U0123456789abcdef0123456789abcdef",
        "アクセストークン": "channel-token-0001", "エンドポイント": receiver.url("")});
    for (name, value) in further.as_object().unwrap() {
        row[name] = value.clone();
    }
    service.post("Notification-LINE-AccessToken", &row)
}

/// A refusal of LINE.
fn line_refuses(status: u16, message: &str) -> Outcome {
    Outcome::Status(status, String::new(), json!({"message": message}).to_string())
}

/// Whether the published verifier takes a request for this key.
#[track_caller]
fn is_genuine(request: &Request, secret: &str) -> bool {
    let headers: serde_json::Map<String, Value> = request
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
        .collect();
    let body = String::from_utf8(request.body.clone()).unwrap();
    let given = json!({"secret": secret, "headers": headers, "body": body}).to_string();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/peers/verify_webhook.py");
    let mut child = Command::new(python())
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.code() {
        Some(0) => true,
        Some(1) => {
            assert!(said.contains("No matching signature"), "{said}");
            false
        }
        code => panic!("the verifier ended with {code:?}: {said}"),
    }
}

#[test]
fn a_webhook_is_genuine_to_both_keys_while_they_change() {
    let service = office::open();
    let hook = Receiver::start([]);
    let key = |byte: u8| {
        let bytes = [byte; 32];
        format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(bytes))
    };
    let (old, new) = (written_key(), key(7));
    let further = json!({"トークン": format!("{new} {old}")});
    let target = add_chat(&service, "Webhook", &hook.url("/in"), &further);
    office::ring(&service);
    let during = hook.wait_for(1).remove(0);
    assert_eq!(during.header("webhook-signature").split(' ').count(), 2);
    assert!(is_genuine(&during, &old) && is_genuine(&during, &new));
    assert!(!is_genuine(&during, &key(9)), "the verifier can say no");
    service.put("Notification-Chat", &target, &json!({"トークン": new}));
    office::ring(&service);
    let after = hook.wait_for(2).remove(1);
    assert!(is_genuine(&after, &new) && !is_genuine(&after, &old));
}

#[test]
fn line_tells_once_and_counts_the_month() {
    let service = office::open();
    let line = Receiver::start([
        Outcome::DropAfterAccept,
        Outcome::Status(
            409,
            "x-line-accepted-request-id: accepted-0001\r\n".to_owned(),
            json!({"message": "The retry key is already accepted"}).to_string(),
        ),
    ]);
    let key = add_line(&service, &line, &json!({}));
    office::ring(&service);
    let requests = line.wait_for(2);
    assert_eq!(requests[0].path, "/v2/bot/message/push");
    assert_eq!(requests[0].header("authorization"), "Bearer channel-token-0001");
    assert_eq!(requests[0].header("x-line-retry-key"), requests[1].header("x-line-retry-key"));
    assert_eq!(requests[0].json()["to"], "U0123456789abcdef0123456789abcdef");
    let delivery = ended(&service, "店長");
    assert_values(&delivery, &[("状態", "成功"), ("試行回数", "2"), ("理由", "")]);
    let answer = delivery["最終応答"].as_str().unwrap();
    assert!(answer.starts_with("409") && answer.contains("accepted-0001"), "{answer}");
    let row = service.row("Notification-LINE-AccessToken", &key);
    assert_eq!(row["当月送信数"], "1");
    assert!(row["最終結果"].as_str().unwrap().starts_with("成功。注意: "), "{row}");
}

/// How the service stands.
fn status(service: &Service) -> serde_json::Value {
    let path = "/CTI_SmartConnectService/Status";
    http::request(service.http(), "GET", path, &[], b"").unwrap().json()
}

#[test]
fn a_month_of_line_that_is_used_up_stops_until_something_changes() {
    let service = office::open();
    let line = Receiver::start([line_refuses(429, "You have reached your monthly limit.")]);
    let key = add_line(&service, &line, &json!({}));
    office::ring(&service);
    let first = ended(&service, "店長");
    assert!(first["理由"].as_str().unwrap().contains("今月の送信数の上限"), "{first}");
    office::ring(&service);
    let second = wait_for("a second delivery", SOON, || {
        Some(ended(&service, "店長")).filter(|row| row["ID"] != first["ID"])
    });
    assert!(second["理由"].as_str().unwrap().starts_with("停止中: "), "{second}");
    assert_eq!(line.requests().len(), 1, "nothing is asked of LINE meanwhile");
    let row = service.row("Notification-LINE-AccessToken", &key);
    assert!(row["最終結果"].as_str().unwrap().starts_with("停止中: "), "{row}");
    let parked = || status(&service)["停止中の通知先"].clone();
    let told = &parked()[0];
    let why = told["理由"].as_str().unwrap();
    assert!(why.contains("今月の送信数の上限"), "{told}");
    assert_values(told, &[("資源", "Notification-LINE-AccessToken"), ("宛先ID", &key)]);
    assert_eq!(told["名称"], "店長");
    service.put("Notification-LINE-AccessToken", &key, &json!({"月間上限": "5000"}));
    assert_eq!(parked(), json!([]), "a row that was changed has another chance");
    let deliveries = status(&service)["通知"].clone();
    assert_eq!(deliveries, json!([{"状態": "失敗", "件数": "2"}]));
    office::ring(&service);
    line.wait_for(2);
}

#[test]
fn a_test_of_line_sends_nothing_and_says_what_is_left() {
    let service = office::open();
    let line = Receiver::start([
        Outcome::Ok("{}".to_owned()),
        Outcome::Ok(json!({"type": "limited", "value": 200}).to_string()),
        Outcome::Ok(json!({"totalUsage": 17}).to_string()),
        Outcome::Ok(json!({"type": "limited", "value": 200}).to_string()),
        Outcome::Ok(json!({"totalUsage": 18}).to_string()),
        line_refuses(401, "Authentication failed"),
    ]);
    let key = add_line(&service, &line, &json!({}));
    let path = format!("Notification-LINE-AccessToken/{key}");
    let (result, text) = test(&service, &path);
    assert!(result == "True" && text.contains("今月の残り 183 通"), "{text}");
    assert!(text.contains("LINE の公式(api.line.me)ではありません"), "{text}");
    let paths: Vec<String> = line.requests().into_iter().map(|request| request.path).collect();
    let asked = ["validate/push", "quota", "quota/consumption"];
    assert_eq!(paths, asked.map(|path| format!("/v2/bot/message/{path}")));
    let answer = service.send("POST", &format!("{path}/Call/quota"), &[], "");
    let left = json!({"type": "limited", "value": 200, "totalUsage": 18, "remaining": 182});
    assert_eq!((answer.status, &answer.json()["data"]), (200, &left), "{}", answer.text());
    let (result, text) = test(&service, &path);
    assert!(result == "False" && text.contains("401"), "{text}");
    let row = service.row("Notification-LINE-AccessToken", &key);
    assert_values(&row, &[("当月送信数", "0")]);
}

#[test]
fn a_token_of_line_notify_is_told_so() {
    let service = office::open();
    let line = Receiver::start([]);
    let token = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v";
    add_line(&service, &line, &json!({"アクセストークン": token}));
    office::ring(&service);
    let delivery = ended(&service, "店長");
    assert!(delivery["理由"].as_str().unwrap().contains("LINE Notify は 2025-03-31 に終了"));
    assert!(line.requests().is_empty());
}

#[test]
fn every_cloud_service_is_told_of_a_call() {
    let service = office::open();
    let kinds = [
        ("Slack", "/services/T/B/abcdefgh", json!({}), "成功"),
        ("Teams", "/workflows/a/paths/invoke?sig=a%2Bb", json!({}), "受付"),
        ("Discord", "/api/webhooks/1/abcdefgh", json!({}), "成功"),
        ("Mattermost", "/hooks/abcdefgh", json!({}), "成功"),
        ("Chatwork", "/v2", json!({"トークン": "cw-token-0001", "宛先": "123"}), "成功"),
        ("Google Chat", "/v1/spaces/A/messages?key=k&token=t", json!({}), "成功"),
        ("LINE WORKS", "/message/abcdefgh", json!({}), "成功"),
        ("ntfy", "/office", json!({}), "成功"),
    ];
    let receivers: Vec<Receiver> = kinds.iter().map(|_| Receiver::start([])).collect();
    for ((kind, path, further, _), receiver) in kinds.iter().zip(&receivers) {
        add_chat(&service, kind, &receiver.url(path), further);
    }
    office::ring(&service);
    for ((kind, path, _, state), receiver) in kinds.iter().zip(&receivers) {
        let request = receiver.wait_for(1).remove(0);
        let said = String::from_utf8(request.body.clone()).unwrap();
        let name = if *kind == "Chatwork" { "%E5%92%8C%E6%AD%8C%E5%B1%B1" } else { "和歌山" };
        assert!(said.contains(name), "{kind}: {said}");
        assert_values(&ended(&service, kind), &[("状態", *state), ("試行回数", "1")]);
        match *kind {
            "Teams" => assert_eq!(request.path, *path, "sent as it stands"),
            "Discord" => assert!(request.path.ends_with("?wait=true")),
            "Chatwork" => assert_eq!(request.path, "/v2/rooms/123/messages"),
            "Google Chat" => assert!(request.path.contains("&requestId="), "{}", request.path),
            "ntfy" => assert_eq!(request.path, "/"),
            _ => assert_eq!(request.path, *path),
        }
    }
}

#[test]
fn a_message_that_may_have_come_twice_says_so() {
    let service = office::open();
    let slack = Receiver::start([Outcome::DropAfterAccept]);
    add_chat(&service, "Slack", &slack.url("/services/T/B/abcdefgh"), &json!({}));
    office::ring(&service);
    assert_eq!(slack.wait_for(2).len(), 2);
    let delivery = ended(&service, "Slack");
    assert_values(&delivery, &[("状態", "成功"), ("試行回数", "2"), ("理由", "重複の可能性")]);
}

#[test]
fn a_test_asks_where_the_provider_can_be_asked_and_sends_a_marked_message_elsewhere() {
    let service = Service::start();
    let discord = Receiver::start([]);
    let key = add_chat(&service, "Discord", &discord.url("/api/webhooks/1/abcdefgh"), &json!({}));
    let (result, text) = test(&service, &format!("Notification-Chat/{key}"));
    assert!(result == "True" && text.contains("127.0.0.1 は Discord の公式"), "{text}");
    assert_eq!(discord.wait_for(1)[0].method, "GET");
    let slack = Receiver::start([]);
    let key = add_chat(&service, "Slack", &slack.url("/services/T/B/abcdefgh"), &json!({}));
    let (result, text) = test(&service, &format!("Notification-Chat/{key}"));
    assert_eq!(result, "True", "{text}");
    let said = slack.wait_for(1)[0].json();
    assert!(said["text"].as_str().unwrap().starts_with("【テスト】"), "{said}");
}

#[test]
fn another_host_than_the_services_own_is_a_warning_and_no_refusal() {
    let service = Service::start();
    let url = "https://relay.example.com/services/T/B/abcdefgh";
    let key = add_chat(&service, "Slack", url, &json!({}));
    let result = || {
        let row = service.row("Notification-Chat", &key);
        row["最終結果"].as_str().unwrap().to_owned()
    };
    assert!(result().contains("relay.example.com は Slack の公式(hooks.slack.com"), "{}", result());
    assert!(!result().contains("abcdefgh"), "the path is a secret");
    let own = "https://hooks.slack.com/services/T/B/abcdefgh";
    service.put("Notification-Chat", &key, &json!({"URL": own}));
    assert_eq!(result(), "");
}

#[test]
fn what_a_person_sends_again_is_a_message_of_its_own() {
    let service = office::open();
    let line = Receiver::start([]);
    add_line(&service, &line, &json!({}));
    let refusal = || Outcome::Status(404, String::new(), json!({"errors": ["x"]}).to_string());
    let chatwork = Receiver::start([Outcome::Ok("{}".to_owned()), refusal()]);
    let rooms = json!({"トークン": "cw-token-0001", "宛先": "1,2"});
    add_chat(&service, "Chatwork", &chatwork.url("/v2"), &rooms);
    office::ring(&service);
    let sent = ended(&service, "店長");
    assert_values(&ended(&service, "Chatwork"), &[("状態", "失敗")]);
    for row in service.get("Notification-Delivery").as_array().unwrap() {
        let key = row["ID"].as_str().unwrap();
        service.put("Notification-Delivery", key, &json!({"状態": "再送"}));
    }
    let keys: Vec<String> = line
        .wait_for(2)
        .iter()
        .map(|request| request.header("x-line-retry-key").to_owned())
        .collect();
    assert_ne!(keys[0], keys[1], "LINE would take the second for the first: {sent}");
    let rooms: Vec<String> = chatwork.wait_for(3).into_iter().map(|one| one.path).collect();
    let path = |room: u32| format!("/v2/rooms/{room}/messages");
    assert_eq!(rooms, [path(1), path(2), path(2)], "room 1 has it");
    wait_for("the second room has it too", SOON, || {
        Some(ended(&service, "Chatwork")).filter(|row| row["状態"] == "成功")
    });
}
