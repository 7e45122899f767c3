//! A caller that speaks SIP over UDP byte by byte, the way gateways and carriers write it.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// RFC 3261 T1 is 500 ms; a shorter one lets a test go on at once when the listener was not yet there.
const RESEND: Duration = Duration::from_millis(100);
/// How long a test waits for an answer.
const LIMIT: Duration = Duration::from_secs(10);

static COUNT: AtomicU64 = AtomicU64::new(1);

/// A socket that calls one service.
pub struct Caller {
    socket: UdpSocket,
    to: SocketAddr,
}

/// One INVITE.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Request-URI.
    pub uri: String,
    /// The From line.
    pub from: Vec<u8>,
    /// The To line.
    pub to: String,
    /// Further header lines, each with its CRLF.
    pub extra: String,
    /// Parameters of the Via; holds the branch.
    pub via: String,
    /// Call-ID.
    pub call_id: String,
}

impl Invite {
    /// A call from a number to a number.
    pub fn new(from: &str, to: &str) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let id = format!("{}x{number}", std::process::id());
        Self {
            uri: format!("sip:{to}@127.0.0.1"),
            from: format!("From: <sip:{from}@gw.example>;tag=t{id}").into_bytes(),
            to: format!("To: <sip:{to}@gw.example>"),
            extra: String::new(),
            via: format!(";branch=z9hG4bK{id};rport"),
            call_id: format!("it-{id}@gw.example"),
        }
    }

    /// With another From line.
    pub fn caller_line(mut self, line: impl Into<Vec<u8>>) -> Self {
        self.from = line.into();
        self
    }

    /// With a further header line.
    pub fn header(mut self, line: &str) -> Self {
        self.extra.push_str(line);
        self.extra.push_str("\r\n");
        self
    }

    /// The message of this method, sent from `local`.
    pub fn message(&self, method: &str, local: SocketAddr, extra: &str) -> Vec<u8> {
        let mut message = format!("{method} {} SIP/2.0\r\n", self.uri).into_bytes();
        message.extend(format!("Via: SIP/2.0/UDP {local}{}\r\n", self.via).bytes());
        message.extend_from_slice(&self.from);
        let rest = format!(
            "\r\n{}\r\nCall-ID: {}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\n\
             Contact: <sip:gw@{local}>\r\n{extra}Content-Length: 0\r\n\r\n",
            self.to, self.call_id
        );
        message.extend(rest.bytes());
        message
    }
}

impl Caller {
    /// A caller on 127.0.0.1.
    pub fn new(to: SocketAddr) -> Self {
        Self::at("127.0.0.1", to)
    }

    /// A caller on another loopback address.
    pub fn at(address: &str, to: SocketAddr) -> Self {
        Self { socket: UdpSocket::bind((address, 0)).unwrap(), to }
    }

    /// Its own address.
    pub fn local(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// Sends bytes as they are.
    pub fn send(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.to).unwrap();
    }

    /// The next datagram, or `None` when none comes within `limit`.
    pub fn receive(&self, limit: Duration) -> Option<String> {
        self.socket.set_read_timeout(Some(limit.max(Duration::from_millis(1)))).unwrap();
        let mut buffer = [0; 65_536];
        let (read, _) = self.socket.recv_from(&mut buffer).ok()?;
        Some(String::from_utf8_lossy(&buffer[..read]).into_owned())
    }

    /// Sends a message until it is answered, then waits for an answer with this status and Call-ID.
    #[track_caller]
    pub fn until(&self, message: &[u8], call_id: &str, status: u16) -> String {
        let wanted = format!("SIP/2.0 {status} ");
        let start = Instant::now();
        let (mut answered, mut seen) = (false, Vec::new());
        while start.elapsed() < LIMIT {
            if !answered {
                self.send(message);
            }
            let Some(answer) = self.receive(RESEND) else { continue };
            if !answer.contains(call_id) {
                continue;
            }
            answered = true;
            if answer.starts_with(&wanted) {
                return answer;
            }
            seen.push(answer.lines().next().unwrap_or("").to_owned());
        }
        panic!("no {status} for {call_id}, only {seen:?}");
    }

    /// Calls and waits for 180.
    #[track_caller]
    pub fn ring(&self, invite: &Invite) -> String {
        let message = invite.message("INVITE", self.local(), &invite.extra);
        self.until(&message, &invite.call_id, 180)
    }

    /// Gives up; `reason` is a whole header line without CRLF. Waits for 487 and acknowledges it.
    #[track_caller]
    pub fn hang_up(&self, invite: &Invite, reason: Option<&str>) {
        let extra = reason.map_or(String::new(), |line| format!("{line}\r\n"));
        let cancel = invite.message("CANCEL", self.local(), &extra);
        let ended = self.until(&cancel, &invite.call_id, 487);
        let to = ended.lines().find(|line| line.starts_with("To:")).unwrap_or(&invite.to);
        let ack = Invite { to: to.to_owned(), ..invite.clone() };
        self.send(&ack.message("ACK", self.local(), ""));
    }
}
