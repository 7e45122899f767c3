//! Google Chat: webhooks of a space. Key and token stand in the address's query.
//!
//! `requestId` makes the API return the earlier message instead of a second one. Whether a webhook's
//! call is treated so is not written anywhere, so a repeat is marked as one all the same.

use std::time::Duration;

use serde_json::Map;

use super::chat::{self, Form};
use super::post::{Post, code, headed, with_query};
use super::{Attempt, Prepared, Target, answer};
use crate::notify::Occasion;
use crate::notify::http::Answer;
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::Payload;
use crate::notify::retry::{SendError, Sent};
use crate::resource::Record;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "Google Chat";

/// GoogleChat as a target.
pub struct GoogleChat;

/// How texts are taken: a message holds 32,000 bytes, its JSON included.
const FORM: Form = Form { kind: KIND, landing: Landing::Chat, limit: Limit::bytes(8000) };
/// Longest text of a message.
const TEXT: Limit = Limit::bytes(24_000);
/// One a second: a space takes 60 a minute of all apps together.
const WINDOWS: [Window; 1] = [Window { length: Duration::from_secs(1), count: 1 }];
/// What an administrator looks at after a refusal.
const HINT: &str = "Google Chat のスペースとウェブフックが残っているか、URL(key と token を含む全体)が正しいかを確かめてください";

impl Target for GoogleChat {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        Payload::Chat(chat::compose(FORM, row, occasion, values))
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let message = chat::message(payload, KIND, false)?;
        let url = with_query(row.text("url"), &[("requestId", attempt.id)])
            .ok_or_else(|| SendError::never("URLの形が正しくありません"))?;
        let calls: Vec<String> = message.mentions.iter().map(|name| mention(name)).collect();
        let mut text = headed(&calls, &message.whole());
        if !message.image_url.is_empty() {
            text = format!("{text}\n{}", message.image_url);
        }
        let mut body = Map::new();
        body.insert("text".to_owned(), TEXT.cut(text).into());
        Ok(Post::of(row, &url).json(&body).to(""))
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        let said = answer.json();
        let why = || {
            let text = said["error"]["status"].as_str().or(said["error"]["message"].as_str());
            let text = code(text.unwrap_or_default());
            format!("Google Chat が {} {text} を返しました", answer.status).replace("  ", " ")
        };
        match answer.status {
            401 | 403 | 404 => Err(SendError::parks(format!("{}: {HINT}", why()))),
            400 => Err(SendError::never(format!("{}: {HINT}", why()))),
            429 => Err(SendError::later(why(), answer.retry_after)),
            _ => answer::of_service(answer, HINT, None)
                .map(|_| Sent::Delivered(said["name"].as_str().unwrap_or_default().to_owned())),
        }
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &WINDOWS)
    }
}

/// `users/123`, `123` and `all`.
fn mention(name: &str) -> String {
    let name = name.trim_start_matches(['@', '<']).trim_end_matches('>');
    let id = name.strip_prefix("users/").unwrap_or(name);
    if id == "all" || (!id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())) {
        return format!("<users/{id}>");
    }
    format!("@{}", id.replace(['<', '>'], ""))
}
