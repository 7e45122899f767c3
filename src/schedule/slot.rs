//! When a row's work is due, as pure arithmetic over the wall clock of Japan.
//!
//! Invariant: a slot lies at or before now. Never: needs to have been watching when a slot passed.

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime};

use crate::clock::{DAY_MS, UnixMs, from_japan, japan};
use crate::resource::words::cycle;
use crate::resource::{Kind, Record};

/// A clock that was wrong by more than this and is right again takes no slots with it.
const AHEAD_MAX_MS: i64 = DAY_MS;

/// What to do with a row now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing.
    Not,
    /// From this moment on slots count: the row is new, or its times were changed.
    Begin,
    /// The work of this slot.
    Run(UnixMs),
}

/// Judges a row: `done` = up to when its slots are settled, `changed` = its times are new.
pub fn judge(row: &Record, done: Option<UnixMs>, changed: bool, now: UnixMs) -> Due {
    let Some(slot) = latest(row, now).filter(|_| row.is("enabled")) else { return Due::Not };
    match done {
        Some(done) if !changed && done <= now.saturating_add(AHEAD_MAX_MS) => {
            if slot > done {
                Due::Run(slot)
            } else {
                Due::Not
            }
        }
        _ => Due::Begin,
    }
}

/// The last moment up to `now` at which the row's work was due; `None` = never by the clock.
pub fn latest(row: &Record, now: UnixMs) -> Option<UnixMs> {
    let local = japan(now);
    let time = NaiveTime::parse_from_str(row.text("run_time"), "%H:%M").unwrap_or_default();
    let today = local.date_naive();
    let day = match row.text("cycle") {
        cycle::DAILY => back(today, passed(&local, time)),
        cycle::WEEKLY => {
            let wanted = weekday(row);
            let behind = (u64::from(today.weekday().num_days_from_monday()) + 7 - wanted) % 7;
            let behind = if behind == 0 && !passed(&local, time) { 7 } else { behind };
            today.checked_sub_days(Days::new(behind))
        }
        cycle::MONTHLY => {
            let wanted = u32::try_from(row.int("month_day")).unwrap_or(1);
            let this = in_month(today, wanted)?;
            let reached = this < today || (this == today && passed(&local, time));
            if reached { Some(this) } else { in_month(last_month(today)?, wanted) }
        }
        _ => None,
    };
    day.map(|day| from_japan(day.and_time(time)))
}

/// 曜日 of the row, from Monday on: the place of the word in its field.
fn weekday(row: &Record) -> u64 {
    let index = row.resource.index("weekday");
    let kind = index.and_then(|index| row.resource.fields.get(index)).map(|field| field.kind);
    let Some(Kind::Enum(days)) = kind else { return 0 };
    let place = days.iter().position(|day| *day == row.text("weekday"));
    place.and_then(|place| u64::try_from(place).ok()).unwrap_or(0)
}

fn passed(local: &DateTime<FixedOffset>, time: NaiveTime) -> bool {
    local.time() >= time
}

/// Today, or the day before where the hour has not come yet.
fn back(today: NaiveDate, passed: bool) -> Option<NaiveDate> {
    if passed { Some(today) } else { today.pred_opt() }
}

/// This day of a month, or its last one.
fn in_month(month: NaiveDate, day: u32) -> Option<NaiveDate> {
    (1..=day.max(1)).rev().take(31).find_map(|day| month.with_day(day))
}

/// A day of the month before.
pub fn last_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_sub_months(Months::new(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{HOUR_MS, japan_text};
    use crate::resource::Value;
    use crate::resource::catalog::BACKUP;

    fn row(cycle: &str, time: &str, weekday: &str, day: i64) -> Record {
        let mut row = Record::empty(&BACKUP);
        row.set("enabled", Value::Int(1));
        for (column, text) in [("cycle", cycle), ("run_time", time), ("weekday", weekday)] {
            row.set(column, Value::Text(text.to_owned()));
        }
        row.set("month_day", Value::Int(day));
        row
    }

    fn at(text: &str) -> UnixMs {
        from_japan(chrono::NaiveDateTime::parse_from_str(text, "%Y/%m/%d %H:%M:%S").unwrap())
    }

    #[test]
    fn the_last_slot_of_every_cycle() {
        for (row, now, expected) in [
            (row("毎日", "03:00", "", 0), "2026/11/22 03:00:00", "2026/11/22 03:00:00"),
            (row("毎日", "03:00", "", 0), "2026/11/22 02:59:59", "2026/11/21 03:00:00"),
            (row("毎日", "00:00", "", 0), "2026/01/01 00:00:00", "2026/01/01 00:00:00"),
            // 2026/11/22 is a Sunday.
            (row("毎週", "03:00", "日", 0), "2026/11/22 03:00:00", "2026/11/22 03:00:00"),
            (row("毎週", "03:00", "日", 0), "2026/11/22 02:00:00", "2026/11/15 03:00:00"),
            (row("毎週", "03:00", "月", 0), "2026/11/22 12:00:00", "2026/11/16 03:00:00"),
            (row("毎週", "03:00", "土", 0), "2026/11/22 02:00:00", "2026/11/21 03:00:00"),
            (row("毎月", "03:00", "", 31), "2026/11/22 03:00:00", "2026/10/31 03:00:00"),
            (row("毎月", "03:00", "", 31), "2026/11/30 04:00:00", "2026/11/30 03:00:00"),
            (row("毎月", "03:00", "", 31), "2028/03/01 00:00:00", "2028/02/29 03:00:00"),
            (row("毎月", "03:00", "", 1), "2026/01/01 02:00:00", "2025/12/01 03:00:00"),
        ] {
            assert_eq!(japan_text(latest(&row, at(now)).unwrap()), expected, "{row:?} at {now}");
        }
        assert_eq!(latest(&row("しない", "03:00", "", 1), 0), None);
        assert_eq!(latest(&row("起動時", "03:00", "", 1), 0), None);
    }

    #[test]
    fn a_slot_is_run_once_whatever_the_clock_does() {
        let row = row("毎日", "03:00", "", 0);
        let slot = at("2026/11/22 03:00:00");
        let judge = |done, now| judge(&row, Some(done), false, now);
        assert_eq!(judge(slot - DAY_MS, slot), Due::Run(slot));
        assert_eq!(judge(slot, slot + 1), Due::Not);
        // Set back by an hour after the run, and forth again.
        assert_eq!(judge(slot, slot - HOUR_MS), Due::Not);
        assert_eq!(judge(slot, slot + HOUR_MS), Due::Not);
        // Three days of downtime are one run, that of the last slot.
        assert_eq!(judge(slot - 3 * DAY_MS, slot + HOUR_MS), Due::Run(slot));
        // The clock said 2030 for a while: slots count from now on.
        assert_eq!(judge(at("2030/01/01 03:00:00"), slot), Due::Begin);
    }

    #[test]
    fn new_and_changed_rows_wait_for_their_next_slot() {
        let row = row("毎日", "03:00", "", 0);
        let now = at("2026/11/22 10:00:00");
        assert_eq!(judge(&row, None, false, now), Due::Begin);
        assert_eq!(judge(&row, Some(now - DAY_MS), true, now), Due::Begin);
        let mut off = row.clone();
        off.set("enabled", Value::Int(0));
        assert_eq!(judge(&off, Some(0), false, now), Due::Not);
    }
}
