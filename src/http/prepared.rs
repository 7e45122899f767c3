//! A body that is made once and sent often: as it is, and compressed for whoever takes that.
//!
//! Invariant: each form has a tag of its own, so that no cache takes one for the other.
//! Never: compresses while a request waits.

use std::io::Write;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// A body below this many bytes fits a packet as it is.
const WORTH_IT: usize = 1_000;

/// A body, ready to be sent.
#[derive(Debug)]
pub(super) struct Prepared {
    plain: Form,
    /// `None` where it would be no smaller.
    gzip: Option<Form>,
}

/// One of its forms.
#[derive(Debug)]
struct Form {
    body: Bytes,
    etag: HeaderValue,
}

impl Prepared {
    /// Compresses and tags a body.
    pub(super) fn new(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let hash = STANDARD.encode(Sha256::digest(&body));
        let hash = hash.get(..22).unwrap_or_default();
        // Base64 has no byte that a header could not hold.
        let tag = |suffix: &str| {
            HeaderValue::from_str(&format!("\"{hash}{suffix}\""))
                .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
        };
        let small = Some(&body).filter(|body| body.len() >= WORTH_IT).and_then(|body| gzip(body));
        let small = small.filter(|small| small.len() < body.len());
        Self {
            gzip: small.map(|body| Form { body: body.into(), etag: tag("-gzip") }),
            plain: Form { body, etag: tag("") },
        }
    }

    /// Sends it in the form that the asker takes, or 304 where he has it; `heads` adds the headers
    /// that both carry.
    pub(super) fn answer(
        &self,
        request: &HttpRequest,
        heads: impl FnOnce(&mut HttpResponseBuilder),
    ) -> HttpResponse {
        let asked = request.headers();
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip(asked));
        let form = gzip.unwrap_or(&self.plain);
        let known = asked.get(header::IF_NONE_MATCH);
        let same = known.is_some_and(|tags| holds_tag(tags, &form.etag));
        let mut builder = if same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        builder
            .insert_header((header::ETAG, form.etag.clone()))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header((header::VARY, header::ACCEPT_ENCODING.as_str()));
        heads(&mut builder);
        if same {
            return builder.finish();
        }
        if gzip.is_some() {
            builder.insert_header((header::CONTENT_ENCODING, "gzip"));
        }
        builder.body(form.body.clone())
    }
}

/// Compressed as far as it goes: it is done once.
fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2), Compression::best());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// Whether `Accept-Encoding` names gzip and does not refuse it by `q=0` (RFC 9110 §12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map(str::parse::<f32>);
        named && weight.is_none_or(|weight| weight.is_ok_and(|weight| weight > 0.0))
    })
}

/// Whether an `If-None-Match` list holds our tag (weak comparison, RFC 9110 §8.8.3.2).
fn holds_tag(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else { return false };
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_refused() {
        for (value, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5, deflate", true),
            ("deflate;q=0.9,gzip", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("gzip;q=x", false),
            ("br, deflate", false),
            ("x-gzip-not", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!(takes_gzip(&headers), takes, "{value:?}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn each_form_has_its_own_tag_and_a_small_body_one_form() {
        let long = Prepared::new("あ".repeat(1_000));
        let small = long.gzip.as_ref().unwrap();
        assert_ne!(long.plain.etag, small.etag);
        assert!(small.body.len() < 100);
        assert!(Prepared::new("short").gzip.is_none());
    }
}
