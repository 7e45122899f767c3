//! How a message leaves the house.
//!
//! Most targets are one HTTP request. Whoever needs more (a log-in first, a mail server, a child
//! process) makes a [`Talk`], which gets everything that can carry.
//!
//! Invariant: an attempt ends within [`TALK_MAX`], and its end says whether the message may have
//! arrived. Never: keeps a secret anywhere but in memory.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout};

use super::command;
use super::http::{Http, Request};
use super::mail::PostOffice;
use super::payload::MailMessage;
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
    /// What speaks SMTP.
    pub post: PostOffice,
    /// `[commands] allow` and where programs work.
    pub commands: Commands,
    /// The time of day.
    pub clock: Clock,
}

/// What the settings say of 着信時コマンド呼出.
#[derive(Clone, Debug, Default)]
pub struct Commands {
    /// Folders whose programs may run; empty = none.
    pub allow: Vec<PathBuf>,
    /// Working folder where a row names none.
    pub folder: PathBuf,
}

impl Carriers {
    /// None has carried anything yet.
    pub fn new(http: Http, clock: Clock) -> Self {
        let post = PostOffice::new(http.deny(), "");
        let commands = Commands::default();
        let (log_ins, directories) = (Shared::default(), Shared::default());
        Self { http, log_ins, directories, post, commands, clock }
    }

    /// The same with what the settings say of programs, and this machine's name for mail servers.
    pub fn with(self, commands: Commands, host: &str) -> Self {
        let post = PostOffice::new(self.http.deny(), host);
        Self { post, commands, ..self }
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
    /// A letter, which may go out together with others.
    Letter(LetterOrder),
    /// A program of this machine.
    Command(command::Order),
    /// Anything else.
    Talk(Talk),
}

/// A letter to one person; those of one text and account go out as one.
pub struct LetterOrder {
    /// Key of the account; 0 = the enabled one with the lowest ID.
    pub account: i64,
    /// To whom.
    pub address: String,
    /// 宛先種別.
    pub role: String,
    /// What it says; `None` = the server is asked whether it would take the address.
    pub message: Option<MailMessage>,
    /// Straight failures so far.
    pub failures: u32,
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

/// Sends what one attempt can send alone: a request, or a conversation to its end.
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
        // Letters are sent by `letters`, programs by `command`: both need the store.
        Outgoing::Letter(_) | Outgoing::Command(_) => {
            Carried::unanswered(SendError::never("この通知は単独では送れません"))
        }
    }
}
