//! The cloud kinds: what goes out, what answers mean, what hostile callers cannot do.

mod answers;
mod forms;
mod hostile;
mod limits;
mod line;
mod outcomes;

use serde_json::Value as Json;

use super::*;
use crate::notify::carrier::Outgoing;
use crate::notify::http::{Answer, Request};
use crate::notify::payload::{Payload, Progress};
use crate::notify::retry::SendError;
use crate::notify::target::{self, Attempt, Target, target_of};
use crate::resource::catalog::{LINE_MESSAGE, LINE_TARGET};

/// A key of nobody, made for these tests (PKCS #8, base64).
pub const RSA_TEST_KEY: &str = include_str!("rsa_test_key.txt");
/// The id of the delivery of these tests, as the store makes them.
pub const ID: &str = "0d9f3c1e5b7a4c2f8e6d1a2b3c4d5e6f";

/// One row of each kind of Notification-Chat that these tests speak of: kind and cells.
pub const ROWS: [(&str, &[(&str, &str)]); 9] = [
    ("Slack", &[("url", "https://hooks.slack.com/services/T0/B0/abcdefgh")]),
    (
        "Slack",
        &[("url", ""), ("token", "xoxb-0000-abcd"), ("destination", "C0123456789, C0123456780")],
    ),
    (
        "Teams",
        &[(
            "url",
            "https://prod-01.japaneast.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=a%2Bb_c",
        )],
    ),
    ("Discord", &[("url", "https://discord.com/api/webhooks/1/abcdefgh")]),
    ("Mattermost", &[("url", "https://mm.example.com/hooks/abcdefgh")]),
    ("Chatwork", &[("token", "cw-token-0001"), ("destination", "#!rid123,456")]),
    (
        "Google Chat",
        &[("url", "https://chat.googleapis.com/v1/spaces/A/messages?key=kkkkkkkk&token=tttttttt")],
    ),
    ("LINE WORKS", &[("url", "https://webhook.worksmobile.com/message/abcdefgh")]),
    ("ntfy", &[("url", "https://ntfy.example.com/office"), ("token", "tk_0123456789")]),
];

/// A scene with one chat row of this kind and the message with every part.
pub fn chat(kind: &str, cells: &[(&str, &str)]) -> Scene {
    let mut scene = full();
    scene.put(&URL_CALL, &[]);
    let mut all = vec![("name", "x"), ("kind", kind), ("color", "#FAC11B")];
    all.extend(cells);
    scene.put(&CHAT_TARGET, &[&all]);
    scene
}

/// A scene with one LINE row.
pub fn line(cells: &[(&str, &str)]) -> Scene {
    let mut scene = full();
    scene.put(&URL_CALL, &[]);
    scene.put(&CHAT_TARGET, &[]);
    let mut all = vec![("name", "店長"), ("destinations", "U0123456789abcdef0123456789abcdef")];
    all.extend(cells);
    scene.put(&LINE_TARGET, &[&all]);
    scene.put(&LINE_MESSAGE, &[&[("name", "全部"), ("body", "{{回線名}} {{顧客名}}")]]);
    scene
}

/// The one target of a scene with its row and what was planned for it.
pub fn planned(scene: &Scene) -> (&'static dyn Target, &Record, Payload) {
    let planned = scene.plan();
    let [delivery] = planned.as_slice() else { panic!("{} deliveries", planned.len()) };
    let row = scene.snapshot.find(delivery.target.resource, delivery.target.id).unwrap();
    (target_of(row).unwrap(), row, Payload::from_text(&delivery.payload).unwrap())
}

/// What goes out next, and for whom.
pub fn prepare(scene: &Scene, progress: &Progress) -> Result<(Request, String), SendError> {
    let (target, row, payload) = planned(scene);
    request(target, row, &payload, progress)
}

/// As [`prepare`], for the provider's own check.
pub fn check(scene: &Scene) -> Request {
    let (target, row, _) = planned(scene);
    assert!(target.has_check(row));
    request(target, row, &Payload::Check, &Progress::default()).unwrap().0
}

fn request(
    target: &dyn Target,
    row: &Record,
    payload: &Payload,
    progress: &Progress,
) -> Result<(Request, String), SendError> {
    let attempt = Attempt { id: ID, at: 1_760_000_000_999, progress, repeated: false };
    let prepared = target::prepare(target, row, payload, &attempt)?;
    match prepared.outgoing {
        Outgoing::Http(request) => Ok((request, prepared.recipient)),
        _ => panic!("more than one request"),
    }
}

/// The first request of a scene whose first attempt must work.
pub fn first(scene: &Scene) -> Request {
    prepare(scene, &Progress::default()).unwrap().0
}

/// The body of the first request, where it is JSON.
pub fn body(scene: &Scene) -> Json {
    serde_json::from_slice(&first(scene).body).unwrap()
}

/// Method, address and headers, and then the body.
pub fn shown(request: &Request) -> String {
    let mut out = format!("{} {}\n", request.method, request.url);
    for (name, value) in &request.headers {
        out += &format!("{name}: {value}\n");
    }
    out + "\n" + std::str::from_utf8(&request.body).unwrap()
}

/// An answer without headers.
pub fn answer(status: u16, body: &str) -> Answer {
    Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() }
}

/// An answer with one header.
pub fn answer_with(status: u16, header: (&'static str, &str), body: &str) -> Answer {
    let mut answer = answer(status, body);
    answer.headers.insert(header.0, header.1.parse().unwrap());
    answer
}
