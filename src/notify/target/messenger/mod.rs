//! Chat&Messenger: a message to rooms and persons, with the address of a meeting where the row
//! asks for one, and the service's other functions for administrators.
//!
//! The forms are those of the vendor's page (seeds 000 and 001); where the two differ, the newer
//! one is right, and what neither shows is not assumed: no reply proves that a message arrived, so
//! that a message that was taken is 受付.
//!
//! Invariant: one delivery makes one meeting, however many it is told to and however often.
//! Never: sends a field of the seeds under another name.

mod functions;
mod meeting;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Attempt, Call, Prepared, Target, answer, chat};
use crate::notify::carrier::{Carried, Carriers, Outgoing};
use crate::notify::http::{Answer, Request, TOTAL_TIMEOUT, form};
use crate::notify::message::{Limit, text};
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::notify::{Occasion, Wording};
use crate::resource::Record;
use crate::template::{Landing, Values, Word};

/// 種別.
pub const KIND: &str = "Chat&Messenger";
/// Longest text; the vendor names no limit.
const TEXT_MAX: usize = 3000;
const FORM: chat::Form =
    chat::Form { kind: KIND, landing: Landing::Chat, limit: Limit::characters(TEXT_MAX) };
/// The vendor names no limit: one message a second does no harm to a server of an office.
const WINDOWS: [Window; 1] = [Window { length: Duration::from_secs(1), count: 1 }];
/// Wait after 429.
const QUIET: Duration = Duration::from_secs(30);
/// The room name that stands for direct messages (seeds).
const DIRECT: &str = "messenger";
/// What an administrator looks at after 401/403.
const HINT: &str = "トークン(x-cam-apiToken)を管理画面のものと比べてください。API連携には Enterprise 以上の契約が要ります";

/// Rooms and persons of a server.
pub struct Messenger;

impl Target for Messenger {
    /// Recipients are the rooms of 宛先, and all its persons together; a digest goes to all of
    /// them at once.
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        let mut values = values.clone();
        if row.is("meeting") {
            values.set(Word::MeetingUrl, meeting::PLACE);
        }
        let message = chat::compose(FORM, row, occasion, &values);
        if matches!(occasion.wording, Some(Wording::Digest { .. })) {
            let whole = text(occasion, None, "body", FORM.landing, &values);
            return Payload::Chat(ChatMessage { items: pages(&whole), ..message });
        }
        Payload::Chat(ChatMessage { recipients: recipients(row), ..message })
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let message = chat::message(payload, KIND, false)?;
        if !message.items.is_empty() {
            let messages = batch(&recipients(row), &message.items);
            let request = request(row, "sendMessages", &[("messages", &messages.to_string())]);
            return Ok(Prepared { outgoing: Outgoing::Http(request), recipient: String::new() });
        }
        let next = super::next_recipient(&message.recipients, attempt.progress);
        let recipient =
            next.ok_or_else(|| SendError::never("宛先にルーム名かメールアドレスが要ります"))?;
        let text = message.whole();
        if !row.is("meeting") {
            let outgoing = Outgoing::Http(send_message(row, recipient, &message.mentions, &text));
            return Ok(Prepared { outgoing, recipient: recipient.clone() });
        }
        let (row, to, mentions) = (row.clone(), recipient.clone(), message.mentions.clone());
        let (id, at) = (attempt.id.to_owned(), attempt.at);
        let talk = move |carriers: Arc<Carriers>| -> BoxFuture<'static, Carried> {
            Box::pin(async move {
                let address = meeting::address(&carriers, &row, &id, at).await;
                let text = meeting::put(&text, &address);
                carried(&carriers, send_message(&row, &to, &mentions, &text)).await
            })
        };
        Ok(Prepared { outgoing: Outgoing::Talk(Box::new(talk)), recipient: recipient.clone() })
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        judge(answer).map(|_| Sent::Accepted(String::new()))
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &WINDOWS)
    }

    fn functions(&self) -> &'static [&'static str] {
        &functions::ALL
    }

    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, SendError>> {
        Box::pin(async move {
            let at = call.carriers.clock.now();
            let request = functions::request(&call.row, call.function, &call.arguments, at)?;
            judge(&call.carriers.http.send(request).await?)
        })
    }
}

async fn carried(carriers: &Carriers, request: Request) -> Carried {
    match carriers.http.send(request).await {
        Ok(answer) => {
            Carried { result: Messenger.classify(&answer, ""), answer: super::summary(&answer) }
        }
        Err(fault) => Carried::unanswered(fault),
    }
}

/// Rooms by name, and one for all persons: their addresses, joined as the service wants them.
fn recipients(row: &Record) -> Vec<String> {
    let names = chat::list(row.text("destination"));
    let (persons, rooms): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| name.contains('@'));
    let persons = (!persons.is_empty()).then(|| persons.join(","));
    rooms.into_iter().chain(persons).collect()
}

/// sendMessage: `panelName` is the room, or the word for direct messages; `users` are those who
/// are told, or called upon in a room (seeds).
fn send_message(row: &Record, recipient: &str, mentions: &[String], text: &str) -> Request {
    let direct = recipient.contains('@');
    let (panel, users) =
        if direct { (DIRECT, recipient.to_owned()) } else { (recipient, mentions.join(",")) };
    let message = json!({
        "panelName": panel,
        "message": text,
        "isOpened": row.is("sealed"),
        "generalPurposes": { "users": users },
    });
    request(row, "sendMessage", &[("message", &message.to_string())])
}

/// sendMessages: one item a recipient and page (seeds).
fn batch(recipients: &[String], pages: &[String]) -> Value {
    let items = recipients.iter().flat_map(|to| pages.iter().map(move |page| item(to, page)));
    Value::Array(items.collect())
}

fn item(recipient: &str, text: &str) -> Value {
    if recipient.contains('@') {
        return json!({ "message": text, "property": { "users": recipient } });
    }
    json!({ "send": recipient, "message": text })
}

/// A long text in pages that end with a line.
fn pages(text: &str) -> Vec<String> {
    let mut pages = vec![String::new()];
    for line in text.lines() {
        let line = FORM.limit.cut(line.to_owned());
        let last = pages.last().map_or(0, |page| page.chars().count());
        match pages.last_mut() {
            Some(page) if last == 0 => page.push_str(&line),
            Some(page) if last + 1 + line.chars().count() <= TEXT_MAX => {
                page.push('\n');
                page.push_str(&line);
            }
            _ => pages.push(line),
        }
    }
    pages.retain(|page| !page.is_empty());
    pages
}

/// A function with these fields; without any it is a GET (seeds).
fn request(row: &Record, function: &str, fields: &[(&str, &str)]) -> Request {
    let base = row.text("url").trim_end_matches(['\\', ' ', '/']);
    let mut headers = vec![("x-cam-apiToken".to_owned(), row.text("token").to_owned())];
    let (method, body) = if fields.is_empty() {
        (Method::GET, Vec::new())
    } else {
        let media_type = "application/x-www-form-urlencoded".to_owned();
        headers.push(("content-type".to_owned(), media_type));
        (Method::POST, form(fields))
    };
    Request {
        method,
        url: format!("{base}/{function}"),
        headers,
        body,
        timeout: TOTAL_TIMEOUT,
        private: row.is("allow_private"),
    }
}

/// The reply, which counts as a refusal where it names `errors`. One that is no JSON is kept as a
/// text: the vendor shows no reply of most functions.
fn judge(answer: &Answer) -> Result<Value, SendError> {
    match answer.status {
        401 | 403 => {
            Err(SendError::parks(format!("相手が {} を返しました: {HINT}", answer.status)))
        }
        _ => answer::of_service(answer, HINT, Some(QUIET)),
    }?;
    let text = || Value::from(String::from_utf8_lossy(&answer.body).trim());
    let reply: Value = serde_json::from_slice(&answer.body).unwrap_or_else(|_| text());
    match reply.get("errors") {
        None | Some(Value::Null) => Ok(reply),
        Some(errors) if is_empty(errors) => Ok(reply),
        Some(errors) => Err(SendError::Never {
            why: format!("Chat&Messenger が断りました({})", shown(errors)),
            scope: Scope::Recipient,
        }),
    }
}

fn is_empty(errors: &Value) -> bool {
    match errors {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(any) => !any,
        _ => false,
    }
}

fn shown(errors: &Value) -> String {
    let text = errors.as_str().map_or_else(|| errors.to_string(), str::to_owned);
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}
