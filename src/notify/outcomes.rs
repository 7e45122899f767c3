//! How many attempts at which target ended how, since the service started.
//!
//! Never: grows beyond one row a target and outcome.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::store::{AttemptOutcome, TargetRef};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeCount {
    /// URI of the target's resource.
    pub resource: &'static str,
    /// Its key.
    pub id: i64,
    /// What came of the attempts.
    pub outcome: &'static str,
    /// How many.
    pub count: u64,
}

/// The counts.
#[derive(Debug, Default)]
pub struct Outcomes(Mutex<BTreeMap<(&'static str, i64, &'static str), u64>>);

impl Outcomes {
    /// One more; an attempt that was put off before it began does not count.
    pub(super) fn note(&self, target: &TargetRef, outcome: AttemptOutcome) {
        let Some(word) = word(outcome) else { return };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((target.resource, target.id, word)).or_default() += 1;
    }

    /// Reads all.
    pub fn read(&self) -> Vec<OutcomeCount> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = counts.iter();
        rows.map(|(&(resource, id, outcome), &count)| OutcomeCount { resource, id, outcome, count })
            .collect()
    }
}

fn word(outcome: AttemptOutcome) -> Option<&'static str> {
    match outcome {
        AttemptOutcome::Delivered => Some("delivered"),
        AttemptOutcome::Accepted => Some("accepted"),
        AttemptOutcome::Retry(_) => Some("retried"),
        AttemptOutcome::Failed => Some("failed"),
        AttemptOutcome::Expired => Some("expired"),
        AttemptOutcome::Cancelled => Some("cancelled"),
        AttemptOutcome::Deferred(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_counted_by_target() {
        let outcomes = Outcomes::default();
        let target = |id| TargetRef { resource: "Notification-Chat", id };
        outcomes.note(&target(2), AttemptOutcome::Retry(0));
        outcomes.note(&target(2), AttemptOutcome::Delivered);
        outcomes.note(&target(2), AttemptOutcome::Deferred(0));
        outcomes.note(&target(1), AttemptOutcome::Delivered);
        outcomes.note(&target(1), AttemptOutcome::Delivered);
        let counts: Vec<_> =
            outcomes.read().iter().map(|row| (row.id, row.outcome, row.count)).collect();
        assert_eq!(counts, [(1, "delivered", 2), (2, "delivered", 1), (2, "retried", 1)]);
    }
}
