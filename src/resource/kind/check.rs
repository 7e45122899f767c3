//! From the text of a request to a value in its normal form.

use super::super::{Field, Kind, Value};
use super::{list, mask, net, text, time};
use crate::telephone::{NumberFault, TelephoneNumber};
use crate::template::{Landing, check as check_template};

/// Most characters of a secret.
pub const SECRET_MAX: usize = 4_096;
/// Fewest and most characters of a password.
pub(super) const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
/// Characters that no file name on the usual systems may hold.
const FILE_NAME_FORBIDDEN: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];
/// Most characters of a value that a message repeats.
const ECHO_MAX: usize = 40;

impl Field {
    /// The value that `text` stands for; the error (Japanese) says what is wrong and how to mend it.
    /// `""` is the default for enum, bool, int and ref, a fault for required fields, else no value.
    pub fn check(&self, text: &str) -> Result<Value, String> {
        // Nobody can read a name of spaces: what is required and blank is missing.
        let missing = text.is_empty() || (self.required && text.trim().is_empty());
        if !missing {
            return self.kind.check(text);
        }
        if self.kind.empty_is_default() && !self.default.is_empty() {
            return self.kind.check(self.default);
        }
        match self.kind {
            _ if self.required => Err("必須です。値を入れてください".into()),
            Kind::Enum(words) if !words.contains(&"") => self.kind.check(text),
            _ => Ok(Value::Empty),
        }
    }

    /// The value that a new row has where the request holds none.
    pub fn default_value(&self) -> Value {
        if self.default.is_empty() {
            return Value::Empty;
        }
        self.kind.check(self.default).unwrap_or(Value::Empty)
    }
}

impl Kind {
    /// The value of a text that is not empty.
    pub fn check(self, text: &str) -> Result<Value, String> {
        match self {
            Self::Key => integer(text, 0, i64::MAX),
            Self::Int { min, max } => integer(text, min, max),
            Self::Bool => boolean(text),
            Self::Enum(words) => word(text, words),
            Self::Ref(_) => integer(text, 0, i64::MAX),
            Self::DateTime => time::date_time(text).map(Value::Int),
            _ => self.check_text(text).map(some_text),
        }
    }

    fn check_text(self, value: &str) -> Result<String, String> {
        match self {
            Self::Text { max, .. } => text::plain(value, max),
            Self::Kana { max } => text::kana(value, max),
            Self::Tel => telephone(value),
            Self::SipUser => text::sip_user(value),
            Self::Date => time::date(value),
            Self::Time => time::time(value),
            Self::Zip => text::zip(value),
            Self::Color => text::color(value),
            Self::Path => text::path(value),
            Self::Email => net::email(value),
            Self::Host => net::host(value),
            Self::Ip => net::ip(value),
            Self::Url => net::url(value),
            Self::LineList => list::lines(value),
            Self::KeyList => list::keys(value),
            Self::Hours => list::hours(value),
            Self::Template { max } => template(value, max, Landing::Plain),
            Self::UrlTemplate { max } => url_template(value, max),
            Self::ArgsTemplate { max } => template(value, max, Landing::Command),
            Self::FileTemplate { max } => file_template(value, max),
            Self::Secret { .. } => secret(value),
            Self::Password => password(value),
            Self::SecretUrl => net::url(text::without_tail(value)),
            Self::SecretHeaders { max } => mask::headers(value, max),
            Self::Key
            | Self::Int { .. }
            | Self::Bool
            | Self::Enum(_)
            | Self::Ref(_)
            | Self::DateTime => Ok(value.to_owned()),
        }
    }
}

/// `""` and no value are the same.
fn some_text(text: String) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text) }
}

/// The beginning of a faulty value, so that people find it in their data.
pub(super) fn echo(value: &str) -> String {
    let mut echo: String = value.chars().filter(|c| !c.is_control()).take(ECHO_MAX).collect();
    if value.chars().count() > ECHO_MAX {
        echo.push('…');
    }
    echo
}

fn integer(value: &str, min: i64, max: i64) -> Result<Value, String> {
    let digits = text::narrow(value);
    match digits.trim().parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(Value::Int(number)),
        _ if min == i64::MIN => Err(format!("整数で指定してください(値: {})", echo(value))),
        _ if max == i64::MAX => {
            Err(format!("{min} 以上の整数で指定してください(値: {})", echo(value)))
        }
        _ => Err(format!("{min}〜{max} の整数で指定してください(値: {})", echo(value))),
    }
}

fn boolean(value: &str) -> Result<Value, String> {
    match value.trim() {
        "True" | "true" | "TRUE" | "1" | "はい" => Ok(Value::Int(1)),
        "False" | "false" | "FALSE" | "0" | "いいえ" => Ok(Value::Int(0)),
        _ => Err(format!("True か False で指定してください(値: {})", echo(value))),
    }
}

fn word(value: &str, words: &[&str]) -> Result<Value, String> {
    if words.contains(&value) {
        return Ok(some_text(value.to_owned()));
    }
    let trimmed = value.trim();
    if words.contains(&trimmed) {
        return Ok(some_text(trimmed.to_owned()));
    }
    let shown: Vec<&str> =
        words.iter().map(|word| if word.is_empty() { "(空)" } else { word }).collect();
    Err(format!("{} のどれかを指定してください(値: {})", shown.join(" / "), echo(value)))
}

fn telephone(value: &str) -> Result<String, String> {
    TelephoneNumber::parse(value).map(|number| number.as_str().to_owned()).map_err(|fault| {
        if fault == NumberFault::Length {
            format!("電話番号は数字3〜15桁で指定してください(値: {})", echo(value))
        } else {
            format!(
                "電話番号に使えない文字があります。数字とハイフンで指定してください(値: {})",
                echo(value)
            )
        }
    })
}

fn template(value: &str, max: u32, landing: Landing) -> Result<String, String> {
    let text = text::plain(value, max)?;
    check_template(&text, landing)?;
    Ok(text)
}

/// A URL that a person or the service opens; rules over several fields say where it must be http.
fn url_template(value: &str, max: u32) -> Result<String, String> {
    let text = template(value.trim(), max, Landing::Url)?;
    if text.contains(['\n', '\t']) {
        return Err("URLに改行やタブは使えません".into());
    }
    Ok(text)
}

/// The name of one file: what stands outside placeholders may not lead into another folder.
fn file_template(value: &str, max: u32) -> Result<String, String> {
    let text = template(value.trim(), max, Landing::FileName)?;
    let mut rest = text.as_str();
    let mut fixed = String::new();
    while let Some((before, inside)) = rest.split_once('{') {
        fixed.push_str(before);
        rest = inside.split_once('}').map_or("", |(_, after)| after).trim_start_matches('}');
    }
    fixed.push_str(rest);
    if text.starts_with('.') || fixed.contains(FILE_NAME_FORBIDDEN) {
        return Err("ファイル名の先頭の . と / \\ : * ? \" < > | は使えません".into());
    }
    if text.contains(char::is_control) {
        return Err("ファイル名に改行やタブは使えません".into());
    }
    Ok(text)
}

fn secret(value: &str) -> Result<String, String> {
    if value.starts_with(mask::MASK) {
        return Err(mask::NOT_THE_MASK.into());
    }
    if value.chars().count() > SECRET_MAX {
        return Err(format!("{SECRET_MAX}文字以内で指定してください"));
    }
    if value.chars().any(char::is_control) {
        return Err("改行などの制御文字は使えません".into());
    }
    Ok(value.to_owned())
}

fn password(value: &str) -> Result<String, String> {
    let value = secret(value)?;
    if PASSWORD_LENGTH.contains(&value.chars().count()) {
        return Ok(value);
    }
    Err(format!("{}〜{}文字で指定してください", PASSWORD_LENGTH.start(), PASSWORD_LENGTH.end()))
}
