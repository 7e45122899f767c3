//! The filters and tests that templates may use: a closed list, none of which grows a text
//! beyond the output limit.

use chrono::format::{Item, StrftimeItems};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind, State, filters, tests};

use super::escape::{json_string, percent_encode};
use super::{Landing, OUTPUT_BYTES_MAX};

/// Our filter for date-times.
pub(super) const DATE_TIME: &str = "日時";
/// Our filter for the last four digits.
const LAST_FOUR: &str = "下4桁";

/// Names of all filters (for checks and close names).
pub(super) const FILTERS: [&str; 22] = [
    DATE_TIME,
    LAST_FOUR,
    "urlencode",
    "tojson",
    "default",
    "d",
    "upper",
    "lower",
    "title",
    "capitalize",
    "trim",
    "replace",
    "length",
    "count",
    "first",
    "last",
    "int",
    "float",
    "abs",
    "round",
    "string",
    "split",
];

/// Names of all tests (`is …`).
pub(super) const TESTS: [&str; 8] =
    ["defined", "undefined", "none", "string", "number", "odd", "even", "in"];

/// An environment with exactly our filters and tests, for one landing.
pub(super) fn environment(landing: Landing) -> Environment<'static> {
    let mut env = Environment::empty();
    env.add_filter(DATE_TIME, date_time);
    env.add_filter(LAST_FOUR, last_four);
    env.add_filter("default", default);
    env.add_filter("d", default);
    env.add_filter("replace", replace);
    env.add_filter("upper", filters::upper);
    env.add_filter("lower", filters::lower);
    env.add_filter("title", filters::title);
    env.add_filter("capitalize", filters::capitalize);
    env.add_filter("trim", filters::trim);
    env.add_filter("length", filters::length);
    env.add_filter("count", filters::length);
    env.add_filter("first", filters::first);
    env.add_filter("last", filters::last);
    env.add_filter("int", int);
    env.add_filter("float", float);
    env.add_filter("abs", filters::abs);
    env.add_filter("round", filters::round);
    env.add_filter("string", filters::string);
    env.add_filter("split", filters::split);
    env.add_filter("urlencode", move |text: String| {
        finished_where(matches!(landing, Landing::Url | Landing::Form), percent_encode(&text))
    });
    if landing == Landing::Html {
        // The engine's own form is safe inside HTML and a script element alike.
        env.add_filter("tojson", filters::tojson);
    } else {
        env.add_filter("tojson", move |text: String| {
            finished_where(landing == Landing::Json, json_string(&text))
        });
    }
    env.add_test("defined", tests::is_defined);
    env.add_test("undefined", tests::is_undefined);
    env.add_test("none", tests::is_none);
    env.add_test("string", tests::is_string);
    env.add_test("number", tests::is_number);
    env.add_test("odd", tests::is_odd);
    env.add_test("even", tests::is_even);
    env.add_test("in", tests::is_in);
    env
}

/// A text that needs no more escaping where `finished`, else an ordinary one.
fn finished_where(finished: bool, text: String) -> Value {
    if finished { Value::from_safe_string(text) } else { Value::from(text) }
}

/// `日時("%H:%M")`: formats a date-time, a date or a time of the API; any other text stays as it is.
fn date_time(text: String, format: String) -> Result<String, Error> {
    let items = format_items(&format)?;
    let at = NaiveDateTime::parse_from_str(&text, "%Y/%m/%d %H:%M:%S")
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y%m%d_%H%M%S"))
        .or_else(|_| {
            NaiveDate::parse_from_str(&text, "%Y/%m/%d").map(|day| day.and_time(NaiveTime::MIN))
        })
        .or_else(|_| {
            NaiveTime::parse_from_str(&text, "%H:%M")
                .map(|time| NaiveDate::default().and_time(time))
        });
    match at {
        Ok(at) => Ok(at.format_with_items(items.into_iter()).to_string()),
        Err(_) => Ok(text),
    }
}

/// The parts of a format; a part that chrono does not know, or that needs a time zone, is a fault.
pub(super) fn format_items(format: &str) -> Result<Vec<Item<'_>>, Error> {
    let fault = || Error::new(ErrorKind::InvalidOperation, "unknown date format");
    let items: Vec<Item<'_>> = StrftimeItems::new(format).collect();
    if items.iter().any(|item| matches!(item, Item::Error)) {
        return Err(fault());
    }
    let mut probe = String::new();
    let shown = NaiveDateTime::default().format_with_items(items.iter());
    std::fmt::Write::write_fmt(&mut probe, format_args!("{shown}")).map_err(|_| fault())?;
    Ok(items)
}

/// `下4桁`: the last four characters (a number is stored as digits).
fn last_four(text: String) -> String {
    let skipped = text.chars().count().saturating_sub(4);
    text.chars().skip(skipped).collect()
}

/// As Jinja's, but an empty text counts as missing: every name is defined here, empty where
/// there is no value.
fn default(value: Value, other: Option<Value>) -> Value {
    let missing = value.is_undefined() || value.is_none() || value.as_str() == Some("");
    if missing { other.unwrap_or_else(|| Value::from("")) } else { value }
}

/// As Jinja's: what is no number counts as 0 where no `default` is given. Values are texts and
/// often empty, and a fault must not wait for the call.
fn int(
    state: &State<'_, '_>,
    value: &Value,
    default: Option<Value>,
    base: Option<u32>,
    named: Kwargs,
) -> Result<Value, Error> {
    let zero = || (!named.has("default")).then(|| Value::from(0));
    filters::int(state, value, default.or_else(zero), base, named)
}

/// As Jinja's, like [`int`].
fn float(
    state: &State<'_, '_>,
    value: &Value,
    default: Option<Value>,
    named: Kwargs,
) -> Result<Value, Error> {
    let zero = || (!named.has("default")).then(|| Value::from(0.0));
    filters::float(state, value, default.or_else(zero), named)
}

/// As Jinja's, within the output limit.
fn replace(text: String, from: String, to: String) -> Result<String, Error> {
    let found = text.matches(from.as_str()).count();
    let grown = text.len().saturating_add(found.saturating_mul(to.len()));
    if grown > OUTPUT_BYTES_MAX {
        return Err(Error::new(ErrorKind::InvalidOperation, "the replaced text is too long"));
    }
    Ok(text.replace(&from, &to))
}
