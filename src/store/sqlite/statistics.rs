//! Charts of the call history.
//!
//! Groups by day, hour, line and person are sums of the tallies. Callers are too many for a tally:
//! an index is counted through, or the calls of a period are looked at.
//!
//! Invariant: a chart is what counting the calls would give. Never: looks at more than
//! [`LOOKED_AT_MAX`] calls one by one.

use std::collections::{BTreeMap, HashMap};

use rusqlite::types::Value as Bound;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::tally::{self, units};
use crate::clock::{DAY_MS, HOUR_MS};
use crate::resource::listing::Period;
use crate::store::{CallSums, CallerCount, StoreError};

/// Calls that are looked at one by one to count their callers.
const LOOKED_AT_MAX: i64 = 1_000_000;
/// Beyond so many calls of a period it is cheaper to count through the index of all.
const INDEX_FROM: i64 = 200_000;

/// Sums by whatever `key` makes of an hour (from 1970) and a line, in the order of keys.
pub(super) fn by_hour_and_line(
    connection: &Connection,
    period: Period,
    lines: &[i64],
    key: impl Fn(i64, i64) -> i64,
) -> Result<Vec<(i64, CallSums)>, StoreError> {
    let (sql, values) = text("hour, line_no", "call_tally", period, HOUR_MS, lines);
    let mut groups: BTreeMap<i64, CallSums> = BTreeMap::new();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        add(groups.entry(key(row.get(0)?, row.get(1)?)).or_default(), row)?;
    }
    Ok(groups.into_iter().collect())
}

/// Sums by the person who handled the calls, the most first.
pub(super) fn by_operator(
    connection: &Connection,
    period: Period,
    lines: &[i64],
) -> Result<Vec<(String, CallSums)>, StoreError> {
    let (sql, values) = text("operator, line_no", "operator_tally", period, DAY_MS, lines);
    let mut groups: HashMap<String, CallSums> = HashMap::new();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let operator = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        match groups.get_mut(operator) {
            Some(sums) => add(sums, row)?,
            None => add(groups.entry(operator.to_owned()).or_default(), row)?,
        }
    }
    let mut groups: Vec<(String, CallSums)> = groups.into_iter().collect();
    groups.sort_by(|(a, x), (b, y)| y.calls.cmp(&x.calls).then_with(|| a.cmp(b)));
    Ok(groups)
}

/// The rows of a tally: two columns to group by, then outcome and sums.
fn text(
    columns: &str,
    table: &str,
    period: Period,
    unit: i64,
    lines: &[i64],
) -> (String, Vec<Bound>) {
    let at = if unit == DAY_MS { "day" } else { "hour" };
    let ends = [units(period.start, unit), units(period.end, unit)];
    let mut values: Vec<Bound> = ends.map(Bound::Integer).into();
    let of_lines = tally::of_lines(lines, &mut values);
    let sql = format!(
        "SELECT {columns}, state, calls, rung, ring_seconds FROM {table} \
         WHERE {at}>=?1 AND {at}<?2 AND calls<>0{of_lines}"
    );
    (sql, values)
}

fn add(sums: &mut CallSums, row: &Row<'_>) -> Result<(), StoreError> {
    let state = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
    let calls: i64 = row.get(3)?;
    sums.calls += calls;
    sums.rung += row.get::<_, i64>(4)?;
    sums.ring_seconds += row.get::<_, i64>(5)?;
    match sums.by_state.iter_mut().find(|(known, _)| known == state) {
        Some((_, sum)) => *sum += calls,
        None => sums.by_state.push((state.to_owned(), calls)),
    }
    Ok(())
}

/// The numbers that called most, at most `limit`; `Err` in the answer = so many calls would have
/// to be looked at.
pub(super) fn callers(
    connection: &Connection,
    period: Period,
    lines: &[i64],
    limit: usize,
) -> Result<Result<Vec<CallerCount>, i64>, StoreError> {
    let calls = calls_of(connection, period, lines)?;
    let keys = tally::keys_of(connection, period)?;
    let mut counts =
        if calls > INDEX_FROM && lines.is_empty() && is_apart(connection, period, keys)? {
            through_index(connection, keys, limit)?
        } else if calls > LOOKED_AT_MAX {
            return Ok(Err(calls));
        } else {
            looked_at(connection, period, keys, lines, limit)?
        };
    for count in &mut counts {
        name(connection, count)?;
    }
    Ok(Ok(counts))
}

fn calls_of(connection: &Connection, period: Period, lines: &[i64]) -> Result<i64, StoreError> {
    let groups = by_hour_and_line(connection, period, lines, |_, _| 0)?;
    Ok(groups.first().map_or(0, |(_, sums)| sums.calls))
}

/// Whether all calls between the keys of a period belong to it (the clock was never set back).
fn is_apart(connection: &Connection, period: Period, keys: (i64, i64)) -> Result<bool, StoreError> {
    let sql = "SELECT NOT EXISTS(SELECT 1 FROM call_day
        WHERE (day<?1 OR day>=?2) AND first_id<=?4 AND last_id>=?3)";
    let days = (units(period.start, DAY_MS), units(period.end, DAY_MS));
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row((days.0, days.1, keys.0, keys.1), |row| row.get(0))?)
}

fn through_index(
    connection: &Connection,
    keys: (i64, i64),
    limit: usize,
) -> Result<Vec<CallerCount>, StoreError> {
    let sql = "SELECT caller_number, count(*) AS calls FROM call INDEXED BY call_by_number
        WHERE caller_number<>'' AND id BETWEEN ?1 AND ?2
        GROUP BY caller_number ORDER BY calls DESC, caller_number LIMIT ?3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((keys.0, keys.1, limit), |row| {
        Ok(CallerCount { number: row.get(0)?, calls: row.get(1)?, ..CallerCount::default() })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn looked_at(
    connection: &Connection,
    period: Period,
    keys: (i64, i64),
    lines: &[i64],
    limit: usize,
) -> Result<Vec<CallerCount>, StoreError> {
    let mut values: Vec<Bound> =
        [keys.0, keys.1, period.start, period.end].map(Bound::Integer).into();
    let of_lines = tally::of_lines(lines, &mut values);
    let sql = format!(
        "SELECT caller_number FROM call WHERE id BETWEEN ?1 AND ?2 \
         AND received_at>=?3 AND received_at<?4{of_lines}"
    );
    let mut counts: HashMap<String, i64> = HashMap::new();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        match row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)? {
            "" => {}
            number => match counts.get_mut(number) {
                Some(count) => *count += 1,
                None => drop(counts.insert(number.to_owned(), 1)),
            },
        }
    }
    let mut counts: Vec<(String, i64)> = counts.into_iter().collect();
    counts.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    counts.truncate(limit);
    let count = |(number, calls)| CallerCount { number, calls, ..CallerCount::default() };
    Ok(counts.into_iter().map(count).collect())
}

#[cfg(test)]
impl super::Database {
    /// For a test: the callers through the index, and by looking at the calls.
    pub(in crate::store) fn callers_both_ways(
        &self,
        period: Period,
    ) -> Result<[Vec<CallerCount>; 2], StoreError> {
        self.read(|connection, _| {
            let keys = tally::keys_of(connection, period)?;
            assert!(is_apart(connection, period, keys)?);
            let every = usize::MAX;
            let index = through_index(connection, keys, every)?;
            Ok([index, looked_at(connection, period, keys, &[], every)?])
        })
    }
}

/// Who the newest call of a number was from.
fn name(connection: &Connection, count: &mut CallerCount) -> Result<(), StoreError> {
    let sql = "SELECT customer_id, customer_name, company FROM call
        WHERE caller_number=?1 AND caller_number<>'' ORDER BY id DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let newest = statement.query_row([&count.number], |row| {
        Ok((
            row.get::<_, Option<i64>>(0)?,
            row.get::<_, Option<String>>(1)?,
            row.get::<_, Option<String>>(2)?,
        ))
    });
    if let Some((customer, person, company)) = newest.optional()? {
        count.customer_id = customer.unwrap_or_default();
        count.customer_name = person.unwrap_or_default();
        count.company = company.unwrap_or_default();
    }
    Ok(())
}
