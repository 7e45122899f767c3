//! Reading rows.
//!
//! Invariant: no statement outlives its call. Never: holds more than one page of rows.

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::codec::decode;
use super::plan::Plan;
use super::shown::{append, append_tagged};
use super::tx::Shared;
use crate::resource::{Record, Tag};
use crate::store::seal::Seal;
use crate::store::{Page, StoreError};

/// Room for some dozens of rows.
const PAGE_BYTES: usize = 64 * 1024;

/// Every row, decoded.
pub(super) fn all(
    connection: &Connection,
    plan: &Plan,
    seal: &Seal,
) -> Result<Vec<Record>, StoreError> {
    records(connection, plan, seal, &plan.all, [])
}

/// The rows of a SELECT of the plan's columns, decoded.
pub(super) fn records(
    connection: &Connection,
    plan: &Plan,
    seal: &Seal,
    sql: &str,
    params: impl Params,
) -> Result<Vec<Record>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(decode(row, plan, seal)?);
    }
    Ok(records)
}

/// One decoded row.
pub(super) fn record(
    connection: &Connection,
    plan: &Plan,
    seal: &Seal,
    key: i64,
) -> Result<Option<Record>, StoreError> {
    let mut statement = connection.prepare_cached(&plan.one)?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(|row| decode(row, plan, seal)).transpose()
}

/// Appends one row of a large table as JSON; answers its tag, `None` where there is no such row.
pub(super) fn row_json(
    connection: &Connection,
    plan: &Plan,
    shared: &Shared,
    key: i64,
    out: &mut Vec<u8>,
) -> Result<Option<Tag>, StoreError> {
    if shared.hidden.hides(plan.resource, key) {
        return Ok(None);
    }
    append_tagged(connection, plan, key, out)
}

/// The rows of a SELECT of keys and JSON.
pub(super) fn page(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> Result<Page, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut page = Page { json: Vec::with_capacity(PAGE_BYTES), ..Page::default() };
    while let Some(row) = rows.next()? {
        add(row, &mut page)?;
    }
    Ok(page)
}

/// Adds a row of a SELECT of keys and JSON.
pub(super) fn add(row: &Row<'_>, page: &mut Page) -> Result<(), StoreError> {
    if page.rows > 0 {
        page.json.push(b',');
    }
    append(row, 1, &mut page.json)?;
    page.rows += 1;
    page.last_key = row.get(0)?;
    Ok(())
}

/// Whether a row exists.
pub(super) fn exists(connection: &Connection, plan: &Plan, key: i64) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(&plan.exists)?;
    Ok(statement.query_row([key], |_| Ok(())).optional()?.is_some())
}

/// For tests: the steps of an EXPLAIN QUERY PLAN, one a line.
#[cfg(test)]
pub(super) fn steps(statement: &mut rusqlite::Statement<'_>) -> Result<String, StoreError> {
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(row.get::<_, String>(3)?);
    }
    Ok(steps.join("\n"))
}
