//! Deletes, and every reference to the row that goes.
//!
//! Keys come back (the next POST gets the largest existing + 1), so a reference that stayed
//! would one day point at somebody else.
//!
//! Invariant: after a delete nothing but history (names, numbers, logs) speaks of the row.
//! Never: lets an emptied list of lines mean every line.

use rusqlite::Connection;

use super::tx::Tx;
use super::{audit, client, customer, gram, outbox, row, session, users};
use crate::push::ChangedRow;
use crate::resource::catalog::{self, CALL, CUSTOMER, LINE, USER};
use crate::resource::{Field, Kind, Record, Resource, Source, Value};
use crate::store::{Actor, Expected, StoreError, WriteError, refusal};

/// Deletes a row and settles what refers to it.
pub(super) fn delete(
    tx: &mut Tx<'_>,
    resource: &'static Resource,
    key: i64,
    expected: &Expected,
    actor: &Actor,
) -> Result<(), WriteError> {
    users::check_authority(tx, actor)?;
    let before = client::stored(tx, resource, key)?;
    if !expected.fits(&before) {
        return Err(WriteError::Changed);
    }
    if *resource == USER {
        users::check_delete(tx, &before)?;
    }
    let shared = tx.memory.shared.clone();
    tx.execute(&shared.plans.of(resource)?.delete, [key])?;
    audit::change(tx, Some(&before), None, actor)?;
    tx.memory.small.remove(resource, key);
    clear_references(tx, resource, key)?;
    outbox::cancel_target(tx, resource, key)?;
    if *resource == USER {
        session::close_all(tx, key)?;
    }
    if *resource == LINE {
        leave_line_lists(tx, key)?;
    }
    if *resource == CUSTOMER {
        customer::set_phones(tx, Some(&before), None)?;
        gram::mark(tx, Some(&before), None)?;
        client::tell(tx, None, ChangedRow::None);
    }
    Ok(())
}

/// Every `ref` field that holds the key becomes 0.
fn clear_references(tx: &mut Tx<'_>, gone: &Resource, key: i64) -> Result<(), StoreError> {
    move_references(tx, gone, key, 0)
}

/// Every `ref` field that holds the key holds another one from now on.
pub(super) fn move_references(
    tx: &mut Tx<'_>,
    gone: &Resource,
    key: i64,
    heir: i64,
) -> Result<(), StoreError> {
    for (resource, field) in fields(|field| field.kind == Kind::Ref(gone.uri)) {
        let (table, column) = (resource.table, field.column);
        // `<> 0` lets SQLite use the partial index of calls by customer.
        let sql = format!(
            "UPDATE \"{table}\" SET \"{column}\"=?2, revision=revision+1 \
             WHERE \"{column}\"=?1 AND \"{column}\"<>0"
        );
        if tx.execute(&sql, [key, heir])? > 0 && *resource != CALL {
            tx.memory.small.forget(resource);
        }
    }
    Ok(())
}

/// The line leaves every list of lines. A row whose only lines it was stops taking effect.
fn leave_line_lists(tx: &mut Tx<'_>, line: i64) -> Result<(), StoreError> {
    let line = line.to_string();
    for (resource, field) in fields(|field| field.kind == Kind::LineList) {
        for key in rows_with(tx.connection, resource, field, &line)? {
            let Ok(before) = client::stored(tx, resource, key) else { continue };
            let mut after = before.clone();
            let left: Vec<&str> =
                before.text(field.column).split(',').filter(|number| *number != line).collect();
            after.set(field.column, Value::Text(left.join(",")));
            if left.is_empty() {
                stop(tx, &mut after)?;
            }
            row::update(tx, &before, &after, true)?;
            tx.memory.small.set(after);
        }
    }
    Ok(())
}

/// Switches a row off; the last administrator stays, else nobody could mend anything.
fn stop(tx: &mut Tx<'_>, row: &mut Record) -> Result<(), StoreError> {
    if row.resource.index("enabled").is_none() {
        return Ok(());
    }
    if *row.resource == USER {
        match users::check_delete(tx, row) {
            Err(WriteError::LastAdministrator) => return Ok(()),
            Err(WriteError::Store(error)) => return Err(error),
            _ => users::end_sessions(tx, row)?,
        }
    }
    row.set("enabled", Value::Int(0));
    if row.resource.index("last_result").is_some() {
        row.set("last_result", Value::Text(refusal::LINES_GONE.into()));
    }
    Ok(())
}

fn rows_with(
    connection: &Connection,
    resource: &Resource,
    field: &Field,
    line: &str,
) -> Result<Vec<i64>, StoreError> {
    let sql = format!(
        "SELECT id FROM \"{}\" WHERE instr(','||\"{}\"||',', ','||?1||',')>0",
        resource.table, field.column
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let keys = statement.query_map([line], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(keys)
}

/// The fields of stored resources that satisfy a condition.
fn fields(
    condition: impl Fn(&Field) -> bool,
) -> impl Iterator<Item = (&'static Resource, &'static Field)> {
    let stored = catalog::ALL.iter().copied().filter(|row| row.source == Source::Table);
    stored
        .flat_map(|resource| resource.fields.iter().map(move |field| (resource, field)))
        .filter(move |(_, field)| condition(field))
}
