//! Whether the office is open (Business-Calendar).

use chrono::{Datelike, NaiveDate, Timelike};
use jpholiday::jpholiday::JPHoliday;

use crate::clock::{UnixMs, japan};
use crate::resource::Record;

/// Columns of the opening hours, Monday first.
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Whether `at` lies within the opening hours of `calendar`.
pub fn is_open(calendar: &Record, at: UnixMs) -> bool {
    let local = japan(at);
    let day = local.date_naive();
    if is_closed_day(calendar.text("closed_days"), day) {
        return false;
    }
    let minute = local.hour() * 60 + local.minute();
    let weekday = day.weekday().num_days_from_monday();
    let column = usize::try_from(weekday).ok().and_then(|index| DAYS.get(index));
    let open = column.is_some_and(|column| covers(calendar.text(column), minute));
    // The table of holidays is asked last: it costs most.
    open && !(calendar.is("closed_on_holidays") && JPHoliday::new().is_holiday(&day))
}

/// Whether `09:00-12:00,13:00-18:00` holds a minute of the day.
fn covers(hours: &str, minute: u32) -> bool {
    hours.split(',').any(|range| {
        let ends = range.split_once('-').and_then(|(from, to)| Some((clock(from)?, clock(to)?)));
        ends.is_some_and(|(from, to)| (from..to).contains(&minute))
    })
}

/// Minutes of `HH:mm`; `24:00` is the end of the day.
fn clock(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    Some(hours.parse::<u32>().ok()? * 60 + minutes.parse::<u32>().ok()?)
}

/// Whether `2025/08/13,12/29-01/03` holds `day`; an entry that cannot be read closes nothing.
fn is_closed_day(list: &str, day: NaiveDate) -> bool {
    list.split([',', '、']).any(|entry| match entry.split_once(['-', '~', '〜']) {
        Some((from, to)) => within(from, to, day),
        None => within(entry, entry, day),
    })
}

/// A range with years is compared as dates, one without wraps around the turn of the year.
fn within(from: &str, to: &str, day: NaiveDate) -> bool {
    match (date(from), date(to)) {
        (Some((Some(from_year), from)), Some((to_year, to))) => {
            let today = (day.year(), (day.month(), day.day()));
            let last_year = to_year.unwrap_or(from_year + i32::from(to < from));
            (from_year, from) <= today && today <= (last_year, to)
        }
        (Some((None, from)), Some((None, to))) => {
            let today = (day.month(), day.day());
            if from <= to { from <= today && today <= to } else { today >= from || today <= to }
        }
        _ => false,
    }
}

/// `2025/08/13` or `08/13` as (year, (month, day)).
fn date(text: &str) -> Option<(Option<i32>, (u32, u32))> {
    let parts: Vec<u32> =
        text.trim().split('/').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [month, day] => Some((None, (*month, *day))),
        [year, month, day] => Some((Some(i32::try_from(*year).ok()?), (*month, *day))),
        _ => None,
    }
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
