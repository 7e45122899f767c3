//! Sockets: datagrams and streams (RFC 3261 §18).
//!
//! Invariant: sending never waits; what cannot go out at once is dropped and counted, and the
//! transaction layer repeats what matters. Never: reads more of a packet than its frame.

pub mod frame;
pub mod socket;
pub mod tcp;
pub mod tls;

use std::net::SocketAddr;
use std::rc::Rc;

use socket2::SockRef;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

/// A way back to a peer.
#[derive(Clone, Debug)]
pub enum Outlet {
    /// From this socket to this address.
    Datagram(Rc<UdpSocket>, SocketAddr),
    /// Into this connection's bounded queue.
    Stream(mpsc::Sender<Vec<u8>>),
}

impl Outlet {
    /// Sends `packet` at once. Errors: it could not; UDP tells why, a full or closed stream
    /// counts as broken.
    pub fn send(&self, packet: Vec<u8>) -> std::io::Result<()> {
        match self {
            // past tokio, which takes a new socket for full until its reactor has turned once
            Self::Datagram(socket, to) => {
                SockRef::from(socket.as_ref()).send_to(&packet, &(*to).into()).map(drop)
            }
            Self::Stream(queue) => queue
                .try_send(packet)
                .map_err(|_| std::io::Error::from(std::io::ErrorKind::BrokenPipe)),
        }
    }

    /// Streams do not lose packets, so nothing is retransmitted over them.
    pub fn is_reliable(&self) -> bool {
        matches!(self, Self::Stream(_))
    }

    /// Whether a stream still stands; a datagram socket always does.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Datagram(..) => true,
            Self::Stream(queue) => !queue.is_closed(),
        }
    }
}

/// Where a packet came from and how to answer it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Address of the peer.
    pub source: SocketAddr,
    /// The way back; for datagrams its address is set from the Via.
    pub outlet: Outlet,
}

/// Who takes the packets of all sockets.
pub trait Desk {
    /// A whole packet arrived.
    fn packet(&self, packet: &[u8], origin: Origin);
    /// A stream broke the framing and is being closed.
    fn broken(&self);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_new_socket_sends_at_once() {
        let pair = socket::open("127.0.0.1:0".parse().unwrap()).unwrap();
        let outlet = Outlet::Datagram(Rc::new(pair.datagrams), pair.local);
        // nothing awaited between: the first REGISTER would be lost and follow half a second later
        outlet.send(b"x".to_vec()).unwrap();
    }
}
