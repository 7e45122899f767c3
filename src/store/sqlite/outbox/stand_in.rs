//! The missed-call notice that stands in for a ringing notice (sip.md 9).
//!
//! Invariant: a target is told of a missed call once: by its ringing notice or by the one that
//! stands in for it. Never: sends the second before the outcome of the first is known.

use rusqlite::OptionalExtension;

use super::end::end;
use super::settle::{Next, Open};
use crate::resource::words::{delivery_state as state, timing};
use crate::store::sqlite::tx::Tx;
use crate::store::{StoreError, refusal};

/// A ringing notice is settled: what becomes of it and of the notice that waits in its place.
pub(super) fn resolve(tx: &Tx<'_>, open: &Open, next: &mut Next<'_>) -> Result<(), StoreError> {
    if open.timing != timing::RINGING {
        return Ok(());
    }
    let Some(stand_in) = waiting(tx, open)? else { return Ok(()) };
    if next.state != state::WAITING && next.state != state::EXPIRED {
        let why = refusal::RINGING_WAS_TOLD;
        return end(tx, "id=?1", stand_in, state::CANCELLED, why).map(drop);
    }
    // The call is over: nobody needs to hear that it rings, and the stand-in need not wait.
    next.state = state::EXPIRED;
    next.due_at = None;
    next.reason = refusal::FOLDED_INTO_MISSED;
    tx.execute("UPDATE delivery SET due_at=?2 WHERE id=?1", (stand_in, tx.now))?;
    Ok(())
}

fn waiting(tx: &Tx<'_>, open: &Open) -> Result<Option<i64>, StoreError> {
    let mut statement = tx.connection.prepare_cached(
        "SELECT id FROM delivery WHERE call_id=?1 AND target_resource=?2 AND target_id=?3
           AND timing=?4 AND state=?5",
    )?;
    let of = (open.call_id, &open.resource, open.target, timing::MISSED, state::WAITING);
    Ok(statement.query_row(of, |row| row.get(0)).optional()?)
}
