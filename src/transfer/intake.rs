//! A file of customers on its way in, the same for every door: recognised, checked to its end, then
//! handed over to whoever writes.
//!
//! Invariant: nothing is handed over before the whole file was found without fault.
//! Never: writes anything itself.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

use super::{Format, Reader, check};
use crate::resource::{Fault, Record};

/// Most bytes of a file of customers.
pub const FILE_MAX: u64 = 1024 * 1024 * 1024;
/// How a vCard begins.
const CARD: &[u8] = b"BEGIN:VCARD";
/// How files of spreadsheets begin (ZIP, and the compound files of old programs). Read as a table they
/// would be told as headings that nobody can read.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];
/// What is told of them.
const IS_WORKBOOK: &str = "Excelなどのブックはそのままでは取り込めません。Excelで「名前を付けて保存」から CSV UTF-8(コンマ区切り)を選んで保存し、そのファイルを取り込んでください";
/// Where a vCard is looked for: after a byte order mark and blank lines.
const HEAD: usize = 64;

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// So many rows of the file were checked.
    Checked(i64),
    /// So many rows were written.
    Written {
        /// Up to now.
        rows: i64,
        /// In all.
        of: i64,
    },
}

impl Step {
    /// Rows, of what is being done now.
    pub fn rows(self) -> i64 {
        match self {
            Self::Checked(rows) | Self::Written { rows, .. } => rows,
        }
    }
}

/// Is told how far an import has come, after every row while checking; must be quick.
pub type Tell = Box<dyn FnMut(Step) + Send>;

/// A file without fault, ready to be written.
pub struct Approved<'a> {
    /// How many customers.
    pub rows: i64,
    /// What was found, for people and for the audit log.
    pub note: String,
    /// The customers. It ends early where the file changed meanwhile.
    pub records: &'a mut dyn Iterator<Item = Record>,
    /// To be told how many rows are written.
    pub progress: Box<dyn FnMut(i64) + Send>,
}

/// Why a file did not come in.
#[derive(Debug)]
pub enum Hurdle<E> {
    /// It cannot be read.
    Io(io::Error),
    /// What is wrong with it.
    Faults(Vec<Fault>),
    /// The writer could not.
    Write(E),
}

impl<E> From<io::Error> for Hurdle<E> {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Checks a file, and has it written where everything is right and it is no dry run; answers what
/// to tell people. `format` = what the sender says that it is; without it the beginning decides.
pub fn intake<E>(
    file: &File,
    format: Option<Format>,
    dry_run: bool,
    mut tell: Tell,
    write: impl FnOnce(Approved<'_>) -> Result<(), E>,
) -> Result<String, Hurdle<E>> {
    let head = head(file)?;
    if WORKBOOKS.iter().any(|start| head.starts_with(start)) {
        return Err(Hurdle::Faults(vec![Fault::body(IS_WORKBOOK)]));
    }
    let format = format.unwrap_or_else(|| recognise(&head));
    rewind(file)?;
    let checked = check(file, format, |rows| tell(Step::Checked(rows)))?;
    if !checked.faults.is_empty() {
        return Err(Hurdle::Faults(checked.faults));
    }
    let summary = checked.summary(dry_run);
    if dry_run {
        return Ok(summary);
    }
    rewind(file)?;
    let reader = Reader::open(file, format)?.map_err(Hurdle::Faults)?;
    // A row that cannot be read any more ends the file early; the store then keeps nothing.
    let mut records = reader.map_while(|row| row.ok()?.record.ok());
    let of = checked.rows;
    let progress = Box::new(move |rows| tell(Step::Written { rows, of }));
    let note = summary.clone();
    write(Approved { rows: of, note, records: &mut records, progress }).map_err(Hurdle::Write)?;
    Ok(summary)
}

fn rewind(mut file: &File) -> io::Result<u64> {
    file.seek(SeekFrom::Start(0))
}

/// How it begins.
fn head(mut file: &File) -> io::Result<Vec<u8>> {
    rewind(file)?;
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(u64::try_from(HEAD).unwrap_or(u64::MAX)).read_to_end(&mut head)?;
    Ok(head)
}

fn recognise(head: &[u8]) -> Format {
    // Takes a byte order mark of any UTF into account.
    let text = encoding_rs::UTF_8.decode(head).0;
    let start = text.trim_start().as_bytes().get(..CARD.len());
    let card = start.is_some_and(|start| start.eq_ignore_ascii_case(CARD));
    if card { Format::Vcard } else { Format::Csv }
}
