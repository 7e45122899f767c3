//! The JSON of a request body: one flat object.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Whole numbers below this keep every digit in a double (2^53).
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

/// One value of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    /// String, number, boolean or null, as text (`True`, `False`; null is `""`).
    Text(String),
    /// An object or array, which no field takes.
    Nested,
    /// A number with more digits than reading it kept.
    Inexact,
}

/// The members of a body in their order, repeated keys included.
pub(super) type Members = Vec<(String, Scalar)>;

/// Why a body is no object.
#[derive(Debug)]
pub(super) enum BodyFault {
    /// Not UTF-8.
    Encoding,
    /// No JSON; where it stopped making sense.
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// JSON, but neither one object nor an array of exactly one.
    Shape,
}

/// Reads a body. Curly quotes, as printed manuals have them, count as `"` where the body makes no
/// sense otherwise (seed: the request example).
pub(super) fn read(body: &[u8]) -> Result<Members, BodyFault> {
    let text = std::str::from_utf8(body).map_err(|_| BodyFault::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match read_text(text) {
        Err(BodyFault::Syntax { .. }) if text.contains(['“', '”']) => {
            read_text(&text.replace(['“', '”'], "\""))
        }
        result => result,
    }
}

fn read_text(text: &str) -> Result<Members, BodyFault> {
    // serde_json bounds the depth itself (128); nested values are skipped, not kept.
    match serde_json::from_str::<Body>(text) {
        Ok(Body(Some(members))) => Ok(members),
        Ok(Body(None)) => Err(BodyFault::Shape),
        Err(error) => Err(BodyFault::Syntax { line: error.line(), column: error.column() }),
    }
}

/// A whole body; `None` is JSON of another shape.
struct Body(Option<Members>);

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BodyVisitor)
    }
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Body, A::Error> {
        members(map).map(|members| Body(Some(members)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Body, A::Error> {
        let Some(Item(first)) = seq.next_element::<Item>()? else {
            return Ok(Body(None));
        };
        let mut single = true;
        while seq.next_element::<IgnoredAny>()?.is_some() {
            single = false;
        }
        Ok(Body(first.filter(|_| single)))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Body, E> {
        Ok(Body(None))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Body, E> {
        Ok(Body(None))
    }
    fn visit_u64<E>(self, _: u64) -> Result<Body, E> {
        Ok(Body(None))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Body, E> {
        Ok(Body(None))
    }
    fn visit_str<E>(self, _: &str) -> Result<Body, E> {
        Ok(Body(None))
    }
    fn visit_unit<E>(self) -> Result<Body, E> {
        Ok(Body(None))
    }
}

/// The object inside `[ ]`; `None` is another value.
struct Item(Option<Members>);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor { members: true }).map(|value| match value {
            Parsed::Members(members) => Self(Some(members)),
            Parsed::Scalar(_) => Self(None),
        })
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor { members: false }).map(|value| match value {
            Parsed::Members(_) => Self::Nested,
            Parsed::Scalar(scalar) => scalar,
        })
    }
}

enum Parsed {
    Members(Members),
    Scalar(Scalar),
}

struct ScalarVisitor {
    /// Whether an object is wanted with its members.
    members: bool,
}

impl ScalarVisitor {
    fn text<E>(text: String) -> Result<Parsed, E> {
        Ok(Parsed::Scalar(Scalar::Text(text)))
    }
}

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Parsed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
        if self.members {
            return members(map).map(Parsed::Members);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Parsed::Scalar(Scalar::Nested))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parsed, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Parsed::Scalar(Scalar::Nested))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Parsed, E> {
        Self::text(if value { "True" } else { "False" }.to_owned())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Parsed, E> {
        Self::text(value.to_string())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Parsed, E> {
        Self::text(value.to_string())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Parsed, E> {
        if value.abs() < EXACT_BELOW {
            return Self::text(value.to_string());
        }
        Ok(Parsed::Scalar(Scalar::Inexact))
    }
    fn visit_str<E>(self, value: &str) -> Result<Parsed, E> {
        Self::text(value.to_owned())
    }
    fn visit_string<E>(self, value: String) -> Result<Parsed, E> {
        Self::text(value)
    }
    fn visit_unit<E>(self) -> Result<Parsed, E> {
        Self::text(String::new())
    }
}

fn members<'de, A: MapAccess<'de>>(mut map: A) -> Result<Members, A::Error> {
    let mut members = Vec::new();
    while let Some(member) = map.next_entry::<String, Scalar>()? {
        members.push(member);
    }
    Ok(members)
}
