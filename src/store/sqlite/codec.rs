//! Between rows of SQLite and records of the catalogue.
//!
//! Invariant: a secret is a sealed BLOB in the database and clear text in a [`Record`].
//! Never: shows a row (that is `shown`).

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, Statement};

use super::plan::{Plan, Stored};
use crate::resource::kind::ColumnType;
use crate::resource::{Field, HiddenType, Record, Resource, Value};
use crate::store::StoreError;
use crate::store::seal::{Place, Seal};

/// A value on its way into a statement.
pub(super) enum Bound<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Sealed(Vec<u8>),
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Sealed(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// UTF-8 bytes as TEXT, without a copy or another look at them.
pub(super) struct Utf8<'a>(pub(super) &'a [u8]);

impl ToSql for Utf8<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0)))
    }
}

/// A field's value as its column takes it.
pub(super) fn encode<'a>(
    seal: &Seal,
    resource: &Resource,
    key: i64,
    stored: &Stored,
    value: &'a Value,
) -> Result<Bound<'a>, StoreError> {
    let field = stored.field;
    Ok(match (field.kind.column_type(), value) {
        (ColumnType::Blob, Value::Text(text)) if !text.is_empty() => {
            let place = Place { table: resource.table, column: field.column, key };
            Bound::Sealed(seal.seal(&place, text)?)
        }
        (ColumnType::Integer, Value::Int(number)) => Bound::Int(*number),
        (ColumnType::Text, value) if stored.empty_is_null && value.is_empty() => Bound::Null,
        (ColumnType::Text, Value::Text(text)) => Bound::Text(text),
        (ColumnType::Text, _) => Bound::Text(""),
        (ColumnType::Integer, _) => stored.empty.map_or(Bound::Null, Bound::Int),
        (ColumnType::Blob, _) => Bound::Null,
    })
}

/// A hidden column's value as its column takes it.
pub(super) fn encode_hidden(kind: HiddenType, value: &Value) -> Bound<'_> {
    match (kind, value) {
        (HiddenType::Integer | HiddenType::OptionalInteger, Value::Int(number)) => {
            Bound::Int(*number)
        }
        (HiddenType::Integer, _) => Bound::Int(0),
        (HiddenType::Text | HiddenType::OptionalText, Value::Text(text)) => Bound::Text(text),
        (HiddenType::Text, _) => Bound::Text(""),
        _ => Bound::Null,
    }
}

/// Binds a whole row to the plan's INSERT, which has nothing bound yet: that is NULL.
pub(super) fn bind(
    statement: &mut Statement<'_>,
    plan: &Plan,
    seal: &Seal,
    record: &Record,
) -> Result<(), StoreError> {
    let key = record.key();
    let mut at = 1;
    for stored in &plan.stored {
        let value = record.values.get(stored.index).unwrap_or(&Value::Empty);
        let value = encode(seal, plan.resource, key, stored, value)?;
        if !matches!(value, Bound::Null) {
            statement.raw_bind_parameter(at, value)?;
        }
        at += 1;
    }
    for (hidden, value) in plan.resource.hidden.iter().zip(&record.hidden) {
        statement.raw_bind_parameter(at, encode_hidden(hidden.kind, value))?;
        at += 1;
    }
    Ok(())
}

/// A row of one of the plan's SELECTs as a record, secrets in clear.
pub(super) fn decode(row: &Row<'_>, plan: &Plan, seal: &Seal) -> Result<Record, StoreError> {
    let mut record = Record::empty(plan.resource);
    let key = row.get(0)?;
    for (at, stored) in plan.stored.iter().enumerate() {
        let value = match row.get_ref(at)? {
            ValueRef::Blob(sealed) => open(seal, plan.resource, key, stored.field, sealed),
            other => plain(other)?,
        };
        if let Some(slot) = record.values.get_mut(stored.index) {
            *slot = value;
        }
    }
    for (offset, slot) in record.hidden.iter_mut().enumerate() {
        *slot = plain(row.get_ref(plan.stored.len() + offset)?)?;
    }
    Ok(record)
}

/// A value that is no secret.
pub(super) fn plain(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text([]) => Value::Empty,
        ValueRef::Text(_) => Value::Text(value.as_str()?.to_owned()),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Value::Empty,
    })
}

/// A secret in clear. One that does not open counts as empty, so that a damaged row can still be
/// shown and mended; the log says what to do.
pub(super) fn open(
    seal: &Seal,
    resource: &Resource,
    key: i64,
    field: &Field,
    sealed: &[u8],
) -> Value {
    let place = Place { table: resource.table, column: field.column, key };
    match seal.open(&place, sealed) {
        Ok(text) => Value::Text(text),
        Err(error) => {
            log::error!("{error}; enter the secret again");
            Value::Empty
        }
    }
}
