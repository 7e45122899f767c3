//! Lists that are narrowed to rows of a kind, part by part in the order of keys.
//!
//! Invariant: a part costs at most [`LOOKED_AT_MAX`] rows, however many the table has.
//! Never: counts what would cost more than [`COUNTED_MAX`] keys.

use rusqlite::Connection;

use super::narrow::Narrowed;
use super::plan::Plan;
use super::read;
use super::tally;
use super::tx::Shared;
use crate::store::{Page, Part, Query, StoreError};

/// Rows that one part looks at.
const LOOKED_AT_MAX: i64 = 10_000;
/// Candidates of a search that are counted: it is done while somebody types.
const SEARCHED_MAX: i64 = 500;
/// Keys of an index that are counted.
const COUNTED_MAX: i64 = 100_000;

/// The rows after a key, at most `limit`.
pub(super) fn part(
    connection: &Connection,
    plan: &Plan,
    shared: &Shared,
    query: &Query,
    after: Option<i64>,
    limit: usize,
) -> Result<Part, StoreError> {
    let mut narrowed = Narrowed::new(connection, plan, shared, query)?;
    if let Some(after) = after {
        narrowed.go_on(after);
    }
    // One more than wanted tells whether there are more.
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let keys = if narrowed.looks_at_rows() { LOOKED_AT_MAX } else { wanted };
    let mut statement = connection.prepare_cached(&narrowed.rows_in_order(&plan.shown_of_c))?;
    narrowed.bind(&mut statement, wanted, keys)?;
    let mut rows = statement.raw_query();
    let mut page = Page { last_key: after.unwrap_or(0), ..Page::default() };
    while let Some(row) = rows.next()? {
        if page.rows == limit {
            return Ok(Part { page, more: true });
        }
        read::add(row, &mut page)?;
    }
    drop(rows);
    if !narrowed.looks_at_rows() {
        return Ok(Part { page, more: false });
    }
    // Fewer rows than wanted: there were no more, or no more were looked at.
    let furthest = if query.descending { "min(id)" } else { "max(id)" };
    let sql = narrowed.of_keys(&format!("count(*), coalesce({furthest}, 0)"));
    let mut statement = connection.prepare_cached(&sql)?;
    narrowed.bind(&mut statement, wanted, keys)?;
    let mut rows = statement.raw_query();
    let (looked_at, furthest) = match rows.next()? {
        Some(row) => (row.get(0)?, row.get(1)?),
        None => (0, 0),
    };
    let more = looked_at == keys;
    if more {
        page.last_key = furthest;
    }
    Ok(Part { page, more })
}

/// How many rows a query has on all its parts; `None` where counting would take too long.
pub(super) fn total(
    connection: &Connection,
    plan: &Plan,
    shared: &Shared,
    query: &Query,
) -> Result<Option<i64>, StoreError> {
    let (first, last) = shared.hidden.range(plan.resource);
    if first <= last {
        return Ok(None);
    }
    if let Some(total) = tally::total(connection, plan.resource, query)? {
        return Ok(Some(total));
    }
    let narrowed = Narrowed::new(connection, plan, shared, query)?;
    let most = match (&query.search, narrowed.looks_at_rows()) {
        (Some(_), _) => SEARCHED_MAX,
        (None, true) => LOOKED_AT_MAX,
        (None, false) => COUNTED_MAX,
    };
    let count = |sql: &str| -> Result<i64, StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        narrowed.bind(&mut statement, most, most + 1)?;
        let mut rows = statement.raw_query();
        Ok(rows.next()?.map_or(Ok(0), |row| row.get(0))?)
    };
    let keys = count(&narrowed.of_keys("count(*)"))?;
    if keys > most {
        return Ok(None);
    }
    let fit = if narrowed.looks_at_rows() { count(&narrowed.rows("count(*)", ""))? } else { keys };
    Ok(Some(fit))
}

#[cfg(test)]
impl super::Database {
    /// For a test: how SQLite goes about a query, one step a line.
    pub(in crate::store) fn list_plan(
        &self,
        resource: &'static crate::resource::Resource,
        query: &Query,
    ) -> Result<String, StoreError> {
        self.read_of(resource, |connection, plan, shared| {
            let narrowed = Narrowed::new(connection, plan, shared, query)?;
            let sql = narrowed.rows_in_order(&plan.shown_of_c);
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            narrowed.bind(&mut statement, 1, 1)?;
            read::steps(&mut statement)
        })
    }
}
