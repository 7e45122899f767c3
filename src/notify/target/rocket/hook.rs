//! An incoming webhook of a server.

use reqwest::Method;
use serde_json::{Map, Value};

use super::{attachment, quiet, reason, text};
use crate::notify::http::{Answer, Request, TOTAL_TIMEOUT};
use crate::notify::payload::ChatMessage;
use crate::notify::retry::{SendError, Sent};
use crate::notify::target::answer;
use crate::resource::Record;

/// What an administrator looks at after 401/403.
const HINT: &str = "受信Webhookが有効か、アドレスが失効していないか確かめてください";

/// One request; 宛先 is named only where the row names one, because servers refuse it by default.
pub fn request(row: &Record, message: &ChatMessage, recipient: &str) -> Request {
    let mut body = Map::new();
    body.insert("text".to_owned(), text(message).into());
    if !recipient.is_empty() {
        body.insert("channel".to_owned(), recipient.into());
    }
    if let Some(below) = attachment(message) {
        body.insert("attachments".to_owned(), Value::Array(vec![below]));
    }
    Request {
        method: Method::POST,
        url: row.text("url").to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: Value::Object(body).to_string().into_bytes(),
        timeout: TOTAL_TIMEOUT,
        private: row.is("allow_private"),
    }
}

/// `{"success":true}` is success.
pub fn classify(answer: &Answer) -> Result<Sent, SendError> {
    let reply = answer.json();
    let why = reason(&reply);
    match answer.status {
        200..=299 if reply.get("success") == Some(&Value::Bool(false)) => {
            Err(SendError::never(format!("Rocket.Chat が断りました({why})")))
        }
        429 => {
            Err(SendError::later("Rocket.Chat が 429 を返しました(送りすぎ)", Some(quiet(answer))))
        }
        _ if why.starts_with("Invalid integration id or token") => {
            Err(SendError::parks(format!("Rocket.Chat が {} を返しました: {HINT}", answer.status)))
        }
        400 if why.contains("overriding destination channel") => Err(SendError::never(
            "この受信Webhookは宛先の変更を許していません。宛先を空にしてください",
        )),
        400 => Err(SendError::never(format!("Rocket.Chat が 400 を返しました({why})"))),
        _ => answer::of_service(answer, HINT, None),
    }
}
