//! Event rows: what connected clients were told, for replay.
//!
//! Invariant: an event is in the same transaction as the change it tells; ids grow by one.
//! Never: keeps more than [`EVENTS_KEPT`] + [`PRUNE_EVERY`] rows.

use bytes::Bytes;
use rusqlite::Connection;

use super::codec::Utf8;
use super::tx::Tx;
use crate::push::{EventKind, Pushed};
use crate::store::{NewEvent, Replay, StoreError};

/// How many events a client may have missed (events.md).
const EVENTS_KEPT: i64 = 10_000;

/// Old rows are removed in one go after this many new ones.
const PRUNE_EVERY: i64 = 256;

/// Writes an event; after the commit it goes to [`crate::store::Store::pushed`], in the order of ids.
pub(super) fn insert(tx: &mut Tx<'_>, event: NewEvent) -> Result<(), StoreError> {
    let id = tx.memory.keys.event + 1;
    tx.memory.keys.event = id;
    tx.execute(
        "INSERT INTO event(id, kind, line, json) VALUES(?1, ?2, ?3, ?4)",
        (id, event.kind.name(), event.line, Utf8(&event.json)),
    )?;
    if id % PRUNE_EVERY == 0 {
        tx.execute("DELETE FROM event WHERE id<=?1", [id - EVENTS_KEPT])?;
    }
    tx.push(Pushed { id, kind: event.kind, line: event.line, json: Bytes::from(event.json) });
    Ok(())
}

/// Events after `since`.
pub(super) fn since(
    connection: &Connection,
    since: i64,
    limit: usize,
) -> Result<Replay, StoreError> {
    // Sub-selects, so that each reads one end of the table: both ends at once would read it all.
    let mut ends = connection.prepare_cached(
        "SELECT coalesce((SELECT min(id) FROM event), 1), coalesce((SELECT max(id) FROM event), 0)",
    )?;
    let (first, last): (i64, i64) = ends.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if since > last || since < first - 1 {
        return Ok(Replay::TooOld);
    }
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, line, json FROM event WHERE id>?1 ORDER BY id LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query((since, limit))?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = row.get_ref(1)?.as_str().ok().and_then(EventKind::from_name);
        // A kind of a newer program: the client reads everything again.
        let Some(kind) = kind else { return Ok(Replay::TooOld) };
        let json = Bytes::copy_from_slice(row.get_ref(3)?.as_bytes().unwrap_or_default());
        events.push(Pushed { id: row.get(0)?, kind, line: row.get(2)?, json });
    }
    Ok(Replay::Events(events))
}
