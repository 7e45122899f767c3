//! What a row's fields say about each other and no single kind can: the hand-written hatch.

use super::{DELIVERY, LINE};
use crate::resource::words::delivery_state;
use crate::resource::{Draft, Fault, Record, Value, kind};

/// Defaults that depend on other fields of the new row.
pub(in crate::resource) fn compute_defaults(record: &mut Record, draft: &Draft) {
    if *record.resource == LINE && draft.get("notify").is_none() {
        // A facsimile machine answers by itself: nobody need be told.
        let facsimile = kind::narrow(record.text("kind")).to_uppercase().contains("FAX");
        record.set("notify", Value::Int(i64::from(!facsimile)));
    }
}

/// Rules that need the row as it was.
pub(in crate::resource) fn check_change(before: Option<&Record>, after: &Record) -> Vec<Fault> {
    let Some(before) = before else { return Vec::new() };
    let mut faults = Vec::new();
    if *after.resource == DELIVERY
        && after.text("state") != delivery_state::RESEND
        && after.get("state") != before.get("state")
    {
        faults.extend(fault(after, "state", "書けるのは 再送 だけです"));
    }
    faults
}

/// A fault of the field with this column.
pub(super) fn fault(record: &Record, column: &str, message: &str) -> Option<Fault> {
    let index = record.resource.index(column);
    debug_assert!(index.is_some(), "{} has no column {column}", record.resource.uri);
    let field = index.and_then(|index| record.resource.fields.get(index))?;
    Some(Fault::of(field, message))
}
