//! Which rows a list shows.

use crate::resource::listing::{Filter, Period};

/// What the rows of a list have in common, and their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Largest key first.
    pub descending: bool,
    /// What every row must be like.
    pub filters: Vec<Filter>,
    /// When a call came in; calls only.
    pub period: Option<Period>,
    /// 回線No of the calls that the asker may see, without repeats; empty = all. Calls only.
    pub lines: Vec<i64>,
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
