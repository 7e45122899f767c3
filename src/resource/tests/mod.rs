//! Tests over the whole catalogue, table by table.

mod catalogue;
mod golden;
mod kinds;
mod requests;
mod round_trip;
mod rules;

use super::{Field, Record, Resource, Value, catalog, json};

/// A row as GET shows it.
fn shown(record: &Record) -> String {
    let mut out = Vec::new();
    json::write_object(record.resource, record, &mut out);
    String::from_utf8(out).unwrap()
}

/// Every field of every resource.
fn fields() -> impl Iterator<Item = (&'static Resource, &'static Field)> {
    catalog::ALL
        .into_iter()
        .flat_map(|resource| resource.fields.iter().map(move |field| (resource, field)))
}

/// A row made of each field's example.
fn example(resource: &'static Resource) -> Record {
    let mut record = Record::empty(resource);
    for (slot, field) in record.values.iter_mut().zip(resource.fields) {
        if !field.example.is_empty() {
            *slot = field.kind.check(field.example).unwrap();
        }
    }
    if let Some(key) = record.values.first_mut() {
        *key = Value::Int(resource.first_key);
    }
    record
}
