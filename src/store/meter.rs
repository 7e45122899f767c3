//! Figures of the store, for /metrics.
//!
//! Invariant: counting takes no lock and never waits. Never: says anything about a row.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the classes of commit latency, in microseconds.
pub const COMMIT_BOUNDS_US: [u64; 11] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 2_500_000];

/// One reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Commits by class of [`COMMIT_BOUNDS_US`], not summed up; the last class is everything above.
    pub commits: [u64; COMMIT_BOUNDS_US.len() + 1],
    /// Time of all commits, in microseconds.
    pub commit_us: u64,
    /// Writes that were committed or refused.
    pub jobs_done: u64,
    /// Writes that wait for the writer.
    pub jobs_waiting: u64,
    /// Transactions that could not begin or commit.
    pub transactions_lost: u64,
}

/// The counters behind [`StoreFigures`].
#[derive(Debug, Default)]
pub(super) struct Meter {
    commits: [AtomicU64; COMMIT_BOUNDS_US.len() + 1],
    commit_us: AtomicU64,
    queued: AtomicU64,
    done: AtomicU64,
    lost: AtomicU64,
}

impl Meter {
    /// A write was queued.
    pub(super) fn queued(&self) {
        self.queued.fetch_add(1, Ordering::Relaxed);
    }

    /// This many writes were answered.
    pub(super) fn done(&self, jobs: usize) {
        self.done.fetch_add(u64::try_from(jobs).unwrap_or_default(), Ordering::Relaxed);
    }

    /// A transaction was committed, and this is how long the commit took.
    pub(super) fn committed(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = COMMIT_BOUNDS_US.iter().take_while(|bound| us > **bound).count();
        if let Some(class) = self.commits.get(class) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        self.commit_us.fetch_add(us, Ordering::Relaxed);
    }

    /// A transaction was lost.
    pub(super) fn lost(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Reads all counters.
    pub(super) fn read(&self) -> StoreFigures {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let jobs_done = load(&self.done);
        StoreFigures {
            commits: self.commits.each_ref().map(load),
            commit_us: load(&self.commit_us),
            jobs_done,
            jobs_waiting: load(&self.queued).saturating_sub(jobs_done),
            transactions_lost: load(&self.lost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_counts_in_the_class_that_holds_it() {
        let meter = Meter::default();
        for us in [100, 101, 2_500_000, 2_500_001] {
            meter.committed(Duration::from_micros(us));
        }
        meter.queued();
        meter.queued();
        meter.done(1);
        let figures = meter.read();
        assert_eq!(figures.commits, [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(figures.commit_us, 5_000_202);
        assert_eq!((figures.jobs_done, figures.jobs_waiting), (1, 1));
    }
}
