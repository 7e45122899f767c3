//! POSTs that were answered, by their `Idempotency-Key`.
//!
//! Invariant: an answer is remembered in the transaction of what it tells of (a row, an import, a
//! message), so a repeat finds both or neither, over a crash too. At most [`KEPT_MAX`] answers are kept, for [`KEPT_FOR`].
//! Never: holds what a body says: its digest is sealed, since a body may hold a password.

use std::fmt::Write;

use rusqlite::OptionalExtension;

use super::tx::Tx;
use crate::clock::UnixMs;
use crate::resource::Tag;
use crate::store::seal::Place;
use crate::store::{Actor, Added, Once, StoreError, WriteError};

/// How long a repeat gets the first answer, in milliseconds (rest.md: 24 h).
const KEPT_FOR: UnixMs = 24 * 3_600_000;
/// Most answers that are kept; with more POSTs a day than this the oldest go first.
const KEPT_MAX: i64 = 100_000;

/// The first answer, if this is a repeat. `address` = what was posted to: a resource, or an order.
pub(super) fn find(
    tx: &Tx<'_>,
    address: &str,
    once: &Once,
    actor: &Actor,
) -> Result<Option<Added>, WriteError> {
    let sql = "SELECT id, body, row_key, tag FROM answered
        WHERE login=?1 AND resource=?2 AND name=?3 AND at>?4";
    let asked = (&actor.user, address, &once.name, tx.now - KEPT_FOR);
    let mut statement = tx.connection.prepare_cached(sql)?;
    let found = statement.query_row(asked, |row| {
        let tag = Tag::from_number(row.get(3)?);
        let added = Added { key: row.get(2)?, tag, repeated: true };
        Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?, added))
    });
    let Some((id, body, added)) = found.optional()? else { return Ok(None) };
    if tx.memory.shared.seal.open(&place(id), &body)? == hex(&once.body) {
        Ok(Some(added))
    } else {
        Err(WriteError::Reused)
    }
}

/// Remembers an answer and forgets old ones.
pub(super) fn remember(
    tx: &Tx<'_>,
    address: &str,
    once: &Once,
    actor: &Actor,
    added: Added,
) -> Result<(), StoreError> {
    tx.execute("DELETE FROM answered WHERE at<=?1", [tx.now - KEPT_FOR])?;
    let mut largest = tx.connection.prepare_cached("SELECT coalesce(max(id),0) FROM answered")?;
    let id = largest.query_row([], |row| row.get::<_, i64>(0))? + 1;
    tx.execute("DELETE FROM answered WHERE id<=?1", [id - KEPT_MAX])?;
    let body = tx.memory.shared.seal.seal(&place(id), &hex(&once.body))?;
    tx.execute(
        "INSERT INTO answered(id, login, resource, name, body, row_key, tag, at)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (id, &actor.user, address, &once.name, body, added.key, added.tag.number(), tx.now),
    )?;
    Ok(())
}

fn place(id: i64) -> Place<'static> {
    Place { table: "answered", column: "body", key: id }
}

fn hex(digest: &[u8; 32]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
