//! What every status and every provider's own words mean.

use std::time::Duration;

use super::*;
use crate::notify::retry::{Scope, Sent};
use crate::resource::catalog::CHAT_SERVICES;

/// In words that fit into a table.
#[derive(Debug, PartialEq)]
enum Means {
    Delivered(&'static str),
    Accepted,
    /// Delivered, and then nothing for so many seconds.
    Spent(u64),
    /// Seconds asked for; 0 = none named.
    Later(u64),
    Parks,
    Never,
    Recipient,
}

use Means::{Accepted, Delivered, Later, Never, Parks, Recipient, Spent};

fn means(result: Result<Sent, SendError>) -> Means {
    match result {
        Ok(Sent::Delivered(id)) => Delivered(id.leak()),
        Ok(Sent::Accepted(_)) => Accepted,
        Ok(Sent::Spent(_, quiet)) => Spent(quiet.as_secs() + u64::from(quiet.subsec_nanos() > 0)),
        Err(SendError::Later { after, ambiguous, .. }) => {
            assert!(!ambiguous);
            Later(after.map_or(0, |after| after.as_secs() + u64::from(after.subsec_nanos() > 0)))
        }
        Err(SendError::Never { scope: Scope::Target, .. }) => Parks,
        Err(SendError::Never { scope: Scope::Delivery, .. }) => Never,
        Err(SendError::Never { scope: Scope::Recipient, .. }) => Recipient,
        Err(SendError::Never { scope: Scope::Month, .. }) => panic!("only LINE has months"),
    }
}

fn kind(word: &str) -> &'static dyn Target {
    target_of(&row(&CHAT_TARGET, 1, &[("name", "x"), ("kind", word)])).unwrap()
}

/// Checks a table of kind, recipient, status, body, meaning.
fn check_all(table: &[(&str, &str, u16, &str, Means)]) {
    for (word, recipient, status, body, expected) in table {
        let result = kind(word).classify(&answer(*status, body), recipient);
        assert_eq!(&means(result), expected, "{word} {status} {body}");
    }
}

#[test]
fn of_slack() {
    check_all(&[
        ("Slack", "", 200, "ok", Delivered("")),
        ("Slack", "", 400, "invalid_payload", Never),
        ("Slack", "", 400, "no_text", Never),
        ("Slack", "", 403, "action_prohibited", Parks),
        ("Slack", "", 403, "invalid_token", Parks),
        ("Slack", "", 404, "channel_not_found", Parks),
        ("Slack", "", 404, "no_service", Parks),
        ("Slack", "", 410, "channel_is_archived", Parks),
        ("Slack", "", 429, "", Later(30)),
        ("Slack", "", 500, "rollup_error", Later(0)),
        (
            "Slack",
            "C1",
            200,
            r#"{"ok":true,"channel":"C1","ts":"1760000000.000100"}"#,
            Delivered("1760000000.000100"),
        ),
        ("Slack", "C1", 200, r#"{"ok":false,"error":"channel_not_found"}"#, Recipient),
        ("Slack", "C1", 200, r#"{"ok":false,"error":"is_archived"}"#, Recipient),
        ("Slack", "C1", 200, r#"{"ok":false,"error":"invalid_auth"}"#, Parks),
        ("Slack", "C1", 200, r#"{"ok":false,"error":"token_revoked"}"#, Parks),
        ("Slack", "C1", 200, r#"{"ok":false,"error":"ratelimited"}"#, Later(30)),
        ("Slack", "C1", 200, r#"{"ok":false,"error":"fatal_error"}"#, Later(0)),
        ("Slack", "", 200, r#"{"ok":false,"error":"not_authed"}"#, Parks),
        ("Slack", "C1", 200, "ok", Later(0)),
        ("Slack", "C1", 200, "", Later(0)),
        ("Slack", "C1", 200, r#"{"error":"x"}"#, Later(0)),
    ]);
    let fault = kind("Slack").classify(&answer(404, "no_service\r\n"), "").unwrap_err();
    assert!(fault.to_string().contains("404 no_service を"), "{fault}");
}

#[test]
fn of_teams_nothing_is_proof() {
    check_all(&[
        ("Teams", "", 202, "", Accepted),
        ("Teams", "", 200, "1", Accepted),
        ("Teams", "", 200, "Microsoft Teams endpoint returned HTTP error 429", Later(30)),
        ("Teams", "", 400, "{}", Never),
        ("Teams", "", 401, "{}", Parks),
        ("Teams", "", 403, "{}", Parks),
        ("Teams", "", 404, "{}", Parks),
        ("Teams", "", 413, "", Never),
        ("Teams", "", 429, "", Later(30)),
        ("Teams", "", 502, "", Later(0)),
    ]);
}

#[test]
fn of_discord() {
    check_all(&[
        ("Discord", "", 200, r#"{"id":"42","content":"x"}"#, Delivered("42")),
        ("Discord", "", 204, "", Delivered("")),
        (
            "Discord",
            "",
            429,
            r#"{"message":"You are being rate limited.","retry_after":64.57,"global":false}"#,
            Later(65),
        ),
        ("Discord", "", 429, "<html>", Later(5)),
        ("Discord", "", 429, r#"{"retry_after":1e300}"#, Later(21_600)),
        ("Discord", "", 429, r#"{"retry_after":-1}"#, Later(5)),
        ("Discord", "", 404, r#"{"code":10015,"message":"Unknown Webhook"}"#, Parks),
        ("Discord", "", 401, r#"{"code":50027,"message":"Invalid Webhook Token"}"#, Parks),
        ("Discord", "", 400, r#"{"code":50035,"message":"Invalid Form Body"}"#, Never),
        ("Discord", "", 500, "", Later(0)),
    ]);
    let limited = answer_with(429, ("x-ratelimit-reset-after", "7.2"), "");
    assert_eq!(means(kind("Discord").classify(&limited, "")), Later(8));
}

#[test]
fn of_chatwork() {
    check_all(&[
        ("Chatwork", "1", 200, r#"{"message_id":"1234"}"#, Delivered("1234")),
        ("Chatwork", "1", 200, r#"{"room_id":1,"name":"x"}"#, Delivered("")),
        ("Chatwork", "1", 400, r#"{"errors":["Body is too long"]}"#, Never),
        ("Chatwork", "1", 401, r#"{"errors":["Invalid API token"]}"#, Parks),
        ("Chatwork", "1", 403, r#"{"errors":["You don't have permission"]}"#, Recipient),
        ("Chatwork", "1", 404, r#"{"errors":["Room not found"]}"#, Recipient),
        ("Chatwork", "1", 429, r#"{"errors":["Rate limit exceeded"]}"#, Later(30)),
        ("Chatwork", "1", 503, "", Later(0)),
    ]);
    let mut limited = answer_with(429, ("x-ratelimit-reset", "1760000100"), "{}");
    limited.at = 1_760_000_058_000;
    assert_eq!(means(kind("Chatwork").classify(&limited, "1")), Later(42));
}

#[test]
fn of_google_chat() {
    let error =
        |status: &str| format!(r#"{{"error":{{"code":1,"message":"x","status":"{status}"}}}}"#);
    check_all(&[
        (
            "Google Chat",
            "",
            200,
            r#"{"name":"spaces/A/messages/B"}"#,
            Delivered("spaces/A/messages/B"),
        ),
        ("Google Chat", "", 400, &error("INVALID_ARGUMENT"), Never),
        ("Google Chat", "", 401, &error("UNAUTHENTICATED"), Parks),
        ("Google Chat", "", 403, &error("PERMISSION_DENIED"), Parks),
        ("Google Chat", "", 404, &error("NOT_FOUND"), Parks),
        ("Google Chat", "", 429, &error("RESOURCE_EXHAUSTED"), Later(0)),
        ("Google Chat", "", 500, "", Later(0)),
    ]);
}

#[test]
fn of_mattermost() {
    check_all(&[
        ("Mattermost", "", 200, "ok", Delivered("")),
        (
            "Mattermost",
            "",
            400,
            r#"{"id":"web.incoming_webhook.x","message":"Unable to parse incoming data","status_code":400}"#,
            Never,
        ),
        ("Mattermost", "town", 400, r#"{"message":"Couldn't find the channel"}"#, Recipient),
        ("Mattermost", "town", 404, r#"{"message":"Couldn't find the channel"}"#, Recipient),
        ("Mattermost", "", 404, "404 page not found", Parks),
        ("Mattermost", "", 401, "", Parks),
        ("Mattermost", "", 429, "limit exceeded", Later(5)),
        ("Mattermost", "", 500, "", Later(0)),
    ]);
    let limited = answer_with(429, ("x-ratelimit-reset", "9"), "");
    assert_eq!(means(kind("Mattermost").classify(&limited, "")), Later(9));
}

#[test]
fn of_line_works_and_ntfy() {
    check_all(&[
        ("LINE WORKS", "", 200, "", Delivered("")),
        ("LINE WORKS", "", 400, r#"{"code":"INVALID_PARAMETER","description":"x"}"#, Never),
        ("LINE WORKS", "", 403, "", Parks),
        ("LINE WORKS", "", 404, "", Parks),
        (
            "LINE WORKS",
            "",
            429,
            r#"{"code":"TOO_MANY_REQUESTS","description":"API rate limit exceeded"}"#,
            Later(30),
        ),
        ("LINE WORKS", "", 500, "", Later(0)),
        ("ntfy", "a", 200, r#"{"id":"abcdefghijkl","event":"message"}"#, Delivered("abcdefghijkl")),
        ("ntfy", "a", 400, r#"{"code":40017,"http":400,"error":"invalid request"}"#, Never),
        ("ntfy", "a", 401, r#"{"code":40101,"http":401,"error":"unauthorized"}"#, Parks),
        ("ntfy", "a", 403, r#"{"code":40301,"http":403,"error":"forbidden"}"#, Parks),
        (
            "ntfy",
            "a",
            429,
            r#"{"code":42901,"http":429,"error":"limit reached: too many requests"}"#,
            Later(10),
        ),
        (
            "ntfy",
            "a",
            429,
            r#"{"code":42908,"http":429,"error":"limit reached: daily message quota"}"#,
            Later(3600),
        ),
        ("ntfy", "a", 507, "", Later(0)),
    ]);
    let mut limited = answer(429, "{}");
    limited.retry_after = Some(Duration::from_secs(600));
    assert_eq!(means(kind("LINE WORKS").classify(&limited, "")), Later(60));
}

#[test]
fn a_success_may_be_the_last_for_a_while() {
    for (word, header, value, seconds) in [
        ("Discord", "x-ratelimit-reset-after", "1.25", 2),
        ("Chatwork", "x-ratelimit-reset", "1760000100", 42),
        ("Mattermost", "x-ratelimit-reset", "3", 3),
    ] {
        let mut answer = answer_with(200, (header, value), "{}");
        answer.at = 1_760_000_058_000;
        let left = |answer: &mut Answer, left: &str| {
            answer.headers.insert("x-ratelimit-remaining", left.parse().unwrap());
            means(kind(word).classify(answer, ""))
        };
        assert_eq!(left(&mut answer, "0"), Spent(seconds), "{word}");
        assert_eq!(left(&mut answer, "1"), Delivered(""), "{word}");
    }
}

#[test]
fn redirects_are_failures_everywhere() {
    for word in
        ["Slack", "Teams", "Discord", "Mattermost", "Chatwork", "Google Chat", "LINE WORKS", "ntfy"]
    {
        assert_eq!(means(kind(word).classify(&answer(302, ""), "")), Never, "{word}");
        // Bytes that are nothing hurt nobody.
        let _ = kind(word).classify(&answer(200, "\u{1}{\"ok\":"), "");
    }
}

#[test]
fn a_page_for_people_is_no_success_of_any_service() {
    let pages = [
        "<!DOCTYPE html>\n<html lang=ja><title>ログイン</title>",
        "\u{feff}\r\n  <HTML><head></head></HTML>",
        "<script>location='http://portal.example/'</script>",
    ];
    for word in CHAT_SERVICES.into_iter().filter(|word| *word != "Webhook") {
        for (recipient, page) in ["", "x"].into_iter().flat_map(|to| pages.map(|page| (to, page))) {
            let result = kind(word).classify(&answer(200, page), recipient);
            assert_eq!(means(result), Later(0), "{word} {recipient:?} {page}");
        }
    }
    let line = target_of(&row(&LINE_TARGET, 1, &[("name", "x")])).unwrap();
    assert_eq!(means(line.classify(&answer(200, pages[0]), "")), Later(0));
    // a service of the office may answer its own programs by whatever it likes
    assert_eq!(means(kind("Webhook").classify(&answer(200, pages[0]), "")), Delivered(""));
}
