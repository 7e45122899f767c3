//! Rocket.Chat: the REST API of a server (log-in, rooms, a message with an id of our own), or an
//! incoming webhook where the address is one.
//!
//! The steps are those of seed 003; the forms are the server's own (facts/targets.md §2).
//!
//! Invariant: a message that may have arrived is looked for by its id before it is sent again.
//! Never: tries a refused password again.

mod api;
mod hook;

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

use self::api::Api;
use super::{Attempt, Call, Prepared, Target, chat};
use crate::notify::Occasion;
use crate::notify::carrier::{Carried, Outgoing};
use crate::notify::http::Answer;
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{SendError, Sent};
use crate::notify::shared;
use crate::resource::Record;
use crate::store::TargetRef;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "Rocket.Chat";
/// Longest text in UTF-16 units (`Message_MaxAllowedSize`), with room for those who are called upon.
const FORM: chat::Form =
    chat::Form { kind: KIND, landing: Landing::Chat, limit: Limit::utf16(4500) };
/// Servers let ten requests a minute through for each route and address; a little is left for
/// people at the same address.
const WINDOWS: [Window; 1] = [Window { length: super::MINUTE, count: 8 }];
/// Wait after 429 where the server does not say how long.
const QUIET: Duration = Duration::from_secs(60);
/// Characters of a message's id.
const ID_LENGTH: usize = 24;
/// The function that an administrator may call.
const ROOMS_GET: &str = "rooms.get";

/// Rooms and persons of a server.
pub struct Rocket;

impl Target for Rocket {
    /// Recipients are the rooms and persons of 宛先.
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        Payload::Chat(chat::compose_to_each(FORM, row, occasion, values))
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        if *payload == Payload::Check {
            return Ok(check(row));
        }
        let message = chat::message(payload, KIND, false)?;
        let next = super::next_recipient(&message.recipients, attempt.progress).cloned();
        if is_hook(row) {
            let recipient = next.unwrap_or_default();
            let request = hook::request(row, message, &recipient);
            return Ok(Prepared { outgoing: Outgoing::Http(request), recipient });
        }
        let recipient = next.ok_or_else(|| SendError::never("宛先にルーム名が要ります"))?;
        let (row, text, room) = (row.clone(), body(message), recipient.clone());
        let id = message_id(attempt.id, &recipient);
        let repeated = attempt.repeated;
        let talk = move |carriers| -> BoxFuture<'static, Carried> {
            Box::pin(async move {
                let mut api = Api::new(carriers, &row);
                let result = api.send(&room, text, &id, repeated).await;
                Carried { result, answer: api.last }
            })
        };
        Ok(Prepared { outgoing: Outgoing::Talk(Box::new(talk)), recipient })
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        hook::classify(answer)
    }

    fn knows_repeats(&self, row: &Record) -> bool {
        !is_hook(row)
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &WINDOWS)
    }

    /// All rows of a server share its limit.
    fn pace_address(&self, row: &Record, _target: &TargetRef) -> String {
        api::base(row).to_owned()
    }

    fn has_check(&self, row: &Record) -> bool {
        !is_hook(row)
    }

    fn functions(&self) -> &'static [&'static str] {
        &[ROOMS_GET]
    }

    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, SendError>> {
        Box::pin(async move {
            if is_hook(&call.row) {
                return Err(SendError::never("受信Webhookのアドレスでは呼び出せません"));
            }
            Api::new(call.carriers, &call.row).rooms_reply().await
        })
    }
}

fn is_hook(row: &Record) -> bool {
    row.text("url").contains("/hooks/")
}

/// Logs in and looks whether all rooms are there.
fn check(row: &Record) -> Prepared {
    let row = row.clone();
    let talk = move |carriers| -> BoxFuture<'static, Carried> {
        Box::pin(async move {
            let mut api = Api::new(carriers, &row);
            let mut result = Ok(Sent::delivered());
            for room in chat::list(row.text("destination")) {
                result = match api.room(&room).await {
                    Ok(_) => result,
                    Err(fault) => Err(fault),
                };
                if result.is_err() {
                    break;
                }
            }
            Carried { result, answer: api.last }
        })
    };
    Prepared { outgoing: Outgoing::Talk(Box::new(talk)), recipient: String::new() }
}

/// The id of the message to one recipient: the same in every attempt.
fn message_id(delivery: &str, recipient: &str) -> String {
    let mut id = shared::key(&[delivery, recipient]);
    id.truncate(ID_LENGTH);
    id
}

/// The text with those who are called upon, and what stands in the box below it.
fn body(message: &ChatMessage) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("msg".to_owned(), text(message).into());
    if let Some(below) = attachment(message) {
        body.insert("attachments".to_owned(), json!([below]));
    }
    body
}

fn text(message: &ChatMessage) -> String {
    let called = message.mentions.iter().map(|name| format!("@{} ", name.trim_start_matches('@')));
    called.chain([message.body.clone()]).collect()
}

fn attachment(message: &ChatMessage) -> Option<Value> {
    let mut below = Map::new();
    for (key, text) in
        [("title", &message.title), ("text", &message.details), ("image_url", &message.image_url)]
    {
        if !text.is_empty() {
            below.insert(key.to_owned(), text.as_str().into());
        }
    }
    if below.is_empty() {
        return None;
    }
    if !message.color.is_empty() {
        below.insert("color".to_owned(), message.color.as_str().into());
    }
    Some(Value::Object(below))
}

/// The wait that the server asks for: the time of `X-RateLimit-Reset`, in milliseconds.
fn quiet(answer: &Answer) -> Duration {
    let reset = answer.header("x-ratelimit-reset").and_then(|text| text.trim().parse::<i64>().ok());
    let left = reset.and_then(|at| u64::try_from(at.saturating_sub(answer.at).max(0)).ok());
    left.map(Duration::from_millis).or(answer.retry_after).unwrap_or(QUIET)
}

/// What the server gives as the reason of a refusal, with nothing that could be mark-up.
fn reason(reply: &Value) -> String {
    let said = |key: &str| reply.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let text = said("errorType").or_else(|| said("error")).or_else(|| said("message"));
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).take(120).collect()
}
