//! Rows as CSV for spreadsheets.
//!
//! Invariant: a spreadsheet takes no cell for a formula, and our own reader gets back what went
//! out. Never: holds more than the rows of one call.

use std::borrow::Cow;

use encoding_rs::{EncoderResult, SHIFT_JIS};

use super::csv_in::FORMULA;
use super::for_each_row;
use crate::resource::{Mode, Resource};

/// What stands for a character that Shift_JIS lacks (the printers' mark for a missing letter).
const MISSING: &str = "〓";

/// The charset of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8 with byte order mark, so that spreadsheets recognise it.
    Utf8,
    /// Shift_JIS as Windows has it (code page 932).
    ShiftJis,
}

/// Writes a CSV file piece by piece.
pub struct CsvWriter {
    charset: Charset,
}

impl CsvWriter {
    /// A writer and the file's beginning: byte order mark and headings.
    pub fn start(resource: &Resource, charset: Charset) -> (Self, Vec<u8>) {
        let writer = Self { charset };
        let mut out = Vec::new();
        if charset == Charset::Utf8 {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        let shown = resource.fields.iter().filter(|field| field.mode != Mode::WriteOnly);
        writer.line(shown.map(|field| field.name), &mut out);
        (writer, out)
    }

    /// A page of rows as GET shows them (`{row},{row}`).
    pub fn page(&self, page: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
        let mut out = Vec::with_capacity(page.len() / 2);
        for_each_row(page, &mut |cells| {
            self.line(cells.iter().map(AsRef::as_ref), &mut out);
        })?;
        Ok(out)
    }

    fn line<'a>(&self, cells: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            self.cell(&guarded(cell), out);
        }
        out.extend_from_slice(b"\r\n");
    }

    fn cell(&self, text: &str, out: &mut Vec<u8>) {
        let quoted = text.contains(['"', ',', '\n', '\r', '\t'])
            || text.starts_with(' ')
            || text.ends_with(' ');
        if !quoted {
            return self.text(text, out);
        }
        out.push(b'"');
        self.text(&text.replace('"', "\"\""), out);
        out.push(b'"');
    }

    fn text(&self, text: &str, out: &mut Vec<u8>) {
        match self.charset {
            Charset::Utf8 => out.extend_from_slice(text.as_bytes()),
            Charset::ShiftJis => shift_jis(text, out),
        }
    }
}

/// A ' before whatever a spreadsheet would run; one more before a text that has one already, so
/// that reading takes off exactly what writing put there.
pub(super) fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.trim_start_matches('\'').starts_with(FORMULA) {
        Cow::Owned(["'", cell].concat())
    } else {
        Cow::Borrowed(cell)
    }
}

fn shift_jis(text: &str, out: &mut Vec<u8>) {
    if text.is_ascii() {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let text: String = text.chars().map(windows_form).collect();
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut rest = text.as_str();
    let mut buffer = [0; 1024];
    loop {
        let (result, read, written) =
            encoder.encode_from_utf8_without_replacement(rest, &mut buffer, true);
        out.extend_from_slice(buffer.get(..written).unwrap_or_default());
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => {
                out.extend_from_slice(&SHIFT_JIS.encode(MISSING).0);
            }
        }
    }
}

/// The character that Windows has at the place where others have this one.
fn windows_form(c: char) -> char {
    match c {
        '\u{301c}' => '\u{ff5e}', // wave dash
        '\u{2014}' => '\u{2015}', // em dash
        '\u{2016}' => '\u{2225}', // double vertical line
        '\u{a2}' => '\u{ffe0}',
        '\u{a3}' => '\u{ffe1}',
        '\u{ac}' => '\u{ffe2}',
        other => other,
    }
}
