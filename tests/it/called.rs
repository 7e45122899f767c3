//! Functions of chat services for administrators: over REST and at the terminal.

use serde_json::{Value, json};

use crate::commands::run;
use crate::deliveries::add_chat;
use crate::harness::{Outcome, Receiver, Service};

const MEETING_ROOMS: &str = r#"{"conferenceRooms":[{"id":"1","name":"大会議室"}]}"#;
const ROOMS: &str = r#"{"update":[{"_id":"GENERAL","name":"general"}],"remove":[],"success":true}"#;

fn messenger(service: &Service, receiver: &Receiver) -> String {
    let further = json!({"トークン": "QIQVOSvRJHrQElDwj20x", "宛先": "受付"});
    add_chat(service, "Chat&Messenger", &receiver.url(""), &further)
}

/// status, and the whole answer.
fn call(service: &Service, key: &str, function: &str, body: &str) -> (u16, Value) {
    let path = format!("Notification-Chat/{key}/Call/{function}");
    let answer = service.send("POST", &path, &[], body);
    (answer.status, answer.json())
}

#[test]
fn an_administrator_picks_a_room_over_rest() {
    let receiver = Receiver::start([
        Outcome::Ok(MEETING_ROOMS.to_owned()),
        Outcome::Ok(r#"{"errors":["no such room"]}"#.to_owned()),
    ]);
    let service = Service::start();
    let key = messenger(&service, &receiver);
    let (status, answer) = call(&service, &key, "getConferenceMaster", "");
    assert_eq!(
        (status, &answer["result"], &answer["msg"]),
        (200, &json!("True"), &json!("正常終了"))
    );
    assert_eq!(answer["data"]["conferenceRooms"][0]["name"], "大会議室");
    let text = r#"{"send":"会議","message":"こんにちは","users":["a@example.com"]}"#;
    let (status, answer) = call(&service, &key, "sendmessage", text);
    assert_eq!((status, &answer["result"]), (200, &json!("False")));
    assert!(answer["msg"].as_str().unwrap().contains("no such room"), "{answer}");
    let requests = receiver.requests();
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("GET", "/getConferenceMaster")
    );
    assert_eq!(requests[1].header("x-cam-apitoken"), "QIQVOSvRJHrQElDwj20x");
    let audit = service.get("Audit-Log?操作=実行");
    assert_eq!(audit.as_array().unwrap().len(), 2, "{audit}");
    assert!(!audit.to_string().contains("QIQVOSvRJHrQElDwj20x"));
}

#[test]
fn what_cannot_be_called_is_refused_and_nothing_is_sent() {
    let receiver = Receiver::start([]);
    let service = Service::start();
    let key = messenger(&service, &receiver);
    let hook = add_chat(&service, "Webhook", &receiver.url("/in"), &json!({}));
    let (status, answer) = call(&service, &key, "rooms.get", "");
    assert_eq!(status, 404);
    assert!(answer["msg"].as_str().unwrap().contains("getConferenceMaster"), "{answer}");
    assert_eq!(call(&service, &hook, "sendMessage", "").0, 404);
    assert_eq!(call(&service, "99", "sendMessage", "").0, 404);
    assert_eq!(call(&service, &key, "sendMessage", "{").0, 400);
    let (status, answer) = call(&service, &key, "getConferenceRoomStatus", "\"2019\"");
    assert_eq!((status, &answer["result"]), (200, &json!("False")));
    let path = format!("Notification-Chat/{key}/Call/sendMessage");
    assert_eq!(service.send("GET", &path, &[], "").status, 405);
    assert_eq!(service.send("POST", "ContainmentLine/1/Call/x", &[], "").status, 404);
    assert!(receiver.requests().is_empty());
}

#[test]
fn only_administrators_call() {
    let receiver = Receiver::start([]);
    let service = Service::start();
    let key = messenger(&service, &receiver);
    let token = |role: &str| {
        let words = ["token", "add", role, "--role", role];
        run(&service.data_dir(), &words, "").ok().out().trim().to_owned()
    };
    let (operator, administrator) = (token("一般"), token("管理者"));
    let admin = ["user", "add", "admin", "--role", "管理者"];
    run(&service.data_dir(), &admin, "correct-horse-battery\n").ok();
    let path = format!("Notification-Chat/{key}/Call/getConferenceRooms");
    for (token, status) in [(operator, 403), (administrator, 200)] {
        let bearer = format!("Bearer {token}");
        let answer = service.send("POST", &path, &[("Authorization", &bearer)], "");
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    assert_eq!(service.send("POST", &path, &[], "").status, 401);
    assert_eq!(receiver.requests().len(), 1);
}

#[test]
fn the_terminal_does_the_same_also_while_the_service_runs() {
    let receiver = Receiver::start([
        Outcome::Ok(MEETING_ROOMS.to_owned()),
        Outcome::Ok("{}".to_owned()),
        Outcome::Ok(r#"{"data":{"userId":"u","authToken":"secret-token"}}"#.to_owned()),
        Outcome::Ok(ROOMS.to_owned()),
        Outcome::Status(403, String::new(), String::new()),
    ]);
    let mut service = Service::start();
    let key = messenger(&service, &receiver);
    let further = json!({"ユーザーID": "cti", "パスワード": "himitsu-password", "宛先": "general"});
    let rocket = add_chat(&service, "Rocket.Chat", &receiver.url(""), &further);
    let chat = |words: &[&str]| {
        let words: Vec<&str> = ["chat"].iter().chain(words).copied().collect();
        run(&service.data_dir(), &words, "")
    };
    let rooms = chat(&[&key, "getConferenceRooms"]).ok();
    assert_eq!(
        serde_json::from_str::<Value>(&rooms.out()).unwrap()["conferenceRooms"][0]["id"],
        "1"
    );
    chat(&[&key, "sendMessage", r#"{"send":"会議","message":"50% & more"}"#]).ok();
    let rooms = chat(&[&rocket, "rooms.get"]).ok();
    assert_eq!(serde_json::from_str::<Value>(&rooms.out()).unwrap()["update"][0]["_id"], "GENERAL");
    assert!(!format!("{}{}", rooms.out(), rooms.said()).contains("secret-token"));
    chat(&[&key, "getConferenceMaster"]).ends_with(1).says("Enterprise");
    chat(&[&key, "nothing"]).ends_with(2).says("getConferenceMaster");
    chat(&[&key, "sendMessage", "{"]).ends_with(2).says("JSON");
    chat(&["99", "rooms.get"]).ends_with(1).says("99");
    assert_eq!(receiver.requests().len(), 5);
    service.stop();
    run(&service.data_dir(), &["chat", &key, "getConferenceRooms"], "").ok();
}
