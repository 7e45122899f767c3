//! Notifications: who is told (plan), and the durable outbox worker that tells them.
//!
//! Invariant: nothing is sent before its row is committed; every row ends in a state with a reason.
//! Never: lets one target wait for another.

#[allow(dead_code)] // until the worker lands
mod address;
mod audience;
#[allow(dead_code)] // until the worker lands
mod breaker;
mod calendar;
#[allow(dead_code)] // until the worker lands
mod http;
mod message;
mod occasion;
#[allow(dead_code)] // until the worker lands
mod pace;
#[allow(dead_code)] // until the worker lands
mod payload;
mod plan;
#[allow(dead_code)] // until the worker lands
mod retry;
mod screen;
#[allow(dead_code)] // until the worker lands
mod target;
mod values;

#[cfg(test)]
mod tests;

pub use occasion::{Occasion, Site};
pub use plan::plan;
pub use screen::{open_urls, search_sites, toast};
pub use values::values;
