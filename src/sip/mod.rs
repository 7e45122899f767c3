//! The telephone side: registers as extensions, rings for incoming calls, never answers one.
//!
//! Invariant: SIP never waits for the database; what happens goes out as [`Event`]s through a
//! bounded channel with `try_send`. Never: answers (2xx), refuses or redirects an INVITE on its
//! own account (応答動作 of a connection may ask for 486), knows customers or the database.

#![deny(clippy::indexing_slicing)]

mod account;
pub mod address;
mod admission;
mod agent;
mod answer;
mod backoff;
pub mod caller;
mod counters;
pub mod digest;
mod encoded_word;
mod event;
mod grammar;
pub mod invite;
pub mod message;
mod probe;
mod proof;
mod reason;
mod register;
mod registration;
mod render;
pub mod request;
mod resolve;
pub mod status;
mod timers;
mod transport;

pub use agent::{Agent, AgentHandle, Limits, Options};
pub use counters::{AgentStatus, Listening};
pub use event::{
    Behaviour, CallHandle, Caller, Connection, Ended, Ending, Event, Registration,
    RegistrationState, Ringing, Transport,
};
pub use probe::{Probe, probe};

#[cfg(test)]
mod tests;
