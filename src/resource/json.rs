//! Rows as JSON: the hot path of every GET, so bytes go straight into the buffer.
//!
//! Invariant: every value is a JSON string (seed); secrets come in already masked.

use std::sync::LazyLock;

use super::catalog::Each;
use super::tag::{Tagging, is_of_tag};
use super::{Cells, Kind, Mode, Raw, Resource, Tag};
use crate::clock::{DAY_MS, JAPAN_MS, UnixMs};

/// Appends `{"回線No":"1",…}`.
pub fn write_object(resource: &Resource, cells: &impl Cells, out: &mut Vec<u8>) {
    write_members(resource, cells, out, |_, _| ());
}

/// As [`write_object`]; answers the row's tag.
pub fn write_tagged(resource: &Resource, cells: &impl Cells, out: &mut Vec<u8>) -> Tag {
    let mut tagging = Tagging::new();
    write_members(resource, cells, out, |member, value| {
        if member.is_of_tag {
            tagging.value(value);
            if let Some(clear) = cells.secret(member.index) {
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

/// Writes an object; `seen` gets each member and its written value.
#[inline]
fn write_members(
    resource: &Resource,
    cells: &impl Cells,
    out: &mut Vec<u8>,
    mut seen: impl FnMut(&Member, &[u8]),
) {
    let shape = SHAPES.of(resource);
    debug_assert!(shape.is_some(), "{resource:?} is not in the catalogue");
    let Some(Shape { empty, members }) = shape else { return };
    let mut written = 0;
    for member in members {
        let cell = cells.cell(member.index);
        if matches!(cell, Raw::Null) && !member.is_bool {
            seen(member, b"");
            continue;
        }
        out.extend_from_slice(empty.get(written..member.place).unwrap_or_default());
        written = member.place;
        let start = out.len();
        write_cell(member.kind, &cell, out);
        seen(member, out.get(start..).unwrap_or_default());
    }
    out.extend_from_slice(empty.get(written..).unwrap_or_default());
}

/// A row whose values are all empty: most values of most rows are, so what stands between two
/// others goes out in one piece.
struct Shape {
    /// The object.
    empty: Vec<u8>,
    /// The fields it shows.
    members: Vec<Member>,
}

/// A field of a shown row.
struct Member {
    /// Its position among the fields.
    index: usize,
    /// Where in the empty object the value stands.
    place: usize,
    kind: Kind,
    /// Without a value it is shown all the same.
    is_bool: bool,
    /// Its value makes the version.
    is_of_tag: bool,
}

static SHAPES: LazyLock<Each<Shape>> = LazyLock::new(|| Each::new(Shape::new));

impl Shape {
    fn new(resource: &'static Resource) -> Self {
        let (mut empty, mut members) = (Vec::new(), Vec::new());
        for (index, field) in resource.fields.iter().enumerate() {
            if field.mode == Mode::WriteOnly {
                continue;
            }
            empty.push(if empty.is_empty() { b'{' } else { b',' });
            // A test holds that no name needs escaping.
            empty.extend_from_slice(format!("\"{}\":\"", field.name).as_bytes());
            members.push(Member {
                index,
                place: empty.len(),
                kind: field.kind,
                is_bool: field.kind == Kind::Bool,
                is_of_tag: is_of_tag(resource, field),
            });
            empty.push(b'"');
        }
        empty.push(b'}');
        Self { empty, members }
    }
}

/// The text that GET shows for one cell, unescaped (CSV, audit, tests).
pub fn shown(kind: Kind, raw: &Raw<'_>) -> String {
    match raw {
        Raw::Text(text) => text.clone().into_owned(),
        Raw::Stored(text) => String::from_utf8_lossy(text).into_owned(),
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
        (Raw::Stored(text), _) => write_escaped_bytes(text, out),
        (Raw::Int(0) | Raw::Null, Kind::Bool) => out.extend_from_slice(b"False"),
        (Raw::Int(_), Kind::Bool) => out.extend_from_slice(b"True"),
        (Raw::Null, _) => {}
        (Raw::Int(at), Kind::DateTime) => write_date_time(*at, out),
        (Raw::Int(number), _) => write_int(*number, out),
    }
}

/// Appends a string's inside, escaped for JSON.
pub fn write_escaped(text: &str, out: &mut Vec<u8>) {
    write_escaped_bytes(text.as_bytes(), out);
}

fn write_escaped_bytes(bytes: &[u8], out: &mut Vec<u8>) {
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
    let mut text = *b"0000/00/00 00:00:00";
    let seconds = ms.unsigned_abs() / 1000;
    write_two(month, &mut text, 5);
    write_two(day, &mut text, 8);
    write_two(seconds / 3600, &mut text, 11);
    write_two(seconds / 60 % 60, &mut text, 14);
    write_two(seconds % 60, &mut text, 17);
    if (0..=9999).contains(&year) {
        let year = year.unsigned_abs();
        write_two(year / 100, &mut text, 0);
        write_two(year, &mut text, 2);
        out.extend_from_slice(&text);
    } else {
        write_int(year, out);
        out.extend_from_slice(&text[4..]);
    }
}

/// Writes a number of two digits at a place.
#[inline]
fn write_two(number: u64, text: &mut [u8; 19], at: usize) {
    text[at] = digit(number / 10);
    text[at + 1] = digit(number);
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
