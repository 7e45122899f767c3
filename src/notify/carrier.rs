//! How a message leaves the house.
//!
//! Most targets are one HTTP request. Whoever needs more (a log-in first, a mail server, a child
//! process) makes a [`Talk`], which gets everything that can carry.
//!
//! Invariant: an attempt ends within [`TALK_MAX`], and its end says whether the message may have
//! arrived. Never: keeps a secret anywhere but in memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout};

use super::http::{Http, Request};
use super::retry::{SendError, Sent};
use super::shared::Shared;
use super::target::{Target, summary};
use crate::clock::Clock;

/// Longest conversation: a delivery's lease outlasts it.
const TALK_MAX: Duration = Duration::from_secs(90);

/// Everything that can carry a message; one for the whole service.
pub struct Carriers {
    /// The one outgoing HTTP client.
    pub http: Http,
    /// Log-ins, shared by all rows with the same address and user.
    pub log_ins: Shared<LogIn>,
    /// Names and what the service calls them.
    pub directories: Shared<Directory>,
    /// The time of day.
    pub clock: Clock,
}

impl Carriers {
    /// None has carried anything yet.
    pub fn new(http: Http, clock: Clock) -> Self {
        Self { http, clock, log_ins: Shared::default(), directories: Shared::default() }
    }
}

/// What a service gives for user and password.
pub struct LogIn {
    /// The user's id at the service; empty where it has none.
    pub user: String,
    /// What later requests carry.
    pub token: String,
}

/// Names people use and the ids behind them.
pub struct Directory {
    /// By name.
    pub ids: HashMap<String, String>,
    /// When it was asked for.
    pub at: Instant,
}

/// What to send, as a target prepared it.
pub enum Outgoing {
    /// One request, whose answer the target judges.
    Http(Request),
    /// Anything else.
    Talk(Talk),
}

/// A conversation: several requests, or another carrier than HTTP.
pub type Talk = Box<dyn FnOnce(Arc<Carriers>) -> BoxFuture<'static, Carried> + Send>;

/// How a message fared.
pub struct Carried {
    /// What became of it.
    pub result: Result<Sent, SendError>,
    /// 最終応答: what the other side said last; empty = no answer came.
    pub answer: String,
}

impl Carried {
    /// Nothing came back.
    pub fn unanswered(fault: SendError) -> Self {
        Self { result: Err(fault), answer: String::new() }
    }
}

/// Sends to one recipient.
pub async fn carry(
    carriers: Arc<Carriers>,
    target: &dyn Target,
    outgoing: Outgoing,
    recipient: &str,
) -> Carried {
    match outgoing {
        Outgoing::Http(request) => match carriers.http.send(request).await {
            Ok(answer) => {
                Carried { result: target.classify(&answer, recipient), answer: summary(&answer) }
            }
            Err(fault) => Carried::unanswered(fault),
        },
        Outgoing::Talk(talk) => match timeout(TALK_MAX, talk(carriers)).await {
            Ok(carried) => carried,
            Err(_) => Carried::unanswered(SendError::Later {
                after: None,
                why: "時間内に終わりません".to_owned(),
                ambiguous: true,
            }),
        },
    }
}
