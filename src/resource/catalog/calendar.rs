//! 営業カレンダー.

use chrono::{Datelike, NaiveDate};

use super::notation::{PLAIN, field, flag, text};
use super::rules::fault;
use super::shared::ID;
use crate::resource::{Fault, Field, Kind, Methods, Record, Resource, kind};

/// The opening hours of one day of the week.
const fn day(name: &'static str, column: &'static str) -> Field {
    field(name, column, Kind::Hours).meaning("HH:mm-HH:mm をカンマで。空=休み")
}

/// Opening hours.
pub static BUSINESS_CALENDAR: Resource = Resource {
    uri: "Business-Calendar",
    title: "営業カレンダー",
    table: "business_calendar",
    methods: Methods { post: false, put: true, delete: false },
    seed: false,
    note: "常に1行(ID 1)。",
    fields: &[
        ID,
        day("月", "monday").default("09:00-18:00").example("09:00-12:00,13:00-18:00"),
        day("火", "tuesday").default("09:00-18:00").example("09:00-12:00,13:00-18:00"),
        day("水", "wednesday").default("09:00-18:00").example("09:00-12:00,13:00-18:00"),
        day("木", "thursday").default("09:00-18:00").example("09:00-12:00,13:00-18:00"),
        day("金", "friday").default("09:00-18:00").example("09:00-12:00,13:00-18:00"),
        day("土", "saturday"),
        day("日", "sunday"),
        flag("祝日休業", "closed_on_holidays").default("True").example("True"),
        text("休業日", "closed_days", 1000)
            .meaning("yyyy/MM/dd または MM/dd、範囲は - で、カンマ区切り")
            .example("12/29-01/03,08/13-08/15"),
        text("まとめ時刻", "digest_times", 200)
            .default("18:00")
            .meaning("不在着信のまとめを送る時刻 HH:mm、カンマ区切り")
            .example("12:00,18:00"),
    ],
    first_rows: &[&[]],
    check: Some(rules),
    ..PLAIN
};

/// Days and times that the calendar's texts list.
fn rules(row: &Record) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !closed_days(row).all(|days| days.is_some()) {
        let message =
            "yyyy/MM/dd か MM/dd、範囲は 12/29-01/03 の形で、カンマ区切りで指定してください";
        faults.extend(fault(row, "closed_days", message));
    }
    if !digest_times(row).all(|time| time.is_some()) {
        faults.extend(fault(
            row,
            "digest_times",
            "HH:mm をカンマ区切りで指定してください(例 12:00,18:00)",
        ));
    }
    faults
}

/// The days that 休業日 of a calendar names, entry by entry; `None` is an entry that names none.
pub fn closed_days(calendar: &Record) -> impl Iterator<Item = Option<ClosedDays>> {
    entries(calendar.text("closed_days")).map(|entry| ClosedDays::parse(&entry))
}

/// The まとめ時刻 of a calendar in minutes of the day; `None` is an entry that is no time.
pub fn digest_times(calendar: &Record) -> impl Iterator<Item = Option<u32>> {
    entries(calendar.text("digest_times"))
        .map(|entry| kind::minutes(Kind::Time.check(&entry).ok()?.text()))
}

/// What stands between commas and line ends; full-width signs count as ASCII.
fn entries(text: &str) -> impl Iterator<Item = String> {
    let entries: Vec<String> = kind::narrow(text)
        .split([',', '、', '\n'])
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect();
    entries.into_iter()
}

/// A year, where one is given, with month and day.
type Day = (Option<i32>, (u32, u32));

/// A day or a range of days; both ends have a year, or both come back each year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedDays {
    from: Day,
    to: Day,
}

impl ClosedDays {
    fn parse(entry: &str) -> Option<Self> {
        let (from, to) = entry.split_once(['-', '~', '〜']).unwrap_or((entry, entry));
        let (from, to) = (day_of(from.trim())?, day_of(to.trim())?);
        let sound = from.0.is_some() == to.0.is_some() && (from.0.is_none() || from <= to);
        sound.then_some(Self { from, to })
    }

    /// Whether `day` is one of them; a range without years may go over the turn of the year.
    pub fn hold(&self, day: NaiveDate) -> bool {
        let today = (self.from.0.map(|_| day.year()), (day.month(), day.day()));
        if self.from <= self.to {
            self.from <= today && today <= self.to
        } else {
            today >= self.from || today <= self.to
        }
    }
}

/// `2026/08/13` or `8/13`; 2/29 is a day, as it comes back.
fn day_of(text: &str) -> Option<Day> {
    let has_year = text.matches('/').count() == 2;
    let dated = if has_year { text.to_owned() } else { ["2024/", text].concat() };
    let normal = Kind::Date.check(&dated).ok()?;
    let mut parts = normal.text().split('/');
    let year = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((has_year.then_some(year), (month, day)))
}
