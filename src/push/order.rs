//! Which id a client may be told, so that nothing is lost when it asks for what it missed.
//!
//! Events are committed in id order but handed over by several tasks, so they may reach the hub
//! slightly out of order. A client that has seen 6 but not 5 must not remember 6.
//!
//! Invariant: no id is told before every smaller one was handed over, as long as at most
//! [`AHEAD_MAX`] are missing their predecessor. Never: waits.

use std::collections::BTreeSet;

/// More ids than this ahead of a missing one mean that it never comes (its sender died).
const AHEAD_MAX: usize = 64;

/// The ids handed over so far.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// Every id up to this one was handed over.
    complete: i64,
    /// Ids that came before their predecessor.
    ahead: BTreeSet<i64>,
}

impl Order {
    /// Notes `id` and answers the largest id that a client may remember.
    pub(super) fn note(&mut self, id: i64) -> i64 {
        if self.complete == 0 && self.ahead.is_empty() {
            self.complete = id;
        } else if id > self.complete {
            self.ahead.insert(id);
        }
        if self.ahead.len() > AHEAD_MAX
            && let Some(first) = self.ahead.first()
        {
            self.complete = first - 1;
        }
        while self.ahead.remove(&(self.complete + 1)) {
            self.complete += 1;
        }
        self.complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_ids_are_told_as_they_are() {
        let mut order = Order::default();
        assert_eq!([7, 8, 9].map(|id| order.note(id)), [7, 8, 9]);
    }

    #[test]
    fn an_id_waits_for_its_predecessor() {
        let mut order = Order::default();
        assert_eq!([4, 6, 7, 5, 8].map(|id| order.note(id)), [4, 4, 4, 7, 8]);
    }

    #[test]
    fn an_id_that_never_comes_is_given_up() {
        let mut order = Order::default();
        order.note(1);
        let told: Vec<i64> = (3..=3 + 64).map(|id| order.note(id)).collect();
        assert_eq!(told.first(), Some(&1));
        assert_eq!(told.last(), Some(&67));
    }
}
