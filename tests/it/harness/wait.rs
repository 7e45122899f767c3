//! Waiting: always for something, never for a time.

use std::time::{Duration, Instant};

/// How long the pause between two looks is.
const PAUSE: Duration = Duration::from_millis(10);
/// How long a test waits for what should come soon.
pub const SOON: Duration = Duration::from_secs(10);

/// Looks until `look` sees something; fails the test with `what` after `limit`.
#[track_caller]
pub fn wait_for<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(start.elapsed() < limit, "waited {limit:?} in vain for {what}");
        std::thread::sleep(PAUSE);
    }
}

/// As [`wait_for`], for something that is true or not.
#[track_caller]
pub fn wait_until(what: &str, limit: Duration, mut look: impl FnMut() -> bool) {
    wait_for(what, limit, || look().then_some(()));
}
