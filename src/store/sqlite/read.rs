//! Reading rows.
//!
//! Invariant: no statement outlives its call. Never: holds more than one page of rows.

use rusqlite::{Connection, OptionalExtension, Params};

use super::codec::{RowCells, decode};
use super::plan::Plan;
use super::tx::Shared;
use crate::resource::json::{write_object, write_tagged};
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

/// Appends one row as JSON; answers its tag, `None` where there is no such row.
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
    let mut statement = connection.prepare_cached(&plan.one)?;
    let mut rows = statement.query([key])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(write_tagged(plan.resource, &RowCells::new(row, plan, &shared.seal)?, out)))
}

/// The rows of a SELECT of the plan's columns as JSON.
pub(super) fn page(
    connection: &Connection,
    plan: &Plan,
    seal: &Seal,
    sql: &str,
    params: impl Params,
) -> Result<Page, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut page = Page { json: Vec::with_capacity(PAGE_BYTES), ..Page::default() };
    while let Some(row) = rows.next()? {
        if page.rows > 0 {
            page.json.push(b',');
        }
        write_object(plan.resource, &RowCells::new(row, plan, seal)?, &mut page.json);
        page.rows += 1;
        page.last_key = row.get(0)?;
    }
    Ok(page)
}

/// Whether a row exists.
pub(super) fn exists(connection: &Connection, plan: &Plan, key: i64) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(&plan.exists)?;
    Ok(statement.query_row([key], |_| Ok(())).optional()?.is_some())
}
