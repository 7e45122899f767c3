//! A complete row.

use super::{Raw, Resource, Tag, Value, json};

/// Room for a usual row.
const TAGGED_BYTES: usize = 1024;

/// Something that has one cell for each field of a resource, in field order, ready to be shown.
pub trait Cells {
    /// The cell of the field at `index`.
    fn cell(&self, index: usize) -> Raw<'_>;

    /// The secret behind a masked cell, where it is at hand: it belongs to the row's [`super::Tag`].
    fn secret(&self, _index: usize) -> Option<&str> {
        None
    }
}

/// A complete row of a resource, secrets in clear: never shown or logged as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What it is a row of.
    pub resource: &'static Resource,
    /// One value for each field, in field order.
    pub values: Vec<Value>,
    /// One value for each hidden column, in the order of `Resource::hidden`.
    pub hidden: Vec<Value>,
}

impl Record {
    /// A row with every value empty.
    pub fn empty(resource: &'static Resource) -> Self {
        Self {
            resource,
            values: vec![Value::Empty; resource.fields.len()],
            hidden: vec![Value::Empty; resource.hidden.len()],
        }
    }

    /// The value of the field with this column; `Empty` (and a failed debug assertion) where there is none.
    pub fn get(&self, column: &str) -> &Value {
        let index = self.resource.index(column);
        debug_assert!(index.is_some(), "{} has no column {column}", self.resource.uri);
        index.and_then(|index| self.values.get(index)).unwrap_or(&Value::Empty)
    }

    /// Sets the field with this column.
    pub fn set(&mut self, column: &str, value: Value) {
        let index = self.resource.index(column);
        debug_assert!(index.is_some(), "{} has no column {column}", self.resource.uri);
        if let Some(slot) = index.and_then(|index| self.values.get_mut(index)) {
            *slot = value;
        }
    }

    /// Text of a column.
    pub fn text(&self, column: &str) -> &str {
        self.get(column).text()
    }

    /// Number of a column.
    pub fn int(&self, column: &str) -> i64 {
        self.get(column).int()
    }

    /// Bool of a column.
    pub fn is(&self, column: &str) -> bool {
        self.int(column) != 0
    }

    /// The value of a hidden column; `Empty` where there is none.
    pub fn hidden(&self, column: &str) -> &Value {
        let index = self.resource.hidden.iter().position(|hidden| hidden.column == column);
        debug_assert!(index.is_some(), "{} has no hidden column {column}", self.resource.uri);
        index.and_then(|index| self.hidden.get(index)).unwrap_or(&Value::Empty)
    }

    /// Sets a hidden column.
    pub fn set_hidden(&mut self, column: &str, value: Value) {
        let index = self.resource.hidden.iter().position(|hidden| hidden.column == column);
        debug_assert!(index.is_some(), "{} has no hidden column {column}", self.resource.uri);
        if let Some(slot) = index.and_then(|index| self.hidden.get_mut(index)) {
            *slot = value;
        }
    }

    /// Which version of the row this is.
    pub fn tag(&self) -> Tag {
        json::write_tagged(self.resource, self, &mut Vec::with_capacity(TAGGED_BYTES))
    }

    /// The key.
    pub fn key(&self) -> i64 {
        self.values.first().map_or(0, Value::int)
    }
}
