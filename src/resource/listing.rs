//! The parameters of a list: `?limit=&after=&order=&<key>=<value>`, and a period for calls and logs.
//!
//! Invariant: a parameter is understood as a whole or is a fault that names it; whoever asks
//! without any of them gets the list as the seed has it.
//! Never: lets a secret be guessed (masked fields do not narrow a list).

use super::needle::Needle;
use super::{Fault, Field, Kind, Mode, Resource, Value, catalog};
use crate::clock::{DAY_MS, UnixMs};

/// Most rows of one page.
pub const LIMIT_MAX: u32 = 10_000;
/// Most characters of a value that a list is narrowed to.
pub const VALUE_MAX: usize = 100;
/// Most telephone numbers of one search for calls (seed).
pub const NUMBERS_MAX: usize = 6;
/// What stands between the numbers of a search for calls.
const BETWEEN_NUMBERS: [char; 3] = [',', '&', ' '];
/// From the first to the last millisecond of a second: moments are shown by the second, and found by
/// what is shown.
pub const SECOND_REST_MS: i64 = 999;
/// How many rows at most.
pub const LIMIT: &str = "limit";
/// The key after which a page begins.
pub const AFTER: &str = "after";
/// In which order of keys.
pub const ORDER: &str = "order";
/// The words of [`ORDER`].
pub const ORDERS: [&str; 2] = ["asc", "desc"];
/// First day of a period.
pub const FROM: &str = "from";
/// What a search looks for.
pub const SEARCH: &str = "q";
/// Last day of a period.
pub const TO: &str = "to";

/// What a list is narrowed to, and which part of it is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// At most this many rows; `None` = all.
    pub limit: Option<u32>,
    /// The key after which it begins; `None` = at the start.
    pub after: Option<i64>,
    /// Largest key first.
    pub descending: bool,
    /// What a row must be like.
    pub filters: Vec<Filter>,
    /// When a call must have come in, or a row of a log been written; of other resources `None`.
    pub period: Option<Period>,
    /// What must stand in a row; `None` = anything.
    pub search: Option<Needle>,
}

/// A field and the value it must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The field's position.
    pub index: usize,
    /// Its value in the normal form; `Empty` = none.
    pub value: Value,
    /// Values that fit as well (the caller's number of calls alone); none of them is `value`.
    pub others: Vec<Value>,
}

/// Whole days of Japan; open at either end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First moment that belongs to it.
    pub start: UnixMs,
    /// First moment that does not.
    pub end: UnixMs,
}

impl Period {
    /// All of time.
    pub const ALWAYS: Self = Self { start: i64::MIN, end: i64::MAX };
}

impl Filter {
    /// Whether a row with this value of a field of this kind fits.
    pub fn fits(&self, kind: Kind, value: &Value) -> bool {
        match value {
            _ if self.value.is_empty() => value.is_empty(),
            Value::Int(at) if kind == Kind::DateTime => {
                let second = self.value.int();
                (second..=second.saturating_add(SECOND_REST_MS)).contains(at)
            }
            _ => *value == self.value || self.others.contains(value),
        }
    }
}

/// Whether a list can be narrowed to a value of this field.
pub fn narrows(field: &Field) -> bool {
    field.mode != Mode::WriteOnly && !field.kind.is_masked()
}

/// Column of the moment by which a list is narrowed to a period; `None` where it cannot be.
pub fn moment_of(resource: &Resource) -> Option<&'static str> {
    let moments = [
        (&catalog::CALL, "received_at"),
        (&catalog::DELIVERY, "created_at"),
        (&catalog::AUDIT, "at"),
    ];
    let own = moments.into_iter().find(|(each, _)| *each == resource);
    own.map(|(_, column)| column)
}

/// Whether a list can be narrowed to a period.
pub fn has_period(resource: &Resource) -> bool {
    moment_of(resource).is_some()
}

/// Whether a list can be searched.
pub fn has_search(resource: &Resource) -> bool {
    *resource == catalog::CALL || *resource == catalog::CUSTOMER
}

/// Reads the parameters; `None` where there is none of a list's. Others are not looked at.
pub fn read(
    resource: &Resource,
    pairs: &[(String, String)],
) -> Result<Option<Listing>, Vec<Fault>> {
    let mut listing = Listing::default();
    let mut faults = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let own = pairs.iter().filter(|(name, _)| is_parameter(resource, name));
    for (name, text) in own {
        let read = if seen.contains(&name.as_str()) {
            Err("1回だけ指定してください".to_owned())
        } else {
            set(resource, &mut listing, name, text)
        };
        seen.push(name);
        if let Err(message) = read {
            faults.push(Fault { name: name.clone(), message });
        }
    }
    if has_period(resource) {
        match period(pairs) {
            Ok(period) => listing.period = period,
            Err(found) => faults.extend(found),
        }
    }
    match (faults.is_empty(), seen.is_empty()) {
        (false, _) => Err(faults),
        (true, true) => Ok(None),
        (true, false) => Ok(Some(listing)),
    }
}

fn is_parameter(resource: &Resource, name: &str) -> bool {
    match name {
        LIMIT | AFTER | ORDER => true,
        FROM | TO => has_period(resource),
        SEARCH => has_search(resource),
        _ => resource.index_of_name(name).is_some(),
    }
}

/// Reads one parameter but for the period.
fn set(resource: &Resource, listing: &mut Listing, name: &str, text: &str) -> Result<(), String> {
    match name {
        LIMIT => {
            let limit = Kind::Int { min: 1, max: i64::from(LIMIT_MAX) }.check(text)?;
            listing.limit = u32::try_from(limit.int()).ok();
        }
        AFTER => listing.after = Some(Kind::Key.check(text)?.int()),
        ORDER => listing.descending = Kind::Enum(&ORDERS).check(text)?.text() == ORDERS[1],
        FROM | TO => {}
        // An empty search field asks for everything.
        SEARCH if text.is_empty() => {}
        SEARCH => listing.search = Some(Needle::parse(text)?),
        _ if may_be_one_of(resource, name) && text.contains(BETWEEN_NUMBERS) => {
            listing.filters.push(one_of(resource, name, text)?);
        }
        _ => {
            let index = resource.index_of_name(name).unwrap_or_default();
            let value = resource.fields.get(index).map_or(Ok(Value::Empty), |field| {
                if !narrows(field) {
                    return Err("この項目では絞り込めません".to_owned());
                }
                if text.chars().count() > VALUE_MAX {
                    return Err(format!("{VALUE_MAX}文字以内で指定してください"));
                }
                if text.is_empty() { Ok(Value::Empty) } else { field.kind.check(text) }
            })?;
            listing.filters.push(Filter { index, value, others: Vec::new() });
        }
    }
    Ok(())
}

/// Whether a list is narrowed to several values of a field: calls to those of several callers, as
/// the seed's search does.
pub fn may_be_one_of(resource: &Resource, name: &str) -> bool {
    let index = resource.index_of_name(name);
    *resource == catalog::CALL && index.is_some() && index == resource.index("caller_number")
}

/// Reads up to [`NUMBERS_MAX`] numbers; the same one counts once.
fn one_of(resource: &Resource, name: &str, text: &str) -> Result<Filter, String> {
    let index = resource.index_of_name(name).unwrap_or_default();
    let mut values: Vec<Value> = Vec::new();
    for part in text.split(BETWEEN_NUMBERS).filter(|part| !part.is_empty()) {
        let value = Kind::Tel.check(part)?;
        if !values.contains(&value) {
            values.push(value);
        }
        if values.len() > NUMBERS_MAX {
            return Err(format!("電話番号は{NUMBERS_MAX}件まで指定できます"));
        }
    }
    let mut values = values.into_iter();
    let value = values.next().unwrap_or(Value::Empty);
    Ok(Filter { index, value, others: values.collect() })
}

/// Reads `from` and `to` (days of Japan, both belong to the period); `None` where there is neither.
pub fn period(pairs: &[(String, String)]) -> Result<Option<Period>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut day = |wanted: &str| {
        let (_, text) = pairs.iter().find(|(name, _)| name == wanted)?;
        let day = Kind::Date.check(text).and_then(|day| Kind::DateTime.check(day.text()));
        match day {
            Ok(start) => Some(start.int()),
            Err(message) => {
                faults.push(Fault { name: wanted.to_owned(), message });
                None
            }
        }
    };
    let (from, to) = (day(FROM), day(TO));
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        let message = format!("{TO} は {FROM} 以後の日付にしてください");
        faults.push(Fault { name: TO.to_owned(), message });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let whole = Period::ALWAYS;
    Ok((from.is_some() || to.is_some()).then(|| Period {
        start: from.unwrap_or(whole.start),
        end: to.map_or(whole.end, |to| to + DAY_MS),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::catalog::{CALL, CUSTOMER, LINE, USER};

    fn parse(resource: &Resource, query: &[(&str, &str)]) -> Result<Option<Listing>, String> {
        let pairs: Vec<(String, String)> =
            query.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        read(resource, &pairs)
            .map_err(|faults| faults.iter().map(Fault::to_string).collect::<Vec<_>>().join(" / "))
    }

    #[test]
    fn what_is_none_of_a_lists_parameters_is_not_looked_at() {
        for query in [&[][..], &[("format", "csv"), ("x", "1"), ("", ""), ("Limit", "x")]] {
            assert_eq!(parse(&LINE, query), Ok(None));
        }
        // A search belongs to customers and calls alone.
        assert_eq!(parse(&LINE, &[("q", "x")]), Ok(None));
        // A period belongs to calls and logs alone.
        assert_eq!(parse(&LINE, &[("from", "x")]), Ok(None));
    }

    #[test]
    fn parameters_are_read_in_their_normal_form() {
        let query = [
            ("limit", "5"),
            ("after", "17"),
            ("order", "desc"),
            ("相手TEL", "073-123-4567"),
            ("対応状況", ""),
            ("from", "2025-04-01"),
            ("to", "2025/04/01"),
        ];
        let listing = parse(&CALL, &query).unwrap().unwrap();
        assert_eq!((listing.limit, listing.after, listing.descending), (Some(5), Some(17), true));
        let index = |column: &str| CALL.index(column).unwrap();
        let filter =
            |column: &str, value| Filter { index: index(column), value, others: Vec::new() };
        let number = filter("caller_number", Value::Text("0731234567".into()));
        assert_eq!(listing.filters, [number, filter("handling", Value::Empty)]);
        // 2025-04-01T00:00:00+09:00
        let start = 1_743_433_200_000;
        assert_eq!(listing.period, Some(Period { start, end: start + DAY_MS }));
        let open = parse(&CALL, &[("to", "2025/04/01")]).unwrap().unwrap();
        assert_eq!(open.period, Some(Period { start: i64::MIN, end: start + DAY_MS }));
    }

    #[test]
    fn calls_are_narrowed_to_several_callers() {
        let numbers = |text: &str| {
            let listing = parse(&CALL, &[("相手TEL", text)]).map(|found| found.unwrap());
            listing.map(|mut listing| listing.filters.remove(0))
        };
        let found = numbers("073-123-4567, 09000000001&073-123-4567").unwrap();
        assert_eq!(found.value, Value::Text("0731234567".into()));
        assert_eq!(found.others, [Value::Text("09000000001".into())]);
        let fits = |value: &Value| found.fits(Kind::Tel, value);
        assert!(fits(&found.others[0]) && fits(&found.value));
        assert!(!fits(&Value::Text("0311112222".into())) && !fits(&Value::Empty));
        let six = "0311111111,0311111112,0311111113,0311111114,0311111115,0311111116";
        assert_eq!(numbers(six).unwrap().others.len(), 5);
        assert!(numbers(&format!("{six},0311111117")).unwrap_err().contains("6件まで"));
        assert!(numbers("0311111111,abc").unwrap_err().starts_with("相手TEL: "));
        assert!(parse(&CALL, &[("着信TEL", "0311111111,0311111112")]).is_err());
    }

    #[test]
    fn a_moment_is_found_by_the_second_that_is_shown() {
        let listing = parse(&CALL, &[("着信日時", "2025/04/01 00:00:00")]).unwrap().unwrap();
        let fits = |at| listing.filters[0].fits(Kind::DateTime, &Value::Int(at));
        // 2025-04-01T00:00:00+09:00
        let second = 1_743_433_200_000;
        assert!(fits(second) && fits(second + 999));
        assert!(!fits(second - 1) && !fits(second + 1000));
        assert!(!listing.filters[0].fits(Kind::DateTime, &Value::Empty));
    }

    #[test]
    fn every_fault_is_told_with_its_name() {
        for (resource, query, names) in [
            (
                &CALL,
                &[("limit", "0"), ("after", "x"), ("order", "up")][..],
                &["limit", "after", "order"][..],
            ),
            (&CALL, &[("limit", "10001")], &["limit"]),
            (&CALL, &[("limit", "")], &["limit"]),
            (&CALL, &[("limit", "1"), ("limit", "2")], &["limit"]),
            (&CALL, &[("from", "2025/02/30"), ("to", "x")], &["from", "to"]),
            (&CALL, &[("from", "2025/04/02"), ("to", "2025/04/01")], &["to"]),
            (&CALL, &[("状態", "いろいろ")], &["状態"]),
            (&CUSTOMER, &[("備考", &"x".repeat(101))], &["備考"]),
            (&CUSTOMER, &[("電話番号1", "abc")], &["電話番号1"]),
            (&USER, &[("パスワード", "x")], &["パスワード"]),
            (&CUSTOMER, &[("q", "-")], &["q"]),
        ] {
            let text = parse(resource, query).unwrap_err();
            for name in names {
                assert!(text.contains(&format!("{name}: ")), "{query:?}: {text}");
            }
        }
    }

    #[test]
    fn no_field_is_named_like_a_parameter_and_no_secret_can_be_guessed() {
        let own = [LIMIT, AFTER, ORDER, FROM, TO, SEARCH, "format", "charset", "ticket"];
        for resource in catalog::ALL {
            for field in resource.fields {
                assert!(!own.contains(&field.name), "{resource:?}");
                if field.kind.is_masked() {
                    let text = parse(resource, &[(field.name, "x")]).unwrap_err();
                    assert!(text.contains("絞り込めません"), "{text}");
                }
            }
        }
    }
}
