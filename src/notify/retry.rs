//! When a failed attempt is repeated, as pure arithmetic.

use std::time::Duration;

use crate::clock::UnixMs;

/// How long a notice of a ringing call is worth sending (sip.md 9).
pub const RINGING_EXPIRY_MS: i64 = 120 * 1000;
/// How long every other notice is.
pub const EXPIRY_MS: i64 = 24 * 60 * 60 * 1000;

/// First upper bound of the random wait.
const BASE_MS: i64 = 1000;
/// Largest bound while the notice is fresh (facts/targets.md §18).
const FRESH_CAP_MS: i64 = 60 * 1000;
/// A notice is fresh this long.
const FRESH_MS: i64 = 60 * 60 * 1000;
/// Largest bound afterwards: a target that was down for an hour is asked six times an hour.
const STALE_CAP_MS: i64 = 10 * 60 * 1000;
/// Shortest wait, so that a lucky draw does not become a busy loop.
const SHORTEST_MS: i64 = 100;
/// Longest Retry-After that is obeyed; a larger one counts as this.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(6 * 60 * 60);
/// Shortest: 0 would be a busy loop.
const RETRY_AFTER_MIN: Duration = Duration::from_secs(1);

/// Why a send did not succeed; this alone drives what happens next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// May succeed later.
    #[error("{why}")]
    Later {
        /// What the other side asked for.
        after: Option<Duration>,
        /// For people (Japanese).
        why: String,
        /// The request may have arrived although no answer came.
        ambiguous: bool,
    },
    /// Will not succeed as things are configured.
    #[error("{why}")]
    Never {
        /// For people, with the way out (Japanese).
        why: String,
        /// What else it concerns.
        scope: Scope,
    },
}

/// A message is out of our hands, with the id that the other side gave it (empty = none).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The other side has it (成功).
    Delivered(String),
    /// The other side took it; nobody says whether it arrived (受付).
    Accepted(String),
    /// The other side has it, and takes no more before this time has passed.
    Spent(String, Duration),
}

impl Sent {
    /// It has it, and names no id.
    pub fn delivered() -> Self {
        Self::Delivered(String::new())
    }
}

/// How far a failure for good reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This recipient; others of the same delivery may be reached.
    Recipient,
    /// This delivery.
    Delivery,
    /// Gone (410), or its credentials are refused (401, 403): the target is parked until its row
    /// changes or a test comes through.
    Target,
    /// The month's messages are used up: the target is parked until the next month begins in
    /// Japan, until its row changes, or until a test comes through.
    Month,
}

impl SendError {
    /// Nothing will come through to this target until somebody changes something.
    pub fn parks(why: impl Into<String>) -> Self {
        Self::Never { why: why.into(), scope: Scope::Target }
    }

    /// May pass.
    pub fn later(why: impl Into<String>, after: Option<Duration>) -> Self {
        Self::Later { after, why: why.into(), ambiguous: false }
    }

    /// The same fault of a request that carried no message: nothing can have arrived.
    pub fn not_sent(self) -> Self {
        match self {
            Self::Later { after, why, .. } => Self::Later { after, why, ambiguous: false },
            never => never,
        }
    }

    /// This delivery will not succeed as things are configured.
    pub fn never(why: impl Into<String>) -> Self {
        Self::Never { why: why.into(), scope: Scope::Delivery }
    }
}

/// What to do after a failure that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again at this time.
    At(UnixMs),
    /// It would come too late.
    Expired,
}

/// Everything the decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    /// The time of the failure.
    pub now: UnixMs,
    /// When the notice was written.
    pub created_at: UnixMs,
    /// When it is no longer worth sending.
    pub expires_at: UnixMs,
    /// Straight failures so far, this one included.
    pub failures: u32,
    /// What the other side asked for.
    pub after: Option<Duration>,
}

/// The time of the next attempt: full jitter below a doubling bound, or what Retry-After asks.
/// `random` is drawn from 0.0..1.0.
pub fn next(failure: &Failure, random: f64) -> Next {
    let wait = match failure.after {
        Some(after) => millis(after.clamp(RETRY_AFTER_MIN, RETRY_AFTER_MAX)),
        None => scaled(bound_ms(failure), random).max(SHORTEST_MS),
    };
    let at = failure.now.saturating_add(wait);
    if at >= failure.expires_at { Next::Expired } else { Next::At(at) }
}

/// When a notice of this timing expires.
pub fn expires_at(ringing: bool, now: UnixMs) -> UnixMs {
    now.saturating_add(if ringing { RINGING_EXPIRY_MS } else { EXPIRY_MS })
}

fn bound_ms(failure: &Failure) -> i64 {
    let age = failure.now.saturating_sub(failure.created_at);
    let cap = if age < FRESH_MS { FRESH_CAP_MS } else { STALE_CAP_MS };
    let doublings = failure.failures.saturating_sub(1).min(20);
    (BASE_MS << doublings).min(cap)
}

/// `bound` times `random`, in whole thousandths so that no float has to be cut to an integer.
fn scaled(bound: i64, random: f64) -> i64 {
    let fraction = Duration::from_secs_f64(random.clamp(0.0, 1.0));
    bound.saturating_mul(millis(fraction)) / 1000
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Reads a Retry-After header (RFC 9110 §10.2.3): seconds, or a date measured from `now`.
pub fn read_retry_after(text: &str, now: UnixMs) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = chrono::DateTime::parse_from_rfc2822(text).ok()?.timestamp_millis();
    Some(Duration::from_millis(u64::try_from(at.saturating_sub(now)).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(failures: u32) -> Failure {
        Failure { now: 1000, created_at: 0, expires_at: EXPIRY_MS, failures, after: None }
    }

    #[test]
    fn the_bound_doubles_to_a_minute() {
        for (failures, bound) in [(1, 1000), (2, 2000), (3, 4000), (6, 32_000), (7, 60_000)] {
            assert_eq!(next(&failure(failures), 1.0), Next::At(1000 + bound), "{failures}");
        }
        assert_eq!(next(&failure(u32::MAX), 1.0), Next::At(61_000));
        assert_eq!(next(&failure(9), 0.0), Next::At(1100));
        assert_eq!(next(&failure(9), 0.5), Next::At(31_000));
    }

    #[test]
    fn an_old_notice_is_tried_less_often() {
        let old = Failure { now: FRESH_MS, ..failure(30) };
        assert_eq!(next(&old, 1.0), Next::At(FRESH_MS + STALE_CAP_MS));
    }

    #[test]
    fn retry_after_is_kept_within_bounds_and_nothing_is_sent_too_late() {
        let asked = |seconds| Failure { after: Some(Duration::from_secs(seconds)), ..failure(1) };
        assert_eq!(next(&asked(7), 0.3), Next::At(8000));
        assert_eq!(next(&asked(0), 0.3), Next::At(2000));
        assert_eq!(next(&asked(u64::MAX), 0.3), Next::At(1000 + 6 * 60 * 60 * 1000));
        let ringing = Failure { expires_at: 60_000, ..asked(60) };
        assert_eq!(next(&ringing, 0.3), Next::Expired);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(read_retry_after(" 120 ", 0), Some(Duration::from_secs(120)));
        let now = 1_445_412_420_000; // Wed, 21 Oct 2015 07:27:00 GMT
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(read_retry_after(date, now), Some(Duration::from_secs(60)));
        assert_eq!(read_retry_after(date, now + 600_000), Some(Duration::ZERO));
        for bad in ["", "-1", "soon", "1e9"] {
            assert_eq!(read_retry_after(bad, 0), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_wait_is_never_negative_nor_beyond_the_expiry(
            now in 0..2_000_000_000_000_i64, age in 0..200_000_000_i64,
            left in -10_i64..200_000_000, failures in 0..u32::MAX, random in 0.0..1.0_f64,
        ) {
            let failure = Failure {
                now, created_at: now - age, expires_at: now + left, failures, after: None,
            };
            match next(&failure, random) {
                Next::At(at) => proptest::prop_assert!(at >= now + 100 && at < now + left),
                Next::Expired => proptest::prop_assert!(left <= STALE_CAP_MS),
            }
        }
    }
}
