//! CSV and EXCEL データ出力.
//!
//! Invariant: the rows of one export come page by page, so memory does not grow with them; the file
//! appears when it is whole. Never: shows a secret (rows are those that GET shows).

use std::io::{BufWriter, Write};
use std::path::Path;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use tokio::runtime::Handle;

use super::backup::{Made, sync_folder};
use super::draft::{self, DraftFile};
use super::place::{EXPORTS, Places, name};
use super::slot::last_month;
use super::texts::{self, Trouble};
use crate::clock::{UnixMs, from_japan, japan};
use crate::resource::catalog::{CSV_EXPORT, CUSTOMER, exported};
use crate::resource::listing::{Period, has_period};
use crate::resource::words::{
    encoding, format, keep_zeros, newline, period, quoting, separator, sort_order,
};
use crate::resource::{Record, Resource};
use crate::store::{Query, Store};
use crate::transfer::{Charset, Columns, CsvLayout, CsvWriter, XlsxLayout, XlsxWriter};

/// Rows that are read at once.
const PAGE_ROWS: usize = 2000;
/// What programs that print addresses need, in the order of an envelope.
const ADDRESSES: [&str; 12] = [
    "name",
    "kana",
    "honorific",
    "company",
    "department",
    "job_title",
    "zip",
    "prefecture",
    "address_1",
    "address_2",
    "phone_1",
    "email_1",
];

/// Makes the file of a row; `at` = the moment it is for (the slot, or now). Blocks; `runtime` is
/// the one that the store's reads run on.
pub fn run(
    row: &Record,
    store: &Store,
    places: &Places,
    at: UnixMs,
    runtime: &Handle,
) -> Result<Made, Trouble> {
    let resource = exported(row);
    let folder = places.folder(row.text("folder"), EXPORTS)?;
    let stem = name(row.text("file_name"), resource.title, at)?;
    let mut pages =
        Pages { store, resource, query: query(row, resource, at), after: None, runtime };
    let csv = *row.resource == CSV_EXPORT;
    let file = folder.join(stem + ending(row));
    draft::sweep(&folder, row.text("file_name"), resource.title, &[ending(row)])?;
    let target = DraftFile::begin(&file).map_err(|error| Trouble::file(&file, error))?;
    let count = match csv {
        true => write_csv(row, &mut pages, &target)?,
        false => write_xlsx(row, &mut pages, &target, &places.data_dir)?,
    };
    target.keep().map_err(|error| Trouble::file(&file, error))?;
    sync_folder(&folder)?;
    Ok(Made { file, count, result: texts::SUCCEEDED.to_owned() })
}

/// Removes what a killed run of this row left.
pub fn sweep(row: &Record, places: &Places) -> Result<(), Trouble> {
    match places.existing(row.text("folder"), EXPORTS) {
        Some(folder) => {
            draft::sweep(&folder, row.text("file_name"), exported(row).title, &[ending(row)])
        }
        None => Ok(()),
    }
}

fn ending(row: &Record) -> &'static str {
    if *row.resource == CSV_EXPORT { ".csv" } else { ".xlsx" }
}

/// The rows that fit, a page at a time.
struct Pages<'a> {
    store: &'a Store,
    resource: &'static Resource,
    query: Query,
    /// The last key that was looked at; `None` before the first page.
    after: Option<i64>,
    runtime: &'a Handle,
}

impl Pages<'_> {
    /// Hands every page to `each`; answers how many rows there were.
    fn each(&mut self, mut each: impl FnMut(&[u8]) -> Result<(), Trouble>) -> Result<u64, Trouble> {
        let mut count = 0;
        loop {
            let read = self.store.list_json(self.resource, &self.query, self.after, PAGE_ROWS);
            let part = self.runtime.block_on(read)?;
            if part.page.rows > 0 {
                each(&part.page.json)?;
                count += u64::try_from(part.page.rows).unwrap_or(0);
            }
            self.after = Some(part.page.last_key);
            if !part.more {
                return Ok(count);
            }
        }
    }
}

fn write_csv(row: &Record, pages: &mut Pages<'_>, file: &DraftFile) -> Result<u64, Trouble> {
    let at = |error| Trouble::file(file.path(), error);
    let (writer, head) = CsvWriter::with(pages.resource, csv_layout(row, pages.resource));
    let mut out = BufWriter::new(file.file());
    out.write_all(&head).map_err(at)?;
    let count = pages.each(|page| {
        let text = writer.page(page).map_err(Trouble::content)?;
        out.write_all(&text).map_err(at)
    })?;
    out.flush().map_err(at)?;
    Ok(count)
}

fn write_xlsx(
    row: &Record,
    pages: &mut Pages<'_>,
    file: &DraftFile,
    scratch: &Path,
) -> Result<u64, Trouble> {
    let sheet = match row.text("sheet_name") {
        "" => pages.resource.title,
        own => own,
    };
    let layout = XlsxLayout {
        sheet: sheet.to_owned(),
        heading: row.is("heading"),
        freeze: row.is("freeze_heading"),
        filter: row.is("auto_filter"),
        fit: row.is("auto_width"),
        columns: chosen(row, pages.resource),
    };
    let mut writer = XlsxWriter::with(pages.resource, layout, scratch).map_err(Trouble::content)?;
    let count = pages.each(|page| writer.page(page).map_err(Trouble::content))?;
    writer.finish(file.file()).map_err(Trouble::content)?;
    Ok(count)
}

fn csv_layout(row: &Record, resource: &'static Resource) -> CsvLayout {
    let columns = match row.text("format") {
        format::GOOGLE if *resource == CUSTOMER => Columns::Google,
        format::OUTLOOK if *resource == CUSTOMER => Columns::Outlook,
        format::ADDRESSES if *resource == CUSTOMER => Columns::Chosen(ADDRESSES.to_vec()),
        _ => match chosen(row, resource) {
            chosen if chosen.is_empty() => Columns::All,
            chosen => Columns::Chosen(chosen),
        },
    };
    CsvLayout {
        charset: match row.text("encoding") {
            encoding::UTF_8 => Charset::Utf8Plain,
            encoding::SHIFT_JIS => Charset::ShiftJis,
            _ => Charset::Utf8,
        },
        separator: if row.text("separator") == separator::TAB { '\t' } else { ',' },
        carriage_return: row.text("newline") != newline::LF,
        always_quoted: row.text("quoting") == quoting::ALWAYS,
        keep_zeros: row.text("keep_zeros") != keep_zeros::NEVER,
        heading: row.is("heading"),
        columns,
    }
}

/// The columns of 項目, in its order.
fn chosen(row: &Record, resource: &'static Resource) -> Vec<&'static str> {
    let names = row.text("keys").split(',');
    let fields = names.filter_map(|name| resource.fields.get(resource.index_of_name(name)?));
    fields.map(|field| field.column).collect()
}

fn query(row: &Record, resource: &Resource, at: UnixMs) -> Query {
    Query {
        descending: row.text("sort_order") == sort_order::DESCENDING,
        period: has_period(resource).then(|| stretch(row, at)).flatten(),
        ..Query::default()
    }
}

/// The days that 期間 means at this moment; `None` = all of them.
fn stretch(row: &Record, at: UnixMs) -> Option<Period> {
    let today = japan(at).date_naive();
    let (first, last) = match row.text("period") {
        period::TODAY => (today, today),
        period::YESTERDAY => {
            let day = today.pred_opt()?;
            (day, day)
        }
        period::THIS_MONTH => (today.with_day(1)?, last_of(today)?),
        period::LAST_MONTH => {
            let first = last_month(today)?;
            (first, last_of(first)?)
        }
        period::GIVEN => (day(row.text("from_date"))?, day(row.text("to_date"))?),
        _ => return None,
    };
    let start = from_japan(first.and_time(NaiveTime::MIN));
    let end = from_japan(last.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN));
    Some(Period { start, end })
}

fn last_of(month: NaiveDate) -> Option<NaiveDate> {
    month.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y/%m/%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::japan_text;
    use crate::resource::Value;

    #[test]
    fn periods_are_whole_days_around_the_moment() {
        let noon = from_japan(
            NaiveDate::from_ymd_opt(2028, 3, 31).unwrap().and_hms_opt(12, 0, 0).unwrap(),
        );
        let of = |word: &str| {
            let mut row = Record::empty(&CSV_EXPORT);
            for (column, text) in
                [("period", word), ("from_date", "2028/01/05"), ("to_date", "2028/01/06")]
            {
                row.set(column, Value::Text(text.to_owned()));
            }
            stretch(&row, noon).map(|period| [period.start, period.end].map(japan_text))
        };
        for (word, start, end) in [
            ("当日", "2028/03/31", "2028/04/01"),
            ("前日", "2028/03/30", "2028/03/31"),
            ("当月", "2028/03/01", "2028/04/01"),
            ("前月", "2028/02/01", "2028/03/01"),
            ("指定", "2028/01/05", "2028/01/07"),
        ] {
            let expected = [start, end].map(|day| format!("{day} 00:00:00"));
            assert_eq!(of(word).unwrap(), expected, "{word}");
        }
        assert_eq!(of("全期間"), None);
    }
}
