//! Responses as they go out (RFC 3261 §8.2.6, §18.2; RFC 3581).
//!
//! Invariant: a response repeats Via, From, To, Call-ID and CSeq of its request byte for byte,
//! whatever character set they are in; only the topmost Via learns where the request came from.
//! Never: lets a line end of the request into the response.

use std::net::{IpAddr, SocketAddr};

use super::address::Address;
use super::grammar::{cut, name_and_value, parts};
use super::message::{Message, Name};
use super::register::SIP_PORT;
use super::request::Via;
use super::status::Status;

/// Methods that we serve.
const ALLOW: &str = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n";
/// What a response without them ends with.
const END: &str = "Content-Length: 0\r\n\r\n";

/// All that the responses to one request have in common, rendered once.
#[derive(Clone, Debug)]
pub struct Replies {
    /// Via to CSeq.
    headers: Vec<u8>,
    /// Only in 180 (RFC 3261 §12.1.1).
    record_route: Vec<u8>,
}

impl Replies {
    /// Prepares answers to `message`, which came from `source`. `tag` becomes the To tag where
    /// there is none. `None` without a Via: nobody to answer.
    pub fn new(message: &Message<'_>, source: SocketAddr, tag: &str) -> Option<Self> {
        let mut headers = Vec::with_capacity(512);
        let mut vias = message.all(Name::Via);
        let (top, rest) = cut(vias.next()?, b',');
        push(&mut headers, b"Via: ", &stamped(top.trim_ascii(), source));
        for via in rest.into_iter().chain(vias) {
            push(&mut headers, b"Via: ", via.trim_ascii());
        }
        let copied = [(Name::From, "From: "), (Name::CallId, "Call-ID: "), (Name::CSeq, "CSeq: ")];
        for (name, label) in copied {
            if let Some(value) = message.first(name) {
                push(&mut headers, label.as_bytes(), value);
            }
        }
        if let Some(to) = message.first(Name::To) {
            let tagged = Address::read(to).is_none_or(|to| to.param("tag").is_some());
            let tag = if tagged { String::new() } else { format!(";tag={tag}") };
            push(&mut headers, b"To: ", &[to, tag.as_bytes()].concat());
        }
        let mut record_route = Vec::new();
        for route in message.all(Name::RecordRoute) {
            push(&mut record_route, b"Record-Route: ", route);
        }
        Some(Self { headers, record_route })
    }

    /// The packet for `status`.
    pub fn packet(&self, status: Status) -> Vec<u8> {
        let routes = if status == Status::RINGING { self.record_route.as_slice() } else { b"" };
        self.assemble(status, routes)
    }

    /// The packet for `status` with Allow (OPTIONS, 405, 501).
    pub fn with_allow(&self, status: Status) -> Vec<u8> {
        self.assemble(status, ALLOW.as_bytes())
    }

    /// 420 with the extensions that we do not have.
    pub fn bad_extension(&self, extensions: &[&[u8]]) -> Vec<u8> {
        let mut line = Vec::new();
        push(&mut line, b"Unsupported: ", &extensions.join(&b", "[..]));
        self.assemble(Status::BAD_EXTENSION, &line)
    }

    fn assemble(&self, status: Status, more: &[u8]) -> Vec<u8> {
        let first = format!("SIP/2.0 {} {}\r\n", status.code, status.phrase);
        [first.as_bytes(), &self.headers, more, END.as_bytes()].concat()
    }
}

/// One header line; line ends inside `value` become blanks.
fn push(headers: &mut Vec<u8>, label: &[u8], value: &[u8]) {
    headers.extend_from_slice(label);
    headers
        .extend(value.iter().map(|&byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte }));
    headers.extend_from_slice(b"\r\n");
}

/// The topmost Via with `received` and, where asked for, `rport` (RFC 3581 §4).
fn stamped(entry: &[u8], source: SocketAddr) -> Vec<u8> {
    let (sent, params) = cut(entry, b';');
    let mut stamped = sent.to_vec();
    for param in params.map(|params| parts(params, b';')).into_iter().flatten() {
        let (name, _) = name_and_value(param);
        if name.eq_ignore_ascii_case(b"received") {
            continue;
        }
        stamped.push(b';');
        if name.eq_ignore_ascii_case(b"rport") {
            stamped.extend_from_slice(format!("rport={}", source.port()).as_bytes());
        } else {
            stamped.extend_from_slice(param);
        }
    }
    stamped.extend_from_slice(format!(";received={}", source.ip().to_canonical()).as_bytes());
    stamped
}

/// Where a datagram's answer goes: to its source port where rport asks for it, else to the port
/// of the Via (RFC 3261 §18.2.2). The address is always the source's: a Via may lie.
pub fn reply_address(via: Option<Via<'_>>, source: SocketAddr) -> SocketAddr {
    match via {
        Some(via) if !via.wants_source_port() => {
            SocketAddr::new(source.ip(), via.port.unwrap_or(SIP_PORT))
        }
        _ => source,
    }
}

/// An address that others can reach us by, from where a packet to `target` would leave.
pub fn outgoing_ip(target: SocketAddr) -> std::io::Result<IpAddr> {
    let any: SocketAddr = match target {
        SocketAddr::V4(_) => (std::net::Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let probe = std::net::UdpSocket::bind(any)?;
    probe.connect(target)?;
    Ok(probe.local_addr()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITE: &[u8] = b"INVITE sip:7@h SIP/2.0\r\nVia: SIP/2.0/UDP g;rport;branch=z9hG4bKx;received=1.1.1.1, \
        SIP/2.0/UDP first\r\nv: SIP/2.0/UDP second\r\nRecord-Route: <sip:p;lr>\r\nf: \"\x8eR\" <sip:1@g>;tag=f\r\n\
        To: <sip:7@h>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n";

    fn replies(packet: &[u8]) -> Replies {
        let message = Message::scan(packet).unwrap();
        Replies::new(&message, "192.0.2.9:4000".parse().unwrap(), "mine").unwrap()
    }

    #[test]
    fn a_response_repeats_its_request_and_says_where_it_came_from() {
        let expected: &[u8] = b"SIP/2.0 180 Ringing\r\n\
            Via: SIP/2.0/UDP g;rport=4000;branch=z9hG4bKx;received=192.0.2.9\r\n\
            Via: SIP/2.0/UDP first\r\nVia: SIP/2.0/UDP second\r\nFrom: \"\x8eR\" <sip:1@g>;tag=f\r\n\
            Call-ID: c\r\nCSeq: 1 INVITE\r\nTo: <sip:7@h>;tag=mine\r\nRecord-Route: <sip:p;lr>\r\n\
            Content-Length: 0\r\n\r\n";
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(shown(&replies(INVITE).packet(Status::RINGING)), shown(expected));
        let final_answer = shown(&replies(INVITE).packet(Status::REQUEST_TERMINATED));
        assert!(!final_answer.contains("Record-Route"), "{final_answer}");
    }

    #[test]
    fn tags_of_the_request_stay_and_broken_requests_are_answered_from_what_is_there() {
        let packet = b"FOO sip:7@h SIP/2.0\r\nVia: x\ry\r\nTo: <sip:7@h>;tag=yours\r\n\r\n";
        let answer =
            String::from_utf8(replies(packet).with_allow(Status::NOT_IMPLEMENTED)).unwrap();
        assert!(
            answer.starts_with("SIP/2.0 501 Not Implemented\r\nVia: x y;received=192.0.2.9\r\n")
        );
        assert!(answer.contains("tag=yours\r\nAllow: INVITE"), "{answer}");
        let no_via = Message::scan(b"FOO sip:7@h SIP/2.0\r\n\r\n").unwrap();
        assert!(Replies::new(&no_via, "192.0.2.9:4000".parse().unwrap(), "t").is_none());
    }

    #[test]
    fn answers_go_to_the_source_address_only() {
        let source: SocketAddr = "192.0.2.9:4000".parse().unwrap();
        for (via, port) in [
            ("SIP/2.0/UDP g:5070", 5070),
            ("SIP/2.0/UDP g", 5060),
            ("SIP/2.0/UDP g:5070;rport", 4000),
        ] {
            let to = reply_address(Via::read(via.as_bytes()), source);
            assert_eq!((to.ip(), to.port()), (source.ip(), port), "{via}");
        }
        assert_eq!(reply_address(None, source), source);
    }

    #[test]
    fn the_way_to_a_local_server_leaves_from_a_local_address() {
        assert!(outgoing_ip("127.0.0.1:5060".parse().unwrap()).unwrap().is_loopback());
    }
}
