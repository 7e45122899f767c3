//! Deliveries that end without an attempt.
//!
//! Invariant: every row that ends here says why.

use super::{digest, refresh_results};
use crate::resource::{Resource, words};
use crate::store::sqlite::tx::Tx;
use crate::store::{StoreError, refusal};

/// Most rows that one call of [`expire`] ends; more are due again at once.
const EXPIRED_MAX: usize = 500;

/// Ends waiting deliveries that are past their expiry; answers how many.
pub(in crate::store::sqlite) fn expire(tx: &Tx<'_>) -> Result<usize, StoreError> {
    let sql = format!(
        "SELECT id, call_id FROM delivery
         WHERE completed_at IS NULL AND expires_at<=?1 AND (state=?2 OR due_at<=?1)
         ORDER BY expires_at LIMIT {EXPIRED_MAX}"
    );
    let mut statement = tx.connection.prepare_cached(&sql)?;
    let rows: Vec<(i64, i64)> = statement
        .query_map((tx.now, words::delivery_state::WAITING), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (id, call_id) in &rows {
        end(tx, "id=?1", *id, words::delivery_state::EXPIRED, refusal::TOO_LATE)?;
        refresh_results(tx, "?1", *call_id)?;
        digest::follow(tx, *id, words::delivery_state::EXPIRED, "", refusal::TOO_LATE)?;
    }
    Ok(rows.len())
}

/// The call is over before its ringing was told: the missed-call notice says it all.
pub(in crate::store::sqlite) fn expire_ringing(
    tx: &Tx<'_>,
    call_id: i64,
) -> Result<(), StoreError> {
    let condition = format!(
        "call_id=?1 AND state='{}' AND timing='{}'",
        words::delivery_state::WAITING,
        words::timing::RINGING
    );
    let (state, why) = (words::delivery_state::EXPIRED, refusal::FOLDED_INTO_MISSED);
    if end(tx, &condition, call_id, state, why)? > 0 {
        refresh_results(tx, "?1", call_id)?;
    }
    Ok(())
}

/// Nothing is sent to a target that was deleted; a row under way loses its owner, so that its
/// outcome cannot bring it back when the key has a new target.
pub(in crate::store::sqlite) fn cancel_target(
    tx: &Tx<'_>,
    resource: &Resource,
    key: i64,
) -> Result<(), StoreError> {
    let uri = resource.uri;
    let condition = format!("completed_at IS NULL AND target_resource='{uri}' AND target_id=?1");
    let calls = format!("SELECT call_id FROM delivery WHERE {condition}");
    let mut statement = tx.connection.prepare_cached(&calls)?;
    let calls: std::collections::BTreeSet<i64> =
        statement.query_map([key], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let (state, why) = (words::delivery_state::CANCELLED, refusal::TARGET_DELETED);
    end(tx, &condition, key, state, why)?;
    for call in calls {
        refresh_results(tx, "?1", call)?;
    }
    Ok(())
}

/// Ends the rows that satisfy a condition with one parameter.
pub(super) fn end(
    tx: &Tx<'_>,
    condition: &str,
    parameter: i64,
    state: &str,
    why: &str,
) -> Result<usize, StoreError> {
    let sql = format!(
        "UPDATE delivery SET state=?2, reason=?3, completed_at=?4, due_at=NULL, owner=NULL,
           lease_until=NULL WHERE {condition} AND completed_at IS NULL"
    );
    tx.execute(&sql, (parameter, state, why, tx.now))
}
