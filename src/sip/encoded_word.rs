//! Encoded words in display names: `=?UTF-8?B?…?=` (RFC 2047).
//!
//! Invariant: what is no well-formed encoded word stays as it is. Never: fails.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Phones cut the padding off now and then.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// `text` with its encoded words decoded; blanks between two of them vanish (RFC 2047 §6.2).
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_word = false;
    while let Some((plain, word, tail)) = next_word(rest) {
        if !(after_word && plain.trim().is_empty()) {
            decoded.push_str(plain);
        }
        decoded.push_str(&word);
        rest = tail;
        after_word = true;
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The first encoded word of `text`: what stands before it, its meaning, what follows.
fn next_word(text: &str) -> Option<(&str, String, &str)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("=?") {
        let start = from + found;
        if let Some((word, tail)) = read_word(text.get(start + 2..)?) {
            return Some((text.get(..start)?, word, tail));
        }
        from = start + 2;
    }
    None
}

/// `charset?B?payload?=` and what follows.
fn read_word(text: &str) -> Option<(String, &str)> {
    let (charset, rest) = text.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (payload, rest) = rest.split_once("?=")?;
    // RFC 2231 §5 puts a language behind the character set
    let label = charset.split('*').next().unwrap_or(charset);
    let charset = encoding_rs::Encoding::for_label(label.as_bytes())?;
    let bytes = match encoding {
        "B" | "b" => LENIENT.decode(payload).ok()?,
        "Q" | "q" => quoted_printable(payload)?,
        _ => return None,
    };
    Some((charset.decode_without_bom_handling(&bytes).0.into_owned(), rest))
}

fn quoted_printable(payload: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(payload.len());
    let mut rest = payload;
    while let Some(byte) = rest.bytes().next() {
        let used = match byte {
            b'=' => {
                bytes.push(u8::from_str_radix(rest.get(1..3)?, 16).ok()?);
                3
            }
            b'_' => {
                bytes.push(b' ');
                1
            }
            _ => {
                bytes.push(byte);
                1
            }
        };
        // payload is ASCII in any well-formed word, so every position is a boundary
        rest = rest.get(used..)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_both_encodings_and_several_character_sets_are_read() {
        for (encoded, plain) in [
            ("=?UTF-8?B?5bGx55Sw?=", "山田"),
            ("=?UTF-8?B?5bGx?= =?utf-8?B?55Sw?=", "山田"),
            ("=?Shift_JIS?B?jlKTYw==?=", "山田"),
            ("=?Shift_JIS?B?jlKTYw?=", "山田"),
            ("=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?=", "山田"),
            ("=?UTF-8?Q?=E5=B1=B1_A?= x", "山 A x"),
            ("=?UTF-8*ja?Q?a?=", "a"),
        ] {
            assert_eq!(decode(encoded), plain, "{encoded}");
        }
    }

    #[test]
    fn broken_words_stay() {
        for text in ["=?", "=?UTF-8?B?@@?=", "=?nope?B?QQ==?=", "=?UTF-8?Q?=E5=", "=?UTF-8?Q?=é?="]
        {
            assert_eq!(decode(text), text);
        }
    }
}
