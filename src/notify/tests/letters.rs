//! Letters from the outbox to a mail server that misbehaves.

use super::worker::Office;
use super::{Scene, Value};
use crate::notify::mail::tests::server::{Script, Server};
use crate::notify::payload::Payload;
use crate::resource::catalog::{MAIL_ACCOUNT, MAIL_MESSAGE, MAIL_TARGET};

/// An office with an account at a scripted server, and these addresses.
async fn office(script: Script, people: &[(&str, &str)]) -> (Office, Server) {
    let (office, server) = (Office::new().await, Server::start(script).await);
    let port = server.port.to_string();
    let account = [
        ("name", "通知用"),
        ("email", "cti@example.com"),
        ("server", "127.0.0.1"),
        ("port", port.as_str()),
        ("encryption", "なし"),
        ("auth_method", "なし"),
    ];
    office.add(&MAIL_ACCOUNT, &account).await;
    for (address, role) in people {
        office.add(&MAIL_TARGET, &[("email", address), ("recipient_kind", role)]).await;
    }
    (office, server)
}

fn letters(server: &Server) -> Vec<String> {
    server.seen().into_iter().filter(|line| line.starts_with("(letter)")).collect()
}

fn message_id(letter: &str) -> &str {
    letter.lines().find(|line| line.starts_with("Message-ID:")).unwrap()
}

#[tokio::test]
async fn a_letter_whose_answer_was_lost_goes_again_to_the_same_people_under_the_same_id() {
    let people =
        [("shop@example.com", "To"), ("boss@example.com", "Cc"), ("log@example.com", "Bcc")];
    let (office, server) = office(vec![("(letter)", "")], &people).await;
    office.ring().await;
    for (id, (address, _)) in (1..).zip(people) {
        let row = office.wait_for(id, "成功").await;
        assert_eq!(row.text("reason"), "重複の可能性");
        assert_eq!((row.int("attempts"), row.text("target_name")), (2, address));
    }
    let letters = letters(&server);
    assert_eq!(letters.len(), 2);
    assert_eq!(message_id(&letters[0]), message_id(&letters[1]));
    assert_eq!(server.count("RCPT"), 6, "each time to all three");
    // Another call is another letter.
    office.ring().await;
    office.wait_for(4, "成功").await;
    let third = &self::letters(&server)[2];
    assert_ne!(message_id(third), message_id(&letters[0]));
    office.close().await;
}

#[tokio::test]
async fn a_different_text_is_a_letter_of_its_own() {
    let (office, server) = office(Vec::new(), &[("shop@example.com", "To")]).await;
    let message = office
        .add(
            &MAIL_MESSAGE,
            &[
                ("name", "店長"),
                ("subject", "着信"),
                ("body", "<b>{{相手TEL}}</b>"),
                ("body_format", "HTML"),
            ],
        )
        .await
        .to_string();
    office.add(&MAIL_TARGET, &[("email", "boss@example.com"), ("message_id", &message)]).await;
    office.ring().await;
    office.wait_for(1, "成功").await;
    office.wait_for(2, "成功").await;
    let letters = letters(&server);
    assert_eq!(letters.len(), 2);
    let kinds: Vec<bool> =
        letters.iter().map(|one| one.contains("multipart/alternative")).collect();
    assert_eq!(kinds.iter().filter(|html| **html).count(), 1, "{letters:?}");
    office.close().await;
}

#[test]
fn a_hostile_caller_is_text_in_every_part() {
    let mut scene = Scene::new();
    let hostile = "<!channel> *x* @all \"'; \r\nBcc: v@example.com <script>alert(1)</script>";
    scene.call.set("display_name", Value::Text(hostile.to_owned()));
    scene.put(
        &MAIL_MESSAGE,
        &[&[
            ("name", "x"),
            ("subject", "{{相手表示名}}"),
            ("body", "<p title=\"{{相手表示名}}\">{{相手表示名}}</p>"),
            ("body_format", "HTML"),
        ]],
    );
    scene.put(&MAIL_TARGET, &[&[("email", "shop@example.com")]]);
    let planned = scene.plan();
    let delivery = planned.iter().find(|one| one.target.resource == MAIL_TARGET.uri).unwrap();
    let Ok(Payload::Mail(message)) = Payload::from_text(&delivery.payload) else { panic!() };
    assert!(message.html && !message.subject.contains(['\r', '\n']), "{message:?}");
    assert_eq!(message.body.matches('<').count(), 2, "only our own marks: {}", message.body);
    assert_eq!(message.body.matches('"').count(), 2, "{}", message.body);
    assert!(message.body.contains("&lt;script&gt;"));
    assert_eq!(delivery.target_name, "shop@example.com", "a row without a name");
}
