//! What a search looks for, and how texts are compared.
//!
//! Invariant: a text and what is looked for in it are folded the same way: letters, digits and
//! kana only, in one case and one width, hiragana as katakana; a mark of a long vowel behind a digit
//! is the hyphen that was meant. Pure.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::telephone::{TelephoneNumber, is_separator};

/// Most characters of a search.
pub const LENGTH_MAX: usize = 100;
/// Most words of a search.
const WORDS_MAX: usize = 8;
/// A text with as many digits and nothing else may be a telephone number in another writing.
const NUMBER_DIGITS: usize = 8;

/// The mark of a long vowel.
const LONG_VOWEL: char = 'ー';

/// Words, each of which must stand somewhere in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    words: Vec<String>,
}

impl Needle {
    /// Reads what was typed; the error (Japanese) says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() > LENGTH_MAX {
            return Err(format!("{LENGTH_MAX}文字以内で指定してください"));
        }
        if let Some(number) = number(text) {
            return Ok(Self { words: vec![number] });
        }
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let mut folded = String::new();
            fold(word, &mut folded);
            if !folded.is_empty() && !words.contains(&folded) {
                words.push(folded);
            }
        }
        match words.len() {
            0 => Err("文字か数字を1つ以上指定してください".into()),
            1..=WORDS_MAX => Ok(Self { words }),
            _ => Err(format!("{WORDS_MAX}語以内で指定してください")),
        }
    }

    /// The folded words; none is empty.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// The digits of a whole telephone number in its normal form, as rows hold it.
fn number(text: &str) -> Option<String> {
    let text: String = text.nfkc().collect();
    let only_number = text.chars().all(|c| c.is_ascii_digit() || c == '+' || is_separator(c));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if !only_number || digits < NUMBER_DIGITS {
        return None;
    }
    let number = TelephoneNumber::parse(&text).ok()?;
    Some(number.as_str().chars().filter(char::is_ascii_digit).collect())
}

/// Appends the folded text.
pub fn fold(text: &str, out: &mut String) {
    let text = if text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().flat_map(char::to_lowercase).collect())
    };
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        out.push(match c {
            'A'..='Z' => c.to_ascii_lowercase(),
            'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
            // What the key of the hyphen writes while kana are typed.
            LONG_VOWEL if out.ends_with(|last: char| last.is_ascii_digit()) => continue,
            other => other,
        });
    }
}

/// Characters that stay as they are when a text is normalised, whatever stands beside them.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\n' | 'ぁ'..='ゖ' | 'ァ'..='ー' | '一'..='鿿' | '々' | '　')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Needle::parse(text).unwrap().words
    }

    #[test]
    fn kana_width_case_and_signs_make_no_difference() {
        for same in ["さんぷる", "サンプル", "ｻﾝﾌﾟﾙ", "サン・プル", "さんフ\u{309a}ル"]
        {
            assert_eq!(words(same), ["サンプル"], "{same}");
        }
        for same in ["いすゞ", "イスヾ", "いすゝ\u{3099}"] {
            assert_eq!(words(same), ["イスヾ"], "{same}");
        }
        assert_eq!(words("ＡＢｃ１２"), ["abc12"]);
        assert_eq!(words("ÀÉ"), words("àé"));
        assert_eq!(words("紀ノ川　花子 "), ["紀ノ川", "花子"]);
        assert_eq!(words("タ"), ["タ"]);
        assert_eq!(words("株式会社(東)"), ["株式会社東"]);
    }

    #[test]
    fn numbers_are_taken_as_rows_hold_them() {
        assert_eq!(words("+81 90-0000-0001"), ["09000000001"]);
        assert_eq!(words("０９０ ００００ ０００１"), ["09000000001"]);
        assert_eq!(words("+1 202-555-0123"), ["12025550123"]);
        assert_eq!(words("0000-0001"), ["00000001"]);
        assert_eq!(words("555-01"), ["55501"]);
        for typed in
            ["０９０ー００００ー０００１", "+81 90ー0000ー0001", "090−0000ｰ0001", "090～0000‐0001"]
        {
            assert_eq!(words(typed), ["09000000001"], "{typed}");
        }
        assert_eq!(words("７３ー１２"), ["7312"]);
        assert_eq!(words("スター 3丁目"), ["スター", "3丁目"]);
    }

    #[test]
    fn a_search_for_nothing_or_for_a_novel_is_refused() {
        for text in ["", " ", "-", "()", "　"] {
            assert!(Needle::parse(text).unwrap_err().contains("1つ以上"), "{text:?}");
        }
        assert!(Needle::parse(&"a".repeat(101)).unwrap_err().contains("100文字"));
        assert!(Needle::parse("a b c d e f g h i").unwrap_err().contains("8語"));
        assert_eq!(words("a a A"), ["a"]);
    }
}
