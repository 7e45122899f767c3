//! What a kind looks like in JSON Schema (2020-12, as OpenAPI 3.1 uses it).

use std::borrow::Cow;

use serde_json::{Map, Value as Json, json};

use super::super::listing::VALUE_MAX;
use super::super::{Field, Kind, Mode};
use super::check::{PASSWORD_LENGTH, SECRET_MAX};
use super::range;
use crate::template::{OF_FILES, VOCABULARY};

/// An IPv4 address, as a regular expression.
macro_rules! ipv4 {
    () => {
        r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}"
    };
}

/// An IP address, as a regular expression.
macro_rules! ip {
    () => {
        concat!(ipv4!(), r"|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}")
    };
}

/// Scheme, host and port of a URL, as a regular expression.
macro_rules! origin {
    () => {
        concat!(
            r"[Hh][Tt]{2}[Pp][Ss]?://(([A-Za-z0-9]{1,20}(-[A-Za-z0-9]{1,20})?\.){0,3}[A-Za-z]{1,20}|",
            ipv4!(),
            r")(:[1-9][0-9]{0,3})?"
        )
    };
}

/// What is taken for a bool.
const BOOLS: [&str; 11] =
    ["", "True", "False", "true", "false", "TRUE", "FALSE", "1", "0", "はい", "いいえ"];

/// A text without control characters.
const TEXT: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$";
/// The same with something to read in it.
const TEXT_TO_READ: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*[^\s\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$";
/// Longest number that is exact in every language, 15 digits.
pub const EXACT: i64 = 999_999_999_999_999;
/// What stands for a value.
const NOT_NESTED: [&str; 4] = ["string", "number", "boolean", "null"];

impl Field {
    /// The schema of the value as GET shows it: always a string.
    pub fn shown_schema(&self) -> Json {
        let mut schema = Map::new();
        schema.insert("type".into(), "string".into());
        self.describe(&mut schema);
        match self.kind {
            Kind::Bool => drop(schema.insert("enum".into(), json!(["True", "False"]))),
            Kind::Enum(words) => drop(schema.insert("enum".into(), with_empty(words))),
            _ => self.kind.bound(&mut schema, true),
        }
        if self.mode == Mode::ReadOnly || self.kind == Kind::Key {
            schema.insert("readOnly".into(), true.into());
        }
        Json::Object(schema)
    }

    /// The schema of the value in a request: strings, and what else is taken for them.
    pub fn sent_schema(&self) -> Json {
        let mut schema = Map::new();
        self.describe(&mut schema);
        if self.mode == Mode::ReadOnly || self.kind == Kind::Key {
            // Sent back as GET gave it; the value does not count.
            schema.insert("type".into(), json!(NOT_NESTED));
            bound_number(&mut schema, EXACT);
            schema.insert("readOnly".into(), true.into());
            return Json::Object(schema);
        }
        if self.mode == Mode::WriteOnly || self.kind.is_masked() {
            schema.insert("writeOnly".into(), true.into());
        }
        if !self.default.is_empty() {
            schema.insert("default".into(), self.default.into());
        }
        match self.kind {
            Kind::Bool => {
                let mut taken: Vec<Json> = BOOLS.iter().map(|word| Json::from(*word)).collect();
                taken.extend([json!(true), json!(false), json!(1), json!(0), Json::Null]);
                schema.insert("enum".into(), taken.into());
            }
            Kind::Enum(words) => {
                schema.insert("type".into(), json!(["string", "null"]));
                schema.insert("enum".into(), with_empty(words));
                if let Some(Json::Array(list)) = schema.get_mut("enum") {
                    list.push(Json::Null);
                }
            }
            Kind::Int { .. } | Kind::Ref(_) => {
                schema.insert("type".into(), json!(["string", "integer", "null"]));
                self.kind.bound(&mut schema, false);
            }
            Kind::Text { max, .. } => {
                schema.insert("type".into(), json!(["string", "number", "null"]));
                let digits = max.saturating_sub(1).min(EXACT.ilog10() + 1);
                bound_number(&mut schema, 10_i64.pow(digits) - 1);
                self.kind.bound(&mut schema, false);
            }
            _ => {
                schema.insert("type".into(), json!(["string", "null"]));
                self.kind.bound(&mut schema, false);
            }
        }
        if self.required && self.default.is_empty() {
            self.require(&mut schema);
        }
        Json::Object(schema)
    }

    /// Takes "no value" away.
    fn require(&self, schema: &mut Map<String, Json>) {
        for list in ["type", "enum"] {
            if let Some(Json::Array(words)) = schema.get_mut(list) {
                words.retain(|word| *word != Json::Null && word != "null" && word != "");
            }
        }
        schema.entry("minLength").or_insert_with(|| 1.into());
        // Blanks alone are no value.
        if schema.get("pattern").is_some_and(|pattern| pattern == TEXT) {
            schema.insert("pattern".into(), TEXT_TO_READ.into());
        }
    }

    /// The schema of the value that a list is narrowed to; `""` = no value.
    pub fn wanted_schema(&self) -> Json {
        let mut schema = Map::new();
        schema.insert("type".into(), "string".into());
        match self.kind {
            Kind::Bool => drop(schema.insert("enum".into(), json!(["True", "False"]))),
            Kind::Enum(words) => drop(schema.insert("enum".into(), with_empty(words))),
            _ => self.kind.bound(&mut schema, true),
        }
        // It is checked like what is written, and has its normal form where there is one.
        let is_number = matches!(self.kind, Kind::Int { .. });
        let pattern =
            self.kind.sent_pattern().filter(|_| is_number || !schema.contains_key("pattern"));
        if let Some(pattern) = pattern {
            schema.insert("pattern".into(), pattern.into());
        }
        let longest = schema.get("maxLength").and_then(Json::as_u64).unwrap_or(u64::MAX);
        let most = u64::try_from(VALUE_MAX).unwrap_or(u64::MAX).min(longest);
        schema.insert("maxLength".into(), most.into());
        Json::Object(schema)
    }

    fn describe(&self, schema: &mut Map<String, Json>) {
        if !self.meaning.is_empty() {
            schema.insert("description".into(), self.meaning.into());
        }
        if !self.example.is_empty() {
            schema.insert("examples".into(), json!([self.example]));
        }
        schema.insert("x-kind".into(), self.kind.word().into_owned().into());
    }
}

impl Kind {
    /// Lengths, ranges and patterns; `shown` = of the normal form, else of all that is taken.
    fn bound(self, schema: &mut Map<String, Json>, shown: bool) {
        match self {
            Self::Int { min, max } if !shown && min > i64::MIN => {
                schema.insert("minimum".into(), min.into());
                schema.insert("maximum".into(), max.into());
            }
            Self::Ref(_) if !shown => {
                schema.insert("minimum".into(), 0.into());
                schema.insert("maximum".into(), EXACT.into());
            }
            Self::Text { max, .. }
            | Self::Kana { max }
            | Self::Template { max }
            | Self::UrlTemplate { max }
            | Self::ArgsTemplate { max }
            | Self::FileTemplate { max }
            | Self::SecretHeaders { max } => {
                schema.insert("maxLength".into(), max.into());
            }
            _ => {}
        }
        let pattern =
            if shown { self.shown_pattern().map(Cow::Borrowed) } else { self.sent_pattern() };
        if let Some(pattern) = pattern {
            schema.insert("pattern".into(), pattern.into());
        }
        if !shown {
            self.bound_secret(schema);
        }
    }

    fn bound_secret(self, schema: &mut Map<String, Json>) {
        let (least, most) = match self {
            Self::Password => (*PASSWORD_LENGTH.start(), *PASSWORD_LENGTH.end()),
            Self::Secret { .. } => (0, SECRET_MAX),
            _ => return,
        };
        if least > 0 {
            schema.insert("minLength".into(), least.into());
        }
        schema.insert("maxLength".into(), most.into());
    }

    /// What is taken, as a regular expression; a little narrower than the checks, which put right
    /// what people write (full-width digits, blanks). `""` = no value.
    fn sent_pattern(self) -> Option<Cow<'static, str>> {
        let (min, max) = match self {
            Self::Int { min, max } => (u64::try_from(min), u64::try_from(max)),
            Self::Ref(_) => return Some("^([0-9]{1,15})?$".into()),
            Self::FileTemplate { .. } => return Some(file_names().into()),
            _ => return self.sent_words().map(Cow::Borrowed),
        };
        Some(match (min, max) {
            (Ok(min), Ok(max)) => range::pattern(min, max).into(),
            _ => "^(-?[0-9]{1,15})?$".into(),
        })
    }

    /// [`Self::sent_pattern`] of the kinds that have the same one everywhere.
    const fn sent_words(self) -> Option<&'static str> {
        Some(match self {
            Self::Text { .. } | Self::Template { .. } | Self::ArgsTemplate { .. } => TEXT,
            Self::UrlTemplate { .. } => concat!(
                "^(",
                origin!(),
                r"([/?#][^\x00-\x1f\x7f-\x9f]*)?|\{\{[^\x00-\x1f\x7f-\x9f]*)?$"
            ),
            Self::SecretHeaders { .. } => {
                r"^([A-Za-z0-9-]{1,60}:[^\x00-\x1f\x7f-\x9f]*(\n[A-Za-z0-9-]{1,60}:[^\x00-\x1f\x7f-\x9f]*){0,9})?$"
            }
            Self::Kana { .. } => r"^[ァ-ヿー A-Za-z0-9.,&'()/-]*$",
            Self::Tel => r"^(\+[0-9]{3,15}|[0-9]{3,15}|0[0-9]{1,3}-[0-9]{2,4}-[0-9]{4})?$",
            Self::Secret { .. } | Self::Password => r"^(?!\*{8})[^\x00-\x1f\x7f-\x9f]*$",
            Self::Email => r"^([A-Za-z0-9._+-]{1,64}@([A-Za-z0-9]{1,20}\.){1,3}[A-Za-z]{2,10})?$",
            Self::Host => concat!(
                r"^(([A-Za-z0-9_]{1,20}(-[A-Za-z0-9_]{1,20})?\.){0,3}[A-Za-z_][A-Za-z0-9_]{0,20}|",
                ip!(),
                ")?$"
            ),
            Self::Ip => concat!("^(", ip!(), ")?$"),
            Self::Url | Self::SecretUrl => concat!("^(", origin!(), r"([/?#][!-~]*)?)?$"),
            Self::Zip => "^([0-9]{3}-?[0-9]{4})?$",
            Self::Color => "^(#[0-9A-Fa-f]{6}|#[0-9A-Fa-f]{3})?$",
            Self::Path => r"^(/[^\x00-\x1f\x7f-\x9f]*|[A-Za-z]:[\\/][^\x00-\x1f\x7f-\x9f]*)?$",
            Self::LineList => "^([1-9][0-9]{0,8}(,[1-9][0-9]{0,8})*)?$",
            Self::SipUser | Self::DateTime | Self::Date | Self::Time | Self::Hours => {
                return self.shown_pattern();
            }
            _ => return None,
        })
    }

    /// The normal form as a regular expression; `""` = no value.
    pub const fn shown_pattern(self) -> Option<&'static str> {
        Some(match self {
            Self::Key | Self::Ref(_) => "^[0-9]*$",
            Self::Int { .. } => "^(-?[0-9]+)?$",
            Self::Tel => r"^(\+?[0-9]{3,15})?$",
            Self::SipUser => r"^[A-Za-z0-9._*#+-]{0,64}$",
            Self::DateTime => {
                "^([1-9][0-9]{3}/(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?$"
            }
            Self::Date => "^([1-9][0-9]{3}/(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01]))?$",
            Self::Time => "^(([01][0-9]|2[0-3]):[0-5][0-9])?$",
            Self::Zip => "^([0-9]{3}-[0-9]{4})?$",
            Self::Color => "^(#[0-9A-F]{6})?$",
            Self::LineList => "^([0-9]+(,[0-9]+)*)?$",
            Self::Hours => {
                "^([0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}(,[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2})*)?$"
            }
            Self::Url | Self::SecretUrl => r"^([Hh][Tt]{2}[Pp][Ss]?://\S+)?$",
            _ => return None,
        })
    }
}

/// A number in place of a text, from `-most` to `most`.
fn bound_number(schema: &mut Map<String, Json>, most: i64) {
    schema.insert("minimum".into(), (-most).into());
    schema.insert("maximum".into(), most.into());
}

/// The words, and `""` where the value may still be missing or be sent for the default.
fn with_empty(words: &[&str]) -> Json {
    let empty = if words.contains(&"") { &[][..] } else { &[""][..] };
    empty.iter().chain(words).map(|word| Json::from(*word)).collect()
}

/// Names of files: plain signs, and the placeholders that have a value there, as they stand.
fn file_names() -> String {
    let names = VOCABULARY.iter().filter(|entry| OF_FILES.contains(&entry.word));
    let names = names.map(|entry| entry.name).collect::<Vec<_>>().join("|");
    let sign = r#"\x00-\x1f\x7f-\x9f/\\:*?"<>|{}"#;
    format!(r"^(([^\s.{sign}]|\{{\{{({names})\}}\}})([^{sign}]|\{{\{{({names})\}}\}})*)?$")
}
