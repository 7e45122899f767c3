//! A response to one of our REGISTERs, reduced to what the registration acts on.
//!
//! Never: decides anything; that is `registration`.

use super::address::Address;
use super::grammar::{decimal, parts, text};
use super::message::{Message, Name, Start};
use super::request::Via;

/// Most challenges that are looked at.
const CHALLENGES_MAX: usize = 8;

/// The part of a response that matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub code: u16,
    /// (from a proxy, header value).
    pub challenges: Vec<(bool, Vec<u8>)>,
    /// Seconds granted to our Contact.
    pub granted: Option<u32>,
    /// Min-Expires.
    pub min_expires: Option<u32>,
    /// Retry-After, in seconds.
    pub retry_after: Option<u32>,
}

impl Answer {
    /// Reads a response; `contact_user` tells our Contact from others'. `None` where it is no
    /// answer to a REGISTER.
    pub fn read(message: &Message<'_>, contact_user: &str) -> Option<Self> {
        let Start::Response { code } = message.start else { return None };
        let method = message.only(Name::CSeq)?.trim_ascii().rsplit(u8::is_ascii_whitespace).next();
        if method != Some(b"REGISTER") || message.fault().is_some() {
            return None;
        }
        let from_server = message.all(Name::WwwAuthenticate).map(|value| (false, value));
        let from_proxy = message.all(Name::ProxyAuthenticate).map(|value| (true, value));
        let challenges = from_server.chain(from_proxy).take(CHALLENGES_MAX);
        Some(Self {
            code,
            challenges: challenges.map(|(proxy, value)| (proxy, value.to_vec())).collect(),
            granted: granted(message, contact_user),
            min_expires: message.first(Name::MinExpires).and_then(decimal),
            retry_after: message.first(Name::RetryAfter).and_then(leading_number),
        })
    }
}

/// Branch of the topmost Via, by which a response finds its request.
pub(super) fn branch_of(message: &Message<'_>) -> Option<String> {
    let entry = parts(message.first(Name::Via)?, b',').next()?;
    Via::read(entry)?.branch().map(text)
}

/// Expires of our own Contact, else of the whole response.
fn granted(message: &Message<'_>, contact_user: &str) -> Option<u32> {
    let own = message
        .all(Name::Contact)
        .flat_map(|value| parts(value, b','))
        .filter_map(Address::read)
        .find(|address| *address.uri.user == *contact_user.as_bytes());
    own.and_then(|address| address.param("expires").and_then(decimal))
        .or_else(|| message.first(Name::Expires).and_then(decimal))
}

/// The number of `Retry-After: 120 (maintenance);duration=3600`.
fn leading_number(value: &[u8]) -> Option<u32> {
    let length = value.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(value.len());
    decimal(value.get(..length)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &str) -> Option<Answer> {
        let packet = format!(
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKq\r\nCSeq: 2 REGISTER\r\n{headers}\r\n"
        );
        let message = Message::scan(packet.as_bytes()).unwrap();
        assert_eq!(branch_of(&message).as_deref(), Some("z9hG4bKq"));
        Answer::read(&message, "me")
    }

    #[test]
    fn our_own_contact_decides_how_long_we_are_registered() {
        let contacts = "Contact: <sip:other@a>;expires=10, \"x\" <sip:me@b>;q=1;expires=120\r\n";
        assert_eq!(answer(contacts).unwrap().granted, Some(120));
        assert_eq!(answer("Expires: 60\r\nm: <sip:me@b>\r\n").unwrap().granted, Some(60));
        assert_eq!(answer("").unwrap().granted, None);
    }

    #[test]
    fn challenges_and_waits_are_collected() {
        let answer = answer(
            "WWW-Authenticate: Digest a\r\nProxy-Authenticate: Digest b\r\nMin-Expires: 90\r\n\
             Retry-After: 120 (busy);duration=1\r\n",
        )
        .unwrap();
        assert_eq!(
            answer.challenges,
            [(false, b"Digest a".to_vec()), (true, b"Digest b".to_vec())]
        );
        assert_eq!((answer.min_expires, answer.retry_after), (Some(90), Some(120)));
    }

    #[test]
    fn answers_to_others_are_none() {
        let packet = b"SIP/2.0 200 OK\r\nCSeq: 2 OPTIONS\r\n\r\n";
        assert_eq!(Answer::read(&Message::scan(packet).unwrap(), "me"), None);
    }
}
