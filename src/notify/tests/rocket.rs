//! Rocket.Chat: log-in, rooms and messages of a server, and its webhooks.

use super::double::{Double, Service, meets_every_outcome};
use super::receiver::{Act, Seen};
use super::*;
use crate::clock::Clock;
use crate::notify::payload::{Payload, Progress};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::notify::target::{Call, target_of};

const LOGGED_IN: &str =
    r#"{"status":"success","data":{"userId":"u1","authToken":"secret-token"},"success":true}"#;
const ROOMS: &str = r#"{"update":[{"_id":"GENERAL","t":"c","name":"general"},{"_id":"r2","t":"p","name":"営業ルーム"},{"_id":"d3","t":"d","usernames":["cti","hanako"]}],"remove":[],"success":true}"#;
const SENT: &str = r#"{"message":{"_id":"mid-1","rid":"r2","msg":"x"},"success":true}"#;
const SEND: &str = "/api/v1/chat.sendMessage";
const LOG_IN: &str = "/api/v1/login";
const ROOMS_GET: &str = "/api/v1/rooms.get";
const GET_MESSAGE: &str = "/api/v1/chat.getMessage";

const API: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[
        ("name", "営業"),
        ("kind", "Rocket.Chat"),
        ("url", "{}/"),
        ("login", "cti"),
        ("password", "pass word&1"),
        ("destination", "営業ルーム"),
        ("mentions", "hanako,@all"),
        ("color", "#FAC11B"),
    ],
    answers: &[(LOG_IN, 200, LOGGED_IN), (ROOMS_GET, 200, ROOMS), (SEND, 200, SENT)],
    path: SEND,
};

const HOOK: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "営業"), ("kind", "Rocket.Chat"), ("url", "{}/hooks/abc/def")],
    answers: &[("/hooks/abc/def", 200, r#"{"success":true}"#)],
    path: "/hooks/abc/def",
};

fn lines(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(Seen::line).collect()
}

#[tokio::test]
async fn every_outcome() {
    meets_every_outcome(&API, |sent| *sent == Sent::Delivered("mid-1".to_owned())).await;
    meets_every_outcome(&HOOK, |sent| *sent == Sent::delivered()).await;
}

#[tokio::test]
async fn log_in_rooms_and_message() {
    let service = API.service().await;
    service.send().await.result.unwrap();
    let seen = service.receiver.seen();
    let steps = ["POST /api/v1/login", "GET /api/v1/rooms.get", "POST /api/v1/chat.sendMessage"];
    assert_eq!(lines(&seen), steps);
    assert_eq!(seen[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen[0].body, "user=cti&password=pass%20word%261");
    for request in &seen[1..] {
        assert_eq!(request.header("x-user-id"), Some("u1"));
        assert_eq!(request.header("x-auth-token"), Some("secret-token"));
    }
    let body = seen[2].json();
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["message"]);
    let message = &body["message"];
    assert_eq!(message["rid"], "r2");
    assert_eq!(message["msg"], "@hanako @all 和歌山 花子 090-0000-0001");
    assert_eq!(message["_id"].as_str().unwrap().len(), 24);
    assert_eq!(
        message["attachments"],
        serde_json::json!([{"title": "本店 着信", "text": "紀州商店",
            "image_url": "https://img.example.com/101.png", "color": "#FAC11B"}])
    );
}

#[tokio::test]
async fn rows_with_one_user_share_a_log_in_and_many_at_once_make_one() {
    let service = API.service().await;
    let all = futures_util::future::join_all((0..8).map(|_| service.send())).await;
    assert!(all.iter().all(|carried| carried.result.is_ok()));
    let seen = service.receiver.seen();
    for (path, count) in [(LOG_IN, 1), (ROOMS_GET, 1), (SEND, 8)] {
        assert_eq!(seen.iter().filter(|one| one.path() == path).count(), count, "{path}");
    }
}

#[tokio::test]
async fn a_token_that_ended_is_fetched_once_more_and_never_a_third_time() {
    let service = API.service().await;
    service.send().await.result.unwrap();
    let (carried, seen) = service.send_into(Act::Answer(401, "", "{}")).await;
    carried.result.unwrap();
    assert_eq!(seen.iter().map(Seen::path).collect::<Vec<_>>(), [SEND, LOG_IN, SEND]);
    service.receiver.forget();
    service.receiver.at(SEND, [Act::Answer(401, "", "{}"), Act::Answer(401, "", "{}")]);
    let fault = service.send().await.result.unwrap_err();
    assert!(matches!(fault, SendError::Never { scope: Scope::Target, .. }), "{fault:?}");
    let seen = service.receiver.seen();
    assert_eq!(seen.iter().map(Seen::path).collect::<Vec<_>>(), [SEND, LOG_IN, SEND]);
}

#[tokio::test]
async fn a_refused_password_is_not_tried_again() {
    let service = API.service().await;
    service.receiver.always(LOG_IN, Act::Answer(401, "", r#"{"error":"totp-required"}"#));
    for _ in 0..3 {
        let carried = service.send().await;
        let fault = carried.result.unwrap_err();
        assert!(
            matches!(&fault, SendError::Never { scope: Scope::Target, why }
            if why.contains("パーソナルアクセストークン")),
            "{fault:?}"
        );
    }
    assert_eq!(lines(&service.receiver.seen()), ["POST /api/v1/login"]);
}

#[tokio::test]
async fn a_token_of_the_row_needs_no_log_in() {
    let mut service = API.service().await;
    service.row.set("password", Value::Empty);
    service.row.set("token", Value::Text("personal-token".into()));
    service.row.set("destination", Value::Text("@hanako".into()));
    service.send().await.result.unwrap();
    let seen = service.receiver.seen();
    assert_eq!(lines(&seen), ["GET /api/v1/rooms.get", "POST /api/v1/chat.sendMessage"]);
    assert_eq!(seen[1].header("x-auth-token"), Some("personal-token"));
    assert_eq!(seen[1].header("x-user-id"), Some("cti"));
    assert_eq!(seen[1].json()["message"]["rid"], "d3");
}

#[tokio::test]
async fn rooms_may_be_a_plain_list_and_may_be_named_by_id() {
    let mut service = API.service().await;
    let list = r##"[{"_id":"r9","t":"c","name":"営業ルーム"},{"_id":"GENERAL","name":"general"}]"##;
    service.receiver.always(ROOMS_GET, Act::Answer(200, "", list));
    service.row.set("destination", Value::Text("営業ルーム,#general,GENERAL".into()));
    let payload = service.payload();
    let mut progress = Progress::default();
    let mut rooms = Vec::new();
    for name in payload.recipients() {
        service.receiver.forget();
        service.attempt(&payload, &progress, false).await.result.unwrap();
        let seen = service.receiver.seen();
        rooms.push(seen.last().unwrap().json()["message"]["rid"].as_str().unwrap().to_owned());
        progress.done.push(name.clone());
    }
    assert_eq!(rooms, ["r9", "GENERAL", "GENERAL"]);
}

#[tokio::test]
async fn an_unknown_room_fails_alone_and_says_so() {
    let mut service = API.service().await;
    service.row.set("destination", Value::Text("ない部屋".into()));
    let fault = service.send().await.result.unwrap_err();
    assert!(
        matches!(&fault, SendError::Never { scope: Scope::Recipient, why }
        if why.contains("ない部屋")),
        "{fault:?}"
    );
    assert!(service.receiver.seen().iter().all(|seen| seen.path() != SEND));
}

/// One attempt after one that may have arrived.
async fn again(service: &Service) -> (Sent, Vec<Seen>) {
    service.receiver.forget();
    let progress = Progress { ambiguous: true, ..Progress::default() };
    let carried = service.attempt(&service.payload(), &progress, true).await;
    (carried.result.unwrap(), service.receiver.seen())
}

#[tokio::test]
async fn a_message_that_may_have_arrived_is_looked_for_first() {
    let service = API.service().await;
    let (carried, seen) = service.send_into(Act::DropAfterAccept).await;
    assert!(matches!(carried.result, Err(SendError::Later { ambiguous: true, .. })));
    let id = seen.last().unwrap().json()["message"]["_id"].as_str().unwrap().to_owned();
    let asked = format!("GET /api/v1/chat.getMessage?msgId={id}");

    service.receiver.always(GET_MESSAGE, Act::Answer(400, "", r#"{"success":false}"#));
    let (_, seen) = again(&service).await;
    assert_eq!(lines(&seen), [asked.as_str(), "POST /api/v1/chat.sendMessage"]);
    assert_eq!(seen[1].json()["message"]["_id"], id, "a repeat has the same id");

    let there = format!(r#"{{"message":{{"_id":"{id}"}},"success":true}}"#);
    service.receiver.always(GET_MESSAGE, Act::Say(200, String::new(), there));
    let (sent, seen) = again(&service).await;
    assert_eq!(lines(&seen), [asked]);
    assert_eq!(sent, Sent::Delivered(id));
}

#[tokio::test]
async fn trouble_before_the_message_is_sent_is_not_ambiguous() {
    for path in [LOG_IN, ROOMS_GET] {
        let service = API.service().await;
        service.receiver.at(path, [Act::DropAfterAccept]);
        let fault = service.send().await.result.unwrap_err();
        assert!(matches!(fault, SendError::Later { ambiguous: false, .. }), "{path} {fault:?}");
    }
}

#[tokio::test]
async fn the_limit_ends_when_the_server_says() {
    for double in [&API, &HOOK] {
        let service = double.service().await;
        let reset = Clock::system().now() + 42_000;
        let header = format!("x-ratelimit-reset: {reset}\r\n");
        let body =
            r#"{"success":false,"error":"Error, too many requests. [error-too-many-requests]"}"#;
        let (carried, _) = service.send_into(Act::Say(429, header, body.into())).await;
        let fault = carried.result.unwrap_err();
        let SendError::Later { after: Some(after), ambiguous: false, .. } = fault else {
            panic!("{fault:?}")
        };
        assert!((30..=42).contains(&after.as_secs()), "{after:?}");
    }
}

#[tokio::test]
async fn refusals_are_told_in_the_servers_words() {
    let service = API.service().await;
    let body =
        r#"{"success":false,"error":"Invalid body [invalid-params]","errorType":"invalid-params"}"#;
    let (carried, _) = service.send_into(Act::Answer(400, "", body)).await;
    assert!(carried.result.unwrap_err().to_string().contains("(invalid-params)"));
    let (carried, _) = service.send_into(Act::Answer(200, "", r#"{"success":false}"#)).await;
    assert!(matches!(carried.result, Err(SendError::Never { scope: Scope::Delivery, .. })));
    let (carried, _) = service.send_into(Act::Answer(200, "", "<html>")).await;
    assert!(carried.result.unwrap_err().to_string().contains("JSON"));
    let hook = HOOK.service().await;
    let body = r#"{"success":false,"error":"Invalid integration id or token provided."}"#;
    let (carried, _) = hook.send_into(Act::Answer(400, "", body)).await;
    assert!(matches!(carried.result, Err(SendError::Never { scope: Scope::Target, .. })));
}

#[tokio::test]
async fn a_check_looks_for_the_rooms_and_sends_nothing() {
    let service = API.service().await;
    let carried = service.attempt(&Payload::Check, &Progress::default(), false).await;
    assert_eq!(carried.result, Ok(Sent::delivered()));
    assert_eq!(lines(&service.receiver.seen()), ["POST /api/v1/login", "GET /api/v1/rooms.get"]);
    assert!(!carried.answer.contains("secret-token"), "{}", carried.answer);
}

#[tokio::test]
async fn a_hook_gets_a_text_and_a_channel_where_the_row_names_one() {
    let mut service = HOOK.service().await;
    service.send().await.result.unwrap();
    let body = service.receiver.seen()[0].json();
    assert_eq!(body["text"], "和歌山 花子 090-0000-0001");
    assert_eq!(body.get("channel"), None);
    service.row.set("destination", Value::Text("#general".into()));
    service.receiver.forget();
    service.send().await.result.unwrap();
    assert_eq!(service.receiver.seen()[0].json()["channel"], "#general");
}

#[tokio::test]
async fn an_administrator_gets_the_rooms_as_they_came() {
    let service = API.service().await;
    let target = target_of(&service.row).unwrap();
    assert_eq!(target.functions(), ["rooms.get"]);
    let call = Call {
        row: service.row.clone(),
        function: "rooms.get",
        arguments: serde_json::Value::Null,
        carriers: service.carriers.clone(),
    };
    let reply = target.call(call).await.unwrap();
    assert_eq!(reply, serde_json::from_str::<serde_json::Value>(ROOMS).unwrap());
}
