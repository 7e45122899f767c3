//! Percent-encoding of paths (RFC 3986 §2.1).
//!
//! Invariant: the result is UTF-8; anything else names nothing here. Never: decodes twice.

use std::borrow::Cow;

use super::Refusal;

/// Decodes one segment or path.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, Refusal> {
    if !text.bytes().any(|byte| byte == b'%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = rest.next().and_then(hex).ok_or(Refusal::UnknownPath)?;
            let low = rest.next().and_then(hex).ok_or(Refusal::UnknownPath)?;
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| Refusal::UnknownPath)
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_decode_once() {
        assert_eq!(decode("03%26%2f").unwrap(), "03&/");
        assert_eq!(decode("%E5%8F%97").unwrap(), "受");
        assert_eq!(decode("%2541").unwrap(), "%41");
        for bad in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(decode(bad), Err(Refusal::UnknownPath), "{bad}");
        }
    }
}
