//! The history query of the seed.
//!
//! Each number (and the customer) is one arm that reads one index in key order; SQLite merges
//! the arms, so that a page costs the rows it shows and not the rows of the callers. `IN (…)`
//! instead takes hundreds of times as long on ten million calls.
//!
//! Invariant: a page reads at most its limit of rows from each arm.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::plan::Plan;
use super::read;
use super::tx::Shared;
use crate::store::{CallQuery, Page, StoreError};

/// One page of calls.
pub(super) fn page(
    connection: &Connection,
    plan: &Plan,
    shared: &Shared,
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
    let sql = text(plan, query);
    read::page(connection, plan, &shared.seal, &sql, params_from_iter(values))
}

fn text(plan: &Plan, query: &CallQuery) -> String {
    let (beyond, order) = if query.descending { ("<", "DESC") } else { (">", "ASC") };
    let mut base = format!("SELECT id FROM call WHERE id{beyond}?2");
    let mut next = 3;
    if query.customer_id != 0 {
        base.push_str(" AND customer_id=?3 AND customer_id<>0");
        next += 1;
    }
    let arms: Vec<String> = query
        .numbers
        .iter()
        .zip(next..)
        .map(|(_, number)| format!("{base} AND caller_number=?{number} AND caller_number<>''"))
        .collect();
    let keys = if arms.is_empty() { base } else { arms.join(" UNION ALL ") };
    let columns = plan
        .columns
        .replace('"', "")
        .split(',')
        .map(|column| format!("c.\"{column}\""))
        .collect::<Vec<_>>()
        .join(",");
    format!(
        "SELECT {columns} FROM ({keys} ORDER BY id {order} LIMIT ?1) m \
         CROSS JOIN call c WHERE c.id=m.id ORDER BY m.id {order}"
    )
}
