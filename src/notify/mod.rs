//! Notifications: who is told (plan), and the durable outbox worker that tells them.
//!
//! Invariant: nothing is sent before its row is committed; every row ends in a state with a reason.
//! Never: lets one target wait for another.

mod address;
mod breaker;
mod http;
mod occasion;
mod pace;
mod retry;

pub use occasion::{Occasion, Site};
