//! The parameters and the answer of `/Statistics`, which is no resource.
//!
//! Invariant: the OpenAPI page and the answers have these names; those that rows have too are asked
//! of the catalogue. Never: sums anything itself.

use super::listing::{self, Period};
use super::{Fault, Kind, catalog};

/// Last part of the address.
pub const ADDRESS: &str = "Statistics";
/// How calls are put together.
pub const BY: &str = "by";
/// The words of [`BY`].
pub const GROUPINGS: [&str; 5] = ["day", "hour", "line", "caller", "operator"];
/// Most rows of the callers.
pub const CALLERS_MAX: u32 = 1000;
/// Rows of the callers where nothing is said.
pub const CALLERS: u32 = 100;

/// The day of a group.
pub const DAY: &str = "着信日";
/// The hour of a group, 0 to 23.
pub const HOUR: &str = "時";
/// How many calls.
pub const COUNT: &str = "件数";
/// How long the telephone rang on average, in seconds with one decimal; `""` = never ended ringing.
pub const MEAN_RING: &str = "平均呼出秒数";

/// How calls are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// One row a day.
    #[default]
    Day,
    /// One row for each hour of each day of the week.
    Hour,
    /// One row a line.
    Line,
    /// One row a number, the most calls first.
    Caller,
    /// One row a person who handled calls, the most calls first.
    Operator,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// How calls are put together.
    pub by: Grouping,
    /// When they came in.
    pub period: Period,
    /// At most this many rows of callers.
    pub limit: u32,
}

/// Reads the parameters; others are not looked at.
pub fn read(pairs: &[(String, String)]) -> Result<Asked, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut value = |wanted: &str, kind: Kind| {
        let (_, text) = pairs.iter().find(|(name, _)| name == wanted)?;
        kind.check(text)
            .map_err(|message| faults.push(Fault { name: wanted.to_owned(), message }))
            .ok()
    };
    let by = value(BY, Kind::Enum(&GROUPINGS));
    let limit = value(listing::LIMIT, Kind::Int { min: 1, max: i64::from(CALLERS_MAX) });
    let period = listing::period(pairs).map_err(|found| faults.extend(found)).ok().flatten();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Asked {
        by: by.map_or(Grouping::Day, |word| grouping(word.text())),
        period: period.unwrap_or(Period::ALWAYS),
        limit: limit.and_then(|limit| u32::try_from(limit.int()).ok()).unwrap_or(CALLERS),
    })
}

fn grouping(word: &str) -> Grouping {
    match word {
        "hour" => Grouping::Hour,
        "line" => Grouping::Line,
        "caller" => Grouping::Caller,
        "operator" => Grouping::Operator,
        _ => Grouping::Day,
    }
}

/// The calls of more lines and days than can be looked at one by one.
pub fn too_many(calls: i64) -> Fault {
    let message = format!(
        "この期間の着信は{calls}件あり、発信者別に数えるには多すぎます。{} と {} で期間を短くしてください",
        listing::FROM,
        listing::TO
    );
    Fault { name: BY.to_owned(), message }
}

/// The outcomes of calls, each a name of the answer.
pub fn outcomes() -> &'static [&'static str] {
    words(&catalog::CALL, "state")
}

/// The name of the day of the week.
pub fn weekday() -> &'static str {
    super::caller::name(&catalog::BACKUP, "weekday")
}

/// The days of the week from Monday.
pub fn weekdays() -> &'static [&'static str] {
    words(&catalog::BACKUP, "weekday")
}

fn words(resource: &super::Resource, column: &str) -> &'static [&'static str] {
    let field = resource.index(column).and_then(|index| resource.fields.get(index));
    match field.map(|field| field.kind) {
        Some(Kind::Enum(words)) => words,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &[(&str, &str)]) -> Result<Asked, Vec<Fault>> {
        let pairs: Vec<(String, String)> =
            query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        read(&pairs)
    }

    #[test]
    fn what_is_not_said_is_all_days() {
        let all = Asked { by: Grouping::Day, period: Period::ALWAYS, limit: CALLERS };
        assert_eq!(parse(&[("x", "1")]), Ok(all));
        assert_eq!(
            parse(&[("by", "caller"), ("limit", "7")]),
            Ok(Asked { by: Grouping::Caller, limit: 7, ..all })
        );
        for word in GROUPINGS {
            assert_eq!(GROUPINGS[parse(&[("by", word)]).unwrap().by as usize], word);
        }
    }

    #[test]
    fn faults_are_named() {
        let faults =
            parse(&[("by", "month"), ("limit", "0"), ("from", "x"), ("to", "1")]).unwrap_err();
        let names: Vec<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
        assert_eq!(names, ["by", "limit", "from", "to"]);
    }

    #[test]
    fn the_words_come_from_the_catalogue() {
        assert_eq!((weekdays().len(), weekdays().first()), (7, Some(&"月")));
        assert!(outcomes().contains(&crate::resource::words::call_state::MISSED));
    }
}
