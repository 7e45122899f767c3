//! Chat&Messenger: the forms of seeds 000 and 001.

use super::double::{Double, Service, meets_every_outcome};
use super::receiver::{Act, Seen};
use super::*;
use crate::clock::Clock;
use crate::notify::Wording;
use crate::notify::payload::{Payload, Progress};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::notify::target::{Call, target_of};

const SEND: &str = "/sendMessage";
const BATCH: &str = "/sendMessages";
const QUICK: &str = "/createQuickCall";

const CAM: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[
        ("name", "受付"),
        ("kind", "Chat&Messenger"),
        ("url", "{}/\\ "),
        ("token", "QIQVOSvRJHrQElDwj20x"),
        ("destination", "user1@example.com,受付 & 営業,user2@example.com"),
        ("mentions", "boss@example.com"),
    ],
    answers: &[
        (SEND, 200, "{}"),
        (BATCH, 200, "{}"),
        (QUICK, 200, r#"{"url":"https://cam.example.com/call/1"}"#),
    ],
    path: SEND,
};

/// The one field of a form, decoded and read.
fn field(seen: &Seen, name: &str) -> serde_json::Value {
    let url = reqwest::Url::parse(&format!("http://h/?{}", seen.body)).unwrap();
    let fields: Vec<_> = url.query_pairs().collect();
    assert_eq!(fields.len(), 1, "{}", seen.body);
    assert_eq!(fields[0].0, name);
    serde_json::from_str(&fields[0].1).unwrap()
}

async fn to_all(service: &Service) -> Vec<Seen> {
    let payload = service.payload();
    let mut progress = Progress::default();
    service.receiver.forget();
    for recipient in payload.recipients() {
        let carried = service.attempt(&payload, &progress, false).await;
        assert_eq!(carried.result, Ok(Sent::Accepted(String::new())));
        progress.done.push(recipient.clone());
    }
    service.receiver.seen()
}

#[tokio::test]
async fn every_outcome() {
    meets_every_outcome(&CAM, |sent| *sent == Sent::Accepted(String::new())).await;
}

#[tokio::test]
async fn a_room_and_all_persons_get_the_message_of_the_seed() {
    let service = CAM.service().await;
    let seen = to_all(&service).await;
    assert_eq!(seen.len(), 2);
    for request in &seen {
        assert_eq!(request.line(), "POST /sendMessage");
        assert_eq!(request.header("x-cam-apitoken"), Some("QIQVOSvRJHrQElDwj20x"));
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        // What `curl -d` would cut is percent-encoded.
        let raw = request.body.strip_prefix("message=").unwrap();
        assert!(raw.bytes().all(|b| b.is_ascii_alphanumeric() || b"%-._*".contains(&b)), "{raw}");
    }
    let text = "和歌山 花子 090-0000-0001\n本店 着信\n紀州商店";
    assert_eq!(
        field(&seen[0], "message"),
        serde_json::json!({"panelName": "受付 & 営業", "message": text, "isOpened": false,
            "generalPurposes": {"users": "boss@example.com"}})
    );
    assert_eq!(
        field(&seen[1], "message"),
        serde_json::json!({"panelName": "messenger", "message": text, "isOpened": false,
            "generalPurposes": {"users": "user1@example.com,user2@example.com"}})
    );
}

#[tokio::test]
async fn a_sealed_message_says_so() {
    let mut service = CAM.service().await;
    service.row.set("sealed", Value::Int(1));
    let seen = to_all(&service).await;
    assert_eq!(field(&seen[0], "message")["isOpened"], true);
}

#[tokio::test]
async fn one_delivery_makes_one_meeting_and_tells_its_random_password() {
    let mut service = CAM.service().await;
    service.row.set("meeting", Value::Int(1));
    service.row.set("meeting_minutes", Value::Int(60));
    service.scene.put(&CHAT_MESSAGE, &[&[("name", "会議"), ("body", "{{顧客名}} {{会議URL}} へ")]]);
    let seen = to_all(&service).await;
    let paths: Vec<&str> = seen.iter().map(Seen::path).collect();
    assert_eq!(paths, [QUICK, SEND, SEND]);
    let ends = ringing_at() + 3_600_000;
    let password = seen[0].body.strip_prefix(&format!("expiredDate={ends}&password=")).unwrap();
    assert_eq!(password.len(), 10);
    let expected = format!("和歌山 花子 https://cam.example.com/call/1 パスワード: {password} へ");
    for request in &seen[1..] {
        assert_eq!(field(request, "message")["message"], expected.as_str());
    }
}

#[tokio::test]
async fn an_own_password_is_not_told_and_a_text_without_a_place_gets_a_line() {
    let mut service = CAM.service().await;
    service.row.set("meeting", Value::Int(1));
    service.row.set("meeting_password", Value::Text("himitsu!".into()));
    service.scene.put(&CHAT_MESSAGE, &[&[("name", "短"), ("body", "{{顧客名}}")]]);
    let seen = to_all(&service).await;
    assert!(seen[0].body.ends_with("&password=himitsu%21"), "{}", seen[0].body);
    let text = "和歌山 花子\n会議: https://cam.example.com/call/1";
    assert_eq!(field(&seen[1], "message")["message"], text);
}

#[tokio::test]
async fn a_notice_without_a_meeting_is_better_than_none() {
    for act in [Act::Answer(500, "", ""), Act::Answer(200, "", "{}"), Act::DropAfterAccept] {
        let mut service = CAM.service().await;
        service.row.set("meeting", Value::Int(1));
        service.scene.put(&CHAT_MESSAGE, &[&[("name", "会議"), ("body", "{{会議URL}}")]]);
        service.receiver.always(QUICK, act);
        let seen = to_all(&service).await;
        let text = field(seen.last().unwrap(), "message")["message"].to_string();
        assert!(text.contains("作れませんでした"), "{text}");
    }
}

#[tokio::test]
async fn a_digest_is_one_request_of_the_batch_form() {
    let service = CAM.service().await;
    let lines: Vec<String> = (0..90).map(|n| format!("{n:02} {}", "花".repeat(60))).collect();
    let wording =
        Wording::Digest { heading: "不在着信 90件".into(), lines, calls: Vec::new() };
    let payload = service.scene.with(|occasion| {
        let occasion = Occasion { wording: Some(&wording), ..*occasion };
        target_of(&service.row).unwrap().compose(&service.row, &occasion, &values(&occasion))
    });
    let carried = service.attempt(&payload, &Progress::default(), false).await;
    assert_eq!(carried.result, Ok(Sent::Accepted(String::new())));
    let seen = service.receiver.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line(), "POST /sendMessages");
    let items = field(&seen[0], "messages");
    let items = items.as_array().unwrap();
    assert_eq!(items.len(), 4, "two pages for the room and two for the persons");
    assert_eq!(items[0]["send"], "受付 & 営業");
    assert_eq!(items[2]["property"]["users"], "user1@example.com,user2@example.com");
    let whole: Vec<&str> =
        items[..2].iter().flat_map(|item| item["message"].as_str().unwrap().lines()).collect();
    assert_eq!(whole.len(), 91, "no call is cut off");
    assert!(whole[0].contains("90件"), "{}", whole[0]);
}

#[tokio::test]
async fn errors_in_a_reply_are_a_refusal() {
    let service = CAM.service().await;
    for (reply, refused) in [
        (r#"{"errors":["room not found"]}"#, true),
        (r#"{"errors":"no"}"#, true),
        (r#"{"errors":{"code":1}}"#, true),
        (r#"{"errors":[]}"#, false),
        (r#"{"errors":null,"ok":1}"#, false),
        ("OK", false),
        ("", false),
    ] {
        let (carried, _) = service.send_into(Act::Answer(200, "", reply)).await;
        match carried.result {
            Err(SendError::Never { scope: Scope::Recipient, .. }) => assert!(refused, "{reply}"),
            Ok(Sent::Accepted(_)) => assert!(!refused, "{reply}"),
            other => panic!("{reply} {other:?}"),
        }
    }
    let (carried, _) = service.send_into(Act::Answer(403, "", "")).await;
    assert!(
        matches!(&carried.result, Err(SendError::Never { scope: Scope::Target, why })
        if why.contains("Enterprise")),
        "{:?}",
        carried.result
    );
}

/// What a function answers, and the request that it makes.
async fn call(
    service: &Service,
    function: &str,
    arguments: serde_json::Value,
) -> Result<(serde_json::Value, Seen), String> {
    let target = target_of(&service.row).unwrap();
    let function = target.functions().iter().find(|own| **own == function).unwrap();
    let carriers = service.carriers.clone();
    service.receiver.forget();
    let call = Call { row: service.row.clone(), function, arguments, carriers };
    let reply = target.call(call).await.map_err(|fault| fault.to_string())?;
    Ok((reply, service.receiver.seen().remove(0)))
}

#[tokio::test]
async fn the_functions_of_the_seeds() {
    use serde_json::json;
    let service = CAM.service().await;
    for (function, key) in
        [("getConferenceMaster", "conferenceRooms"), ("getConferenceRooms", "conferenceRooms")]
    {
        let body = format!("{{\"{key}\":[{{\"id\":1}}]}}");
        service.receiver.always(&format!("/{function}"), Act::Say(200, String::new(), body));
        let (reply, seen) = call(&service, function, json!(null)).await.unwrap();
        assert_eq!(reply[key][0]["id"], 1);
        assert_eq!((seen.line(), seen.body.as_str()), (format!("GET /{function}").as_str(), ""));
        assert!(seen.header("x-cam-apitoken").is_some());
    }
    for day in [json!("201908"), json!({"yyyyMMdd": "20190801"}), json!({"yyyyMMdd": 201908})] {
        let (_, seen) = call(&service, "getConferenceRoomStatus", day).await.unwrap();
        assert!(seen.body.starts_with("yyyyMMdd=201908"), "{}", seen.body);
    }
    let room = json!({"id": "1564831284702237059", "name": "秘密会議", "isPublic": false,
        "memberUids": {"11u1pu9d32p8vuvjoZdd": true}});
    for arguments in [room.clone(), json!({"chatRoom": room})] {
        let (_, seen) = call(&service, "updateChatRoom", arguments).await.unwrap();
        assert_eq!(field(&seen, "chatRoom"), room);
    }
    let ends = Clock::system().now() + 1_000_000;
    let arguments = json!({"expiredDate": ends, "password": "password!"});
    let (reply, seen) = call(&service, "createQuickCall", arguments).await.unwrap();
    assert_eq!(seen.body, format!("expiredDate={ends}&password=password%21"));
    assert_eq!(reply["url"], "https://cam.example.com/call/1");
}

#[tokio::test]
async fn messages_of_an_administrator() {
    use serde_json::json;
    let service = CAM.service().await;
    let direct = json!({"panelName": "messenger", "message": "Hello", "isOpened": false,
        "generalPurposes": {"users": "a@example.com,b@example.com"}});
    let spaced = json!({"send": "messenger", "message": "Hello", "seal": false,
        "users": "a@example.com, b@example.com"});
    let listed = json!({"message": "Hello", "users": ["a@example.com", " b@example.com"]});
    for arguments in [direct.clone(), spaced, listed] {
        let (_, seen) = call(&service, "sendMessage", arguments).await.unwrap();
        assert_eq!(field(&seen, "message"), direct);
    }
    let items = json!([{"message": "1", "property": {"users": "a@example.com, b@example.com"}},
        {"send": "test", "message": "2"}]);
    let (_, seen) = call(&service, "sendMessages", json!({"messages": items})).await.unwrap();
    assert_eq!(
        field(&seen, "messages"),
        json!([{"message": "1", "property": {"users": "a@example.com,b@example.com"}},
            {"send": "test", "message": "2"}])
    );
}

#[tokio::test]
async fn arguments_that_are_none_send_nothing() {
    use serde_json::json;
    let service = CAM.service().await;
    for (function, arguments) in [
        ("sendMessage", json!(null)),
        ("sendMessage", json!({"message": "x"})),
        ("sendMessages", json!({"messages": []})),
        ("sendMessages", json!([{"message": "x"}])),
        ("sendMessages", json!([{"send": "a", "users": "b@example.com", "message": "x"}])),
        ("createQuickCall", json!({"expiredDate": 1})),
        ("updateChatRoom", json!({"id": "1"})),
        ("getConferenceRoomStatus", json!("2019")),
        ("getConferenceRoomStatus", json!(null)),
    ] {
        assert!(
            call(&service, function, arguments.clone()).await.is_err(),
            "{function} {arguments}"
        );
        assert!(service.receiver.seen().is_empty(), "{function}");
    }
    service.receiver.always("/getConferenceMaster", Act::Answer(200, "", r#"{"errors":["x"]}"#));
    let fault = call(&service, "getConferenceMaster", json!(null)).await.unwrap_err();
    assert!(fault.contains("断りました"), "{fault}");
}

#[test]
fn a_payload_of_another_kind_is_not_sent() {
    let mut scene = full();
    scene.put(&CHAT_TARGET, &[&[("name", "x"), ("kind", "JANDI"), ("url", "https://h.example/a")]]);
    let planned = scene.plan();
    let jandi = planned.iter().find(|one| one.target.resource == "Notification-Chat").unwrap();
    let payload = Payload::from_text(&jandi.payload).unwrap();
    let cells = [("name", "x"), ("kind", "Chat&Messenger"), ("url", "https://h.example/a")];
    let row = row(&CHAT_TARGET, 1, &cells);
    let attempt = crate::notify::target::Attempt {
        id: "1",
        at: 0,
        progress: &Progress::default(),
        repeated: false,
    };
    let prepared = target_of(&row).unwrap().prepare(&row, &payload, &attempt);
    assert!(prepared.err().unwrap().to_string().contains("種別が変わった"));
}
