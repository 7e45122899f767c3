//! Tables of customers: our own headings, Google's, Outlook's.
//!
//! Invariant: one row is in memory, and it is at most [`ROW_MAX`] bytes long. Never: guesses what
//! an unknown heading of our own table means.

mod quotes;

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek};
use std::rc::Rc;

use quotes::Quotes;

use super::contact::{Contact, Filling};
use super::encoding::{Decoded, recognise};
use super::foreign::{Part, Program, take};
use super::{Row, fault_at};
use crate::resource::catalog::CUSTOMER;
use crate::resource::{Draft, Fault, Kind, Mode};

/// Most bytes of one row: an unclosed quote would make a row of all that follows.
pub(super) const ROW_MAX: usize = 1024 * 1024;
/// Where the separator is looked for.
const HEAD: u64 = 8 * 1024;
/// What may stand between two cells; the first that the first line holds does.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];
/// Most unknown headings that are named.
const NAMED_MAX: usize = 20;
/// Signs that make a spreadsheet take a cell for a formula: the contract's (resources.md §18), and their
/// wide forms, which a Japanese Excel reads as the narrow ones. Shift_JIS makes the wide minus of
/// U+2212.
pub(super) const FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '\u{2212}'];

/// What becomes of each column.
enum Plan {
    /// Our own table: the index of the field; `None` = the service writes it itself.
    Own(Vec<Option<usize>>),
    /// Another program's.
    Foreign(Vec<Option<Part>>),
}

/// A table being read.
pub struct Table<R> {
    reader: csv::Reader<Bounded<R>>,
    left: Rc<Cell<usize>>,
    headings: Vec<String>,
    plan: Plan,
    unused: Vec<String>,
    record: csv::StringRecord,
    ended: bool,
}

impl<R: Read + Seek> Table<R> {
    /// Reads the headings.
    pub(super) fn open(mut file: R) -> io::Result<Result<Self, Vec<Fault>>> {
        let encoding = recognise(&mut file)?;
        let mut decoded = Decoded::new(file, encoding);
        let mut head = Vec::new();
        decoded.by_ref().take(HEAD).read_to_end(&mut head)?;
        let separator = separator(&head);
        let left = Rc::new(Cell::new(ROW_MAX));
        let quotes = Quotes::new(separator);
        let file = Cursor::new(head).chain(decoded);
        let file = Bounded { file, left: left.clone(), last: b'\n', returned: false, quotes };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(file);
        let mut record = csv::StringRecord::new();
        let found = match reader.read_record(&mut record).map_err(into_io) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Ok(Err(vec![Fault::body(error.to_string())]));
            }
            found => found?,
        };
        let headings: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if !found {
            return Ok(Err(vec![fault_at(1, "", "ファイルが空です")]));
        }
        Ok(plan(&headings).map(|(plan, unused)| Self {
            reader,
            left,
            headings,
            plan,
            unused,
            record,
            ended: false,
        }))
    }

    pub(super) fn unused(&self) -> &[String] {
        &self.unused
    }

    pub(super) fn next(&mut self) -> Option<io::Result<Row>> {
        while !self.ended {
            self.left.set(ROW_MAX);
            match self.reader.read_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(into_io(error)));
                }
            }
            let line = self.line();
            if let Some(record) = self.row(line) {
                return Some(Ok(Row { line, record }));
            }
        }
        self.ended = true;
        None
    }

    /// The line in which the row that was just read begins. The reader's own position of a row stands
    /// before the empty lines that it skipped; every row ends with one end of a line.
    fn line(&self) -> u64 {
        let within = self.record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count();
        let within = u64::try_from(within).unwrap_or(u64::MAX).saturating_add(1);
        let begin = self.record.position().map_or(0, csv::Position::line);
        self.reader.position().line().saturating_sub(within).max(begin)
    }

    /// `None` = a row of empty cells, as spreadsheets leave them behind.
    fn row(&self, line: u64) -> Option<Result<crate::resource::Record, Vec<Fault>>> {
        if self.record.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let (cells, columns) = (self.record.len(), self.headings.len());
        let surplus = self.record.iter().skip(columns).any(|cell| !cell.is_empty());
        if cells < columns || surplus {
            let message = format!(
                "列の数が見出しと違います(見出し {columns} 列、この行 {cells} 列)。\
                 カンマや改行を含む値は \"…\" で囲んでください"
            );
            return Some(Err(vec![fault_at(line, "", &message)]));
        }
        let mut named = self.record.iter().zip(&self.headings);
        if named.any(|(cell, heading)| heading.is_empty() && !cell.trim().is_empty()) {
            let message =
                "見出しのない列に値があります。1行目に見出しを付けるか、その列を除いてください";
            return Some(Err(vec![fault_at(line, "", message)]));
        }
        match &self.plan {
            Plan::Own(plan) => Some(self.own(plan, line)),
            Plan::Foreign(plan) => self.foreign(plan, line),
        }
    }

    fn own(
        &self,
        plan: &[Option<usize>],
        line: u64,
    ) -> Result<crate::resource::Record, Vec<Fault>> {
        let mut filling = Filling { line, draft: Draft::empty(&CUSTOMER), faults: Vec::new() };
        for ((cell, index), heading) in self.record.iter().zip(plan).zip(&self.headings) {
            if let Some(index) = index {
                filling.set(&CUSTOMER, *index, heading, without_guard(cell));
            }
        }
        filling.finish()
    }

    fn foreign(
        &self,
        plan: &[Option<Part>],
        line: u64,
    ) -> Option<Result<crate::resource::Record, Vec<Fault>>> {
        let mut contact = Contact::default();
        let mut label = "";
        for ((cell, part), heading) in self.record.iter().zip(plan).zip(&self.headings) {
            match part {
                Some(Part::Label) => label = cell,
                Some(part) if !cell.trim().is_empty() => {
                    take(&mut contact, *part, heading, without_guard(cell), label);
                }
                _ => {}
            }
        }
        contact.row(line)
    }
}

/// What stands between two cells: of the signs that programs write, the one in the first line.
fn separator(head: &[u8]) -> u8 {
    let first = head.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty());
    let first = first.unwrap_or_default();
    SEPARATORS.into_iter().find(|sign| first.contains(sign)).unwrap_or(SEPARATORS[0])
}

/// What each column is, and the headings that nothing takes; or what is wrong with them.
fn plan(headings: &[String]) -> Result<(Plan, Vec<String>), Vec<Fault>> {
    if let Some(program) = Program::recognise(headings) {
        let parts: Vec<_> = headings.iter().map(|heading| program.part(heading)).collect();
        let unused = headings
            .iter()
            .zip(&parts)
            .filter(|(heading, part)| part.is_none() && !heading.is_empty());
        let unused = unused.map(|(heading, _)| shown(heading)).take(NAMED_MAX).collect();
        return Ok((Plan::Foreign(parts), unused));
    }
    let mut faults = Vec::new();
    let mut seen = vec![false; CUSTOMER.fields.len()];
    let mut plan = Vec::with_capacity(headings.len());
    let nameless = headings.iter().all(String::is_empty);
    for heading in headings {
        // Spreadsheets leave empty columns behind; a value in one is a fault of its row.
        if heading.is_empty() && !nameless {
            plan.push(None);
            continue;
        }
        let index = CUSTOMER.index_of_name(heading);
        let field = index.and_then(|index| CUSTOMER.fields.get(index));
        if let Some(seen) = index.and_then(|index| seen.get_mut(index))
            && std::mem::replace(seen, true)
        {
            faults.push(fault_at(1, &shown(heading), "同じ見出しが2回あります。1回にしてください"));
        }
        if field.is_none() && faults.len() < NAMED_MAX {
            faults.push(fault_at(1, &shown(heading), &unknown_heading()));
        }
        let written =
            field.is_some_and(|field| field.mode == Mode::ReadWrite && field.kind != Kind::Key);
        plan.push(index.filter(|_| written));
    }
    if faults.is_empty() { Ok((Plan::Own(plan), Vec::new())) } else { Err(faults) }
}

fn unknown_heading() -> String {
    let names: Vec<&str> = CUSTOMER.fields.iter().map(|field| field.name).collect();
    format!(
        "知らない見出しです。1行目に見出しが要ります。使える見出し: {}(Google、Outlook の見出しも使えます)",
        names.join(", ")
    )
}

/// The beginning of a heading, without what would break a line.
fn shown(heading: &str) -> String {
    heading.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Takes off the ' that the writer puts before a formula sign, and the formula around digits.
pub(super) fn without_guard(cell: &str) -> &str {
    let digits = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    if let Some(digits) = digits.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit())) {
        return digits;
    }
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        _ => cell,
    }
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
    }
}

/// Input that ends with a fault when one row takes too much of it. Whatever a program ends lines
/// with becomes `\n`, the last line too: the reader counts no others.
struct Bounded<R> {
    file: io::Chain<Cursor<Vec<u8>>, Decoded<R>>,
    left: Rc<Cell<usize>>,
    /// The byte that was handed out last.
    last: u8,
    /// Whether the byte that was read last is a `\r`.
    returned: bool,
    /// Which cells are open.
    quotes: Quotes,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.left.get();
            if left == 0 {
                let text = "1行が長すぎます。閉じていない \" がないか確かめてください";
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            let text = || io::Error::new(io::ErrorKind::InvalidData, self.quotes.told());
            if self.quotes.is_broken() {
                return Err(text());
            }
            let read = self.file.read(out)?;
            if read == 0 && self.quotes.is_open() {
                return Err(text());
            }
            self.left.set(left.saturating_sub(read));
            let given = if read == 0 { self.end(out) } else { self.ends(out, read) };
            if let Some(last) = given.checked_sub(1).and_then(|at| out.get(at)) {
                self.last = *last;
            }
            if given > 0 || read == 0 {
                return Ok(given);
            }
        }
    }
}

impl<R> Bounded<R> {
    /// Ends the last line where the file does not; returns how many bytes that takes.
    fn end(&self, out: &mut [u8]) -> usize {
        match out.first_mut() {
            Some(first) if self.last != b'\n' => {
                *first = b'\n';
                1
            }
            _ => 0,
        }
    }

    /// Makes `\n` of each `\r\n` and `\r` of the first `read` bytes; returns how many are left. What
    /// follows a cell that does not end as it should is left out.
    fn ends(&mut self, out: &mut [u8], read: usize) -> usize {
        let mut given = 0;
        for at in 0..read {
            let Some(byte) = out.get(at).copied() else { break };
            let second = byte == b'\n' && self.returned;
            self.returned = byte == b'\r';
            if second {
                continue;
            }
            let byte = if self.returned { b'\n' } else { byte };
            self.quotes.see(byte);
            if self.quotes.is_broken() {
                break;
            }
            if let Some(place) = out.get_mut(given) {
                *place = byte;
            }
            given += 1;
        }
        given
    }
}
