//! Sums of calls by day, hour, line, outcome and person, which the triggers of `core.sql` keep.
//!
//! Invariant: a sum is what counting the rows would give, inside any transaction.
//! Never: is written by hand but for [`complete`] and [`rebuild`].

use rusqlite::types::Value as Bound;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::row_count::COUNTED;
use crate::clock::{DAY_MS, HOUR_MS, JAPAN_MS, UnixMs};
use crate::resource::catalog::CALL;
use crate::resource::listing::{Filter, Period};
use crate::resource::{Resource, Value};
use crate::store::{Query, StoreError};

/// Sums over all calls.
const REBUILD: &str = "
    DELETE FROM call_day;
    INSERT INTO call_day(day, calls, first_id, last_id)
      SELECT (coalesce(received_at, 0) + 32400000) / 86400000 AS day, count(*), min(id), max(id)
      FROM call GROUP BY day;
    DELETE FROM call_tally;
    INSERT INTO call_tally(hour, line_no, state, calls, rung, ring_seconds)
      SELECT (coalesce(received_at, 0) + 32400000) / 3600000 AS hour, coalesce(line_no, 0) AS line,
        state, count(*), count(ring_seconds), coalesce(sum(ring_seconds), 0)
      FROM call GROUP BY hour, line, state;
    DELETE FROM operator_tally;
    INSERT INTO operator_tally(day, operator, line_no, state, calls, rung, ring_seconds)
      SELECT (coalesce(received_at, 0) + 32400000) / 86400000 AS day, operator,
        coalesce(line_no, 0) AS line, state, count(*), count(ring_seconds),
        coalesce(sum(ring_seconds), 0)
      FROM call WHERE operator <> '' GROUP BY day, operator, line, state;
    DELETE FROM row_count;";

/// At start: makes the sums of a database that was written before there were any.
pub(super) fn complete(connection: &Connection) -> Result<(), StoreError> {
    let sql = "SELECT EXISTS(SELECT 1 FROM row_count)";
    if !connection.query_row(sql, [], |row| row.get(0))? {
        rebuild(connection)?;
    }
    Ok(())
}

/// Makes the sums anew from the rows.
pub(super) fn rebuild(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(REBUILD)?;
    for table in COUNTED {
        let sql =
            format!("INSERT INTO row_count(name, total) SELECT ?1, count(*) FROM \"{table}\"");
        connection.execute(&sql, [table])?;
    }
    Ok(())
}

/// First and last key of the calls of a period, and perhaps of some others between them; first
/// beyond last where there are none.
pub(super) fn keys_of(connection: &Connection, period: Period) -> Result<(i64, i64), StoreError> {
    let sql = "SELECT min(first_id), max(last_id) FROM call_day WHERE day>=?1 AND day<?2";
    let mut statement = connection.prepare_cached(sql)?;
    let (first, end) = (units(period.start, DAY_MS), units(period.end, DAY_MS));
    let keys: (Option<i64>, Option<i64>) =
        statement.query_row([first, end], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(match keys {
        (Some(first), Some(last)) => (first, last),
        _ => (1, 0),
    })
}

/// Days or hours from 1970 until a moment that begins one.
pub(super) fn units(at: UnixMs, unit: i64) -> i64 {
    // Stored moments lie after 1970; the ends of time stay far beyond them.
    at.saturating_add(JAPAN_MS).div_euclid(unit)
}

/// How many rows a query has, where a sum tells it.
pub(super) fn total(
    connection: &Connection,
    resource: &Resource,
    query: &Query,
) -> Result<Option<i64>, StoreError> {
    if query.search.is_some() {
        return Ok(None);
    }
    if *resource != CALL {
        let narrowed = !query.filters.is_empty() || query.period.is_some();
        if narrowed || !COUNTED.contains(&resource.table) {
            return Ok(None);
        }
        let mut statement =
            connection.prepare_cached("SELECT total FROM row_count WHERE name=?1")?;
        return Ok(statement.query_row([resource.table], |row| row.get(0)).optional()?);
    }
    let period = query.period.unwrap_or(Period::ALWAYS);
    if query.filters.is_empty() && query.lines.is_empty() {
        let sql = "SELECT coalesce(sum(calls), 0) FROM call_day WHERE day>=?1 AND day<?2";
        let days = [units(period.start, DAY_MS), units(period.end, DAY_MS)];
        return Ok(Some(connection.prepare_cached(sql)?.query_row(days, |row| row.get(0))?));
    }
    let mut sql =
        "SELECT coalesce(sum(calls), 0) FROM call_tally WHERE hour>=?1 AND hour<?2".to_owned();
    let mut values = vec![
        Bound::Integer(units(period.start, HOUR_MS)),
        Bound::Integer(units(period.end, HOUR_MS)),
    ];
    for filter in &query.filters {
        let Some(condition) = in_tally(filter, &mut values) else { return Ok(None) };
        sql.push_str(&condition);
    }
    sql.push_str(&of_lines(&query.lines, &mut values));
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(Some(statement.query_row(params_from_iter(values), |row| row.get(0))?))
}

/// A filter as a condition on a tally that has the lines and outcomes of calls.
fn in_tally(filter: &Filter, values: &mut Vec<Bound>) -> Option<String> {
    let column = CALL.fields.get(filter.index)?.column;
    let value = match (column, &filter.value) {
        ("line_no", Value::Int(line)) => Bound::Integer(*line),
        ("state", Value::Text(state)) => Bound::Text(state.clone()),
        _ => return None,
    };
    values.push(value);
    Some(format!(" AND {column}=?{}", values.len()))
}

/// Only these lines (empty = all), as a condition on a tally.
pub(super) fn of_lines(lines: &[i64], values: &mut Vec<Bound>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let places: Vec<String> = lines
        .iter()
        .map(|line| {
            values.push(Bound::Integer(*line));
            format!("?{}", values.len())
        })
        .collect();
    format!(" AND line_no IN ({})", places.join(","))
}
