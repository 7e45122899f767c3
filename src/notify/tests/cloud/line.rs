//! LINE: forms, keys, the two meanings of 429, the month's limit.

use serde_json::json;

use super::*;
use crate::notify::retry::{Scope, Sent};

const TOKEN: (&str, &str) = ("access_token", "line-token-0123456789/+=");
const KEY: &str = "0d9f3c1e-5b7a-4c2f-8e6d-1a2b3c4d5e6f";

#[test]
fn push_multicast_and_broadcast() {
    let to = "U0123456789abcdef0123456789abcdef";
    assert_eq!(
        shown(&first(&line(&[TOKEN]))),
        format!(
            "POST https://api.line.me/v2/bot/message/push\nx-line-retry-key: {KEY}\n\
             content-type: application/json; charset=utf-8\n\
             authorization: Bearer line-token-0123456789/+=\n\n\
             {{\"to\":\"{to}\",\"messages\":[{{\"type\":\"text\",\"text\":\"本店 和歌山 花子\"}}],\
             \"notificationDisabled\":false}}"
        )
    );
    let many =
        line(&[TOKEN, ("method", "multicast"), ("destinations", "U1,U2, U1"), ("silent", "True")]);
    assert!(first(&many).url.ends_with("/v2/bot/message/multicast"));
    assert_eq!(body(&many)["to"], json!(["U1", "U2"]));
    assert_eq!(body(&many)["notificationDisabled"], true);
    let all = line(&[TOKEN, ("method", "broadcast"), ("endpoint", "https://relay.example.com/")]);
    let request = first(&all);
    assert_eq!(request.url, "https://relay.example.com/v2/bot/message/broadcast");
    assert!(request.private && body(&all).get("to").is_none());
    assert!(!first(&line(&[TOKEN])).private);
    assert_eq!(planned(&many).0.counted(planned(&many).1), 2);
}

#[test]
fn answers_mean() {
    let classify = |answer: &Answer| planned(&line(&[TOKEN])).0.classify(answer, "");
    let id = |name, status| classify(&answer_with(status, (name, "req-1"), "{}"));
    assert_eq!(id("x-line-request-id", 200), Ok(Sent::Delivered("req-1".to_owned())));
    assert_eq!(id("x-line-accepted-request-id", 409), Ok(Sent::Delivered("req-1".to_owned())));
    let limit = classify(&answer(429, r#"{"message":"You have reached your monthly limit."}"#));
    assert!(
        matches!(&limit, Err(SendError::Never { why, scope: Scope::Month }) if why.contains("上限"))
    );
    // A row that is saved as it was has not changed; a test that comes through brings it back.
    assert!(limit.unwrap_err().to_string().contains("テスト"));
    let rate = classify(&answer(429, r#"{"message":"The API rate limit has been exceeded."}"#));
    assert!(matches!(rate, Err(SendError::Later { after: None, .. })), "{rate:?}");
    let bad = r#"{"message":"The request body has 1 error(s)","details":[{"message":"May not be empty","property":"messages[0].text"}]}"#;
    let fault = classify(&answer(400, bad)).unwrap_err();
    assert!(fault.to_string().contains("May not be empty"), "{fault}");
    for status in [401, 403] {
        let fault = classify(&answer(status, r#"{"message":"Authentication failed"}"#));
        assert!(matches!(fault, Err(SendError::Never { scope: Scope::Target, .. })), "{status}");
    }
    for status in [500, 502, 503] {
        assert!(matches!(classify(&answer(status, "")), Err(SendError::Later { .. })), "{status}");
    }
}

#[test]
fn what_is_left_of_line_notify_is_told() {
    let notify = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v";
    for cells in [
        [("access_token", notify), ("silent", "False")],
        [TOKEN, ("endpoint", "https://notify-api.line.me/api/notify")],
    ] {
        let fault = prepare(&line(&cells), &Progress::default()).err().unwrap();
        assert!(fault.to_string().contains("LINE Notify は 2025-03-31 に終了"), "{fault}");
    }
}

#[test]
fn the_rows_own_limit_is_of_the_month() {
    let limited =
        [TOKEN, ("monthly_limit", "10"), ("method", "multicast"), ("destinations", "U1,U2")];
    let with = |sent: i64, tried: i64| {
        let mut scene = line(&limited);
        let mut row = planned(&scene).1.clone();
        row.set("sent_this_month", Value::Int(sent));
        row.set("last_run_at", Value::Int(tried));
        scene.snapshot.put(LINE_TARGET.uri, vec![row]);
        prepare(&scene, &Progress::default()).map(|_| ())
    };
    // The attempt is of 2025/10/09.
    let (this_month, last_month) = (1_759_400_000_000, 1_758_900_000_000);
    assert_eq!(with(8, this_month), Ok(()));
    assert!(matches!(with(9, this_month), Err(SendError::Never { scope: Scope::Month, .. })));
    assert_eq!(with(9, last_month), Ok(()));
}
