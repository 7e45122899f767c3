//! Which rows a list shows.

use crate::resource::listing::{Filter, Period};
use crate::resource::needle::Needle;

/// What the rows of a list have in common, and their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Largest key first.
    pub descending: bool,
    /// What every row must be like.
    pub filters: Vec<Filter>,
    /// When a call came in, or a row of a log was written; of other resources `None`.
    pub period: Option<Period>,
    /// 回線No of the calls that the asker may see, without repeats; empty = all. Calls only.
    pub lines: Vec<i64>,
    /// What must stand in a row; customers and calls only.
    pub search: Option<Needle>,
}

/// One part of a list.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its rows; `last_key` is the key up to which rows were looked at.
    pub page: super::Page,
    /// There may be rows beyond it: another row fits, or so many rows were looked at that the
    /// rest is left to the next part.
    pub more: bool,
}

/// What the calls of a group sum up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallSums {
    /// How many.
    pub calls: i64,
    /// How many of each 状態, those without left out.
    pub by_state: Vec<(String, i64)>,
    /// How many of them tell how long they rang.
    pub rung: i64,
    /// How long these rang together.
    pub ring_seconds: i64,
}

/// How often a number called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallerCount {
    /// The number.
    pub number: String,
    /// How often.
    pub calls: i64,
    /// Who its newest call was from; 0 = nobody known.
    pub customer_id: i64,
    /// 顧客名 of that call.
    pub customer_name: String,
    /// 会社名 of that call.
    pub company: String,
}
