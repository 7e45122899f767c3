//! Opens listening sockets.

use std::io;
use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, UdpSocket};

/// Room for a burst of calls while the agent's thread does not get its turn.
const RECEIVE_BUFFER_BYTES: usize = 4 * 1024 * 1024;
/// Connections that may wait for the acceptor.
const TCP_BACKLOG: u32 = 128;
/// With port 0: how often a pair of free ports is looked for.
const PAIR_TRIES: usize = 16;

/// A datagram socket and a listener on the same address.
#[derive(Debug)]
pub struct Pair {
    /// For UDP.
    pub datagrams: UdpSocket,
    /// For TCP.
    pub streams: TcpListener,
    /// Address of both.
    pub local: SocketAddr,
}

/// Opens UDP and TCP on `address`; port 0 finds a port that is free for both.
/// Errors: the system's, for the first of the two that cannot be opened.
pub fn open(address: SocketAddr) -> io::Result<Pair> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    let tries = if address.port() == 0 { PAIR_TRIES } else { 1 };
    for _ in 0..tries {
        let datagrams = open_datagrams(address)?;
        let local = datagrams.local_addr()?;
        match open_streams(local) {
            Ok(streams) => return Ok(Pair { datagrams, streams, local }),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn open_datagrams(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    // a smaller buffer than asked for only means that bursts are repeated by their senders
    if let Err(error) = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES) {
        log::debug!("the receive buffer of {address} stays small: {error}");
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

fn open_streams(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4()?,
        SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6()?,
    };
    // a restart must not wait for the connections of the last run to die
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(TCP_BACKLOG)
}
