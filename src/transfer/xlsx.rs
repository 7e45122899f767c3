//! Rows as an Excel workbook.
//!
//! Invariant: rows go to a temporary file at once, so memory does not grow with them; numbers of
//! telephones and postal codes are texts. Never: writes a formula.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::for_each_row;
use crate::resource::{Field, Kind, Mode, Resource};

/// Most rows of a sheet, its headings counted (Excel's limit).
const SHEET_ROWS: u32 = 1_048_576;
/// Most characters of a cell (Excel's limit).
const CELL_MAX: usize = 32_767;
/// Whole numbers up to here are exact in Excel, which calculates with doubles.
const EXACT_MAX: i64 = 1 << 53;

/// Writes a workbook row by row.
pub struct XlsxWriter {
    workbook: Workbook,
    fields: Vec<&'static Field>,
    title: &'static str,
    sheets: usize,
    /// The next row of the last sheet.
    row: u32,
    rows_max: u32,
}

impl XlsxWriter {
    /// A workbook whose rows wait in temporary files in `folder`.
    pub fn start(resource: &'static Resource, folder: &Path) -> Result<Self, XlsxError> {
        Self::with_rows(resource, folder, SHEET_ROWS)
    }

    /// As `start`, with another limit of rows.
    pub(super) fn with_rows(
        resource: &'static Resource,
        folder: &Path,
        rows_max: u32,
    ) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        let shown = resource.fields.iter().filter(|field| field.mode != Mode::WriteOnly);
        let mut writer = Self {
            workbook,
            fields: shown.collect(),
            title: resource.title,
            sheets: 0,
            row: 0,
            rows_max,
        };
        writer.add_sheet()?;
        Ok(writer)
    }

    /// Appends a page of rows as GET shows them (`{row},{row}`).
    pub fn page(&mut self, page: &[u8]) -> Result<(), XlsxError> {
        let mut failed = None;
        let read = for_each_row(page, &mut |cells| {
            if failed.is_none() {
                failed = self.cells(cells).err();
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
        self.workbook.save_to_writer(file)
    }

    fn add_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.title.to_owned(),
            number => format!("{} ({number})", self.title),
        };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (field, column) in self.fields.iter().zip(0..) {
            sheet.write_string(0, column, field.name)?;
        }
        self.row = 1;
        Ok(())
    }

    fn cells(&mut self, cells: &[Cow<'_, str>]) -> Result<(), XlsxError> {
        if self.row >= self.rows_max {
            self.add_sheet()?;
        }
        let sheet = self.workbook.worksheet_from_index(self.sheets - 1)?;
        for ((field, text), column) in self.fields.iter().zip(cells).zip(0..) {
            write(sheet, self.row, column, field.kind, text)?;
        }
        self.row += 1;
        Ok(())
    }
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
