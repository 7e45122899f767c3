//! A caller's name lands as text everywhere.

use super::forms::form;
use super::*;

/// Names that some service would take for more than a name, with what must not be found in what
/// goes out to anybody. Slack's entities count as what they stand for.
const NAMES: [(&str, &[&str]); 12] = [
    ("<!channel> *x* @all \"'; \r\nBcc: a@example.com", &["<!channel>", "*x*", "@all", "\r"]),
    (
        "[toall] [To:1] [info][title]x[/title][/info]",
        &["[toall]", "[To:", "[info]x", "[title]x", "x[/title]"],
    ),
    ("@everyone @here a@everyone", &["@everyone", "@here"]),
    ("<@U1> <@&2> <#C1>", &["<@U1>", "<@&2>", "<#C1>"]),
    ("<users/all>", &["<users/all>"]),
    ("<at>a@example.com</at>", &["<at>", "</at>"]),
    ("[x](https://evil.example.com) [[x]](https://evil.example.com)", &["](http", "[["]),
    ("<https://evil.example.com|x>", &["<https:"]),
    ("**x** __x__ ~~x~~ `x` ||x||", &["**x", "__x", "~~x", "`x", "||x"]),
    ("<m userId=\"all\">", &["<m "]),
    ("{{相手TEL}} {% raw %} ${x} @{x}", &[]),
    ("\",\"text\":\"x", &[]),
];

/// Everything that a JSON body says, one text after the other.
fn texts(json: &Json, out: &mut Vec<String>) {
    match json {
        Json::String(text) => out.push(text.clone()),
        Json::Array(all) => all.iter().for_each(|one| texts(one, out)),
        Json::Object(all) => all.values().for_each(|one| texts(one, out)),
        _ => {}
    }
}

#[test]
fn no_name_of_a_caller_does_harm_in_any_kind() {
    for (kind, cells) in ROWS {
        for (name, forbidden) in NAMES {
            let mut scene = chat(kind, cells);
            scene.customers[0].set("name", Value::Text(name.into()));
            let request = first(&scene);
            let said = if kind == "Chatwork" {
                vec![form(&request)]
            } else {
                let body: Json = serde_json::from_slice(&request.body).unwrap();
                let mut said = Vec::new();
                texts(&body, &mut said);
                said
            };
            // ntfy shows plain text: nothing in it means anything.
            let plain = kind == "ntfy";
            for text in said.iter().filter(|text| text.contains("090-0000-0001")) {
                let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
                for bad in forbidden.iter().filter(|_| !plain) {
                    assert!(!text.contains(bad), "{kind}: {bad} in {text:?}");
                }
            }
            for (header, value) in &request.headers {
                assert!(!value.contains(['\r', '\n']), "{kind} {header}");
            }
            assert!(!request.url.contains("evil"), "{kind}");
        }
    }
}

#[test]
fn nor_in_what_waits_for_the_other_chat_services() {
    let room = ("destination", "GENERAL");
    let kinds: [(&str, &[(&str, &str)]); 3] = [
        ("JANDI", &[("url", "https://wh.jandi.com/connect-api/webhook/1/abcdefgh")]),
        ("Rocket.Chat", &[("url", "https://rc.example.com"), ("login", "u"), ("token", "t"), room]),
        ("Chat&Messenger", &[("url", "https://cam.example.com"), ("token", "t"), room]),
    ];
    for (kind, cells) in kinds {
        for (name, forbidden) in NAMES {
            let mut scene = chat(kind, cells);
            scene.customers[0].set("name", Value::Text(name.into()));
            let Payload::Chat(message) = planned(&scene).2 else { panic!("{kind}") };
            for bad in forbidden {
                assert!(!message.whole().contains(bad), "{kind}: {bad} in {}", message.whole());
            }
        }
    }
}

#[test]
fn a_webhook_hands_names_on_as_they_are() {
    for (name, _) in NAMES {
        let mut scene = chat("Webhook", &[("url", "https://hooks.example.com/abc")]);
        scene.customers[0].set("name", Value::Text(name.into()));
        scene.call.set("customer_name", Value::Text(name.into()));
        assert_eq!(body(&scene)["data"]["顧客"][0]["氏名"], name);
        assert_eq!(body(&scene)["data"]["着信記録"]["顧客名"], name);
    }
}

#[test]
fn a_name_cannot_be_pieced_together_from_two_values() {
    for (kind, cells) in ROWS.iter().filter(|(kind, _)| *kind != "ntfy") {
        let mut scene = chat(kind, cells);
        scene.put(&CHAT_MESSAGE, &[&[("name", "x"), ("body", "{{顧客名}}{{会社名}}")]]);
        for (left, right) in
            [("<", "!channel>"), ("@", "all"), ("[", "toall]"), ("[x]", "(http://h)")]
        {
            scene.customers[0].set("name", Value::Text(left.into()));
            scene.customers[0].set("company", Value::Text(right.into()));
            let request = first(&scene);
            let text = if *kind == "Chatwork" {
                form(&request)
            } else {
                String::from_utf8(request.body).unwrap()
            };
            assert!(!text.contains(&format!("{left}{right}")), "{kind} {text}");
        }
    }
}

#[test]
fn line_and_ntfy_show_names_as_they_stand() {
    for (name, _) in NAMES {
        let mut scene = line(&[("access_token", "t")]);
        scene.customers[0].set("name", Value::Text(name.into()));
        assert_eq!(body(&scene)["messages"][0]["text"], format!("本店 {name}"));
    }
}

#[test]
fn discord_lets_no_text_ring_anybody() {
    let mut scene = chat("Discord", ROWS[3].1);
    scene.customers[0].set("name", Value::Text("@everyone <@1>".into()));
    assert_eq!(body(&scene)["allowed_mentions"], serde_json::json!({"parse": []}));
}
