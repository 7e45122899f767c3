//! One property: group, name, parameters, value.
//!
//! Invariant: the value is text, whatever charset and encoding it came in. Never: fails; what
//! cannot be read is left out.

use super::line::Line;
use crate::transfer::encoding;

/// The properties that are taken.
const USED: [&str; 20 + OWN.len()] = [
    "FN",
    "N",
    "X-PHONETIC-LAST-NAME",
    "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-ORG",
    "SOUND",
    "SORT-STRING",
    "ORG",
    "TITLE",
    "TEL",
    "EMAIL",
    "ADR",
    "URL",
    "BDAY",
    "NOTE",
    "CATEGORIES",
    "UID",
    "X-ABLABEL",
    "KIND",
    "X-ADDRESSBOOKSERVER-KIND",
    OWN[0].0,
    OWN[1].0,
    OWN[2].0,
    OWN[3].0,
    OWN[4].0,
];

/// What only our own cards hold: the property and the column of a customer.
pub(super) const OWN: [(&str, &str); 5] = [
    ("X-SMARTCONNECT-HONORIFIC", "honorific"),
    ("X-SMARTCONNECT-RANK", "rank"),
    ("X-SMARTCONNECT-WARNING", "warning"),
    ("X-SMARTCONNECT-STAFF", "staff"),
    ("X-SMARTCONNECT-COLOR", "color"),
];

/// A property that is taken.
pub(super) struct Property {
    pub(super) group: Option<String>,
    pub(super) name: &'static str,
    /// (name in capitals, value); a parameter without a name (2.1) is a type.
    params: Vec<(String, String)>,
    value: String,
    /// Version 2.1: only `\;` is an escape.
    old: bool,
}

impl Property {
    /// Reads a line; `None` for a property that is not taken.
    pub(super) fn read(line: &Line, old: bool) -> Option<Self> {
        let colon = colon(&line.bytes)?;
        let (head, value) = line.bytes.split_at(colon);
        let head = String::from_utf8_lossy(head);
        let mut parts = split(&head, ';', true).into_iter();
        let name = parts.next()?;
        let (group, name) = match name.split_once('.') {
            Some((group, name)) => (Some(group.to_ascii_uppercase()), name.to_owned()),
            None => (None, name),
        };
        let name = USED.iter().find(|used| used.eq_ignore_ascii_case(name.trim()))?;
        let params: Vec<(String, String)> = parts.map(|part| param(&part)).collect();
        let value = value.get(1..).unwrap_or_default();
        let value = decode(value, &params);
        Some(Self { group, name, params, value, old })
    }

    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        self.value.len()
    }

    /// The value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether it has a type.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.types().split(',').any(|own| own.eq_ignore_ascii_case(kind))
    }

    /// Every type, joined by commas.
    pub(super) fn types(&self) -> String {
        let types = self.params.iter().filter(|(name, _)| name == "TYPE");
        types.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(",")
    }

    /// The value as one text.
    pub(super) fn text(&self) -> String {
        unescape(&self.value, self.old)
    }

    /// A part between semicolons.
    pub(super) fn part(&self, index: usize) -> String {
        split(&self.value, ';', false)
            .get(index)
            .map(|part| unescape(part, self.old))
            .unwrap_or_default()
    }

    /// The parts between commas.
    pub(super) fn list(&self) -> Vec<String> {
        let parts =
            split(&self.value, ',', false).into_iter().map(|part| unescape(&part, self.old));
        parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    }
}

/// The colon before the value; one in quotes belongs to a parameter.
fn colon(bytes: &[u8]) -> Option<usize> {
    let mut quoted = false;
    bytes.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    })
}

fn param(text: &str) -> (String, String) {
    match text.split_once('=') {
        Some((name, value)) => {
            (name.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned())
        }
        None => {
            let word = text.trim().to_ascii_uppercase();
            let encoding = ["QUOTED-PRINTABLE", "BASE64", "8BIT"].contains(&word.as_str());
            (if encoding { "ENCODING" } else { "TYPE" }.to_owned(), word)
        }
    }
}

fn decode(value: &[u8], params: &[(String, String)]) -> String {
    let get = |name: &str| params.iter().find(|(own, _)| own == name).map(|(_, value)| value);
    let printable = get("ENCODING").is_some_and(|own| own.eq_ignore_ascii_case("QUOTED-PRINTABLE"));
    let charset = get("CHARSET").map(String::as_str);
    if printable {
        encoding::text(&quoted_printable(value), charset)
    } else {
        encoding::text(value, charset)
    }
}

/// RFC 2045 6.7; what is no code stays as it is.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let hex = |index: usize| {
            tail.get(index)
                .and_then(|byte| char::from(*byte).to_digit(16))
                .and_then(|digit| u8::try_from(digit).ok())
        };
        match (first, hex(0), hex(1)) {
            (b'=', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

/// Splits at a sign that is neither escaped nor, in a list of parameters, quoted.
fn split(text: &str, at: char, quotes: bool) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut escaped, mut quoted) = (false, false);
    for c in text.chars() {
        if c == at && !escaped && !quoted {
            parts.push(String::new());
            continue;
        }
        quoted ^= quotes && c == '"';
        escaped = c == '\\' && !escaped;
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

fn unescape(text: &str, old: bool) -> String {
    if old {
        return text.replace("\\;", ";");
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}
