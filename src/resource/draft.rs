//! What a client wrote, checked field by field.

use super::body::{self, BodyFault, Scalar};
use super::kind::{is_mask, strip_masked_headers};
use super::{Field, Kind, Mode, Resource, Value};

/// Most bytes of a body (rest.md, Decisions: 413 above).
pub const BODY_MAX: usize = 64 * 1024;
/// Most unknown keys that a message names.
const UNKNOWN_SHOWN_MAX: usize = 10;

/// One fault of a request, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The JSON name it belongs to; `""` where it belongs to the whole body.
    pub name: String,
    /// What is wrong and how to mend it (Japanese).
    pub message: String,
}

impl Fault {
    /// A fault of one field.
    pub fn of(field: &Field, message: impl Into<String>) -> Self {
        Self { name: field.name.to_owned(), message: message.into() }
    }

    /// A fault of the whole body.
    pub fn body(message: impl Into<String>) -> Self {
        Self { name: String::new(), message: message.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.name.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.name, self.message)
        }
    }
}

/// What the body is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// A new row.
    Post,
    /// A change.
    Put,
}

/// The body of a POST or PUT after every single-field check.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it is a row of.
    pub resource: &'static Resource,
    /// One slot for each field: `None` = the key was absent (or read-only, or a masked secret on POST).
    pub values: Vec<Option<Value>>,
    /// Secrets that came as a mask on PUT: (field index, the mask as sent). `merge` compares
    /// it with the stored value's mask: equal keeps the value, different is a fault.
    pub masks: Vec<(usize, String)>,
    /// Read-only keys in the body but the primary key: (field index, value as sent).
    pub read_only: Vec<(usize, String)>,
    /// Values of hidden columns that the service adds: (column, value).
    pub hidden: Vec<(&'static str, Value)>,
}

impl Draft {
    /// A draft that says nothing.
    pub fn empty(resource: &'static Resource) -> Self {
        Self {
            resource,
            values: vec![None; resource.fields.len()],
            masks: Vec::new(),
            read_only: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// What the body says of a column.
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.resource.index(column).and_then(|index| self.values.get(index)?.as_ref())
    }

    /// Says something of a column: for rows that the service itself writes through a draft.
    pub fn set(&mut self, column: &str, value: Value) {
        let slot = self.resource.index(column).and_then(|index| self.values.get_mut(index));
        debug_assert!(slot.is_some(), "{} has no column {column}", self.resource.uri);
        if let Some(slot) = slot {
            *slot = Some(value);
        }
    }
}

/// Reads a body and checks every field; all faults at once.
pub fn parse(resource: &'static Resource, body: &[u8], verb: Verb) -> Result<Draft, Vec<Fault>> {
    if body.len() > BODY_MAX {
        return Err(vec![Fault::body(format!("本文は{BODY_MAX}バイト以内にしてください"))]);
    }
    let members = body::read(body).map_err(|fault| vec![Fault::body(explain(&fault))])?;
    let mut reading = Reading::new(resource, verb);
    for (name, value) in members {
        reading.member(name, value);
    }
    reading.finish()
}

/// Checks values that came some other way than JSON (import, forms): (JSON name, text).
pub fn from_texts<'a>(
    resource: &'static Resource,
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    verb: Verb,
) -> Result<Draft, Vec<Fault>> {
    let mut reading = Reading::new(resource, verb);
    for (name, text) in texts {
        reading.member(name.to_owned(), Scalar::Text(text.to_owned()));
    }
    reading.finish()
}

/// Why a body is no object, for people.
pub(super) fn explain(fault: &BodyFault) -> String {
    match fault {
        BodyFault::Encoding => "本文をUTF-8で送ってください".into(),
        BodyFault::Syntax { line, column } => {
            format!("本文をJSONとして読めません({line}行目 {column}文字目のあたり)")
        }
        BodyFault::Shape => {
            "本文は { \"キー\":\"値\", … } の形のオブジェクト1件にしてください".into()
        }
    }
}

/// A body half read.
struct Reading {
    draft: Draft,
    verb: Verb,
    seen: Vec<bool>,
    faults: Vec<Fault>,
    unknown: Vec<String>,
}

impl Reading {
    fn new(resource: &'static Resource, verb: Verb) -> Self {
        Self {
            draft: Draft::empty(resource),
            verb,
            seen: vec![false; resource.fields.len()],
            faults: Vec::new(),
            unknown: Vec::new(),
        }
    }

    fn member(&mut self, name: String, value: Scalar) {
        let resource = self.draft.resource;
        let Some((index, field)) =
            resource.fields.iter().enumerate().find(|(_, field)| field.name == name)
        else {
            if !self.unknown.contains(&name) && self.unknown.len() <= UNKNOWN_SHOWN_MAX {
                self.unknown.push(name);
            }
            return;
        };
        if let Some(seen) = self.seen.get_mut(index)
            && std::mem::replace(seen, true)
        {
            self.faults.push(Fault::of(field, "同じキーが2回あります。1回にしてください"));
            return;
        }
        match value {
            _ if field.kind == Kind::Key => {}
            Scalar::Nested => self.faults.push(Fault::of(
                field,
                "文字列・数値・真偽値・null のどれかで指定してください(オブジェクトや配列は使えません)",
            )),
            Scalar::Inexact => self.faults.push(Fault::of(
                field,
                "桁の多い数は \"…\" で囲んで文字列にしてください",
            )),
            Scalar::Text(text) if field.mode == Mode::ReadOnly => {
                self.draft.read_only.push((index, text));
            }
            Scalar::Text(text) => self.writable(index, field, text),
        }
    }

    fn writable(&mut self, index: usize, field: &Field, mut text: String) {
        if field.kind.is_masked() && is_mask(field.kind, &text) {
            match self.verb {
                Verb::Put => {
                    self.draft.masks.push((index, text));
                    return;
                }
                Verb::Post => {
                    // A mask counts as absent; of headers only the masked lines do.
                    let Kind::SecretHeaders { .. } = field.kind else { return };
                    text = strip_masked_headers(&text);
                    if text.is_empty() {
                        return;
                    }
                }
            }
        }
        match field.check(&text) {
            Ok(value) => {
                if let Some(slot) = self.draft.values.get_mut(index) {
                    *slot = Some(value);
                }
            }
            Err(message) => self.faults.push(Fault::of(field, message)),
        }
    }

    fn finish(mut self) -> Result<Draft, Vec<Fault>> {
        if self.verb == Verb::Post {
            self.require();
        }
        if !self.unknown.is_empty() {
            self.faults.push(unknown_keys(self.draft.resource, &self.unknown));
        }
        if self.faults.is_empty() { Ok(self.draft) } else { Err(self.faults) }
    }

    /// Required fields that a new row would lack.
    fn require(&mut self) {
        let resource = self.draft.resource;
        for (field, value) in resource.fields.iter().zip(&self.draft.values) {
            let faulty = self.faults.iter().any(|fault| fault.name == field.name);
            if field.required && value.is_none() && field.default.is_empty() && !faulty {
                self.faults.push(Fault::of(field, "必須です。値を入れてください"));
            }
        }
    }
}

fn unknown_keys(resource: &Resource, unknown: &[String]) -> Fault {
    let named: Vec<String> = unknown
        .iter()
        .take(UNKNOWN_SHOWN_MAX)
        .map(|name| name.chars().filter(|c| !c.is_control()).take(40).collect())
        .collect();
    let more = if unknown.len() > UNKNOWN_SHOWN_MAX { " ほか" } else { "" };
    let allowed: Vec<&str> = resource.fields.iter().map(|field| field.name).collect();
    Fault {
        name: named.join(", "),
        message: format!("知らないキーです{more}。使えるキー: {}", allowed.join(", ")),
    }
}
