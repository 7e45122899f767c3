//! Streams, plain or under TLS: one task per connection, which reads, writes and keeps alive (contract sip.md 12).
//!
//! Invariant: a slow or silent peer costs its own connection only. Never: reads on behalf of a
//! peer that does not take its answers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::frame::{Frame, Framer};
use super::{Desk, Origin, Outlet};

/// Most connections at once.
const CONNECTIONS_MAX: usize = 500;
/// Most connections from one address.
const CONNECTIONS_PER_ADDRESS_MAX: usize = 20;
/// Answers that may wait for a slow peer.
const QUEUE_MAX: usize = 256;
/// Bytes taken by one read.
const READ_BYTES: usize = 16 * 1024;
/// A foreign connection without a byte either way for this long ends (RFC 3261 §18: sent or received).
const FOREIGN_IDLE: Duration = Duration::from_secs(120);
/// Our own registration connections send a keep-alive this often.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(60);
/// A peer that does not take an answer within this time is cut off.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// RFC 5626 §3.5.1.
const PING: &[u8] = b"\r\n\r\n";
/// The answer to a ping.
const PONG: &[u8] = b"\r\n";

/// Who opened a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody else: ends when idle.
    Foreign,
    /// We, to register: kept alive for as long as its row holds the outlet.
    Own,
}

/// Room for connections, shared by all listeners.
#[derive(Clone, Debug, Default)]
pub struct Seats(Rc<RefCell<HashMap<IpAddr, usize>>>);

/// The right to be connected; given back when dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Seats,
    address: IpAddr,
}

impl Seats {
    /// A seat for `address`, or `None` when it or all are taken.
    pub fn take(&self, address: IpAddr) -> Option<Seat> {
        let mut taken = self.0.borrow_mut();
        let total: usize = taken.values().sum();
        let own = taken.get(&address).copied().unwrap_or_default();
        if total >= CONNECTIONS_MAX || own >= CONNECTIONS_PER_ADDRESS_MAX {
            return None;
        }
        taken.insert(address, own + 1);
        Some(Seat { seats: self.clone(), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.borrow_mut();
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// The queue of a new connection. The receiver goes to [`serve`].
pub fn queue() -> (mpsc::Sender<Vec<u8>>, mpsc::Receiver<Vec<u8>>) {
    mpsc::channel(QUEUE_MAX)
}

/// Serves `stream` until the peer ends it, breaks the framing, takes no answers or, as a
/// foreigner, says nothing for [`FOREIGN_IDLE`]; an own one until nobody holds its outlet.
pub async fn serve<S: AsyncRead + AsyncWrite + Unpin, D: Desk>(
    mut stream: S,
    peer: SocketAddr,
    kind: Kind,
    outlet: mpsc::Sender<Vec<u8>>,
    mut queue: mpsc::Receiver<Vec<u8>>,
    desk: &D,
) {
    // an own connection ends with its row: this task must not be what keeps the queue open
    let weak = outlet.downgrade();
    let held = (kind == Kind::Foreign).then_some(outlet);
    let mut framer = Framer::default();
    let mut buffer = vec![0; READ_BYTES];
    let mut pulse = Pulse::new(kind, Instant::now());
    loop {
        tokio::select! {
            read = stream.read(&mut buffer) => {
                let Ok(length @ 1..) = read else { break };
                framer.push(buffer.get(..length).unwrap_or_default());
                pulse.moved(Instant::now());
                let Some(outlet) = weak.upgrade() else { break };
                if !take_frames(&mut framer, &mut stream, Outlet::Stream(outlet), peer, desk).await {
                    break;
                }
            }
            packet = queue.recv() => {
                let Some(packet) = packet else { break };
                if !write(&mut stream, &packet).await {
                    break;
                }
                pulse.moved(Instant::now());
            }
            () = sleep_until(pulse.due) => {
                if kind == Kind::Foreign || !write(&mut stream, PING).await {
                    break;
                }
                pulse = Pulse::new(kind, Instant::now());
            }
        }
    }
    drop(held);
}

/// When a connection ends for silence, or sends its next keep-alive.
struct Pulse {
    kind: Kind,
    due: Instant,
}

impl Pulse {
    fn new(kind: Kind, now: Instant) -> Self {
        let pause = match kind {
            Kind::Foreign => FOREIGN_IDLE,
            Kind::Own => KEEP_ALIVE_EVERY,
        };
        Self { kind, due: now + pause }
    }

    /// Something was read or written: a call that rings for minutes hears from us only.
    fn moved(&mut self, now: Instant) {
        if self.kind == Kind::Foreign {
            self.due = now + FOREIGN_IDLE;
        }
    }
}

/// Hands whole messages to the desk; false = the connection cannot go on.
async fn take_frames<S: AsyncWrite + Unpin, D: Desk>(
    framer: &mut Framer,
    stream: &mut S,
    outlet: Outlet,
    source: SocketAddr,
    desk: &D,
) -> bool {
    loop {
        match framer.next_frame() {
            Frame::Message(packet) => {
                desk.packet(&packet, Origin { source, outlet: outlet.clone() });
            }
            Frame::Ping if !write(stream, PONG).await => return false,
            Frame::Ping => {}
            Frame::More => return true,
            Frame::Broken => {
                desk.broken();
                return false;
            }
        }
    }
}

/// False where the peer is gone or does not take it in time.
async fn write<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> bool {
    let writing = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    matches!(timeout(WRITE_WITHIN, writing).await, Ok(Ok(())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn what_is_sent_keeps_a_foreign_connection_and_delays_no_keep_alive() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut foreign = Pulse::new(Kind::Foreign, start);
        foreign.moved(at(60));
        assert_eq!(foreign.due, at(180));
        let mut own = Pulse::new(Kind::Own, start);
        own.moved(at(50));
        assert_eq!(own.due, at(60));
    }

    #[test]
    fn seats_are_limited_per_address_and_in_all_and_come_back() {
        let seats = Seats::default();
        let address = |number: u32| IpAddr::V4(Ipv4Addr::from_bits(number));
        let mut taken: Vec<Seat> = (0..20).filter_map(|_| seats.take(address(1))).collect();
        assert!(taken.len() == 20 && seats.take(address(1)).is_none());
        taken.pop();
        assert!(seats.take(address(1)).is_some());
        let others: Vec<Seat> =
            (2..2000).filter_map(|number| seats.take(address(number))).collect();
        assert_eq!(taken.len() + others.len(), 500);
        drop((taken, others));
        assert!(seats.0.borrow().is_empty());
    }
}
