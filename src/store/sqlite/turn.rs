//! Several single-row reads that share one connection and one read transaction.
//!
//! Starting and ending a read transaction costs two file locks, a third of what such a read costs
//! in all; a thread that has many requests at hand pays for them once.
//!
//! Invariant: a read shows every commit that somebody was told of before it began.
//! Never: outlives the moment (a state held on to would keep the write-ahead log from being
//! emptied); its owner ends it before the thread waits for anything.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use r2d2::PooledConnection;
use r2d2_sqlite::SqliteConnectionManager;

use super::{Database, read};
use crate::resource::{Resource, Tag};
use crate::store::StoreError;

/// A connection inside a read transaction, which ends when this is dropped.
pub struct ReadTurn {
    database: Arc<Database>,
    connection: PooledConnection<SqliteConnectionManager>,
    /// How many commits there were when the transaction began, or fewer.
    commits: u64,
}

impl ReadTurn {
    /// Takes a connection of the pool; `None` while nobody may hold on to a state.
    pub(in crate::store) fn begin(database: &Arc<Database>) -> Result<Option<Self>, StoreError> {
        if database.shared().log_is_long.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let connection = database.readers.get()?;
        let mut turn = Self { database: Arc::clone(database), connection, commits: 0 };
        turn.start()?;
        Ok(Some(turn))
    }

    /// Appends `{row}` to `out`; answers its tag, `None` where there is no such row.
    pub fn row_json(
        &mut self,
        resource: &'static Resource,
        key: i64,
        out: &mut Vec<u8>,
    ) -> Result<Option<Tag>, StoreError> {
        if self.commits != self.database.shared().commits.load(Ordering::Acquire) {
            self.execute("COMMIT")?;
            self.start()?;
        }
        let shared = self.database.shared();
        read::row_json(&self.connection, shared.plans.of(resource)?, shared, key, out)
    }

    /// SQLite fixes the state with the first row read, which is later than the count.
    fn start(&mut self) -> Result<(), StoreError> {
        self.commits = self.database.shared().commits.load(Ordering::Acquire);
        self.execute("BEGIN")
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

impl Drop for ReadTurn {
    fn drop(&mut self) {
        // A failed start leaves nothing to end.
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute("COMMIT")
        {
            log::error!("a read transaction did not end: {error}");
        }
    }
}
