//! Several deliveries told by one message: held ones when their time has come, and a backlog that is
//! longer than its target can take.
//!
//! The members stay in the outbox, 送信中, until the message that tells of them has an outcome, and
//! take it over; so none is lost or told twice, whenever the process is killed.
//!
//! Invariant: a member and the message that tells of it are joined in one transaction.
//! Never: joins what was tried already (it may have arrived).

use rusqlite::{Connection, OptionalExtension};

use super::settle::{Next, Open};
use super::{refresh_results, stand_in};
use crate::resource::catalog::{self, CALL, DELIVERY};
use crate::resource::words::{delivery_state as state, timing};
use crate::store::sqlite::read;
use crate::store::sqlite::tx::Tx;
use crate::store::{Gather, Gathered, NewDelivery, Occasioned, StoreError, TargetRef, refusal};

/// `digest` of a delivery that is held.
pub(super) const HELD: i64 = 0;
/// Most deliveries that one message tells of.
const MEMBERS_MAX: usize = 500;
/// Most of them whose calls are read.
const CALLS_READ_MAX: usize = 50;
/// Most targets that one look finds.
const TARGETS_MAX: usize = 1000;

/// Targets that have held deliveries whose time has come.
pub(in crate::store::sqlite) fn held_targets(
    connection: &Connection,
    now: i64,
) -> Result<Vec<TargetRef>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT DISTINCT target_resource, target_id FROM delivery
         WHERE digest={HELD} AND completed_at IS NULL AND due_at<=?1 LIMIT {TARGETS_MAX}"
    ))?;
    let found = statement.query_map([now], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut targets = Vec::new();
    for found in found {
        let (uri, id) = found?;
        // A row of a resource that this program does not know waits for one that does.
        if let Some(resource) = catalog::find(&uri) {
            targets.push(TargetRef { resource: resource.uri, id });
        }
    }
    Ok(targets)
}

/// Whether more than `burst` deliveries of a target wait that were not tried yet.
pub(in crate::store::sqlite) fn crowded(
    connection: &Connection,
    target: &TargetRef,
    burst: usize,
    now: i64,
) -> Result<bool, StoreError> {
    let sql = format!("SELECT 1 FROM delivery WHERE {} LIMIT 1 OFFSET ?5", fresh());
    let burst = i64::try_from(burst).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql)?;
    let about = (target.resource, target.id, now, state::WAITING, burst);
    Ok(statement.query_row(about, |_| Ok(())).optional()?.is_some())
}

/// The condition on deliveries that wait, are due and were never tried: ?1 and ?2 the target, ?3
/// now, ?4 待機.
fn fresh() -> String {
    format!(
        "completed_at IS NULL AND target_resource=?1 AND target_id=?2 AND due_at<=?3
           AND expires_at>?3 AND state=?4 AND digest IS NULL AND attempts=0 AND interrupted=0
           AND progress='' AND call_id<>0 AND timing IN ('{}', '{}', '{}', '{}')",
        timing::RINGING,
        timing::ANSWERED,
        timing::MISSED,
        timing::ENDED
    )
}

/// Joins the held (or else the waiting) deliveries of a target; answers how many.
pub(in crate::store::sqlite) fn gather(
    tx: &mut Tx<'_>,
    target: &TargetRef,
    held: bool,
    compose: &Gather,
) -> Result<usize, StoreError> {
    let members = members(tx, target, held)?;
    if members.is_empty() {
        return Ok(0);
    }
    let now = tx.now;
    let occasioned = Occasioned { now, snapshot: tx.snapshot()?, target, members: &members, held };
    match compose(&occasioned) {
        Some(message) => join(tx, &members, &message)?,
        None if held => give_up(tx, &members)?,
        None => return Ok(0),
    }
    Ok(members.len())
}

fn members(tx: &Tx<'_>, target: &TargetRef, held: bool) -> Result<Vec<Gathered>, StoreError> {
    let held_ones = format!(
        "completed_at IS NULL AND target_resource=?1 AND target_id=?2 AND due_at<=?3
           AND state=?4 AND digest={HELD}"
    );
    let condition = if held { held_ones } else { fresh() };
    let sql = format!(
        "SELECT id, call_id, expires_at FROM delivery WHERE {condition} ORDER BY id LIMIT ?5"
    );
    let limit = i64::try_from(MEMBERS_MAX).unwrap_or(i64::MAX);
    let mut statement = tx.connection.prepare_cached(&sql)?;
    let about = (target.resource, target.id, tx.now, state::WAITING, limit);
    let rows: Vec<(i64, i64, i64)> = statement
        .query_map(about, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let shared = &tx.memory.shared;
    let plan = shared.plans.of(&CALL)?;
    let mut members = Vec::with_capacity(rows.len());
    for (index, (id, call_id, expires_at)) in rows.into_iter().enumerate() {
        let call = match index < CALLS_READ_MAX {
            true => read::record(tx.connection, plan, &shared.seal, call_id)?,
            false => None,
        };
        members.push(Gathered { id, call_id, expires_at, call });
    }
    Ok(members)
}

/// Writes the message, and who is told by it.
fn join(tx: &mut Tx<'_>, members: &[Gathered], message: &NewDelivery) -> Result<(), StoreError> {
    let id = tx.next_key(&DELIVERY)?;
    tx.execute(
        "INSERT INTO delivery(id, call_id, target_resource, target_id, target_name, timing, state,
           due_at, created_at, payload, idempotency_key, expires_at)
         VALUES(?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        rusqlite::params![
            id,
            message.target.resource,
            message.target.id,
            message.target_name,
            timing::DIGEST,
            state::WAITING,
            message.due_at,
            tx.now,
            message.payload,
            uuid::Uuid::new_v4().simple().to_string(),
            message.expires_at,
        ],
    )?;
    let why = refusal::told_together(id, "");
    for member in members {
        // The lease keeps whatever stands in for it waiting as long as the message may take.
        tx.execute(
            "UPDATE delivery SET state=?2, digest=?3, due_at=NULL, lease_until=?4, reason=?5
             WHERE id=?1",
            (member.id, state::SENDING, id, message.expires_at, &why),
        )?;
    }
    Ok(())
}

/// The target takes no digest any more.
fn give_up(tx: &mut Tx<'_>, members: &[Gathered]) -> Result<(), StoreError> {
    for member in members {
        let why = refusal::NO_DIGEST;
        super::end::end(tx, "id=?1", member.id, state::CANCELLED, why)?;
        refresh_results(tx, "?1", member.call_id)?;
    }
    Ok(())
}

/// A message has its outcome: so have those that it told of.
pub(super) fn follow(
    tx: &Tx<'_>,
    digest: i64,
    outcome: &'static str,
    response: &str,
    reason: &str,
) -> Result<(), StoreError> {
    let mut statement = tx.connection.prepare_cached(
        "SELECT id, call_id, target_resource, target_id, timing, expires_at, attempts
         FROM delivery WHERE digest=?1 AND digest>0 AND completed_at IS NULL",
    )?;
    let members: Vec<(i64, Open, i64)> = statement
        .query_map([digest], |row| {
            let open = Open {
                call_id: row.get(1)?,
                resource: row.get(2)?,
                target: row.get(3)?,
                timing: row.get(4)?,
                expires_at: row.get(5)?,
            };
            Ok((row.get(0)?, open, row.get(6)?))
        })?
        .collect::<Result<_, _>>()?;
    let why = refusal::told_together(digest, reason);
    for (id, open, attempts) in members {
        let mut next = Next { state: outcome, due_at: None, attempts, response, reason: &why };
        stand_in::resolve(tx, &open, &mut next)?;
        tx.execute(
            "UPDATE delivery SET state=?2, completed_at=?3, last_response=?4, reason=?5,
               due_at=NULL, lease_until=NULL WHERE id=?1",
            (id, next.state, tx.now, next.response, next.reason),
        )?;
        refresh_results(tx, "?1", open.call_id)?;
    }
    Ok(())
}
