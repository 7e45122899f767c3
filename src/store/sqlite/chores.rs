//! What the service does by itself: noting its runs, removing rows that are old or unwanted.
//!
//! Invariant: rows go in jobs of at most [`BATCH`], so that calls are recorded in between.
//! Never: looks for rows on the writer's thread.

use rusqlite::Connection;

use super::tx::Tx;
use super::{Database, audit, client, delete, event, gram, outbox, read, row};
use crate::clock::{DAY_MS, JAPAN_MS, UnixMs};
use crate::push::{Envelope, EventKind, envelope};
use crate::resource::catalog::{CALL, CUSTOMER};
use crate::resource::{Kind, Record, Resource, Value, words};
use crate::store::{
    Actor, AttemptRow, Expected, Gather, NewDelivery, NewEvent, Old, Once, RunNote, StoreError,
    TargetRef, WriteError,
};

/// Rows that one job removes: some milliseconds.
const BATCH: usize = 100;
/// How many rows from a table's beginning are looked at for old ones: a row with a wrong date hides
/// no older one behind it.
const WINDOW: i64 = 50_000;

impl Database {
    pub(in crate::store) async fn note_run(
        &self,
        resource: &'static Resource,
        key: i64,
        note: RunNote,
        actor: Option<Actor>,
    ) -> Result<(), StoreError> {
        self.write(move |tx: &mut Tx<'_>| note_run(tx, resource, key, &note, actor.as_ref())).await
    }

    pub(in crate::store) async fn remove_old(
        &self,
        old: Old,
        before: UnixMs,
    ) -> Result<usize, StoreError> {
        let keys = self.read(|connection, _| match old {
            Old::Calls => old_calls(connection, before),
            Old::Deliveries => {
                let finished = "completed_at IS NOT NULL AND created_at<?1";
                old_rows(connection, "delivery", finished, before)
            }
            Old::Audit => old_rows(connection, "audit", "at<?1", before),
        })?;
        let count = keys.len();
        if count > 0 {
            self.write(move |tx: &mut Tx<'_>| remove(tx, old, &keys)).await?;
        }
        Ok(count)
    }

    pub(in crate::store) async fn erase_customer(
        &self,
        key: i64,
        actor: Actor,
    ) -> Result<usize, WriteError> {
        let customer = self.record(&CUSTOMER, key)?.ok_or(WriteError::NotFound)?;
        let mut erased = 0;
        loop {
            let of = customer.clone();
            let calls = self.read(|connection, _| calls_of(connection, &of))?;
            if calls.is_empty() {
                break;
            }
            erased += calls.len();
            self.blank_audit(&CALL, &calls).await?;
            self.write(move |tx: &mut Tx<'_>| remove(tx, Old::Calls, &calls)).await?;
        }
        self.blank_audit(&CUSTOMER, &[key]).await?;
        self.write(move |tx: &mut Tx<'_>| erase(tx, key, erased, &actor)).await?;
        Ok(erased)
    }

    pub(in crate::store) async fn forward(
        &self,
        call_id: i64,
        message: NewDelivery,
        once: Option<Once>,
        actor: Actor,
    ) -> Result<i64, WriteError> {
        self.write(move |tx: &mut Tx<'_>| {
            client::forward(tx, call_id, &message, once.as_ref(), &actor)
        })
        .await
    }

    pub(in crate::store) fn attempts(&self, delivery: i64) -> Result<Vec<AttemptRow>, StoreError> {
        self.read(|connection, _| outbox::attempts(connection, delivery))
    }

    pub(in crate::store) fn held_targets(&self) -> Result<Vec<TargetRef>, StoreError> {
        self.read(|connection, shared| outbox::held_targets(connection, shared.clock.now()))
    }

    pub(in crate::store) fn is_crowded(
        &self,
        target: &TargetRef,
        burst: usize,
    ) -> Result<bool, StoreError> {
        self.read(|connection, shared| {
            outbox::crowded(connection, target, burst, shared.clock.now())
        })
    }

    pub(in crate::store) async fn gather(
        &self,
        target: TargetRef,
        held: bool,
        compose: Gather,
    ) -> Result<usize, StoreError> {
        self.write(move |tx: &mut Tx<'_>| outbox::gather(tx, &target, held, &compose)).await
    }

    /// Empties what the audit log tells of rows; that something was done, when and by whom, stays.
    async fn blank_audit(&self, resource: &Resource, keys: &[i64]) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let (rows, last) =
                self.read(|connection, _| told_of(connection, resource, keys, after))?;
            if !rows.is_empty() {
                self.write(move |tx: &mut Tx<'_>| {
                    rows.iter().try_for_each(|row| {
                        let sql = "UPDATE audit SET value_before='', value_after='' WHERE id=?1";
                        tx.execute(sql, [*row]).map(drop)
                    })
                })
                .await?;
            }
            match last {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }
}

fn note_run(
    tx: &mut Tx<'_>,
    resource: &'static Resource,
    key: i64,
    note: &RunNote,
    actor: Option<&Actor>,
) -> Result<(), StoreError> {
    let shared = tx.memory.shared.clone();
    let plan = shared.plans.of(resource)?;
    let Some(before) = read::record(tx.connection, plan, &shared.seal, key)? else {
        return Ok(());
    };
    let mut after = before.clone();
    if let Some(at) = note.scheduled_at {
        after.set_hidden("scheduled_at", Value::Int(at));
    }
    if let Some(at) = note.started_at {
        after.set("last_run_at", Value::Int(at));
    }
    for (column, text) in [("last_file", &note.file), ("last_result", &note.result)] {
        if let Some(text) = text {
            after.set(column, Value::Text(text.clone()));
        }
    }
    if let Some((column, count)) = note.count {
        after.set(column, Value::Int(count));
    }
    row::update(tx, &before, &after, false)?;
    tx.memory.small.set_silently(after);
    if let Some(actor) = actor {
        let result = note.result.clone().unwrap_or_default();
        audit::note(tx, words::audit_action::RUN, resource.uri, key, result, actor)?;
    }
    Ok(())
}

/// The first keys of calls that came in before this moment: the days say between which keys.
fn old_calls(connection: &Connection, before: UnixMs) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id FROM call WHERE received_at<?1 AND id<=(
           SELECT max(last_id) FROM call_day WHERE day<=?2 AND calls>0) ORDER BY id LIMIT {BATCH}"
    ))?;
    let day = (before + JAPAN_MS).div_euclid(DAY_MS);
    let keys = statement.query_map((before, day), |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

fn old_rows(
    connection: &Connection,
    table: &str,
    condition: &str,
    before: UnixMs,
) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id FROM \"{table}\" WHERE {condition}
           AND id<(SELECT min(id) FROM \"{table}\")+{WINDOW} ORDER BY id LIMIT {BATCH}"
    ))?;
    let keys = statement.query_map([before], |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

fn remove(tx: &mut Tx<'_>, old: Old, keys: &[i64]) -> Result<(), StoreError> {
    for key in keys {
        match old {
            Old::Calls => remove_call(tx, *key)?,
            Old::Deliveries => {
                tx.execute("DELETE FROM delivery_attempt WHERE delivery_id=?1", [key])?;
                // One that was ordered again meanwhile is not over any more.
                let sql = "DELETE FROM delivery WHERE id=?1 AND completed_at IS NOT NULL";
                tx.execute(sql, [key])?;
            }
            Old::Audit => {
                tx.execute("DELETE FROM audit WHERE id=?1", [key])?;
            }
        }
    }
    Ok(())
}

/// A call with its deliveries; the count of its number shrinks with it.
fn remove_call(tx: &mut Tx<'_>, key: i64) -> Result<(), StoreError> {
    let shared = tx.memory.shared.clone();
    let plan = shared.plans.of(&CALL)?;
    let Some(call) = read::record(tx.connection, plan, &shared.seal, key)? else {
        return Ok(());
    };
    tx.execute(
        "DELETE FROM delivery_attempt WHERE delivery_id IN (
           SELECT id FROM delivery WHERE call_id=?1)",
        [key],
    )?;
    tx.execute("DELETE FROM delivery WHERE call_id=?1", [key])?;
    tx.execute(&plan.delete, [key])?;
    gram::mark(tx, Some(&call), None)?;
    let number = call.text("caller_number");
    if !number.is_empty() {
        tx.execute("UPDATE caller SET calls=calls-1 WHERE number=?1", [number])?;
        tx.execute("DELETE FROM caller WHERE number=?1 AND calls<=0", [number])?;
    }
    Ok(())
}

/// Calls of a customer: those that name him, and those that name nobody but came from a number
/// that only he has.
fn calls_of(connection: &Connection, customer: &Record) -> Result<Vec<i64>, StoreError> {
    let key = customer.key();
    let sql = format!("SELECT id FROM call WHERE customer_id=?1 AND customer_id<>0 LIMIT {BATCH}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut calls: Vec<i64> =
        statement.query_map([key], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let fields = customer.resource.fields.iter().zip(&customer.values);
    let numbers = fields.filter(|(field, value)| field.kind == Kind::Tel && !value.is_empty());
    let sql = format!(
        "SELECT id FROM call WHERE caller_number=?1 AND caller_number<>'' AND customer_id=0
           AND NOT EXISTS(SELECT 1 FROM customer_number WHERE last_nine=substr(?1,-9)
             AND number=?1 AND customer_id<>?2) LIMIT {BATCH}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    for (_, number) in numbers {
        if calls.len() < BATCH {
            let found = statement.query_map((number.text(), key), |row| row.get(0))?;
            calls.extend(found.collect::<Result<Vec<i64>, _>>()?);
        }
    }
    calls.sort_unstable();
    calls.dedup();
    calls.truncate(BATCH);
    Ok(calls)
}

/// Audit rows about these rows within the next stretch of the log, and where that ends (`None` =
/// with the log).
fn told_of(
    connection: &Connection,
    resource: &Resource,
    keys: &[i64],
    after: i64,
) -> Result<(Vec<i64>, Option<i64>), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, row_key FROM audit WHERE id>?1 AND resource=?2
           AND (value_before<>'' OR value_after<>'') ORDER BY id",
    )?;
    let mut rows = statement.query((after, resource.uri))?;
    let mut told = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if keys.contains(&row.get(1)?) {
            told.push(id);
        }
        if told.len() >= BATCH {
            return Ok((told, Some(id)));
        }
    }
    Ok((told, None))
}

/// The last step: the customer himself. The events that clients could replay go too, since they hold
/// names; who missed some reads everything again.
fn erase(tx: &mut Tx<'_>, key: i64, calls: usize, actor: &Actor) -> Result<(), WriteError> {
    delete::delete(tx, &CUSTOMER, key, &Expected::Any, actor)?;
    // What was deleted has just been written down once more.
    let sql = "UPDATE audit SET value_before='', value_after='' WHERE id=?1";
    tx.execute(sql, [tx.memory.keys.audit])?;
    let note = format!("{{\"calls\":\"{calls}\"}}");
    audit::note(tx, words::audit_action::RUN, CUSTOMER.uri, key, note, actor)?;
    tx.execute("DELETE FROM event_batch", [])?;
    client::tell(tx, None, crate::push::ChangedRow::None);
    let json = envelope(EventKind::Resync, &Envelope::default());
    event::insert(tx, NewEvent { kind: EventKind::Resync, line: None, json });
    Ok(())
}
