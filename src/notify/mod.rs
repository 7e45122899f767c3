//! Notifications: who is told (plan), and the durable outbox worker that tells them.
//!
//! Invariant: nothing is sent before its row is committed; every row ends in a state with a reason.
//! Never: lets one target wait for another.

mod activation;
mod address;
mod attempt;
mod audience;
mod breaker;
mod calendar;
mod carrier;
mod command;
mod desk;
mod digest;
mod forward;
mod http;
mod letters;
mod mail;
mod message;
mod occasion;
mod outcomes;
mod pace;
mod parking;
mod payload;
mod plan;
mod preview;
mod reach;
mod resolve;
mod retry;
mod screen;
mod service;
mod settler;
mod shared;
mod target;
mod trial;
mod values;
mod worker;

#[cfg(test)]
mod tests;

pub use activation::keep_licences;
pub use carrier::Commands;
pub use command::may_run;
pub use forward::forward;
pub use occasion::{Occasion, Site, Wording};
pub use outcomes::OutcomeCount;
pub use parking::ParkedTarget;
pub use plan::plan;
pub use preview::{preview, values_of};
pub use reach::{Reached, reach};
pub use screen::{open_urls, search_sites, toast};
pub use service::{CallFault, Services};
pub use trial::{NOT_SENT_TO, opened, trial};
pub use values::values;
pub use worker::{Options, StartError, Worker, WorkerHandle};
