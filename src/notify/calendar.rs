//! Whether the office is open (Business-Calendar).

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use jpholiday::jpholiday::JPHoliday;

use crate::clock::{DAY_MS, UnixMs, from_japan, japan};
use crate::resource::Record;
use crate::resource::catalog::{closed_days, digest_times};
use crate::resource::kind::minutes;

/// Columns of the opening hours, Monday first.
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;
/// How many days ahead an opening or a time of a digest is looked for.
const AHEAD_DAYS_MAX: usize = 400;

/// Whether `at` lies within the opening hours of `calendar`.
pub fn is_open(calendar: &Record, at: UnixMs) -> bool {
    let local = japan(at);
    let minute = local.hour() * 60 + local.minute();
    let day = local.date_naive();
    // The table of holidays is asked last: it costs most.
    covers(hours(calendar, day), minute) && is_business_day(calendar, day)
}

/// The next moment at which the office opens; a day later where it never does.
pub fn next_opening(calendar: &Record, at: UnixMs) -> UnixMs {
    let openings = |day| {
        let ranges = hours(calendar, day).split(',');
        let starts = ranges.filter_map(|range| minutes(range.split_once('-')?.0.trim())).collect();
        if is_business_day(calendar, day) { starts } else { Vec::new() }
    };
    first_after(at, openings)
}

/// The next まとめ時刻; a day later where there is none. `business` = on days on which the office
/// is open at all.
pub fn next_digest(calendar: &Record, at: UnixMs, business: bool) -> UnixMs {
    let times: Vec<u32> = digest_times(calendar).flatten().collect();
    let on = |day| {
        let skipped =
            business && (hours(calendar, day).is_empty() || !is_business_day(calendar, day));
        if skipped { Vec::new() } else { times.clone() }
    };
    first_after(at, on)
}

/// The first of these minutes of days that lies after `at`.
fn first_after(at: UnixMs, minutes: impl Fn(NaiveDate) -> Vec<u32>) -> UnixMs {
    let days = japan(at).date_naive().iter_days().take(AHEAD_DAYS_MAX);
    let moments = days.flat_map(|day| {
        let midnight = from_japan(day.and_time(NaiveTime::MIN));
        let mut minutes = minutes(day);
        minutes.sort_unstable();
        minutes.into_iter().map(move |minute| midnight + i64::from(minute) * MINUTE_MS)
    });
    moments.into_iter().find(|moment| *moment > at).unwrap_or(at + DAY_MS)
}

/// The opening hours of a day's weekday.
fn hours(calendar: &Record, day: NaiveDate) -> &str {
    let weekday = usize::try_from(day.weekday().num_days_from_monday()).ok();
    let column = weekday.and_then(|index| DAYS.get(index));
    column.map_or("", |column| calendar.text(column))
}

/// Neither closed by 休業日 nor a holiday on which the office is closed.
fn is_business_day(calendar: &Record, day: NaiveDate) -> bool {
    let holiday = || calendar.is("closed_on_holidays") && JPHoliday::new().is_holiday(&day);
    !(closed_days(calendar).flatten().any(|days| days.hold(day)) || holiday())
}

/// Whether `09:00-12:00,13:00-18:00` holds a minute of the day.
fn covers(hours: &str, minute: u32) -> bool {
    hours.split(',').any(|range| {
        let ends = range
            .split_once('-')
            .and_then(|(from, to)| Some((minutes(from.trim())?, minutes(to.trim())?)));
        ends.is_some_and(|(from, to)| (from..to).contains(&minute))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::from_japan;
    use crate::resource::Value;
    use crate::resource::catalog::BUSINESS_CALENDAR;

    fn calendar() -> Record {
        let mut row = Record::empty(&BUSINESS_CALENDAR);
        for day in &DAYS[..5] {
            row.set(day, Value::Text("09:00-12:00,13:00-18:00".into()));
        }
        row.set("saturday", Value::Text("00:00-24:00".into()));
        row.set("closed_on_holidays", Value::Int(1));
        row.set(
            "closed_days",
            Value::Text("12/29-01/03,08/13-08/15,2026/06/01,2026/11/24-2026/11/25,bad,9/".into()),
        );
        row
    }

    fn open(text: &str) -> bool {
        let at = chrono::NaiveDateTime::parse_from_str(text, "%Y/%m/%d %H:%M").unwrap();
        is_open(&calendar(), from_japan(at))
    }

    /// Holidays as the Cabinet Office lists them (2024–2027) and as the Holiday Act with the
    /// observatory's equinoxes gives them (2028–2030): month and day, years apart.
    const HOLIDAYS: [(i32, &str); 7] = [
        (
            2024,
            "0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 0923 1014 1103 1104 1123",
        ),
        (
            2025,
            "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0721 0811 0915 0923 1013 1103 1123 1124",
        ),
        (
            2026,
            "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123",
        ),
        (
            2027,
            "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123",
        ),
        (2028, "0101 0110 0211 0223 0320 0429 0503 0504 0505 0717 0811 0918 0922 1009 1103 1123"),
        (
            2029,
            "0101 0108 0211 0212 0223 0320 0429 0430 0503 0504 0505 0716 0811 0917 0923 0924 1008 1103 1123",
        ),
        (
            2030,
            "0101 0114 0211 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0923 1014 1103 1104 1123",
        ),
    ];

    #[test]
    fn holidays_are_those_of_the_law_with_equinoxes_substitutes_and_days_in_between() {
        let table = JPHoliday::new();
        for (year, expected) in HOLIDAYS {
            let days = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days();
            let found: Vec<String> = days
                .take_while(|day| day.year() == year)
                .filter(|day| table.is_holiday(day))
                .map(|day| day.format("%m%d").to_string())
                .collect();
            assert_eq!(found.join(" "), expected, "{year}");
        }
    }

    #[test]
    fn the_next_opening_and_the_next_digest() {
        let mut row = calendar();
        row.set("saturday", Value::Empty);
        row.set("digest_times", Value::Text("18:00、12:00".into()));
        let at = |text: &str| {
            from_japan(chrono::NaiveDateTime::parse_from_str(text, "%Y/%m/%d %H:%M").unwrap())
        };
        for (now, opening, digest, business) in [
            ("2026/04/01 03:00", "2026/04/01 09:00", "2026/04/01 12:00", "2026/04/01 12:00"),
            ("2026/04/01 12:00", "2026/04/01 13:00", "2026/04/01 18:00", "2026/04/01 18:00"),
            ("2026/04/03 19:00", "2026/04/06 09:00", "2026/04/04 12:00", "2026/04/06 12:00"),
            // A holiday on Wednesday; the turn of the year.
            ("2026/04/28 20:00", "2026/04/30 09:00", "2026/04/29 12:00", "2026/04/30 12:00"),
            ("2026/12/28 20:00", "2027/01/04 09:00", "2026/12/29 12:00", "2027/01/04 12:00"),
        ] {
            assert_eq!(next_opening(&row, at(now)), at(opening), "{now}");
            assert_eq!(next_digest(&row, at(now), false), at(digest), "{now}");
            assert_eq!(next_digest(&row, at(now), true), at(business), "{now}");
        }
        row.set("digest_times", Value::Text("１８：００，12:00:30".into()));
        assert_eq!(next_digest(&row, at("2026/04/01 12:00"), false), at("2026/04/01 18:00"));
        let never = Record::empty(&BUSINESS_CALENDAR);
        assert_eq!(next_opening(&never, 0), DAY_MS);
        assert_eq!(next_digest(&never, 0, false), DAY_MS);
    }

    #[test]
    fn closed_days_count_however_they_are_typed() {
        let mut row = calendar();
        for days in
            ["１２／１", "12/1", "12/2\n12/01", "１１/３０～１２/１", "2026/11/30-2026/12/3，1/1"]
        {
            let at = from_japan(
                NaiveDate::from_ymd_opt(2026, 12, 1).unwrap().and_hms_opt(10, 0, 0).unwrap(),
            );
            row.set("closed_days", Value::Text(days.into()));
            assert!(!is_open(&row, at), "{days}");
            assert!(is_open(&row, at + 3 * DAY_MS), "{days}");
        }
    }

    #[test]
    fn hours_closed_days_and_holidays() {
        for (text, expected) in [
            ("2026/04/01 09:00", true),
            ("2026/04/01 08:59", false),
            ("2026/04/01 12:00", false),
            ("2026/04/01 17:59", true),
            ("2026/04/01 18:00", false),
            ("2026/04/04 23:59", true),  // Saturday
            ("2026/04/05 10:00", false), // Sunday
            ("2026/12/29 10:00", false),
            ("2027/01/02 10:00", false),
            ("2027/01/04 10:00", true),
            ("2026/08/14 10:00", false),
            ("2026/06/01 10:00", false),
            ("2027/06/01 10:00", true),
            ("2026/11/25 10:00", false),
            ("2026/11/26 10:00", true),
            ("2026/04/29 10:00", false), // a holiday
            ("2026/05/06 10:00", false), // a holiday moved from Sunday
            ("2026/09/22 10:00", false), // between two holidays
            ("2026/09/24 10:00", true),
        ] {
            assert_eq!(open(text), expected, "{text}");
        }
    }
}
