//! The REGISTER request as it goes out (RFC 3261 §10.2, RFC 3581).
//!
//! Invariant: the Contact's user part is random, so that only who has seen our registration can
//! ring by it (contract sip.md 2 and 3). Never: holds a password.

use std::net::{IpAddr, SocketAddr};

use super::event::{Connection, Transport};

/// What stays the same from one REGISTER of a row to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Request-URI.
    pub uri: String,
    /// User part of our Contact.
    pub contact_user: String,
    aor: String,
    call_id: String,
    from_tag: String,
}

/// What differs from one REGISTER to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// CSeq number.
    pub cseq: u32,
    /// Via branch.
    pub branch: String,
    /// Expires; 0 de-registers.
    pub expires: u32,
    /// Whole lines of Authorization and Proxy-Authorization, without line ends.
    pub authorization: Vec<String>,
}

impl Identity {
    /// Names for `connection`; the two random numbers must be unguessable.
    pub fn new(connection: &Connection, contact: u128, random: u128) -> Self {
        let random = format!("{random:032x}");
        let (call_id, from_tag) = random.split_at(random.len() / 2);
        let domain =
            if connection.domain.is_empty() { &connection.server } else { &connection.domain };
        let host = bracketed(domain);
        // a registrar on an odd port knows itself by host and port
        let odd_port = connection.domain.is_empty() || connection.domain == connection.server;
        let port = match connection.port {
            port if odd_port && port != SIP_PORT => format!(":{port}"),
            _ => String::new(),
        };
        Self {
            uri: format!("sip:{host}{port}"),
            contact_user: format!("{contact:032x}"),
            aor: format!("sip:{}@{host}", escaped(&connection.extension)),
            call_id: call_id.to_owned(),
            from_tag: from_tag.to_owned(),
        }
    }

    /// The packet of `attempt`; `local` is where the other side can reach us, `gone` where it could
    /// before, which is taken back.
    pub fn request(
        &self,
        attempt: &Attempt,
        local: SocketAddr,
        gone: Option<SocketAddr>,
        transport: Transport,
    ) -> Vec<u8> {
        let Self { uri, contact_user, aor, call_id, from_tag } = self;
        let Attempt { cseq, branch, expires, authorization } = attempt;
        let (via, suffix) = match transport {
            Transport::Udp => ("UDP", ""),
            Transport::Tcp => ("TCP", ";transport=tcp"),
            Transport::Tls => ("TLS", ";transport=tls"),
        };
        // Or a server that keeps one contact of an extension would refuse the new one for an hour.
        let gone = gone.map(|gone| format!(", <sip:{contact_user}@{gone}{suffix}>;expires=0"));
        let gone = gone.unwrap_or_default();
        let proofs: String = authorization.iter().map(|line| format!("{line}\r\n")).collect();
        format!(
            "REGISTER {uri} SIP/2.0\r\n\
             Via: SIP/2.0/{via} {local};branch={branch};rport\r\n\
             Max-Forwards: 70\r\n\
             From: <{aor}>;tag={from_tag}\r\n\
             To: <{aor}>\r\n\
             Call-ID: {call_id}\r\n\
             CSeq: {cseq} REGISTER\r\n\
             Contact: <sip:{contact_user}@{local}{suffix}>;expires={expires}{gone}\r\n\
             Expires: {expires}\r\n\
             {proofs}Content-Length: 0\r\n\r\n"
        )
        .into_bytes()
    }
}

/// Default port of SIP over UDP and TCP.
pub(super) const SIP_PORT: u16 = 5060;

/// An IPv6 address in brackets, any other host as it is.
fn bracketed(host: &str) -> String {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => format!("[{address}]"),
        _ => host.to_owned(),
    }
}

/// A user part with everything escaped that a URI does not allow (RFC 3261 §25.1).
fn escaped(user: &str) -> String {
    let mut escaped = String::with_capacity(user.len());
    for byte in user.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped += &format!("%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::tests::connection;

    #[test]
    fn the_request_says_who_we_are_and_where() {
        let row = Connection { extension: "7#".into(), ..connection(2, "gw.example", 5060) };
        let identity = Identity::new(&row, 0xabc, 0x11_0000_0000_0000_0022);
        let authorization = vec!["Authorization: Digest x".to_owned()];
        let attempt = Attempt { cseq: 3, branch: "z9hG4bKb".into(), expires: 60, authorization };
        let local = "192.0.2.50:5070".parse().unwrap();
        let text =
            String::from_utf8(identity.request(&attempt, local, None, Transport::Tcp)).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0], "REGISTER sip:gw.example SIP/2.0");
        assert_eq!(lines[1], "Via: SIP/2.0/TCP 192.0.2.50:5070;branch=z9hG4bKb;rport");
        assert_eq!(lines[4], "To: <sip:7%23@gw.example>");
        assert_eq!(lines[6], "CSeq: 3 REGISTER");
        let contact =
            "Contact: <sip:00000000000000000000000000000abc@192.0.2.50:5070;transport=tcp>";
        assert_eq!(lines[7], format!("{contact};expires=60"));
        assert_eq!(lines[9], "Authorization: Digest x");
        assert!(text.ends_with("Content-Length: 0\r\n\r\n"));
        let gone = Some("192.0.2.50:40000".parse().unwrap());
        let moved = identity.request(&attempt, local, gone, Transport::Tls);
        let both = "@192.0.2.50:5070;transport=tls>;expires=60, \
             <sip:00000000000000000000000000000abc@192.0.2.50:40000;transport=tls>;expires=0\r\n";
        assert!(String::from_utf8(moved).unwrap().contains(both));
    }

    #[test]
    fn odd_ports_and_ipv6_servers_are_named() {
        let uri = |server, port| Identity::new(&connection(2, server, port), 1, 1).uri;
        assert_eq!(uri("192.0.2.1", 5080), "sip:192.0.2.1:5080");
        assert_eq!(uri("2001:db8::1", 5060), "sip:[2001:db8::1]");
        let row = Connection { domain: "pbx.example".into(), ..connection(2, "192.0.2.1", 5080) };
        assert_eq!(Identity::new(&row, 1, 1).uri, "sip:pbx.example");
    }
}
