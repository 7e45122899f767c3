//! Pushed events: the envelope and the hub of connected clients.
//!
//! Invariant: sending never waits; a client's queue is bounded and overflows into `再同期`.
//! Never: stores anything (the replayable events are rows of the store).

mod event;

pub use event::{Envelope, EventKind, OpenedSite, Pushed, Toast};
