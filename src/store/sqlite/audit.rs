//! The audit log: what a new or deleted row held, and of a changed one what is different.
//!
//! Invariant: every write of a client leaves one row in its own transaction.
//! Never: holds a secret (values are written as GET shows them).

use super::codec::Utf8;
use super::tx::Tx;
use crate::resource::catalog::AUDIT;
use crate::resource::json::write_members_of;
use crate::resource::{Record, words};
use crate::store::{Actor, StoreError};

/// Room for what a usual row says.
const ROW_BYTES: usize = 256;

/// A client's write: what stood there before and what stands there now.
pub(super) fn change(
    tx: &mut Tx<'_>,
    before: Option<&Record>,
    after: Option<&Record>,
    actor: &Actor,
) -> Result<(), StoreError> {
    let action = match (before, after) {
        (None, _) => words::audit_action::INSERT,
        (Some(_), Some(_)) => words::audit_action::UPDATE,
        (Some(_), None) => words::audit_action::DELETE,
    };
    let Some(row) = after.or(before) else { return Ok(()) };
    let (uri, key) = (row.resource.uri, row.key());
    let shown = match (before, after) {
        (Some(before), Some(after)) => [(before, after), (after, before)].map(different).map(Some),
        _ => [before.map(filled), after.map(filled)],
    };
    insert(tx, action, uri, key, shown, actor)
}

/// Something that is no write of a row (a log-in, a test): `note` says what.
pub(super) fn note(
    tx: &mut Tx<'_>,
    action: &str,
    resource: &str,
    key: i64,
    note: String,
    actor: &Actor,
) -> Result<(), StoreError> {
    insert(tx, action, resource, key, [None, Some(note.into_bytes())], actor)
}

fn insert(
    tx: &mut Tx<'_>,
    action: &str,
    resource: &str,
    key: i64,
    [before, after]: [Option<Vec<u8>>; 2],
    actor: &Actor,
) -> Result<(), StoreError> {
    let id = tx.next_key(&AUDIT)?;
    let before = before.unwrap_or_default();
    let after = after.unwrap_or_default();
    tx.execute(
        "INSERT INTO audit(id, at, login, ip, action, resource, row_key, value_before, value_after)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (id, tx.now, &actor.user, &actor.ip, action, resource, key, Utf8(&before), Utf8(&after)),
    )?;
    Ok(())
}

/// The fields of a row that are not empty.
fn filled(record: &Record) -> Vec<u8> {
    members(record, |index| record.values.get(index).is_some_and(|value| !value.is_empty()))
}

/// The fields of a row that differ from another state of it; of a changed secret both masks.
fn different((record, other): (&Record, &Record)) -> Vec<u8> {
    members(record, |index| record.values.get(index) != other.values.get(index))
}

fn members(record: &Record, wanted: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut json = Vec::with_capacity(ROW_BYTES);
    write_members_of(record.resource, record, wanted, &mut json);
    json
}
