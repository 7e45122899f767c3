//! The whole agent over loopback: a scripted registrar and raw packets.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::connection;
use crate::clock::Clock;
use crate::sip::{
    Agent, AgentHandle, Behaviour, Connection, Ending, Event, Limits, Listening, Options,
    Registration, RegistrationState, Ringing, Transport,
};

pub(super) const PATIENCE: Duration = Duration::from_secs(5);
pub(super) const LOOPBACK: &str = "127.0.0.1:0";

/// The agent and what it tells.
pub(super) struct Bench {
    pub(super) agent: AgentHandle,
    pub(super) events: mpsc::Receiver<Event>,
}

impl Bench {
    pub(super) fn start(limits: Limits) -> Self {
        let listen = LOOPBACK.parse().unwrap();
        let options = Options { listen, clock: Clock::manual(1_000), limits };
        let (agent, events) = Agent::start(options).unwrap();
        Self { agent, events }
    }

    pub(super) async fn event(&mut self) -> Event {
        timeout(PATIENCE, self.events.recv()).await.expect("an event in time").unwrap()
    }

    pub(super) async fn registration(&mut self) -> Registration {
        match self.event().await {
            Event::Registration(registration) => registration,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn ringing(&mut self) -> Ringing {
        loop {
            if let Event::Ringing(ringing) = self.event().await {
                return ringing;
            }
        }
    }

    pub(super) async fn ending(&mut self) -> Ending {
        loop {
            if let Event::Ended(ended) = self.event().await {
                return ended.ending;
            }
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        match self.agent.status().listening {
            Listening::Open(address) => address,
            other => panic!("{other:?}"),
        }
    }
}

/// A gateway's socket.
pub(super) struct Gateway {
    socket: UdpSocket,
}

impl Gateway {
    pub(super) async fn new() -> Self {
        Self { socket: UdpSocket::bind(LOOPBACK).await.unwrap() }
    }

    pub(super) fn port(&self) -> u16 {
        self.socket.local_addr().unwrap().port()
    }

    pub(super) async fn packet(&self) -> (String, SocketAddr) {
        let mut buffer = vec![0; 4096];
        let received = timeout(PATIENCE, self.socket.recv_from(&mut buffer)).await;
        let (length, from) = received.expect("a packet in time").unwrap();
        (String::from_utf8_lossy(&buffer[..length]).into_owned(), from)
    }

    pub(super) async fn status(&self) -> u16 {
        self.packet().await.0.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(super) async fn send(&self, packet: &str, to: SocketAddr) {
        self.socket.send_to(packet.as_bytes(), to).await.unwrap();
    }
}

/// The value of a header in a packet.
pub(super) fn header<'a>(packet: &'a str, name: &str) -> &'a str {
    let line = packet.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {packet}"))
}

/// An answer to a REGISTER, with more lines.
pub(super) fn answer(request: &str, status: &str, more: &str) -> String {
    let copied = ["Via", "From", "To", "Call-ID", "CSeq"]
        .map(|name| format!("{name}: {}\r\n", header(request, name)))
        .concat();
    format!("SIP/2.0 {status}\r\n{copied}{more}Content-Length: 0\r\n\r\n")
}

pub(super) fn request(method: &str, user: &str, port: u16, branch: &str, more: &str) -> String {
    let number = if method == "CANCEL" || method == "ACK" { "INVITE" } else { method };
    let cseq = if method == "CANCEL" { "CANCEL" } else { number };
    let cseq = if method == "ACK" { "ACK" } else { cseq };
    format!(
        "{method} sip:{user}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch}\r\n\
         From: \"0312345678\" <sip:0312345678@127.0.0.1>;tag=f\r\nTo: <sip:0731235678@127.0.0.1>\r\n\
         Call-ID: {branch}@127.0.0.1\r\nCSeq: 1 {cseq}\r\n{more}Content-Length: 0\r\n\r\n"
    )
}

#[tokio::test]
async fn a_row_registers_with_digest_rings_and_leaves() {
    let gateway = Gateway::new().await;
    let mut bench = Bench::start(Limits::default());
    assert_eq!(bench.agent.status().listening, Listening::NotNeeded);
    bench.agent.set_connections(vec![connection(2, "localhost", gateway.port())]);
    let (first, agent) = gateway.packet().await;
    assert!(first.starts_with(&format!("REGISTER sip:localhost:{} SIP/2.0", gateway.port())));
    assert_eq!(bench.registration().await.state, RegistrationState::Registering);
    let challenge = "WWW-Authenticate: Digest realm=\"RV230NE\", nonce=\"n1\", qop=\"auth\"\r\n";
    gateway.send(&answer(&first, "401 Unauthorized", challenge), agent).await;
    let (second, _) = gateway.packet().await;
    assert!(header(&second, "Authorization").contains("username=\"0007\", realm=\"RV230NE\""));
    gateway.send(&answer(&second, "200 OK", "Expires: 3600\r\n"), agent).await;
    let registered = bench.registration().await;
    assert_eq!((registered.state, registered.code), (RegistrationState::Registered, 200));
    assert_eq!(registered.next_refresh, Some(301_000));
    assert_eq!((bench.agent.status().registered, bench.address()), (1, agent));

    let contact = header(&second, "Contact");
    let contact_user = contact.split([':', '@']).nth(1).unwrap();
    gateway.send(&request("INVITE", contact_user, gateway.port(), "a", ""), agent).await;
    assert_eq!(gateway.status().await, 100);
    let ringing = bench.ringing().await;
    assert_eq!((ringing.connection_id, &*ringing.caller.number), (2, "0312345678"));
    assert_eq!((ringing.called, ringing.received_at), (vec!["0731235678".to_owned()], 1_000));
    bench.agent.recorded(ringing.call);
    assert_eq!(gateway.status().await, 180);
    let reason = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n";
    gateway.send(&request("CANCEL", contact_user, gateway.port(), "a", reason), agent).await;
    assert_eq!((gateway.status().await, gateway.status().await), (200, 487));
    gateway.send(&request("ACK", contact_user, gateway.port(), "a", ""), agent).await;
    assert_eq!(bench.ending().await, Ending::AnsweredElsewhere);

    let farewell = async {
        let (leave, _) = gateway.packet().await;
        assert_eq!(header(&leave, "Expires"), "0");
        gateway.send(&answer(&leave, "200 OK", ""), agent).await;
    };
    tokio::join!(bench.agent.stop(), farewell);
    assert_eq!(bench.registration().await.state, RegistrationState::Stopped);
    assert!(bench.events.recv().await.is_none());
}

#[tokio::test]
async fn strangers_get_403_once_and_other_requests_their_answer() {
    let gateway = Gateway::new().await;
    let mut bench = Bench::start(Limits::default());
    let listener = Connection { register: false, ..connection(2, "192.0.2.1", 5060) };
    bench.agent.set_connections(vec![listener]);
    assert_eq!(bench.registration().await.state, RegistrationState::Unregistered);
    let agent = bench.address();
    for (method, code) in [
        ("OPTIONS", 200),
        ("BYE", 481),
        ("CANCEL", 481),
        ("MESSAGE", 405),
        ("FOO", 501),
        ("INVITE", 403),
    ] {
        gateway.send(&request(method, "7", gateway.port(), method, ""), agent).await;
        assert_eq!(gateway.status().await, code, "{method}");
    }
    // the second stranger's call and an ACK stay without answer, a broken request gets 400
    gateway.send(&request("INVITE", "7", gateway.port(), "second", ""), agent).await;
    gateway.send(&request("ACK", "7", gateway.port(), "ack", ""), agent).await;
    gateway.send(&request("INVITE", "7", gateway.port(), "x", "CSeq: 1 INVITE\r\n"), agent).await;
    assert_eq!(gateway.status().await, 400);
    let status = bench.agent.status();
    assert_eq!((status.invites_refused, status.malformed, status.invites_accepted), (2, 1, 0));
}

#[tokio::test]
async fn a_call_rings_after_500_ms_without_a_record_and_retransmissions_are_one_call() {
    let gateway = Gateway::new().await;
    let limits = Limits { invites_per_second_per_source: 3, ringing_max: 2 };
    let mut bench = Bench::start(limits);
    let row = Connection { register: false, ..connection(2, "127.0.0.1", 5060) };
    bench.agent.set_connections(vec![row.clone()]);
    bench.registration().await;
    let agent = bench.address();
    let invite = request("INVITE", "7", gateway.port(), "a", "");
    gateway.send(&invite, agent).await;
    assert_eq!(gateway.status().await, 100);
    let asked = tokio::time::Instant::now();
    gateway.send(&invite, agent).await;
    assert_eq!(gateway.status().await, 100);
    assert_eq!(gateway.status().await, 180);
    assert!((400..700).contains(&asked.elapsed().as_millis()), "{:?}", asked.elapsed());
    assert_eq!(bench.agent.status().invites_accepted, 1);
    // a change of behaviour touches no registration and holds for the next call
    bench.agent.set_connections(vec![Connection { behaviour: Behaviour::Busy, ..row }]);
    let unsupported = request("INVITE", "7", gateway.port(), "b", "Require: foo\r\n");
    gateway.send(&unsupported, agent).await;
    assert_eq!(gateway.status().await, 420);
    gateway.send(&request("INVITE", "7", gateway.port(), "c", ""), agent).await;
    assert_eq!(gateway.status().await, 100);
    assert_eq!((gateway.status().await, gateway.status().await), (180, 486));
    assert_eq!(bench.ending().await, Ending::Refused);
    gateway.send(&request("INVITE", "7", gateway.port(), "d", ""), agent).await;
    assert_eq!(gateway.status().await, 100);
    gateway.send(&request("INVITE", "7", gateway.port(), "e", ""), agent).await;
    while gateway.status().await != 503 {}
    assert_eq!(bench.agent.status().invites_rate_limited, 1);
}

#[tokio::test]
async fn over_tcp_a_row_registers_on_its_own_connection_and_calls_come_in_on_it() {
    let registrar = TcpListener::bind(LOOPBACK).await.unwrap();
    let port = registrar.local_addr().unwrap().port();
    let mut bench = Bench::start(Limits::default());
    let row = Connection { transport: Transport::Tcp, ..connection(2, "127.0.0.1", port) };
    bench.agent.set_connections(vec![row]);
    let (mut stream, _) = timeout(PATIENCE, registrar.accept()).await.unwrap().unwrap();
    let register = read(&mut stream).await;
    assert!(register.contains("Via: SIP/2.0/TCP") && register.contains(";transport=tcp>"));
    let ok = answer(&register, "200 OK", "Expires: 60\r\n");
    stream.write_all(format!("{ok}\r\n\r\n").as_bytes()).await.unwrap();
    assert_eq!(read(&mut stream).await, "\r\n");
    bench.registration().await;
    assert_eq!(bench.registration().await.state, RegistrationState::Registered);
    let invite = request("INVITE", "7", port, "a", "");
    let (front, back) = invite.split_at(100);
    stream.write_all(front.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    stream.write_all(back.as_bytes()).await.unwrap();
    assert!(read(&mut stream).await.starts_with("SIP/2.0 100 "));
    assert_eq!(bench.ringing().await.connection_id, 2);
    assert_eq!(bench.agent.status().tcp_connections, 1);
    // a broken connection is made again and registers again
    drop(stream);
    let (mut stream, _) = timeout(PATIENCE, registrar.accept()).await.unwrap().unwrap();
    assert!(read(&mut stream).await.starts_with("REGISTER "));
    // others may connect too, and are cut off when they send no SIP
    let mut other = TcpStream::connect(bench.address()).await.unwrap();
    other.write_all(request("OPTIONS", "7", port, "o", "").as_bytes()).await.unwrap();
    assert!(read(&mut other).await.starts_with("SIP/2.0 200 "));
    other.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    assert_eq!(read(&mut other).await, "");
}

pub(super) async fn read(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let length = timeout(PATIENCE, stream.read(&mut buffer)).await.expect("bytes in time").unwrap();
    String::from_utf8_lossy(&buffer[..length]).into_owned()
}

#[tokio::test]
async fn a_taken_port_is_told_and_other_rows_go_on() {
    let taken = UdpSocket::bind(LOOPBACK).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let gateway = Gateway::new().await;
    let mut bench = Bench::start(Limits::default());
    let blocked = Connection { local_port: port, ..connection(2, "127.0.0.1", gateway.port()) };
    let (transport, register) = (Transport::Tls, false);
    let tls = Connection { transport, register, ..connection(4, "127.0.0.1", gateway.port()) };
    let free = connection(3, "127.0.0.1", gateway.port());
    bench.agent.set_connections(vec![blocked, tls, free.clone()]);
    let mut shown = Vec::new();
    for _ in 0..3 {
        let Registration { connection_id, state, error, .. } = bench.registration().await;
        shown.push((connection_id, state, error.contains("ポート") || error.contains("TLS")));
    }
    shown.sort_by_key(|(id, ..)| *id);
    assert_eq!(
        shown,
        [
            (2, RegistrationState::Failed, true),
            (3, RegistrationState::Registering, false),
            (4, RegistrationState::Failed, true),
        ]
    );
    // a changed row leaves and comes back with another Contact; the others are not heard of
    let (first, agent) = gateway.packet().await;
    gateway.send(&answer(&first, "200 OK", "Expires: 60\r\n"), agent).await;
    assert_eq!(bench.registration().await.connection_id, 3);
    bench.agent.set_connections(vec![Connection { expires_seconds: 600, ..free }]);
    let (leave, _) = gateway.packet().await;
    assert_eq!(header(&leave, "Expires"), "0");
    gateway.send(&answer(&leave, "200 OK", ""), agent).await;
    let (again, _) = gateway.packet().await;
    assert_eq!(header(&again, "Expires"), "600");
    assert_ne!(header(&first, "Contact"), header(&again, "Contact"));
}

#[tokio::test]
async fn a_full_event_channel_disturbs_no_call() {
    let gateway = Gateway::new().await;
    let mut bench = Bench::start(Limits::default());
    bench
        .agent
        .set_connections(vec![Connection { register: false, ..connection(2, "127.0.0.1", 5060) }]);
    bench.registration().await;
    let agent = bench.address();
    bench.events.close();
    gateway.send(&request("INVITE", "7", gateway.port(), "a", ""), agent).await;
    assert_eq!((gateway.status().await, gateway.status().await), (100, 180));
    gateway.send(&request("CANCEL", "7", gateway.port(), "a", ""), agent).await;
    assert_eq!((gateway.status().await, gateway.status().await), (200, 487));
    bench.agent.stop().await;
    let status = bench.agent.status();
    // Ringing, Ended, and the farewell of the row
    assert_eq!((status.events_dropped, status.ringing), (3, 0));
}

#[tokio::test]
async fn the_agent_outlives_every_torture_message() {
    let Some(files) = super::shared_fixtures("torture") else { return };
    let gateway = Gateway::new().await;
    let mut bench = Bench::start(Limits::default());
    bench
        .agent
        .set_connections(vec![Connection { register: false, ..connection(2, "127.0.0.1", 5060) }]);
    bench.registration().await;
    let agent = bench.address();
    for (name, packet) in files {
        gateway.socket.send_to(&packet, agent).await.unwrap();
        let mut stream = TcpStream::connect(agent).await.unwrap();
        // a broken one may be cut off while it is still being sent
        let sent = stream.write_all(&packet).await;
        assert!(sent.is_ok() || name != "wsinv.dat");
        gateway.send(&request("OPTIONS", "7", gateway.port(), &name, ""), agent).await;
        while !gateway.packet().await.0.contains(&format!("{name}@127.0.0.1")) {}
    }
}
