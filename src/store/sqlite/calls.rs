//! The history query of the seed.
//!
//! Each number (and the customer) is one arm that reads one index in key order; SQLite merges
//! the arms, so that a page costs the rows it shows and not the rows of the callers. `IN (…)`
//! instead takes hundreds of times as long on ten million calls.
//!
//! A user's lines are arms of their own; beside a number or a customer they are a condition on that
//! arm, which then costs at most the calls of that number or customer.
//!
//! Invariant: a page reads at most its limit of rows from each arm.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::plan::Plan;
use super::read;
use crate::store::{CallQuery, Page, StoreError};

/// Lines that are merged index by index; more are looked at call by call.
const LINE_ARMS_MAX: usize = 32;

/// One page of calls.
pub(super) fn page(
    connection: &Connection,
    plan: &Plan,
    query: &CallQuery,
    after: i64,
    limit: usize,
) -> Result<Page, StoreError> {
    let start = if after == 0 && query.descending { i64::MAX } else { after };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values = vec![Value::Integer(limit), Value::Integer(start)];
    if query.customer_id != 0 {
        values.push(Value::Integer(query.customer_id));
    }
    values.extend(query.numbers.iter().map(|number| Value::Text(number.clone())));
    values.extend(query.lines.iter().map(|line| Value::Integer(*line)));
    let sql = text(plan, query);
    read::page(connection, &sql, params_from_iter(values))
}

/// Whether a call belongs to one of these lines (empty = all).
pub(super) fn is_of_lines(
    connection: &Connection,
    key: i64,
    lines: &[i64],
) -> Result<bool, StoreError> {
    if lines.is_empty() {
        return Ok(true);
    }
    let mut statement = connection.prepare_cached("SELECT line_no FROM call WHERE id=?1")?;
    let line: Option<i64> = statement.query_row([key], |row| row.get(0)).optional()?;
    Ok(line.is_some_and(|line| lines.contains(&line)))
}

/// The statement of a query; its parameters are the limit, the key to go on from, the customer,
/// the numbers and the lines, as far as the query has them.
fn text(plan: &Plan, query: &CallQuery) -> String {
    let (beyond, order) = if query.descending { ("<", "DESC") } else { (">", "ASC") };
    let mut arm = format!("SELECT id FROM call WHERE id{beyond}?2");
    let mut next = 3;
    if query.customer_id != 0 {
        // The second condition is the index's own; without it SQLite would not use the index.
        arm.push_str(" AND customer_id=?3 AND customer_id<>0");
        next += 1;
    }
    let by_number = |(_, number)| format!(" AND caller_number=?{number} AND caller_number<>''");
    let mut conditions: Vec<String> = query.numbers.iter().zip(next..).map(by_number).collect();
    next += query.numbers.len();
    let lines = query.lines.iter().zip(next..).map(|(_, number)| format!("?{number}"));
    if conditions.is_empty() && query.customer_id == 0 && query.lines.len() <= LINE_ARMS_MAX {
        conditions = lines.map(|line| format!(" AND line_no={line}")).collect();
    } else if !query.lines.is_empty() {
        // The sign keeps SQLite at the index of the number or the customer, which is in key order.
        let of_lines = format!(" AND +line_no IN ({})", lines.collect::<Vec<_>>().join(","));
        arm.push_str(&of_lines);
    }
    let arms: Vec<String> =
        conditions.iter().map(|condition| format!("{arm}{condition}")).collect();
    let keys = if arms.is_empty() { arm } else { arms.join(" UNION ALL ") };
    let shown = &plan.shown_of_c;
    format!(
        "SELECT {shown} FROM ({keys} ORDER BY id {order} LIMIT ?1) m \
         CROSS JOIN call c WHERE c.id=m.id ORDER BY m.id {order}"
    )
}

#[cfg(test)]
impl super::Database {
    /// For a test: how SQLite goes about a query, one step a line.
    pub(in crate::store) fn calls_plan(&self, query: &CallQuery) -> Result<String, StoreError> {
        self.read_of(&crate::resource::catalog::CALL, |connection, plan, _| {
            let sql = format!("EXPLAIN QUERY PLAN {}", text(plan, query));
            let mut statement = connection.prepare(&sql)?;
            for number in 1..=statement.parameter_count() {
                statement.raw_bind_parameter(number, 1)?;
            }
            read::steps(&mut statement)
        })
    }
}
