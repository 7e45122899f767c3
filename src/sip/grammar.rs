//! The few grammar rules that all SIP headers share, over bytes (RFC 3261 §7.3 and §25).
//!
//! Invariant: nothing here looks at characters, so that Shift_JIS and broken UTF-8 pass unharmed.
//! Never: allocates for a value that can be borrowed.

use std::borrow::Cow;

/// The parts of a list value: `separator` counts only outside quoted strings and `<…>`.
pub(super) struct Parts<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

/// Splits `value` at `separator` outside quotes and angle brackets; parts are trimmed.
pub(super) fn parts(value: &[u8], separator: u8) -> Parts<'_> {
    Parts { rest: Some(value), separator }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let value = self.rest?;
        let (part, rest) = cut(value, self.separator);
        self.rest = rest;
        Some(part.trim_ascii())
    }
}

/// What stands before and after the first `separator` outside quotes and angle brackets.
pub(super) fn cut(value: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
    for (position, &byte) in value.iter().enumerate() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match byte {
            _ if byte == separator && !quoted && !bracketed => {
                return (before(value, position), value.get(position + 1..));
            }
            b'\\' if quoted => escaped = true,
            b'"' if !bracketed => quoted = !quoted,
            b'<' if !quoted => bracketed = true,
            b'>' if !quoted => bracketed = false,
            _ => {}
        }
    }
    (value, None)
}

/// `value` up to `position`; all of it where the position lies beyond its end.
pub(super) fn before(value: &[u8], position: usize) -> &[u8] {
    value.get(..position).unwrap_or(value)
}

/// What stands before and after the first `byte`, quotes or not.
pub(super) fn split_at_byte(value: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let position = value.iter().position(|&candidate| candidate == byte)?;
    Some((value.get(..position)?, value.get(position + 1..)?))
}

/// Name and value of a `;name=value` parameter; a flag has an empty value.
pub(super) fn name_and_value(part: &[u8]) -> (&[u8], &[u8]) {
    match split_at_byte(part, b'=') {
        Some((name, value)) => (name.trim_ascii(), value.trim_ascii()),
        None => (part.trim_ascii(), b""),
    }
}

/// Value of the parameter `name` in `params` (the text after the first `;`).
pub(super) fn param<'a>(params: &'a [u8], name: &str) -> Option<&'a [u8]> {
    parts(params, b';')
        .map(name_and_value)
        .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, value)| value)
}

/// A quoted string cut off the front of `value`: its unescaped content and what follows.
/// `None` where `value` does not begin with a quote or the quote is never closed.
pub(super) fn quoted_string(value: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    quoted(value, |byte| byte == b'\\')
}

/// The same in Shift_JIS, where the second byte of a character may look like a backslash (ソ, 表).
/// To be tried only where [`quoted_string`] makes no sense: read this way, a well-formed name could
/// end early and what follows in it pass for the caller. `None` also for UTF-8.
pub(super) fn shift_jis_string(value: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    std::str::from_utf8(value).err()?;
    quoted(value, |byte| byte == b'\\' || leads_in_shift_jis(byte))
}

/// `takes_next`: bytes after which a quote does not close the string.
fn quoted(value: &[u8], takes_next: impl Fn(u8) -> bool) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let inner = value.strip_prefix(b"\"")?;
    let mut taken = false;
    let end = inner.iter().position(|&byte| {
        if std::mem::take(&mut taken) {
            return false;
        }
        taken = takes_next(byte);
        byte == b'"'
    })?;
    let (content, rest) = (inner.get(..end)?, inner.get(end + 1..)?);
    let escapes = content.contains(&b'\\');
    let content = if escapes { Cow::Owned(unescape(content)) } else { Cow::Borrowed(content) };
    Some((content, rest))
}

/// Without backslashes that escape; those inside a Shift_JIS character stay.
fn unescape(content: &[u8]) -> Vec<u8> {
    let shift_jis = std::str::from_utf8(content).is_err();
    let mut plain = Vec::with_capacity(content.len());
    let mut rest = content.iter().copied();
    while let Some(byte) = rest.next() {
        if byte == b'\\' {
            plain.extend(rest.next());
        } else {
            plain.push(byte);
            if shift_jis && leads_in_shift_jis(byte) {
                plain.extend(rest.next());
            }
        }
    }
    plain
}

/// The first byte of a character of two bytes (JIS X 0208 and the vendors' rows).
fn leads_in_shift_jis(byte: u8) -> bool {
    matches!(byte, 0x81..=0x9f | 0xe0..=0xfc)
}

/// Whether `value` is a token (RFC 3261 §25.1): header names, methods.
pub(super) fn is_token(value: &[u8]) -> bool {
    !value.is_empty()
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte))
}

/// A decimal number without sign; `None` where it is none or does not fit.
pub(super) fn decimal(value: &[u8]) -> Option<u32> {
    let value = value.trim_ascii();
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// The bytes as text; what is no UTF-8 becomes U+FFFD.
pub(super) fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_inside_quotes_and_brackets_do_not_count() {
        let value = br#""a, \"b, c" <sip:x,y@h>;p="1,2", <tel:1>"#;
        let found: Vec<_> = parts(value, b',').map(text).collect();
        assert_eq!(found, [r#""a, \"b, c" <sip:x,y@h>;p="1,2""#, "<tel:1>"]);
    }

    #[test]
    fn parameters_are_found_by_name_in_any_case() {
        let params = br#"branch = z9 ;RPORT;ttl="a;b""#;
        assert_eq!(param(params, "Branch"), Some(&b"z9"[..]));
        assert_eq!(param(params, "rport"), Some(&b""[..]));
        assert_eq!(param(params, "ttl"), Some(&br#""a;b""#[..]));
        assert_eq!(param(params, "maddr"), None);
    }

    #[test]
    fn quoted_strings_are_unescaped_and_must_close() {
        let (content, rest) = quoted_string(br#""A \"B\" \\" <x>"#).unwrap();
        assert_eq!((&*content, rest), (&br#"A "B" \"#[..], &b" <x>"[..]));
        assert!(quoted_string(br#""open"#).is_none());
        assert!(quoted_string(br#""open\""#).is_none());
    }

    #[test]
    fn numbers_do_not_overflow() {
        assert_eq!(decimal(b" 4294967295 "), Some(u32::MAX));
        for bad in [&b"4294967296"[..], b"", b"-1", b"1 2", b"0x1"] {
            assert_eq!(decimal(bad), None);
        }
    }
}
