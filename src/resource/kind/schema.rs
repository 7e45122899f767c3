//! What a kind looks like in JSON Schema (2020-12, as OpenAPI 3.1 uses it).

use serde_json::{Map, Value as Json, json};

use super::super::{Field, Kind, Mode};

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
                drop(schema.insert("type".into(), json!(["string", "boolean", "integer", "null"])))
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
            _ => {
                schema.insert("type".into(), json!(["string", "number", "null"]));
                self.kind.bound(&mut schema, false);
            }
        }
        Json::Object(schema)
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
        if shown && let Some(pattern) = self.shown_pattern() {
            schema.insert("pattern".into(), pattern.into());
        }
    }

    /// The normal form as a regular expression; `""` = no value.
    pub const fn shown_pattern(self) -> Option<&'static str> {
        Some(match self {
            Self::Key | Self::Ref(_) => "^[0-9]*$",
            Self::Int { .. } => "^(-?[0-9]+)?$",
            Self::Tel => r"^(\+?[0-9]{3,15})?$",
            Self::SipUser => r"^[A-Za-z0-9._*#+-]{0,64}$",
            Self::DateTime => "^([0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})?$",
            Self::Date => "^([0-9]{4}/[0-9]{2}/[0-9]{2})?$",
            Self::Time => "^([0-9]{2}:[0-9]{2})?$",
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

/// The words, and `""` where the value may still be missing or be sent for the default.
fn with_empty(words: &[&str]) -> Json {
    let empty = if words.contains(&"") { &[][..] } else { &[""][..] };
    empty.iter().chain(words).map(|word| Json::from(*word)).collect()
}
