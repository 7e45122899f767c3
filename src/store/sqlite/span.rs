//! Which keys the rows of a log may have that were written in a period.
//!
//! A log grows at its end, so its moments rise with its keys: a period is found by halving, in some
//! twenty looks at single rows, and no index has to be kept for it with every write.
//!
//! Invariant: every row of the period lies between the keys, as long as the clock was never set back
//! by more than [`SLACK_MS`]; others may lie there too. Never: reads a row's content.

use rusqlite::{CachedStatement, Connection, OptionalExtension};

use crate::clock::{HOUR_MS, UnixMs};
use crate::resource::listing::Period;
use crate::store::StoreError;

/// By how much a clock that was set back may have put rows out of order.
const SLACK_MS: i64 = HOUR_MS;

/// First and last key; first beyond last where there are none. `column` is the moment of a row.
pub(super) fn keys_of(
    connection: &Connection,
    table: &str,
    column: &str,
    period: Period,
) -> Result<(i64, i64), StoreError> {
    let sql = format!("SELECT coalesce(max(id), 0) FROM \"{table}\"");
    let newest = connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    let sql = format!(
        "SELECT id, coalesce(\"{column}\", 0) FROM \"{table}\" WHERE id>=?1 ORDER BY id LIMIT 1"
    );
    let mut look = connection.prepare_cached(&sql)?;
    let first = first_since(&mut look, newest, period.start.saturating_sub(SLACK_MS))?;
    let end = first_since(&mut look, newest, period.end.saturating_add(SLACK_MS))?;
    Ok((first, end - 1))
}

/// The first key whose row was written at a moment or later; one beyond the newest where none was.
fn first_since(
    look: &mut CachedStatement<'_>,
    newest: i64,
    moment: UnixMs,
) -> Result<i64, StoreError> {
    let (mut low, mut high) = (1, newest.saturating_add(1));
    while low < high {
        let middle = low + (high - low) / 2;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        match look.query_row([middle], row).optional()? {
            Some((key, written)) if written < moment => low = key.saturating_add(1),
            // From here on all are later, or were deleted meanwhile.
            Some(_) | None => high = middle,
        }
    }
    Ok(low)
}
