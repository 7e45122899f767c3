//! Tables and address cards, in and out: CSV, Excel, vCard.
//!
//! Readers give one checked [`Row`] after the other, writers take rows as GET shows them; both work
//! in flat memory. [`check`] reads a whole file and tells every fault before anything is written.
//!
//! Invariant: no input makes a reader panic or keep more than one row. Never: opens a file or a
//! socket, knows the database.

mod card;
mod contact;
mod csv_in;
mod csv_out;
mod encoding;
mod foreign;
mod foreign_out;
mod intake;
mod rows;
#[cfg(test)]
mod tests;
mod xlsx;

use std::io::{self, Read, Seek};

use crate::resource::{Fault, Record};
pub use card::CardWriter;
pub use csv_out::{Charset, Columns, CsvLayout, CsvWriter};
pub use intake::{Approved, FILE_MAX, Hurdle, Step, Tell, intake};
pub use rows::for_each_row;
pub use xlsx::{XlsxLayout, XlsxWriter};

/// Most faults that are told at once.
pub const FAULTS_SHOWN_MAX: usize = 50;

/// What a file of customers is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Format {
    /// Comma or tab separated, with headings.
    Csv,
    /// vCard 2.1, 3.0 or 4.0.
    Vcard,
}

/// One customer of a file.
pub struct Row {
    /// The line where it begins, from 1.
    pub line: u64,
    /// The complete row without its key, or everything that is wrong with it.
    pub record: Result<Record, Vec<Fault>>,
}

/// The customers of a file, one after the other.
pub enum Reader<R> {
    /// From a table.
    Csv(Box<csv_in::Table<R>>),
    /// From address cards.
    Vcard(Box<card::Cards<R>>),
}

impl<R: Read + Seek> Reader<R> {
    /// Recognises charset and headings. Errors: reading failed, or the faults of the headings.
    pub fn open(file: R, format: Format) -> io::Result<Result<Self, Vec<Fault>>> {
        Ok(match format {
            Format::Csv => csv_in::Table::open(file)?.map(|table| Self::Csv(Box::new(table))),
            Format::Vcard => Ok(Self::Vcard(Box::new(card::Cards::open(file)?))),
        })
    }

    /// Headings that nothing here takes.
    pub fn unused(&self) -> &[String] {
        match self {
            Self::Csv(table) => table.unused(),
            Self::Vcard(_) => &[],
        }
    }
}

impl<R: Read + Seek> Iterator for Reader<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Csv(table) => table.next(),
            Self::Vcard(cards) => cards.next(),
        }
    }
}

/// What a file would bring.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many customers.
    pub rows: i64,
    /// The first [`FAULTS_SHOWN_MAX`] faults; where there are more, a last one says how many.
    pub faults: Vec<Fault>,
    /// Headings that nothing here takes.
    pub unused: Vec<String>,
}

impl Checked {
    /// For people: what was found and, in the same words for every channel, what becomes of it.
    pub fn summary(&self, dry_run: bool) -> String {
        let mut text = if dry_run {
            format!("{}件を追加できます(まだ書き込んでいません)", self.rows)
        } else {
            format!("{}件を追加しました", self.rows)
        };
        if !self.unused.is_empty() {
            text.push_str(&format!("。使わない列: {}", self.unused.join(", ")));
        }
        text
    }
}

/// Reads a whole file; `progress` is told the number of rows so far.
pub fn check<R: Read + Seek>(
    file: R,
    format: Format,
    mut progress: impl FnMut(i64),
) -> io::Result<Checked> {
    let mut reader = match Reader::open(file, format)? {
        Ok(reader) => reader,
        Err(faults) => return Ok(Checked { faults, ..Checked::default() }),
    };
    let mut checked = Checked { unused: reader.unused().to_vec(), ..Checked::default() };
    let mut hidden = 0_usize;
    for row in reader.by_ref() {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                checked.faults.push(Fault::body(error.to_string()));
                return Ok(checked);
            }
            Err(error) => return Err(error),
        };
        checked.rows += 1;
        if let Err(faults) = row.record {
            let room = FAULTS_SHOWN_MAX.saturating_sub(checked.faults.len());
            hidden += faults.len().saturating_sub(room);
            checked.faults.extend(faults.into_iter().take(room));
        }
        progress(checked.rows);
    }
    if hidden > 0 {
        checked.faults.push(Fault::body(format!("ほかに {hidden} 件の誤りがあります")));
    }
    if checked.rows == 0 && checked.faults.is_empty() {
        checked.faults.push(Fault::body("取り込む行がありません"));
    }
    Ok(checked)
}

/// A fault of a line: where, and what is wrong with which column.
fn fault_at(line: u64, column: &str, message: &str) -> Fault {
    let name =
        if column.is_empty() { format!("{line}行目") } else { format!("{line}行目 {column}") };
    Fault { name, message: message.to_owned() }
}
