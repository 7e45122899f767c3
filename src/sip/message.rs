//! Cuts a packet into start line, headers and body.
//!
//! Invariant: works on bytes and borrows from the packet; only folded headers are copied.
//! Never: panics, loops without end or trusts a length, whatever the packet holds.

use std::borrow::Cow;

use super::grammar::{self, decimal, is_token};
use super::status::Status;

/// Largest packet that is looked at (sip.md 10).
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Most header lines of a packet (sip.md 10).
pub const HEADERS_MAX: usize = 200;

/// Why a packet is dropped without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanFault {
    /// Only line ends: a keep-alive.
    #[error("keep-alive")]
    KeepAlive,
    /// No SIP start line, or an impossible status code.
    #[error("not SIP")]
    NotSip,
    /// The packet ends within a header line: a cut-off number would show a wrong caller.
    #[error("cut off within a header")]
    NoEnd,
    /// More than [`MESSAGE_BYTES_MAX`] bytes or [`HEADERS_MAX`] headers.
    #[error("over the limits")]
    OverLimit,
}

/// First line of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start<'a> {
    /// `METHOD uri SIP/2.0`.
    Request {
        /// Case-sensitive.
        method: &'a [u8],
        /// As it stands.
        uri: &'a [u8],
    },
    /// `SIP/2.0 code phrase`.
    Response {
        /// 100 to 699.
        code: u16,
    },
}

/// The headers that mean something to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is the header of that name
pub enum Name {
    Via,
    From,
    To,
    CallId,
    CSeq,
    Contact,
    ContentLength,
    Expires,
    MinExpires,
    PAssertedIdentity,
    PCalledPartyId,
    Privacy,
    ProxyAuthenticate,
    Reason,
    RecordRoute,
    Require,
    RetryAfter,
    WwwAuthenticate,
    Other,
}

/// Long name, compact form (RFC 3261 §7.3.3; empty = none), meaning.
const NAMES: &[(&str, &str, Name)] = &[
    ("via", "v", Name::Via),
    ("from", "f", Name::From),
    ("to", "t", Name::To),
    ("call-id", "i", Name::CallId),
    ("cseq", "", Name::CSeq),
    ("contact", "m", Name::Contact),
    ("content-length", "l", Name::ContentLength),
    ("expires", "", Name::Expires),
    ("min-expires", "", Name::MinExpires),
    ("p-asserted-identity", "", Name::PAssertedIdentity),
    ("p-called-party-id", "", Name::PCalledPartyId),
    ("privacy", "", Name::Privacy),
    ("proxy-authenticate", "", Name::ProxyAuthenticate),
    ("reason", "", Name::Reason),
    ("record-route", "", Name::RecordRoute),
    ("require", "", Name::Require),
    ("retry-after", "", Name::RetryAfter),
    ("www-authenticate", "", Name::WwwAuthenticate),
];

impl Name {
    fn of(name: &[u8]) -> Self {
        NAMES
            .iter()
            .find(|(long, compact, _)| {
                name.eq_ignore_ascii_case(long.as_bytes())
                    || name.eq_ignore_ascii_case(compact.as_bytes())
            })
            .map_or(Self::Other, |(_, _, name)| *name)
    }
}

/// One packet, cut up.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// First line.
    pub start: Start<'a>,
    headers: Vec<(Name, Cow<'a, [u8]>)>,
    body: &'a [u8],
    /// The first offence against the grammar that still leaves the headers readable.
    fault: Option<Status>,
}

impl<'a> Message<'a> {
    /// Cuts `packet` up. Line ends may be CRLF or LF, headers folded, names compact.
    /// Errors: [`ScanFault`], always to be dropped.
    pub fn scan(packet: &'a [u8]) -> Result<Self, ScanFault> {
        if packet.len() > MESSAGE_BYTES_MAX {
            return Err(ScanFault::OverLimit);
        }
        let packet = skip_line_ends(packet);
        if packet.is_empty() {
            return Err(ScanFault::KeepAlive);
        }
        // a datagram that ends after a whole line has lost nothing but the blank one
        let whole = packet.ends_with(b"\n").then_some(packet.len());
        let length = head_length(packet).or(whole).ok_or(ScanFault::NoEnd)?;
        let (head, body) = packet.split_at_checked(length).ok_or(ScanFault::NoEnd)?;
        let (first, rest) = first_line(head);
        let (start, fault) = read_start(first).ok_or(ScanFault::NotSip)?;
        let mut message = Self { start, headers: Vec::with_capacity(24), body, fault };
        for line in (Lines { rest }) {
            if message.headers.len() >= HEADERS_MAX {
                return Err(ScanFault::OverLimit);
            }
            message.take_header(line);
        }
        Ok(message)
    }

    fn take_header(&mut self, line: Cow<'a, [u8]>) {
        let named = match &line {
            Cow::Borrowed(line) => grammar::split_at_byte(line, b':')
                .map(|(name, value)| (name, Cow::Borrowed(value.trim_ascii()))),
            Cow::Owned(line) => grammar::split_at_byte(line, b':')
                .map(|(name, value)| (name, Cow::Owned(value.trim_ascii().to_vec()))),
        };
        match named {
            Some((name, value)) if is_token(name.trim_ascii_end()) => {
                self.headers.push((Name::of(name.trim_ascii_end()), value));
            }
            _ => self.fault = self.fault.or(Some(Status::BAD_REQUEST)),
        }
    }

    /// Every value of `name`, one per header line, in order.
    pub fn all(&self, name: Name) -> impl Iterator<Item = &[u8]> {
        self.headers.iter().filter(move |(own, _)| *own == name).map(|(_, value)| value.as_ref())
    }

    /// The first value of `name`.
    pub fn first(&self, name: Name) -> Option<&[u8]> {
        self.all(name).next()
    }

    /// The value of a header that must be there exactly once.
    pub fn only(&self, name: Name) -> Option<&[u8]> {
        let mut values = self.all(name);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// The first offence against the grammar of start line, header lines or Content-Length.
    pub fn fault(&self) -> Option<Status> {
        self.fault.or_else(|| self.length_fault())
    }

    /// A Content-Length that is no number, differs from another one or promises more than came.
    fn length_fault(&self) -> Option<Status> {
        let mut lengths = self.all(Name::ContentLength).map(decimal);
        let first = lengths.next()?;
        let sound = lengths.all(|other| other == first)
            && first
                .and_then(|length| usize::try_from(length).ok())
                .is_some_and(|length| length <= self.body.len());
        (!sound).then_some(Status::BAD_REQUEST)
    }
}

/// The packet without line ends in front of it (RFC 3261 §7.5).
fn skip_line_ends(packet: &[u8]) -> &[u8] {
    let start = packet.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
    start.and_then(|start| packet.get(start..)).unwrap_or_default()
}

/// Length of start line and headers with the blank line; `None` while the blank line is missing.
pub(super) fn head_length(packet: &[u8]) -> Option<usize> {
    let mut length = 0;
    for line in packet.split_inclusive(|&byte| byte == b'\n') {
        length += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return Some(length);
        }
    }
    None
}

/// The first line without its end, and everything after it.
fn first_line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = grammar::split_at_byte(text, b'\n').unwrap_or((text, b""));
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

/// Header lines, folded ones joined by one space (RFC 3261 §7.3.1).
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = Cow<'a, [u8]>;

    fn next(&mut self) -> Option<Cow<'a, [u8]>> {
        let (line, rest) = first_line(self.rest);
        self.rest = rest;
        if line.is_empty() {
            return None;
        }
        let mut line = Cow::Borrowed(line);
        while let [b' ' | b'\t', ..] = self.rest {
            let (more, rest) = first_line(self.rest);
            self.rest = rest;
            let joined = line.to_mut();
            joined.push(b' ');
            joined.extend_from_slice(more.trim_ascii());
        }
        Some(line)
    }
}

/// Reads the first line; a request line that is recognisable but misspelt comes with its status.
fn read_start(line: &[u8]) -> Option<(Start<'_>, Option<Status>)> {
    if line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"SIP/")) {
        let (version, rest) = grammar::split_at_byte(line, b' ')?;
        let code = rest.get(..3).and_then(decimal).and_then(|code| u16::try_from(code).ok())?;
        let ends = rest.get(3).is_none_or(|byte| *byte == b' ');
        let known = version.eq_ignore_ascii_case(b"SIP/2.0") && (100..700).contains(&code);
        return (ends && known).then_some((Start::Response { code }, None));
    }
    let trimmed = line.trim_ascii();
    let (method, rest) = grammar::split_at_byte(trimmed, b' ')?;
    let version_at = rest.iter().rposition(|&byte| byte == b' ')?;
    let (uri, version) = (rest.get(..version_at)?, rest.get(version_at + 1..)?);
    let digits = version.get(..4).filter(|name| name.eq_ignore_ascii_case(b"SIP/"))?.len();
    let blank = |byte: &u8| byte.is_ascii_whitespace();
    let fault = if version.get(digits..) != Some(b"2.0") {
        Some(Status::VERSION_NOT_SUPPORTED)
    } else if trimmed.len() != line.len() || !is_token(method) || uri.iter().any(blank) {
        Some(Status::BAD_REQUEST)
    } else {
        None
    };
    Some((Start::Request { method, uri }, fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(packet: &str, name: Name) -> Vec<String> {
        let message = Message::scan(packet.as_bytes()).unwrap();
        message.all(name).map(grammar::text).collect()
    }

    #[test]
    fn line_ends_folding_and_compact_names_are_read() {
        let packet =
            "\r\nINVITE sip:a@b SIP/2.0\nv: one\nVia : two\r\n\tmore \n  end\nf:<sip:c@d>\n\nbody";
        assert_eq!(values(packet, Name::Via), ["one", "two more end"]);
        assert_eq!(values(packet, Name::From), ["<sip:c@d>"]);
    }

    #[test]
    fn what_cannot_be_answered_is_dropped() {
        for (packet, fault) in [
            ("\r\n\r\n", ScanFault::KeepAlive),
            ("hello\r\n\r\n", ScanFault::NotSip),
            ("GET / HTTP/1.1\r\n\r\n", ScanFault::NotSip),
            ("SIP/2.0 4294967301 better\r\n\r\n", ScanFault::NotSip),
            ("SIP/2.0 099 no\r\n\r\n", ScanFault::NotSip),
            ("INVITE sip:a@b SIP/2.0\r\nVia: x", ScanFault::NoEnd),
        ] {
            assert_eq!(Message::scan(packet.as_bytes()).unwrap_err(), fault, "{packet:?}");
        }
        let many = format!("OPTIONS sip:a SIP/2.0\r\n{}\r\n", "X: y\r\n".repeat(HEADERS_MAX + 1));
        assert_eq!(Message::scan(many.as_bytes()).unwrap_err(), ScanFault::OverLimit);
        let long = vec![b'a'; MESSAGE_BYTES_MAX + 1];
        assert_eq!(Message::scan(&long).unwrap_err(), ScanFault::OverLimit);
    }

    #[test]
    fn misspelt_start_lines_keep_their_status() {
        for (line, fault) in [
            ("INVITE sip:a@b SIP/2.0", None),
            ("INVITE sip:a@b sip/2.0", None),
            ("INVITE  sip:a@b SIP/2.0", Some(Status::BAD_REQUEST)),
            ("INVITE sip:a; b@c SIP/2.0", Some(Status::BAD_REQUEST)),
            ("INVITE sip:a@b SIP/2.0 ", Some(Status::BAD_REQUEST)),
            ("INV{TE sip:a@b SIP/2.0", Some(Status::BAD_REQUEST)),
            ("INVITE sip:a@b SIP/7.0", Some(Status::VERSION_NOT_SUPPORTED)),
        ] {
            let packet = format!("{line}\r\n\r\n");
            assert_eq!(Message::scan(packet.as_bytes()).unwrap().fault(), fault, "{line}");
        }
    }

    #[test]
    fn a_length_that_lies_is_a_fault() {
        for (headers, sound) in [
            ("", true),
            ("Content-Length: 4\r\n", true),
            ("l: 2\r\n", true),
            ("Content-Length: 5\r\n", false),
            ("Content-Length: -1\r\n", false),
            ("Content-Length: 4\r\nContent-Length: 3\r\n", false),
            ("no colon\r\n", false),
        ] {
            let packet = format!("BYE sip:a SIP/2.0\r\n{headers}\r\nbody");
            let fault = Message::scan(packet.as_bytes()).unwrap().fault();
            assert_eq!(fault.is_none(), sound, "{headers}");
        }
    }
}
