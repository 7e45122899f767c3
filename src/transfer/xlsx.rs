//! Rows as an Excel workbook.
//!
//! Invariant: rows go to a temporary file at once, so memory does not grow with them; numbers of
//! telephones and postal codes are texts. Never: writes a formula.

use std::borrow::Cow;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::csv_out::places;
use super::for_each_row;
use crate::resource::{Field, Kind, Mode, Resource};

/// Most rows of a sheet, its headings counted (Excel's limit).
const SHEET_ROWS: u32 = 1_048_576;
/// Most characters of a cell (Excel's limit).
const CELL_MAX: usize = 32_767;
/// Whole numbers up to here are exact in Excel, which calculates with doubles.
const EXACT_MAX: i64 = 1 << 53;

/// Rows whose texts are measured for the widths of columns.
const MEASURED_MAX: u32 = 1000;
/// Narrowest and widest column, in characters.
const WIDTHS: (usize, usize) = (4, 60);
/// Longest name of a sheet (Excel's limit).
const SHEET_NAME_MAX: usize = 31;

/// How a workbook is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XlsxLayout {
    /// Name of the sheet; further ones are numbered.
    pub sheet: String,
    /// The first line says what the columns are.
    pub heading: bool,
    /// It stays in sight.
    pub freeze: bool,
    /// It offers to narrow the rows.
    pub filter: bool,
    /// Columns are as wide as their texts.
    pub fit: bool,
    /// These columns, in this order; empty = every field that is shown.
    pub columns: Vec<&'static str>,
}

impl XlsxLayout {
    /// As the address `?format=xlsx` has it.
    fn standard(resource: &Resource) -> Self {
        Self {
            sheet: resource.title.to_owned(),
            heading: true,
            freeze: true,
            filter: false,
            fit: false,
            columns: Vec::new(),
        }
    }
}

/// Writes a workbook row by row.
pub struct XlsxWriter {
    workbook: Workbook,
    layout: XlsxLayout,
    fields: Vec<&'static Field>,
    /// Where the fields stand in the rows that come in.
    places: Vec<usize>,
    sheets: usize,
    /// The next row of the last sheet.
    row: u32,
    rows_max: u32,
    /// Longest text of each column, in characters.
    widths: Vec<usize>,
}

impl XlsxWriter {
    /// A workbook whose rows wait in temporary files in `folder`.
    pub fn start(resource: &'static Resource, folder: &Path) -> Result<Self, XlsxError> {
        Self::with(resource, XlsxLayout::standard(resource), folder)
    }

    /// As `start`, in this layout.
    pub fn with(
        resource: &'static Resource,
        layout: XlsxLayout,
        folder: &Path,
    ) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        let shown: Vec<_> =
            resource.fields.iter().filter(|field| field.mode != Mode::WriteOnly).collect();
        let columns: Vec<_> = shown.iter().map(|field| field.column).collect();
        let places = match layout.columns.as_slice() {
            [] => (0..shown.len()).collect(),
            chosen => places(chosen, &columns),
        };
        let fields: Vec<_> = places.iter().filter_map(|place| shown.get(*place).copied()).collect();
        let widths = fields.iter().map(|field| width(field.name)).collect();
        let mut writer = Self {
            workbook,
            layout,
            fields,
            places,
            sheets: 0,
            row: 0,
            rows_max: SHEET_ROWS,
            widths,
        };
        writer.add_sheet()?;
        Ok(writer)
    }

    /// As `start`, with another limit of rows.
    #[cfg(test)]
    pub(super) fn with_rows(
        resource: &'static Resource,
        folder: &Path,
        rows_max: u32,
    ) -> Result<Self, XlsxError> {
        Ok(Self { rows_max, ..Self::start(resource, folder)? })
    }

    /// Appends a page of rows as GET shows them (`{row},{row}`).
    pub fn page(&mut self, page: &[u8]) -> Result<(), XlsxError> {
        let mut failed = None;
        let read = for_each_row(page, &mut |cells| {
            if failed.is_none() {
                failed = guarded(|| self.cells(cells)).err();
            }
        });
        match (failed, read) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(XlsxError::IoError(error.into())),
            (None, Ok(())) => Ok(()),
        }
    }

    /// Writes the file.
    pub fn finish(mut self, file: impl Write + Send) -> Result<(), XlsxError> {
        guarded(|| {
            self.end_sheet()?;
            self.workbook.save_to_writer(file)
        })
    }

    fn add_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.layout.sheet.clone(),
            number => numbered(&self.layout.sheet, number),
        };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        self.row = u32::from(self.layout.heading);
        if !self.layout.heading {
            return Ok(());
        }
        if self.layout.freeze {
            sheet.set_freeze_panes(1, 0)?;
        }
        for (field, column) in self.fields.iter().zip(0..) {
            sheet.write_string(0, column, field.name)?;
        }
        Ok(())
    }

    /// What is known only when a sheet's rows are.
    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        let last = u16::try_from(self.fields.len().saturating_sub(1)).unwrap_or(0);
        if self.layout.filter && self.layout.heading {
            sheet.autofilter(0, 0, self.row.saturating_sub(1), last)?;
        }
        if self.layout.fit {
            for (longest, column) in self.widths.iter().zip(0..) {
                let characters = longest.clamp(&WIDTHS.0, &WIDTHS.1) + 1;
                sheet.set_column_width(column, u32::try_from(characters).unwrap_or(0))?;
            }
        }
        Ok(())
    }

    fn cells(&mut self, cells: &[Cow<'_, str>]) -> Result<(), XlsxError> {
        if self.row >= self.rows_max {
            self.end_sheet()?;
            self.add_sheet()?;
        }
        let measured = self.layout.fit && self.row <= MEASURED_MAX;
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        let chosen = self.places.iter().map(|place| cells.get(*place).map_or("", AsRef::as_ref));
        for (((field, text), longest), column) in
            self.fields.iter().zip(chosen).zip(&mut self.widths).zip(0..)
        {
            write(sheet, self.row, column, field.kind, text)?;
            if measured {
                *longest = width(text).max(*longest);
            }
        }
        self.row += 1;
        Ok(())
    }
}

/// `name (2)`, as long as a name may be.
fn numbered(name: &str, number: usize) -> String {
    let ending = format!(" ({number})");
    let room = SHEET_NAME_MAX.saturating_sub(ending.chars().count());
    name.chars().take(room).chain(ending.chars()).collect()
}

/// How wide a text is, in Latin letters, its longest line.
fn width(text: &str) -> usize {
    let of = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    text.lines().map(of).max().unwrap_or(0)
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    kind: Kind,
    text: &str,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    if matches!(kind, Kind::Key | Kind::Int { .. } | Kind::Ref(_))
        && let Ok(number) = text.parse::<i64>()
        && number.abs() <= EXACT_MAX
    {
        sheet.write_number(row, column, number as f64)?;
        return Ok(());
    }
    let cut = text.char_indices().nth(CELL_MAX).map_or(text, |(end, _)| &text[..end]);
    sheet.write_string(row, column, cut)?;
    Ok(())
}

/// The crate panics where its temporary file cannot be written: on a full disk.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, XlsxError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let why = "the temporary file of a sheet cannot be written";
        Err(XlsxError::IoError(io::Error::new(io::ErrorKind::StorageFull, why)))
    })
}
