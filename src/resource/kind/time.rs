//! Dates and times: Japan's wall clock in texts, Unix milliseconds inside.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use super::check::echo;
use super::text::narrow;
use crate::clock::{UnixMs, from_japan, japan};

const DATE_FORMS: [&str; 2] = ["%Y/%m/%d", "%Y-%m-%d"];
const TIME_FORMS: [&str; 3] = ["%H:%M:%S%.f", "%H:%M:%S", "%H:%M"];
/// Years are shown with four digits, so others would not come back as they went out.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=9999;

/// `yyyy/MM/dd HH:mm:ss`, `yyyy/MM/dd HH:mm`, a date (its first second), the same with `-` and
/// `T`, or ISO 8601 with an offset; whole seconds.
pub(super) fn date_time(value: &str) -> Result<UnixMs, String> {
    let text = narrow(value);
    let text = text.trim();
    let found = naive(text).map(from_japan).or_else(|| with_offset(text)).filter(in_range);
    found.map(|at| at - at.rem_euclid(1000)).ok_or_else(|| {
        format!("日時は yyyy/MM/dd HH:mm:ss の正しい日付で指定してください(値: {})", echo(value))
    })
}

fn in_range(at: &UnixMs) -> bool {
    use chrono::Datelike;
    YEARS.contains(&japan(*at).year())
}

fn naive(text: &str) -> Option<NaiveDateTime> {
    if let Some(date) = naive_date(text) {
        return Some(date.and_time(NaiveTime::MIN));
    }
    let (date, time) = text.split_once([' ', 'T', 't'])?;
    Some(naive_date(date)?.and_time(naive_time(time.trim_start())?))
}

fn with_offset(text: &str) -> Option<UnixMs> {
    let text = text.replace('/', "-");
    ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"]
        .iter()
        .find_map(|form| DateTime::parse_from_str(&text, form).ok())
        .or_else(|| DateTime::parse_from_rfc3339(&text).ok())
        .map(|at| at.timestamp_millis())
}

fn naive_date(text: &str) -> Option<NaiveDate> {
    // chrono would take signs and any number of digits for the year.
    let year = text.get(..4)?;
    if !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let date = DATE_FORMS.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())?;
    use chrono::Datelike;
    YEARS.contains(&date.year()).then_some(date)
}

fn naive_time(text: &str) -> Option<NaiveTime> {
    use chrono::Timelike;
    let time = TIME_FORMS.iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())?;
    // chrono writes a leap second (:60) as more than a whole second of nanoseconds.
    (time.nanosecond() < 1_000_000_000).then_some(time)
}

/// `yyyy/MM/dd`; a date-time counts as its day in Japan.
pub(super) fn date(value: &str) -> Result<String, String> {
    let text = narrow(value);
    let text = text.trim();
    let found = naive_date(text)
        .or_else(|| naive(text).map(|at| at.date()))
        .or_else(|| with_offset(text).filter(in_range).map(|at| japan(at).date_naive()));
    found.map(|date| date.format("%Y/%m/%d").to_string()).ok_or_else(|| {
        format!("日付は yyyy/MM/dd の正しい日付で指定してください(値: {})", echo(value))
    })
}

/// `HH:mm`.
pub(super) fn time(value: &str) -> Result<String, String> {
    let text = narrow(value);
    naive_time(text.trim())
        .map(|time| time.format("%H:%M").to_string())
        .ok_or_else(|| format!("時刻は HH:mm(例 09:30)で指定してください(値: {})", echo(value)))
}

/// Minutes of the day of `HH:mm`; 24:00 is the end of the day.
pub fn minutes(text: &str) -> Option<u32> {
    use chrono::Timelike;
    if text == "24:00" {
        return Some(24 * 60);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    Some(time.hour() * 60 + time.minute())
}
