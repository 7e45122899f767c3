//! One connected client: its bounded queue and what `/ConnectedClient` shows of it.
//!
//! Invariant: after an overflow the client gets exactly one `再同期` before anything newer.
//! Never: outlives its place in the hub (dropping a [`Client`] takes it off the list).

use std::sync::Arc;
use std::sync::Weak;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use tokio::sync::mpsc;

use super::hub::{QUEUE_MAX, Shared};
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
    /// Set by the sender when the queue is full; taken by the client.
    overflowed: AtomicBool,
}

/// The hub's end of a client: dropping it ends the client's queue.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) seat: Arc<Seat>,
    queue: mpsc::Sender<Arc<Notice>>,
}

impl Place {
    /// Queues a notice, or marks the overflow. Never waits.
    pub(super) fn offer(&self, notice: &Arc<Notice>) {
        let seat = &self.seat;
        if seat.overflowed.load(Ordering::Acquire) || !visible(&seat.info.lines, &notice.event) {
            return;
        }
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(Arc::clone(notice)) {
            seat.overflowed.store(true, Ordering::Release);
            // The client may have emptied its queue just before the mark was set: something must
            // stand in the queue then, or nobody would wake it to see the mark.
            let _ = self.queue.try_send(Arc::clone(notice));
        }
    }
}

/// The receiving end; leaves the hub when dropped.
#[derive(Debug)]
pub struct Client {
    seat: Arc<Seat>,
    queue: mpsc::Receiver<Arc<Notice>>,
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
        let (sender, queue) = mpsc::channel(QUEUE_MAX);
        let now = clock.now();
        let seat = Arc::new(Seat {
            id,
            info,
            joined_at: now,
            seen_at: AtomicI64::new(now),
            sent: AtomicI64::new(0),
            overflowed: AtomicBool::new(false),
        });
        let place = Place { seat: Arc::clone(&seat), queue: sender };
        (Self { seat, queue, hub, clock }, place)
    }

    /// Its number in `/ConnectedClient`.
    pub fn id(&self) -> i64 {
        self.seat.id
    }

    /// The next event; one `再同期` in place of what did not fit into the queue. `None` once the
    /// hub has let the client go (idle, or the service stops). Cancel-safe.
    pub async fn next(&mut self) -> Option<Arc<Notice>> {
        // The mark is taken before the queue is emptied: what arrives in between is dropped with
        // the rest, and the client, told to read everything again, finds it in the store.
        if self.seat.overflowed.swap(false, Ordering::AcqRel) {
            while self.queue.try_recv().is_ok() {}
            return Some(Arc::new(Notice::resync()));
        }
        self.queue.recv().await
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
