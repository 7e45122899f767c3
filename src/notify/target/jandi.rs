//! JANDI: incoming webhooks of a room, and team webhooks that reach one person each.
//!
//! The form of a request is the vendor's own page (seed 004); its reply names the addresses that
//! were and were not reached, so 200 alone is no success.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Attempt, Prepared, answer};
use crate::notify::Occasion;
use crate::notify::http::{Answer, Request, TOTAL_TIMEOUT};
use crate::notify::message::{choose, cut, text};
use crate::notify::pace::Window;
use crate::notify::payload::JandiMessage;
use crate::notify::retry::{Scope, SendError};
use crate::resource::Record;
use crate::template::{Landing, Values, render};

/// 種別.
pub const KIND: &str = "JANDI";
/// What the vendor asks for in `Accept`.
const MEDIA_TYPE: &str = "application/vnd.tosslab.jandi-v2+json";
/// Longest text sent; the vendor names no limit (facts/targets.md §3).
const TEXT_MAX: usize = 3000;
/// Requests a minute and in ten minutes (seed 004, Limit). They are used in full: the pace counts
/// a request until a whole window after its end, so the receiver cannot see more, and a missed
/// call that waits longer than it must is the greater harm.
const PER_MINUTE: usize = 60;
const PER_TEN_MINUTES: usize = 500;
/// Wait after 429 without Retry-After: the short window has passed by then.
const QUIET: Duration = Duration::from_secs(60);
/// Part of the path of webhooks that need a recipient.
const TEAM_WEBHOOK: &str = "/team-webhook/";
/// What an administrator looks at after 401/403.
const HINT: &str = "JANDI のURLが失効していないか確かめてください。個人宛(Team Incoming Webhook)は有料チームでだけ使え、URLは JANDI が発行します";

/// 60 a minute (or 毎分上限) and 500 in ten minutes.
pub fn windows(own: usize) -> Vec<Window> {
    let per_minute = if own == 0 { PER_MINUTE } else { own };
    vec![
        Window { length: super::MINUTE, count: per_minute },
        Window { length: super::MINUTE * 10, count: PER_TEN_MINUTES },
    ]
}

/// Renders the message; recipients are the addresses of 宛先.
pub fn compose(row: &Record, occasion: &Occasion<'_>, values: &Values) -> JandiMessage {
    let definition = choose(occasion, "MessDef-Chat", row.int("message_id"));
    let part = |column| match definition {
        Some(definition) if !definition.text(column).is_empty() => {
            cut(text(occasion, Some(definition), column, Landing::Chat, values), TEXT_MAX)
        }
        _ => String::new(),
    };
    let body = text(occasion, definition, "body", Landing::Chat, values);
    let prefix = row.text("prefix");
    let body = if prefix.is_empty() { body } else { format!("{prefix} {body}") };
    let image = definition.map_or("", |definition| definition.text("image_url"));
    let mut recipients: Vec<String> = Vec::new();
    for address in row.text("destination").split([',', '、']).map(str::trim) {
        if !address.is_empty() && !recipients.iter().any(|known| known == address) {
            recipients.push(address.to_owned());
        }
    }
    JandiMessage {
        recipients,
        body: cut(body, TEXT_MAX),
        color: row.text("color").to_owned(),
        title: part("title"),
        description: part("details"),
        image_url: render(image, Landing::Url, values).unwrap_or_default(),
    }
}

/// One request to the next recipient.
pub fn prepare(
    row: &Record,
    message: &JandiMessage,
    attempt: &Attempt<'_>,
) -> Result<Prepared, SendError> {
    let url = row.text("url");
    if message.recipients.is_empty() && url.contains(TEAM_WEBHOOK) {
        return Err(SendError::never(
            "JANDI の個人宛URL(team-webhook)には、宛先にメールアドレスが要ります",
        ));
    }
    let next = message.recipients.iter().find(|address| !attempt.progress.has(address));
    let recipient = next.cloned().unwrap_or_default();
    Ok(Prepared {
        request: Request {
            method: Method::POST,
            url: url.to_owned(),
            headers: vec![
                ("accept".to_owned(), MEDIA_TYPE.to_owned()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            body: body(message, &recipient).into_bytes(),
            timeout: TOTAL_TIMEOUT,
            private: row.is("allow_private"),
        },
        recipient,
    })
}

/// The body in the order of the vendor's page; keys without a value are left out.
fn body(message: &JandiMessage, recipient: &str) -> String {
    let mut body = Map::new();
    let mut put = |key: &str, text: &str| {
        if !text.is_empty() {
            body.insert(key.to_owned(), Value::from(text));
        }
    };
    put("email", recipient);
    put("body", &message.body);
    put("connectColor", &message.color);
    let mut info = Map::new();
    for (key, text) in [
        ("title", &message.title),
        ("description", &message.description),
        ("imageUrl", &message.image_url),
    ] {
        if !text.is_empty() {
            info.insert(key.to_owned(), Value::from(text.as_str()));
        }
    }
    if !info.is_empty() {
        body.insert("connectInfo".to_owned(), json!([info]));
    }
    Value::Object(body).to_string()
}

/// The vendor's reply to a team webhook.
#[derive(Deserialize)]
struct Reply {
    #[serde(default, rename = "invalidEmails")]
    invalid: Vec<String>,
}

/// Success only where the recipient is not among the invalid addresses.
pub fn classify(answer: &Answer, recipient: &str) -> Result<(), SendError> {
    answer::classify(answer, HINT, Some(QUIET))?;
    if recipient.is_empty() {
        return Ok(());
    }
    // A reply that cannot be read says nothing against the 200.
    let invalid = serde_json::from_slice::<Reply>(&answer.body)
        .map(|reply| reply.invalid)
        .unwrap_or_default();
    if invalid.iter().any(|address| address.eq_ignore_ascii_case(recipient)) {
        let why = format!("{recipient} は JANDI のチームにいません(invalidEmails)");
        return Err(SendError::Never { why, scope: Scope::Recipient });
    }
    Ok(())
}
