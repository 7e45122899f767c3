//! Cross-origin requests (WHATWG Fetch).
//!
//! Preflights are answered for any page: what a page may do is decided when its request comes, by
//! Origin and token, and a page that may not can then read why. Never: allows credentials that a
//! browser attaches by itself.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::method::Allow;

/// Request headers that pages may send.
const REQUEST_HEADERS: &str = "Authorization, X-API-Key, X-Setup-Key, Content-Type, \
                               Last-Event-ID, If-Match, If-None-Match, Idempotency-Key";
/// Answer headers that pages may read.
const ANSWER_HEADERS: HeaderValue =
    HeaderValue::from_static("Location, Allow, Retry-After, ETag, Link, X-Total-Count");
/// How long browsers may remember a preflight, in seconds.
const REMEMBER_SECONDS: &str = "600";
/// Chromium asks this before a page of the internet reaches into a private network.
const ASK_PRIVATE: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// Lets the page that asked read the answer. Only requests that may be answered get here with
/// data; all others get a refusal, which is no secret.
pub(super) fn expose(response: &mut HttpResponse, origin: &HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

/// OPTIONS: `Allow`, and for a preflight what the page may send.
pub(super) fn options(request: &HttpRequest, allow: Allow) -> HttpResponse {
    let mut builder = HttpResponse::Ok();
    builder.insert_header((header::ALLOW, allow.to_string()));
    if request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        builder
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, allow.to_string()))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, REMEMBER_SECONDS));
    }
    if request.headers().contains_key(ASK_PRIVATE) {
        builder.insert_header((ALLOW_PRIVATE, "true"));
    }
    builder.finish()
}
