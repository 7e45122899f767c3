//! The targets that can be reached: one file and one line in [`KINDS`] for each kind.
//!
//! A target has three pure steps: `compose` (a call becomes a [`Payload`], inside the call's
//! transaction), `prepare` (payload and row become something to send) and `classify` (an answer
//! becomes an outcome). Only a `Talk` that `prepare` made, and a function that an administrator
//! calls, wait for the network.
//!
//! Invariant: what a kind cannot say about an answer by itself, `answer` says for all of them.
//! Never: holds state; everything that outlives an attempt stands in `Carriers`.

mod answer;
mod chat;
mod chatwork;
mod command_call;
mod discord;
mod google_chat;
mod jandi;
mod line;
mod line_account;
mod line_works;
mod line_works_bot;
mod mail;
mod mattermost;
mod messenger;
mod ntfy;
mod post;
mod redact;
mod rocket;
mod slack;
mod teams;
mod url_call;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;

pub(super) use redact::{secrets, shown, summary, without};

use super::Occasion;
use super::carrier::{Carriers, Outgoing};
use super::http::Answer;
use super::mail::ACCOUNTS;
use super::pace::Window;
use super::payload::{Payload, Progress};
use super::retry::{SendError, Sent};
use crate::clock::UnixMs;
use crate::resource::Record;
use crate::store::{Snapshot, TargetRef};
use crate::template::Values;

/// URI of the chat targets.
pub(super) const CHAT: &str = "Notification-Chat";
/// URI of the URL calls.
pub(super) const URL_CALL: &str = "IncomingCall-URL";
/// URI of the LINE targets.
const LINE: &str = "Notification-LINE-AccessToken";
/// URI of the commands.
pub(super) const COMMAND_CALL: &str = "IncomingCall-Command";
/// URI of the mail addresses.
pub(super) const MAIL: &str = "Notification-Email-Address";
/// The stretch that 毎分上限 speaks of.
const MINUTE: Duration = Duration::from_secs(60);

/// Attempts of one target that are under way at once.
const PARALLEL_MAX: usize = 6;

/// Resources whose rows are targets, each with the column that tells its kinds apart; an empty
/// column = all rows are of one kind, whose word is empty too.
const RESOURCES: &[(&str, &str)] = &[
    (URL_CALL, "action"),
    (COMMAND_CALL, ""),
    (MAIL, ""),
    (ACCOUNTS, ""),
    (CHAT, "kind"),
    (LINE, ""),
];

/// Every kind: its resource, its word, what it does.
static KINDS: &[(&str, &str, &dyn Target)] = &[
    (COMMAND_CALL, "", &command_call::CommandCall),
    (MAIL, "", &mail::Mail),
    (ACCOUNTS, "", &mail::MailAccount),
    (URL_CALL, url_call::CALLED_BY_SERVER, &url_call::UrlCall),
    (CHAT, messenger::KIND, &messenger::Messenger),
    (CHAT, rocket::KIND, &rocket::Rocket),
    (CHAT, jandi::KIND, &jandi::Jandi),
    (CHAT, slack::KIND, &slack::Slack),
    (CHAT, teams::KIND, &teams::Teams),
    (CHAT, discord::KIND, &discord::Discord),
    (CHAT, mattermost::KIND, &mattermost::Mattermost),
    (CHAT, chatwork::KIND, &chatwork::Chatwork),
    (CHAT, google_chat::KIND, &google_chat::GoogleChat),
    (CHAT, line_works::KIND, &line_works::LineWorks),
    (CHAT, ntfy::KIND, &ntfy::Ntfy),
    (CHAT, webhook::KIND, &webhook::Webhook),
    (LINE, "", &line::Line),
];

/// What a kind of target does; every method is pure but `call`.
pub(super) trait Target: Send + Sync {
    /// Renders the message of a call. It may wait in the outbox for a day: no secret goes into it.
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload;

    /// What to send next; also for [`Payload::Check`] where [`Target::has_check`] says so.
    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError>;

    /// What the answer to an HTTP request means for the recipient.
    fn classify(&self, answer: &Answer, recipient: &str) -> Result<Sent, SendError>;

    /// Whether the receiver knows a repeated delivery by its id. Where it does not, a repeat is
    /// marked as one.
    fn knows_repeats(&self, row: &Record) -> bool;

    /// How many messages the receiver counts against the month's; 0 = it counts none.
    fn counted(&self, _row: &Record) -> i64 {
        0
    }

    /// How fast attempts may follow each other.
    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &[])
    }

    /// What rows share a pace by: the address of the receiver, or the row itself.
    fn pace_address(&self, row: &Record, _target: &TargetRef) -> String {
        row.text("url").to_owned()
    }

    /// Attempts under way at once.
    fn parallel(&self, _row: &Record) -> usize {
        PARALLEL_MAX
    }

    /// Whether several calls may be told by one message, where there are more than its pace allows:
    /// people read that, programs may not.
    fn may_join(&self) -> bool {
        true
    }

    /// The row whose change, like a change of the target's own, may end what keeps it parked.
    fn relies_on<'a>(&self, _row: &Record, _snapshot: &'a Snapshot) -> Option<&'a Record> {
        None
    }

    /// Whether `…/Test` can ask the provider something that shows nobody a message.
    fn has_check(&self, _row: &Record) -> bool {
        false
    }

    /// The address that `doctor` looks at.
    fn url<'a>(&self, row: &'a Record) -> &'a str {
        row.text("url")
    }

    /// Host and port that `doctor` looks at, where the receiver has no URL.
    fn server(&self, _row: &Record) -> Option<(String, u16)> {
        None
    }

    /// Whether private networks may be reached.
    fn may_be_private(&self, row: &Record) -> bool {
        row.is("allow_private")
    }

    /// Functions of the service that an administrator may call.
    fn functions(&self) -> &'static [&'static str] {
        &[]
    }

    /// Calls one of [`Target::functions`]; answers the service's JSON.
    fn call(&self, _call: Call) -> BoxFuture<'static, Result<Value, SendError>> {
        Box::pin(async {
            Err(SendError::never("この種別に呼び出せる機能はありません"))
        })
    }
}

/// An attempt at a delivery.
pub(super) struct Attempt<'a> {
    /// The same for every attempt of this delivery.
    pub id: &'a str,
    /// Now.
    pub at: UnixMs,
    /// Earlier attempts.
    pub progress: &'a Progress,
    /// An earlier attempt may have arrived although no answer came.
    pub repeated: bool,
}

/// Something to send and whom it is for.
pub(super) struct Prepared {
    /// What to send.
    pub outgoing: Outgoing,
    /// The recipient; empty where the target has only one.
    pub recipient: String,
}

/// An administrator's call of a function.
pub(super) struct Call {
    /// The target.
    pub row: Record,
    /// One of its [`Target::functions`].
    pub function: &'static str,
    /// As they came; null where none came.
    pub arguments: Value,
    /// What carries.
    pub carriers: Arc<Carriers>,
}

/// The URIs of the resources whose rows are told of calls, in that order.
pub(super) fn resources() -> impl Iterator<Item = &'static str> {
    // An account of mails is only ever tested.
    tested().filter(|uri| *uri != ACCOUNTS)
}

/// The URIs of all resources whose rows something is sent for.
pub(super) fn tested() -> impl Iterator<Item = &'static str> {
    RESOURCES.iter().map(|(uri, _)| *uri)
}

/// What this row is; `None` = this service does not send to it.
pub(super) fn target_of(row: &Record) -> Option<&'static dyn Target> {
    let (uri, column) = RESOURCES.iter().find(|(uri, _)| *uri == row.resource.uri)?;
    let word = if column.is_empty() { "" } else { row.text(column) };
    let kind = KINDS.iter().find(|(of, kind, _)| of == uri && *kind == word)?;
    Some(kind.2)
}

/// 宛先名: what people call the row, or its address.
pub(super) fn target_name(row: &Record) -> String {
    let unnamed = row.text("name").is_empty() && row.resource.uri == MAIL;
    row.text(if unnamed { "email" } else { "name" }).to_owned()
}

/// Prepares any payload: those that no kind can send end here.
pub(super) fn prepare(
    target: &dyn Target,
    row: &Record,
    payload: &Payload,
    attempt: &Attempt<'_>,
) -> Result<Prepared, SendError> {
    match payload {
        Payload::Unusable { why } => Err(SendError::never(why)),
        Payload::Check if !target.has_check(row) => Err(other_kind()),
        _ => target.prepare(row, payload, attempt),
    }
}

/// The recipient whose turn it is; `None` = the target is the one recipient.
fn next_recipient<'a>(recipients: &'a [String], progress: &Progress) -> Option<&'a String> {
    recipients.iter().find(|recipient| !progress.has(recipient))
}

/// The payload was made for another kind.
fn other_kind() -> SendError {
    SendError::never("宛先の種別が変わったため、この通知は送れません")
}
