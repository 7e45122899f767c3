//! 通知先メールアドレス: rows of one call, timing and text become one letter.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Attempt, MINUTE, Prepared, Target, other_kind};
use crate::notify::Occasion;
use crate::notify::carrier::{LetterOrder, Outgoing};
use crate::notify::http::Answer;
use crate::notify::letters::account_of;
use crate::notify::mail::ACCOUNTS;
use crate::notify::message::{choose, text};
use crate::notify::pace::Window;
use crate::notify::payload::{MailMessage, Payload};
use crate::notify::retry::{SendError, Sent};
use crate::resource::Record;
use crate::resource::words::delivery_timing;
use crate::store::{Snapshot, TargetRef};
use crate::template::{Landing, Values};

/// 本文形式 of definitions whose text is HTML.
const HTML: &str = "HTML";
/// Letters a minute of one account: providers cut off senders beyond 30 (facts/targets.md §15).
const PER_MINUTE: usize = 20;
/// Bytes of the hash that tells texts apart.
const SAME_BYTES: usize = 8;

/// Rows with a mail address.
pub struct Mail;

impl Target for Mail {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        let definition = choose(occasion, "MessDef-Mail", row.int("message_id"));
        let html = definition.is_some_and(|definition| definition.text("body_format") == HTML);
        let landing = if html { Landing::Html } else { Landing::Plain };
        let subject = text(occasion, definition, "subject", Landing::MailHeader, values);
        let body = text(occasion, definition, "body", landing, values);
        let together = if occasion.timing == delivery_timing::TEST {
            String::new()
        } else {
            same(row, &subject, &body, html)
        };
        Payload::Mail(MailMessage { subject, body, html, together })
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let message = match payload {
            Payload::Mail(message) => Some(message.clone()),
            Payload::Check => None,
            _ => return Err(other_kind()),
        };
        let order = LetterOrder {
            account: row.int("account_id"),
            address: row.text("email").to_owned(),
            role: row.text("recipient_kind").to_owned(),
            message,
            failures: attempt.progress.failures,
        };
        Ok(Prepared { outgoing: Outgoing::Letter(order), recipient: String::new() })
    }

    /// Nothing is asked by HTTP here.
    fn classify(&self, _answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        Err(other_kind())
    }

    /// The Message-ID stays the same, but nobody has to look at it.
    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    /// One connection at a time.
    fn windows(&self, _row: &Record) -> Vec<Window> {
        vec![
            Window { length: Duration::ZERO, count: 1 },
            Window { length: MINUTE, count: PER_MINUTE },
        ]
    }

    fn pace_address(&self, row: &Record, _target: &TargetRef) -> String {
        format!("{ACCOUNTS}/{}", row.int("account_id"))
    }

    fn relies_on<'a>(&self, row: &Record, snapshot: &'a Snapshot) -> Option<&'a Record> {
        account_of(snapshot, row.int("account_id"))
    }

    /// The log-in and whether the server takes the address.
    fn has_check(&self, _row: &Record) -> bool {
        true
    }

    fn may_be_private(&self, _row: &Record) -> bool {
        true
    }
}

/// An account itself: it gets no calls, but it can be tested.
pub struct MailAccount;

impl Target for MailAccount {
    fn compose(&self, _row: &Record, _occasion: &Occasion<'_>, _values: &Values) -> Payload {
        Payload::Check
    }

    fn prepare(
        &self,
        row: &Record,
        _payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let order = LetterOrder {
            account: row.key(),
            address: String::new(),
            role: String::new(),
            message: None,
            failures: attempt.progress.failures,
        };
        Ok(Prepared { outgoing: Outgoing::Letter(order), recipient: String::new() })
    }

    /// Nothing is asked by HTTP here.
    fn classify(&self, _answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        Err(other_kind())
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        true
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        Mail.windows(row)
    }

    fn pace_address(&self, row: &Record, _target: &TargetRef) -> String {
        format!("{ACCOUNTS}/{}", row.key())
    }

    /// The log-in.
    fn has_check(&self, _row: &Record) -> bool {
        true
    }

    fn server(&self, row: &Record) -> Option<(String, u16)> {
        Some((row.text("server").to_owned(), u16::try_from(row.int("port")).ok()?))
    }

    fn may_be_private(&self, _row: &Record) -> bool {
        true
    }
}

/// What two rows have in common that go out as one letter.
fn same(row: &Record, subject: &str, body: &str, html: bool) -> String {
    let mut hash = Sha256::new();
    for part in [subject, body, if html { HTML } else { "" }] {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let shown: String = digest.iter().take(SAME_BYTES).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{shown}", row.int("account_id"))
}
