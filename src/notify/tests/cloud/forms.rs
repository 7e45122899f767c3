//! The exact wire forms of facts: compared whole.

use serde_json::json;

use super::*;

#[test]
fn a_webhook_of_slack() {
    let scene = chat("Slack", ROWS[0].1);
    assert_eq!(
        shown(&first(&scene)),
        "POST https://hooks.slack.com/services/T0/B0/abcdefgh\n\
         content-type: application/json; charset=utf-8\n\n\
         {\"text\":\"和歌山 花子 090-0000-0001\\n本店 着信\\n紀州商店\",\"blocks\":[{\"type\":\"section\",\
         \"text\":{\"type\":\"mrkdwn\",\"text\":\"和歌山 花子 090-0000-0001\"}}],\"attachments\":[{\
         \"color\":\"#FAC11B\",\"title\":\"本店 着信\",\"text\":\"紀州商店\",\
         \"image_url\":\"https://img.example.com/101.png\"}],\"unfurl_links\":false,\
         \"unfurl_media\":false}"
    );
    let both = chat("Slack", &[ROWS[0].1[0], ("token", "xoxb-0000-abcd")]);
    assert_eq!(first(&both).url, ROWS[0].1[0].1, "a webhook needs no token");
    let plain = chat("Slack", &[ROWS[0].1[0], ("mentions", "U0123,S0123,here,花子,@channel")]);
    assert_eq!(
        body(&plain)["blocks"][0]["text"]["text"],
        "<@U0123> <!subteam^S0123> <!here> @花子 <!channel> 和歌山 花子 090-0000-0001"
    );
}

#[test]
fn the_web_api_of_slack_gets_one_message_a_channel() {
    let scene = chat("Slack", ROWS[1].1);
    let mut progress = Progress::default();
    for channel in ["C0123456789", "C0123456780"] {
        let (request, recipient) = prepare(&scene, &progress).unwrap();
        assert!(
            shown(&request).starts_with(
                "POST https://slack.com/api/chat.postMessage\nauthorization: Bearer xoxb-0000-abcd\n"
            ),
            "{}",
            shown(&request)
        );
        let body: Json = serde_json::from_slice(&request.body).unwrap();
        assert_eq!((&body["channel"], recipient.as_str()), (&json!(channel), channel));
        progress.done.push(recipient);
    }
    assert_eq!(
        shown(&check(&scene)),
        "POST https://slack.com/api/auth.test\nauthorization: Bearer xoxb-0000-abcd\n\
         content-type: application/json; charset=utf-8\n\n{}"
    );
}

#[test]
fn a_workflow_of_teams() {
    let scene = chat("Teams", ROWS[2].1);
    let request = first(&scene);
    assert_eq!(request.url, ROWS[2].1[0].1, "sent as it stands");
    assert_eq!(
        serde_json::from_slice::<Json>(&request.body).unwrap(),
        json!({"type": "message", "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [
                    {"type": "TextBlock", "text": "和歌山 花子 090-0000-0001", "weight": "Bolder", "wrap": true},
                    {"type": "TextBlock", "text": "本店 着信", "weight": "Default", "wrap": true},
                    {"type": "TextBlock", "text": "紀州商店", "weight": "Default", "wrap": true},
                    {"type": "Image", "url": "https://img.example.com/101.png"},
                ],
                "actions": [{"type": "Action.OpenUrl", "title": "開く", "url": "http://192.0.2.1:55963/#call=5012"}],
            },
        }]})
    );
    let people = chat("Teams", &[ROWS[2].1[0], ("mentions", "hanako@example.com")]);
    let card = &body(&people)["attachments"][0]["content"];
    assert_eq!(card["body"][0]["text"], "<at>hanako@example.com</at> 和歌山 花子 090-0000-0001");
    assert_eq!(
        card["msteams"]["entities"],
        json!([{"type": "mention", "text": "<at>hanako@example.com</at>",
            "mentioned": {"id": "hanako@example.com", "name": "hanako@example.com"}}])
    );
}

#[test]
fn a_retired_connector_of_teams_is_told_at_once() {
    for url in [
        "https://example.webhook.office.com/webhookb2/a/IncomingWebhook/b/c",
        "https://outlook.office.com/webhook/a/IncomingWebhook/b/c",
    ] {
        let fault = prepare(&chat("Teams", &[("url", url)]), &Progress::default()).err().unwrap();
        assert!(fault.to_string().contains("ワークフロー"), "{fault}");
    }
}

#[test]
fn a_webhook_of_discord() {
    let scene = chat("Discord", ROWS[3].1);
    assert_eq!(
        shown(&first(&scene)),
        "POST https://discord.com/api/webhooks/1/abcdefgh?wait=true\n\
         content-type: application/json; charset=utf-8\n\n\
         {\"content\":\"和歌山 花子 090-0000-0001\",\"embeds\":[{\"title\":\"本店 着信\",\
         \"description\":\"紀州商店\",\"image\":{\"url\":\"https://img.example.com/101.png\"},\
         \"color\":16433435}],\"allowed_mentions\":{\"parse\":[]}}"
    );
    assert_eq!(shown(&check(&scene)), "GET https://discord.com/api/webhooks/1/abcdefgh\n\n");
    let called = chat("Discord", &[ROWS[3].1[0], ("mentions", "123,&456,everyone,nobody")]);
    let body = body(&called);
    assert_eq!(body["content"], "<@123> <@&456> @everyone 和歌山 花子 090-0000-0001");
    let allowed = json!({"parse": ["everyone"], "users": ["123"], "roles": ["456"]});
    assert_eq!(body["allowed_mentions"], allowed);
}

#[test]
fn a_webhook_of_mattermost() {
    let scene = chat("Mattermost", ROWS[4].1);
    assert_eq!(
        shown(&first(&scene)),
        "POST https://mm.example.com/hooks/abcdefgh\n\
         content-type: application/json; charset=utf-8\n\n\
         {\"text\":\"和歌山 花子 090-0000-0001\",\"attachments\":[{\"color\":\"#FAC11B\",\
         \"title\":\"本店 着信\",\"text\":\"紀州商店\",\"image_url\":\"https://img.example.com/101.png\"}]}"
    );
    let rooms = chat(
        "Mattermost",
        &[ROWS[4].1[0], ("destination", "town-square,@hanako"), ("mentions", "here")],
    );
    let (request, recipient) = prepare(&rooms, &Progress::default()).unwrap();
    assert_eq!(recipient, "town-square");
    let body: Json = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["channel"], "town-square");
    assert_eq!(body["text"], "@here 和歌山 花子 090-0000-0001");
}

#[test]
fn a_room_of_chatwork() {
    let scene = chat("Chatwork", ROWS[5].1);
    let (request, recipient) = prepare(&scene, &Progress::default()).unwrap();
    assert_eq!(recipient, "123");
    let text = shown(&request);
    assert!(
        text.starts_with(
            "POST https://api.chatwork.com/v2/rooms/123/messages\nx-chatworktoken: cw-token-0001\n\
             content-type: application/x-www-form-urlencoded\n\nbody=%5Binfo%5D%5Btitle%5D"
        ),
        "{text}"
    );
    assert_eq!(
        form(&request),
        "[info][title]本店 着信[/title]和歌山 花子 090-0000-0001\n紀州商店\n\
         https://img.example.com/101.png[/info]"
    );
    assert_eq!(
        shown(&check(&scene)),
        "GET https://api.chatwork.com/v2/rooms/123\nx-chatworktoken: cw-token-0001\n\n"
    );
    let mut cells = ROWS[5].1.to_vec();
    cells.extend([("mentions", "123,toall,x"), ("url", "https://relay.example.com/v2/")]);
    let called = first(&chat("Chatwork", &cells));
    assert_eq!(called.url, "https://relay.example.com/v2/rooms/123/messages");
    assert!(form(&called).starts_with("[To:123][toall]\n[info]"), "{}", form(&called));
}

/// The one field of a form.
pub fn form(request: &Request) -> String {
    let text = std::str::from_utf8(&request.body).unwrap();
    let url = reqwest::Url::parse(&format!("http://h/?{text}")).unwrap();
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    assert_eq!((pairs.len(), pairs[0].0.as_str()), (1, "body"));
    pairs[0].1.clone()
}

#[test]
fn a_space_of_google_chat() {
    assert_eq!(
        shown(&first(&chat("Google Chat", &[ROWS[6].1[0], ("mentions", "123,all")]))),
        format!(
            "POST https://chat.googleapis.com/v1/spaces/A/messages?key=kkkkkkkk&token=tttttttt&requestId={ID}\n\
             content-type: application/json; charset=utf-8\n\n\
             {{\"text\":\"<users/123> <users/all> 和歌山 花子 090-0000-0001\\n本店 着信\\n紀州商店\\n\
             https://img.example.com/101.png\"}}"
        )
    );
}

#[test]
fn a_webhook_of_line_works() {
    assert_eq!(
        shown(&first(&chat("LINE WORKS", ROWS[7].1))),
        "POST https://webhook.worksmobile.com/message/abcdefgh\n\
         content-type: application/json; charset=utf-8\n\n\
         {\"title\":\"本店 着信\",\"body\":{\"text\":\"和歌山 花子 090-0000-0001\\n紀州商店\"}}"
    );
}

#[test]
fn a_topic_of_ntfy() {
    assert_eq!(
        shown(&first(&chat("ntfy", ROWS[8].1))),
        "POST https://ntfy.example.com/\nauthorization: Bearer tk_0123456789\n\
         content-type: application/json; charset=utf-8\n\n\
         {\"topic\":\"office\",\"message\":\"和歌山 花子 090-0000-0001\\n紀州商店\",\
         \"title\":\"本店 着信\",\"priority\":4,\"tags\":[\"telephone\"],\
         \"click\":\"http://192.0.2.1:55963/#call=5012\",\"attach\":\"https://img.example.com/101.png\"}"
    );
    let named = chat(
        "ntfy",
        &[
            ("url", "https://ntfy.example.com"),
            ("destination", "a,b"),
            ("login", "u"),
            ("password", "p"),
        ],
    );
    let (request, recipient) = prepare(&named, &Progress::default()).unwrap();
    assert_eq!((request.url.as_str(), recipient.as_str()), ("https://ntfy.example.com", "a"));
    assert_eq!(request.headers[0], ("authorization".to_owned(), "Basic dTpw".to_owned()));
}
