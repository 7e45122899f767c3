//! Numbers that a rule is written for.
//!
//! Invariant: a pattern is held against normalised numbers, so it is normalised as they are.
//! Never: keeps what it means; the text stays as people wrote it.

use super::number::{DIGITS_MAX, domestic, keep_digits};
use super::{NumberFault, TelephoneNumber};

/// What ends the beginning of a number, as typed with either width.
const ANY_END: [char; 2] = ['*', '＊'];

/// A whole number, or the beginning of numbers (`0120-00*`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberPattern {
    /// This number.
    Whole(TelephoneNumber),
    /// Numbers that begin so; normalised.
    Beginning(String),
}

impl NumberPattern {
    /// Reads a pattern as people type it: full-width, with hyphens, with +81. Errors:
    /// [`NumberFault`], also where a beginning has no digit.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        let Some(beginning) = text.strip_suffix(ANY_END) else {
            return TelephoneNumber::parse(text).map(Self::Whole);
        };
        let kept = keep_digits(beginning)?;
        let digits = kept.trim_start_matches('+').len();
        if (1..=DIGITS_MAX).contains(&digits) {
            Ok(Self::Beginning(domestic(kept)))
        } else {
            Err(NumberFault::Length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_normalised_like_a_number() {
        for (text, expected) in [
            ("0120*", "0120"),
            ("0120-00*", "012000"),
            ("０１２０＊", "0120"),
            ("+81 90*", "090"),
            ("010-1*", "+1"),
            ("010*", "+"),
            ("+1*", "+1"),
        ] {
            let expected = Ok(NumberPattern::Beginning(expected.to_owned()));
            assert_eq!(NumberPattern::parse(text), expected, "{text}");
        }
        for text in ["*", "+*", "0120**", "01*20", "0x*", "0123456789012345*", "12", ""] {
            assert!(NumberPattern::parse(text).is_err(), "{text}");
        }
    }
}
