//! Parsing, normalising and showing telephone numbers.

use phonenumber::{Mode, country};
use unicode_normalization::UnicodeNormalization;

/// Fewest digits of a telephone number (resources.md, kind `tel`): `110`.
const DIGITS_MIN: usize = 3;
/// Most digits (ITU-T E.164).
pub(super) const DIGITS_MAX: usize = 15;
/// The call-abroad prefix of Japan.
const ABROAD_PREFIX: &str = "010";
/// Japan's country code.
const JAPAN: &str = "81";
/// How many trailing digits make two writings of one number comparable.
const COMPARED_DIGITS: usize = 9;

/// A normalised number: ASCII digits with a leading 0 (or short digits), or `+` and digits for abroad.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TelephoneNumber(String);

/// Why a text is no telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberFault {
    /// Holds a character that is neither a digit nor a known separator.
    #[error("not a telephone number: unexpected character")]
    Character,
    /// Fewer than 3 or more than 15 digits.
    #[error("not a telephone number: 3 to 15 digits needed")]
    Length,
}

/// What kind of line a number belongs to, as far as its digits tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// 固定: a number with an area code.
    Landline,
    /// 携帯: 060 070 080 090.
    Mobile,
    /// IP: 050.
    Ip,
    /// フリーダイヤル: 0120 and 0800.
    TollFree,
    /// 国際: another country's number.
    International,
    /// その他: 0570, emergency numbers, extensions.
    Other,
}

impl Category {
    /// The word of templates.md (番号種別).
    pub const fn word(self) -> &'static str {
        match self {
            Self::Landline => "固定",
            Self::Mobile => "携帯",
            Self::Ip => "IP",
            Self::TollFree => "フリーダイヤル",
            Self::International => "国際",
            Self::Other => "その他",
        }
    }
}

impl TelephoneNumber {
    /// Normalises `text` (resources.md, kind `tel`): full-width digits become ASCII; hyphens and
    /// what is typed for them, brackets, dots, slashes and spaces are removed; `+81` and `010-81`
    /// become `0`, a bare `81` only when 11–12 digits long; `010` and another country becomes `+`.
    ///
    /// A dialled `184`/`186` stays: it is part of what was written. Errors: [`NumberFault`].
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        let kept = domestic(keep_digits(text)?);
        let digits = kept.trim_start_matches('+').len();
        if !(DIGITS_MIN..=DIGITS_MAX).contains(&digits) {
            return Err(NumberFault::Length);
        }
        Ok(Self(kept))
    }

    /// The normalised digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits without the `+` of a number abroad.
    fn digits(&self) -> &str {
        self.0.strip_prefix('+').unwrap_or(&self.0)
    }

    /// The last nine digits, by which candidates are found (候補); `None` for shorter numbers.
    pub fn last_nine(&self) -> Option<&str> {
        let digits = self.digits();
        digits.get(digits.len().checked_sub(COMPARED_DIGITS)?..)
    }

    /// `03-1234-5678`, `+1 202-555-0123`: grouped by the numbering plan, or the digits as they
    /// are where the plan knows no grouping.
    pub fn hyphenated(&self) -> String {
        if let Some(groups) = self.plain_groups() {
            return join_groups(&self.0, groups);
        }
        if self.is_abroad() {
            return self.planned(Mode::International);
        }
        if matches!(self.0.len(), 9 | 10) && self.0.starts_with('0') {
            return self.planned(Mode::National);
        }
        self.0.clone()
    }

    /// `+81312345678`; short numbers (110, extensions) have no such form and stay as they are.
    pub fn international(&self) -> String {
        match self.0.strip_prefix('0') {
            Some(rest) if rest.len() >= COMPARED_DIGITS - 1 => format!("+{JAPAN}{rest}"),
            _ => self.0.clone(),
        }
    }

    /// What kind of line this is.
    pub fn category(&self) -> Category {
        if self.is_abroad() {
            return Category::International;
        }
        let number = self.0.as_str();
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| number.starts_with(prefix));
        match number.len() {
            11 if starts(&["0800"]) => Category::TollFree,
            11 if starts(&["060", "070", "080", "090"]) => Category::Mobile,
            11 if starts(&["050"]) => Category::Ip,
            10 if starts(&["0120"]) => Category::TollFree,
            10 if starts(&["00", "0570", "0990"]) => Category::Other,
            10 if starts(&["0"]) => Category::Landline,
            _ => Category::Other,
        }
    }

    /// Prefecture and town of the 市外局番; `None` for numbers without one and for codes that
    /// the table leaves out because they cross a border.
    pub fn area(&self) -> Option<&'static str> {
        match self.category() {
            Category::Landline => super::area::name_of(&self.0),
            _ => None,
        }
    }

    fn is_abroad(&self) -> bool {
        self.0.starts_with('+')
    }

    /// Group lengths of the ranges that most calls come from. The general table below costs
    /// about ten times as much as the rest of the way of a call.
    fn plain_groups(&self) -> Option<[usize; 2]> {
        let number = self.0.as_str();
        match (self.category(), number.len()) {
            (Category::Mobile | Category::Ip, _) => Some([3, 4]),
            (Category::TollFree, _) => Some([4, 3]),
            (Category::Other, 10) if number.starts_with("05") => Some([4, 3]),
            (Category::Landline, _) if number.starts_with("03") || number.starts_with("06") => {
                Some([2, 4])
            }
            // 073-1 to 073-4 belong to 073, which the general table does not know yet
            (Category::Landline, _) if number.starts_with("073") => {
                number.get(3..4).is_some_and(|digit| digit < "5").then_some([3, 3])
            }
            _ => None,
        }
    }

    /// The grouping of the world's numbering plans; their tables are loaded once.
    fn planned(&self, mode: Mode) -> String {
        let Ok(number) = phonenumber::parse(Some(country::JP), &self.0) else {
            return self.0.clone();
        };
        let shown = number.format().mode(mode).to_string();
        let same = shown.chars().filter(char::is_ascii_digit).eq(self.digits().chars());
        if same { shown } else { self.0.clone() }
    }
}

/// Digits and a leading `+` of `text`; separators are dropped, anything else is a fault.
pub(super) fn keep_digits(text: &str) -> Result<String, NumberFault> {
    // Most numbers arrive as digits and nothing else.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    let mut kept = String::with_capacity(DIGITS_MAX + 1);
    for character in text.nfkc() {
        match character {
            '0'..='9' => kept.push(character),
            '+' if kept.is_empty() => kept.push(character),
            _ if is_separator(character) => {}
            _ => return Err(NumberFault::Character),
        }
    }
    Ok(kept)
}

/// Whether people write this between the digits of a number: spaces, hyphens and everything that looks like one on a
/// Japanese keyboard, brackets, dots, slashes, and the invisible marks that address books add.
pub fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(character,
            '-' | '\u{00ad}' | '\u{02d7}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}'
            | '\u{2500}' | '\u{2501}' | '\u{30fc}' | '\u{301c}' | '~'
            | '(' | ')' | '[' | ']' | '{' | '}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301b}'
            | '.' | ',' | '\u{3001}' | '\u{3002}' | '\u{30fb}' | '\u{00b7}' | '/' | '\\'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The form in which numbers are held: domestic ones as they are dialled at home.
pub(super) fn domestic(mut number: String) -> String {
    while let Some(shorter) = domestic_form(&number) {
        number = shorter;
    }
    number
}

/// One step towards the domestic form, or `None` when it is reached. Every step makes the text
/// shorter, so the caller's loop ends.
fn domestic_form(number: &str) -> Option<String> {
    if let Some(abroad) = number.strip_prefix('+') {
        // no country code begins with 0
        if abroad.starts_with('0') {
            return Some(abroad.to_owned());
        }
        // the 0 in brackets of "+81 (0)3 …" is not dialled from abroad
        let national = abroad.strip_prefix(JAPAN)?;
        return Some(format!("0{}", national.strip_prefix('0').unwrap_or(national)));
    }
    if let Some(abroad) = number.strip_prefix(ABROAD_PREFIX) {
        return Some(format!("+{abroad}"));
    }
    let national = number.strip_prefix(JAPAN)?;
    matches!(number.len(), 11 | 12).then(|| format!("0{national}"))
}

/// `number` cut after each of `groups`, the rest being the last group.
fn join_groups(number: &str, groups: [usize; 2]) -> String {
    let mut shown = String::with_capacity(number.len() + groups.len());
    let mut rest = number;
    for length in groups {
        let Some((group, tail)) = rest.split_at_checked(length) else { break };
        shown.push_str(group);
        shown.push('-');
        rest = tail;
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(text: &str) -> String {
        TelephoneNumber::parse(text).unwrap().as_str().to_owned()
    }

    fn number(text: &str) -> TelephoneNumber {
        TelephoneNumber::parse(text).unwrap()
    }

    #[test]
    fn writings_of_one_number_become_one() {
        for text in [
            "03-1234-5678",
            "０３－１２３４－５６７８",
            "03ー1234ー5678",
            "03ｰ1234ｰ5678",
            "03–1234—5678",
            "03−1234‐5678",
            "(03) 1234-5678",
            "（03）1234．5678",
            "03/1234/5678",
            "03　1234　5678",
            "+81-3-1234-5678",
            "+81 (0)3 1234 5678",
            "＋81312345678",
            "010-81-3-1234-5678",
            "81312345678",
            "\u{202d}03-1234-5678\u{202c}",
        ] {
            assert_eq!(normal(text), "0312345678", "{text}");
        }
        assert_eq!(normal("819000000001"), "09000000001");
    }

    #[test]
    fn a_bare_81_is_japan_only_at_11_or_12_digits() {
        assert_eq!(normal("8112345678"), "8112345678");
        assert_eq!(normal("8131234567890"), "8131234567890");
    }

    #[test]
    fn foreign_numbers_keep_plus_and_digits() {
        assert_eq!(normal("+1 202 555 0123"), "+12025550123");
        assert_eq!(normal("010-1-202-555-0123"), "+12025550123");
        assert_eq!(normal("186-0312345678"), "1860312345678");
    }

    #[test]
    fn what_is_no_number_is_a_fault() {
        for (text, fault) in [
            ("", NumberFault::Length),
            ("12", NumberFault::Length),
            ("+", NumberFault::Length),
            ("1234567890123456", NumberFault::Length),
            ("anonymous", NumberFault::Character),
            ("03-1234-567x", NumberFault::Character),
            ("03+1234", NumberFault::Character),
            ("*67", NumberFault::Character),
        ] {
            assert_eq!(TelephoneNumber::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn numbers_are_shown_by_the_numbering_plan() {
        for (text, shown) in [
            ("0312345678", "03-1234-5678"),
            ("0612345678", "06-1234-5678"),
            ("0731235678", "073-123-5678"),
            ("0735212345", "0735-21-2345"),
            ("0452123456", "045-212-3456"),
            ("0120000000", "0120-000-000"),
            ("0570000000", "0570-000-000"),
            ("08000000000", "0800-000-0000"),
            ("09000000001", "090-0000-0001"),
            ("05000000001", "050-0000-0001"),
            ("+12025550123", "+1 202-555-0123"),
            ("110", "110"),
            ("123456", "123456"),
        ] {
            assert_eq!(number(text).hyphenated(), shown);
        }
    }

    #[test]
    fn categories_and_areas_follow_the_digits() {
        for (text, category, area) in [
            ("0312345678", "固定", Some("東京都")),
            ("0731235678", "固定", Some("和歌山県和歌山市")),
            ("0985212345", "固定", Some("宮崎県宮崎市")),
            ("0998212345", "固定", Some("鹿児島県")),
            ("0427212345", "固定", None),
            ("09000000001", "携帯", None),
            ("06000000001", "携帯", None),
            ("05000000001", "IP", None),
            ("0120000000", "フリーダイヤル", None),
            ("08000000000", "フリーダイヤル", None),
            ("0570000000", "その他", None),
            ("+12025550123", "国際", None),
            ("110", "その他", None),
        ] {
            let number = number(text);
            assert_eq!((number.category().word(), number.area()), (category, area), "{text}");
        }
    }

    #[test]
    fn the_international_form_is_for_full_numbers() {
        assert_eq!(number("0312345678").international(), "+81312345678");
        assert_eq!(number("+12025550123").international(), "+12025550123");
        assert_eq!(number("110").international(), "110");
    }

    #[test]
    fn only_long_numbers_have_nine_digits_to_compare() {
        assert_eq!(number("0312345678").last_nine(), Some("312345678"));
        assert_eq!(number("+81312345678").last_nine(), Some("312345678"));
        assert_eq!(number("12345678").last_nine(), None);
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in "[+0-9０-９ー() -]{0,24}") {
            if let Ok(once) = TelephoneNumber::parse(&text) {
                prop_assert_eq!(TelephoneNumber::parse(once.as_str()), Ok(once));
            }
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC{0,40}") {
            if let Ok(number) = TelephoneNumber::parse(&text) {
                let digits: String =
                    number.hyphenated().chars().filter(char::is_ascii_digit).collect();
                prop_assert_eq!(digits, number.digits());
                number.area();
                number.international();
            }
        }
    }
}
