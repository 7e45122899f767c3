//! Requests as they go out, compared whole with what the other side's page asks for.

use super::*;
use crate::notify::carrier::Outgoing;
use crate::notify::http::{Answer, Request};
use crate::notify::payload::{Payload, Progress};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::notify::target::{self, Attempt, Target, secrets, summary, target_of};

const HOSTILE: &str = "<!channel> *x* @all \"'; Bcc: {{相手TEL}}";

/// Plans one row and prepares its request.
fn prepare(scene: &Scene, resource: &'static str, progress: &Progress) -> Result<Whole, SendError> {
    let planned = scene.plan();
    let delivery = planned.iter().find(|one| one.target.resource == resource).unwrap();
    let row = scene.snapshot.find(resource, delivery.target.id).unwrap();
    let payload = Payload::from_text(&delivery.payload).unwrap();
    let attempt = Attempt { id: "evt_01", at: 1_760_000_000_999, progress, repeated: false };
    let prepared = target::prepare(target_of(row).unwrap(), row, &payload, &attempt)?;
    match prepared.outgoing {
        Outgoing::Http(request) => Ok(Whole { request, recipient: prepared.recipient }),
        _ => panic!("{resource} is more than one request"),
    }
}

/// A target that is one request.
struct Whole {
    request: Request,
    recipient: String,
}

/// A target of this kind.
fn kind(resource: &'static Resource, word: (&str, &str)) -> &'static dyn Target {
    target_of(&row(resource, 1, &[("name", "x"), word])).unwrap()
}

fn jandi() -> &'static dyn Target {
    kind(&CHAT_TARGET, ("kind", "JANDI"))
}

fn webhook() -> &'static dyn Target {
    kind(&CHAT_TARGET, ("kind", "Webhook"))
}

fn url_call() -> &'static dyn Target {
    kind(&URL_CALL, ("action", "サーバーから呼出"))
}

fn chat(cells: &[(&str, &str)]) -> Scene {
    let mut scene = full();
    scene.put(&URL_CALL, &[]);
    scene.put(&CHAT_TARGET, &[cells]);
    scene
}

fn shown(request: &Request) -> String {
    let mut out = format!("{} {}\n", request.method, request.url);
    for (name, value) in &request.headers {
        out += &format!("{name}: {value}\n");
    }
    out + "\n" + std::str::from_utf8(&request.body).unwrap()
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() }
}

#[test]
fn a_team_webhook_of_jandi() {
    let prepared = prepare(&chat(JANDI), "Notification-Chat", &Progress::default()).unwrap();
    assert_eq!(prepared.recipient, "jandi@example.com");
    assert_eq!(
        shown(&prepared.request),
        "POST https://wh.jandi.com/connect-api/team-webhook/279/7dbe00d0784c8cf1758f04d824510703\n\
         accept: application/vnd.tosslab.jandi-v2+json\n\
         content-type: application/json\n\n\
         {\"email\":\"jandi@example.com\",\"body\":\"和歌山 花子 090-0000-0001\",\
         \"connectColor\":\"#FAC11B\",\"connectInfo\":[{\"title\":\"本店 着信\",\
         \"description\":\"紀州商店\",\"imageUrl\":\"https://img.example.com/101.png\"}]}"
    );
}

#[test]
fn headers_of_one_name_all_go_out_and_replace_ours() {
    let mut scene = full();
    let mut cells = CRM.to_vec();
    let own = "X-Tag: a\nX-Tag: b\nIdempotency-Key: mine";
    cells.retain(|(column, _)| *column != "headers");
    cells.push(("headers", own));
    scene.put(&URL_CALL, &[&cells]);
    let prepared = prepare(&scene, "IncomingCall-URL", &Progress::default()).unwrap();
    let text = shown(&prepared.request);
    assert!(text.contains("\nX-Tag: a\nX-Tag: b\nIdempotency-Key: mine\n"), "{text}");
    assert!(!text.contains("evt_01"), "{text}");
}

#[test]
fn a_room_webhook_of_jandi_has_no_recipient_and_no_empty_keys() {
    let mut scene = chat(&[
        ("name", "部屋"),
        ("kind", "JANDI"),
        ("url", "https://wh.jandi.com/connect-api/webhook/279/abc"),
        ("prefix", "☎"),
    ]);
    scene.put(&CHAT_MESSAGE, &[&[("name", "短"), ("body", "{{顧客名}}")]]);
    let prepared = prepare(&scene, "Notification-Chat", &Progress::default()).unwrap();
    assert!(shown(&prepared.request).ends_with("\n\n{\"body\":\"☎ 和歌山 花子\"}"));
    let team = chat(&[
        ("name", "人"),
        ("kind", "JANDI"),
        ("url", "https://wh.jandi.com/connect-api/team-webhook/1/a"),
    ]);
    assert!(matches!(
        prepare(&team, "Notification-Chat", &Progress::default()),
        Err(SendError::Never { why, .. }) if why.contains("メールアドレス")
    ));
}

#[test]
fn jandi_recipients_get_one_request_each() {
    let mut cells = JANDI.to_vec();
    cells.retain(|(column, _)| *column != "destination");
    cells.push(("destination", "a@example.com, b@example.com,a@example.com,c@example.com"));
    let scene = chat(&cells);
    let mut progress = Progress::default();
    let mut reached = Vec::new();
    for _ in 0..3 {
        let prepared = prepare(&scene, "Notification-Chat", &progress).unwrap();
        reached.push(prepared.recipient.clone());
        progress.done.push(prepared.recipient);
    }
    assert_eq!(reached, ["a@example.com", "b@example.com", "c@example.com"]);
}

#[test]
fn hostile_values_stay_text() {
    let mut scene = chat(JANDI);
    scene.customers[0].set("name", Value::Text(HOSTILE.into()));
    let prepared = prepare(&scene, "Notification-Chat", &Progress::default()).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&prepared.request.body).unwrap();
    assert_eq!(
        body["body"],
        "<\u{200B}!channel> *\u{200B}x* @\u{200B}all \"'; Bcc: {{相手TEL}} 090-0000-0001"
    );
    scene.customers[0].set("name", Value::Text("花".repeat(4000)));
    scene.put(&CHAT_MESSAGE, &[&[("name", "長"), ("body", "{{顧客名}}")]]);
    let prepared = prepare(&scene, "Notification-Chat", &Progress::default()).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&prepared.request.body).unwrap();
    assert_eq!(body["body"].as_str().unwrap().chars().count(), 3000);
}

#[test]
fn a_webhook_is_signed_with_every_key() {
    let prepared = prepare(&chat(WEBHOOK), "Notification-Chat", &Progress::default()).unwrap();
    let text = shown(&prepared.request);
    assert!(
        text.starts_with(
            "POST https://hooks.example.com/abc\ncontent-type: application/json\n\
         webhook-id: evt_01\nwebhook-timestamp: 1760000000\nwebhook-signature: v1,"
        ),
        "{text}"
    );
    let signatures = &prepared.request.headers.last().unwrap().1;
    assert_eq!(signatures.split(' ').filter(|one| one.starts_with("v1,")).count(), 2);
    let body: serde_json::Value = serde_json::from_slice(&prepared.request.body).unwrap();
    assert_eq!(body["type"], "call.incoming");
    assert_eq!(body["timestamp"], "2025-04-01T09:15:02.000+09:00");
    assert_eq!(body["data"]["着信記録"]["相手TEL"], "09000000001");
    assert_eq!(body["data"]["着信記録"]["着信日時"], "2025/04/01 09:15:02");
    assert_eq!(body["data"]["顧客"][0]["会社名"], "紀州商店");
    assert_eq!(body["data"]["本文"], "和歌山 花子 090-0000-0001");
    assert_eq!(body["data"]["タイトル"], "本店 着信");
}

#[test]
fn a_webhook_without_a_key_is_unsigned() {
    let plain: Vec<_> = WEBHOOK.iter().copied().filter(|(column, _)| *column != "token").collect();
    let prepared = prepare(&chat(&plain), "Notification-Chat", &Progress::default()).unwrap();
    assert!(!shown(&prepared.request).contains("webhook-signature"));
    assert!(shown(&prepared.request).contains("webhook-id: evt_01"));
}

#[test]
fn a_webhook_stays_below_its_limit() {
    let mut scene = chat(WEBHOOK);
    let mut customer = scene.customers[0].clone();
    customer.set("note", Value::Text("備".repeat(4000)));
    scene.customers = vec![customer; 50];
    scene.call.set("memo", Value::Text("\u{1}\"".repeat(2000)));
    scene.put(&CHAT_MESSAGE, &[&[("name", "長"), ("body", "{{備考}}"), ("details", "{{備考}}")]]);
    let prepared = prepare(&scene, "Notification-Chat", &Progress::default()).unwrap();
    assert!(prepared.request.body.len() < 20_000, "{}", prepared.request.body.len());
    let body: serde_json::Value = serde_json::from_slice(&prepared.request.body).unwrap();
    assert_eq!(body["data"]["着信記録"]["相手TEL"], "09000000001");
}

#[test]
fn events_have_types() {
    for (timing, state, expected) in
        [("不在時", "不在", "call.missed"), ("終了時", "他で応答", "call.ended")]
    {
        let mut cells = WEBHOOK.to_vec();
        cells.push(("timing", timing));
        let mut scene = chat(&cells).missed();
        scene.timing = if timing == "不在時" { timing::MISSED } else { timing::ENDED };
        scene.call.set("state", Value::Text(state.into()));
        let prepared = prepare(&scene, "Notification-Chat", &Progress::default()).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&prepared.request.body).unwrap();
        assert_eq!(body["type"], expected);
        assert_eq!(body["timestamp"], "2025-04-01T09:15:31.000+09:00");
    }
}

#[test]
fn url_calls_in_every_form() {
    let mut scene = full();
    scene.customers[0].set("name", Value::Text("花&子\"\n".into()));
    let forms = [
        ("なし", "", "GET", "\nx-token", ""),
        ("JSON", "{\"n\":{{顧客名}}}", "POST", "application/json", "{\"n\":\"花&子\\\"\\n\"}"),
        (
            "フォーム",
            "n={{顧客名}}&t={{相手TEL}}",
            "PUT",
            "application/x-www-form-urlencoded",
            "n=%E8%8A%B1%26%E5%AD%90%22%0A&t=09000000001",
        ),
        ("テキスト", "{{顧客名}}", "POST", "text/plain; charset=utf-8", "花&子\"\n"),
    ];
    for (form, body, method, media_type, expected) in forms {
        let mut cells = CRM.to_vec();
        cells.extend([("body_format", form), ("body", body), ("method", method)]);
        scene.put(&URL_CALL, &[&cells]);
        let prepared = prepare(&scene, "IncomingCall-URL", &Progress::default()).unwrap();
        let text = shown(&prepared.request);
        let first = format!(
            "{method} https://crm.example.com/?tel=09000000001&name=%E8%8A%B1%26%E5%AD%90%22%0A\n\
             idempotency-key: evt_01\n"
        );
        assert!(text.starts_with(&first), "{text}");
        assert!(text.to_lowercase().contains(media_type), "{text}");
        assert!(text.contains("X-Token: abc\n"));
        assert!(text.ends_with(&format!("\n\n{expected}")), "{text}");
    }
}

#[test]
fn answers_mean() {
    let later =
        |answer: &Answer| matches!(webhook().classify(answer, ""), Err(SendError::Later { .. }));
    for status in [408, 425, 429, 500, 502, 503, 504] {
        assert!(later(&answer(status, "")), "{status}");
    }
    for status in [301, 302, 307, 400, 404, 405, 413, 422] {
        let fault = webhook().classify(&answer(status, ""), "").unwrap_err();
        assert!(matches!(fault, SendError::Never { scope: Scope::Delivery, .. }), "{status}");
    }
    for status in [401, 403, 410] {
        let fault = url_call().classify(&answer(status, ""), "").unwrap_err();
        assert!(matches!(fault, SendError::Never { scope: Scope::Target, .. }), "{status}");
    }
    for status in [200, 201, 202, 204] {
        assert_eq!(url_call().classify(&answer(status, ""), ""), Ok(Sent::delivered()));
    }
    let fault = jandi().classify(&answer(403, ""), "").unwrap_err().to_string();
    assert!(fault.contains("有料チーム"), "{fault}");
    let quiet = jandi().classify(&answer(429, ""), "").unwrap_err();
    assert!(matches!(quiet, SendError::Later { after: Some(wait), .. } if wait.as_secs() == 60));
}

#[test]
fn jandi_says_which_addresses_it_does_not_know() {
    let reply = answer(200, "{\"validEmails\":[],\"invalidEmails\":[\"A@example.com\"]}");
    let fault = jandi().classify(&reply, "a@example.com").unwrap_err();
    assert!(fault.to_string().contains("a@example.com"));
    assert_eq!(jandi().classify(&reply, "b@example.com"), Ok(Sent::delivered()));
    assert_eq!(jandi().classify(&answer(200, "OK"), "a@example.com"), Ok(Sent::delivered()));
}

#[test]
fn stored_answers_and_payloads_hold_no_secret() {
    let scene = full();
    for delivery in scene.plan() {
        for secret in
            ["7dbe00d0784c8cf1758f04d824510703", "whsec_", "hooks.example.com/abc", "X-Token"]
        {
            assert!(!delivery.payload.contains(secret), "{secret}");
        }
    }
    let row = scene.snapshot.find("Notification-Chat", 1).unwrap();
    let echo = answer(
        500,
        "no route /connect-api/team-webhook/279/7dbe00d0784c8cf1758f04d824510703\r\nsorry",
    );
    let secrets: Vec<String> = secrets(row).into_iter().map(str::to_owned).collect();
    let stored = target::shown(summary(&echo), &secrets);
    assert!(stored.starts_with("500 no route"), "{stored}");
    assert!(!stored.contains("7dbe00d0") && !stored.contains('\n'), "{stored}");
}
