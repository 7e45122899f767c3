//! The audit log.
//!
//! Invariant: every write of a client leaves one row in its own transaction.
//! Never: holds a secret (rows are written as GET shows them).

use super::codec::Utf8;
use super::tx::Tx;
use crate::resource::catalog::AUDIT;
use crate::resource::json::write_object;
use crate::resource::{Record, words};
use crate::store::{Actor, StoreError};

/// Room for a usual row.
const ROW_BYTES: usize = 1024;

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
    insert(tx, action, uri, key, [before.map(shown), after.map(shown)], actor)
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

fn shown(record: &Record) -> Vec<u8> {
    let mut json = Vec::with_capacity(ROW_BYTES);
    write_object(record.resource, record, &mut json);
    json
}
