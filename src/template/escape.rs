//! How values are escaped by where they land.

use std::borrow::Cow;
use std::fmt::Write as _;

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind, Output, State};

use super::Landing;

/// Begins a value that may stand for a whole URL; cannot occur otherwise in a [`Landing::Url`] text.
const WHOLE_URL_BEGIN: char = '\u{1}';
/// Ends it.
const WHOLE_URL_END: char = '\u{2}';
/// Splits a mark-up sign from what it would mark; invisible to people.
const ZERO_WIDTH_SPACE: char = '\u{200B}';
/// Longest file name in characters that a template may produce (most file systems take 255 bytes).
const FILE_NAME_CHARACTERS_MAX: usize = 80;

/// Writes `value` as `landing` asks. A string that a filter marked as finished (`tojson` in JSON,
/// `urlencode` in a URL) is written as it is.
pub(super) fn write(
    landing: Landing,
    out: &mut Output,
    state: &mut State,
    value: &Value,
) -> Result<(), Error> {
    if landing == Landing::Html {
        return minijinja::escape_formatter(out, state, value);
    }
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(()),
        ValueKind::String if value.is_safe() => Ok(out.write_str(value.as_str().unwrap_or(""))?),
        ValueKind::String => Ok(out.write_str(&escape(landing, value.as_str().unwrap_or("")))?),
        ValueKind::Bool | ValueKind::Number if landing == Landing::Json => {
            // Jinja prints True and False, which is no JSON.
            let text = if value.kind() == ValueKind::Bool {
                value.is_true().to_string()
            } else {
                value.to_string()
            };
            Ok(out.write_str(&text)?)
        }
        ValueKind::Bool | ValueKind::Number => {
            Ok(out.write_str(&escape(landing, &value.to_string()))?)
        }
        _ => Err(Error::new(ErrorKind::InvalidOperation, "only texts and numbers can be shown")),
    }
}

/// Escapes one value.
fn escape(landing: Landing, text: &str) -> Cow<'_, str> {
    match landing {
        Landing::Plain | Landing::Html => Cow::Borrowed(text),
        Landing::Url if is_web_address(text) => {
            Cow::Owned(format!("{WHOLE_URL_BEGIN}{}{WHOLE_URL_END}", percent_encode(text)))
        }
        Landing::Url | Landing::Form => Cow::Owned(percent_encode(text)),
        Landing::Json => Cow::Owned(json_string(text)),
        Landing::Command => Cow::Owned(text.chars().filter(|c| *c != '\0').collect()),
        Landing::MailHeader => Cow::Owned(one_line(text)),
        Landing::FileName => Cow::Owned(file_name_part(text)),
        Landing::Chat => Cow::Owned(without_markup(text)),
        Landing::SlackText => Cow::Owned(entities(&without_markup(text))),
    }
}

/// Puts the last hand to a rendered text.
pub(super) fn finish(landing: Landing, text: String) -> String {
    match landing {
        Landing::Url => whole_url(text),
        Landing::MailHeader => one_line(&text),
        Landing::FileName => file_name(&text),
        _ => text,
    }
}

/// A value that begins the text and is a web address is the address itself (`{{記録URL}}`);
/// anywhere else it stays percent-encoded.
fn whole_url(text: String) -> String {
    if !text.contains(WHOLE_URL_BEGIN) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_start();
    if let Some((encoded, after)) =
        rest.strip_prefix(WHOLE_URL_BEGIN).and_then(|inner| inner.split_once(WHOLE_URL_END))
    {
        out.push_str(&percent_decode(encoded).replace(|c: char| c.is_whitespace(), "%20"));
        rest = after;
    }
    out.extend(rest.chars().filter(|c| *c != WHOLE_URL_BEGIN && *c != WHOLE_URL_END));
    out
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty()) && !text.chars().any(char::is_control)
}

/// Everything but the unreserved characters of RFC 3986 §2.3 becomes `%XX`.
pub fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let decoded = match tail {
            [high, low, after @ ..] if *first == b'%' => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok())
                .map(|byte| (byte, after)),
            _ => None,
        };
        let (byte, after) = decoded.unwrap_or((*first, tail));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A quoted JSON string (RFC 8259 §7).
pub(super) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Line breaks become one space, other control characters go (RFC 5322 §2.2: a header is one line).
fn one_line(text: &str) -> String {
    text.replace("\r\n", " ")
        .chars()
        .map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect()
}

/// Path separators, characters that Windows refuses, and control characters become `_`.
fn file_name_part(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '_' } else { c })
        .collect()
}

/// A whole file name: no separators, no leading or trailing dots and spaces, never empty.
fn file_name(text: &str) -> String {
    let cleaned: String =
        file_name_part(text.trim()).chars().take(FILE_NAME_CHARACTERS_MAX).collect();
    let trimmed = cleaned.trim_matches(|c| c == '.' || c == ' ');
    if trimmed.is_empty() { "_".to_owned() } else { trimmed.to_owned() }
}

/// Makes chat mark-up and mass mentions inert: a sign that would begin one is split from what
/// follows by an invisible space. What people read stays the same; numbers and mail addresses
/// stay whole. A sign at the very end is split too: the next value may go on with the rest. The
/// signs are those of every service we write to (facts: `<!channel>` and `<@U…>` of Slack,
/// `<users/all>` of Google Chat, `<at>` of Teams, `[toall]` and `[To:1]` of Chatwork, `@all` of
/// Mattermost and Rocket.Chat, `[t](url)` of Markdown, `[[t]](url)` of JANDI).
fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    // Taken out first: behind one of them a sign would look harmless until it is gone.
    let shown = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    let mut characters = shown.peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied();
        out.push(c);
        let begins_word = !before.is_some_and(char::is_alphanumeric);
        let opens = match c {
            '@' | '＠' => begins_word || next.is_none_or(|n| names_everybody(n, &characters)),
            '*' | '_' | '~' | '`' => begins_word,
            '<' => next.is_none_or(|n| n.is_ascii_alphabetic() || "!@#/&:".contains(n)),
            ']' => next.is_none_or(|n| n == '('),
            '[' => next.is_none_or(|n| n == '[' || n == '/' || n.is_ascii_alphabetic()),
            '|' => next.is_none_or(|n| n == '|'),
            _ => false,
        };
        if opens {
            out.push(ZERO_WIDTH_SPACE);
        }
        before = Some(c);
    }
    out
}

/// Whether a mention of everybody follows an `@`, whatever stands before it (`a@everyone` rings too).
fn names_everybody(next: char, rest: &(impl Iterator<Item = char> + Clone)) -> bool {
    let word: String = rest.clone().take_while(char::is_ascii_alphabetic).take(9).collect();
    next.is_ascii_alphabetic()
        && ["all", "everyone", "here", "channel"].contains(&word.to_ascii_lowercase().as_str())
}

/// `&`, `<` and `>` as Slack wants them (docs.slack.dev, Escaping text).
fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_keeps_only_unreserved_characters() {
        assert_eq!(percent_encode("a-Z_0.~"), "a-Z_0.~");
        assert_eq!(percent_encode("花 /?#&=+%"), "%E8%8A%B1%20%2F%3F%23%26%3D%2B%25");
        assert_eq!(percent_decode(&percent_encode("花 /?#&=+%100")), "花 /?#&=+%100");
    }

    #[test]
    fn chat_signs_are_split_and_addresses_stay_whole() {
        for (text, expected) in [
            ("<!channel> *x* @all", "<\u{200B}!channel> *\u{200B}x* @\u{200B}all"),
            ("[[a]](b)", "[\u{200B}[\u{200B}a]]\u{200B}(b)"),
            (
                "[toall] [To:1]花 [/info]",
                "[\u{200B}toall] [\u{200B}To:1]花 [\u{200B}/info]\u{200B}",
            ),
            ("<@U1> <at>x</at>", "<\u{200B}@\u{200B}U1> <\u{200B}at>x<\u{200B}/at>"),
            ("<users/all> <:x:1>", "<\u{200B}users/all> <\u{200B}:x:1>"),
            ("a@everyone.", "a@\u{200B}everyone."),
            ("\u{7}taro_y@example.com 1 < 2 [受付]係", "taro_y@example.com 1 < 2 [受付]係"),
            ("<\u{7}!here> @\u{1b}all", "<\u{200B}!here> @\u{200B}all"),
            ("花<", "花<\u{200B}"),
            ("花@", "花@\u{200B}"),
            ("花[", "花[\u{200B}"),
        ] {
            assert_eq!(without_markup(text), expected);
        }
        let slack = escape(Landing::SlackText, "A&B <!here> &lt;!here&gt;").into_owned();
        assert_eq!(slack, "A&amp;B &lt;\u{200B}!here&gt; &amp;lt;!here&amp;gt;");
    }

    #[test]
    fn file_names_stay_in_their_folder() {
        for (text, expected) in
            [("../../etc/passwd", "_.._etc_passwd"), ("...", "_"), ("着信 2025", "着信 2025")]
        {
            assert_eq!(file_name(text), expected);
        }
    }
}
