//! Sample values of every kind, good and bad, for tests here and over HTTP.

use super::super::Kind;
use super::check::SECRET_MAX;
use super::mask::MASK;

/// Texts longer than this do not fit into a request (64 KiB, three bytes a character).
const TEXT_IN_BODY_MAX: u32 = 20_000;

/// A value as it is sent, and as GET shows it then.
pub type Sample = (String, String);

impl Kind {
    /// Values that are accepted; the shown text is accepted again and stays the same (a mask on PUT).
    pub fn samples(self) -> Vec<Sample> {
        match self {
            Self::Int { min, max } => {
                [min, max].into_iter().map(|n| same(&n.to_string())).collect()
            }
            Self::Enum(words) => words.iter().map(|word| same(word)).collect(),
            Self::Text { max, .. } => text(max),
            Self::Kana { max } => {
                let mut samples = pairs(&[
                    ("わかやま はなこ", "ワカヤマ ハナコ"),
                    ("ｶﾞｲｼｬ", "ガイシャ"),
                    ("ABCショウジ", "ABCショウジ"),
                ]);
                samples.push(same(&repeat('ア', max)));
                samples
            }
            Self::Template { max } => with_text(&["{{顧客名 or \"未登録\"}} {{相手TEL表示}}"], max),
            Self::UrlTemplate { .. } => pairs(&[(
                "https://crm.example.com/?tel={{相手TEL}}",
                "https://crm.example.com/?tel={{相手TEL}}",
            )]),
            Self::ArgsTemplate { max } => {
                with_text(&["--tel {{相手TEL}} \"--name {{顧客名}}\""], max)
            }
            Self::FileTemplate { .. } => pairs(&[
                ("着信記録_{{日付}}", "着信記録_{{日付}}"),
                ("{{日時}}.v1", "{{日時}}.v1"),
                (" calls ", "calls"),
            ]),
            Self::Secret { show_last } => secret(show_last),
            _ => pairs(self.fixed_samples()),
        }
    }

    const fn fixed_samples(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Bool => &[
                ("True", "True"),
                ("true", "True"),
                ("1", "True"),
                ("はい", "True"),
                ("False", "False"),
                ("false", "False"),
                ("0", "False"),
                ("いいえ", "False"),
            ],
            Self::Ref(_) => &[("0", "0")],
            Self::Tel => &[
                ("0312345678", "0312345678"),
                ("03-1234-5678", "0312345678"),
                ("０９０（００００）０００１", "09000000001"),
                ("+81 3-1234-5678", "0312345678"),
                ("117", "117"),
            ],
            Self::SipUser => &[("30", "30"), ("user_1.a*#+-", "user_1.a*#+-"), ("３０", "30")],
            Self::DateTime => &[
                ("2025/04/01 09:15:02", "2025/04/01 09:15:02"),
                ("2024-02-29", "2024/02/29 00:00:00"),
                ("2025-04-01T00:15:02Z", "2025/04/01 09:15:02"),
                ("2025-04-01T00:15:02.999+00:00", "2025/04/01 09:15:02"),
                ("2025-04-01T09:15", "2025/04/01 09:15:00"),
            ],
            Self::Date => &[
                ("2025/04/01", "2025/04/01"),
                ("2024-02-29", "2024/02/29"),
                ("2025/4/1", "2025/04/01"),
                ("2025-04-01T20:00:00Z", "2025/04/02"),
            ],
            Self::Time => &[("03:00", "03:00"), ("9:05", "09:05"), ("23:59:00", "23:59")],
            _ => self.place_samples(),
        }
    }

    /// Samples of kinds that say where something is, of lists and of secrets.
    const fn place_samples(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Email => &[
                ("hanako@example.com", "hanako@example.com"),
                ("a..b.@example.co.jp", "a..b.@example.co.jp"),
            ],
            Self::Host => &[
                ("192.0.2.1", "192.0.2.1"),
                ("[2001:db8::1]", "2001:db8::1"),
                ("pbx.example.com", "pbx.example.com"),
            ],
            Self::Ip => &[("192.0.2.1", "192.0.2.1"), ("2001:DB8:0::1", "2001:db8::1")],
            Self::Url => &[
                ("https://example.com/a?b=c", "https://example.com/a?b=c"),
                ("http://192.0.2.1:8080", "http://192.0.2.1:8080"),
            ],
            Self::Zip => &[
                ("640-8000", "640-8000"),
                ("6408000", "640-8000"),
                ("〒６４０−８０００", "640-8000"),
            ],
            Self::Color => &[("#0a84ff", "#0A84FF"), ("#abc", "#AABBCC")],
            Self::Path => &[
                ("/srv/smartconnect", "/srv/smartconnect"),
                ("C:\\data", "C:\\data"),
                ("\\\\server\\share", "\\\\server\\share"),
            ],
            Self::LineList => &[("1,2", "1,2"), ("3、1 , 3,,２", "3,1,2")],
            // The keys of one resource only: 着信日時 would be wrong for a list of customers.
            Self::KeyList => &[],
            Self::Hours => &[
                ("09:00-12:00,13:00-18:00", "09:00-12:00,13:00-18:00"),
                ("9:00〜24:00", "09:00-24:00"),
            ],
            Self::Password => &[("correct horse", MASK)],
            Self::SecretUrl => &[
                ("https://chat.example.com/hooks/abc", "https://chat.example.com/********"),
                ("http://192.0.2.1:8080/x \\", "http://192.0.2.1:8080/********"),
            ],
            Self::SecretHeaders { .. } => &[
                ("X-Token: abc", "X-Token: ********"),
                ("X-Token:abc\n\nAccept:  text/plain", "X-Token: ********\nAccept: ********"),
            ],
            _ => &[],
        }
    }

    /// Values that are refused. An empty value is not among them: whether it is a fault is the field's rule.
    pub fn bad_samples(self) -> Vec<String> {
        match self {
            Self::Int { min, max } => {
                let beyond = [min.checked_sub(1), max.checked_add(1)];
                let mut bad: Vec<String> =
                    beyond.into_iter().flatten().map(|n| n.to_string()).collect();
                bad.extend(["abc", "1.5", "1e3", "99999999999999999999"].map(String::from));
                bad
            }
            Self::Text { max, .. } | Self::Kana { max } => too_long(&["改行\u{0}"], max),
            Self::Template { max } | Self::ArgsTemplate { max } => {
                too_long(&["{{存在しない名前}}", "{{", "{% include \"x\" %}", "\u{1b}"], max)
            }
            Self::UrlTemplate { .. } => owned(&[
                "https://example.com/{{存在しない名前}}",
                "https://example.com/{{",
                "ftp://example.com/",
            ]),
            Self::FileTemplate { max } => {
                too_long(&["../x", "a/b", "c:\\d", ".x", "{{存在しない名前}}", "{{顧客名}}"], max)
            }
            Self::Secret { .. } => {
                let mut bad = owned(&["********x********", "a\nb"]);
                bad.push(repeat(
                    'x',
                    u32::try_from(SECRET_MAX).unwrap_or(u32::MAX).saturating_add(1),
                ));
                bad
            }
            Self::SecretHeaders { max } => too_long(
                &["no colon", "Host: example.com", "content-length: 3", "Bad Name: x", ": x"],
                max,
            ),
            _ => owned(self.fixed_bad_samples()),
        }
    }

    const fn fixed_bad_samples(self) -> &'static [&'static str] {
        match self {
            Self::Bool => &["yes", "2", "真"],
            Self::Enum(_) => &["無い語", "*"],
            Self::Ref(_) => &["-1", "abc", "1.5", "99999999999999999999"],
            Self::Tel => &["abc", "12", "1234567890123456", "03-1234-567x"],
            Self::SipUser => &[
                "a b",
                "あ",
                "a@b",
                "01234567890123456789012345678901234567890123456789012345678901234",
            ],
            Self::DateTime => &[
                "2025/02/30 00:00:00",
                "2025/04/01 24:00:00",
                "2025/04/01 23:59:60",
                "明日",
                "20250401",
                "0000/01/01",
            ],
            Self::Date => &["2025/02/30", "2023/02/29", "2025/13/01", "04/01", "明日"],
            Self::Time => &["24:00", "9", "12:60", "正午"],
            Self::Email => &[
                "hanako",
                "@example.com",
                "a@b@example.com",
                "a@example.com,b@example.com",
                "a b@example.com",
                "a@-x.jp",
            ],
            Self::Host => {
                &["192.0.2.999", "a b", "-x.example", "http://example.com", "例え.jp", "a..b"]
            }
            Self::Ip => &["192.0.2", "example.com", "2001:db8"],
            Self::Url | Self::SecretUrl => &[
                "example.com",
                "ftp://example.com/",
                "javascript:alert(1)",
                "https://user:pass@example.com/",
                "https://example.com/a b",
                "https://",
                "https://example.com:99999/",
            ],
            Self::Zip => &["640-800", "64080000", "640-80O0", "あ"],
            Self::Color => &["赤", "#12345", "0A84FF", "#GGGGGG"],
            Self::Path => &["relative/path", "/srv/../etc", "x"],
            Self::LineList => &["0", "a", "1;2", "-1"],
            Self::KeyList => &["無いキー"],
            Self::Hours => &[
                "09:00",
                "18:00-09:00",
                "09:00-12:00,11:00-13:00",
                "13:00-18:00,09:00-12:00",
                "09:00-25:00",
                "朝から",
            ],
            Self::Password => &["short", "********x"],
            _ => &[],
        }
    }
}

fn same(text: &str) -> Sample {
    (text.to_owned(), text.to_owned())
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<Sample> {
    pairs.iter().map(|(sent, shown)| ((*sent).to_owned(), (*shown).to_owned())).collect()
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn repeat(c: char, count: u32) -> String {
    std::iter::repeat_n(c, usize::try_from(count).unwrap_or(usize::MAX)).collect()
}

/// Texts that normalising changes, and one of the greatest length.
fn text(max: u32) -> Vec<Sample> {
    let mut samples = pairs(&[
        ("か\u{3099}", "が"),
        ("a\r\nb", "a\nb"),
        ("\"\\/\t", "\"\\/\t"),
        ("𠮷😀", "𠮷😀"),
    ]);
    if max <= TEXT_IN_BODY_MAX {
        samples.push(same(&repeat('字', max)));
    }
    samples
}

fn with_text(texts: &[&str], max: u32) -> Vec<Sample> {
    let mut samples: Vec<Sample> = texts.iter().map(|text| same(text)).collect();
    samples.push(same(&repeat('字', max)));
    samples
}

fn too_long(texts: &[&str], max: u32) -> Vec<String> {
    let mut bad = owned(texts);
    if max <= TEXT_IN_BODY_MAX {
        bad.push(repeat('ア', max + 1));
    }
    bad
}

/// The last characters are shown of a long secret only.
fn secret(show_last: u8) -> Vec<Sample> {
    let masked = ["********", if show_last == 4 { "wxyz" } else { "" }].concat();
    vec![("short".to_owned(), MASK.to_owned()), ("0123456789abcdefwxyz".to_owned(), masked)]
}
