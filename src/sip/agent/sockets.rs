//! Listening sockets: opened when the first connection needs them, retried while a port is taken.
//!
//! Invariant: the shared listener stays open once it is; a connection's own port is closed with
//! its last row and the last call that may still be cancelled there. Never: gives up on a port.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::net::UdpSocket;

use super::core::{Core, Effect};
use crate::sip::counters::Listening;
use crate::sip::event::Connection;
use crate::sip::reason;
use crate::sip::timers::{Alarm, Sleeper};

/// A taken port is tried again after this time (contract sip.md 1).
const RETRY_EVERY: Duration = Duration::from_secs(5);

/// Where one wanted address stands.
#[derive(Clone, Debug)]
pub(super) enum Socket {
    /// Asked for.
    Opening,
    /// Ready.
    Open(Rc<UdpSocket>, SocketAddr),
    /// Not to be had; the text tells the way out.
    Failed(String),
}

/// All wanted addresses.
pub(super) struct Sockets {
    listen: SocketAddr,
    wanted: HashMap<SocketAddr, Socket>,
    alarm: Alarm,
    retry_at: Option<Instant>,
}

impl Sockets {
    /// `listen` is the shared address.
    pub fn new(listen: SocketAddr) -> Self {
        Self { listen, wanted: HashMap::new(), alarm: Alarm::default(), retry_at: None }
    }

    /// The address that `connection` needs.
    pub fn address_for(&self, connection: &Connection) -> SocketAddr {
        if connection.local_port == 0 {
            return self.listen;
        }
        let ip: IpAddr = connection.local_ip.unwrap_or(self.listen.ip());
        SocketAddr::new(ip, connection.local_port)
    }

    /// Where `address` stands; `None` = never asked for.
    pub fn get(&self, address: SocketAddr) -> Option<&Socket> {
        self.wanted.get(&address)
    }
}

impl Core {
    /// Asks for `address` unless that happened before.
    pub fn want_socket(&mut self, address: SocketAddr) {
        if self.sockets.get(address).is_none() {
            self.sockets.wanted.insert(address, Socket::Opening);
            self.effects.push_back(Effect::Open(address));
        }
    }

    /// The answer to [`Effect::Open`].
    pub fn opened(
        &mut self,
        address: SocketAddr,
        opened: std::io::Result<(Rc<UdpSocket>, SocketAddr)>,
        now: Instant,
    ) {
        let (socket, listening) = match opened {
            Ok((socket, local)) => {
                log::info!("SIP listens on {local}, UDP and TCP");
                (Socket::Open(socket, local), Listening::Open(local))
            }
            Err(error) => {
                log::warn!(
                    "SIP cannot listen on {address}: {error}; another program has the port?"
                );
                let text = reason::taken(address, &error);
                self.sockets.retry_at = Some(now + RETRY_EVERY);
                let retry_at = self.sockets.retry_at;
                self.timers.set(&mut self.sockets.alarm, retry_at, Sleeper::Sockets);
                (Socket::Failed(text.clone()), Listening::Failed(text))
            }
        };
        if address == self.sockets.listen {
            self.counters.set_listening(listening);
        }
        self.sockets.wanted.insert(address, socket);
        self.start_rows_of(address, now);
    }

    /// Tries the failed addresses again.
    pub fn wake_sockets(&mut self, at: Instant, now: Instant) {
        if !self.sockets.alarm.rang(at) {
            return;
        }
        if self.sockets.retry_at.is_some_and(|due| due > now) {
            let retry_at = self.sockets.retry_at;
            return self.timers.set(&mut self.sockets.alarm, retry_at, Sleeper::Sockets);
        }
        self.sockets.retry_at = None;
        for (address, socket) in &mut self.sockets.wanted {
            if matches!(socket, Socket::Failed(_)) {
                *socket = Socket::Opening;
                self.effects.push_back(Effect::Open(*address));
            }
        }
    }

    /// Closes `address` where neither row nor call needs it any more and it is not the shared one.
    pub fn release_socket(&mut self, address: SocketAddr) {
        let is_shared = address == self.sockets.listen;
        if !is_shared && !self.rows.need(address) && !self.calls.need(address) {
            self.sockets.wanted.remove(&address);
            self.effects.push_back(Effect::Close(address));
        }
    }
}
