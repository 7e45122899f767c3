//! Mattermost: incoming webhooks.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::chat::{self, Form};
use super::post::{Post, code, delivered, headed, with_items};
use super::{Attempt, Prepared, Target, answer, next_recipient};
use crate::notify::Occasion;
use crate::notify::http::Answer;
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::resource::Record;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "Mattermost";

/// Mattermost as a target.
pub struct Mattermost;

/// How texts are taken: the server splits beyond 16,383.
const FORM: Form = Form { kind: KIND, landing: Landing::Chat, limit: Limit::characters(4000) };
/// Longest text of a post.
const TEXT: Limit = Limit::characters(16_000);
/// Five a second; a server that limits at all takes ten.
const WINDOWS: [Window; 1] = [Window { length: Duration::from_secs(1), count: 5 }];
/// Wait after 429 without any number.
const QUIET: Duration = Duration::from_secs(5);
/// What an administrator looks at after a refusal.
const HINT: &str = "Mattermost の内向きウェブフックが消されていないか、URLと宛先(チャンネル名か @利用者)を確かめてください";

impl Target for Mattermost {
    /// Each name in 宛先 gets a post of its own; without any, the webhook's own channel does.
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        Payload::Chat(chat::compose_to_each(FORM, row, occasion, values))
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let message = chat::message(payload, KIND, false)?;
        let channel = next_recipient(&message.recipients, attempt.progress);
        let channel = channel.map_or("", String::as_str);
        Ok(Post::of(row, row.text("url")).json(&body(message, channel)).to(channel))
    }

    fn classify(&self, answer: &Answer, recipient: &str) -> Result<Sent, SendError> {
        let said = answer.json();
        let text = String::from_utf8_lossy(&answer.body);
        let text = said["message"].as_str().unwrap_or(&text);
        let why = || format!("Mattermost が {} {} を返しました", answer.status, code(text));
        match answer.status {
            429 => Err(SendError::later(why(), Some(asked(answer)))),
            400 | 403 if !recipient.is_empty() => {
                let why = format!("{recipient}: {}: {HINT}", why());
                Err(SendError::Never { why, scope: Scope::Recipient })
            }
            404 if recipient.is_empty() || !text.contains("find") => {
                Err(SendError::parks(format!("{}: {HINT}", why())))
            }
            404 => {
                let why = format!("{recipient}: {}: {HINT}", why());
                Err(SendError::Never { why, scope: Scope::Recipient })
            }
            _ => {
                answer::of_service(answer, HINT, Some(QUIET)).map(|_| delivered(answer, "", asked))
            }
        }
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &WINDOWS)
    }
}

/// Retry-After, or `X-RateLimit-Reset`: seconds from now.
fn asked(answer: &Answer) -> Duration {
    let reset = answer.header("x-ratelimit-reset").and_then(|text| text.trim().parse().ok());
    answer.retry_after.or(reset.map(Duration::from_secs)).unwrap_or(QUIET)
}

/// The body as text, the rest as an attachment in the row's colour.
fn body(message: &ChatMessage, channel: &str) -> Map<String, Value> {
    let calls: Vec<String> =
        message.mentions.iter().map(|name| format!("@{}", name.trim_start_matches('@'))).collect();
    let mut body = Map::new();
    if !channel.is_empty() {
        body.insert("channel".to_owned(), channel.into());
    }
    body.insert("text".to_owned(), TEXT.cut(headed(&calls, &message.body)).into());
    let details = TEXT.cut(with_items(&message.details, &message.items));
    let mut below = Map::new();
    for (key, text) in [
        ("color", &message.color),
        ("title", &message.title),
        ("text", &details),
        ("image_url", &message.image_url),
    ] {
        if !text.is_empty() {
            below.insert(key.to_owned(), Value::from(text.as_str()));
        }
    }
    if below.keys().any(|key| key != "color") {
        body.insert("attachments".to_owned(), json!([below]));
    }
    body
}
