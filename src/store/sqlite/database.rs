//! Opening, asking, closing.
//!
//! Invariant: the lock of the data folder is held as long as the writer lives.
//! Never: waits for room in the writer's queue but for an import; else a full queue is an answer.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use arc_swap::ArcSwap;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, watch};

use super::checkpoint::Checkpointer;
use super::folder::Folder;
use super::gram;
use super::import::{self, Hidden};
use super::indexer::{Indexer, Search};
use super::plan::{Plan, Plans};
use super::reply::Answer;
use super::row_count::RowCount;
use super::small::Small;
use super::tx::{LastKeys, Memory, Shared, Tx};
use super::writer::{Message, Task, Writer};
use super::{schema, shown};
use crate::clock::Clock;
use crate::config::Activation;
use crate::push::Pushed;
use crate::resource::Resource;
use crate::store::meter::Meter;
use crate::store::{Snapshot, StoreError, StoreFigures};

/// Most jobs that wait for the writer: about a second of work.
pub(super) const JOBS_MAX: usize = 8192;

/// Most commits whose events wait for the hub; beyond it clients read everything again.
const PUSHED_MAX: usize = 1024;

/// Prepared statements that a connection keeps: more than the program has.
const STATEMENTS_MAX: usize = 256;

/// How long a reader waits for a free connection before the store counts as busy.
const READER_WAIT: Duration = Duration::from_secs(2);

/// How long SQLite itself waits for another process (a backup tool) that holds the database.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(5);

/// How much of the database's beginning readers see in place (256 MiB): a page that is not in their
/// own caches costs them no copy then, and the memory is the system's.
const READERS_SEE: i64 = 268_435_456;

/// An open database.
pub(in crate::store) struct Database {
    shared: Arc<Shared>,
    pub(super) readers: r2d2::Pool<SqliteConnectionManager>,
    jobs: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
    indexer: Mutex<Option<Indexer>>,
    pushed: Mutex<Option<mpsc::Receiver<Vec<Pushed>>>>,
    /// Held by the one import that runs.
    pub(super) importing: Mutex<()>,
}

impl Database {
    /// Opens the database of a data folder, made or brought up to date where needed.
    pub(in crate::store) fn open(
        data_dir: &Path,
        resources: &[&'static Resource],
        clock: Clock,
        readers: u32,
    ) -> Result<Self, StoreError> {
        let folder = Folder::take(data_dir)?;
        let path = folder.database();
        let mut connection = open_writer(&path)?;
        schema::check_version(&connection, &path)?;
        let seal = folder.seal(&connection)?;
        let plans = Plans::new(resources);
        schema::migrate(&mut connection, schema::MIGRATIONS)?;
        schema::complete_tables(&mut connection, resources, &plans, &seal)?;
        let rows = RowCount::watch(&connection)?;
        import::clean_up(&mut connection, &rows)?;
        let shared = Arc::new(Shared {
            plans,
            seal: Arc::new(seal),
            clock,
            snapshot: ArcSwap::from_pointee(Snapshot::default()),
            changes: watch::Sender::new(0),
            hidden: Hidden::default(),
            activation: OnceLock::new(),
            search: Search::read(&connection)?,
            meter: Meter::default(),
            commits: AtomicU64::new(0),
            log_is_long: AtomicBool::new(false),
        });
        let small = Small::read(&connection, &shared)?;
        let mut memory = Memory::new(shared.clone(), small, LastKeys::read(&connection)?, rows);
        memory.publish();
        let readers = open_readers(&path, readers, &shared)?;
        let (sender, receiver) = mpsc::channel(PUSHED_MAX);
        let checkpointer = Checkpointer::start(&path)?;
        let writer = Writer::new(connection, checkpointer, memory, sender);
        let (jobs, queue) = sync_channel(JOBS_MAX);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || {
                writer.run(&queue);
                drop(folder);
            })
            .map_err(|source| StoreError::file(data_dir, source))?;
        let indexer = Indexer::start(shared.clone(), jobs.clone())
            .map_err(|source| StoreError::file(data_dir, source))?;
        Ok(Self {
            shared,
            readers,
            jobs,
            thread: Mutex::new(Some(thread)),
            indexer: Mutex::new(Some(indexer)),
            pushed: Mutex::new(Some(receiver)),
            importing: Mutex::new(()),
        })
    }

    pub(in crate::store) fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot.load_full()
    }

    pub(in crate::store) fn is_newest(&self, snapshot: &Arc<Snapshot>) -> bool {
        Arc::ptr_eq(&self.shared.snapshot.load(), snapshot)
    }

    pub(in crate::store) fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// The receiver of events, for the first who asks; a closed one for everybody after.
    pub(in crate::store) fn pushed(&self) -> mpsc::Receiver<Vec<Pushed>> {
        let mut pushed = self.pushed.lock().unwrap_or_else(PoisonError::into_inner);
        pushed.take().unwrap_or_else(|| mpsc::channel(1).1)
    }

    /// Reads on the calling thread.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection, &Shared) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = self.readers.get()?;
        work(&connection, &self.shared)
    }

    /// As [`Database::read`], with the plan of a resource.
    pub(super) fn read_of<T>(
        &self,
        resource: &Resource,
        work: impl FnOnce(&Connection, &Plan, &Shared) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let plan = self.shared.plans.of(resource)?;
        self.read(|connection, shared| work(connection, plan, shared))
    }

    /// Writes: the answer comes after the commit.
    ///
    /// The work is queued at once, not when the future is first polled, so that the future holds
    /// nothing but the way back.
    pub(super) fn write<T, E, F>(
        &self,
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (task, answer) = Task::new(work);
        let queued = match self.jobs.try_send(Message::Work(Box::new(task))) {
            Ok(()) => {
                self.shared.meter.queued();
                Ok(answer)
            }
            Err(TrySendError::Full(_)) => Err(StoreError::Busy),
            Err(TrySendError::Disconnected(_)) => Err(StoreError::Unavailable),
        };
        async { queued?.await.unwrap_or_else(|| Err(StoreError::Unavailable.into())) }
    }

    /// Queues a write for a thread that may wait: for room in the queue too.
    pub(super) fn queue<T, E, F>(&self, work: F) -> Result<Answer<Result<T, E>>, StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (task, answer) = Task::new(work);
        let sent = self.jobs.send(Message::Work(Box::new(task)));
        self.shared.meter.queued();
        sent.map(|()| answer).map_err(|_| StoreError::Unavailable)
    }

    /// Says who verifies licence keys; the first word counts.
    pub(in crate::store) fn set_activation(&self, activation: Activation) {
        if self.shared.activation.set(activation).is_err() {
            log::debug!("who verifies licence keys is known already");
        }
    }

    /// What was counted.
    pub(in crate::store) fn figures(&self) -> StoreFigures {
        self.shared.meter.read()
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Lets the writer finish what waits, empties the write-ahead log, frees the data folder.
    pub(in crate::store) fn close(&self) {
        let indexer = self.indexer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(indexer) = indexer {
            indexer.stop();
        }
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Fails only when the writer has ended already.
            let _ = self.jobs.send(Message::Close);
            if thread.join().is_err() {
                log::error!("the store's writer ended by a panic; committed data is safe");
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(LOCK_WAIT)?;
        keep_plans(&connection)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "cache_size", -16_384)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        // Done beside the writer.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "journal_size_limit", 67_108_864)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        Ok(connection)
    };
    open().map_err(|error| {
        let why = format!("{error}; check that the file is a smartconnect database and writable");
        StoreError::file(path, std::io::Error::other(why))
    })
}

/// A statement keeps its plan whatever its parameters are: else SQLite prepares it again whenever a
/// LIMIT changes, which costs more than many of them run.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

fn open_readers(
    path: &Path,
    readers: u32,
    shared: &Arc<Shared>,
) -> Result<r2d2::Pool<SqliteConnectionManager>, StoreError> {
    let shared = Arc::clone(shared);
    let manager = SqliteConnectionManager::file(path)
        .with_flags(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .with_init(move |connection| {
            connection.busy_timeout(LOCK_WAIT)?;
            keep_plans(connection)?;
            connection.pragma_update(None, "temp_store", "memory")?;
            gram::register(connection)?;
            shown::register(connection, &shared.plans, &shared.seal)?;
            connection.pragma_update(None, "query_only", true)?;
            connection.pragma_update(None, "cache_size", -8_192)?;
            connection.pragma_update(None, "mmap_size", READERS_SEE)?;
            connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
            Ok(())
        });
    Ok(r2d2::Pool::builder()
        .max_size(readers.max(1))
        .connection_timeout(READER_WAIT)
        // A new connection would have to prepare every statement again.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_on_check_out(false)
        .build(manager)?)
}
