//! The outcome of an attempt.
//!
//! Invariant: only the owner of the attempt that is under way can settle it.
//! Never: counts an attempt that did not take place.

use std::collections::BTreeSet;

use rusqlite::OptionalExtension;

use super::{digest, refresh_results, stand_in};
use crate::clock::{UnixMs, japan_month};
use crate::resource::{Resource, Value, catalog, official, words};
use crate::store::sqlite::tx::Tx;
use crate::store::{AttemptOutcome, Settled, StoreError, refusal};

/// What the row needs to be settled.
pub(super) struct Open {
    pub(super) call_id: i64,
    pub(super) resource: String,
    pub(super) target: i64,
    pub(super) timing: String,
    pub(super) expires_at: UnixMs,
}

/// Where the row goes.
pub(super) struct Next<'a> {
    pub(super) state: &'static str,
    /// `None` = it is over.
    pub(super) due_at: Option<UnixMs>,
    pub(super) attempts: i64,
    pub(super) response: &'a str,
    pub(super) reason: &'a str,
}

/// Writes outcomes; false = the lease was lost, and somebody else decides. What several of them
/// change in the same row, a call's 通知結果 and a target's own fields, is written once.
pub(in crate::store::sqlite) fn settle(
    tx: &mut Tx<'_>,
    all: &[Settled],
) -> Result<Vec<bool>, StoreError> {
    let mut calls = BTreeSet::new();
    let owned = all.iter().map(|settled| one(tx, settled, &mut calls)).collect();
    for call in calls {
        refresh_results(tx, "?1", call)?;
    }
    owned
}

fn one(tx: &mut Tx<'_>, settled: &Settled, calls: &mut BTreeSet<i64>) -> Result<bool, StoreError> {
    let Some(open) = open(tx, settled)? else { return Ok(false) };
    let mut next = next(settled, open.expires_at);
    stand_in::resolve(tx, &open, &mut next)?;
    tx.execute(
        "UPDATE delivery SET state=?2, due_at=?3, completed_at=?4, attempts=?5, last_response=?6,
           reason=?7, progress=?8, owner=NULL, lease_until=NULL WHERE id=?1",
        (
            settled.id,
            next.state,
            next.due_at,
            next.due_at.is_none().then_some(tx.now),
            next.attempts,
            next.response,
            next.reason,
            &settled.progress,
        ),
    )?;
    if !matches!(settled.outcome, AttemptOutcome::Deferred(_)) {
        note_attempt(tx, settled, &next)?;
        note_target(tx, settled, &open, &next)?;
        calls.insert(open.call_id);
        if next.due_at.is_none() && open.timing == words::timing::DIGEST {
            digest::follow(tx, settled.id, next.state, next.response, next.reason)?;
        }
    }
    Ok(true)
}

fn open(tx: &Tx<'_>, settled: &Settled) -> Result<Option<Open>, StoreError> {
    let mut statement = tx.connection.prepare_cached(
        "SELECT call_id, target_resource, target_id, timing, expires_at FROM delivery
         WHERE id=?1 AND owner=?2 AND attempts=?3 AND completed_at IS NULL",
    )?;
    let row = statement.query_row((settled.id, &settled.owner, settled.attempts), |row| {
        Ok(Open {
            call_id: row.get(0)?,
            resource: row.get(1)?,
            target: row.get(2)?,
            timing: row.get(3)?,
            expires_at: row.get(4)?,
        })
    });
    Ok(row.optional()?)
}

fn next(settled: &Settled, expires_at: UnixMs) -> Next<'_> {
    use words::delivery_state as state;
    let over = |state| Next {
        state,
        due_at: None,
        attempts: settled.attempts,
        response: &settled.response,
        reason: &settled.reason,
    };
    match settled.outcome {
        AttemptOutcome::Delivered => over(state::DELIVERED),
        AttemptOutcome::Accepted => over(state::ACCEPTED),
        AttemptOutcome::Failed => over(state::FAILED),
        AttemptOutcome::Expired => over(state::EXPIRED),
        AttemptOutcome::Cancelled => over(state::CANCELLED),
        AttemptOutcome::Retry(at) if at >= expires_at => {
            let reason =
                if settled.reason.is_empty() { refusal::TOO_LATE } else { &settled.reason };
            Next { reason, ..over(state::EXPIRED) }
        }
        AttemptOutcome::Retry(at) => Next { due_at: Some(at), ..over(state::WAITING) },
        AttemptOutcome::Deferred(at) => {
            Next { due_at: Some(at), attempts: settled.attempts - 1, ..over(state::WAITING) }
        }
    }
}

fn note_attempt(tx: &Tx<'_>, settled: &Settled, next: &Next<'_>) -> Result<(), StoreError> {
    tx.execute(
        "INSERT OR REPLACE INTO delivery_attempt(delivery_id, attempt, started_at, ended_at,
           outcome, response, reason) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            settled.id,
            settled.attempts,
            settled.started_at,
            tx.now,
            next.state,
            &settled.response,
            &settled.reason,
        ),
    )?;
    Ok(())
}

/// The target's own two read-only fields. They are no part of the snapshot's news: nobody has to
/// look at all settings again because a message went out.
fn note_target(
    tx: &mut Tx<'_>,
    settled: &Settled,
    open: &Open,
    next: &Next<'_>,
) -> Result<(), StoreError> {
    let Some(target) = catalog::find(&open.resource) else { return Ok(()) };
    if target.index("last_run_at").is_none() || target.index("last_result").is_none() {
        return Ok(());
    }
    let result = match settled.outcome {
        AttemptOutcome::Delivered | AttemptOutcome::Accepted => next.state,
        _ if !settled.reason.is_empty() => &settled.reason,
        _ => &settled.response,
    };
    let row = tx.snapshot()?.find(target.uri, open.target);
    let result = row.map_or(result.into(), |row| official::with_warning(row, result));
    let sent = count(tx, settled, target, open.target)?;
    let sql = format!("UPDATE \"{}\" SET last_run_at=?2, last_result=?3 WHERE id=?1", target.table);
    tx.execute(&sql, (open.target, settled.started_at, &result))?;
    tx.memory.small.amend(target, open.target, |row| {
        row.set("last_run_at", Value::Int(settled.started_at));
        row.set("last_result", Value::Text(result.into_owned()));
        if let Some(sent) = sent {
            row.set("sent_this_month", Value::Int(sent));
        }
    });
    Ok(())
}

/// 当月送信数 where the target has one: what it was, unless the last try was in an earlier month,
/// and what this attempt adds.
fn count(
    tx: &Tx<'_>,
    settled: &Settled,
    target: &Resource,
    key: i64,
) -> Result<Option<i64>, StoreError> {
    if target.index("sent_this_month").is_none() {
        return Ok(None);
    }
    let delivered = settled.outcome == AttemptOutcome::Delivered;
    let added = if delivered { settled.counted } else { 0 };
    let sql = format!(
        "UPDATE \"{}\" SET sent_this_month = ?2 +
           CASE WHEN last_run_at >= ?3 THEN coalesce(sent_this_month, 0) ELSE 0 END
         WHERE id=?1 RETURNING sent_this_month",
        target.table
    );
    let mut statement = tx.connection.prepare_cached(&sql)?;
    let month = japan_month(settled.started_at, 0);
    Ok(statement.query_row((key, added, month), |row| row.get(0)).optional()?)
}
