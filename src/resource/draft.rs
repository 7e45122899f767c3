//! What a client wrote, checked field by field.

use super::{Resource, Value};

/// One fault of a request, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The JSON name it belongs to; `""` where it belongs to the whole body.
    pub name: String,
    /// What is wrong and how to mend it (Japanese).
    pub message: String,
}

/// The body of a POST or PUT after every single-field check.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it is a row of.
    pub resource: &'static Resource,
    /// One slot for each field: `None` = the key was absent (or read-only, or a masked secret on POST).
    pub values: Vec<Option<Value>>,
    /// Secrets that came as a mask on PUT: (field index, the mask as sent). The store compares
    /// it with the stored value's mask: equal keeps the value, different is a fault.
    pub masks: Vec<(usize, String)>,
    /// Read-only keys in the body: (field index, value as sent).
    pub read_only: Vec<(usize, String)>,
    /// Values of hidden columns that the service adds: (column, value).
    pub hidden: Vec<(&'static str, Value)>,
}
