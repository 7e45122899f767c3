//! The list of connected clients.
//!
//! Invariant: sending costs one queue operation a client and never waits for any of them.
//! Never: shows or counts a silent client to whoever lists them ([`Hub::drop_silent`]).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use super::client::{Place, Seat};
use super::{Client, ClientInfo, Notice, Pushed, Transport};
use crate::clock::Clock;
use crate::resource::{Record, Value, catalog};

/// Events that wait for one client at most (events.md).
pub const QUEUE_MAX: usize = 256;

/// Most clients at once. One that comes in addition is told to come back later: connections are
/// bounded too, and some have to stay free for requests.
pub const CLIENTS_MAX: usize = 11_000;

/// A client without a sign of life for this long is let go (resources.md §3).
pub const SILENT_MAX_MS: i64 = 10 * 60 * 1000;

/// Hands events to every connected client; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub {
    shared: Arc<Shared>,
}

/// What clones of a hub have in common.
#[derive(Debug)]
pub(super) struct Shared {
    clock: Clock,
    next_id: AtomicI64,
    closed: watch::Sender<bool>,
    places: RwLock<BTreeMap<i64, Place>>,
}

impl Shared {
    /// Takes a client off the list; its queue ends once it is read empty.
    pub(super) fn leave(&self, id: i64) {
        self.places.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

impl Hub {
    /// A hub without clients.
    pub fn new(clock: Clock) -> Self {
        let shared = Shared {
            clock,
            next_id: AtomicI64::new(1),
            closed: watch::Sender::new(false),
            places: RwLock::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Adds a client. After [`Hub::close`] the client's queue ends at once.
    pub fn join(&self, info: ClientInfo) -> Client {
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let clock = self.shared.clock.clone();
        let (client, place) = Client::pair(id, info, Arc::downgrade(&self.shared), clock);
        let mut places = self.shared.places.write().unwrap_or_else(PoisonError::into_inner);
        if !*self.shared.closed.borrow() {
            places.insert(id, place);
        }
        client
    }

    /// Hands an event to every client that may see it; its record is already committed. Stored
    /// events must come in the order of their ids, or a client that connects again would miss those
    /// that came late.
    pub fn send(&self, event: Pushed) {
        let notice = Arc::new(Notice::new(event));
        let places = self.shared.places.read().unwrap_or_else(PoisonError::into_inner);
        for place in places.values() {
            place.offer(&notice);
        }
    }

    /// How many clients are connected.
    pub fn count(&self) -> usize {
        self.shared.places.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether no further client should join.
    pub fn is_full(&self) -> bool {
        self.count() >= CLIENTS_MAX
    }

    /// How many clients are connected in this way.
    pub fn count_of(&self, transport: Transport) -> usize {
        let places = self.shared.places.read().unwrap_or_else(PoisonError::into_inner);
        places.values().filter(|place| place.seat.info.transport == transport).count()
    }

    /// The rows of `/ConnectedClient`, in key order.
    pub fn clients(&self) -> Vec<Record> {
        self.drop_silent();
        let places = self.shared.places.read().unwrap_or_else(PoisonError::into_inner);
        places.values().filter_map(|place| record(&place.seat)).collect()
    }

    /// One row of `/ConnectedClient`.
    pub fn client(&self, id: i64) -> Option<Record> {
        self.drop_silent();
        let places = self.shared.places.read().unwrap_or_else(PoisonError::into_inner);
        places.get(&id).and_then(|place| record(&place.seat))
    }

    /// Lets go every client without a sign of life for ten minutes; answers how many.
    /// Listing does it first, so the list never shows one.
    pub fn drop_silent(&self) -> usize {
        let oldest = self.shared.clock.now() - SILENT_MAX_MS;
        let mut places = self.shared.places.write().unwrap_or_else(PoisonError::into_inner);
        let before = places.len();
        places.retain(|_, place| place.seat.seen_at.load(Ordering::Relaxed) >= oldest);
        before - places.len()
    }

    /// Waits for [`Hub::close`]; for connections that are no client (yet).
    pub async fn closed(&self) {
        // Fails only without a hub, which we hold.
        let _ = self.shared.closed.subscribe().wait_for(|closed| *closed).await;
    }

    /// Lets go every client and takes no more: the service stops.
    pub fn close(&self) {
        self.shared.closed.send_replace(true);
        self.shared.places.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A client as a row of the catalogue.
fn record(seat: &Seat) -> Option<Record> {
    let mut row = Record::empty(catalog::find("ConnectedClient")?);
    row.set("id", Value::Int(seat.id));
    row.set("name", Value::Text(seat.info.name.clone()));
    row.set("transport", Value::Text(seat.info.transport.word().to_owned()));
    row.set("ip", Value::Text(seat.info.ip.clone()));
    row.set("connected_at", Value::Int(seat.joined_at));
    row.set("last_seen_at", Value::Int(seat.seen_at.load(Ordering::Relaxed)));
    row.set("login", Value::Text(seat.info.user.clone()));
    row.set("sent_count", Value::Int(seat.sent.load(Ordering::Relaxed)));
    Some(row)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use bytes::Bytes;

    use super::*;
    use crate::push::{EventKind, Transport};

    fn info(lines: Vec<i64>) -> ClientInfo {
        ClientInfo {
            name: "受付PC-1".into(),
            transport: Transport::ServerSentEvents,
            ip: "192.0.2.7".into(),
            user: "uketsuke".into(),
            lines,
        }
    }

    fn event(id: i64, line: i64) -> Pushed {
        let json = Bytes::from_static(b"{}");
        Pushed { id, kind: EventKind::Ringing, line: Some(line), json }
    }

    async fn ids(client: &mut Client, count: usize) -> Vec<i64> {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(client.next().await.unwrap().event.id);
        }
        ids
    }

    #[tokio::test]
    async fn events_arrive_in_order_and_only_for_the_clients_lines() {
        let hub = Hub::new(Clock::manual(0));
        let mut all = hub.join(info(vec![]));
        let mut second_line = hub.join(info(vec![2]));
        for id in 1..=4 {
            hub.send(event(id, id % 2 + 1));
        }
        assert_eq!(ids(&mut all, 4).await, [1, 2, 3, 4]);
        assert_eq!(ids(&mut second_line, 2).await, [1, 3]);
    }

    #[tokio::test]
    async fn a_full_queue_becomes_one_resync_and_the_feed_goes_on() {
        let hub = Hub::new(Clock::manual(0));
        let mut slow = hub.join(info(vec![]));
        let mut quick = hub.join(info(vec![]));
        for id in 1..=1000 {
            hub.send(event(id, 1));
            assert_eq!(quick.next().await.unwrap().event.id, id);
        }
        assert_eq!(slow.next().await.unwrap().event.kind, EventKind::Resync);
        hub.send(event(1001, 1));
        assert_eq!(ids(&mut slow, 1).await, [1001]);
    }

    #[tokio::test]
    async fn exactly_the_bound_fits() {
        let hub = Hub::new(Clock::manual(0));
        let mut client = hub.join(info(vec![]));
        for id in 1..=256 {
            hub.send(event(id, 1));
        }
        assert_eq!(ids(&mut client, 256).await, (1..=256).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_dropped_client_leaves_the_list() {
        let hub = Hub::new(Clock::manual(0));
        let client = hub.join(info(vec![]));
        assert_eq!(hub.count(), 1);
        drop(client);
        assert_eq!(hub.count(), 0);
    }

    #[tokio::test]
    async fn a_silent_client_is_let_go_after_ten_minutes() {
        let clock = Clock::manual(0);
        let hub = Hub::new(clock.clone());
        let mut silent = hub.join(info(vec![]));
        let alive = hub.join(info(vec![]));
        clock.set(SILENT_MAX_MS);
        assert_eq!(hub.drop_silent(), 0);
        clock.set(SILENT_MAX_MS + 1);
        alive.seen();
        assert_eq!(hub.drop_silent(), 1);
        assert!(silent.next().await.is_none());
        assert_eq!(hub.count(), 1);
    }

    #[tokio::test]
    async fn closing_ends_every_client_and_takes_no_more() {
        let hub = Hub::new(Clock::manual(0));
        let mut client = hub.join(info(vec![]));
        hub.close();
        assert!(client.next().await.is_none());
        assert!(hub.join(info(vec![])).next().await.is_none());
        assert_eq!(hub.count(), 0);
    }

    #[tokio::test]
    async fn rows_show_what_the_contract_lists() {
        let hub = Hub::new(Clock::manual(5000));
        let client = hub.join(info(vec![]));
        client.sent();
        let row = hub.client(client.id()).unwrap();
        assert_eq!(row.text("name"), "受付PC-1");
        assert_eq!(row.text("transport"), "SSE");
        assert_eq!(row.int("connected_at"), 5000);
        assert_eq!(row.int("sent_count"), 1);
        assert_eq!(hub.clients(), [row]);
    }

    #[tokio::test]
    async fn ten_thousand_clients_are_served_without_a_wait() {
        let hub = Hub::new(Clock::manual(0));
        let mut clients: Vec<Client> = (0..10_000).map(|_| hub.join(info(vec![]))).collect();
        let began = Instant::now();
        hub.send(event(1, 1));
        let mut bytes = 0;
        for client in &mut clients {
            bytes += client.next().await.unwrap().stream_frame().len();
        }
        // a guard against waiting for anybody, wide enough for a busy machine
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert_eq!(bytes, 10_000 * "id: 1\nevent: ringing\ndata: {}\n\n".len());
        assert!(!hub.is_full());
        clients.extend((clients.len()..CLIENTS_MAX).map(|_| hub.join(info(vec![]))));
        assert!(hub.is_full());
        drop(clients.pop());
        assert!(!hub.is_full());
    }
}
