//! LINE WORKS: the Incoming Webhook app, and bots (`line_works_bot`) where the address is one's.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::chat::{self, Form};
use super::line_works_bot::{Bot, is_bot};
use super::post::{Post, code, headed};
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
pub const KIND: &str = "LINE WORKS";

/// LineWorks as a target.
pub struct LineWorks;

/// How texts are taken: a message holds 2,000.
const FORM: Form = Form { kind: KIND, landing: Landing::Chat, limit: Limit::utf16(2000) };
/// Longest title.
const TITLE: Limit = Limit::utf16(200);
/// One a second; the vendor names no limit of the app.
const WINDOWS: [Window; 1] = [Window { length: Duration::from_secs(1), count: 1 }];
/// 200 a minute of a bot: its API takes 240.
const BOT_WINDOWS: [Window; 1] = [Window { length: super::MINUTE, count: 200 }];
/// Wait after 429, and the longest that is waited.
const QUIET: Duration = Duration::from_secs(30);
const QUIET_MAX: Duration = Duration::from_secs(60);
/// What an administrator looks at after a refusal.
const HINT: &str = "LINE WORKS の Incoming Webhook アプリ(またはボット)が残っているか、URLが正しいかを確かめてください";
/// And after a bot's message to one channel or user was refused.
const RECIPIENT_HINT: &str =
    "宛先のIDが正しいか、ボットがトークルームに入っているかを確かめてください";

impl Target for LineWorks {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        let mut message = chat::compose(FORM, row, occasion, values);
        if is_bot(row) {
            message.recipients = chat::list(row.text("destination"));
        }
        Payload::Chat(message)
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let message = chat::message(payload, KIND, false)?;
        if is_bot(row) {
            let recipient =
                next_recipient(&message.recipients, attempt.progress).ok_or_else(|| {
                    SendError::never(
                        "ボットで送るときは、宛先にトークルームIDか利用者のIDが要ります",
                    )
                })?;
            let text = FORM.limit.cut(headed(&calls(message), &message.whole()));
            let outgoing = Bot::of(row)?.send(recipient, &text);
            return Ok(Prepared { outgoing, recipient: recipient.clone() });
        }
        Ok(Post::of(row, row.text("url")).json(&body(message)).to(""))
    }

    fn classify(&self, answer: &Answer, recipient: &str) -> Result<Sent, SendError> {
        classify(answer, recipient)
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, if is_bot(row) { &BOT_WINDOWS } else { &WINDOWS })
    }
}

/// What an answer means; `recipient` is empty where a webhook's room is meant.
pub fn classify(answer: &Answer, recipient: &str) -> Result<Sent, SendError> {
    let said = answer.json();
    let text = said["description"].as_str().or(said["code"].as_str()).unwrap_or_default();
    let why = || {
        format!("LINE WORKS が {} {} を返しました", answer.status, code(text)).replace("  ", " ")
    };
    match answer.status {
        429 => {
            let asked = answer.retry_after.unwrap_or(QUIET).min(QUIET_MAX);
            Err(SendError::later(why(), Some(asked)))
        }
        403 | 404 if !recipient.is_empty() => {
            let why = format!("{recipient}: {}: {RECIPIENT_HINT}", why());
            Err(SendError::Never { why, scope: Scope::Recipient })
        }
        401 | 403 | 404 => Err(SendError::parks(format!("{}: {HINT}", why()))),
        400 => Err(SendError::never(format!("{}: {HINT}", why()))),
        _ => answer::of_service(answer, HINT, Some(QUIET)),
    }
}

/// A title where there is one, and one text.
fn body(message: &ChatMessage) -> Map<String, Value> {
    let mut body = Map::new();
    let mut rest = message.clone();
    let title = TITLE.cut(std::mem::take(&mut rest.title));
    if !title.is_empty() {
        body.insert("title".to_owned(), title.into());
    }
    let text = FORM.limit.cut(headed(&calls(message), &rest.whole()));
    body.insert("body".to_owned(), json!({"text": text}));
    body
}

/// Who is called upon, as text: the app knows no mentions.
fn calls(message: &ChatMessage) -> Vec<String> {
    message.mentions.iter().map(|name| format!("@{}", name.trim_start_matches('@'))).collect()
}
