//! The telephone side: registers as extensions, rings for incoming calls, never answers one.
//!
//! Invariant: SIP never waits for the database; what happens goes out as [`Event`]s through a
//! bounded channel with `try_send`. Never: answers (2xx), refuses or redirects an INVITE on its
//! own account (応答動作 of a connection may ask for 486), knows customers or the database.

#![deny(clippy::indexing_slicing)]

pub mod address;
pub mod caller;
mod encoded_word;
mod event;
mod grammar;
pub mod message;
pub mod request;
pub mod status;

pub use event::{
    Behaviour, CallHandle, Caller, Connection, Ended, Ending, Event, Registration,
    RegistrationState, Ringing, Transport,
};

#[cfg(test)]
mod tests;
