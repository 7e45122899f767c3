//! Waits that grow from retry to retry.

use std::time::Duration;

/// Doublings after which every wait here has reached its upper bound.
const DOUBLINGS_MAX: u32 = 16;

/// Doubling waits between two bounds, each up to a fifth longer by chance, so that a gateway
/// that comes back does not meet all its clients at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    least: Duration,
    most: Duration,
    tries: u32,
}

impl Backoff {
    /// Waits from `least` to `most` seconds.
    pub(super) const fn new(least: u64, most: u64) -> Self {
        Self { least: Duration::from_secs(least), most: Duration::from_secs(most), tries: 0 }
    }

    /// The next wait.
    pub(super) fn wait(&mut self, random: u128) -> Duration {
        let base = self.least.saturating_mul(2_u32.saturating_pow(self.tries));
        self.tries = (self.tries + 1).min(DOUBLINGS_MAX);
        let part = u32::try_from(random % 1000).unwrap_or_default();
        base.saturating_add(base.saturating_mul(part) / 5000).min(self.most)
    }

    /// Success: the next wait is the shortest again.
    pub(super) fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_their_bound_and_spread_by_a_fifth() {
        let waits = |random| {
            let mut backoff = Backoff::new(30, 300);
            std::array::from_fn::<_, 6, _>(|_| backoff.wait(random).as_millis())
        };
        assert_eq!(waits(0), [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
        assert_eq!(waits(999), [35_994, 71_988, 143_976, 287_952, 300_000, 300_000]);
    }
}
