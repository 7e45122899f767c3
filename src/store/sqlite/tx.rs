//! What a job sees of its transaction, and what the writer remembers between transactions.
//!
//! Invariant: what is remembered equals what is committed; an undone job or a lost transaction
//! is undone here too. Never: is touched by another thread than the writer.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use rusqlite::Connection;
use tokio::sync::watch;

use super::event;
use super::import::Hidden;
use super::indexer::Search;
use super::plan::Plans;
use super::row_count::{Deltas, RowCount};
use super::small::Small;
use crate::clock::{Clock, UnixMs};
use crate::config::Activation;
use crate::push::Pushed;
use crate::resource::Resource;
use crate::store::meter::Meter;
use crate::store::seal::Seal;
use crate::store::{Snapshot, StoreError};

/// What the writer, the readers and the facade share.
pub(super) struct Shared {
    pub(super) plans: Plans,
    pub(super) seal: Arc<Seal>,
    pub(super) clock: Clock,
    pub(super) snapshot: ArcSwap<Snapshot>,
    pub(super) changes: watch::Sender<u64>,
    /// Rows of an import that is not complete.
    pub(super) hidden: Hidden,
    /// Who verifies licence keys; unset = nobody.
    pub(super) activation: OnceLock<Activation>,
    /// What is in the search index.
    pub(super) search: Search,
    /// What /metrics shows.
    pub(super) meter: Meter,
    /// Grows with every commit, before anybody is told of it.
    pub(super) commits: AtomicU64,
    /// The write-ahead log is longer than it should be, so nobody may hold on to an old state.
    pub(super) log_is_long: AtomicBool,
}

/// The largest keys ever given, for tables whose keys are never used twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LastKeys {
    pub(super) call: i64,
    pub(super) delivery: i64,
    pub(super) audit: i64,
    pub(super) event: i64,
}

impl LastKeys {
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        // sqlite_sequence remembers the keys of rows that are gone.
        let largest = |table: &str| -> Result<i64, rusqlite::Error> {
            let sql = format!(
                "SELECT max(coalesce((SELECT max(id) FROM \"{table}\"), 0),
                    coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name=?1), 0))"
            );
            connection.query_row(&sql, [table], |row| row.get(0))
        };
        Ok(Self {
            call: largest("call")?,
            delivery: largest("delivery")?,
            audit: largest("audit")?,
            event: largest("event_batch")?,
        })
    }
}

/// State of the writer thread.
pub(super) struct Memory {
    pub(super) shared: Arc<Shared>,
    pub(super) small: Small,
    pub(super) keys: LastKeys,
    /// Where the next round over the targets of deliveries begins.
    pub(super) last_target: (String, i64),
    /// The commit of this transaction shows the rows of an import.
    pub(super) reveal: bool,
    pushed: Vec<Pushed>,
    keys_at_begin: LastKeys,
    rows: RowCount,
}

/// What [`Memory::undo_job`] goes back to.
pub(super) struct Checkpoint {
    keys: LastKeys,
    pushed: usize,
    rows: Deltas,
}

impl Memory {
    pub(super) fn new(shared: Arc<Shared>, small: Small, keys: LastKeys, rows: RowCount) -> Self {
        Self {
            shared,
            small,
            keys,
            last_target: (String::new(), 0),
            reveal: false,
            pushed: Vec::new(),
            keys_at_begin: keys,
            rows,
        }
    }

    pub(super) fn begin(&mut self) {
        self.keys_at_begin = self.keys;
        self.reveal = false;
        self.pushed.clear();
    }

    pub(super) fn before_job(&mut self) -> Checkpoint {
        self.small.begin_job();
        Checkpoint { keys: self.keys, pushed: self.pushed.len(), rows: self.rows.deltas() }
    }

    pub(super) fn undo_job(&mut self, checkpoint: Checkpoint) {
        self.keys = checkpoint.keys;
        self.pushed.truncate(checkpoint.pushed);
        self.rows.undo(checkpoint.rows);
        self.small.undo_job();
    }

    pub(super) fn undo_transaction(&mut self) {
        self.keys = self.keys_at_begin;
        self.pushed.clear();
        self.rows.undo(Deltas::default());
        self.small.undo_transaction();
    }

    /// Just before the commit: writes the sums and the events, and reads again what the transaction changed in
    /// bulk, so that `publish` cannot fail.
    pub(super) fn complete(&mut self, connection: &Connection) -> Result<(), StoreError> {
        self.rows.write(connection)?;
        event::write(connection, &self.pushed)?;
        if self.small.to_publish() {
            self.small.current(connection, &self.shared)?;
        }
        Ok(())
    }

    /// After the commit: shows the small resources to everybody and answers the events.
    pub(super) fn publish(&mut self) -> Vec<Pushed> {
        if std::mem::take(&mut self.reveal) {
            self.shared.hidden.clear();
        }
        if let Some(snapshot) = self.small.published() {
            let number = snapshot.number;
            self.shared.snapshot.store(Arc::new(snapshot));
            self.shared
                .changes
                .send_if_modified(|shown| std::mem::replace(shown, number) != number);
        }
        std::mem::take(&mut self.pushed)
    }
}

/// One job's view of the open transaction.
pub(super) struct Tx<'a> {
    pub(super) connection: &'a Connection,
    pub(super) memory: &'a mut Memory,
    /// Time of the job.
    pub(super) now: UnixMs,
}

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a Connection, memory: &'a mut Memory) -> Self {
        let now = memory.shared.clock.now();
        Self { connection, memory, now }
    }

    /// The small resources as this transaction has them.
    pub(super) fn snapshot(&mut self) -> Result<&Snapshot, StoreError> {
        let Memory { shared, small, .. } = &mut *self.memory;
        small.current(self.connection, shared)
    }

    /// The next key of a table, never below the resource's first.
    pub(super) fn next_key(&mut self, resource: &'static Resource) -> Result<i64, StoreError> {
        let keys = &mut self.memory.keys;
        let last = match resource.table {
            "call" => &mut keys.call,
            "delivery" => &mut keys.delivery,
            "audit" => &mut keys.audit,
            _ => {
                let next = match self.memory.rows.largest_key(resource.table) {
                    Some(largest) => (largest + 1).max(resource.first_key),
                    None => {
                        let plan = self.memory.shared.plans.of(resource)?;
                        let mut statement = self.connection.prepare_cached(&plan.next_key)?;
                        statement.query_row([resource.first_key], |row| row.get(0))?
                    }
                };
                // The keys of a running import are taken, its rows written or not.
                let (_, hidden) = self.memory.shared.hidden.range(resource);
                let key = next.max(hidden + 1);
                self.memory.rows.set_largest_key(resource.table, key);
                return Ok(key);
            }
        };
        *last = (*last + 1).max(resource.first_key);
        Ok(*last)
    }

    /// Runs a statement; answers how many rows it changed.
    pub(super) fn execute(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Result<usize, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Remembers an event to hand on after the commit.
    pub(super) fn push(&mut self, event: Pushed) {
        self.memory.pushed.push(event);
    }
}
