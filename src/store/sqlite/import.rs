//! Many new customers at once, while calls go on ringing.
//!
//! The rows go in by short jobs of the writer, so that a call waits for one of them at most. They
//! have keys of a range that is reserved at the start and hidden from every reader; the last job
//! writes audit and event, and its commit shows the whole range in one step. The range stands in
//! `meta` meanwhile, so that what an interrupted import left is removed at the next start.
//!
//! Invariant: all rows of an import become visible, or none does. Never: runs twice at once.

use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::reply::Answer;
use super::row_count::RowCount;
use super::tx::Tx;
use super::{Database, answered, audit, customer, event, gram, row, users};
use crate::push::{Envelope, EventKind, envelope};
use crate::resource::catalog::CUSTOMER;
use crate::resource::openapi::IMPORT;
use crate::resource::{Record, Resource, Value, words};
use crate::store::{Actor, Added, Import, NewEvent, Once, StoreError, WriteError, refusal};

/// Rows in one job: some tens of milliseconds, the longest that a call waits for an import.
const ROWS_A_JOB: usize = 500;

/// A range of keys whose rows nobody sees yet; empty (first > last) most of the time.
pub(super) struct Hidden {
    first: AtomicI64,
    last: AtomicI64,
}

impl Default for Hidden {
    fn default() -> Self {
        Self { first: AtomicI64::new(1), last: AtomicI64::new(0) }
    }
}

impl Hidden {
    /// First and last hidden key of a resource; the range is empty where nothing is hidden.
    pub(super) fn range(&self, resource: &Resource) -> (i64, i64) {
        if *resource != CUSTOMER {
            return (1, 0);
        }
        // `last` says whether there is a range at all, so it is written last and read first.
        let last = self.last.load(Ordering::Acquire);
        (self.first.load(Ordering::Acquire), last)
    }

    /// Whether nobody may see this row yet.
    pub(super) fn hides(&self, resource: &Resource, key: i64) -> bool {
        let (first, last) = self.range(resource);
        (first..=last).contains(&key)
    }

    fn set(&self, first: i64, last: i64) {
        self.first.store(first, Ordering::Release);
        self.last.store(last, Ordering::Release);
    }

    /// Shows everything.
    pub(super) fn clear(&self) {
        self.last.store(0, Ordering::Release);
        self.first.store(1, Ordering::Release);
    }
}

impl Database {
    /// Adds `import.rows` customers, on the calling thread, which waits for the disk.
    pub(in crate::store) fn import(
        &self,
        import: Import,
        records: &mut dyn Iterator<Item = Record>,
    ) -> Result<i64, WriteError> {
        let Ok(_one) = self.importing.try_lock() else { return Err(StoreError::Busy.into()) };
        self.abandon()?; // what an earlier import could not remove
        let Import { rows, actor, note, once, mut progress } = import;
        let begun = {
            let (actor, once) = (actor.clone(), once.clone());
            let work = move |tx: &mut Tx<'_>| begin(tx, rows, once.as_ref(), &actor);
            // Nothing was written, so nothing has to be hidden.
            self.write_and_wait(work).inspect_err(|_: &WriteError| self.shared().hidden.clear())?
        };
        let first = match begun {
            Begun::Reserved(first) => first,
            Begun::Before(first) => return Ok(first),
        };
        let added = self.add(first, rows, records, &mut *progress).and_then(|()| {
            self.write_and_wait(move |tx: &mut Tx<'_>| {
                finish(tx, first, note.clone(), once.as_ref(), &actor)
            })
        });
        if let Err(error) = added {
            if let Err(left) = self.abandon() {
                log::warn!("rows of a failed import stay hidden until the next start: {left}");
            }
            return Err(error);
        }
        self.shared().search.wait_more(rows);
        log::info!("an import added {rows} customers");
        Ok(first)
    }

    /// Sends one job after the other; while one is written the next is made.
    fn add(
        &self,
        first: i64,
        rows: i64,
        records: &mut dyn Iterator<Item = Record>,
        progress: &mut dyn FnMut(i64),
    ) -> Result<(), WriteError> {
        let (mut key, mut waiting) = (first, None);
        loop {
            let mut chunk: Vec<Record> = records.take(ROWS_A_JOB).collect();
            for record in &mut chunk {
                record.set("id", Value::Int(key));
                key += 1;
            }
            if let Some(answer) = waiting.take() {
                Self::wait::<(), WriteError>(answer)?;
                progress(key - first);
            }
            if chunk.is_empty() {
                break;
            }
            if key > first + rows {
                return Err(changed());
            }
            waiting = Some(self.queue(move |tx: &mut Tx<'_>| insert(tx, &mut chunk))?);
        }
        if key == first + rows { Ok(()) } else { Err(changed()) }
    }

    /// Removes the hidden rows, if there are any, and forgets the range.
    fn abandon(&self) -> Result<(), StoreError> {
        let (first, last) = self.shared().hidden.range(&CUSTOMER);
        if first > last {
            return Ok(());
        }
        let step = i64::try_from(ROWS_A_JOB).unwrap_or(i64::MAX);
        for from in (first..=last).step_by(ROWS_A_JOB) {
            let to = (from + step - 1).min(last);
            self.write_and_wait(move |tx: &mut Tx<'_>| remove(tx.connection, from, to))?;
        }
        self.write_and_wait(|tx: &mut Tx<'_>| {
            forget(tx.connection)?;
            tx.memory.reveal = true;
            Ok::<(), StoreError>(())
        })
    }
}

/// The file is not what was checked.
fn changed() -> WriteError {
    WriteError::Faults(vec![refusal::file_changed()])
}

/// How an import begins.
enum Begun {
    /// Its keys begin here.
    Reserved(i64),
    /// It was done before, and its rows begin here.
    Before(i64),
}

/// Reserves the keys.
fn begin(
    tx: &mut Tx<'_>,
    rows: i64,
    once: Option<&Once>,
    actor: &Actor,
) -> Result<Begun, WriteError> {
    users::check_authority(tx, actor)?;
    if let Some(once) = once
        && let Some(before) = answered::find(tx, &address(), once, actor)?
    {
        return Ok(Begun::Before(before.key));
    }
    let first = tx.next_key(&CUSTOMER)?;
    gram::key_again(tx, &CUSTOMER, first)?;
    let last = first + rows - 1;
    let range = format!("{first} {last}");
    tx.execute("INSERT OR REPLACE INTO meta(name, value) VALUES('import', ?1)", [range])?;
    // Others get keys beyond it from now on.
    tx.memory.shared.hidden.set(first, last);
    Ok(Begun::Reserved(first))
}

/// What an import is posted to.
fn address() -> String {
    [CUSTOMER.uri, "/", IMPORT].concat()
}

fn insert(tx: &mut Tx<'_>, records: &mut [Record]) -> Result<(), WriteError> {
    for record in records {
        record.set("created_at", Value::Int(tx.now));
        record.set("updated_at", Value::Int(tx.now));
        row::insert(tx, record)?;
        customer::set_phones(tx, None, Some(record))?;
    }
    Ok(())
}

/// One audit row and one 再同期 for all; the commit shows the rows.
fn finish(
    tx: &mut Tx<'_>,
    first: i64,
    note: String,
    once: Option<&Once>,
    actor: &Actor,
) -> Result<(), WriteError> {
    users::check_authority(tx, actor)?;
    forget(tx.connection)?;
    if let Some(once) = once {
        answered::remember(tx, &address(), once, actor, Added::without_tag(first))?;
    }
    audit::note(tx, words::audit_action::INSERT, CUSTOMER.uri, first, note, actor)?;
    let kind = EventKind::Resync;
    let json = envelope(kind, &Envelope::default());
    event::insert(tx, NewEvent { kind, line: None, json });
    tx.memory.reveal = true;
    Ok(())
}

fn forget(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("DELETE FROM meta WHERE name='import'", [])?;
    Ok(())
}

fn remove(connection: &Connection, first: i64, last: i64) -> Result<(), StoreError> {
    for delete in customer::remove_numbers() {
        connection.prepare_cached(&delete)?.execute([first, last])?;
    }
    let customers = "DELETE FROM customer WHERE id BETWEEN ?1 AND ?2";
    connection.prepare_cached(customers)?.execute([first, last])?;
    Ok(())
}

/// At start: removes what an interrupted import left.
pub(super) fn clean_up(connection: &mut Connection, rows: &RowCount) -> Result<(), StoreError> {
    let Some((first, last)) = unfinished(connection)? else { return Ok(()) };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    remove(&transaction, first, last)?;
    log::warn!("an import was interrupted: its rows are removed, run it again");
    forget(&transaction)?;
    rows.write(&transaction)?;
    transaction.commit()?;
    Ok(())
}

/// First and last key of an import that runs or was interrupted, for who does not share the
/// writer's memory.
pub(super) fn unfinished(connection: &Connection) -> Result<Option<(i64, i64)>, StoreError> {
    let sql = "SELECT value FROM meta WHERE name='import'";
    let range: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    let keys = range.as_deref().and_then(|range| range.split_once(' '));
    Ok(keys.and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?))))
}

impl Database {
    /// As [`Database::write`], for a thread that may wait.
    fn write_and_wait<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        Self::wait(self.queue(work)?)
    }

    fn wait<T, E: From<StoreError>>(answer: Answer<Result<T, E>>) -> Result<T, E> {
        answer.wait().unwrap_or_else(|| Err(StoreError::Unavailable.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_hides_customers_only() {
        let hidden = Hidden::default();
        assert!(!hidden.hides(&CUSTOMER, 1) && !hidden.hides(&CUSTOMER, 0));
        hidden.set(5, 7);
        let seen: Vec<i64> = (1..10).filter(|key| !hidden.hides(&CUSTOMER, *key)).collect();
        assert_eq!(seen, [1, 2, 3, 4, 8, 9]);
        assert!(!hidden.hides(&crate::resource::catalog::LINE, 6));
        hidden.clear();
        assert!(!hidden.hides(&CUSTOMER, 6));
    }
}
