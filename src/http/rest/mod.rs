//! The REST engine, made from the catalogue.
//!
//! Invariant: no resource has code of its own but for what security needs (users, tokens).
//! Never: holds a cursor of the store while a client reads.

mod attempts;
mod body;
mod caller;
mod condition;
mod download;
mod forward;
mod import;
mod listing;
mod order;
mod preview;
mod read;
mod search;
mod service;
mod statistics;
mod stream;
mod together;
mod trial;
mod write;

pub(super) use attempts::attempts;
pub(super) use body::read as read_body;
pub(super) use caller::foresee;
pub(super) use condition::entity_tag;
pub(super) use import::import;
pub(super) use order::carry_out;
pub(super) use read::{list, row, search_calls};
pub(super) use search::{CallSearch, search};
pub(super) use service::call;
pub(super) use statistics::statistics;
pub(super) use together::Together;
pub(super) use write::{Order, write};
