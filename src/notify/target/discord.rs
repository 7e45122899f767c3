//! Discord: webhooks with `wait=true`, so that an answer tells whether the message stands.
//!
//! Discord bans addresses that go on after 404 or 401: such a webhook is parked at once.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::chat::{self, Form};
use super::post::{Post, code, color_number, delivered, headed, with_items, with_query};
use super::{Attempt, Prepared, Target, answer};
use crate::notify::Occasion;
use crate::notify::http::Answer;
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{SendError, Sent};
use crate::resource::Record;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "Discord";

/// Discord as a target.
pub struct Discord;

/// How texts are taken: `content` holds 2,000.
const FORM: Form = Form { kind: KIND, landing: Landing::Chat, limit: Limit::utf16(2000) };
/// Longest title and text of an embed; with them an embed stays below 6,000 in all.
const TITLE: Limit = Limit::utf16(256);
const DESCRIPTION: Limit = Limit::utf16(4096);
/// Longest wait that an answer's own number may ask for.
const WAIT_MAX: f64 = 21_600.0;
/// Wait after 429 without any number.
const QUIET: Duration = Duration::from_secs(5);
/// What an administrator looks at after a refusal.
const HINT: &str = "Discord のウェブフックが消されていないか、URLが正しいかを確かめてください";

impl Target for Discord {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        Payload::Chat(chat::compose(FORM, row, occasion, values))
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        _attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let url = row.text("url");
        if matches!(payload, Payload::Check) {
            return Ok(Post::of(row, url).get().to(""));
        }
        let message = chat::message(payload, KIND, false)?;
        let url = with_query(url, &[("wait", "true")])
            .ok_or_else(|| SendError::never("URLの形が正しくありません"))?;
        Ok(Post::of(row, &url).json(&body(message)).to(""))
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        let said = answer.json();
        let why = || {
            let status = answer.status;
            let text = said["message"].as_str().unwrap_or_default();
            format!("Discord が {status} {} を返しました", code(text)).replace("  ", " ")
        };
        match answer.status {
            429 => Err(SendError::later(why(), Some(asked(answer, &said)))),
            401 | 403 | 404 => Err(SendError::parks(format!("{}: {HINT}", why()))),
            400 => Err(SendError::never(format!("{}: 本文を確かめてください", why()))),
            _ => answer::of_service(answer, HINT, Some(QUIET))
                .map(|_| delivered(answer, said["id"].as_str().unwrap_or_default(), reset)),
        }
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn has_check(&self, _row: &Record) -> bool {
        true
    }

    /// Discord names its limits in every answer and asks nobody to know them beforehand.
    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &[])
    }
}

/// `retry_after`, in seconds with a fraction; else the headers.
fn asked(answer: &Answer, said: &Value) -> Duration {
    match (said["retry_after"].as_f64(), answer.header("retry-after")) {
        (Some(seconds), _) => seconds_of(seconds),
        (None, Some(text)) => seconds_of(text.trim().parse().unwrap_or(f64::NAN)),
        (None, None) => reset(answer),
    }
}

/// `X-RateLimit-Reset-After`, in seconds with a fraction.
fn reset(answer: &Answer) -> Duration {
    let text = answer.header("x-ratelimit-reset-after").unwrap_or_default();
    seconds_of(text.trim().parse().unwrap_or(f64::NAN))
}

/// Seconds that somebody else named, within bounds.
fn seconds_of(seconds: f64) -> Duration {
    if seconds.is_finite() && seconds >= 0.0 {
        return Duration::from_secs_f64(seconds.min(WAIT_MAX));
    }
    QUIET
}

/// The body as content, the rest as an embed; nobody rings but those of メンション.
fn body(message: &ChatMessage) -> Map<String, Value> {
    let mut allowed = Map::new();
    let (mut parse, mut users, mut roles) = (Vec::new(), Vec::new(), Vec::new());
    let mut calls = Vec::new();
    for name in &message.mentions {
        let name = name.trim_start_matches('@');
        let is_id = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        if let Some(role) = name.strip_prefix('&').filter(|role| is_id(role)) {
            roles.push(role.to_owned());
            calls.push(format!("<@&{role}>"));
        } else if is_id(name) {
            users.push(name.to_owned());
            calls.push(format!("<@{name}>"));
        } else if ["everyone", "here"].contains(&name) {
            // Discord knows no finer leave: who calls everybody lets the text call everybody, so
            // that values stay split.
            parse = vec!["everyone"];
            calls.push(format!("@{name}"));
        }
    }
    allowed.insert("parse".to_owned(), json!(parse));
    for (key, ids) in [("users", users), ("roles", roles)] {
        if !ids.is_empty() {
            allowed.insert(key.to_owned(), json!(ids));
        }
    }
    let mut body = Map::new();
    body.insert("content".to_owned(), FORM.limit.cut(headed(&calls, &message.body)).into());
    let embed = embed(message);
    if !embed.is_empty() {
        body.insert("embeds".to_owned(), json!([embed]));
    }
    body.insert("allowed_mentions".to_owned(), Value::Object(allowed));
    body
}

/// What stands below the content; empty where there is nothing.
fn embed(message: &ChatMessage) -> Map<String, Value> {
    let mut embed = Map::new();
    let details = with_items(&message.details, &message.items);
    for (key, text) in
        [("title", TITLE.cut(message.title.clone())), ("description", DESCRIPTION.cut(details))]
    {
        if !text.is_empty() {
            embed.insert(key.to_owned(), text.into());
        }
    }
    if !message.image_url.is_empty() {
        embed.insert("image".to_owned(), json!({"url": message.image_url}));
    }
    if let (false, Some(color)) = (embed.is_empty(), color_number(&message.color)) {
        embed.insert("color".to_owned(), color.into());
    }
    embed
}
