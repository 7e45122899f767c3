//! Rows as JSON: the hot path of every GET, so bytes go straight into the buffer.
//!
//! Invariant: every value is a JSON string (seed); secrets come in already masked.

use std::sync::LazyLock;

use super::catalog::Each;
use super::tag::Tagging;
use super::{Cells, Field, Kind, Mode, Raw, Resource, Tag};
use crate::clock::{DAY_MS, JAPAN_MS, UnixMs};

/// Appends `{"回線No":"1",…}`.
pub fn write_object(resource: &Resource, cells: &impl Cells, out: &mut Vec<u8>) {
    write_members(resource, cells, out, |_, _, _| ());
}

/// As [`write_object`]; answers the row's tag.
pub fn write_tagged(resource: &Resource, cells: &impl Cells, out: &mut Vec<u8>) -> Tag {
    let mut tagging = Tagging::new(resource);
    write_members(resource, cells, out, |index, field, value| {
        if tagging.counts(field) {
            tagging.value(value);
            if let Some(clear) = cells.secret(index) {
                tagging.secret(clear);
            }
        }
    });
    tagging.finish()
}

/// Appends an object of those members alone whose positions are `wanted`.
pub fn write_members_of(
    resource: &Resource,
    cells: &impl Cells,
    wanted: impl Fn(usize) -> bool,
    out: &mut Vec<u8>,
) {
    out.push(b'{');
    let start = out.len();
    for (index, field) in resource.fields.iter().enumerate() {
        if field.mode == Mode::WriteOnly || !wanted(index) {
            continue;
        }
        if out.len() > start {
            out.push(b',');
        }
        out.push(b'"');
        out.extend_from_slice(field.name.as_bytes());
        out.extend_from_slice(b"\":\"");
        write_cell(field.kind, &cells.cell(index), out);
        out.push(b'"');
    }
    out.push(b'}');
}

/// Writes an object; `seen` gets the position, the field and the written value of each member.
fn write_members(
    resource: &Resource,
    cells: &impl Cells,
    out: &mut Vec<u8>,
    mut seen: impl FnMut(usize, &Field, &[u8]),
) {
    let shape = SHAPES.of(resource);
    debug_assert!(shape.is_some(), "{resource:?} is not in the catalogue");
    let Some(Shape { empty, values }) = shape else { return };
    let mut written = 0;
    for ((index, place), field) in values {
        let cell = cells.cell(*index);
        if matches!(cell, Raw::Null) && field.kind != Kind::Bool {
            seen(*index, field, b"");
            continue;
        }
        out.extend_from_slice(empty.get(written..*place).unwrap_or_default());
        written = *place;
        let start = out.len();
        write_cell(field.kind, &cell, out);
        seen(*index, field, out.get(start..).unwrap_or_default());
    }
    out.extend_from_slice(empty.get(written..).unwrap_or_default());
}

/// A row whose values are all empty: most values of most rows are, so what stands between two
/// others goes out in one piece.
struct Shape {
    /// The object.
    empty: Vec<u8>,
    /// The fields it shows: position among the fields and where in the object the value stands.
    values: Vec<((usize, usize), &'static Field)>,
}

static SHAPES: LazyLock<Each<Shape>> = LazyLock::new(|| Each::new(Shape::new));

impl Shape {
    fn new(resource: &'static Resource) -> Self {
        let (mut empty, mut values) = (Vec::new(), Vec::new());
        for (index, field) in resource.fields.iter().enumerate() {
            if field.mode == Mode::WriteOnly {
                continue;
            }
            empty.push(if empty.is_empty() { b'{' } else { b',' });
            // A test holds that no name needs escaping.
            empty.extend_from_slice(format!("\"{}\":\"", field.name).as_bytes());
            values.push(((index, empty.len()), field));
            empty.push(b'"');
        }
        empty.push(b'}');
        Self { empty, values }
    }
}

/// The text that GET shows for one cell, unescaped (CSV, audit, tests).
pub fn shown(kind: Kind, raw: &Raw<'_>) -> String {
    match raw {
        Raw::Text(text) => text.clone().into_owned(),
        _ => {
            let mut out = Vec::new();
            write_cell(kind, raw, &mut out);
            String::from_utf8(out).unwrap_or_default()
        }
    }
}

fn write_cell(kind: Kind, raw: &Raw<'_>, out: &mut Vec<u8>) {
    match (raw, kind) {
        (Raw::Text(text), _) => write_escaped(text, out),
        (Raw::Int(0) | Raw::Null, Kind::Bool) => out.extend_from_slice(b"False"),
        (Raw::Int(_), Kind::Bool) => out.extend_from_slice(b"True"),
        (Raw::Null, _) => {}
        (Raw::Int(at), Kind::DateTime) => write_date_time(*at, out),
        (Raw::Int(number), _) => write_int(*number, out),
    }
}

/// Appends a string's inside, escaped for JSON.
pub fn write_escaped(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let (words, rest) = bytes.as_chunks();
    if !words.iter().any(|word| has_escape(*word)) && !rest.iter().any(needs_escape) {
        out.extend_from_slice(bytes);
        return;
    }
    let mut start = 0;
    for (index, byte) in bytes.iter().enumerate().filter(|(_, byte)| needs_escape(byte)) {
        out.extend_from_slice(bytes.get(start..index).unwrap_or_default());
        write_escape(*byte, out);
        start = index + 1;
    }
    out.extend_from_slice(bytes.get(start..).unwrap_or_default());
}

/// Whether one of eight bytes [`needs_escape`], all looked at in one step: a byte below a bound
/// borrows into its upper bit when the bound is taken from it.
fn has_escape(word: [u8; 8]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    let word = u64::from_ne_bytes(word);
    let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\') | is(0x7f)) & (ONES * 0x80) != 0
}

/// Control characters, `"` and `\` (RFC 8259 §7). Bytes above 127 belong to UTF-8 sequences.
fn needs_escape(byte: &u8) -> bool {
    matches!(byte, 0..0x20 | b'"' | b'\\' | 0x7f)
}

fn write_escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
}

/// Appends a decimal number.
pub fn write_int(number: i64, out: &mut Vec<u8>) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = digit(rest % 10);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// The last decimal digit of a number.
fn digit(number: u64) -> u8 {
    b"0123456789"[usize::try_from(number % 10).unwrap_or_default()]
}

/// Appends `yyyy/MM/dd HH:mm:ss`, Japan time; years outside 0000–9999 as they are.
pub fn write_date_time(at: UnixMs, out: &mut Vec<u8>) {
    let local = at.saturating_add(JAPAN_MS);
    let (day, ms) = (local.div_euclid(DAY_MS), local.rem_euclid(DAY_MS));
    let (year, month, day) = civil(day);
    if (0..=9999).contains(&year) {
        let year = year.unsigned_abs();
        write_two(year / 100, out);
        write_two(year, out);
    } else {
        write_int(year, out);
    }
    let seconds = ms.unsigned_abs() / 1000;
    let parts = [
        (b'/', month),
        (b'/', day),
        (b' ', seconds / 3600),
        (b':', seconds / 60 % 60),
        (b':', seconds % 60),
    ];
    for (mark, number) in parts {
        out.push(mark);
        write_two(number, out);
    }
}

fn write_two(number: u64, out: &mut Vec<u8>) {
    out.push(digit(number / 10));
    out.push(digit(number));
}

/// Year, month and day of a day since 1970-01-01 in the Gregorian calendar. Counting from
/// 0000-03-01 puts the leap day at the end of a year, so that months follow one formula.
fn civil(day: i64) -> (i64, u64, u64) {
    const DAYS_TO_1970: i64 = 719_468;
    const DAYS_IN_400_YEARS: i64 = 146_097;
    let day = day + DAYS_TO_1970;
    let era = day.div_euclid(DAYS_IN_400_YEARS);
    let in_era = day.rem_euclid(DAYS_IN_400_YEARS).unsigned_abs();
    let year_of_era = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * in_year + 2) / 153;
    let day_of_month = in_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + i64::try_from(year_of_era).unwrap_or_default();
    (year + i64::from(month <= 2), month, day_of_month)
}
