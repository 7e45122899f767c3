//! What the service itself notes in a row: how a target fared, a renewed token.
//!
//! Invariant: only the named cells change. Never: wakes those who wait for changed settings.

use super::tx::Tx;
use super::{read, row};
use crate::resource::{Resource, Value};
use crate::store::{Noted, StoreError};

/// Writes the cells, if the row still exists and still has what `unless_changed` says.
pub(super) fn note(
    tx: &mut Tx<'_>,
    resource: &'static Resource,
    key: i64,
    noted: &Noted,
) -> Result<(), StoreError> {
    let shared = tx.memory.shared.clone();
    let plan = shared.plans.of(resource)?;
    let Some(before) = read::record(tx.connection, plan, &shared.seal, key)? else {
        return Ok(());
    };
    if noted.unless_changed.as_ref().is_some_and(|(column, old)| before.text(column) != old) {
        return Ok(());
    }
    let mut after = before.clone();
    for (column, value) in &noted.cells {
        after.set(column, Value::clone(value));
    }
    row::update(tx, &before, &after, false)?;
    tx.memory.small.set_silently(after);
    Ok(())
}
