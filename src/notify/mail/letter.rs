//! A letter as bytes, pure.
//!
//! Invariant: every header is one line that we composed; Content-Type always says UTF-8; the
//! Message-ID is the one that was asked for. Never: names a Bcc recipient.

use std::time::{Duration, SystemTime};

use lettre::address::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MessageBuilder, MultiPart, SinglePart};

use super::account::Account;
use super::html::plain_text;
use crate::clock::UnixMs;
use crate::notify::retry::SendError;

/// Longest subject in characters; templates allow 200, values may lengthen it.
const SUBJECT_MAX: usize = 300;

/// 宛先種別.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Named as the one who is meant.
    To,
    /// Named as one who shall know.
    Cc,
    /// Not named.
    Bcc,
}

impl Role {
    /// Reads 宛先種別.
    pub fn of(word: &str) -> Self {
        match word {
            "Cc" => Self::Cc,
            "Bcc" => Self::Bcc,
            _ => Self::To,
        }
    }
}

/// What a letter says.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The left side of the Message-ID: the same for every attempt.
    pub id: &'a str,
    /// When it is sent.
    pub at: UnixMs,
    /// One line.
    pub subject: &'a str,
    /// Text, or HTML whose values are escaped.
    pub body: &'a str,
    /// Whether the body is HTML.
    pub html: bool,
    /// Everybody who gets it, also those who have it already: all copies name the same people.
    pub recipients: &'a [(Role, Address)],
}

/// Reads an address; the fault names it.
pub fn address(text: &str) -> Result<Address, SendError> {
    let read = text.trim().parse().ok().filter(|_| text.is_ascii());
    read.ok_or_else(|| {
        SendError::never(format!("{} はメールアドレスとして使えません", one_line(text)))
    })
}

/// The letter as it goes over the wire, ASCII throughout.
pub fn compose(account: &Account, letter: &Letter<'_>) -> Result<Vec<u8>, SendError> {
    let sender = address(&account.email)?;
    let domain = sender.domain().to_owned();
    let name = one_line(&account.sender_name);
    let name = (!name.is_empty()).then_some(name);
    let seconds = u64::try_from(letter.at.div_euclid(1000)).unwrap_or(0);
    let mut builder = Message::builder()
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .from(Mailbox::new(name, sender))
        .message_id(Some(format!("<{}@{domain}>", letter.id)))
        .subject(one_line(letter.subject).chars().take(SUBJECT_MAX).collect::<String>())
        // RFC 3834: holiday notices and the like do not answer it.
        .raw_header(constant("Auto-Submitted", "auto-generated"));
    if !account.reply_to.is_empty() {
        builder = builder.reply_to(Mailbox::new(None, address(&account.reply_to)?));
    }
    let message = if letter.html {
        let text = part(ContentType::TEXT_PLAIN, plain_text(letter.body));
        let html = part(ContentType::TEXT_HTML, letter.body.to_owned());
        let body = MultiPart::alternative().singlepart(text).singlepart(html);
        addressed(builder, letter.recipients)?.multipart(body)
    } else {
        let body = part(ContentType::TEXT_PLAIN, letter.body.to_owned());
        addressed(builder, letter.recipients)?.singlepart(body)
    };
    message
        .map(|message| message.formatted())
        .map_err(|fault| SendError::never(format!("メールを組み立てられません({fault})")))
}

/// The headers that name people. The envelope is made elsewhere; lettre wants one here all the same.
fn addressed(
    mut builder: MessageBuilder,
    recipients: &[(Role, Address)],
) -> Result<MessageBuilder, SendError> {
    let everybody: Vec<Address> = recipients.iter().map(|(_, address)| address.clone()).collect();
    let envelope = lettre::address::Envelope::new(None, everybody)
        .map_err(|_| SendError::never("メールの宛先がありません"))?;
    let mut named = false;
    for (role, address) in recipients {
        let mailbox = Mailbox::new(None, address.clone());
        builder = match role {
            Role::To => builder.to(mailbox),
            Role::Cc => builder.cc(mailbox),
            Role::Bcc => continue,
        };
        named = true;
    }
    if !named {
        // RFC 5322 §3.4: an empty group, where nobody is named.
        builder = builder.raw_header(constant("To", "undisclosed-recipients:;"));
    }
    Ok(builder.envelope(envelope))
}

/// A text of a mail. base64: whatever is inside, lines stay short and nothing has to be escaped.
fn part(kind: ContentType, text: String) -> SinglePart {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
    let encoding = ContentTransferEncoding::Base64;
    SinglePart::builder().header(kind).header(encoding).body(lines)
}

/// A header whose text is ours.
fn constant(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Line breaks and other control characters become blanks: a header is one line (RFC 5322 §2.2).
pub fn one_line(text: &str) -> String {
    let cleaned: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cleaned.trim().to_owned()
}
