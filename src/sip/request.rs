//! A request whose mandatory headers are there and make sense (RFC 3261 §8.1.1, §8.2).
//!
//! Invariant: whoever holds a [`Request`] may rely on its parts; what is missing or contradicts
//! itself was refused in [`Request::read`]. Never: sends or remembers anything.

use super::address::{Address, Scheme, Uri, host_and_port};
use super::grammar::{cut, decimal, is_token, param, parts, split_at_byte};
use super::message::{Message, Name, Start};
use super::status::Status;

/// Most Via entries of a request (sip.md 10).
pub const VIAS_MAX: usize = 64;
/// What a branch made by RFC 3261's rules begins with.
const MAGIC_COOKIE: &[u8] = b"z9hG4bK";
/// Highest CSeq number (RFC 3261 §8.1.1.5).
const CSEQ_MAX: u32 = i32::MAX.unsigned_abs();
/// Extensions that a request may require: they concern answered calls, which we never have, and
/// 100rel, with which we stay at 100.
const TOLERATED_EXTENSIONS: [&str; 5] = ["100rel", "timer", "replaces", "precondition", "path"];

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A call.
    Invite,
    /// Acknowledges a final response; never answered.
    Ack,
    /// Ends a dialog; we have none.
    Bye,
    /// Ends a call that rings.
    Cancel,
    /// Asks whether we live.
    Options,
    /// A method of a published RFC that we do not serve.
    Known,
    /// Anything else.
    Unknown,
}

impl Method {
    /// Methods are case-sensitive (RFC 3261 §7.1).
    pub fn of(name: &[u8]) -> Self {
        match name {
            b"INVITE" => Self::Invite,
            b"ACK" => Self::Ack,
            b"BYE" => Self::Bye,
            b"CANCEL" => Self::Cancel,
            b"OPTIONS" => Self::Options,
            b"REGISTER" | b"SUBSCRIBE" | b"NOTIFY" | b"PUBLISH" | b"MESSAGE" | b"INFO"
            | b"UPDATE" | b"PRACK" | b"REFER" => Self::Known,
            _ => Self::Unknown,
        }
    }
}

/// The topmost Via entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Via<'a> {
    /// Where the sender says it listens.
    pub host: &'a [u8],
    /// Its port, where it names one.
    pub port: Option<u16>,
    params: &'a [u8],
}

impl<'a> Via<'a> {
    /// `SIP/2.0/UDP host:port;branch=…`, with blanks wherever RFC 3261 allows them.
    pub fn read(entry: &'a [u8]) -> Option<Self> {
        let (sent, params) = cut(entry, b';');
        let (name, rest) = split_at_byte(sent, b'/')?;
        let (version, rest) = split_at_byte(rest, b'/')?;
        let rest = rest.trim_ascii();
        let length = rest.iter().position(u8::is_ascii_whitespace)?;
        let (transport, address) = rest.split_at_checked(length)?;
        let named = name.trim_ascii().eq_ignore_ascii_case(b"SIP");
        if !named || version.trim_ascii() != b"2.0" || !is_token(transport) {
            return None;
        }
        let (host, port) = host_and_port(address.trim_ascii())?;
        Some(Self { host, port, params: params.unwrap_or_default() })
    }

    /// Names the transaction; `None` for clients older than RFC 3261.
    pub fn branch(&self) -> Option<&'a [u8]> {
        param(self.params, "branch")
            .filter(|branch| branch.starts_with(MAGIC_COOKIE) && branch.len() > MAGIC_COOKIE.len())
    }

    /// Whether answers go back to the port the request came from (RFC 3581).
    pub fn wants_source_port(&self) -> bool {
        param(self.params, "rport").is_some()
    }
}

/// A request that may be served.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What it asks for.
    pub method: Method,
    /// Request-URI.
    pub uri: Uri<'a>,
    /// Topmost Via.
    pub via: Via<'a>,
    /// From.
    pub from: Address<'a>,
    /// To.
    pub to: Address<'a>,
    /// Call-ID.
    pub call_id: &'a [u8],
    /// Number of CSeq.
    pub cseq: u32,
    /// The rest of the headers.
    pub message: &'a Message<'a>,
}

impl<'a> Request<'a> {
    /// Checks `message`. Errors: the status to refuse it with (400, 416, 505).
    pub fn read(message: &'a Message<'a>) -> Result<Self, Status> {
        let Start::Request { method: method_name, uri } = message.start else {
            return Err(Status::BAD_REQUEST);
        };
        if let Some(fault) = message.fault() {
            return Err(fault);
        }
        let bad = Status::BAD_REQUEST;
        let via = read_vias(message).ok_or(bad)?;
        let only = |name| message.only(name).filter(|value| !value.is_empty()).ok_or(bad);
        let from = Address::read(only(Name::From)?).ok_or(bad)?;
        let to = Address::read(only(Name::To)?).ok_or(bad)?;
        let call_id = only(Name::CallId)?;
        let (cseq, cseq_method) = read_cseq(only(Name::CSeq)?).ok_or(bad)?;
        if cseq_method != method_name || call_id.iter().any(u8::is_ascii_whitespace) {
            return Err(bad);
        }
        let uri = Uri::read(uri).filter(|uri| !uri.has_headers).ok_or(bad)?;
        if uri.scheme == Scheme::Other {
            return Err(Status::UNSUPPORTED_SCHEME);
        }
        let method = Method::of(method_name);
        Ok(Self { method, uri, via, from, to, call_id, cseq, message })
    }

    /// Names the server transaction: INVITE, its CANCEL and its ACK have the same key
    /// (RFC 3261 §17.2.3).
    pub fn transaction_key(&self) -> Vec<u8> {
        let cseq = self.cseq.to_string();
        let port = self.via.port.unwrap_or_default().to_string();
        let sent_by = [self.via.host, port.as_bytes()];
        match self.via.branch() {
            Some(branch) => [&[branch][..], &sent_by].concat().join(&b'|'),
            None => {
                let tag = self.from.param("tag").unwrap_or_default();
                [&[self.call_id, tag, cseq.as_bytes()][..], &sent_by].concat().join(&b'|')
            }
        }
    }

    /// Whether it belongs to a dialog, of which we have none.
    pub fn is_in_dialog(&self) -> bool {
        self.to.param("tag").is_some()
    }

    /// Whether `Require` names `extension`.
    pub fn requires(&self, extension: &str) -> bool {
        self.required().any(|name| name.eq_ignore_ascii_case(extension.as_bytes()))
    }

    /// Extensions in `Require` that we cannot serve, for the Unsupported header; empty = none.
    pub fn unsupported_extensions(&self) -> Vec<&'a [u8]> {
        self.required()
            .filter(|name| is_token(name))
            .filter(|name| {
                !TOLERATED_EXTENSIONS.iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()))
            })
            .collect()
    }

    fn required(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.message.all(Name::Require).flat_map(|value| parts(value, b','))
    }
}

/// The topmost entry, where every entry looks like one and they are not too many.
fn read_vias<'a>(message: &'a Message<'a>) -> Option<Via<'a>> {
    let mut top = None;
    let mut count = 0;
    for entry in message.all(Name::Via).flat_map(|value| parts(value, b',')) {
        count += 1;
        let starts_well = entry.get(..3).is_some_and(|name| name.eq_ignore_ascii_case(b"SIP"));
        if count > VIAS_MAX || !starts_well {
            return None;
        }
        if top.is_none() {
            top = Some(Via::read(entry)?);
        }
    }
    top
}

/// `4711 INVITE`.
fn read_cseq(value: &[u8]) -> Option<(u32, &[u8])> {
    let length = value.iter().position(u8::is_ascii_whitespace)?;
    let (number, method) = value.split_at_checked(length)?;
    let number = decimal(number).filter(|number| *number <= CSEQ_MAX)?;
    Some((number, method.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "INVITE sip:7@h SIP/2.0\r\nVia: SIP/2.0/UDP g:5070;branch=z9hG4bKx;rport\r\n\
        From: <sip:1@g>;tag=f\r\nTo: <sip:7@h>\r\nCall-ID: c@g\r\nCSeq: 1 INVITE\r\n\r\n";

    fn status(packet: &str) -> Option<u16> {
        let message = Message::scan(packet.as_bytes()).unwrap();
        Request::read(&message).err().map(|status| status.code)
    }

    #[test]
    fn the_parts_of_a_good_request_are_at_hand() {
        let message = Message::scan(GOOD.as_bytes()).unwrap();
        let request = Request::read(&message).unwrap();
        assert_eq!(request.method, Method::Invite);
        assert_eq!((request.via.host, request.via.port), (&b"g"[..], Some(5070)));
        assert!(request.via.wants_source_port() && !request.is_in_dialog());
        assert_eq!(request.transaction_key(), b"z9hG4bKx|g|5070");
    }

    #[test]
    fn what_is_missing_doubled_or_contradicts_itself_is_refused() {
        for (from, to, code) in [
            ("CSeq: 1 INVITE\r\n", "", 400),
            ("CSeq: 1 INVITE", "CSeq: 1 BYE", 400),
            ("CSeq: 1 INVITE", "CSeq: 2147483648 INVITE", 400),
            ("CSeq: 1 INVITE", "CSeq: INVITE", 400),
            ("Call-ID: c@g", "Call-ID: c@g\r\ni: d", 400),
            ("From: <sip:1@g>;tag=f", "From: \"x <sip:1@g>", 400),
            ("Via: SIP/2.0/UDP g:5070", "Via: SIP/2.0/UDP", 400),
            ("Via: SIP/2.0/UDP g:5070;branch=z9hG4bKx;rport", "Via: SIP/2.0/UDP g;;,;,,", 400),
            ("Via: SIP/2.0/UDP g:5070", "Via: SIP/3.0/UDP g:5070", 400),
            ("INVITE sip:7@h ", "INVITE <sip:7@h> ", 400),
            ("INVITE sip:7@h ", "INVITE sip:7@h?Route=%3Csip:x%3E ", 400),
            ("INVITE sip:7@h ", "INVITE soap.beep://h:1 ", 416),
            ("INVITE sip:7@h SIP/2.0", "INVITE sip:7@h SIP/7.0", 505),
        ] {
            let packet = GOOD.replace(from, to);
            assert_ne!(packet, GOOD);
            assert_eq!(status(&packet), Some(code), "{to}");
        }
        assert_eq!(status(GOOD), None);
        let vias = "Via: SIP/2.0/UDP a;branch=z9hG4bKy\r\n".repeat(VIAS_MAX);
        assert_eq!(status(&GOOD.replace("From:", &format!("{vias}From:"))), Some(400));
    }

    #[test]
    fn blanks_in_a_via_are_allowed_and_old_clients_have_a_key_too() {
        let via =
            Via::read(b"SIP  / 2.0\t/ UDP  first.example.com: 4000;ttl=16 ;branch = z9hG4bKz")
                .unwrap();
        assert_eq!((via.host, via.port), (&b"first.example.com"[..], Some(4000)));
        assert_eq!(via.branch(), Some(&b"z9hG4bKz"[..]));
        let old = GOOD.replace(";branch=z9hG4bKx", "");
        let message = Message::scan(old.as_bytes()).unwrap();
        assert_eq!(Request::read(&message).unwrap().transaction_key(), b"c@g|f|1|g|5070");
    }

    #[test]
    fn extensions_that_only_matter_to_answered_calls_are_tolerated() {
        let packet = GOOD.replace("To:", "Require: 100rel, timer ,foo\r\nTo:");
        let message = Message::scan(packet.as_bytes()).unwrap();
        let request = Request::read(&message).unwrap();
        assert!(request.requires("100rel"));
        assert_eq!(request.unsupported_extensions(), [b"foo"]);
    }
}
