//! The store on SQLite: one writer thread, many readers.
//!
//! Invariant: only the writer thread has a connection that can write, and every answer to a
//! write follows its commit. Never: keeps a cursor open between two requests (it would hold the
//! write-ahead log from being emptied).

mod activation;
mod answered;
mod audit;
mod calls;
mod checkpoint;
mod chores;
mod client;
mod codec;
mod combine;
mod customer;
mod database;
mod delete;
mod event;
mod folder;
mod gram;
mod import;
mod indexer;
mod lead;
mod listing;
mod narrow;
mod note;
mod operations;
mod outbox;
mod plan;
mod read;
mod registration;
mod reply;
mod ring;
mod row;
mod row_count;
mod schema;
mod session;
mod settled;
mod shown;
mod small;
mod span;
mod statistics;
mod tally;
#[cfg(test)]
mod tests;
mod turn;
mod tx;
mod upkeep;
mod users;
mod writer;

pub(super) use database::Database;
pub(super) use folder::key_file;
pub use turn::ReadTurn;
pub use upkeep::{Export, Filling};
pub(super) use upkeep::{backup, fill, inspect, restore, rows};
