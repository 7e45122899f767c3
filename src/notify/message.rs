//! Which message definition is used, and what it says.

use super::values::is_registered;
use super::{Occasion, Wording};
use crate::resource::Record;
use crate::resource::words::{delivery_timing, timing};
use crate::store::Snapshot;
use crate::template::{Landing, Values, Word, render};

/// 用途 of message definitions, most special first (templates.md, last paragraph).
mod purpose {
    pub const MISSED: &str = "不在";
    pub const NO_NUMBER: &str = "非通知";
    pub const REGISTERED: &str = "登録済み";
    pub const UNREGISTERED: &str = "未登録";
    pub const DEFAULT: &str = "既定";
}

/// What is said where no definition is enabled, or the chosen one cannot be rendered.
const FALLBACK: &str = "{{回線名}} {{顧客名 or \"未登録\"}} {{相手TEL表示}}";
/// The same for a missed call.
const FALLBACK_MISSED: &str = "【不在】{{回線名}} {{顧客名 or \"未登録\"}} {{相手TEL表示}}";
/// A text that is a value: escaped as its landing wants it.
const GIVEN: &str = "{{メモ}}";
/// What stands before the note of a person.
const NOTE: &str = "【伝言】";
/// What stands before the text of a call that nobody made.
const TRIAL: &str = "【テスト】";
/// Columns of a definition's short first line.
const HEADINGS: [&str; 2] = ["title", "subject"];

/// The row of the definitions `uri` for this moment: the one that the target names, else the
/// enabled one with the lowest ID for the first purpose that applies and has one.
pub(super) fn choose<'a>(occasion: &Occasion<'a>, uri: &str, named: i64) -> Option<&'a Record> {
    if let Some(Wording::Digest { .. }) = occasion.wording {
        return None;
    }
    let snapshot: &'a Snapshot = occasion.facts.snapshot;
    let named = snapshot.find(uri, named).filter(|row| row.is("enabled"));
    named.or_else(|| purposes(occasion).iter().find_map(|purpose| lowest(snapshot, uri, purpose)))
}

/// The definition that is made for missed calls.
pub(super) fn for_missed<'a>(snapshot: &'a Snapshot, uri: &str) -> Option<&'a Record> {
    lowest(snapshot, uri, purpose::MISSED)
}

fn lowest<'a>(snapshot: &'a Snapshot, uri: &str, purpose: &str) -> Option<&'a Record> {
    let mut rows = snapshot.of(uri).iter().map(AsRef::as_ref);
    rows.find(|row: &&Record| row.is("enabled") && row.text("purpose") == purpose)
}

fn purposes(occasion: &Occasion<'_>) -> Vec<&'static str> {
    let mut purposes = Vec::with_capacity(4);
    if occasion.timing == timing::MISSED {
        purposes.push(purpose::MISSED);
    }
    if occasion.call.text("caller_number").is_empty() {
        purposes.push(purpose::NO_NUMBER);
    }
    purposes.push(if is_registered(occasion) {
        purpose::REGISTERED
    } else {
        purpose::UNREGISTERED
    });
    purposes.push(purpose::DEFAULT);
    purposes
}

/// Renders one text of a definition; a text that fails is logged and replaced, because a plain
/// notice is better than none. What [`Wording`] says comes in its place or before it.
pub(super) fn text(
    occasion: &Occasion<'_>,
    row: Option<&Record>,
    column: &str,
    landing: Landing,
    values: &Values,
) -> String {
    let heading = HEADINGS.contains(&column);
    match occasion.wording {
        None if column == "body" && occasion.timing == delivery_timing::TEST => {
            TRIAL.to_owned() + &defined(occasion, row, column, landing, values)
        }
        None => defined(occasion, row, column, landing, values),
        Some(Wording::Digest { heading: head, .. }) if heading => given(head, landing, values),
        Some(Wording::Digest { heading, lines, .. }) => {
            given(&[heading, "\n", &lines.join("\n")].concat(), landing, values)
        }
        Some(Wording::Note(note)) if column == "body" => {
            let own = defined(occasion, row, column, landing, values);
            [&given(&[NOTE, note, "\n"].concat(), landing, values), own.as_str()].concat()
        }
        Some(Wording::Note(_)) => defined(occasion, row, column, landing, values),
    }
}

/// A text that was not written as a template.
fn given(text: &str, landing: Landing, values: &Values) -> String {
    let mut values = values.clone();
    values.set(Word::Memo, text);
    render(GIVEN, landing, &values).unwrap_or_default()
}

fn defined(
    occasion: &Occasion<'_>,
    row: Option<&Record>,
    column: &str,
    landing: Landing,
    values: &Values,
) -> String {
    let Some(row) = row else { return fallback(occasion, landing, values) };
    match render(row.text(column), landing, values) {
        Ok(text) => text,
        Err(fault) => {
            let (uri, key) = (row.resource.uri, row.key());
            log::warn!("{uri}/{key} {column} cannot be rendered, a plain text is sent: {fault}");
            fallback(occasion, landing, values)
        }
    }
}

/// The text that needs no definition.
pub(super) fn fallback(occasion: &Occasion<'_>, landing: Landing, values: &Values) -> String {
    let template = if occasion.timing == timing::MISSED { FALLBACK_MISSED } else { FALLBACK };
    render(template, landing, values).unwrap_or_default()
}

/// The first `most` characters, with an ellipsis where something was cut.
pub(super) fn cut(text: String, most: usize) -> String {
    Limit::characters(most).cut(text)
}

/// How long a text may be, in the unit in which its receiver counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    most: usize,
    /// What a character counts.
    weight: fn(char) -> usize,
}

impl Limit {
    /// Counted in characters.
    pub const fn characters(most: usize) -> Self {
        Self { most, weight: |_| 1 }
    }

    /// Counted in UTF-16 units, as JavaScript and Java do.
    pub const fn utf16(most: usize) -> Self {
        Self { most, weight: char::len_utf16 }
    }

    /// Counted in bytes of UTF-8.
    pub const fn bytes(most: usize) -> Self {
        Self { most, weight: char::len_utf8 }
    }

    /// The text, or as much of its beginning as leaves room for an ellipsis; never half a character.
    pub fn cut(self, mut text: String) -> String {
        let ellipsis = (self.weight)('…');
        let room = self.most.saturating_sub(ellipsis);
        let (mut length, mut kept) = (0, 0);
        for (at, c) in text.char_indices() {
            length += (self.weight)(c);
            if length > self.most {
                text.truncate(kept);
                if self.most >= ellipsis {
                    text.push('…');
                }
                return text;
            }
            if length <= room {
                kept = at + c.len_utf8();
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_in_the_unit_of_its_receiver() {
        for (limit, text, expected) in [
            (Limit::characters(3), "花花花", "花花花"),
            (Limit::characters(3), "花花花花", "花花…"),
            (Limit::utf16(4), "😀😀", "😀😀"),
            (Limit::utf16(4), "😀😀😀", "😀…"),
            (Limit::bytes(9), "花花花", "花花花"),
            (Limit::bytes(9), "花花花花", "花花…"),
            (Limit::bytes(8), "花花花", "花…"),
            (Limit::bytes(2), "花花花", ""),
            (Limit::characters(0), "花", ""),
        ] {
            assert_eq!(limit.cut(text.to_owned()), expected, "{text}");
        }
    }
}
