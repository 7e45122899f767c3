//! Rows as JSON, made inside the statement that reads them.
//!
//! Each plan has two functions of SQL that take its columns. SQLite hands a function the values as
//! they stand in its registers; asking a finished row for them one by one costs five times as much.
//! `json` answers the JSON, for rows that SQLite may have to sort; `tagged`, for a single row of a large
//! table, writes it where it is wanted and answers the row's tag.
//!
//! Invariant: every connection that shows rows has the functions of its plans ([`register`]).
//! Never: shows a secret: masked fields come as masks.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::codec::{open, plain};
use super::plan::{Plan, Plans};
use crate::resource::json::{write_object, write_tagged};
use crate::resource::kind::mask;
use crate::resource::{Cells, Field, Raw, Resource, Tag};
use crate::store::StoreError;
use crate::store::seal::Seal;

/// Room for a usual row.
const ROW_BYTES: usize = 2048;

thread_local! {
    /// Where `tagged` writes on this thread.
    static OUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Makes the functions known to a connection.
pub(super) fn register(
    connection: &Connection,
    plans: &Plans,
    seal: &Arc<Seal>,
) -> rusqlite::Result<()> {
    for plan in plans.all() {
        let of = (Arc::clone(plan), Arc::clone(seal));
        let json = move |values: &Context<'_>| {
            let mut out = Vec::with_capacity(ROW_BYTES);
            write_object(of.0.resource, &Shown::new(values, &of.0, &of.1)?, &mut out);
            Ok(out)
        };
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        connection.create_scalar_function(plan.json.as_str(), plan.arguments(), flags, json)?;
        if plan.resource.large {
            register_tagged(connection, plan, seal)?;
        }
    }
    Ok(())
}

/// With it comes a view of the table's rows through it: a statement is looked up by its text, and
/// one that named every column would be long.
fn register_tagged(
    connection: &Connection,
    plan: &Arc<Plan>,
    seal: &Arc<Seal>,
) -> rusqlite::Result<()> {
    let of = (Arc::clone(plan), Arc::clone(seal));
    let tagged = move |values: &Context<'_>| {
        let mut out = OUT.take();
        let shown = Shown::new(values, &of.0, &of.1);
        let tag = shown.map(|shown| write_tagged(of.0.resource, &shown, &mut out));
        OUT.set(out);
        tag.map(Tag::number)
    };
    let flags = FunctionFlags::SQLITE_UTF8;
    connection.create_scalar_function(plan.tagged.as_str(), plan.arguments(), flags, tagged)?;
    connection.execute_batch(&plan.tagged_view)
}

/// Appends what the plan's function `json` made in this column.
pub(super) fn append(row: &Row<'_>, column: usize, out: &mut Vec<u8>) -> Result<(), StoreError> {
    out.extend_from_slice(row.get_ref(column)?.as_blob().map_err(rusqlite::Error::from)?);
    Ok(())
}

/// Appends one row of a large table as JSON; answers its tag, `None` where there is no such row.
pub(super) fn append_tagged(
    connection: &Connection,
    plan: &Plan,
    key: i64,
    out: &mut Vec<u8>,
) -> Result<Option<Tag>, StoreError> {
    let mut statement = connection.prepare_cached(&plan.one_tagged)?;
    OUT.set(std::mem::take(out));
    let tag = statement.query_row([key], |row| row.get(0)).optional();
    *out = OUT.take();
    Ok(tag?.map(Tag::from_number))
}

/// The values of one row, ready to be shown without a copy of its texts.
struct Shown<'c> {
    values: &'c Context<'c>,
    plan: &'c Plan,
    /// The shown text of masked fields by position; empty where the resource has none.
    masks: Vec<Option<String>>,
}

impl<'c> Shown<'c> {
    fn new(values: &'c Context<'c>, plan: &'c Plan, seal: &Seal) -> rusqlite::Result<Self> {
        let mut masks = Vec::new();
        if plan.has_masks {
            let key = values.get(0)?;
            for (at, stored) in plan.stored.iter().enumerate() {
                masks.push(masked(values.get_raw(at), plan.resource, key, stored.field, seal)?);
            }
        }
        Ok(Self { values, plan, masks })
    }
}

fn masked(
    value: ValueRef<'_>,
    resource: &Resource,
    key: i64,
    field: &Field,
    seal: &Seal,
) -> rusqlite::Result<Option<String>> {
    if !field.kind.is_masked() {
        return Ok(None);
    }
    let clear = match value {
        ValueRef::Blob(sealed) => open(seal, resource, key, field, sealed),
        other => plain(other)?,
    };
    Ok(Some(mask(field.kind, clear.text())))
}

impl Cells for Shown<'_> {
    #[inline]
    fn cell(&self, index: usize) -> Raw<'_> {
        let Some(Some(at)) = self.plan.position.get(index).copied() else { return Raw::Null };
        if self.plan.has_masks
            && let Some(Some(mask)) = self.masks.get(at)
        {
            return Raw::Text(Cow::Borrowed(mask));
        }
        match self.values.get_raw(at) {
            ValueRef::Integer(number) => Raw::Int(number),
            ValueRef::Text(text) if !text.is_empty() => Raw::Stored(text),
            _ => Raw::Null,
        }
    }
}
