//! Rows as CSV for spreadsheets.
//!
//! Invariant: a spreadsheet takes no cell for a formula, and our own reader gets back what went
//! out. Never: holds more than the rows of one call.

use std::borrow::Cow;

use encoding_rs::{EncoderResult, SHIFT_JIS};

use super::csv_in::FORMULA;
use super::rows::Named;
use super::{for_each_row, foreign_out};
use crate::resource::{Mode, Resource};

/// What stands for a character that Shift_JIS lacks (the printers' mark for a missing letter).
const MISSING: &str = "〓";

/// The charset of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8 with byte order mark, so that spreadsheets recognise it.
    Utf8,
    /// UTF-8 without one.
    Utf8Plain,
    /// Shift_JIS as Windows has it (code page 932).
    ShiftJis,
}

/// Which columns a table has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Every field that is shown.
    All,
    /// These columns, in this order.
    Chosen(Vec<&'static str>),
    /// Google contacts (customers only).
    Google,
    /// Outlook (customers only).
    Outlook,
}

/// How a CSV file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvLayout {
    /// In which bytes.
    pub charset: Charset,
    /// Between two cells.
    pub separator: char,
    /// Behind a row: CR and LF, or LF alone.
    pub carriage_return: bool,
    /// Every cell stands in quotes.
    pub always_quoted: bool,
    /// Digits with a leading 0 are written as `="012"`, so that spreadsheets keep the 0.
    pub keep_zeros: bool,
    /// The first line says what the columns are.
    pub heading: bool,
    /// Which columns.
    pub columns: Columns,
}

impl CsvLayout {
    /// As the address `?format=csv` has it.
    pub fn standard(charset: Charset) -> Self {
        Self {
            charset,
            separator: ',',
            carriage_return: true,
            always_quoted: false,
            keep_zeros: false,
            heading: true,
            columns: Columns::All,
        }
    }
}

/// Writes a CSV file piece by piece.
pub struct CsvWriter {
    layout: CsvLayout,
    /// Every column of the rows that come in.
    shown: Vec<&'static str>,
    /// Where the chosen columns stand in them.
    chosen: Vec<usize>,
}

impl CsvWriter {
    /// A writer and the file's beginning: byte order mark and headings.
    pub fn start(resource: &Resource, charset: Charset) -> (Self, Vec<u8>) {
        Self::with(resource, CsvLayout::standard(charset))
    }

    /// As `start`, in this layout.
    pub fn with(resource: &Resource, layout: CsvLayout) -> (Self, Vec<u8>) {
        let fields: Vec<_> =
            resource.fields.iter().filter(|field| field.mode != Mode::WriteOnly).collect();
        let shown: Vec<_> = fields.iter().map(|field| field.column).collect();
        let chosen = match &layout.columns {
            Columns::Chosen(columns) => places(columns, &shown),
            _ => (0..shown.len()).collect(),
        };
        let writer = Self { layout, shown, chosen };
        let mut out = Vec::new();
        if writer.layout.charset == Charset::Utf8 {
            out.extend_from_slice("\u{feff}".as_bytes());
        }
        if writer.layout.heading {
            match writer.layout.columns {
                Columns::Google => writer.line(foreign_out::GOOGLE.iter().copied(), &mut out),
                Columns::Outlook => writer.line(foreign_out::OUTLOOK.iter().copied(), &mut out),
                Columns::All | Columns::Chosen(_) => {
                    let names = writer.chosen.iter().filter_map(|place| fields.get(*place));
                    writer.line(names.map(|field| field.name), &mut out);
                }
            }
        }
        (writer, out)
    }

    /// A page of rows as GET shows them (`{row},{row}`).
    pub fn page(&self, page: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
        let mut out = Vec::with_capacity(page.len() / 2);
        for_each_row(page, &mut |cells| self.row(cells, &mut out))?;
        Ok(out)
    }

    fn row(&self, cells: &[Cow<'_, str>], out: &mut Vec<u8>) {
        let named = Named { columns: &self.shown, cells };
        let foreign = match self.layout.columns {
            Columns::Google => foreign_out::google(&named),
            Columns::Outlook => foreign_out::outlook(&named),
            Columns::All | Columns::Chosen(_) => {
                let chosen = self.chosen.iter().filter_map(|place| cells.get(*place));
                return self.line(chosen.map(AsRef::as_ref), out);
            }
        };
        self.line(foreign.iter().map(AsRef::as_ref), out);
    }

    fn line<'a>(&self, cells: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
        let mut separator = [0; 4];
        let separator = self.layout.separator.encode_utf8(&mut separator).as_bytes();
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                out.extend_from_slice(separator);
            }
            match self.layout.keep_zeros && has_leading_zero(cell) {
                true => self.cell(&["=\"", cell, "\""].concat(), out),
                false => self.cell(&guarded(cell), out),
            }
        }
        out.extend_from_slice(if self.layout.carriage_return { b"\r\n" } else { b"\n" });
    }

    fn cell(&self, text: &str, out: &mut Vec<u8>) {
        let quoted = self.layout.always_quoted
            || text.contains(['"', ',', '\n', '\r', '\t'])
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
        match self.layout.charset {
            Charset::Utf8 | Charset::Utf8Plain => out.extend_from_slice(text.as_bytes()),
            Charset::ShiftJis => shift_jis(text, out),
        }
    }
}

/// Where these columns stand among those that are shown.
pub(super) fn places(columns: &[&'static str], shown: &[&'static str]) -> Vec<usize> {
    columns.iter().filter_map(|column| shown.iter().position(|own| own == column)).collect()
}

/// Digits that a spreadsheet would take for a smaller number.
fn has_leading_zero(cell: &str) -> bool {
    cell.len() > 1 && cell.starts_with('0') && cell.bytes().all(|byte| byte.is_ascii_digit())
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
