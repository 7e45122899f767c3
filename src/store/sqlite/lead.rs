//! Which index leads to the rows of a list.
//!
//! Invariant: an index is named only for values that it holds, with the condition under which SQLite
//! may use it. Never: counts more than [`FEW`] keys of one.

use rusqlite::Connection;
use rusqlite::types::Value as Bound;

use crate::resource::Value;
use crate::resource::catalog::{CALL, DELIVERY};
use crate::resource::listing::Filter;
use crate::resource::words::{call_state, delivery_state};
use crate::store::StoreError;

/// The number of a call's caller.
pub(super) const NUMBER: &str = "caller_number";
/// A call's customer.
pub(super) const CUSTOMER_ID: &str = "customer_id";
/// How a call or a delivery stands.
const STATE: &str = "state";
/// Columns of calls with an index in the order of keys, best first.
const OF_CALLS: [&str; 4] = ["operator", "handling", "line_no", STATE];
/// So many keys are looked at one by one as a matter of course: an index that has no more is the best.
const FEW: i64 = 2_000;

/// What else a list of calls could be led by, beside its filters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Others {
    /// The asker sees some lines only, each an index.
    pub(super) lines: bool,
    /// Words are looked for, with an index of their own.
    pub(super) words: bool,
}

/// The column whose index leads to the calls that fit, with the condition of that index; `None` = another
/// index does, or none.
pub(super) fn of_calls(
    connection: &Connection,
    filters: &[&Filter],
    others: Others,
) -> Result<Option<(&'static str, String)>, StoreError> {
    let asked = |column: &'static str| {
        let filter = filters.iter().find(|filter| CALL.index(column) == Some(filter.index))?;
        Some((column, &filter.value, call_condition(column, &filter.value)?))
    };
    // A customer and a number have few calls; there is an index of both together.
    if let Some((column, _, condition)) = asked(CUSTOMER_ID).or_else(|| asked(NUMBER)) {
        return Ok(Some((column, condition)));
    }
    let asked: Vec<_> = OF_CALLS.into_iter().filter_map(asked).collect();
    if asked.len() + usize::from(others.lines) + usize::from(others.words) > 1 {
        for (column, value, condition) in &asked {
            if has_few(connection, column, value, condition)? {
                return Ok(Some((column, condition.clone())));
            }
        }
    }
    // Of many rows each, words and lines are found sooner than a state.
    let lead = asked.into_iter().next().map(|(column, _, condition)| (column, condition));
    Ok(lead.filter(|(column, _)| !(others.words || others.lines && *column == STATE)))
}

/// Under which further condition an index of calls holds this value; `None` = no index does.
fn call_condition(column: &str, value: &Value) -> Option<String> {
    match (column, value) {
        (_, Value::Empty) => None,
        ("line_no", _) => Some(String::new()),
        (_, Value::Int(0)) => None,
        (CUSTOMER_ID, _) => Some(format!(" AND {CUSTOMER_ID}<>0")),
        // Every call rings once, and most are answered elsewhere: these are found without an index.
        (STATE, Value::Text(state)) => match state.as_str() {
            call_state::ANSWERED_ELSEWHERE => None,
            ringing @ call_state::RINGING => Some(format!(" AND {STATE}='{ringing}'")),
            _ => Some(none_of(&[call_state::RINGING, call_state::ANSWERED_ELSEWHERE])),
        },
        _ => Some(format!(" AND {column}<>''")),
    }
}

/// The same for the state of a delivery.
fn delivery_condition(value: &Value) -> Option<String> {
    use delivery_state::{ACCEPTED, DELIVERED, SENDING, WAITING};
    let usual = [WAITING, SENDING, DELIVERED, ACCEPTED];
    let Value::Text(state) = value else { return None };
    (!usual.contains(&state.as_str())).then(|| none_of(&usual))
}

/// The column whose index leads to the deliveries that fit, with the condition of that index; `None` =
/// another index does, or none.
pub(super) fn of_deliveries(filters: &[&Filter]) -> Option<(&'static str, String)> {
    let filter = filters.iter().find(|filter| DELIVERY.index(STATE) == Some(filter.index))?;
    Some((STATE, delivery_condition(&filter.value)?))
}

/// As `core.sql` has it, so that SQLite recognises it.
fn none_of(states: &[&str]) -> String {
    let states: Vec<String> = states.iter().map(|state| format!("'{state}'")).collect();
    format!(" AND {STATE} NOT IN ({})", states.join(", "))
}

fn has_few(
    connection: &Connection,
    column: &str,
    value: &Value,
    condition: &str,
) -> Result<bool, StoreError> {
    let table = CALL.table;
    let keys = format!("SELECT 1 FROM \"{table}\" WHERE {column}=?1{condition} LIMIT ?2");
    let sql = format!("SELECT count(*) FROM ({keys})");
    let value = match value {
        Value::Empty => Bound::Null,
        Value::Int(number) => Bound::Integer(*number),
        Value::Text(text) => Bound::Text(text.clone()),
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let keys: i64 = statement.query_row((value, FEW + 1), |row| row.get(0))?;
    Ok(keys <= FEW)
}
