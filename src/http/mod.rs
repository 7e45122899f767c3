//! The REST API, the event feed and the pages.
//!
//! Invariant: every route is made from the catalogue or the page list and has an access rule.
//! Never: imports `sip`.

pub mod access;
mod answer;
mod app;
mod command;
mod cors;
mod events;
mod front;
mod health;
mod method;
mod metrics;
mod pages;
mod percent;
mod prepared;
mod query;
mod reply;
mod rest;
mod routes;
mod server;
mod sign_in;
mod status;
mod tls;
mod user_pages;
mod websocket;

pub use app::{AskLine, CallsWaiting, LineFound, ListenerFault};
pub use method::{Allow, Verb};
pub use metrics::{Figures, Outside};
pub use reply::Refusal;
pub use routes::{Route, routes};
pub use server::{Deps, bind, build, machine_name};
pub use tls::{OwnAuthority, Tls};
