//! One connected client: its bounded queue and what `/ConnectedClient` shows of it.
//!
//! Invariant: after an overflow the client gets exactly one `再同期` before anything newer.
//! Never: outlives its place in the hub (dropping a [`Client`] takes it off the list).

use std::future::poll_fn;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};

use super::hub::{QUEUE_MAX, Shared};
use super::queue::Queue;
use super::{Notice, visible};
use crate::clock::{Clock, UnixMs};

/// Most characters of クライアント名 (resources.md §3).
const NAME_MAX: usize = 64;

/// How a client is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// The original product's transport.
    WebSocket,
    /// Server-sent events.
    ServerSentEvents,
}

impl Transport {
    /// The word in `/ConnectedClient`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::WebSocket => "WebSocket",
            Self::ServerSentEvents => "SSE",
        }
    }
}

/// Who joins the hub.
#[derive(Clone, Debug)]
pub struct ClientInfo {
    /// The name it gave itself; cut after 64 characters; may be empty and need not be unique.
    pub name: String,
    /// How it is connected.
    pub transport: Transport,
    /// Peer address.
    pub ip: String,
    /// Who logged in; empty without log-in.
    pub user: String,
    /// 回線No that it may see; empty = all.
    pub lines: Vec<i64>,
}

/// What the hub keeps of a client.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) id: i64,
    pub(super) info: ClientInfo,
    pub(super) joined_at: UnixMs,
    /// Last sign of life: KeepAlive or a successful write.
    pub(super) seen_at: AtomicI64,
    pub(super) sent: AtomicI64,
    queue: Queue,
}

/// The hub's end of a client: dropping it ends the client's queue.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) seat: Arc<Seat>,
}

impl Place {
    /// Queues a notice, or marks the overflow. Never waits.
    pub(super) fn offer(&self, notice: &Arc<Notice>) {
        if visible(&self.seat.info.lines, &notice.event) {
            self.seat.queue.put(notice, QUEUE_MAX);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.seat.queue.close();
    }
}

/// The receiving end; leaves the hub when dropped.
#[derive(Debug)]
pub struct Client {
    seat: Arc<Seat>,
    hub: Weak<Shared>,
    clock: Clock,
}

impl Client {
    /// A client and the hub's end of it.
    pub(super) fn pair(
        id: i64,
        mut info: ClientInfo,
        hub: Weak<Shared>,
        clock: Clock,
    ) -> (Self, Place) {
        info.name = info.name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
        let now = clock.now();
        let seat = Arc::new(Seat {
            id,
            info,
            joined_at: now,
            seen_at: AtomicI64::new(now),
            sent: AtomicI64::new(0),
            queue: Queue::default(),
        });
        let place = Place { seat: Arc::clone(&seat) };
        (Self { seat, hub, clock }, place)
    }

    /// Its number in `/ConnectedClient`.
    pub fn id(&self) -> i64 {
        self.seat.id
    }

    /// The next event; one `再同期` in place of what did not fit into the queue. `None` once the
    /// hub has let the client go (idle, or the service stops). Cancel-safe.
    pub async fn next(&mut self) -> Option<Arc<Notice>> {
        let next = poll_fn(|context| self.seat.queue.poll(context)).await?;
        // Told to read everything again, the client finds in the store what was dropped.
        Some(next.unwrap_or_else(|_| Arc::new(Notice::resync())))
    }

    /// Notes a sign of life: a KeepAlive, or bytes the peer took.
    pub fn seen(&self) {
        self.seat.seen_at.store(self.clock.now(), Ordering::Relaxed);
    }

    /// Notes an event that was written to the peer.
    pub fn sent(&self) {
        self.seat.sent.fetch_add(1, Ordering::Relaxed);
        self.seen();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(hub) = self.hub.upgrade() {
            hub.leave(self.seat.id);
        }
    }
}
