//! JANDI: incoming webhooks of a room, and team webhooks that reach one person each.
//!
//! The form of a request is the vendor's own page (seed 004); its reply names the addresses that
//! were and were not reached, so 200 alone is no success.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Attempt, Prepared, Target, answer, chat};
use crate::notify::Occasion;
use crate::notify::carrier::Outgoing;
use crate::notify::http::{Answer, Request, TOTAL_TIMEOUT};
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::resource::Record;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "JANDI";
/// What the vendor asks for in `Accept`.
const MEDIA_TYPE: &str = "application/vnd.tosslab.jandi-v2+json";
/// Longest text sent; the vendor names no limit (facts/targets.md §3).
const FORM: chat::Form =
    chat::Form { kind: KIND, landing: Landing::Chat, limit: Limit::characters(3000) };
/// Requests a minute and in ten minutes (seed 004, Limit). They are used in full: the pace counts
/// a request until a whole window after its end, so the receiver cannot see more, and a missed
/// call that waits longer than it must is the greater harm.
const WINDOWS: [Window; 2] = [
    Window { length: super::MINUTE, count: 60 },
    Window { length: Duration::from_secs(600), count: 500 },
];
/// Wait after 429 without Retry-After: the short window has passed by then.
const QUIET: Duration = Duration::from_secs(60);
/// Part of the path of webhooks that need a recipient.
const TEAM_WEBHOOK: &str = "/team-webhook/";
/// What an administrator looks at after 401/403.
const HINT: &str = "JANDI のURLが失効していないか確かめてください。個人宛(Team Incoming Webhook)は有料チームでだけ使え、URLは JANDI が発行します";

/// Rooms and persons by webhook.
pub struct Jandi;

impl Target for Jandi {
    /// Recipients are the addresses of 宛先.
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        Payload::Chat(chat::compose_to_each(FORM, row, occasion, values))
    }

    /// One request to the next recipient.
    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let message = chat::message(payload, KIND, true)?;
        let url = row.text("url");
        if message.recipients.is_empty() && url.contains(TEAM_WEBHOOK) {
            return Err(SendError::never(
                "JANDI の個人宛URL(team-webhook)には、宛先にメールアドレスが要ります",
            ));
        }
        let next = super::next_recipient(&message.recipients, attempt.progress);
        let recipient = next.cloned().unwrap_or_default();
        let request = Request {
            method: Method::POST,
            url: url.to_owned(),
            headers: vec![
                ("accept".to_owned(), MEDIA_TYPE.to_owned()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            body: body(message, &recipient).into_bytes(),
            timeout: TOTAL_TIMEOUT,
            private: row.is("allow_private"),
        };
        Ok(Prepared { outgoing: Outgoing::Http(request), recipient })
    }

    /// Success only where the recipient is not among the invalid addresses.
    fn classify(&self, answer: &Answer, recipient: &str) -> Result<Sent, SendError> {
        let sent = answer::of_service(answer, HINT, Some(QUIET))?;
        if recipient.is_empty() {
            return Ok(sent);
        }
        // A reply that cannot be read says nothing against the 200.
        let invalid = serde_json::from_slice::<Reply>(&answer.body)
            .map(|reply| reply.invalid)
            .unwrap_or_default();
        if invalid.iter().any(|address| address.eq_ignore_ascii_case(recipient)) {
            let why = format!("{recipient} は JANDI のチームにいません(invalidEmails)");
            return Err(SendError::Never { why, scope: Scope::Recipient });
        }
        Ok(sent)
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &WINDOWS)
    }
}

/// The body in the order of the vendor's page; keys without a value are left out.
fn body(message: &ChatMessage, recipient: &str) -> String {
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
        ("description", &message.details),
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
