//! Answers that tell the version of a row.
//!
//! Invariant: what a write answers is what the next GET answers. Never: tells a version of a list.

use actix_web::HttpResponse;
use actix_web::http::header;

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
    let location = format!("{REST_BASE}/{}/{}", resource.uri, added.key);
    let mut builder = HttpResponse::Ok();
    builder.insert_header((header::LOCATION, location)).insert_header(entity_tag(added.tag));
    finish_json(&mut builder, result_body("True", message.unwrap_or(DONE)))
}
