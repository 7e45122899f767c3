//! From ringing to record: an event of the telephone side becomes one transaction, then push and wake.
//!
//! Invariant: one call, one record; a leg is rung only after its record is committed.
//! Never: sends anything itself.

mod backlog;
mod compose;
mod connections;
mod degraded;
mod desk;
mod explain;
mod legs;
mod line;
mod restart;
mod rule;

pub use connections::{connection, connections};
pub use desk::Desk;
pub use explain::{Explanation, Held, Told, explain};
