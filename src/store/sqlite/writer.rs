//! The writer thread: group commit.
//!
//! Jobs that wait together share one transaction and one sync of the disk, and a failing job undoes
//! nothing but itself. Nearly every failing job is refused before it has written anything, so jobs
//! run without a savepoint, which would copy every page they touch; for the rare one that fails
//! later the transaction is rolled back and the others are done again, now with savepoints.
//!
//! Invariant: a job is answered after the transaction that holds it was committed or lost.
//! Never: lets a job wait for anything but SQLite.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::checkpoint::Checkpointer;
use super::database::JOBS_MAX;
use super::reply::{Answer, Reply, Wakes, channel};
use super::tx::{Memory, Tx};
use crate::push::{Envelope, EventKind, Pushed, envelope};
use crate::store::StoreError;

/// Most jobs in one transaction: bounds how long the first of them waits.
const GROUP_MAX: usize = 256;

/// How often a missed-events notice that found no room is offered again.
const RESYNC_RETRY: Duration = Duration::from_millis(100);

/// How long no transaction may have failed before the log says so: on a full disk small writes still
/// fit, and each second would have its lines.
const CALM: Duration = Duration::from_secs(10);

/// What goes to the writer thread.
pub(super) enum Message {
    /// Something to write.
    Work(Box<dyn Job>),
    /// No more will come.
    Close,
}

/// A unit of work with its answer.
pub(super) trait Job: Send {
    /// Does the work, again if the first time was rolled back; false = undo it.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Whether it worked when it ran last.
    fn worked(&self) -> bool;
    /// Lays down the work's own result when it failed or was committed, else why the commit was lost.
    fn answer(self: Box<Self>, lost: Option<&StoreError>, wakes: &mut Wakes);
}

/// A closure as a job.
pub(super) struct Task<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    reply: Reply<Result<T, E>>,
}

impl<T, E, F> Task<T, E, F> {
    /// The task and where its answer arrives.
    pub(super) fn new(work: F) -> (Self, Answer<Result<T, E>>) {
        let (reply, answer) = channel();
        (Self { work, result: None, reply }, answer)
    }
}

impl<T, E, F> Job for Task<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        self.result = None; // what a panic leaves
        self.result = Some((self.work)(tx));
        self.worked()
    }

    fn worked(&self) -> bool {
        matches!(self.result, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, lost: Option<&StoreError>, wakes: &mut Wakes) {
        let result = match (self.result, lost) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), None) => Ok(value),
            (_, Some(lost)) => Err(lost.again().into()),
            (None, None) => Err(StoreError::Unavailable.into()),
        };
        // The asker may have gone away; the work stands all the same.
        self.reply.lay(result, wakes);
    }
}

/// The writer's side of everything.
pub(super) struct Writer {
    connection: Connection,
    checkpointer: Checkpointer,
    memory: Memory,
    pushed: mpsc::Sender<Vec<Pushed>>,
    /// Events did not fit in the queue and the notice of it did not fit either.
    resync_owed: bool,
    /// When a transaction failed last, until that has been over for [`CALM`].
    failed_at: Option<Instant>,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        checkpointer: Checkpointer,
        memory: Memory,
        pushed: mpsc::Sender<Vec<Pushed>>,
    ) -> Self {
        Self { connection, checkpointer, memory, pushed, resync_owed: false, failed_at: None }
    }

    /// Works until [`Message::Close`] or until nobody can send any more; then empties the
    /// write-ahead log into the database.
    pub(super) fn run(mut self, jobs: &Receiver<Message>) {
        while let Some(first) = self.wait(jobs) {
            if self.group(first, jobs) {
                break;
            }
        }
        self.checkpointer.stop();
        self.connection.flush_prepared_statement_cache();
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            log::warn!("the write-ahead log was left for the next start: {error}");
        }
    }

    fn wait(&mut self, jobs: &Receiver<Message>) -> Option<Box<dyn Job>> {
        loop {
            let message = if self.resync_owed {
                match jobs.recv_timeout(RESYNC_RETRY) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => {
                        self.push(Vec::new());
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => return None,
                }
            } else {
                jobs.recv().ok()?
            };
            return match message {
                Message::Work(job) => Some(job),
                Message::Close => None,
            };
        }
    }

    /// One transaction; true = [`Message::Close`] came meanwhile.
    fn group(&mut self, first: Box<dyn Job>, jobs: &Receiver<Message>) -> bool {
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            return self.refuse(first, jobs, error.into());
        }
        self.memory.begin();
        let mut closing = false;
        let mut done = Vec::with_capacity(GROUP_MAX);
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            let outcome = self.attempt(job.as_mut());
            done.push(job);
            let outcome =
                outcome.and_then(|clean| if clean { Ok(()) } else { self.redo(&mut done) });
            if let Err(error) = outcome {
                self.lose(done, error);
                return closing;
            }
            if done.len() < GROUP_MAX {
                match jobs.try_recv() {
                    Ok(Message::Work(job)) => next = Some(job),
                    Ok(Message::Close) => closing = true,
                    Err(_) => {}
                }
            }
        }
        self.commit(done);
        closing
    }

    /// No transaction can begin: whoever waits is told, or each of them would wait as long as the
    /// first one did. True = [`Message::Close`] came meanwhile.
    fn refuse(&mut self, first: Box<dyn Job>, jobs: &Receiver<Message>, error: StoreError) -> bool {
        let mut refused = vec![first];
        let mut closing = false;
        for message in jobs.try_iter().take(JOBS_MAX) {
            match message {
                Message::Work(job) => refused.push(job),
                Message::Close => closing = true,
            }
        }
        self.lose(refused, error);
        closing
    }

    /// Runs one job; false = it failed and left something behind. An error means that the whole
    /// transaction is gone.
    fn attempt(&mut self, job: &mut dyn Job) -> Result<bool, StoreError> {
        let changes = self.connection.total_changes();
        if self.run_job(job)? {
            return Ok(true);
        }
        Ok(self.connection.total_changes() == changes)
    }

    /// Runs one job; false = it failed, and is undone in memory.
    fn run_job(&mut self, job: &mut dyn Job) -> Result<bool, StoreError> {
        let checkpoint = self.memory.before_job();
        let mut tx = Tx::new(&self.connection, &mut self.memory);
        // A job holds code of other rooms (the rows of a call): a mistake there costs its own
        // work, not everybody's.
        let worked = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx))).unwrap_or_else(|_| {
            log::error!("a job of the store panicked and was undone");
            false
        });
        if worked {
            return Ok(true);
        }
        self.memory.undo_job(checkpoint);
        if self.connection.is_autocommit() {
            // SQLite gave up the transaction by itself, as it does on a full disk.
            return Err(StoreError::ReadOnly("the transaction was rolled back".into()));
        }
        Ok(false)
    }

    /// Rolls back and does again what worked, each job in a savepoint of its own.
    fn redo(&mut self, done: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        execute(&self.connection, "ROLLBACK")?;
        self.memory.undo_transaction();
        execute(&self.connection, "BEGIN IMMEDIATE")?;
        self.memory.begin();
        for job in done.iter_mut().filter(|job| job.worked()) {
            execute(&self.connection, "SAVEPOINT job")?;
            if !self.run_job(job.as_mut())? {
                execute(&self.connection, "ROLLBACK TO job")?;
            }
            execute(&self.connection, "RELEASE job")?;
        }
        Ok(())
    }

    fn commit(&mut self, done: Vec<Box<dyn Job>>) {
        let connection = &self.connection;
        let began = Instant::now();
        let ready = self.memory.complete(connection).and_then(|()| execute(connection, "COMMIT"));
        if let Err(error) = ready {
            return self.lose(done, error);
        }
        let meter = &self.memory.shared.meter;
        meter.committed(began.elapsed());
        meter.done(done.len());
        self.memory.shared.commits.fetch_add(1, Ordering::Release);
        if self.failed_at.is_some_and(|at| at.elapsed() >= CALM) {
            self.failed_at = None;
            log::info!("the store can write again");
        }
        let events = self.memory.publish();
        self.push(events);
        tell(done, None);
        let long = self.checkpointer.follow(&self.connection);
        self.memory.shared.log_is_long.store(long, Ordering::Relaxed);
    }

    /// Gives up the transaction and tells everyone in it.
    fn lose(&mut self, done: Vec<Box<dyn Job>>, error: StoreError) {
        if !self.connection.is_autocommit()
            && let Err(rollback) = self.connection.execute_batch("ROLLBACK")
        {
            log::error!("a failed transaction did not roll back: {rollback}");
        }
        self.memory.undo_transaction();
        self.memory.shared.meter.lost();
        self.memory.shared.meter.done(done.len());
        if self.failed_at.replace(Instant::now()).is_none() {
            log::error!("the store cannot write now, writes are refused until it can: {error}");
        }
        tell(done, Some(&error));
    }

    /// Hands events on without ever waiting for their reader, all of a commit at once: each message
    /// may wake a thread.
    fn push(&mut self, events: Vec<Pushed>) {
        if self.resync_owed {
            let json = envelope(EventKind::Resync, &Envelope::default()).into();
            self.offer(vec![Pushed { id: 0, kind: EventKind::Resync, line: None, json }]);
        }
        if !self.resync_owed && !events.is_empty() {
            self.offer(events);
        }
    }

    fn offer(&mut self, events: Vec<Pushed>) {
        let offered = self.pushed.try_send(events);
        self.resync_owed = matches!(offered, Err(mpsc::error::TrySendError::Full(_)));
    }
}

/// Answers jobs, all of them before anybody is woken.
fn tell(done: Vec<Box<dyn Job>>, lost: Option<&StoreError>) {
    let mut wakes = Wakes::default();
    for job in done {
        job.answer(lost, &mut wakes);
    }
    wakes.wake();
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
