//! Rows as JSON, made inside the statement that reads them.
//!
//! Each plan has two functions of SQL that take its columns. SQLite hands a function the values as
//! they stand in its registers; asking a finished row for them one by one costs five times as much.
//!
//! Invariant: every connection that shows rows has the functions of its plans ([`register`]).
//! Never: shows a secret: masked fields come as masks.

use std::borrow::Cow;
use std::sync::Arc;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::codec::{open, plain};
use super::plan::{Plan, Plans};
use crate::resource::json::{write_object, write_tagged};
use crate::resource::kind::mask;
use crate::resource::{Cells, Field, Raw, Resource, Tag};
use crate::store::StoreError;
use crate::store::seal::Seal;

/// Room for a usual row and its tag.
const ROW_BYTES: usize = 2048;

/// Makes the functions known to a connection.
pub(super) fn register(
    connection: &Connection,
    plans: &Plans,
    seal: &Arc<Seal>,
) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    for plan in plans.all() {
        let count = i32::try_from(plan.stored.len()).unwrap_or(-1);
        for (name, write) in [(&plan.json, json as Write), (&plan.tagged, tagged)] {
            let (plan, seal) = (Arc::clone(plan), Arc::clone(seal));
            connection.create_scalar_function(name.as_str(), count, flags, move |values| {
                let mut out = Vec::with_capacity(ROW_BYTES);
                write(plan.resource, &Shown::new(values, &plan, &seal)?, &mut out);
                Ok(out)
            })?;
        }
    }
    Ok(())
}

/// What a function makes of the values of a row.
type Write = fn(&Resource, &Shown<'_>, &mut Vec<u8>);

fn json(resource: &Resource, values: &Shown<'_>, out: &mut Vec<u8>) {
    write_object(resource, values, out);
}

/// With the tag's eight bytes behind it.
fn tagged(resource: &Resource, values: &Shown<'_>, out: &mut Vec<u8>) {
    let tag = write_tagged(resource, values, out);
    out.extend_from_slice(&tag.number().to_be_bytes());
}

/// Appends what the plan's function `json` made in this column.
pub(super) fn append(row: &Row<'_>, column: usize, out: &mut Vec<u8>) -> Result<(), StoreError> {
    out.extend_from_slice(row.get_ref(column)?.as_blob().map_err(rusqlite::Error::from)?);
    Ok(())
}

/// Appends what the plan's function `tagged` made in this column; answers the tag.
pub(super) fn append_tagged(
    row: &Row<'_>,
    column: usize,
    out: &mut Vec<u8>,
) -> Result<Tag, StoreError> {
    let made = row.get_ref(column)?.as_blob().map_err(rusqlite::Error::from)?;
    let (json, tag) = made.split_last_chunk().ok_or(StoreError::Unavailable)?;
    out.extend_from_slice(json);
    Ok(Tag::from_number(i64::from_be_bytes(*tag)))
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
    fn cell(&self, index: usize) -> Raw<'_> {
        let Some(Some(at)) = self.plan.position.get(index).copied() else { return Raw::Null };
        if self.plan.has_masks
            && let Some(Some(mask)) = self.masks.get(at)
        {
            return Raw::Text(Cow::Borrowed(mask));
        }
        match self.values.get_raw(at) {
            ValueRef::Integer(number) => Raw::Int(number),
            // Most cells of most rows are empty.
            ValueRef::Text([]) => Raw::Null,
            ValueRef::Text(bytes) => Raw::Text(match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => String::from_utf8_lossy(bytes),
            }),
            _ => Raw::Null,
        }
    }
}
