//! What connected clients were told, for replay.
//!
//! The events of one commit are one row: they are written, replayed and forgotten together, and a
//! statement for each would cost a busy transaction more than the bytes do.
//!
//! Invariant: an event is in the same transaction as the change it tells; ids grow by one.
//! Never: keeps more than [`EVENTS_KEPT`] + [`PRUNE_EVERY`] events and those of one commit.

use std::fmt::Write;

use bytes::Bytes;
use rusqlite::Connection;

use super::codec::Utf8;
use super::tx::Tx;
use crate::push::{EventKind, Pushed};
use crate::store::{NewEvent, Replay, StoreError};

/// How many events a client may have missed (events.md).
const EVENTS_KEPT: i64 = 10_000;

/// Old rows are removed in one go after this many new events.
const PRUNE_EVERY: i64 = 256;

/// Ends a field of an event; an envelope is JSON and holds neither this nor a line end.
const FIELD_END: char = '\t';

/// Room for what stands beside the JSON of an event.
const HEAD_BYTES: usize = 48;

/// Adds an event to the transaction; after the commit it goes to [`crate::store::Store::pushed`], in
/// the order of ids.
pub(super) fn insert(tx: &mut Tx<'_>, event: NewEvent) {
    let id = tx.memory.keys.event + 1;
    tx.memory.keys.event = id;
    tx.push(Pushed { id, kind: event.kind, line: event.line, json: Bytes::from(event.json) });
}

/// Writes the events of a transaction, just before its commit.
pub(super) fn write(connection: &Connection, events: &[Pushed]) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
    let room = events.iter().map(|event| event.json.len() + HEAD_BYTES).sum();
    let mut lines = Vec::with_capacity(room);
    for event in events {
        write_line(&mut lines, event);
    }
    let sql = "INSERT INTO event_batch(id, first_id, lines) VALUES(?1, ?2, ?3)";
    connection.prepare_cached(sql)?.execute((last.id, first.id, Utf8(&lines)))?;
    if (first.id - 1) / PRUNE_EVERY != last.id / PRUNE_EVERY {
        let sql = "DELETE FROM event_batch WHERE id<=?1";
        connection.prepare_cached(sql)?.execute([last.id - EVENTS_KEPT])?;
    }
    Ok(())
}

/// `id`, kind, 回線No (or nothing) and envelope.
fn write_line(lines: &mut Vec<u8>, event: &Pushed) {
    let mut head = String::with_capacity(HEAD_BYTES);
    let line = event.line.map(|line| line.to_string()).unwrap_or_default();
    // Writing to a String cannot fail.
    let _ =
        write!(head, "{}{FIELD_END}{}{FIELD_END}{line}{FIELD_END}", event.id, event.kind.name());
    lines.extend_from_slice(head.as_bytes());
    lines.extend_from_slice(&event.json);
    lines.push(b'\n');
}

/// Reads what [`write_line`] wrote; `None` for a kind of a newer program.
fn read_line(line: &str) -> Option<Pushed> {
    let mut fields = line.splitn(4, FIELD_END);
    let id = fields.next()?.parse().ok()?;
    let kind = EventKind::from_name(fields.next()?)?;
    let line = match fields.next()? {
        "" => None,
        number => Some(number.parse().ok()?),
    };
    Some(Pushed { id, kind, line, json: Bytes::copy_from_slice(fields.next()?.as_bytes()) })
}

/// Events after `since`.
pub(super) fn since(
    connection: &Connection,
    since: i64,
    limit: usize,
) -> Result<Replay, StoreError> {
    // Sub-selects, so that each reads one end of the table: both ends at once would read it all.
    let mut ends = connection.prepare_cached(
        "SELECT coalesce((SELECT first_id FROM event_batch ORDER BY id LIMIT 1), 1),
           coalesce((SELECT max(id) FROM event_batch), 0)",
    )?;
    let (first, last): (i64, i64) = ends.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if since > last || since < first - 1 {
        return Ok(Replay::TooOld);
    }
    let mut statement =
        connection.prepare_cached("SELECT lines FROM event_batch WHERE id>?1 ORDER BY id")?;
    let mut rows = statement.query([since])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        for line in row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?.lines() {
            if events.len() == limit {
                return Ok(Replay::Events(events));
            }
            // A kind of a newer program: the client reads everything again.
            let Some(event) = read_line(line) else { return Ok(Replay::TooOld) };
            if event.id > since {
                events.push(event);
            }
        }
    }
    Ok(Replay::Events(events))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        for line in [None, Some(0), Some(12)] {
            let json = Bytes::from_static("{\"種別\":\"着信\",\"a\":\"\\t\\n\"}".as_bytes());
            let event = Pushed { id: 7, kind: EventKind::Ringing, line, json };
            let mut lines = Vec::new();
            write_line(&mut lines, &event);
            let text = String::from_utf8(lines).unwrap();
            let read = read_line(text.strip_suffix('\n').unwrap()).unwrap();
            assert_eq!(
                (read.id, read.kind, read.line, read.json),
                (7, event.kind, line, event.json)
            );
        }
        for strange in ["", "x", "1\tnothing\t\t{}", "1\tringing\tx\t{}"] {
            assert!(read_line(strange).is_none(), "{strange}");
        }
    }
}
