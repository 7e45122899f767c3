//! A generic webhook with Standard Webhooks signatures.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use chrono::SecondsFormat;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use super::{Attempt, Prepared, Target, answer};
use crate::clock::{UnixMs, japan};
use crate::notify::Occasion;
use crate::notify::carrier::Outgoing;
use crate::notify::http::{Answer, Request, TOTAL_TIMEOUT};
use crate::notify::message::{choose, cut, text};
use crate::notify::payload::Payload;
use crate::notify::retry::{SendError, Sent};
use crate::resource::words::{delivery_timing, timing};
use crate::resource::{Record, json as rows};
use crate::template::{Landing, Values, render};

/// 種別.
pub const KIND: &str = "Webhook";
/// What an administrator looks at after 401/403.
const HINT: &str = "相手の認証に合うよう、URLと署名鍵(トークン)を確かめてください";
/// The body stays below this (Standard Webhooks: 20 kB).
const BODY_BYTES_MAX: usize = 20_000;
/// Longest text of a message definition that is sent along.
const TEXT_MAX: usize = 3000;
/// Texts are cut to this where the body would be too long otherwise.
const SHORT_TEXT_MAX: usize = 200;
/// Two keys sign while a receiver changes from one to the other.
const KEYS_MAX: usize = 2;
/// Begins a symmetric signing key.
const KEY_PREFIX: &str = "whsec_";

/// Whoever verifies signatures.
pub struct Webhook;

impl Target for Webhook {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        compose(row, occasion, values)
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let Payload::Webhook { body } = payload else { return Err(super::other_kind()) };
        let outgoing = Outgoing::Http(request(row, body, attempt)?);
        Ok(Prepared { outgoing, recipient: String::new() })
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        answer::classify(answer, HINT, None)
    }

    /// Every call is an event of its own.
    fn may_join(&self) -> bool {
        false
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        true
    }
}

/// The body as it will be signed and sent.
fn compose(row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
    let customers: Vec<Value> = occasion.facts.customers.iter().map(object).collect();
    let call = object(occasion.call);
    let texts = texts(row, occasion, values);
    for kept in (0..=customers.len()).rev() {
        let body = body(occasion, call.clone(), customers.get(..kept).unwrap_or(&[]), &texts);
        if body.len() < BODY_BYTES_MAX {
            return Payload::Webhook { body };
        }
    }
    // Only very long texts bring it here: they are cut, everything else is kept.
    let short = |value: Value| match value {
        Value::String(text) => Value::from(cut(text, SHORT_TEXT_MAX)),
        other => other,
    };
    let shorten = |map: Map<String, Value>| -> Map<String, Value> {
        map.into_iter().map(|(key, value)| (key, short(value))).collect()
    };
    let call = match call {
        Value::Object(call) => Value::Object(shorten(call)),
        other => other,
    };
    Payload::Webhook { body: body(occasion, call, &[], &shorten(texts)) }
}

fn body(
    occasion: &Occasion<'_>,
    call: Value,
    customers: &[Value],
    texts: &Map<String, Value>,
) -> String {
    let (kind, at) = event(occasion);
    let mut data = Map::new();
    data.insert(occasion.call.resource.title.to_owned(), call);
    data.insert("顧客".to_owned(), Value::from(customers));
    data.extend(texts.clone());
    let stamp = japan(at).to_rfc3339_opts(SecondsFormat::Millis, false);
    json!({"type": kind, "timestamp": stamp, "data": data}).to_string()
}

/// Event type and time of the event.
fn event(occasion: &Occasion<'_>) -> (&'static str, UnixMs) {
    let call = occasion.call;
    let ended = call.get("ended_at");
    let end = if ended.is_empty() { occasion.facts.now } else { ended.int() };
    match occasion.timing {
        timing::MISSED => ("call.missed", end),
        timing::ENDED => ("call.ended", end),
        delivery_timing::TEST => ("test", occasion.facts.now),
        timing::ANSWERED => ("call.answered", occasion.facts.now),
        _ => ("call.incoming", call.int("received_at")),
    }
}

/// The message definition's texts under its own field names.
fn texts(row: &Record, occasion: &Occasion<'_>, values: &Values) -> Map<String, Value> {
    let mut texts = Map::new();
    let definition = choose(occasion, "MessDef-Chat", row.int("message_id"));
    let body = text(occasion, definition, "body", Landing::Plain, values);
    let prefix = row.text("prefix");
    let body = if prefix.is_empty() { body } else { format!("{prefix} {body}") };
    let Some(definition) = definition else {
        texts.insert("text".to_owned(), Value::from(cut(body, TEXT_MAX)));
        return texts;
    };
    for field in definition.resource.fields {
        let shown = match field.column {
            "body" => body.clone(),
            "image_url" => {
                render(definition.text("image_url"), Landing::Url, values).unwrap_or_default()
            }
            "title" | "details" => {
                render(definition.text(field.column), Landing::Plain, values).unwrap_or_default()
            }
            _ => continue,
        };
        texts.insert(field.name.to_owned(), Value::from(cut(shown, TEXT_MAX)));
    }
    texts
}

/// A row as REST shows it.
fn object(row: &Record) -> Value {
    let mut bytes = Vec::new();
    rows::write_object(row.resource, row, &mut bytes);
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The signed request.
fn request(row: &Record, body: &str, attempt: &Attempt<'_>) -> Result<Request, SendError> {
    let stamp = attempt.at.div_euclid(1000).to_string();
    let mut headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("webhook-id".to_owned(), attempt.id.to_owned()),
        ("webhook-timestamp".to_owned(), stamp.clone()),
    ];
    let keys: Vec<&str> = row.text("token").split_whitespace().collect();
    if keys.len() > KEYS_MAX {
        return Err(key_fault());
    }
    let signatures: Vec<String> = keys
        .into_iter()
        .map(|key| signature(key, attempt.id, &stamp, body))
        .collect::<Result<_, _>>()?;
    if !signatures.is_empty() {
        headers.push(("webhook-signature".to_owned(), signatures.join(" ")));
    }
    Ok(Request {
        method: Method::POST,
        url: row.text("url").to_owned(),
        headers,
        body: body.as_bytes().to_vec(),
        timeout: TOTAL_TIMEOUT,
        private: row.is("allow_private"),
    })
}

fn key_fault() -> SendError {
    SendError::never(
        "署名鍵(トークン)は whsec_ で始まるbase64で書いてください(空白区切りで2つまで)",
    )
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64 (Standard Webhooks).
fn signature(key: &str, id: &str, stamp: &str, body: &str) -> Result<String, SendError> {
    let encoded = key.strip_prefix(KEY_PREFIX).ok_or_else(key_fault)?;
    // Some services hand keys out without the padding.
    let secret = STANDARD_NO_PAD.decode(encoded.trim_end_matches('=')).map_err(|_| key_fault())?;
    if secret.is_empty() {
        return Err(key_fault());
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).map_err(|_| key_fault())?;
    for part in [id, ".", stamp, ".", body] {
        mac.update(part.as_bytes());
    }
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_reference_implementations() {
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "evt_01",
            "1760000000",
            "{\"type\":\"call.incoming\"}",
        );
        let padded = signature("whsec_AAECAwQFBgcICQoLDA0ODw==", "a", "1", "{}").unwrap();
        assert_eq!(padded, signature("whsec_AAECAwQFBgcICQoLDA0ODw", "a", "1", "{}").unwrap());
        assert_eq!(signed.unwrap(), "v1,ZqiN1265GRHerk3DuQjfkCDywXm332qoAOX+cSafDug=");
    }

    #[test]
    fn a_key_that_is_none_is_a_fault_and_not_an_unsigned_request() {
        for key in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_***", "whsk_AAAA"] {
            assert!(signature(key, "a", "1", "{}").is_err(), "{key}");
        }
    }
}
