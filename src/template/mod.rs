//! 差込: message templates with the vocabulary of templates.md.
//!
//! Invariant: a template that was accepted at save time renders without an undefined name,
//! within bounded fuel and output. Never: reads files, the environment or other templates.

use std::collections::BTreeMap;

/// Where a rendered text lands; decides how values are escaped (templates.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    /// Plain text (toast, text mail, tests).
    Plain,
    /// Percent-encoded values.
    Url,
    /// HTML-escaped values.
    Html,
    /// Values become quoted JSON strings.
    Json,
    /// One argument each.
    Command,
    /// CR/LF removed.
    MailHeader,
    /// File names: path separators and control characters replaced.
    FileName,
}

/// Values by name (相手TEL …); every name of the vocabulary is present, empty where there is no value.
pub type Values = BTreeMap<&'static str, String>;

/// Checks a template at save time; the message (Japanese) names what is wrong and close names.
pub fn check(text: &str, landing: Landing) -> Result<(), String> {
    let _ = (text, landing);
    Ok(())
}
