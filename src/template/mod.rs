//! 差込: message templates with the vocabulary of templates.md.
//!
//! Invariant: a template that was accepted at save time renders without an undefined name,
//! within bounded fuel and output. Never: reads files, the environment or other templates.

mod arguments;
mod check;
mod compared;
mod engine;
mod escape;
mod filters;
mod values;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use arguments::render_arguments;
pub use check::{OF_FILES, check};
pub use engine::{RenderFault, render};
pub use escape::percent_encode;
pub use values::Values;
pub use vocabulary::{Entry, VOCABULARY, Word};

/// Longest rendered text.
const OUTPUT_BYTES_MAX: usize = 64 * 1024;

/// Where a rendered text lands; decides how values are escaped (templates.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    /// Plain text (toast, text mail, tests).
    Plain,
    /// Percent-encoded values; a value that is a web address and begins the text stands for it.
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
    /// A form body: percent-encoded values, never a whole address.
    Form,
    /// Chat mark-up and mass mentions in values made inert.
    Chat,
    /// As `Chat`, and `& < >` as the entities that Slack asks for.
    SlackText,
}

impl Landing {
    /// Every landing, in declaration order.
    const ALL: [Self; 10] = [
        Self::Plain,
        Self::Url,
        Self::Html,
        Self::Json,
        Self::Command,
        Self::MailHeader,
        Self::FileName,
        Self::Form,
        Self::Chat,
        Self::SlackText,
    ];

    const fn index(self) -> usize {
        self as usize
    }
}
