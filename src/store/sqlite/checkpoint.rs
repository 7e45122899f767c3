//! Empties the write-ahead log into the database beside the writer.
//!
//! A checkpoint copies megabytes and waits for the disk, and everybody who writes would wait with it.
//! So a thread copies while writes go on behind it, in rounds that become shorter; the writer itself
//! copies only the rest, after which SQLite begins the log anew.
//!
//! Invariant: while the thread keeps up, the writer copies at most [`REST_MAX`] pages at a time; the
//! log grows beyond [`LOG_PAGES_MAX`] only while somebody reads an old state.
//! Never: keeps a reader or a writer waiting for a lock.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use crate::store::StoreError;

/// The log is copied into the database when it has this many pages (4 MiB): a longer one would be
/// copied less often, but each copy would keep the disk from the commits beside it for longer.
const CHECKPOINT_PAGES: i64 = 1024;
/// The writer copies so many pages (512 KiB) by itself: some milliseconds with the sync.
const REST_MAX: i64 = 128;
/// With more pages than this (32 MiB) the writer copies them all, and readers are asked to let go.
const LOG_PAGES_MAX: i64 = 8 * CHECKPOINT_PAGES;
/// Most rounds for one order: each is shorter than the one before, unless writes outrun it.
const ROUNDS_MAX: usize = 4;

/// How far the log has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Log {
    /// Pages in it.
    pages: i64,
    /// Of these, pages not in the database yet.
    rest: i64,
}

impl Log {
    fn read(connection: &Connection) -> Result<Self, rusqlite::Error> {
        let mut noop = connection.prepare_cached("PRAGMA wal_checkpoint(NOOP)")?;
        noop.query_row([], |row| {
            let (pages, copied): (i64, i64) = (row.get(1)?, row.get(2)?);
            Ok(Self { pages, rest: pages - copied })
        })
    }
}

/// The thread, while there is one.
pub(super) struct Checkpointer {
    orders: SyncSender<()>,
    thread: JoinHandle<()>,
    failing: Arc<AtomicBool>,
}

impl Checkpointer {
    /// Starts it beside the writer of a database.
    pub(super) fn start(path: &Path) -> Result<Self, StoreError> {
        let connection = open(path)?;
        let (orders, ordered) = sync_channel(1);
        let failing = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&failing);
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".into())
            .spawn(move || run(&connection, &ordered, &shared))
            .map_err(|source| StoreError::file(path, source))?;
        Ok(Self { orders, thread, failing })
    }

    /// After a commit: sees to it that the log does not grow. Answers whether it is so long that
    /// nobody should hold on to an old state.
    pub(super) fn follow(&self, writer: &Connection) -> bool {
        let log = match Log::read(writer) {
            Ok(log) if log.pages >= CHECKPOINT_PAGES => log,
            _ => return false,
        };
        let long = log.pages > LOG_PAGES_MAX;
        if log.rest > REST_MAX && !long {
            // One order that waits is enough.
            let _ = self.orders.try_send(());
        } else if log.rest > 0 {
            copy(writer, &self.failing);
        }
        long
    }

    /// Ends it after the copy at hand.
    pub(super) fn stop(self) {
        drop(self.orders);
        if self.thread.join().is_err() {
            log::error!("the emptying of the write-ahead log ended by a panic; the writer does it");
        }
    }
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    // A lock in use means that the writer is at it: the next order comes with the next commit.
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "synchronous", "full")?;
    Ok(connection)
}

fn run(connection: &Connection, ordered: &Receiver<()>, failing: &AtomicBool) {
    while ordered.recv().is_ok() {
        for _ in 0..ROUNDS_MAX {
            let long = Log::read(connection).is_ok_and(|log| log.rest > REST_MAX);
            if !long || !copy(connection, failing) {
                break;
            }
        }
    }
}

/// Copies what no reader needs in the log any more; false = nothing was copied. A full disk is told
/// once, not at every commit.
fn copy(connection: &Connection, failing: &AtomicBool) -> bool {
    let copied = connection
        .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")
        .and_then(|mut passive| passive.query_row([], |row| row.get::<_, bool>(0)));
    match copied {
        Ok(busy) => {
            if failing.swap(false, Ordering::Relaxed) {
                log::info!("the write-ahead log can be copied again");
            }
            !busy
        }
        Err(error) => {
            if !failing.swap(true, Ordering::Relaxed) {
                log::warn!("the write-ahead log grows, it could not be copied: {error}");
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(folder: &Path) -> Connection {
        let connection = Connection::open(folder.join("a.db")).unwrap();
        connection.pragma_update(None, "journal_mode", "wal").unwrap();
        connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        connection.execute_batch("CREATE TABLE t(id INTEGER PRIMARY KEY, page BLOB)").unwrap();
        connection
    }

    fn write(connection: &Connection, pages: i64) {
        for _ in 0..pages {
            connection.execute("INSERT INTO t(page) VALUES(zeroblob(4000))", []).unwrap();
        }
    }

    #[test]
    fn the_log_begins_anew_while_writes_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let writer = database(folder.path());
        let checkpointer = Checkpointer::start(&folder.path().join("a.db")).unwrap();
        let (mut largest, mut began_anew, mut last) = (0, 0, 0);
        for _ in 0..300 {
            write(&writer, 50);
            checkpointer.follow(&writer);
            let pages = Log::read(&writer).unwrap().pages;
            began_anew += usize::from(pages < last);
            largest = largest.max(pages);
            last = pages;
        }
        assert!(began_anew >= 2, "{began_anew}");
        assert!(largest <= LOG_PAGES_MAX + 200, "{largest}");
        checkpointer.stop();
    }

    #[test]
    fn a_reader_of_an_old_state_is_told_by_the_length_of_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let writer = database(folder.path());
        write(&writer, 1);
        let reader = Connection::open(folder.path().join("a.db")).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM t").unwrap();
        let checkpointer = Checkpointer::start(&folder.path().join("a.db")).unwrap();
        write(&writer, 100);
        assert!(!checkpointer.follow(&writer));
        while Log::read(&writer).unwrap().pages <= LOG_PAGES_MAX {
            write(&writer, 1000);
        }
        assert!(checkpointer.follow(&writer));
        reader.execute_batch("COMMIT").unwrap();
        checkpointer.follow(&writer);
        write(&writer, 1);
        assert!(!checkpointer.follow(&writer));
        checkpointer.stop();
    }
}
