//! The agent: one thread that owns all sockets, calls and registrations.
//!
//! Invariant: the rest of the service talks to it through bounded channels only, so that web
//! load cannot delay a 180 and a burst of calls cannot delay the web.
//! Never: shares its state with another thread, except counters.

mod calls;
mod core;
mod registering;
mod rows;
mod shell;
mod sockets;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::counters::{AgentStatus, Counters};
use super::event::{CallHandle, Connection, Event};
use crate::clock::Clock;

/// Events that may wait for the `call` room.
const EVENTS_MAX: usize = 16_384;
/// Commits that may wait to become a 180; one that finds no room rings after 500 ms.
const RECORDED_MAX: usize = 16_384;
/// [`AgentHandle::stop`] takes no longer.
const STOP_WITHIN: Duration = Duration::from_secs(4);

/// `[limits]` of the telephone side (contract sip.md 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// INVITEs a second from one source; 0 = no limit.
    pub invites_per_second_per_source: u32,
    /// Calls that ring at once.
    pub ringing_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { invites_per_second_per_source: 500, ringing_max: 50_000 }
    }
}

/// What the agent is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The shared address, UDP and TCP; opened when a connection first needs it.
    pub listen: SocketAddr,
    /// Times in events.
    pub clock: Clock,
    /// Bounds.
    pub limits: Limits,
}

/// The telephone side of the service.
#[derive(Debug)]
pub struct Agent;

impl Agent {
    /// Starts the agent's thread. Events come out of the receiver; when nobody takes them they
    /// are dropped and counted. Errors: the system gives no thread or no event loop.
    pub fn start(options: Options) -> std::io::Result<(AgentHandle, mpsc::Receiver<Event>)> {
        let (events, receiver) = mpsc::channel(EVENTS_MAX);
        let (connections, wanted) = watch::channel(Vec::new());
        let (recorded, commits) = mpsc::channel(RECORDED_MAX);
        let (stop, stops) = mpsc::channel(1);
        let counters = Arc::new(Counters::default());
        let orders = shell::Orders { wanted, commits, stops };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let own = counters.clone();
        std::thread::Builder::new()
            .name("sip".to_owned())
            .spawn(move || runtime.block_on(shell::run(options, events, orders, own)))?;
        Ok((AgentHandle { connections, recorded, stop, counters }, receiver))
    }
}

/// What the rest of the service does with the agent.
#[derive(Clone, Debug)]
pub struct AgentHandle {
    connections: watch::Sender<Vec<Connection>>,
    recorded: mpsc::Sender<CallHandle>,
    stop: mpsc::Sender<oneshot::Sender<()>>,
    counters: Arc<Counters>,
}

impl AgentHandle {
    /// Makes `connections` the enabled ones. Rows that did not change are not touched; changes
    /// act within 2 s. Rows that are gone de-register.
    pub fn set_connections(&self, connections: Vec<Connection>) {
        self.connections.send_replace(connections);
    }

    /// The record of `call` is committed: its 180 may go out. Never waits.
    pub fn recorded(&self, call: CallHandle) {
        if self.recorded.try_send(call).is_err() {
            log::debug!("no room to tell of a commit: that 180 goes out 500 ms after its INVITE");
        }
    }

    /// How the agent stands.
    pub fn status(&self) -> AgentStatus {
        self.counters.status()
    }

    /// De-registers every connection and ends the agent, in [`STOP_WITHIN`] at most. Registration
    /// events of the farewell still come; then the event channel closes.
    pub async fn stop(&self) {
        let (done, ended) = oneshot::channel();
        if self.stop.send(done).await.is_ok()
            && tokio::time::timeout(STOP_WITHIN, ended).await.is_err()
        {
            log::warn!("the telephone side did not end within {STOP_WITHIN:?}");
        }
    }
}
