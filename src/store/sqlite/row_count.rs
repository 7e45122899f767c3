//! How many rows the large tables have, without counting them, and their largest keys.
//!
//! Invariant: at every commit a count is what counting the rows would give; a largest key is right or
//! not known.
//! Never: costs a row's write more than a number in memory; a transaction writes its sums once.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;
use rusqlite::hooks::Action;

use crate::store::StoreError;

/// The tables.
pub(super) const COUNTED: [&str; 3] = ["customer", "delivery", "audit"];

/// Rows that the open transaction added to each table, less those it removed.
pub(super) type Deltas = [i64; COUNTED.len()];

/// A largest key that is not known.
const UNKNOWN: i64 = 0;

/// Adds up what a connection does to the tables.
pub(super) struct RowCount(Arc<[Table; COUNTED.len()]>);

/// What is known of one table.
#[derive(Default)]
struct Table {
    delta: AtomicI64,
    largest_key: AtomicI64,
}

impl Table {
    fn note(&self, action: Action, key: i64) {
        match action {
            Action::SQLITE_INSERT => {
                self.delta.fetch_add(1, Ordering::Relaxed);
                // An import writes smaller keys than others get meanwhile.
                let largest = self.largest_key.load(Ordering::Relaxed);
                if largest != UNKNOWN && largest < key {
                    self.largest_key.store(key, Ordering::Relaxed);
                }
            }
            Action::SQLITE_DELETE => {
                self.delta.fetch_sub(1, Ordering::Relaxed);
                self.largest_key.store(UNKNOWN, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

impl RowCount {
    /// From now on, on this connection.
    pub(super) fn watch(connection: &Connection) -> Result<Self, StoreError> {
        let tables: Arc<[Table; COUNTED.len()]> = Arc::default();
        let counted = Arc::clone(&tables);
        connection.update_hook(Some(move |action, _: &str, table: &str, key| {
            let index = COUNTED.iter().position(|name| *name == table);
            if let Some(table) = index.and_then(|index| counted.get(index)) {
                table.note(action, key);
            }
        }))?;
        Ok(Self(tables))
    }

    /// What came together so far.
    pub(super) fn deltas(&self) -> Deltas {
        std::array::from_fn(|index| {
            self.0.get(index).map_or(0, |table| table.delta.load(Ordering::Relaxed))
        })
    }

    /// The largest key of a table, where it was told and nothing was removed since.
    pub(super) fn largest_key(&self, table: &str) -> Option<i64> {
        let largest = self.table(table)?.largest_key.load(Ordering::Relaxed);
        (largest != UNKNOWN).then_some(largest)
    }

    /// A new row is about to get this key, which is larger than all others.
    pub(super) fn set_largest_key(&self, table: &str, key: i64) {
        if let Some(table) = self.table(table) {
            table.largest_key.store(key, Ordering::Relaxed);
        }
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.0.get(COUNTED.iter().position(|counted| *counted == name)?)
    }

    /// Back to what came together before something that was undone.
    pub(super) fn undo(&self, deltas: Deltas) {
        for (table, delta) in self.0.iter().zip(deltas) {
            table.delta.store(delta, Ordering::Relaxed);
            table.largest_key.store(UNKNOWN, Ordering::Relaxed);
        }
    }

    /// Writes the sums, just before the commit.
    pub(super) fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        for (table, delta) in COUNTED.into_iter().zip(self.deltas()) {
            if delta != 0 {
                let sql = "UPDATE row_count SET total=total+?2 WHERE name=?1";
                connection.prepare_cached(sql)?.execute((table, delta))?;
            }
        }
        self.0.iter().for_each(|table| table.delta.store(0, Ordering::Relaxed));
        Ok(())
    }
}
