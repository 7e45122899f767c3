//! The state of the telephone side, changed in one place and without waiting.
//!
//! Invariant: every method runs to its end at once; what needs time (opening sockets, finding
//! and reaching servers) is asked for as an [`Effect`] and comes back as another call.
//! Never: blocks, awaits, or grows without a bound.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use rand::RngExt;
use tokio::sync::mpsc;

use super::Limits;
use super::calls::Calls;
use super::rows::Rows;
use super::sockets::Sockets;
use crate::clock::{Clock, UnixMs};
use crate::sip::admission::Doorkeeper;
use crate::sip::answer;
use crate::sip::counters::{Counters, count};
use crate::sip::event::{Connection, Event};
use crate::sip::message::{Message, ScanFault, Start};
use crate::sip::timers::{Sleeper, Timers};
use crate::sip::transport::Origin;

/// Deadlines served in one go, before packets get their turn again.
const WAKE_BATCH: usize = 256;

/// Work that takes time and is done outside.
#[derive(Debug)]
pub(super) enum Effect {
    /// Open UDP and TCP on this address and call [`Core::opened`].
    Open(SocketAddr),
    /// Close what was opened for this address.
    Close(SocketAddr),
    /// Find and reach the server of a row and call [`Core::reached`].
    Reach {
        /// The row.
        serial: u64,
        /// Its settings.
        connection: Rc<Connection>,
        /// Which of several addresses is to be tried, counted up from failure to failure.
        turn: usize,
        /// Only the addresses are wanted.
        only_look_up: bool,
    },
}

/// The whole state.
pub(super) struct Core {
    /// Calls that ring or have just ended.
    pub calls: Calls,
    /// Connections.
    pub rows: Rows,
    /// Listening sockets.
    pub sockets: Sockets,
    /// Deadlines of all of them.
    pub timers: Timers,
    /// Who may ring.
    pub door: Doorkeeper,
    /// Work for outside, in order.
    pub effects: VecDeque<Effect>,
    /// What is told about us.
    pub counters: Arc<Counters>,
    /// Limits of `[limits]`.
    pub limits: Limits,
    clock: Clock,
    events: mpsc::Sender<Event>,
}

impl Core {
    /// Nothing rings, nothing is registered.
    pub fn new(
        listen: SocketAddr,
        limits: Limits,
        clock: Clock,
        events: mpsc::Sender<Event>,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            calls: Calls::default(),
            rows: Rows::default(),
            sockets: Sockets::new(listen),
            timers: Timers::default(),
            door: Doorkeeper::new(limits.invites_per_second_per_source),
            effects: VecDeque::new(),
            counters,
            limits,
            clock,
            events,
        }
    }

    /// Takes one packet.
    pub fn packet(&mut self, packet: &[u8], origin: &Origin, now: Instant) {
        match Message::scan(packet) {
            Err(ScanFault::KeepAlive) => {}
            Err(fault) => {
                log::debug!("packet from {} dropped: {fault}", origin.source);
                count(&self.counters.malformed);
            }
            Ok(message) => match message.start {
                Start::Request { .. } => self.request(&message, origin, now),
                Start::Response { .. } => {
                    if let Some(branch) = answer::branch_of(&message) {
                        self.answered(&branch, &message, now);
                    }
                }
            },
        }
    }

    /// Serves what is due; true = more is due already.
    pub fn wake(&mut self, now: Instant) -> bool {
        for _ in 0..WAKE_BATCH {
            match self.timers.pop_due(now) {
                Some((at, Sleeper::Call(handle))) => self.wake_call(handle, at, now),
                Some((at, Sleeper::Row(serial))) => self.wake_row(serial, at, now),
                Some((at, Sleeper::Sockets)) => self.wake_sockets(at, now),
                None => return false,
            }
        }
        true
    }

    /// Tells an event without waiting; false = the channel is full and the event lost.
    pub fn tell(&self, event: Event) -> bool {
        let told = self.events.try_send(event).is_ok();
        if !told {
            count(&self.counters.events_dropped);
        }
        told
    }

    /// The time of day.
    pub fn unix_now(&self) -> UnixMs {
        self.clock.now()
    }

    /// The time of day at `at`, seen from `now`.
    pub fn unix_at(&self, at: Instant, now: Instant) -> UnixMs {
        let ahead = at.saturating_duration_since(now).as_millis();
        self.clock.now().saturating_add(i64::try_from(ahead).unwrap_or(i64::MAX))
    }
}

/// Unguessable: from a generator that the kernel seeds.
pub(super) fn random() -> u128 {
    rand::rng().random()
}
