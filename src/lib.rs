//! smartconnect: tells an office at once who is calling.
//!
//! The rooms below stand in the order in which they may import each other: each may use only
//! what stands above it (`tests/tidy.rs` checks this; `docs/architecture.md` says why).
//!
//! Invariant: this crate never reads the environment or the clock outside `config` and `clock`.

pub mod call;
pub mod clock;
pub mod command;
pub mod config;
pub mod control;
pub mod http;
pub mod notify;
pub mod push;
pub mod resource;
pub mod schedule;
pub mod service;
pub mod sip;
pub mod store;
pub mod telephone;
pub mod template;
pub mod transfer;
