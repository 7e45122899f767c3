//! What the agent tells about itself: for /readyz, /metrics and the console.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Where the shared listener stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Listening {
    /// No enabled connection needs it.
    #[default]
    NotNeeded,
    /// Open on this address, UDP and TCP.
    Open(SocketAddr),
    /// Could not be opened; tried again every 5 s. The text (Japanese) tells the way out.
    Failed(String),
}

/// One reading of the agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentStatus {
    /// The shared listener.
    pub listening: Listening,
    /// INVITEs that became calls.
    pub invites_accepted: u64,
    /// INVITEs of strangers, answered with 403 or not at all.
    pub invites_refused: u64,
    /// INVITEs over the limit of their source or of all calls, answered with 503.
    pub invites_rate_limited: u64,
    /// Packets that were no SIP, or broken requests.
    pub malformed: u64,
    /// Events that found the channel full.
    pub events_dropped: u64,
    /// Packets that could not be sent at once.
    pub sends_dropped: u64,
    /// Calls that ring now.
    pub ringing: u64,
    /// Connections that are registered now.
    pub registered: u64,
    /// TCP connections that are open now.
    pub tcp_connections: u64,
}

/// The live counters behind [`AgentStatus`].
#[derive(Debug, Default)]
pub struct Counters {
    listening: Mutex<Listening>,
    /// See [`AgentStatus::invites_accepted`].
    pub invites_accepted: AtomicU64,
    /// See [`AgentStatus::invites_refused`].
    pub invites_refused: AtomicU64,
    /// See [`AgentStatus::invites_rate_limited`].
    pub invites_rate_limited: AtomicU64,
    /// See [`AgentStatus::malformed`].
    pub malformed: AtomicU64,
    /// See [`AgentStatus::events_dropped`].
    pub events_dropped: AtomicU64,
    /// See [`AgentStatus::sends_dropped`].
    pub sends_dropped: AtomicU64,
    /// See [`AgentStatus::ringing`].
    pub ringing: AtomicU64,
    /// See [`AgentStatus::registered`].
    pub registered: AtomicU64,
    /// See [`AgentStatus::tcp_connections`].
    pub tcp_connections: AtomicU64,
}

/// One more.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    /// Notes where the shared listener stands.
    pub fn set_listening(&self, listening: Listening) {
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = listening;
    }

    /// Reads all counters.
    pub fn status(&self) -> AgentStatus {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        AgentStatus {
            listening: self.listening.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            invites_accepted: read(&self.invites_accepted),
            invites_refused: read(&self.invites_refused),
            invites_rate_limited: read(&self.invites_rate_limited),
            malformed: read(&self.malformed),
            events_dropped: read(&self.events_dropped),
            sends_dropped: read(&self.sends_dropped),
            ringing: read(&self.ringing),
            registered: read(&self.registered),
            tcp_connections: read(&self.tcp_connections),
        }
    }
}
