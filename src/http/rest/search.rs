//! The call search of the seed: `/(TOP)/(DESCENDING)/(K_ID)/(FROM)`.
//!
//! Invariant: a path is understood as a whole or refused with 400. Never: guesses.

use std::borrow::Cow;

use crate::http::Refusal;
use crate::http::percent::decode;
use crate::http::reply::{
    BAD_CUSTOMER, BAD_DESCENDING, BAD_NUMBERS, BAD_SEARCH, BAD_TOP, TOO_MANY_NUMBERS,
};
use crate::resource::listing::NUMBERS_MAX;
use crate::store::CallQuery;
use crate::telephone::TelephoneNumber;

/// A call search that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::http) struct CallSearch {
    /// At most this many rows; `None` = all.
    pub top: Option<u64>,
    /// The rest.
    pub query: CallQuery,
}

/// Reads the segments after the resource's name, still percent-encoded.
pub(in crate::http) fn search(segments: &[&str]) -> Result<CallSearch, Refusal> {
    let [top, descending, customer, from] = segments else {
        return Err(Refusal::BadPath(BAD_SEARCH));
    };
    let top = whole(&part(top)?).ok_or(Refusal::BadPath(BAD_TOP))?;
    let descending = match part(descending)?.as_ref() {
        "True" | "true" => true,
        "False" | "false" => false,
        _ => return Err(Refusal::BadPath(BAD_DESCENDING)),
    };
    let customer = whole(&part(customer)?).ok_or(Refusal::BadPath(BAD_CUSTOMER))?;
    let query = CallQuery {
        descending,
        customer_id: i64::try_from(customer).unwrap_or(i64::MAX),
        numbers: numbers(&part(from)?)?,
        lines: Vec::new(),
    };
    Ok(CallSearch { top: (top > 0).then_some(top), query })
}

/// One decoded segment.
fn part(text: &str) -> Result<Cow<'_, str>, Refusal> {
    decode(text).map_err(|_| Refusal::BadPath(BAD_SEARCH))
}

/// Decimal digits; a number beyond 64 bits is as good as the largest.
fn whole(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// `Null`, or up to six numbers joined by `&`; a trailing `&` is allowed.
fn numbers(from: &str) -> Result<Vec<String>, Refusal> {
    let from = from.strip_suffix('&').unwrap_or(from);
    if from.eq_ignore_ascii_case("null") {
        return Ok(Vec::new());
    }
    let mut numbers = Vec::new();
    for text in from.split('&') {
        let number = TelephoneNumber::parse(text).map_err(|_| Refusal::BadPath(BAD_NUMBERS))?;
        let number = number.as_str().to_owned();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    if numbers.len() > NUMBERS_MAX {
        return Err(Refusal::BadPath(TOO_MANY_NUMBERS));
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(path: &str) -> Result<CallSearch, Refusal> {
        search(&path.split('/').collect::<Vec<_>>())
    }

    fn found(
        top: Option<u64>,
        descending: bool,
        customer_id: i64,
        numbers: &[&str],
    ) -> Result<CallSearch, Refusal> {
        let numbers = numbers.iter().map(|number| (*number).to_owned()).collect();
        Ok(CallSearch { top, query: CallQuery { descending, customer_id, numbers, lines: vec![] } })
    }

    #[test]
    fn searches_of_the_seed_are_understood() {
        for (path, expected) in [
            ("0/True/0/Null", found(None, true, 0, &[])),
            ("10/false/0/NULL", found(Some(10), false, 0, &[])),
            ("10/true/101/null&", found(Some(10), true, 101, &[])),
            ("5/False/0/0731234567", found(Some(5), false, 0, &["0731234567"])),
            (
                "5/False/7/0731234567&09000000001",
                found(Some(5), false, 7, &["0731234567", "09000000001"]),
            ),
            (
                "5/False/0/0731234567%2609000000001%26",
                found(Some(5), false, 0, &["0731234567", "09000000001"]),
            ),
            ("5/False/0/073-123-4567", found(Some(5), false, 0, &["0731234567"])),
            ("5/False/0/%2B81731234567&0731234567&", found(Some(5), false, 0, &["0731234567"])),
            ("99999999999999999999/True/0/Null", found(Some(u64::MAX), true, 0, &[])),
        ] {
            assert_eq!(parse(path), expected, "{path}");
        }
    }

    #[test]
    fn six_numbers_fit_and_repeats_count_once() {
        let six: Vec<String> = (1..=6).map(|n| format!("073123456{n}")).collect();
        let path = format!("0/True/0/{}&0731234561&073-123-4562&", six.join("&"));
        assert_eq!(parse(&path).unwrap().query.numbers, six);
        let path = format!("0/True/0/{}&0731234567", six.join("&"));
        assert_eq!(parse(&path), Err(Refusal::BadPath(TOO_MANY_NUMBERS)));
    }

    #[test]
    fn anything_else_is_refused() {
        for (path, text) in [
            ("10/True", BAD_SEARCH),
            ("10/True/0", BAD_SEARCH),
            ("10/True/0/Null/1", BAD_SEARCH),
            ("-1/True/0/Null", BAD_TOP),
            ("x/True/0/Null", BAD_TOP),
            ("/True/0/Null", BAD_TOP),
            ("10/TRUE/0/Null", BAD_DESCENDING),
            ("10/1/0/Null", BAD_DESCENDING),
            ("10/True/-1/Null", BAD_CUSTOMER),
            ("10/True/a/Null", BAD_CUSTOMER),
            ("10/True/0/", BAD_NUMBERS),
            ("10/True/0/&", BAD_NUMBERS),
            ("10/True/0/abc", BAD_NUMBERS),
            ("10/True/0/0731234567&&", BAD_NUMBERS),
            ("10/True/0/Null&0731234567", BAD_NUMBERS),
            ("10/True/0/%zz", BAD_SEARCH),
        ] {
            assert_eq!(parse(path), Err(Refusal::BadPath(text)), "{path}");
        }
    }
}
