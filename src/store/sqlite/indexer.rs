//! Keeps the search index close behind the rows, when nobody else writes.
//!
//! Invariant: writers come first; a write waits for one batch at most, and a small one where many
//! write.
//! Never: lets more rows wait than a search can look at in good time, if it can help it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::gram::{GRAMS, Grams};
use super::tx::{Shared, Tx};
use super::writer::{Message, Task};
use crate::resource::Resource;
use crate::store::StoreError;

/// How often it looks whether rows wait.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Fewer rows than this wait on: a search looks at them in a moment.
const WORTH_IT: i64 = 128;
/// More rows than this are indexed though others write, in a twentieth of the writer's time.
const LAG_MAX: i64 = 4_000;
/// The same while there is a flood of writes, which passes: a search looks at them in some tenths of
/// a second.
const LAG_IN_FLOOD_MAX: i64 = 100_000;
/// More writes than this between two looks are a flood.
const FLOOD: u64 = 1_000;
/// So many times as long as a batch took the writer is left to the others.
const LEFT_TO_OTHERS: u32 = 19;
/// Commits between two looks that count as quiet.
const QUIET: u64 = 4;
/// Rows of one batch: some tens of milliseconds, as in an import.
const BATCH: i64 = 1000;
/// Rows of one batch while others write: some milliseconds.
const SMALL_BATCH: i64 = 16;

/// The thread, while there is one.
pub(super) struct Indexer {
    /// Nothing is ever sent: its end is the message.
    stop: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Indexer {
    /// Starts it.
    pub(super) fn start(shared: Arc<Shared>, jobs: SyncSender<Message>) -> std::io::Result<Self> {
        let (stop, stopped) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("store-index".into())
            .spawn(move || run(&shared, &jobs, &stopped))?;
        Ok(Self { stop, thread })
    }

    /// Ends it after the batch at hand.
    pub(super) fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            log::error!("the indexing of searches ended by a panic; searches stay correct");
        }
    }
}

fn run(shared: &Shared, jobs: &SyncSender<Message>, stopped: &Receiver<()>) {
    let mut commits = shared.commits.load(Ordering::Relaxed);
    let mut writes = shared.meter.read().jobs_done;
    let mut told = false;
    while stopped.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
        let before = std::mem::replace(&mut commits, shared.commits.load(Ordering::Relaxed));
        let written = std::mem::replace(&mut writes, shared.meter.read().jobs_done);
        let waiting = shared.search.waiting();
        let quiet = commits.wrapping_sub(before) <= QUIET;
        let flood = writes.saturating_sub(written) > FLOOD;
        let lag_max = if flood { LAG_IN_FLOOD_MAX } else { LAG_MAX };
        if waiting < WORTH_IT || !(quiet || waiting > lag_max) {
            continue;
        }
        let caught_up = if quiet { all(jobs, stopped) } else { some(jobs, stopped) };
        match caught_up {
            Ok(Some(done)) => {
                shared.search.caught_up(if quiet { waiting } else { done });
                told = false;
            }
            Ok(None) => return,
            // Tried again and again: once is enough for the log.
            Err(error) if !std::mem::replace(&mut told, true) => {
                log::warn!("the search index waits for the store: {error}");
            }
            Err(_) => {}
        }
        commits = shared.commits.load(Ordering::Relaxed);
        writes = shared.meter.read().jobs_done;
    }
}

/// One table after the other until no row waits; answers how many rows that were, `None` where the
/// store is closing.
fn all(jobs: &SyncSender<Message>, stopped: &Receiver<()>) -> Result<Option<i64>, StoreError> {
    let mut all = 0;
    for grams in &GRAMS {
        let mut done = BATCH;
        while done == BATCH {
            if stopped.try_recv() == Err(TryRecvError::Disconnected) {
                return Ok(None);
            }
            let Some(batch) = batch(jobs, grams, BATCH)? else { return Ok(None) };
            done = batch;
            all += done;
        }
    }
    Ok(Some(all))
}

/// Small batches with pauses, until it is time to look again.
fn some(jobs: &SyncSender<Message>, stopped: &Receiver<()>) -> Result<Option<i64>, StoreError> {
    let (began, mut all) = (Instant::now(), 0);
    while began.elapsed() < LOOK_EVERY {
        for grams in &GRAMS {
            let started = Instant::now();
            let Some(done) = batch(jobs, grams, SMALL_BATCH)? else { return Ok(None) };
            all += done;
            let pause = started.elapsed() * LEFT_TO_OTHERS;
            if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return Ok(None);
            }
        }
    }
    Ok(Some(all))
}

/// Has the writer index some rows of a table; answers how many.
fn batch(
    jobs: &SyncSender<Message>,
    grams: &'static Grams,
    rows: i64,
) -> Result<Option<i64>, StoreError> {
    let (task, answer) = Task::new(move |tx: &mut Tx<'_>| grams.catch_up(tx, rows));
    if jobs.send(Message::Work(Box::new(task))).is_err() {
        return Ok(None);
    }
    answer.wait().unwrap_or(Err(StoreError::Unavailable)).map(Some)
}

/// What the writer knows of the index, and who waits to be indexed.
#[derive(Default)]
pub(super) struct Search {
    last: [AtomicI64; GRAMS.len()],
    waiting: AtomicI64,
}

impl Search {
    /// Reads what a database has.
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let search = Self::default();
        for grams in &GRAMS {
            let last = grams.last(connection)?;
            search.reached(grams.resource, last);
            let sql = format!(
                "SELECT (SELECT count(*) FROM {}) + max(0, coalesce(max(id), 0) - ?1) FROM \"{}\"",
                grams.stale, grams.resource.table
            );
            search.wait_more(connection.query_row(&sql, [last], |row| row.get(0))?);
        }
        Ok(search)
    }

    /// At least the last key that is indexed: a row that counts as indexed without being so is
    /// only marked once too often.
    pub(super) fn last(&self, resource: &Resource) -> i64 {
        self.slot(resource).map_or(0, |slot| slot.load(Ordering::Acquire))
    }

    pub(super) fn reached(&self, resource: &Resource, key: i64) {
        if let Some(slot) = self.slot(resource) {
            slot.fetch_max(key, Ordering::AcqRel);
        }
    }

    fn slot(&self, resource: &Resource) -> Option<&AtomicI64> {
        GRAMS.iter().zip(&self.last).find(|(grams, _)| *grams.resource == *resource).map(|(_, s)| s)
    }

    /// So many more rows are not in the index.
    pub(super) fn wait_more(&self, rows: i64) {
        self.waiting.fetch_add(rows, Ordering::Relaxed);
    }

    /// About how many rows are not in the index.
    pub(super) fn waiting(&self) -> i64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Everything that waited when it was looked at is indexed.
    pub(super) fn caught_up(&self, waiting: i64) {
        self.wait_more(-waiting);
    }
}

#[cfg(test)]
impl super::Database {
    /// For a test: what the thread does once it finds that it is worth it.
    pub(in crate::store) fn index_now(&self) {
        let indexed = tokio::task::block_in_place(|| {
            GRAMS.iter().try_for_each(|grams| {
                let work = move |tx: &mut Tx<'_>| grams.catch_up(tx, i64::MAX);
                self.queue(work)?.wait().ok_or(StoreError::Unavailable)?.map(|_| ())
            })
        });
        indexed.unwrap();
    }
}
