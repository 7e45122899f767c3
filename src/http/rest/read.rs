//! GET.
//!
//! Invariant: an answer is an array of rows, whatever was asked, and calls are those of the lines
//! that the asker may see (`lines`; empty = all).
//! Never: shows a secret (the store hands out masked cells).

use actix_web::http::header::HeaderMap;
use actix_web::{HttpRequest, HttpResponse};

use super::condition::is_known;
use super::download::Download;
use super::listing;
use super::search::CallSearch;
use super::stream::{Listed, Pager};
use crate::http::app::{App, Worker};
use crate::http::{Refusal, reply};
use crate::resource::catalog::CALL;
use crate::resource::json::{write_object, write_tagged};
use crate::resource::{Record, Resource, Source, Tag};
use crate::store::CallQuery;

/// Room for a usual row.
const ROW_BYTES: usize = 2048;

/// `GET /R`.
pub(in crate::http) async fn list(
    app: &App,
    request: &HttpRequest,
    resource: &'static Resource,
    lines: &[i64],
) -> Result<HttpResponse, Refusal> {
    let download = Download::wanted(request, resource)?;
    if let Some(listing) = listing::wanted(request, resource)? {
        return listing::answer(app, request, resource, listing, download, lines).await;
    }
    if let Some(download) = download {
        return download.answer(app, resource, pager(app, resource, lines)).await;
    }
    if !lines.is_empty() && *resource == CALL {
        return pager(app, resource, lines).answer().await;
    }
    if resource.source == Source::Live {
        return Ok(in_memory(app.hub.clients().iter()));
    }
    if let Some(rows) = app.store.snapshot().rows.get(resource.uri) {
        return Ok(in_memory(rows.iter().map(AsRef::as_ref)));
    }
    pager(app, resource, lines).answer().await
}

/// The rows of a list that the asker may see.
fn pager(app: &App, resource: &'static Resource, lines: &[i64]) -> Pager {
    let listed = if lines.is_empty() || *resource != CALL {
        Listed::Resource(resource)
    } else {
        Listed::Calls(CallQuery { lines: lines.to_vec(), ..CallQuery::default() })
    };
    Pager::new(app.store.clone(), listed, None)
}

/// `GET /R/(key)`: an array of that one row, or `[]`.
pub(in crate::http) async fn row(
    worker: &Worker,
    headers: &HeaderMap,
    resource: &'static Resource,
    key: i64,
    lines: &[i64],
) -> Result<HttpResponse, Refusal> {
    let app = &worker.app;
    let mut out = Vec::with_capacity(ROW_BYTES);
    out.push(b'[');
    let tag = if resource.source == Source::Live {
        app.hub.client(key).map(|row| write_tagged(resource, &row, &mut out))
    } else if !resource.large {
        let snapshot = app.store.snapshot();
        snapshot.find(resource.uri, key).map(|row| write_tagged(resource, row, &mut out))
    } else if lines.is_empty() || *resource != CALL {
        worker.together.row_json(resource, key, &mut out).await?
    } else {
        app.store.call_json(key, lines, &mut out).await?
    };
    out.push(b']');
    Ok(single(headers, tag, out))
}

/// One row, or `[]` without a tag.
fn single(headers: &HeaderMap, tag: Option<Tag>, body: Vec<u8>) -> HttpResponse {
    match tag {
        None => reply::json(body),
        Some(tag) if is_known(headers, tag) => reply::not_modified(tag),
        Some(tag) => reply::tagged_json(tag, body),
    }
}

/// `GET /ReceivedCall-Record/(TOP)/(DESCENDING)/(K_ID)/(FROM)`.
pub(in crate::http) async fn search_calls(
    app: &App,
    request: &HttpRequest,
    search: CallSearch,
    lines: &[i64],
) -> Result<HttpResponse, Refusal> {
    let download = Download::wanted(request, &CALL)?;
    let query = CallQuery { lines: lines.to_vec(), ..search.query };
    let pager = Pager::new(app.store.clone(), Listed::Calls(query), search.top);
    match download {
        Some(download) => download.answer(app, &CALL, pager).await,
        None => pager.answer().await,
    }
}

/// Rows that are held in memory: connected clients, and the small resources, whose snapshot shows
/// every write by the time it is answered.
fn in_memory<'a>(rows: impl Iterator<Item = &'a Record>) -> HttpResponse {
    let mut out = Vec::with_capacity(ROW_BYTES);
    out.push(b'[');
    for row in rows {
        if out.len() > 1 {
            out.push(b',');
        }
        write_object(row.resource, row, &mut out);
    }
    out.push(b']');
    reply::json(out)
}
