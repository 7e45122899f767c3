//! Writing rows of any resource.
//!
//! Invariant: `revision` grows with every change of a field that clients may write.
//! Never: touches columns that did not change (their indexes stay untouched too).

use super::codec::{Bound, bind, encode, encode_hidden};
use super::plan::Plan;
use super::tx::Tx;
use crate::resource::{Mode, Record, Value};
use crate::store::StoreError;

/// Inserts a whole row; its key is set.
pub(super) fn insert(tx: &Tx<'_>, record: &Record) -> Result<(), StoreError> {
    let shared = &tx.memory.shared;
    let plan = shared.plans.of(record.resource)?;
    let mut statement = tx.connection.prepare_cached(&plan.insert)?;
    bind(&mut statement, plan, &shared.seal, record)?;
    statement.raw_execute()?;
    Ok(())
}

/// Writes what differs between the stored row and `after`; a client's write always counts as a
/// change of the row.
pub(super) fn update(
    tx: &Tx<'_>,
    before: &Record,
    after: &Record,
    by_client: bool,
) -> Result<(), StoreError> {
    let shared = &tx.memory.shared;
    let plan = shared.plans.of(after.resource)?;
    let Changes { columns, values, writable } = changes(tx, plan, before, after)?;
    let mut sets: Vec<String> =
        columns.iter().zip(2..).map(|(column, number)| format!("\"{column}\"=?{number}")).collect();
    if by_client || writable {
        sets.push("revision=revision+1".into());
    }
    if sets.is_empty() {
        return Ok(());
    }
    let sql = format!("UPDATE \"{}\" SET {} WHERE id=?1", plan.resource.table, sets.join(","));
    let mut statement = tx.connection.prepare_cached(&sql)?;
    statement.raw_bind_parameter(1, after.key())?;
    for (value, number) in values.iter().zip(2..) {
        statement.raw_bind_parameter(number, value)?;
    }
    statement.raw_execute()?;
    Ok(())
}

struct Changes<'a> {
    columns: Vec<&'static str>,
    values: Vec<Bound<'a>>,
    /// A field that clients may write is among them.
    writable: bool,
}

fn changes<'a>(
    tx: &Tx<'_>,
    plan: &Plan,
    before: &Record,
    after: &'a Record,
) -> Result<Changes<'a>, StoreError> {
    let mut changes = Changes { columns: Vec::new(), values: Vec::new(), writable: false };
    for stored in &plan.stored {
        let old = before.values.get(stored.index).unwrap_or(&Value::Empty);
        let new = after.values.get(stored.index).unwrap_or(&Value::Empty);
        if old != new {
            let seal = &tx.memory.shared.seal;
            changes.columns.push(stored.field.column);
            changes.values.push(encode(seal, plan.resource, after.key(), stored, new)?);
            changes.writable |= stored.field.mode == Mode::ReadWrite;
        }
    }
    let hidden = plan.resource.hidden.iter().zip(before.hidden.iter().zip(&after.hidden));
    for (column, (_, new)) in hidden.filter(|(_, (old, new))| old != new) {
        changes.columns.push(column.column);
        changes.values.push(encode_hidden(column.kind, new));
    }
    Ok(changes)
}
