//! Texts without a structure of the network or of time.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::check::echo;

/// Most characters of a file path.
const PATH_MAX: u32 = 1_000;
/// Most characters of the user part of a SIP address.
const SIP_USER_MAX: usize = 64;
/// Digits of a Japanese postal code.
const ZIP_DIGITS: usize = 7;
/// From a hiragana letter to the katakana letter of the same sound.
const HIRAGANA_TO_KATAKANA: u32 = 0x60;

/// Full-width digits and letters as ASCII.
pub(in crate::resource) fn narrow(value: &str) -> String {
    value.nfkc().collect()
}

/// NFC, line ends as `\n`, no other control characters than newline and tab.
pub(super) fn plain(value: &str, max: u32) -> Result<String, String> {
    if value.chars().all(is_everyday) {
        length(value, max)?;
        return Ok(value.to_owned());
    }
    // Nearly every text is composed already, and to see that is much quicker than to compose it.
    let mut text: String = match is_nfc_quick(value.chars()) {
        IsNormalized::Yes => value.to_owned(),
        IsNormalized::No | IsNormalized::Maybe => value.nfc().collect(),
    };
    if text.contains('\r') {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    if let Some(control) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(format!(
            "使えない制御文字 U+{:04X} があります。除いてください",
            u32::from(control)
        ));
    }
    length(&text, max)?;
    Ok(text)
}

/// Letters that are as [`plain`] wants them, whatever stands beside them: ASCII but for controls,
/// kana without the combining marks, kanji.
fn is_everyday(c: char) -> bool {
    matches!(c, ' '..='~' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '\u{4e00}'..='\u{9fff}')
}

fn length(text: &str, max: u32) -> Result<(), String> {
    // Bytes are never fewer than characters: the count is needed only for long texts.
    let limit = usize::try_from(max).unwrap_or(usize::MAX);
    if text.len() <= limit {
        return Ok(());
    }
    let count = text.chars().count();
    if count <= limit {
        return Ok(());
    }
    Err(format!("{max}文字以内で指定してください(今 {count}文字)"))
}

/// Full-width katakana; hiragana and half-width katakana are converted. Company readings hold
/// Latin letters, digits and a few signs, which stay.
pub(super) fn kana(value: &str, max: u32) -> Result<String, String> {
    let text: String = value.trim().nfkc().map(katakana).collect();
    if let Some(other) = text.chars().find(|c| !is_reading(*c)) {
        return Err(format!(
            "フリガナは全角カタカナで指定してください(使えない文字: {})",
            echo(&other.to_string())
        ));
    }
    length(&text, max)?;
    Ok(text)
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => {
            char::from_u32(u32::from(c) + HIRAGANA_TO_KATAKANA).unwrap_or(c)
        }
        _ => c,
    }
}

fn is_reading(c: char) -> bool {
    matches!(c, 'ァ'..='ヿ' | ' ') || c.is_ascii_alphanumeric() || "-.,&'()/".contains(c)
}

/// `[A-Za-z0-9._*#+-]{1,64}`.
pub(super) fn sip_user(value: &str) -> Result<String, String> {
    let text = narrow(value.trim());
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._*#+-".contains(c);
    if (1..=SIP_USER_MAX).contains(&text.len()) && text.chars().all(allowed) {
        return Ok(text);
    }
    Err(format!(
        "半角英数字と . _ * # + - の{SIP_USER_MAX}文字以内で指定してください(値: {})",
        echo(value)
    ))
}

/// `123-4567`.
pub(super) fn zip(value: &str) -> Result<String, String> {
    let text = narrow(value);
    let body = text.trim().trim_start_matches('〒').trim_start();
    let separator = |c: char| matches!(c, '-' | 'ー' | '−' | '‐' | '–' | '—' | '―' | ' ');
    let digits: String = body.chars().filter(|c| !separator(*c)).collect();
    if digits.len() != ZIP_DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("郵便番号は数字7桁(123-4567)で指定してください(値: {})", echo(value)));
    }
    let (area, rest) = digits.split_at(3);
    Ok([area, "-", rest].concat())
}

/// `#RRGGBB` in capitals; `#RGB` is taken.
pub(super) fn color(value: &str) -> Result<String, String> {
    let text = narrow(value.trim()).to_ascii_uppercase();
    let digits = text.strip_prefix('#').unwrap_or_default();
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    match (digits.len(), hex) {
        (6, true) => Ok(text),
        (3, true) => Ok(std::iter::once('#').chain(digits.chars().flat_map(|c| [c, c])).collect()),
        _ => Err(format!("色は #RRGGBB(例 #0A84FF)で指定してください(値: {})", echo(value))),
    }
}

/// An absolute path of this or another system: `/srv/x`, `C:\x`, `\\server\x`.
pub(super) fn path(value: &str) -> Result<String, String> {
    let text = plain(value.trim(), PATH_MAX)?;
    let mut start = text.chars();
    let drive = start.next().is_some_and(|c| c.is_ascii_alphabetic())
        && start.next() == Some(':')
        && start.next().is_some_and(|c| matches!(c, '\\' | '/'));
    if !(text.starts_with('/') || text.starts_with("\\\\") || drive) {
        return Err(format!("絶対パスで指定してください(値: {})", echo(value)));
    }
    if text.contains(['\n', '\t']) || text.split(['/', '\\']).any(|part| part == "..") {
        return Err(format!("パスに .. や改行は使えません(値: {})", echo(value)));
    }
    Ok(text)
}

/// Without the backslash and white space that copying from a page leaves at the end.
pub(super) fn without_tail(value: &str) -> &str {
    value.trim_start().trim_end_matches(|c: char| c == '\\' || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_letters_are_normal_already() {
        for c in (0..=0xffff).filter_map(char::from_u32).filter(|c| is_everyday(*c)) {
            assert_eq!(is_nfc_quick([c].into_iter()), IsNormalized::Yes, "{c}");
            assert!(!c.is_control(), "{c}");
        }
        assert!(is_everyday('が') && is_everyday('髙') && !is_everyday('\u{3099}'));
        // A mark that would join the letter before it is not everyday, so the text is composed.
        assert_eq!(plain("か\u{3099}", 10).unwrap(), "が");
    }
}
