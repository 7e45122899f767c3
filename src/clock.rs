//! The time of day, settable in tests.
//!
//! Invariant: every wall-clock reading of the program comes from a [`Clock`]; texts are Japan time.
//! Never: measures durations (use `tokio::time::Instant` for those).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDateTime, NaiveTime};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type UnixMs = i64;

/// Milliseconds of an hour.
pub const HOUR_MS: i64 = 3_600_000;
/// Milliseconds of a day.
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// Japan has kept UTC+9 without daylight saving since 1952.
const JAPAN_OFFSET_SECONDS: i32 = 9 * 60 * 60;
/// Japan's offset from UTC, in milliseconds.
pub const JAPAN_MS: i64 = JAPAN_OFFSET_SECONDS as i64 * 1000;

/// A source of the current time: the machine's, or one that a test sets.
#[derive(Clone, Debug)]
pub struct Clock {
    /// `None` reads the machine's clock.
    manual_ms: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { manual_ms: None }
    }

    /// A clock that stands at `start` until [`Clock::set`] moves it.
    pub fn manual(start: UnixMs) -> Self {
        Self { manual_ms: Some(Arc::new(AtomicI64::new(start))) }
    }

    /// The current time.
    #[allow(clippy::disallowed_methods)] // the one place that reads the machine's clock
    pub fn now(&self) -> UnixMs {
        match &self.manual_ms {
            Some(ms) => ms.load(Ordering::Relaxed),
            None => chrono::Utc::now().timestamp_millis(),
        }
    }

    /// Moves a manual clock; a system clock stays as it is.
    pub fn set(&self, now: UnixMs) {
        if let Some(ms) = &self.manual_ms {
            ms.store(now, Ordering::Relaxed);
        }
    }
}

/// `at` in Japan, or the epoch where `at` lies outside chrono's years.
pub fn japan(at: UnixMs) -> DateTime<FixedOffset> {
    let utc = DateTime::from_timestamp_millis(at).unwrap_or_default();
    match FixedOffset::east_opt(JAPAN_OFFSET_SECONDS) {
        Some(offset) => utc.with_timezone(&offset),
        None => utc.fixed_offset(),
    }
}

/// `2025/04/01 09:15:02`, the form of every date-time in the API.
pub fn japan_text(at: UnixMs) -> String {
    japan(at).format("%Y/%m/%d %H:%M:%S").to_string()
}

/// When the month of `at` began in Japan, or begins that is so many months later.
pub fn japan_month(at: UnixMs, later: u32) -> UnixMs {
    let first = japan(at).date_naive().with_day(1);
    let first = first.and_then(|day| day.checked_add_months(Months::new(later)));
    first.map_or(at, |day| from_japan(day.and_time(NaiveTime::MIN)))
}

/// Reads a Japan wall-clock time.
pub fn from_japan(naive: NaiveDateTime) -> UnixMs {
    naive.and_utc().timestamp_millis() - JAPAN_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_in_japan() {
        let at =
            |text: &str| from_japan(NaiveDateTime::parse_from_str(text, "%Y/%m/%d %H:%M").unwrap());
        for (now, begun, next) in [
            ("2026/01/31 23:59", "2026/01/01 00:00", "2026/02/01 00:00"),
            ("2026/02/01 00:00", "2026/02/01 00:00", "2026/03/01 00:00"),
            ("2026/12/01 08:00", "2026/12/01 00:00", "2027/01/01 00:00"),
        ] {
            assert_eq!((japan_month(at(now), 0), japan_month(at(now), 1)), (at(begun), at(next)));
        }
    }

    #[test]
    fn texts_are_japan_time() {
        assert_eq!(japan_text(0), "1970/01/01 09:00:00");
    }

    #[test]
    fn a_manual_clock_stands_until_it_is_set() {
        let clock = Clock::manual(5);
        assert_eq!(clock.now(), 5);
        clock.set(7);
        assert_eq!(clock.now(), 7);
    }
}
