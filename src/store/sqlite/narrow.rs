//! From what a list is narrowed to, to SQL.
//!
//! One condition (or one for each line that the asker may see) is an index that is read in the
//! order of keys; all others are looked at row by row.
//!
//! Invariant: values are bound, names come from the catalogue. Never: reads rows of the resource.

use rusqlite::types::Value as Bound;
use rusqlite::{Connection, Statement};

use super::gram::{self, Grams};
use super::lead::{self, CUSTOMER_ID, NUMBER, Others};
use super::plan::Plan;
use super::span;
use super::tally;
use super::tx::Shared;
use crate::resource::catalog::{CALL, CUSTOMER, DELIVERY};
use crate::resource::listing::{Filter, SECOND_REST_MS, moment_of};
use crate::resource::needle::Needle;
use crate::resource::{Kind, Value};
use crate::store::{Query, StoreError};

/// Lines that are merged index by index; more are looked at call by call.
const LINE_ARMS_MAX: usize = 32;
/// Digits from which on a search may be for a whole number: as many as the index of numbers has.
const WHOLE_NUMBER: usize = 9;
/// Parameters of every statement: `?1` rows at most, `?2` first key, `?3` last key, `?4` keys at
/// most; those of the query follow.
const FIRST_OWN: usize = 5;

/// Where the rows of a query are.
pub(super) struct Narrowed {
    table: &'static str,
    descending: bool,
    /// The indexes that are read, each a SELECT of `id`.
    arms: Vec<String>,
    /// More than one of them may have the same key.
    overlapping: bool,
    /// ` AND …` on the row `c`.
    conditions: String,
    /// First and last key that may fit.
    keys: (i64, i64),
    values: Vec<Bound>,
}

impl Narrowed {
    /// Finds the way to the rows of a query.
    pub(super) fn new(
        connection: &Connection,
        plan: &Plan,
        shared: &Shared,
        query: &Query,
    ) -> Result<Self, StoreError> {
        let mut narrowed = Self {
            table: plan.resource.table,
            descending: query.descending,
            arms: Vec::new(),
            overlapping: false,
            conditions: String::new(),
            keys: (0, i64::MAX),
            values: Vec::new(),
        };
        let mut filters = Filters { plan, rest: query.filters.iter().collect() };
        if let Some(key) = filters.take("id") {
            narrowed.keep(key.int(), key.int());
        }
        let others = Others {
            lines: (1..=LINE_ARMS_MAX).contains(&query.lines.len()),
            words: query.search.is_some(),
        };
        let arms = narrowed.index(connection, &mut filters, others)?;
        let by_index = arms.is_empty();
        let is_call = *plan.resource == CALL;
        let hidden = Some(shared.hidden.range(plan.resource)).filter(|(first, last)| first <= last);
        if let Some(needle) = &query.search {
            if by_index {
                narrowed.by_number(connection, plan, needle)?;
            }
            narrowed.search(needle, by_index, plan, hidden);
        }
        if is_call && !query.lines.is_empty() {
            narrowed.of_lines(arms, &query.lines);
        } else if !by_index {
            narrowed.arms = arms;
        } else if narrowed.arms.is_empty() {
            narrowed.arms.push(every(plan.resource.table));
        }
        for filter in filters.rest {
            narrowed.look_at(plan, filter);
        }
        if let (Some(column), Some(period)) = (moment_of(plan.resource), query.period) {
            let (start, end) = (narrowed.own(period.start), narrowed.own(period.end));
            let inside = format!(" AND c.{column}>={start} AND c.{column}<{end}");
            narrowed.conditions.push_str(&inside);
            let (first, last) = if is_call {
                tally::keys_of(connection, period)?
            } else {
                span::keys_of(connection, plan.resource.table, column, period)?
            };
            narrowed.keep(first, last);
        }
        if let Some((first, last)) = hidden {
            narrowed.conditions.push_str(&format!(" AND c.id NOT BETWEEN {first} AND {last}"));
        }
        Ok(narrowed)
    }

    /// The best index for one of the filters, which leaves them; empty = the keys themselves.
    fn index(
        &mut self,
        connection: &Connection,
        filters: &mut Filters<'_>,
        others: Others,
    ) -> Result<Vec<String>, StoreError> {
        let resource = filters.plan.resource;
        if *resource == CALL {
            return self.index_of_calls(connection, filters, others);
        }
        let arm = every(self.table);
        if *resource == CUSTOMER {
            return Ok(self.index_of_customers(&arm, filters));
        }
        if *resource != DELIVERY {
            return Ok(Vec::new());
        }
        if let Some(call) = filters.take("call_id") {
            return Ok(vec![format!("{arm} AND call_id={}", self.own(call))]);
        }
        let state = lead::of_deliveries(&filters.rest).and_then(|(column, condition)| {
            let value = filters.take(column)?;
            Some(format!("{arm} AND {column}={}{condition}", self.own(value)))
        });
        Ok(state.into_iter().collect())
    }

    /// The same for customers: the key of another system, or a number.
    fn index_of_customers(&mut self, arm: &str, filters: &mut Filters<'_>) -> Vec<String> {
        if let Some(id) = filters.take("external_id") {
            return vec![format!("{arm} AND external_id={} AND external_id<>''", self.own(id))];
        }
        let phones = CUSTOMER.fields.iter().filter(|field| field.kind == Kind::Tel);
        for (field, slot) in phones.zip(1..) {
            if let Some(number) = filters.take(field.column) {
                let number = self.own(number);
                return vec![format!(
                    "SELECT customer_id AS id FROM customer_number \
                     WHERE last_nine=substr({number},-9) AND number={number} \
                     AND slot={slot} AND customer_id BETWEEN ?2 AND ?3"
                )];
            }
        }
        Vec::new()
    }

    /// The same for calls: one index, or one for each of several numbers.
    fn index_of_calls(
        &mut self,
        connection: &Connection,
        filters: &mut Filters<'_>,
        others: Others,
    ) -> Result<Vec<String>, StoreError> {
        let arm = every(self.table);
        let Some((column, condition)) = lead::of_calls(connection, &filters.rest, others)? else {
            return Ok(Vec::new());
        };
        if column == NUMBER {
            return Ok(self.of_numbers(&arm, filters));
        }
        let Some(value) = filters.take(column) else { return Ok(Vec::new()) };
        let arm = format!("{arm} AND {column}={}{condition}", self.own(value));
        if column == CUSTOMER_ID {
            // There is an index of both.
            let both = self.of_numbers(&arm, filters);
            if !both.is_empty() {
                return Ok(both);
            }
        }
        Ok(vec![arm])
    }

    /// An index narrowed to each of the numbers that are asked for; empty where none is.
    fn of_numbers(&mut self, arm: &str, filters: &mut Filters<'_>) -> Vec<String> {
        let numbers = filters.take_all(NUMBER);
        let numbers = numbers.into_iter().map(|number| {
            format!("{arm} AND caller_number={} AND caller_number<>''", self.own(number))
        });
        numbers.collect()
    }

    /// Customers who have the whole number that is looked for, if there are any: their own index
    /// tells them at once.
    fn by_number(
        &mut self,
        connection: &Connection,
        plan: &Plan,
        needle: &Needle,
    ) -> Result<(), StoreError> {
        let ([number], true) = (needle.words(), *plan.resource == CUSTOMER) else { return Ok(()) };
        let digits = number.len() >= WHOLE_NUMBER && number.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return Ok(());
        }
        let ending = "last_nine=substr(?1,-9) AND substr(number,-length(?1))=?1";
        let sql = format!("SELECT EXISTS(SELECT 1 FROM customer_number WHERE {ending})");
        if connection.prepare_cached(&sql)?.query_row([number], |row| row.get(0))? {
            let number = self.own(Value::Text(number.clone()));
            self.arms.push(format!(
                "SELECT DISTINCT customer_id AS id FROM customer_number WHERE {} \
                 AND customer_id BETWEEN ?2 AND ?3",
                ending.replace("?1", &number)
            ));
        }
        Ok(())
    }

    /// Only rows that hold these words; `by_index` = no better index was found.
    fn search(&mut self, needle: &Needle, by_index: bool, plan: &Plan, hidden: Option<(i64, i64)>) {
        let Some(grams) = Grams::of(plan.resource) else { return };
        let words = self.own(Value::Text(gram::words(needle)));
        let condition = grams.condition(&words);
        self.conditions.push_str(&condition);
        if !by_index || !self.arms.is_empty() {
            return;
        }
        if let Some(expression) = gram::expression(needle, grams) {
            let expression = self.own(Value::Text(expression));
            self.arms = grams.arms(&expression, hidden);
            self.overlapping = true;
        }
    }

    /// Only calls of these lines.
    fn of_lines(&mut self, arms: Vec<String>, lines: &[i64]) {
        let own: Vec<String> = lines.iter().map(|line| self.own(*line)).collect();
        let every = every(CALL.table);
        if arms.is_empty() && self.arms.is_empty() && lines.len() <= LINE_ARMS_MAX {
            self.arms = own.iter().map(|line| format!("{every} AND line_no={line}")).collect();
        } else {
            if !arms.is_empty() {
                self.arms = arms;
            } else if self.arms.is_empty() {
                self.arms.push(every);
            }
            self.conditions.push_str(&format!(" AND c.line_no IN ({})", own.join(",")));
        }
    }

    /// A filter that no index helps with.
    fn look_at(&mut self, plan: &Plan, filter: &Filter) {
        let Some(field) = plan.resource.fields.get(filter.index) else { return };
        let column = field.column;
        let values = [&filter.value].into_iter().chain(&filter.others);
        let condition = if filter.value.is_empty() {
            format!(" AND coalesce(c.\"{column}\",'')=''")
        } else if field.kind == Kind::DateTime {
            let second = self.own(filter.value.clone());
            format!(" AND c.\"{column}\" BETWEEN {second} AND {second}+{SECOND_REST_MS}")
        } else {
            let own: Vec<String> = values.map(|value| self.own(value.clone())).collect();
            format!(" AND c.\"{column}\" IN ({})", own.join(","))
        };
        self.conditions.push_str(&condition);
    }

    /// Rows outside these keys do not fit.
    fn keep(&mut self, first: i64, last: i64) {
        self.keys = (self.keys.0.max(first), self.keys.1.min(last));
    }

    /// Goes on after this key.
    pub(super) fn go_on(&mut self, after: i64) {
        if self.descending {
            self.keep(0, after.saturating_sub(1));
        } else {
            self.keep(after.saturating_add(1), i64::MAX);
        }
    }

    /// Binds a value; answers its place in the text.
    fn own(&mut self, value: impl Into<Own>) -> String {
        self.values.push(value.into().0);
        format!("?{}", self.values.len() + FIRST_OWN - 1)
    }

    /// Whether rows have to be looked at one by one.
    pub(super) fn looks_at_rows(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// The keys that may fit, as a SELECT.
    fn keys(&self) -> String {
        let order = if self.descending { "DESC" } else { "ASC" };
        let union = if self.overlapping { " UNION " } else { " UNION ALL " };
        format!("{} ORDER BY id {order} LIMIT ?4", self.arms.join(union))
    }

    /// `what` of the rows that fit, which are `c`; `tail` follows.
    pub(super) fn rows(&self, what: &str, tail: &str) -> String {
        let (keys, table, conditions) = (self.keys(), self.table, &self.conditions);
        format!(
            "SELECT {what} FROM ({keys}) m CROSS JOIN \"{table}\" c WHERE c.id=m.id{conditions}{tail}"
        )
    }

    /// The same in the order of keys, at most `?1`.
    pub(super) fn rows_in_order(&self, what: &str) -> String {
        let order = if self.descending { "DESC" } else { "ASC" };
        self.rows(what, &format!(" ORDER BY m.id {order} LIMIT ?1"))
    }

    /// `what` of the keys themselves.
    pub(super) fn of_keys(&self, what: &str) -> String {
        format!("SELECT {what} FROM ({})", self.keys())
    }

    /// Binds what a text of this query needs.
    pub(super) fn bind(
        &self,
        statement: &mut Statement<'_>,
        rows: i64,
        keys: i64,
    ) -> Result<(), StoreError> {
        let (first, last) = self.keys;
        let fixed = [rows, first, last, keys].map(Bound::Integer);
        let count = statement.parameter_count();
        for (value, at) in fixed.iter().chain(&self.values).zip(1..=count) {
            statement.raw_bind_parameter(at, value)?;
        }
        Ok(())
    }
}

/// Every key that may fit.
fn every(table: &str) -> String {
    format!("SELECT id FROM \"{table}\" WHERE id BETWEEN ?2 AND ?3")
}

/// The filters that no index was found for yet.
struct Filters<'a> {
    plan: &'a Plan,
    rest: Vec<&'a Filter>,
}

impl<'a> Filters<'a> {
    /// Takes the filter of a column, if it asks for one value, and one that indexes hold.
    fn take(&mut self, column: &str) -> Option<Value> {
        Some(self.remove(column)?.value.clone())
    }

    /// Takes the values that a column may have, if they are some that indexes hold.
    fn take_all(&mut self, column: &str) -> Vec<Value> {
        let Some(filter) = self.remove(column) else { return Vec::new() };
        [&filter.value].into_iter().chain(&filter.others).cloned().collect()
    }

    fn remove(&mut self, column: &str) -> Option<&'a Filter> {
        let index = self.plan.resource.index(column)?;
        let indexed =
            |value: &Value| !value.is_empty() && (column == "line_no" || *value != Value::Int(0));
        let fits = |filter: &&Filter| filter.index == index && indexed(&filter.value);
        let at = self.rest.iter().position(fits)?;
        Some(self.rest.remove(at))
    }
}

/// A value that is bound.
struct Own(Bound);

impl From<Value> for Own {
    fn from(value: Value) -> Self {
        Self(match value {
            Value::Empty => Bound::Null,
            Value::Int(number) => Bound::Integer(number),
            Value::Text(text) => Bound::Text(text),
        })
    }
}

impl From<i64> for Own {
    fn from(number: i64) -> Self {
        Self(Bound::Integer(number))
    }
}
