//! Chatwork: messages to rooms, by an API token.

use std::time::Duration;

use serde_json::Value;

use super::chat::{self, Form};
use super::post::{Post, code, delivered, with_items};
use super::{Attempt, Prepared, Target, answer, next_recipient};
use crate::notify::Occasion;
use crate::notify::http::Answer;
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::resource::Record;
use crate::store::TargetRef;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "Chatwork";

/// Chatwork as a target.
pub struct Chatwork;

/// How texts are taken: a message holds 65,535, in several parts and their marks.
const FORM: Form = Form { kind: KIND, landing: Landing::Chat, limit: Limit::utf16(20_000) };
/// The API, where URL is empty.
const API: &str = "https://api.chatwork.com/v2";
/// Nine in ten seconds and 280 in five minutes: of 10 a room and 300 a token, which also other
/// programs use. Rows of one token share both, so that no room gets too much either.
const WINDOWS: [Window; 2] = [
    Window { length: Duration::from_secs(10), count: 9 },
    Window { length: Duration::from_secs(300), count: 280 },
];
/// Wait after 429 without X-RateLimit-Reset.
const QUIET: Duration = Duration::from_secs(30);
/// What an administrator looks at after 401.
const HINT: &str = "Chatwork のAPIトークンを確かめてください";
/// And after 403 and 404.
const ROOM_HINT: &str =
    "ルームIDが正しいか、トークンの利用者がルームに入っているかを確かめてください";

impl Target for Chatwork {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        let recipients = rooms(row);
        Payload::Chat(ChatMessage { recipients, ..chat::compose(FORM, row, occasion, values) })
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        if matches!(payload, Payload::Check) {
            let rooms = rooms(row);
            let room = rooms.first().ok_or_else(no_room)?;
            return Ok(request(row, &format!("rooms/{room}")).get().to(room));
        }
        let message = chat::message(payload, KIND, false)?;
        let room = next_recipient(&message.recipients, attempt.progress).ok_or_else(no_room)?;
        let request = request(row, &format!("rooms/{room}/messages"));
        Ok(request.form(&[("body", &body(message))]).to(room))
    }

    fn classify(&self, answer: &Answer, recipient: &str) -> Result<Sent, SendError> {
        let said = answer.json();
        let errors: Vec<&str> =
            said["errors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let why = || {
            format!("Chatwork が {} {} を返しました", answer.status, code(&errors.join(" ")))
                .replace("  ", " ")
        };
        match answer.status {
            429 => Err(SendError::later(why(), Some(reset(answer)))),
            401 => Err(SendError::parks(format!("{}: {HINT}", why()))),
            400 => Err(SendError::never(format!("{}: 本文を確かめてください", why()))),
            403 | 404 => {
                let why = format!("{recipient}: {}: {ROOM_HINT}", why());
                Err(SendError::Never { why, scope: Scope::Recipient })
            }
            _ => answer::of_service(answer, HINT, Some(QUIET))
                .map(|_| delivered(answer, &id(&said), reset)),
        }
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn has_check(&self, _row: &Record) -> bool {
        true
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &WINDOWS)
    }

    fn pace_address(&self, row: &Record, _target: &TargetRef) -> String {
        format!("{} {}", base(row), row.text("token"))
    }

    fn url<'a>(&self, row: &'a Record) -> &'a str {
        base(row)
    }
}

fn base(row: &Record) -> &str {
    match row.text("url").trim_end_matches(['\\', ' ', '/']) {
        "" => API,
        url => url,
    }
}

fn request(row: &Record, path: &str) -> Post {
    Post::of(row, &format!("{}/{path}", base(row)))
        .header("x-chatworktoken", row.text("token").trim())
}

/// 宛先 as numbers: the address bar of a room says `#!rid123`.
fn rooms(row: &Record) -> Vec<String> {
    let rooms = chat::list(row.text("destination")).into_iter();
    let rooms = rooms.map(|room| room.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned());
    rooms.filter(|room| !room.is_empty() && room.bytes().all(|b| b.is_ascii_digit())).collect()
}

fn no_room() -> SendError {
    SendError::never("Chatwork の宛先にルームID(数字)がありません")
}

/// People called upon, then a box; only ours and the definition's own `[` are marks.
fn body(message: &ChatMessage) -> String {
    let mut out = String::new();
    for name in &message.mentions {
        let id = name.strip_prefix("To:").unwrap_or(name);
        if id.eq_ignore_ascii_case("toall") || id.eq_ignore_ascii_case("all") {
            out += "[toall]";
        } else if !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) {
            out += &format!("[To:{id}]");
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out += "[info]";
    if !message.title.is_empty() {
        out += &format!("[title]{}[/title]", message.title);
    }
    out += &message.body;
    for text in [with_items(&message.details, &message.items), message.image_url.clone()] {
        if !text.is_empty() {
            out += &format!("\n{}", FORM.limit.cut(text));
        }
    }
    out + "[/info]"
}

/// `X-RateLimit-Reset`: seconds since 1970.
fn reset(answer: &Answer) -> Duration {
    let reset = answer.header("x-ratelimit-reset").and_then(|text| text.trim().parse::<i64>().ok());
    let wait = reset.map(|at| at.saturating_mul(1000).saturating_sub(answer.at));
    match wait.and_then(|wait| u64::try_from(wait).ok()) {
        Some(wait) => Duration::from_millis(wait),
        None => answer.retry_after.unwrap_or(QUIET),
    }
}

/// `message_id`, which is a text or a number.
fn id(said: &Value) -> String {
    match &said["message_id"] {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => String::new(),
    }
}
