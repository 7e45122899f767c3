//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110 §8.8.3, §13.1), and `Idempotency-Key`.
//!
//! The tags have the strong form although they leave out what only the service writes: `If-Match`
//! compares strong ones only, and it is there so that two people do not undo each other's work.
//!
//! Invariant: a condition that cannot be read is one that no row meets.
//! Never: decides by itself whether a write goes on (the store does, inside its transaction).

use actix_web::http::header::{self, HeaderMap, HeaderName};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::http::Refusal;
use crate::http::reply::BAD_ORDER_NAME;
use crate::resource::Tag;
use crate::store::{Expected, Once};

/// A client's own name for an order.
const ORDER_NAME: HeaderName = HeaderName::from_static("idempotency-key");
/// Most characters of it.
const NAME_MAX: usize = 255;

/// The `ETag` header of a row.
pub(in crate::http) fn entity_tag(tag: Tag) -> (HeaderName, Bytes) {
    (header::ETAG, Bytes::copy_from_slice(&tag.quoted()))
}

/// What a PUT or DELETE expects of its row.
pub(super) fn expected(headers: &HeaderMap) -> Expected {
    match conditions(headers, &header::IF_MATCH) {
        None => Expected::Any,
        // Whether there is a row at all is looked at anyway.
        Some(texts) if texts.contains(&"*") => Expected::Any,
        Some(texts) => Expected::OneOf(texts.iter().filter_map(|text| read(text)).collect()),
    }
}

/// Whether the client of a GET has this version of the row already.
pub(super) fn is_known(headers: &HeaderMap, tag: Tag) -> bool {
    let Some(texts) = conditions(headers, &header::IF_NONE_MATCH) else { return false };
    // Weak tags are as good as strong ones here.
    texts.iter().any(|text| {
        *text == "*" || read(text.strip_prefix("W/").unwrap_or(text)).is_some_and(|own| own == tag)
    })
}

/// What tells a repeat of this POST; `None` where the client does not ask for it.
pub(super) fn once(headers: &HeaderMap, body: &[u8]) -> Result<Option<Once>, Refusal> {
    let name = order_name(headers)?;
    Ok(name.map(|name| Once { name, body: Sha256::digest(body).into() }))
}

/// The client's own name for a POST, if it has one.
pub(super) fn order_name(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get(ORDER_NAME) else { return Ok(None) };
    let name = value.to_str().unwrap_or_default();
    if name.is_empty() || name.len() > NAME_MAX {
        return Err(Refusal::BadPath(BAD_ORDER_NAME));
    }
    Ok(Some(name.to_owned()))
}

/// The members of a condition; `None` where there is none. The tags of others, which may hold
/// commas, are cut up: no piece of them reads as a tag of ours.
fn conditions<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Vec<&'a str>> {
    let mut found = None;
    for value in headers.get_all(name) {
        let texts = value.to_str().unwrap_or_default().split(',').map(str::trim);
        found.get_or_insert_with(Vec::new).extend(texts);
    }
    found
}

fn read(text: &str) -> Option<Tag> {
    Tag::read(text.strip_prefix('"')?.strip_suffix('"')?)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    const OWN: &str = "\"00000000000000ab\"";
    const OTHER: &str = "\"00000000000000cd\"";

    fn own() -> Tag {
        Tag::from_number(0xab)
    }

    fn headers(name: HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), HeaderValue::try_from(*value).unwrap());
        }
        headers
    }

    #[test]
    fn a_tag_is_written_as_it_is_read() {
        assert_eq!(entity_tag(own()).1, OWN.as_bytes());
        assert_eq!(read(OWN), Some(own()));
    }

    #[test]
    fn a_write_is_bound_to_the_tags_it_names() {
        let other = Tag::from_number(0xcd);
        for (values, tags) in [
            (vec![OWN], vec![own()]),
            (vec![OTHER, OWN], vec![other, own()]),
            (vec!["\"00000000000000cd\" , \"00000000000000ab\""], vec![other, own()]),
            (vec!["W/\"00000000000000ab\""], vec![]),
            (vec!["00000000000000ab"], vec![]),
            (vec!["\"a,b\", \"\""], vec![]),
            (vec![""], vec![]),
        ] {
            let found = expected(&headers(header::IF_MATCH, &values));
            assert_eq!(found, Expected::OneOf(tags), "{values:?}");
        }
        for values in [vec![], vec!["*"], vec![OTHER, "*"]] {
            assert_eq!(expected(&headers(header::IF_MATCH, &values)), Expected::Any, "{values:?}");
        }
    }

    #[test]
    fn a_known_version_is_told_apart() {
        for (values, known) in [
            (vec![], false),
            (vec![OWN], true),
            (vec!["W/\"00000000000000ab\""], true),
            (vec!["*"], true),
            (vec![OTHER], false),
            (vec!["\"x\", \"00000000000000ab\""], true),
            (vec!["00000000000000ab"], false),
        ] {
            let found = is_known(&headers(header::IF_NONE_MATCH, &values), own());
            assert_eq!(found, known, "{values:?}");
        }
    }
}
