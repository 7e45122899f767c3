//! Pushed events: the envelope and the hub of connected clients.
//!
//! Invariant: sending never waits; a client's queue is bounded and overflows into `再同期`.
//! Never: stores anything (the replayable events are rows of the store).

mod client;
mod envelope;
mod event;
mod frame;
mod hub;
mod queue;

pub use client::{Client, ClientInfo, Transport};
pub use envelope::{envelope, envelope_of_change};
pub use event::{ChangedRow, Envelope, EventKind, OpenedSite, Pushed, Toast};
pub use frame::{Notice, PING, visible};
pub use hub::{CLIENTS_MAX, Hub, QUEUE_MAX, SILENT_MAX_MS};
