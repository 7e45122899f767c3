//! Values as the program holds them and as the store hands them out.

use std::borrow::Cow;

/// One stored value.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Value {
    /// Empty; shown as `""`.
    #[default]
    Empty,
    /// key, int, bool (0/1), ref, datetime (Unix milliseconds).
    Int(i64),
    /// All other kinds; secrets in clear.
    Text(String),
}

impl Value {
    /// The text, `""` for `Empty` and `Int`.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Empty | Self::Int(_) => "",
        }
    }

    /// The value as rows are shown by; a secret stays in clear.
    pub fn raw(&self) -> Raw<'_> {
        match self {
            Self::Empty => Raw::Null,
            Self::Int(number) => Raw::Int(*number),
            Self::Text(text) => Raw::Text(Cow::Borrowed(text)),
        }
    }

    /// The number, 0 for `Empty` and `Text`.
    pub fn int(&self) -> i64 {
        match self {
            Self::Int(number) => *number,
            Self::Empty | Self::Text(_) => 0,
        }
    }

    /// Whether it shows as `""`.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Int(_) => false,
            Self::Text(text) => text.is_empty(),
        }
    }
}

/// A value borrowed from a database row, ready to be shown: secrets are already masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw<'a> {
    /// NULL.
    Null,
    /// INTEGER.
    Int(i64),
    /// TEXT, or a masked secret.
    Text(Cow<'a, str>),
    /// TEXT as a database holds it, which was given nothing but UTF-8.
    Stored(&'a [u8]),
}
