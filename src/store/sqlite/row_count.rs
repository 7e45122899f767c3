//! How many rows the large tables have, without counting them.
//!
//! Invariant: at every commit a count is what counting the rows would give.
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

/// Adds up what a connection does to the tables.
pub(super) struct RowCount(Arc<[AtomicI64; COUNTED.len()]>);

impl RowCount {
    /// From now on, on this connection.
    pub(super) fn watch(connection: &Connection) -> Result<Self, StoreError> {
        let deltas = Arc::new([const { AtomicI64::new(0) }; COUNTED.len()]);
        let counted = Arc::clone(&deltas);
        connection.update_hook(Some(move |action, _: &str, table: &str, _| {
            let by = match action {
                Action::SQLITE_INSERT => 1,
                Action::SQLITE_DELETE => -1,
                _ => return,
            };
            let index = COUNTED.iter().position(|name| *name == table);
            if let Some(delta) = index.and_then(|index| counted.get(index)) {
                delta.fetch_add(by, Ordering::Relaxed);
            }
        }))?;
        Ok(Self(deltas))
    }

    /// What came together so far.
    pub(super) fn deltas(&self) -> Deltas {
        std::array::from_fn(|index| self.0.get(index).map_or(0, |at| at.load(Ordering::Relaxed)))
    }

    /// Back to what came together before something that was undone.
    pub(super) fn set(&self, deltas: Deltas) {
        for (slot, delta) in self.0.iter().zip(deltas) {
            slot.store(delta, Ordering::Relaxed);
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
        self.set(Deltas::default());
        Ok(())
    }
}
