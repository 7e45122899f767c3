//! Who may send what now.
//!
//! Invariant: a claimed row is nobody else's until its lease ends; each round over the targets
//! begins behind the one served last, so that none starves. Never: reads a target's whole backlog.

use rusqlite::{Connection, OptionalExtension, Row};

use super::end::expire;
use crate::clock::UnixMs;
use crate::resource::{catalog, words};
use crate::store::sqlite::tx::Tx;
use crate::store::{ClaimedDelivery, StoreError, TargetRef};

/// Most deliveries that come along with one: a letter has recipients enough with these.
const TOGETHER_MAX: i64 = 99;
/// Most targets that one round looks at.
const TARGETS_MAX: usize = 10_000;

/// Claims due deliveries: at most `limit`, of a target as many as `rooms` says, where it says
/// nothing at most `per_target`; the smallest of several rooms counts.
pub(in crate::store::sqlite) fn claim(
    tx: &mut Tx<'_>,
    owner: &str,
    lease_ms: i64,
    limit: usize,
    per_target: usize,
    rooms: &[(TargetRef, usize)],
) -> Result<Vec<ClaimedDelivery>, StoreError> {
    expire(tx)?;
    let begin = tx.memory.last_target.clone();
    let mut claimed = Vec::new();
    let mut last = begin.clone();
    for target in targets_from(tx.connection, &begin)? {
        if claimed.len() >= limit {
            break;
        }
        last = (target.resource.to_owned(), target.id);
        let own = rooms.iter().filter(|(of, _)| *of == target).map(|(_, room)| *room).min();
        let room = own.unwrap_or(per_target);
        if room > 0 {
            let most = room.min(limit - claimed.len());
            for delivery in due(tx, target, owner, most)? {
                claimed.push(lease(tx, delivery, lease_ms)?);
                for mate in mates(tx, claimed.last(), owner)? {
                    claimed.push(lease(tx, mate, lease_ms)?);
                }
            }
        }
    }
    tx.memory.last_target = last;
    Ok(claimed)
}

/// The targets that have open deliveries: those after `begin` first, then round to it.
fn targets_from(
    connection: &Connection,
    begin: &(String, i64),
) -> Result<Vec<TargetRef>, StoreError> {
    let all = targets(connection)?;
    let place = |target: &TargetRef| (target.resource, target.id) > (begin.0.as_str(), begin.1);
    let (after, before): (Vec<_>, Vec<_>) = all.into_iter().partition(place);
    Ok(after.into_iter().chain(before).collect())
}

/// The targets that have open deliveries, each found by one step into the index.
fn targets(connection: &Connection) -> Result<Vec<TargetRef>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT target_resource, target_id FROM delivery
         WHERE completed_at IS NULL AND (target_resource, target_id) > (?1, ?2)
         ORDER BY target_resource, target_id LIMIT 1",
    )?;
    let mut targets = Vec::new();
    let mut last = (String::new(), i64::MIN);
    for _ in 0..TARGETS_MAX {
        let found = statement.query_row((&last.0, last.1), |row| Ok((row.get(0)?, row.get(1)?)));
        let Some(found) = found.optional()? else { break };
        last = found;
        // A row of a resource that this program does not know waits for one that does.
        if let Some(resource) = catalog::find(&last.0) {
            targets.push(TargetRef { resource: resource.uri, id: last.1 });
        }
    }
    Ok(targets)
}

fn due(
    tx: &Tx<'_>,
    target: TargetRef,
    owner: &str,
    limit: usize,
) -> Result<Vec<ClaimedDelivery>, StoreError> {
    let mut statement = tx.connection.prepare_cached(
        "SELECT id, idempotency_key, call_id, timing, payload, progress, created_at, expires_at,
           attempts, interrupted OR state=?5
         FROM delivery WHERE completed_at IS NULL AND target_resource=?1 AND target_id=?2
           AND due_at<=?3 AND expires_at>?3 AND digest IS NULL
         ORDER BY due_at LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // Still 送信中 though its lease has ended: whoever had it never told the outcome.
    let sending = words::delivery_state::SENDING;
    let rows = statement
        .query_map((target.resource, target.id, tx.now, limit, sending), |row| {
            read(row, &target, owner)
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Further deliveries that say the same as one that was just claimed and go out with it: their
/// payloads name the same `together`. They come along whatever the limits say.
fn mates(
    tx: &Tx<'_>,
    claimed: Option<&ClaimedDelivery>,
    owner: &str,
) -> Result<Vec<ClaimedDelivery>, StoreError> {
    let Some(claimed) = claimed.filter(|one| one.target.resource == catalog::MAIL_TARGET.uri)
    else {
        return Ok(Vec::new());
    };
    let mut statement = tx.connection.prepare_cached(
        "SELECT id, idempotency_key, call_id, timing, payload, progress, created_at, expires_at,
           attempts, interrupted OR state=?6, target_id
         FROM delivery WHERE completed_at IS NULL AND call_id=?1 AND target_resource=?2
           AND id<>?3 AND timing=?4 AND due_at<=?5 AND expires_at>?5 AND digest IS NULL
           AND payload->>'$.together'=(SELECT payload->>'$.together' FROM delivery WHERE id=?3)
         ORDER BY id LIMIT ?7",
    )?;
    let sending = words::delivery_state::SENDING;
    let resource = claimed.target.resource;
    let about =
        (claimed.call_id, resource, claimed.id, &claimed.timing, tx.now, sending, TOGETHER_MAX);
    let rows = statement
        .query_map(about, |row| read(row, &TargetRef { resource, id: row.get(10)? }, owner))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

fn read(row: &Row<'_>, target: &TargetRef, owner: &str) -> rusqlite::Result<ClaimedDelivery> {
    Ok(ClaimedDelivery {
        id: row.get(0)?,
        idempotency_key: row.get(1)?,
        call_id: row.get(2)?,
        target: target.clone(),
        timing: row.get(3)?,
        payload: row.get(4)?,
        progress: row.get(5)?,
        created_at: row.get(6)?,
        expires_at: row.get(7)?,
        attempts: row.get::<_, i64>(8)? + 1,
        interrupted: row.get(9)?,
        owner: owner.to_owned(),
    })
}

fn lease(
    tx: &Tx<'_>,
    delivery: ClaimedDelivery,
    lease_ms: i64,
) -> Result<ClaimedDelivery, StoreError> {
    tx.execute(
        "UPDATE delivery SET state=?2, owner=?3, attempts=?4, due_at=?5, lease_until=?5,
           interrupted=?6 WHERE id=?1",
        (
            delivery.id,
            words::delivery_state::SENDING,
            &delivery.owner,
            delivery.attempts,
            tx.now + lease_ms,
            delivery.interrupted,
        ),
    )?;
    Ok(delivery)
}

/// At start: what a stopped process was sending waits again, and may be a repeat.
pub(in crate::store::sqlite) fn release(tx: &Tx<'_>) -> Result<usize, StoreError> {
    tx.execute(
        "UPDATE delivery SET state=?1, due_at=?2, owner=NULL, lease_until=NULL, interrupted=1
         WHERE completed_at IS NULL AND state=?3 AND digest IS NULL",
        (words::delivery_state::WAITING, tx.now, words::delivery_state::SENDING),
    )
}

/// When the next open delivery of any target but `skip` is due.
pub(in crate::store::sqlite) fn next_due(
    connection: &Connection,
    skip: &[TargetRef],
) -> Result<Option<UnixMs>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT due_at FROM delivery
         WHERE completed_at IS NULL AND target_resource=?1 AND target_id=?2
           AND due_at IS NOT NULL AND digest IS NULL
         ORDER BY due_at LIMIT 1",
    )?;
    let mut earliest = None;
    for target in targets(connection)? {
        if skip.contains(&target) {
            continue;
        }
        let due: Option<UnixMs> = statement
            .query_row((target.resource, target.id), |row| row.get(0))
            .optional()?
            .flatten();
        earliest = match (earliest, due) {
            (Some(earliest), Some(due)) => Some(due.min(earliest)),
            (known, None) | (None, known) => known,
        };
    }
    Ok(earliest)
}
