//! Answers that tell the version of a row.
//!
//! Invariant: what a write answers is what the next GET answers. Never: tells a version of a list.

use actix_web::HttpResponse;
use actix_web::http::header::{self, TryIntoHeaderPair};

use super::{DONE, api_headers, done_body, finish_json, result_body};
use crate::http::rest::entity_tag;
use crate::http::routes::REST_BASE;
use crate::resource::{Resource, Tag};
use crate::store::Added;

/// 200 with one row.
pub(in crate::http) fn tagged_json(tag: Tag, body: impl Into<bytes::Bytes>) -> HttpResponse {
    finish_json(HttpResponse::Ok().insert_header(entity_tag(tag)), body)
}

/// 304: the client has this version already.
pub(in crate::http) fn not_modified(tag: Tag) -> HttpResponse {
    let mut builder = HttpResponse::NotModified();
    api_headers(&mut builder).insert_header(entity_tag(tag)).finish()
}

/// 200 after a change.
pub(in crate::http) fn changed(tag: Tag) -> HttpResponse {
    tagged_json(tag, done_body())
}

/// 200 after a new row; `message` instead of 正常終了 where there is something to tell once.
pub(in crate::http) fn created(
    resource: &Resource,
    added: Added,
    message: Option<&str>,
) -> HttpResponse {
    let mut builder = HttpResponse::Ok();
    builder.insert_header(location(resource, added.key)).insert_header(entity_tag(added.tag));
    finish_json(&mut builder, result_body("True", message.unwrap_or(DONE)))
}

/// An answer about the work that a write ordered tells the row's version too, and of a new row where
/// it is: the row stands whatever became of the work.
pub(in crate::http) fn of_row(
    mut answer: HttpResponse,
    tag: Tag,
    fresh: Option<(&Resource, i64)>,
) -> HttpResponse {
    let place = fresh.map(|(resource, key)| location(resource, key));
    let version = entity_tag(tag).try_into_pair().ok();
    for (name, value) in
        place.and_then(|place| place.try_into_pair().ok()).into_iter().chain(version)
    {
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// Where a row is.
fn location(resource: &Resource, key: i64) -> (header::HeaderName, String) {
    (header::LOCATION, format!("{REST_BASE}/{}/{key}", resource.uri))
}
