//! Whether a server answers at all: one OPTIONS (RFC 3261 §11), outside of any registration.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::event::{Connection, Transport};
use super::transport::tls;
use super::{reason, resolve};

/// How often a datagram is sent; T1 lies between (RFC 3261 §17.1.2.1).
const TRIES: u32 = 3;
/// How long each is waited for.
const TRY_LIMIT: Duration = Duration::from_millis(700);
/// How long a connection may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// Most of an answer that is read.
const ANSWER_MAX: usize = 2048;

/// What a server did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// It answered with this status.
    Answered {
        /// From where.
        address: SocketAddr,
        /// Any status: even a refusal shows that SIP is spoken there.
        status: u16,
        /// How long that took.
        after: Duration,
    },
    /// Nothing came back; many gateways ignore whom they do not know.
    Silent(SocketAddr),
    /// Nobody listens there, or no way leads there, or its TLS is not to be trusted.
    Refused(SocketAddr, String),
    /// The name has no address.
    Unknown(String),
}

/// Asks the server of a connection; calls and registrations are not touched.
pub async fn probe(connection: &Connection) -> Probe {
    let addresses = match resolve::look_up(connection).await {
        Ok(addresses) => addresses,
        Err(why) => return Probe::Unknown(why),
    };
    let Some(address) = addresses.first().copied() else {
        return Probe::Unknown(String::new());
    };
    let started = Instant::now();
    let asked = match connection.transport {
        Transport::Udp => by_datagram(address, connection.local_ip).await,
        Transport::Tcp => by_stream(address).await,
        Transport::Tls => by_tls(address, connection).await,
    };
    match asked {
        Ok(Some(status)) => Probe::Answered { address, status, after: started.elapsed() },
        Ok(None) => Probe::Silent(address),
        Err(why) => Probe::Refused(address, why),
    }
}

async fn by_datagram(to: SocketAddr, from: Option<IpAddr>) -> Result<Option<u16>, String> {
    let asked = async {
        let any =
            if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let socket = UdpSocket::bind((from.unwrap_or(any), 0)).await?;
        socket.connect(to).await?;
        let request = options(to, socket.local_addr()?, "UDP");
        let mut answer = [0; ANSWER_MAX];
        for _ in 0..TRIES {
            socket.send(&request).await?;
            if let Ok(read) = timeout(TRY_LIMIT, socket.recv(&mut answer)).await {
                return Ok(status(answer.get(..read?).unwrap_or_default()));
            }
        }
        Ok(None)
    };
    asked.await.map_err(told)
}

async fn by_stream(to: SocketAddr) -> Result<Option<u16>, String> {
    let stream = dial(to).await.map_err(told)?;
    let local = stream.local_addr().map_err(told)?;
    ask(stream, &options(to, local, "TCP")).await.map_err(told)
}

async fn by_tls(to: SocketAddr, row: &Connection) -> Result<Option<u16>, String> {
    let stream = dial(to).await.map_err(told)?;
    let local = stream.local_addr().map_err(told)?;
    let secured = tls::connect(stream, &row.server, row.verify_certificate).await;
    let stream = secured.map_err(|fault| reason::insecure(&row.server, &fault))?;
    ask(stream, &options(to, local, "TLS")).await.map_err(told)
}

async fn dial(to: SocketAddr) -> io::Result<TcpStream> {
    let late = || io::Error::from(io::ErrorKind::TimedOut);
    timeout(CONNECT_LIMIT, TcpStream::connect(to)).await.map_err(|_| late())?
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    request: &[u8],
) -> io::Result<Option<u16>> {
    stream.write_all(request).await?;
    stream.flush().await?;
    let mut answer = [0; ANSWER_MAX];
    match timeout(CONNECT_LIMIT, stream.read(&mut answer)).await {
        Ok(read) => Ok(status(answer.get(..read?).unwrap_or_default())),
        Err(_) => Ok(None),
    }
}

#[allow(clippy::needless_pass_by_value)] // as map_err hands it over
fn told(error: io::Error) -> String {
    error.to_string()
}

fn options(to: SocketAddr, local: SocketAddr, transport: &str) -> Vec<u8> {
    let id: u64 = rand::random();
    format!(
        "OPTIONS sip:{to} SIP/2.0\r\n\
         Via: SIP/2.0/{transport} {local};branch=z9hG4bK{id:016x};rport\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:doctor@{local}>;tag={id:x}\r\n\
         To: <sip:{to}>\r\n\
         Call-ID: doctor-{id:016x}\r\n\
         CSeq: 1 OPTIONS\r\n\
         Contact: <sip:doctor@{local}>\r\n\
         Accept: application/sdp\r\n\
         Content-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

/// The status of a response; `None` = no SIP.
fn status(answer: &[u8]) -> Option<u16> {
    let code = answer.strip_prefix(b"SIP/2.0 ")?.get(..3)?;
    std::str::from_utf8(code).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::tests::connection;

    #[tokio::test]
    async fn any_answer_counts_and_silence_and_refusal_differ() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = server.local_addr().unwrap().port();
        let row = connection(1, "127.0.0.1", port);
        let answering = tokio::spawn(async move {
            let mut packet = [0; ANSWER_MAX];
            let (read, from) = server.recv_from(&mut packet).await.unwrap();
            assert!(packet[..read].starts_with(b"OPTIONS sip:127.0.0.1"));
            server.send_to(b"SIP/2.0 403 Forbidden\r\n\r\n", from).await.unwrap();
            server
        });
        assert!(matches!(probe(&row).await, Probe::Answered { status: 403, .. }));
        let server = answering.await.unwrap();
        assert!(matches!(probe(&row).await, Probe::Silent(_)));
        drop(server);
        assert!(matches!(probe(&row).await, Probe::Refused(..)));
    }

    #[test]
    fn only_a_sip_response_has_a_status() {
        assert_eq!(status(b"SIP/2.0 200 OK\r\n"), Some(200));
        for other in [&b""[..], b"SIP/2.0 ", b"SIP/2.0 abc", b"HTTP/1.1 200 OK"] {
            assert_eq!(status(other), None);
        }
    }
}
