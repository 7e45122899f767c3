//! Sizes in each kind's own unit, paces, and what is known of repeats.

use std::time::Duration;

use super::forms::form;
use super::*;

/// A scene whose texts are as long as templates can make them.
fn long(kind: &str, cells: &[(&str, &str)]) -> Scene {
    let mut scene = chat(kind, cells);
    // Two UTF-16 units and four bytes a character.
    scene.customers[0].set("note", Value::Text("😀".repeat(4000)));
    let text = "{{備考}}{{備考}}{{備考}}";
    let cells = [("name", "長"), ("title", text), ("body", text), ("details", text)];
    scene.put(&CHAT_MESSAGE, &[&cells]);
    scene
}

fn utf16(text: &Json) -> usize {
    text.as_str().unwrap().encode_utf16().count()
}

#[test]
fn texts_are_cut_to_what_each_kind_takes() {
    let of = |index: usize| long(ROWS[index].0, ROWS[index].1);
    let slack = body(&of(0));
    assert!(slack["text"].as_str().unwrap().chars().count() <= 4000);
    assert_eq!(slack["blocks"][0]["text"]["text"].as_str().unwrap().chars().count(), 3000);
    assert!(first(&of(2)).body.len() <= 25_000, "{}", first(&of(2)).body.len());
    let discord = body(&of(3));
    let embed = &discord["embeds"][0];
    let (title, description) = (utf16(&embed["title"]), utf16(&embed["description"]));
    assert!((1999..=2000).contains(&utf16(&discord["content"])), "{}", utf16(&discord["content"]));
    assert!(title <= 256 && description <= 4096 && title + description <= 6000);
    assert!(body(&of(4))["text"].as_str().unwrap().chars().count() <= 16_383);
    let chatwork = form(&first(&of(5)));
    assert!(chatwork.encode_utf16().count() <= 65_535 && chatwork.ends_with("[/info]"));
    assert!(first(&of(6)).body.len() <= 32_000);
    let works = body(&of(7));
    assert!(utf16(&works["body"]["text"]) <= 2000);
    let ntfy = body(&of(8));
    assert!((4093..=4096).contains(&ntfy["message"].as_str().unwrap().len()));
    assert!(ntfy["title"].as_str().unwrap().len() <= 250);
    let mut line = line(&[("access_token", "t")]);
    line.customers[0].set("note", Value::Text("😀".repeat(4000)));
    line.put(&LINE_MESSAGE, &[&[("name", "長"), ("body", "{{備考}}")]]);
    let units = utf16(&body(&line)["messages"][0]["text"]);
    assert!((4999..=5000).contains(&units), "{units}");
}

#[test]
fn each_kind_has_its_pace() {
    for (kind, cells, expected) in [
        ("Slack", ROWS[0].1, vec![(3, 3)]),
        ("Teams", ROWS[2].1, vec![(1, 1), (60, 60)]),
        ("Discord", ROWS[3].1, vec![]),
        ("Mattermost", ROWS[4].1, vec![(1, 5)]),
        ("Chatwork", ROWS[5].1, vec![(10, 9), (300, 280)]),
        ("Google Chat", ROWS[6].1, vec![(1, 1)]),
        ("LINE WORKS", ROWS[7].1, vec![(1, 1)]),
        ("ntfy", ROWS[8].1, vec![(10, 50), (250, 50)]),
    ] {
        let scene = chat(kind, cells);
        let (target, row, _) = planned(&scene);
        let windows = target.windows(row).into_iter();
        let windows: Vec<_> =
            windows.map(|window| (window.length.as_secs(), window.count)).collect();
        assert_eq!(windows, expected, "{kind}");
        let mut slower = row.clone();
        slower.set("per_minute", Value::Int(7));
        let minute = target.windows(&slower)[0];
        assert_eq!((minute.length, minute.count), (Duration::from_secs(60), 7), "{kind}");
    }
    let broadcast = line(&[("access_token", "t"), ("method", "broadcast")]);
    let (target, row, _) = planned(&broadcast);
    assert_eq!(target.windows(row)[0].length, Duration::from_secs(3600));
}

#[test]
fn rows_share_the_pace_of_what_the_provider_counts() {
    let address = |scene: &Scene| {
        let (target, row, _) = planned(scene);
        let place = crate::store::TargetRef { resource: row.resource.uri, id: row.key() };
        target.pace_address(row, &place)
    };
    let chatwork = |room| chat("Chatwork", &[("token", "t"), ("destination", room)]);
    assert_eq!(address(&chatwork("1")), address(&chatwork("2")));
    let line_row = |method| line(&[("access_token", "t"), ("method", method)]);
    assert_ne!(address(&line_row("push")), address(&line_row("broadcast")));
    let ntfy = |topic: &str| chat("ntfy", &[("url", &format!("https://ntfy.example.com/{topic}"))]);
    assert_eq!(address(&ntfy("a")), address(&ntfy("b")));
}

#[test]
fn only_line_knows_a_repeat() {
    for (kind, cells) in ROWS {
        let scene = chat(kind, cells);
        let (target, row, _) = planned(&scene);
        assert!(!target.knows_repeats(row), "{kind}");
    }
    let scene = line(&[("access_token", "t")]);
    let (target, row, _) = planned(&scene);
    assert!(target.knows_repeats(row));
}

#[test]
fn a_message_of_another_kind_is_not_sent() {
    let slack = planned(&chat("Slack", ROWS[0].1)).2;
    for (kind, cells) in ROWS.iter().filter(|(kind, _)| *kind != "Slack") {
        let scene = chat(kind, cells);
        let (target, row, _) = planned(&scene);
        assert!(request(target, row, &slack, &Progress::default()).is_err(), "{kind}");
    }
}
