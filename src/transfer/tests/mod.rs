//! Readers and writers against each other, samples of other programs, hostile input.

mod cards;
mod hostile;
mod programs;
mod round_trip;

use std::borrow::Cow;
use std::io::Cursor;

use super::{Checked, Format, Reader, check};
use crate::resource::Record;

/// Every row of a file that has no faults.
#[track_caller]
fn read(bytes: &[u8], format: Format) -> Vec<Record> {
    let reader = Reader::open(Cursor::new(bytes.to_vec()), format).unwrap().ok().unwrap();
    reader.map(|row| row.unwrap().record.unwrap()).collect()
}

fn checked(bytes: &[u8], format: Format) -> Checked {
    check(Cursor::new(bytes.to_vec()), format, |_| ()).unwrap()
}

/// The faults as one text, a line each.
fn faults(bytes: &[u8], format: Format) -> String {
    let faults: Vec<String> =
        checked(bytes, format).faults.iter().map(ToString::to_string).collect();
    faults.join("\n")
}

/// The filled columns of a row.
fn filled(record: &Record) -> Vec<(&'static str, Cow<'_, str>)> {
    let fields = record.resource.fields.iter().zip(&record.values);
    let filled = fields.filter(|(_, value)| !value.text().is_empty());
    filled.map(|(field, value)| (field.column, Cow::Borrowed(value.text()))).collect()
}

/// Shift_JIS as Windows writes it.
fn shift_jis(text: &str) -> Vec<u8> {
    let (bytes, _, missing) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!missing, "the sample holds what Shift_JIS lacks");
    bytes.into_owned()
}
