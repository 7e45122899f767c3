//! Every cloud kind against a scripted service: ok, refusals, trouble, silence, and LINE's log-in.

use std::sync::Arc;

use super::*;
use crate::notify::carrier::Carried;
use crate::notify::retry::{Scope, Sent};
use crate::notify::target::Call;
use crate::notify::tests::double::{Double, meets_every_outcome};
use crate::notify::tests::receiver::Act;

const SLACK: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "x"), ("kind", "Slack"), ("url", "{}/services/T/B/abcdefgh")],
    answers: &[("/services/T/B/abcdefgh", 200, "ok")],
    path: "/services/T/B/abcdefgh",
};
const SLACK_API: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[
        ("name", "x"),
        ("kind", "Slack"),
        ("url", "{}/api"),
        ("token", "xoxb-0000"),
        ("destination", "C1"),
    ],
    answers: &[("/api/chat.postMessage", 200, r#"{"ok":true,"channel":"C1","ts":"1.2"}"#)],
    path: "/api/chat.postMessage",
};
const TEAMS: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "x"), ("kind", "Teams"), ("url", "{}/workflows/a/paths/invoke?sig=abcdefgh")],
    answers: &[("/workflows/a/paths/invoke", 202, "")],
    path: "/workflows/a/paths/invoke",
};
const DISCORD: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "x"), ("kind", "Discord"), ("url", "{}/api/webhooks/1/abcdefgh")],
    answers: &[("/api/webhooks/1/abcdefgh", 200, r#"{"id":"42"}"#)],
    path: "/api/webhooks/1/abcdefgh",
};
const MATTERMOST: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "x"), ("kind", "Mattermost"), ("url", "{}/hooks/abcdefgh")],
    answers: &[("/hooks/abcdefgh", 200, "ok")],
    path: "/hooks/abcdefgh",
};
const CHATWORK: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[
        ("name", "x"),
        ("kind", "Chatwork"),
        ("url", "{}/v2"),
        ("token", "cw-token-0001"),
        ("destination", "123"),
    ],
    answers: &[
        ("/v2/rooms/123/messages", 200, r#"{"message_id":"1234"}"#),
        ("/v2/rooms/123", 200, r#"{"room_id":123}"#),
    ],
    path: "/v2/rooms/123/messages",
};
const GOOGLE: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[
        ("name", "x"),
        ("kind", "Google Chat"),
        ("url", "{}/v1/spaces/A/messages?key=kkkkkkkk&token=tttttttt"),
    ],
    answers: &[("/v1/spaces/A/messages", 200, r#"{"name":"spaces/A/messages/B"}"#)],
    path: "/v1/spaces/A/messages",
};
const WORKS: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "x"), ("kind", "LINE WORKS"), ("url", "{}/message/abcdefgh")],
    answers: &[("/message/abcdefgh", 200, "")],
    path: "/message/abcdefgh",
};
const NTFY: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[("name", "x"), ("kind", "ntfy"), ("url", "{}/office")],
    answers: &[("/", 200, r#"{"id":"abcdefghijkl"}"#)],
    path: "/",
};
const QUOTA: &str = r#"{"type":"limited","value":200}"#;
const LINE: Double = Double {
    resource: &LINE_TARGET,
    cells: &[
        ("name", "店長"),
        ("access_token", "line-token-0001"),
        ("destinations", "U1"),
        ("endpoint", "{}"),
    ],
    answers: &[
        ("/v2/bot/message/push", 200, r#"{"sentMessages":[{"id":"1"}]}"#),
        ("/v2/bot/message/validate/push", 200, "{}"),
        ("/v2/bot/message/quota", 200, QUOTA),
        ("/v2/bot/message/quota/consumption", 200, r#"{"totalUsage":17}"#),
    ],
    path: "/v2/bot/message/push",
};
/// A channel with id and secret.
const CHANNEL: Double = Double {
    resource: &LINE_TARGET,
    cells: &[
        ("name", "店長"),
        ("channel_id", "1650000000"),
        ("channel_secret", "secret-0001"),
        ("destinations", "U1"),
        ("endpoint", "{}"),
    ],
    answers: &[
        (TOKEN_PATH, 200, r#"{"token_type":"Bearer","access_token":"t1","expires_in":899}"#),
        ("/v2/bot/message/push", 200, "{}"),
        ("/v2/bot/message/validate/push", 200, "{}"),
        ("/v2/bot/message/quota", 200, r#"{"type":"none"}"#),
        ("/v2/bot/message/quota/consumption", 200, r#"{"totalUsage":17}"#),
    ],
    path: "/v2/bot/message/push",
};
/// A bot of LINE WORKS.
const BOT: Double = Double {
    resource: &CHAT_TARGET,
    cells: &[
        ("name", "x"),
        ("kind", "LINE WORKS"),
        ("url", "{}/v1.0/bots/1"),
        ("token", "client-0001 secret-0001"),
        ("login", "a.serviceaccount@example"),
        ("password", RSA_TEST_KEY),
        ("destination", "channel-1,hanako@example"),
    ],
    answers: &[
        ("/oauth2/v2.0/token", 200, r#"{"access_token":"t1","expires_in":"86400"}"#),
        (BOT_PATH, 201, ""),
    ],
    path: BOT_PATH,
};
const BOT_PATH: &str = "/v1.0/bots/1/channels/channel-1/messages";
const TOKEN_PATH: &str = "/oauth2/v3/token";

#[tokio::test]
async fn every_kind_meets_every_outcome() {
    let id = |id: &'static str| Sent::Delivered(id.to_owned());
    let kinds = [
        (&SLACK, id("")),
        (&SLACK_API, id("1.2")),
        (&TEAMS, Sent::Accepted(String::new())),
        (&DISCORD, id("42")),
        (&MATTERMOST, id("")),
        (&CHATWORK, id("1234")),
        (&GOOGLE, id("spaces/A/messages/B")),
        (&WORKS, id("")),
        (&NTFY, id("abcdefghijkl")),
        (&LINE, id("")),
        (&CHANNEL, id("")),
        (&BOT, id("")),
    ];
    let each = kinds.into_iter().map(|(double, sent)| async move {
        meets_every_outcome(double, |result| *result == sent).await;
        let service = double.service().await;
        let (carried, _) = service.send_into(Act::DropBefore).await;
        assert!(matches!(carried.result, Err(SendError::Later { .. })), "{:?}", carried.result);
    });
    futures_util::future::join_all(each).await;
}

#[tokio::test]
async fn a_check_shows_nobody_a_message() {
    for (double, path) in [
        (&DISCORD, "/api/webhooks/1/abcdefgh"),
        (&CHATWORK, "/v2/rooms/123"),
        (&LINE, "/v2/bot/message/validate/push"),
        (&CHANNEL, "/v2/bot/message/validate/push"),
    ] {
        let service = double.service().await;
        let carried = service.attempt(&Payload::Check, &Progress::default(), false).await;
        assert!(carried.result.is_ok(), "{path} {:?}", carried.result);
        let seen = service.receiver.seen();
        assert!(seen.iter().any(|one| one.path() == path), "{path}");
        let sends = seen.iter().filter(|one| one.path() == double.path);
        assert_eq!(sends.filter(|one| one.line().starts_with("POST")).count(), 0, "{path}");
    }
}

#[tokio::test]
async fn a_test_of_line_says_what_the_month_has_left() {
    let carried = checked(&LINE).await;
    assert!(
        carried.answer.contains("今月の残り 183 通(上限 200、送信済み 17)"),
        "{}",
        carried.answer
    );
    assert!(checked(&CHANNEL).await.answer.contains("送信済み 17 通(上限なし)"));
    let service = LINE.service().await;
    let spent = Act::Answer(200, "", r#"{"totalUsage":200}"#);
    service.receiver.at("/v2/bot/message/quota/consumption", [spent]);
    let carried = service.attempt(&Payload::Check, &Progress::default(), false).await;
    assert!(carried.answer.contains("残り 0 通"), "{}", carried.answer);
    assert!(matches!(carried.result, Err(SendError::Never { scope: Scope::Month, .. })));
    let service = LINE.service().await;
    let bad = Act::Answer(401, "", r#"{"message":"Authentication failed"}"#);
    service.receiver.at("/v2/bot/message/validate/push", [bad]);
    let carried = service.attempt(&Payload::Check, &Progress::default(), false).await;
    assert!(matches!(carried.result, Err(SendError::Never { scope: Scope::Target, .. })));
    assert_eq!(service.receiver.seen().len(), 1, "nothing is asked behind a refusal");
}

async fn checked(double: &Double) -> Carried {
    let service = double.service().await;
    service.attempt(&Payload::Check, &Progress::default(), false).await
}

#[tokio::test]
async fn the_quota_can_be_called() {
    let service = LINE.service().await;
    let target = target_of(&service.row).unwrap();
    let call = Call {
        row: service.row.clone(),
        function: target.functions()[0],
        arguments: Json::Null,
        carriers: Arc::clone(&service.carriers),
    };
    let answer = target.call(call).await.unwrap();
    let expected = r#"{"type":"limited","value":200,"totalUsage":17,"remaining":183}"#;
    assert_eq!(answer.to_string(), expected);
}

#[tokio::test]
async fn a_channel_asks_for_one_token_and_again_when_it_is_refused() {
    let service = CHANNEL.service().await;
    for _ in 0..3 {
        assert!(service.send().await.result.is_ok());
    }
    let paths =
        || service.receiver.seen().iter().map(|one| one.path().to_owned()).collect::<Vec<_>>();
    let push = "/v2/bot/message/push";
    assert_eq!(paths(), [TOKEN_PATH, push, push, push]);
    let seen = service.receiver.seen();
    assert_eq!(
        seen[0].body,
        "grant_type=client_credentials&client_id=1650000000&client_secret=secret-0001"
    );
    assert_eq!(seen[1].header("authorization"), Some("Bearer t1"));
    assert_eq!(seen[1].header("x-line-retry-key"), Some("01234567-89ab-cdef-0123-456789abcdef"));
    // The token has ended before its time.
    service.receiver.forget();
    service.receiver.at(push, [Act::Answer(401, "", "{}")]);
    let fresh = r#"{"token_type":"Bearer","access_token":"t2","expires_in":899}"#;
    service.receiver.at(TOKEN_PATH, [Act::Answer(200, "", fresh)]);
    assert!(service.send().await.result.is_ok());
    assert_eq!(paths(), [push, TOKEN_PATH, push]);
    assert_eq!(service.receiver.seen()[2].header("authorization"), Some("Bearer t2"));
}

#[tokio::test]
async fn a_refused_channel_is_parked_and_a_busy_one_is_not() {
    let service = CHANNEL.service().await;
    let refused = r#"{"error":"invalid_client","error_description":"invalid client_secret"}"#;
    service.receiver.at(TOKEN_PATH, [Act::Answer(400, "", refused)]);
    let fault = service.send().await.result.unwrap_err();
    assert!(matches!(&fault, SendError::Never { scope: Scope::Target, .. }), "{fault:?}");
    assert!(fault.to_string().contains("チャネルシークレット"), "{fault}");
    for act in [Act::Answer(503, "", ""), Act::DropAfterAccept] {
        let service = CHANNEL.service().await;
        service.receiver.at(TOKEN_PATH, [act]);
        let fault = service.send().await.result.unwrap_err();
        assert!(matches!(fault, SendError::Later { ambiguous: false, .. }), "{fault:?}");
    }
}

#[tokio::test]
async fn each_service_slows_us_down_in_its_own_words() {
    for (double, headers, body, expected) in [
        (&SLACK, "retry-after: 9\r\n", "ratelimited", Some(9)),
        (&SLACK_API, "retry-after: 9\r\n", r#"{"ok":false,"error":"ratelimited"}"#, Some(9)),
        (&TEAMS, "", "", Some(30)),
        (&DISCORD, "", r#"{"message":"You are being rate limited.","retry_after":3.0}"#, Some(3)),
        (&MATTERMOST, "x-ratelimit-reset: 4\r\n", "limit exceeded", Some(4)),
        (&CHATWORK, "", r#"{"errors":["Rate limit exceeded"]}"#, Some(30)),
        (&GOOGLE, "", r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}"#, None),
        (&WORKS, "", r#"{"code":"TOO_MANY_REQUESTS"}"#, Some(30)),
        (&NTFY, "", r#"{"code":42901,"http":429,"error":"limit reached"}"#, Some(10)),
        (&LINE, "", r#"{"message":"The API rate limit has been exceeded."}"#, None),
    ] {
        let service = double.service().await;
        let (carried, _) = service.send_into(Act::Answer(429, headers, body)).await;
        let Err(SendError::Later { after, ambiguous: false, .. }) = carried.result else {
            panic!("{} {:?}", double.path, carried.result);
        };
        assert_eq!(after.map(|after| after.as_secs()), expected, "{}", double.path);
    }
}

#[tokio::test]
async fn a_bot_of_line_works_signs_in_and_writes_to_each_recipient() {
    let service = BOT.service().await;
    assert_eq!(service.payload().recipients(), ["channel-1", "hanako@example"]);
    assert!(service.send().await.result.is_ok());
    let progress = Progress { done: vec!["channel-1".to_owned()], ..Progress::default() };
    assert!(service.attempt(&service.payload(), &progress, false).await.result.is_ok());
    let seen = service.receiver.seen();
    let paths: Vec<_> = seen.iter().map(|one| one.path()).collect();
    let user = "/v1.0/bots/1/users/hanako%40example/messages";
    assert_eq!(paths, ["/oauth2/v2.0/token", BOT_PATH, user]);
    let client = "&client_id=client-0001&client_secret=secret-0001&scope=bot.message";
    assert!(seen[0].body.ends_with(client), "{}", seen[0].body);
    assert_eq!(seen[1].header("authorization"), Some("Bearer t1"));
    assert_eq!(seen[1].json()["content"]["type"], "text");
    assert!(seen[1].json()["content"]["text"].as_str().unwrap().contains("和歌山 花子"));
    // A room that the bot is not in is that room's trouble; a refused account is everybody's.
    let (carried, _) = service.send_into(Act::Answer(403, "", "{}")).await;
    assert!(matches!(carried.result, Err(SendError::Never { scope: Scope::Recipient, .. })));
    let service = BOT.service().await;
    service.receiver.at("/oauth2/v2.0/token", [Act::Answer(401, "", "{}")]);
    let fault = service.send().await.result.unwrap_err();
    assert!(matches!(fault, SendError::Never { scope: Scope::Target, .. }), "{fault:?}");
}
