//! `POST /R/(key)/Test`: a message to a target, and what became of it.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::deliveries::{KEY, add_chat, verify, written_key};
use crate::harness::http::Answer;
use crate::harness::place::free_port;
use crate::harness::{Kamailio, Outcome, Receiver, Service};
use crate::office;

fn test(service: &Service, path: &str) -> Answer {
    service.send("POST", &format!("{path}/Test"), &[], "")
}

/// result and msg.
fn outcome(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let json = answer.json();
    (json["result"].as_str().unwrap().to_owned(), json["msg"].as_str().unwrap().to_owned())
}

#[test]
fn a_target_that_answers_is_told_so_also_while_it_is_switched_off() {
    let service = Service::start();
    office::add_line(&service);
    let receiver = Receiver::start([]);
    let further = json!({"使用する": "False", "トークン": written_key()});
    let hook = add_chat(&service, "Webhook", &receiver.url("/hook"), &further);
    let room =
        add_chat(&service, "JANDI", &receiver.url("/room"), &json!({"メッセージ定義ID": "0"}));
    let url = receiver.url("/crm?tel={{相手TEL}}&line={{回線名}}");
    let call = service.post("IncomingCall-URL", &json!({"名称": "crm", "URL": url}));
    for path in [
        format!("Notification-Chat/{hook}"),
        format!("Notification-Chat/{room}"),
        format!("incomingcall-url/{call}"),
    ] {
        let (result, text) = outcome(&test(&service, &path));
        assert!(
            result == "True" && text.contains("成功") && text.contains("200"),
            "{path}: {text}"
        );
    }
    let requests = receiver.wait_for(3);
    verify(&requests[0]);
    assert_ne!(KEY, [0; 32]);
    let body = requests[0].json();
    assert_eq!(body["type"], "test");
    assert_eq!(body["data"]["着信記録"]["顧客名"], "テスト送信");
    assert!(requests[1].json()["body"].as_str().unwrap().contains("テスト送信"));
    assert_eq!(requests[2].path, "/crm?tel=09000000001&line=%E6%9C%AC%E5%BA%97");
    let deliveries = service.get("Notification-Delivery?タイミング=テスト");
    assert_eq!(deliveries.as_array().unwrap().len(), 3);
    assert_eq!(deliveries[0]["着信記録ID"], "0");
    assert_eq!(service.row("Notification-Chat", &hook)["最終結果"], "成功");
    let audit = service.get("Audit-Log?操作=実行");
    assert_eq!((&audit[0]["資源"], &audit[0]["キー"]), (&json!("Notification-Chat"), &json!(hook)));
    assert_eq!(service.get("ReceivedCall-Record"), json!([]), "nobody has called");
}

#[test]
fn a_target_that_fails_is_told_at_once_and_not_tried_again() {
    let service = Service::start();
    let receiver = Receiver::start([
        Outcome::Status(503, String::new(), "busy".to_owned()),
        Outcome::Status(404, String::new(), String::new()),
        Outcome::DropBeforeReply,
    ]);
    let hook = add_chat(&service, "Webhook", &receiver.url("/hook"), &json!({}));
    let path = format!("Notification-Chat/{hook}");
    for part in ["503 busy", "404", ""] {
        let (result, text) = outcome(&test(&service, &path));
        assert!(result == "False" && text.starts_with("失敗: ") && text.contains(part), "{text}");
    }
    assert_eq!(receiver.requests().len(), 2, "one each; the third was not read");
    let states = service.get("Notification-Delivery?状態=失敗");
    assert_eq!(states.as_array().unwrap().len(), 3);
}

/// The outbox looks at its table every second; whoever ordered a test or a repeat is not to wait for
/// that. The quickest of several counts, whatever else the machine has to do.
#[test]
fn a_test_goes_out_at_once() {
    let service = Service::start();
    let receiver = Receiver::start([]);
    let hook =
        add_chat(&service, "Webhook", &receiver.url("/hook"), &json!({"トークン": written_key()}));
    let path = format!("Notification-Chat/{hook}");
    outcome(&test(&service, &path));
    let quickest = (0..8).map(|_| {
        let began = Instant::now();
        assert_eq!(outcome(&test(&service, &path)).0, "True");
        began.elapsed()
    });
    let quickest = quickest.min().unwrap();
    assert!(quickest < Duration::from_millis(700), "{quickest:?}");
}

#[test]
fn a_sip_server_is_asked_whether_it_is_there() {
    let service = Service::start();
    let kamailio = Kamailio::start("MD5");
    let row = json!({
        "接続名": "gateway", "SIPサーバーアドレス": "127.0.0.1",
        "SIPサーバーポート": kamailio.address().port().to_string(), "登録しない": "True",
        "使用する": "False",
    });
    let key = service.post("SIP-ServerConnection", &row);
    let (result, text) = outcome(&test(&service, &format!("SIP-ServerConnection/{key}")));
    assert!(result == "True" && text.contains("SIP "), "{text}");
    assert!(!text.contains("登録状態"), "it is switched off: {text}");
    let nowhere = json!({"SIPサーバーポート": free_port().to_string(), "トランスポート": "TCP"});
    service.put("SIP-ServerConnection", &key, &nowhere);
    let (result, text) = outcome(&test(&service, &format!("SIP-ServerConnection/{key}")));
    assert!(result == "False" && text.contains("接続できません"), "{text}");
    let audit = service.get("Audit-Log?操作=実行&資源=SIP-ServerConnection");
    assert_eq!(audit.as_array().unwrap().len(), 2);
}

#[test]
fn the_test_of_an_address_that_screens_open_shows_it() {
    let service = Service::start();
    office::add_line(&service);
    let url = "https://crm.example.com/?tel={{相手TEL}}&line={{回線名}}";
    let row = json!({"名称": "crm", "URL": url, "動作": "クライアントで開く"});
    let key = service.post("IncomingCall-URL", &row);
    let (result, text) = outcome(&test(&service, &format!("IncomingCall-URL/{key}")));
    let filled = "https://crm.example.com/?tel=09000000001&line=%E6%9C%AC%E5%BA%97";
    assert!(result == "True" && text.ends_with(filled), "{text}");
    assert_eq!(service.get("Notification-Delivery"), json!([]), "nothing is sent");
    assert_eq!(service.get("Audit-Log?操作=実行").as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_tested_says_why() {
    let service = Service::start();
    let refused = |path: &str, status: u16| {
        let answer = test(&service, path);
        assert_eq!((answer.status, &answer.json()["result"]), (status, &json!("False")), "{path}");
        answer.json()["msg"].as_str().unwrap().to_owned()
    };
    refused("Notification-Chat/99", 404);
    refused("Notification-Chat/x", 404);
    refused("ContainmentLine/1", 404);
    let answer = service.send("GET", "IncomingCall-URL/1/Test", &[], "");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("OPTIONS, POST")));
    assert_eq!(service.get("Notification-Delivery"), json!([]));
}
