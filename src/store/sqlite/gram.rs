//! The search index: which rows hold which characters, pairs of them, and runs of three and four
//! digits.
//!
//! Japanese has no spaces and names have two characters, so words cannot be indexed, and neither
//! can runs of three. A row that has all pairs of a word is a candidate; [`HOLDS`] looks at the row
//! itself. What the index does not hold yet (keys beyond the last one indexed, and stale ones) are
//! candidates too, so writing a row costs nothing here, or one key at most.
//!
//! Invariant: the candidates hold every row that fits, whatever the index lags behind.
//! Never: decides that a row fits.

use std::collections::BTreeSet;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

use super::tx::Tx;
use crate::resource::catalog::{CALL, CUSTOMER};
use crate::resource::needle::{Needle, fold};
use crate::resource::{Kind, Record, Resource};
use crate::store::StoreError;

/// `holds(words, text…)`: whether each word stands in one of the texts.
pub(super) const HOLDS: &str = "holds";
/// Between words, and between the texts of a row: stands in none of them.
const GAP: char = '\n';
/// How many digits in a row are indexed together.
const DIGITS: [usize; 2] = [3, 4];
/// Most pairs of a word that are looked up: the rest is left to [`HOLDS`].
const PAIRS_MAX: usize = 4;
/// Bytes that FTS5 collects in memory, as it has it from the start.
const ROOM: u32 = 1 << 20;
/// The same while the index of a whole table is made.
const ROOM_OF_REBUILD: u32 = 64 << 20;
/// Most runs of digits that are looked up.
const RUNS_MAX: usize = 2;

/// The index of a resource.
pub(super) struct Grams {
    pub(super) resource: &'static Resource,
    /// The FTS5 table.
    pub(super) index: &'static str,
    /// Keys whose rows changed since they were indexed, in the order of the changes; a row that
    /// changed twice may stand there twice.
    pub(super) stale: &'static str,
    texts: &'static [&'static str],
    /// The telephone numbers count too.
    numbers: bool,
}

/// Every index.
pub(super) static GRAMS: [Grams; 2] = [
    Grams {
        resource: &CUSTOMER,
        index: "customer_gram",
        stale: "customer_stale",
        texts: &["name", "kana", "company", "company_kana"],
        numbers: true,
    },
    Grams {
        resource: &CALL,
        index: "call_gram",
        stale: "call_stale",
        texts: &["customer_name", "company", "display_name", "memo"],
        numbers: false,
    },
];

impl Grams {
    /// The index of a resource.
    pub(super) fn of(resource: &Resource) -> Option<&'static Self> {
        GRAMS.iter().find(|grams| *grams.resource == *resource)
    }

    /// The columns that are searched, numbers last.
    fn columns(&self) -> impl Iterator<Item = &'static str> {
        let phones = self.resource.fields.iter().filter(|field| field.kind == Kind::Tel);
        let phones = phones.map(|field| field.column).filter(|_| self.numbers);
        self.texts.iter().copied().chain(phones)
    }

    /// The condition on the row `c` that its texts hold the words of the parameter.
    pub(super) fn condition(&self, words: &str) -> String {
        let columns: Vec<String> = self.columns().map(|column| format!("c.\"{column}\"")).collect();
        format!(" AND {HOLDS}({words},{})", columns.join(","))
    }

    /// The SELECTs whose union is the candidates of the FTS5 expression in the parameter; `hidden` =
    /// first and last key that nobody may see, if any.
    pub(super) fn arms(&self, expression: &str, hidden: Option<(i64, i64)>) -> Vec<String> {
        let Self { index, stale, resource, .. } = self;
        let table = resource.table;
        let beyond = format!(
            "SELECT id FROM \"{table}\" WHERE id BETWEEN \
             max(?2, 1+(SELECT value FROM meta WHERE name='{index}')) AND ?3"
        );
        let mut arms = vec![
            format!(
                "SELECT rowid AS id FROM {index} WHERE {index} MATCH {expression} \
                 AND rowid BETWEEN ?2 AND ?3"
            ),
            format!("SELECT DISTINCT id FROM {stale} WHERE id BETWEEN ?2 AND ?3"),
        ];
        match hidden {
            None => arms.push(beyond),
            Some((first, last)) => {
                arms.push(format!("{beyond} AND id<{first}"));
                arms.push(format!("{beyond} AND id>{last}"));
            }
        }
        arms
    }

    /// The last key that is indexed.
    pub(super) fn last(&self, connection: &Connection) -> Result<i64, StoreError> {
        let sql = "SELECT value FROM meta WHERE name=?1";
        Ok(connection.prepare_cached(sql)?.query_row([self.index], |row| row.get(0))?)
    }

    pub(super) fn set_last(&self, connection: &Connection, last: i64) -> Result<(), StoreError> {
        let sql = "UPDATE meta SET value=?2 WHERE name=?1";
        connection.prepare_cached(sql)?.execute((self.index, last))?;
        Ok(())
    }

    /// Indexes a row; `None` = it is gone.
    fn put(
        &self,
        connection: &Connection,
        key: i64,
        grams: Option<&str>,
    ) -> Result<(), StoreError> {
        let delete = format!("DELETE FROM {} WHERE rowid=?1", self.index);
        connection.prepare_cached(&delete)?.execute([key])?;
        if let Some(grams) = grams.filter(|grams| !grams.is_empty()) {
            let insert = format!("INSERT INTO {0}(rowid, gram) VALUES(?1, ?2)", self.index);
            connection.prepare_cached(&insert)?.execute((key, grams))?;
        }
        Ok(())
    }

    /// The SELECT of keys and searched columns.
    fn select(&self, condition: &str) -> String {
        let columns: Vec<String> = self.columns().map(|column| format!("\"{column}\"")).collect();
        format!("SELECT id,{} FROM \"{}\" {condition}", columns.join(","), self.resource.table)
    }

    /// Indexes some rows that are stale or beyond the last key; answers how many. Rows of an import
    /// that is not complete wait.
    pub(super) fn catch_up(&self, tx: &mut Tx<'_>, rows: i64) -> Result<i64, StoreError> {
        let connection = tx.connection;
        let done = self.catch_up_stale(connection, rows)?;
        let last = self.last(connection)?;
        let mut words = String::new();
        let (hidden, end) = tx.memory.shared.hidden.range(self.resource);
        let until = if hidden <= end { hidden - 1 } else { i64::MAX };
        let sql = self.select("WHERE id>?1 AND id<=?2 ORDER BY id LIMIT ?3");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut found = statement.query((last, until, rows - done))?;
        let (mut more, mut reached) = (0, last);
        while let Some(row) = found.next()? {
            reached = row.get(0)?;
            self.grams(row, &mut words)?;
            self.put(connection, reached, Some(&words))?;
            more += 1;
        }
        drop(found);
        if more > 0 {
            // Before the transaction ends: a write behind this one must see its row as indexed.
            tx.memory.shared.search.reached(self.resource, reached);
            self.set_last(connection, reached)?;
        }
        Ok(done + more)
    }

    /// Indexes the rows that have been stale longest; answers how many changes that were.
    fn catch_up_stale(&self, connection: &Connection, changes: i64) -> Result<i64, StoreError> {
        let oldest = format!("SELECT place, id FROM {} ORDER BY place LIMIT ?1", self.stale);
        let oldest: Vec<(i64, i64)> = connection
            .prepare_cached(&oldest)?
            .query_map([changes], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let Some((reached, _)) = oldest.last() else { return Ok(0) };
        let keys: BTreeSet<i64> = oldest.iter().map(|(_, key)| *key).collect();
        let row = self.select("WHERE id=?1");
        let mut words = String::new();
        for key in keys {
            let mut statement = connection.prepare_cached(&row)?;
            let mut found = statement.query([key])?;
            let grams = found.next()?.map(|row| self.grams(row, &mut words)).transpose()?;
            self.put(connection, key, grams.map(|_| words.as_str()))?;
        }
        let forget = format!("DELETE FROM {} WHERE place<=?1", self.stale);
        connection.prepare_cached(&forget)?.execute([reached])?;
        Ok(i64::try_from(oldest.len()).unwrap_or(i64::MAX))
    }

    /// Indexes every row of a table that is written to by nobody.
    pub(super) fn rebuild(&self, connection: &Connection) -> Result<(), StoreError> {
        // With more room before each merge the index of many rows takes half the time.
        self.set_room(connection, ROOM_OF_REBUILD)?;
        let mut statement = connection.prepare(&self.select("ORDER BY id"))?;
        let insert = format!("INSERT INTO {0}(rowid, gram) VALUES(?1, ?2)", self.index);
        let mut insert = connection.prepare(&insert)?;
        let mut rows = statement.query([])?;
        let (mut words, mut last) = (String::new(), 0);
        while let Some(row) = rows.next()? {
            last = row.get(0)?;
            self.grams(row, &mut words)?;
            if !words.is_empty() {
                insert.execute((last, &words))?;
            }
        }
        self.set_room(connection, ROOM)?;
        self.set_last(connection, last)
    }

    /// How many bytes FTS5 collects in memory before it writes them.
    fn set_room(&self, connection: &Connection, bytes: u32) -> Result<(), StoreError> {
        let sql = format!("INSERT INTO {0}({0}, rank) VALUES('hashsize', ?1)", self.index);
        connection.execute(&sql, [bytes])?;
        Ok(())
    }

    /// Writes the grams of a row of [`Grams::select`] into `out`.
    fn grams(&self, row: &rusqlite::Row<'_>, out: &mut String) -> Result<(), StoreError> {
        out.clear();
        // A character without the next one stands for itself.
        let mut pairs: Vec<(char, Option<char>)> = Vec::with_capacity(64);
        let mut folded = String::new();
        for at in 1..=self.columns().count() {
            // No text is no text.
            let Ok(text) = row.get_ref(at)?.as_str() else { continue };
            folded.clear();
            fold(text, &mut folded);
            for run in DIGITS.iter().flat_map(|length| folded.as_bytes().windows(*length)) {
                if run.iter().all(u8::is_ascii_digit) {
                    out.extend(run.iter().map(|byte| char::from(*byte)));
                    out.push(' ');
                }
            }
            if at <= self.texts.len() {
                let next = folded.chars().skip(1).map(Some);
                pairs.extend(folded.chars().zip(next));
                pairs.extend(folded.chars().map(|single| (single, None)));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        for pair in pairs {
            out.push(pair.0);
            out.extend(pair.1);
            out.push(' ');
        }
        Ok(())
    }
}

/// A customer or call was written, changed, or deleted (`None` after) by a client.
pub(super) fn mark(
    tx: &Tx<'_>,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Result<(), StoreError> {
    let Some(row) = after.or(before) else { return Ok(()) };
    let Some(grams) = Grams::of(row.resource) else { return Ok(()) };
    let search = &tx.memory.shared.search;
    let same = |column| match (before, after) {
        (Some(before), Some(after)) => before.get(column) == after.get(column),
        _ => false,
    };
    if grams.columns().all(same) {
        return Ok(());
    }
    search.wait_more(1);
    let key = row.key();
    if key > search.last(row.resource) {
        return Ok(());
    }
    if before.is_none() {
        return key_again(tx, row.resource, key);
    }
    let sql = format!("INSERT INTO {}(id) VALUES(?1)", grams.stale);
    tx.execute(&sql, [key])?;
    Ok(())
}

/// Keys from here on belong to new rows, though rows that are gone had them: they count as not
/// indexed.
pub(super) fn key_again(tx: &Tx<'_>, resource: &Resource, key: i64) -> Result<(), StoreError> {
    let Some(grams) = Grams::of(resource) else { return Ok(()) };
    if key > tx.memory.shared.search.last(resource) {
        return Ok(());
    }
    tx.execute("UPDATE meta SET value=min(value, ?2) WHERE name=?1", (grams.index, key - 1))?;
    Ok(())
}

/// The words as [`HOLDS`] takes them.
pub(super) fn words(needle: &Needle) -> String {
    needle.words().join(&GAP.to_string())
}

/// The FTS5 expression of the candidates; `None` for one or two digits, which stand in nearly every
/// number, so that every row is one.
pub(super) fn expression(needle: &Needle, grams: &Grams) -> Option<String> {
    let mut words: Vec<&str> = needle.words().iter().map(String::as_str).collect();
    // The first part leads the search, and digits are rarer than names.
    words.sort_by_key(|word| (!is_number(word), std::cmp::Reverse(word.len())));
    let parts: Vec<String> =
        words.into_iter().filter_map(|word| of_word(word, grams.numbers)).collect();
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

fn of_word(word: &str, numbers: bool) -> Option<String> {
    let longest = DIGITS.iter().rev().find(|length| word.len() >= **length);
    let length = match longest {
        _ if !is_number(word) => return Some(all_of(&pairs_of(word))),
        None if !numbers => return Some(all_of(&pairs_of(word))),
        longest => *longest?,
    };
    // The last digits of a number tell most.
    let mut runs: Vec<&str> = Vec::new();
    for at in (0..=word.len() - length).rev().step_by(length).chain([0]) {
        if let Some(run) = word.get(at..at + length).filter(|run| !runs.contains(run)) {
            runs.push(run);
        }
    }
    runs.truncate(RUNS_MAX);
    Some(all_of(&runs))
}

/// Every other pair of a word, and its last; a single character as it is.
fn pairs_of(word: &str) -> Vec<&str> {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    let pairs = starts.windows(3).filter_map(|ends| word.get(*ends.first()?..*ends.last()?));
    let pairs: Vec<&str> = pairs.collect();
    let Some(last) = pairs.last() else { return vec![word] };
    let mut some: Vec<&str> = pairs.iter().copied().step_by(2).take(PAIRS_MAX).collect();
    if !some.contains(last) {
        some.push(last);
    }
    some
}

fn all_of(grams: &[&str]) -> String {
    let quoted: Vec<String> = grams.iter().map(|gram| format!("\"{gram}\"")).collect();
    format!("({})", quoted.join(" AND "))
}

/// Adds [`HOLDS`] to a connection.
pub(super) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function(HOLDS, -1, flags, holds)
}

fn holds(context: &Context<'_>) -> rusqlite::Result<bool> {
    let words = context.get_raw(0).as_str()?;
    let mut text = String::with_capacity(256);
    for at in 1..context.len() {
        if let Ok(part) = context.get_raw(at).as_str() {
            fold(part, &mut text);
            text.push(GAP);
        }
    }
    Ok(words.split(GAP).all(|word| text.contains(word)))
}
