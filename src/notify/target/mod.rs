//! The targets that can be reached: one file each, one line in each `match`.
//!
//! A target has three pure steps: `compose` (a call becomes a [`Payload`]), `prepare` (payload and
//! row become a [`Request`]) and `classify` (an answer becomes an outcome).

mod answer;
mod jandi;
mod url_call;
mod webhook;

use std::time::Duration;

use super::http::{Answer, Request};
use super::pace::Window;
use super::payload::{Payload, Progress};
use super::retry::SendError;
use super::{Occasion, message};
use crate::clock::UnixMs;
use crate::resource::Record;
use crate::store::TargetRef;
use crate::template::Values;

/// URI of the chat targets.
pub(super) const CHAT: &str = "Notification-Chat";
/// URI of the URL calls.
pub(super) const URL_CALL: &str = "IncomingCall-URL";
/// 動作 of rows that the server calls.
const CALLED_BY_SERVER: &str = "サーバーから呼出";
/// The stretch that 毎分上限 speaks of.
const MINUTE: Duration = Duration::from_secs(60);

/// What a target is, as far as sending goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// 着信時URL呼出 from the server.
    UrlCall,
    /// Notification-Chat, 種別 JANDI.
    Jandi,
    /// Notification-Chat, 種別 Webhook.
    Webhook,
}

/// An attempt at a delivery.
pub(super) struct Attempt<'a> {
    /// The same for every attempt of this delivery.
    pub id: &'a str,
    /// Now.
    pub at: UnixMs,
    /// Earlier attempts.
    pub progress: &'a Progress,
}

/// A request and whom it is for.
pub(super) struct Prepared {
    /// What to send.
    pub request: Request,
    /// The recipient; empty where the target has only one.
    pub recipient: String,
}

impl Target {
    /// What this row is; `None` = this service does not send to it.
    pub fn of(row: &Record) -> Option<Self> {
        match row.resource.uri {
            URL_CALL => (row.text("action") == CALLED_BY_SERVER).then_some(Self::UrlCall),
            CHAT => match row.text("kind") {
                jandi::KIND => Some(Self::Jandi),
                webhook::KIND => Some(Self::Webhook),
                _ => None,
            },
            _ => None,
        }
    }

    /// Renders the message.
    pub fn compose(self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        match self {
            Self::UrlCall => url_call::compose(row, values),
            Self::Jandi => Payload::Jandi(jandi::compose(row, occasion, values)),
            Self::Webhook => webhook::compose(row, occasion, values),
        }
    }

    /// Builds the next request of a delivery.
    pub fn prepare(
        self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        match (self, payload) {
            (_, Payload::Unusable { why }) => Err(SendError::never(why)),
            (Self::UrlCall, Payload::Call { method, url, content_type, body }) => {
                url_call::prepare(row, (method, url, content_type, body), attempt)
            }
            (Self::Jandi, Payload::Jandi(message)) => jandi::prepare(row, message, attempt),
            (Self::Webhook, Payload::Webhook { body }) => webhook::prepare(row, body, attempt),
            _ => Err(SendError::never("宛先の種別が変わったため、この通知は送れません")),
        }
    }

    /// What the answer means for the recipient.
    pub fn classify(self, answer: &Answer, recipient: &str) -> Result<(), SendError> {
        match self {
            Self::UrlCall => answer::classify(answer, url_call::HINT, None),
            Self::Jandi => jandi::classify(answer, recipient),
            Self::Webhook => answer::classify(answer, webhook::HINT, None),
        }
    }

    /// Recipients of a delivery; empty where the target is one recipient.
    pub fn recipients(self, payload: &Payload) -> &[String] {
        match payload {
            Payload::Jandi(message) => &message.recipients,
            _ => &[],
        }
    }

    /// Whether the receiver knows a repeated delivery by its id.
    pub fn knows_repeats(self) -> bool {
        self != Self::Jandi
    }

    /// How fast requests may follow each other.
    pub fn windows(self, row: &Record) -> Vec<Window> {
        let own = match self {
            Self::UrlCall => return Vec::new(),
            Self::Jandi | Self::Webhook => usize::try_from(row.int("per_minute")).unwrap_or(0),
        };
        match (self, own) {
            (Self::Jandi, own) => jandi::windows(own),
            (_, 0) => Vec::new(),
            (_, own) => vec![Window { length: MINUTE, count: own }],
        }
    }

    /// What rows share a pace by: the address of a webhook, else the row itself.
    pub fn pace_address(self, row: &Record, target: &TargetRef) -> String {
        match self {
            Self::UrlCall => format!("{}/{}", target.resource, target.id),
            Self::Jandi | Self::Webhook => row.text("url").to_owned(),
        }
    }
}

/// Secrets of a row that must not appear in what is stored of an answer.
pub(super) fn secrets(row: &Record) -> Vec<&str> {
    let mut secrets: Vec<&str> = Vec::new();
    for field in row.resource.fields.iter().filter(|field| field.kind.is_secret()) {
        let value = row.text(field.column);
        secrets.push(value);
        // Tokens stand side by side, headers one a line; the path of a URL is its secret.
        secrets.extend(value.split_whitespace());
        secrets.extend(value.split('/').skip(3));
    }
    secrets.retain(|secret| secret.len() >= SECRET_PART_MIN);
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

/// Parts shorter than this are words, not secrets.
const SECRET_PART_MIN: usize = 8;
/// Most characters kept of an answer.
const SUMMARY_MAX: usize = 200;

/// 最終応答: the status and the beginning of the body, secrets cut out.
pub(super) fn summary(answer: &Answer, secrets: &[&str]) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned();
    for secret in secrets {
        shown = shown.replace(secret, "****");
    }
    let status = answer.status;
    if shown.is_empty() {
        return status.to_string();
    }
    message::cut(format!("{status} {shown}"), SUMMARY_MAX)
}
