//! The outbox: deliveries as a durable queue.
//!
//! Invariant: a row leaves the queue with a state that says what became of it, and only its
//! present owner can write that. Never: lets one target's backlog hide another's rows.

mod claim;
mod digest;
mod end;
mod settle;
mod stand_in;

pub(super) use claim::{claim, next_due, release};
pub(super) use digest::{crowded, gather, held_targets};
pub(super) use end::{cancel_target, expire, expire_ringing};
pub(super) use settle::settle;

use rusqlite::Connection;

use super::tx::Tx;
use crate::resource::catalog::DELIVERY;
use crate::resource::words;
use crate::store::{AttemptRow, NewDelivery, StoreError, refusal};

/// Most deliveries that 通知結果 of a call names.
const RESULTS_MAX: usize = 50;

/// Most characters of an answer that 通知結果 repeats.
const ANSWER_SHOWN_MAX: usize = 40;

/// Writes a delivery (one of a digest's timing is held for it); answers 1, or 0 where the call,
/// target and timing has one already, or where the one that it stands in for came through or was
/// given up for good. While that one is under way, this one waits for its outcome, at most until
/// its lease ends.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    call_id: i64,
    delivery: &NewDelivery,
) -> Result<usize, StoreError> {
    let id = tx.next_key(&DELIVERY)?;
    let held = delivery.timing == words::timing::DIGEST;
    tx.execute(
        "INSERT OR IGNORE INTO delivery(id, call_id, target_resource, target_id, target_name,
           timing, state, due_at, created_at, payload, idempotency_key, expires_at, digest, reason)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce((
           SELECT lease_until FROM delivery WHERE call_id=?2 AND target_resource=?3
             AND target_id=?4 AND timing=?13 AND state=?14), ?8), ?9, ?10, ?11, ?12, ?16, ?17
         WHERE ?13 IS NULL OR EXISTS(
           SELECT 1 FROM delivery WHERE call_id=?2 AND target_resource=?3 AND target_id=?4
             AND timing=?13 AND state IN (?7, ?14, ?15))",
        rusqlite::params![
            id,
            call_id,
            delivery.target.resource,
            delivery.target.id,
            delivery.target_name,
            delivery.timing,
            words::delivery_state::WAITING,
            delivery.due_at,
            tx.now,
            delivery.payload,
            uuid::Uuid::new_v4().simple().to_string(),
            delivery.expires_at,
            delivery.in_place_of,
            words::delivery_state::SENDING,
            words::delivery_state::EXPIRED,
            held.then_some(digest::HELD),
            if held { refusal::HELD } else { "" },
        ],
    )
}

/// Every attempt of a delivery, oldest first.
pub(super) fn attempts(
    connection: &Connection,
    delivery: i64,
) -> Result<Vec<AttemptRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT attempt, started_at, ended_at, outcome, response, reason FROM delivery_attempt
         WHERE delivery_id=?1 ORDER BY attempt",
    )?;
    let rows = statement.query_map([delivery], |row| {
        Ok(AttemptRow {
            attempt: row.get(0)?,
            started_at: row.get(1)?,
            ended_at: row.get(2)?,
            outcome: row.get(3)?,
            response: row.get(4)?,
            reason: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many deliveries are not over.
pub(super) fn open(connection: &Connection) -> Result<i64, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM delivery WHERE completed_at IS NULL")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// How many of the newest deliveries are looked at to tell how they end.
const LOOKED_AT: i64 = 5_000;

/// Deliveries by state: all that are open, and of the newest those that ended after `since`.
pub(super) fn by_state(
    connection: &Connection,
    since: crate::clock::UnixMs,
) -> Result<Vec<(String, i64)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT state, count(*) FROM (
           SELECT state FROM delivery WHERE completed_at IS NULL
           UNION ALL
           SELECT state FROM (SELECT state, completed_at FROM delivery ORDER BY id DESC LIMIT ?1)
             WHERE completed_at >= ?2)
         GROUP BY state ORDER BY count(*) DESC, state",
    )?;
    let rows = statement.query_map((LOOKED_AT, since), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes 通知結果 anew: one word a target that was tried or given up, with the answer where it
/// was no success. `calls` is a SELECT of call keys with one parameter.
fn refresh_results(tx: &Tx<'_>, calls: &str, parameter: i64) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE call SET notification_result=(
           SELECT coalesce(group_concat(target_name||':'||state||
             CASE WHEN state IN (?2, ?3) OR last_response='' THEN ''
               ELSE '('||substr(last_response, 1, {ANSWER_SHOWN_MAX})||')' END, ' '), '')
           FROM (SELECT target_name, state, last_response FROM delivery
             WHERE call_id=call.id AND (attempts>0 OR completed_at IS NOT NULL)
             ORDER BY id LIMIT {RESULTS_MAX}))
         WHERE id IN ({calls})"
    );
    let success = (words::delivery_state::DELIVERED, words::delivery_state::ACCEPTED);
    tx.execute(&sql, (parameter, success.0, success.1))?;
    Ok(())
}
