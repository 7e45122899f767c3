//! 営業カレンダー.

use super::notation::{PLAIN, field, flag, text};
use super::rules::fault;
use super::shared::ID;
use crate::resource::{Fault, Field, Kind, Methods, Record, Resource};

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
    if !entries(row.text("closed_days")).all(is_days) {
        let message =
            "yyyy/MM/dd か MM/dd、範囲は 12/29-01/03 の形で、カンマ区切りで指定してください";
        faults.extend(fault(row, "closed_days", message));
    }
    if !entries(row.text("digest_times")).all(|time| Kind::Time.check(time).is_ok()) {
        faults.extend(fault(
            row,
            "digest_times",
            "HH:mm をカンマ区切りで指定してください(例 12:00,18:00)",
        ));
    }
    faults
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '、', '\n']).map(str::trim).filter(|entry| !entry.is_empty())
}

/// One day or a range; both ends with a year or both without.
fn is_days(entry: &str) -> bool {
    match entry.split_once('-') {
        None => is_day(entry).is_some(),
        Some((from, to)) => match (is_day(from.trim()), is_day(to.trim())) {
            (Some(from_year), Some(to_year)) => from_year == to_year && (!from_year || from <= to),
            _ => false,
        },
    }
}

/// Whether a day has a year; `None` where it is no day. 2/29 is one, as it comes back.
fn is_day(day: &str) -> Option<bool> {
    let year = day.matches('/').count() == 2;
    let dated = if year { day.to_owned() } else { ["2024/", day].concat() };
    Kind::Date.check(&dated).is_ok().then_some(year)
}
