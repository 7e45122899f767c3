//! ntfy: JSON to the root of a server, because Japanese titles do not fit into headers.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use serde_json::{Map, Value, json};

use super::chat::{self, Form};
use super::post::{Post, code, with_items};
use super::{Attempt, Prepared, Target, answer, next_recipient};
use crate::notify::Occasion;
use crate::notify::http::Answer;
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{SendError, Sent};
use crate::resource::Record;
use crate::store::TargetRef;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "ntfy";

/// Ntfy as a target.
pub struct Ntfy;

/// How texts are taken: plain text of at most 4,096 bytes; a longer one becomes a file.
const FORM: Form = Form { kind: KIND, landing: Landing::Plain, limit: Limit::bytes(4096) };
/// Longest title that a telephone still shows.
const TITLE: Limit = Limit::bytes(250);
/// Over the default: the telephone makes itself heard.
const PRIORITY: i64 = 4;
/// 50 at once, then one in five seconds.
const WINDOWS: [Window; 2] = [
    Window { length: Duration::from_secs(10), count: 50 },
    Window { length: Duration::from_secs(250), count: 50 },
];
/// Wait after 429, which names none.
const QUIET: Duration = Duration::from_secs(10);
/// Wait where the day's messages are used up.
const DAY_QUIET: Duration = Duration::from_secs(3600);
/// ntfy's code for that.
const DAY_USED_UP: i64 = 42_908;
/// What an administrator looks at after a refusal.
const HINT: &str =
    "ntfy のトークン(tk_…)か利用者とパスワード、トピックへの書込み権限を確かめてください";

impl Target for Ntfy {
    /// Each topic gets a message of its own.
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        let mut recipients = chat::list(row.text("destination"));
        if let (true, Some((_, topic))) = (recipients.is_empty(), address(row.text("url"))) {
            recipients.extend((!topic.is_empty()).then_some(topic));
        }
        Payload::Chat(ChatMessage { recipients, ..chat::compose(FORM, row, occasion, values) })
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let message = chat::message(payload, KIND, false)?;
        let topic = next_recipient(&message.recipients, attempt.progress)
            .ok_or_else(|| SendError::never("ntfy の宛先(トピック)がありません"))?;
        let root = if row.get("destination").is_empty() {
            address(row.text("url")).map(|(root, _)| root)
        } else {
            Some(row.text("url").to_owned())
        };
        let root = root.ok_or_else(|| SendError::never("URLの形が正しくありません"))?;
        let post = Post::of(row, &root);
        let post = match (row.text("token"), row.text("login")) {
            ("", "") => post,
            ("", login) => {
                let pair = STANDARD.encode(format!("{login}:{}", row.text("password")));
                post.header("authorization", &format!("Basic {pair}"))
            }
            (token, _) => post.bearer(token),
        };
        Ok(post.json(&body(message, topic)).to(topic))
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        let said = answer.json();
        let text = code(said["error"].as_str().unwrap_or_default());
        let number = said["code"].as_i64().unwrap_or(0);
        let why = || format!("ntfy が {} {text} を返しました", answer.status).replace("  ", " ");
        match answer.status {
            429 => {
                let quiet = if number == DAY_USED_UP { DAY_QUIET } else { QUIET };
                Err(SendError::later(why(), answer.retry_after.or(Some(quiet))))
            }
            401 | 403 => Err(SendError::parks(format!("{}: {HINT}", why()))),
            400 | 413 => {
                Err(SendError::never(format!("{}: トピックと本文を確かめてください", why())))
            }
            _ => answer::of_service(answer, HINT, Some(QUIET))
                .map(|_| Sent::Delivered(said["id"].as_str().unwrap_or_default().to_owned())),
        }
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &WINDOWS)
    }

    /// A server counts by visitor and not by topic.
    fn pace_address(&self, row: &Record, _target: &TargetRef) -> String {
        super::post::host(row.text("url"))
    }
}

/// The root and the topic of `https://host/topic`; the topic may be missing.
fn address(url: &str) -> Option<(String, String)> {
    let url = Url::parse(url.trim_end_matches(['\\', ' ', '/']).trim()).ok()?;
    let (folder, topic) = url.path().rsplit_once('/').unwrap_or(("", ""));
    Some((format!("{}{folder}/", url.origin().ascii_serialization()), topic.to_owned()))
}

fn body(message: &ChatMessage, topic: &str) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("topic".to_owned(), topic.into());
    let title = TITLE.cut(message.title.clone());
    let mut parts: Vec<String> =
        message.mentions.iter().map(|name| format!("@{}", name.trim_start_matches('@'))).collect();
    parts.push(message.body.clone());
    let text = with_items(&parts.join(" "), &[with_items(&message.details, &message.items)]);
    body.insert("message".to_owned(), FORM.limit.cut(text).into());
    if !title.is_empty() {
        body.insert("title".to_owned(), title.into());
    }
    body.insert("priority".to_owned(), PRIORITY.into());
    body.insert("tags".to_owned(), json!(["telephone"]));
    for (key, text) in [("click", &message.link), ("attach", &message.image_url)] {
        if !text.is_empty() {
            body.insert(key.to_owned(), text.as_str().into());
        }
    }
    body
}
