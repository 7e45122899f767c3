//! Lists with parameters: `?limit=&after=&order=&<key>=<value>&from=&to=`.
//!
//! Invariant: `Link` leads to the rows that are left, and without it none are; `X-Total-Count` is
//! exact or absent. Never: looks at more than [`ROUNDS_MAX`] parts of a table for one page.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::download::Download;
use super::stream::{Listed, Pager, bracketed};
use crate::http::app::App;
use crate::http::{Refusal, query, reply};
use crate::resource::json::write_object;
use crate::resource::listing::{AFTER, Listing, read};
use crate::resource::{Record, Resource, Source};
use crate::store::{Page, Part, Query, Store, StoreError};

/// How many rows a list has on all its pages.
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");
/// Parts of a table that are looked at for one page; a page may hold fewer rows than asked for,
/// or none, and `Link` goes on behind them.
const ROUNDS_MAX: usize = 20;

/// Reads the parameters; `None` where there is none of a list's.
pub(super) fn wanted(
    request: &HttpRequest,
    resource: &Resource,
) -> Result<Option<Listing>, Refusal> {
    if request.query_string().is_empty() {
        return Ok(None);
    }
    read(resource, &query::pairs(request)).map_err(Refusal::Faults)
}

/// The list, or the part of it that was asked for.
pub(super) async fn answer(
    app: &App,
    request: &HttpRequest,
    resource: &'static Resource,
    listing: Listing,
    download: Option<Download>,
    lines: &[i64],
) -> Result<HttpResponse, Refusal> {
    let Listing { limit, after, descending, filters, period, search } = listing;
    let query = Query { descending, filters, period, lines: lines.to_vec(), search };
    let pager = |top| {
        let listed = Listed::Query(resource, query.clone());
        Pager::new(app.store.clone(), listed, top).after(after)
    };
    if let Some(download) = download {
        return download.answer(app, resource, pager(limit.map(u64::from))).await;
    }
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    if resource.source == Source::Live {
        let clients = app.hub.clients();
        return Ok(in_memory(request, clients.iter(), &query, after, limit));
    }
    if let Some(rows) = app.store.snapshot().rows.get(resource.uri) {
        return Ok(in_memory(request, rows.iter().map(AsRef::as_ref), &query, after, limit));
    }
    let (store, wanted, runtime) =
        (app.store.clone(), query.clone(), tokio::runtime::Handle::current());
    let reading = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let total = store.total(resource, &wanted).await?;
            let part = match limit {
                // The sums know at once that nothing fits; looking for it could take many pages.
                Some(_) if total == Some(0) => Some(Part::default()),
                Some(limit) => Some(page(&store, resource, &wanted, after, limit).await?),
                None => None,
            };
            Ok::<_, StoreError>((total, part))
        })
    });
    let (total, part) = reading.await.map_err(|_| Refusal::Unavailable)??;
    let mut response = match &part {
        Some(part) => reply::json(bracketed(&part.page.json)),
        None => pager(None).answer().await?,
    };
    if let Some(part) = part.filter(|part| part.more) {
        set_next(request, &mut response, part.page.last_key);
    }
    if let Some(total) = total {
        response.headers_mut().insert(TOTAL, HeaderValue::from(total));
    }
    Ok(response)
}

/// One page, read part by part.
async fn page(
    store: &Store,
    resource: &'static Resource,
    query: &Query,
    after: Option<i64>,
    limit: usize,
) -> Result<Part, StoreError> {
    let mut page = store.list_json(resource, query, after, limit).await?;
    for _ in 1..ROUNDS_MAX {
        let Page { rows, last_key, .. } = page.page;
        if !page.more || rows == limit {
            break;
        }
        let part = store.list_json(resource, query, Some(last_key), limit - rows).await?;
        if rows > 0 && part.page.rows > 0 {
            page.page.json.push(b',');
        }
        page.page.json.extend_from_slice(&part.page.json);
        page.page.rows += part.page.rows;
        page.page.last_key = part.page.last_key;
        page.more = part.more;
    }
    Ok(page)
}

/// The part of rows that are held in memory, in the order of keys.
fn in_memory<'a>(
    request: &HttpRequest,
    rows: impl Iterator<Item = &'a Record>,
    query: &Query,
    after: Option<i64>,
    limit: Option<usize>,
) -> HttpResponse {
    let fits = |row: &&Record| {
        query.filters.iter().all(|filter| {
            let cell = row.resource.fields.get(filter.index).zip(row.values.get(filter.index));
            cell.is_some_and(|(field, value)| filter.fits(field.kind, value))
        })
    };
    let mut rows: Vec<&Record> = rows.filter(fits).collect();
    let total = rows.len();
    if query.descending {
        rows.reverse();
    }
    if let Some(after) = after {
        rows.retain(|row| if query.descending { row.key() < after } else { row.key() > after });
    }
    let more = limit.is_some_and(|limit| rows.len() > limit);
    rows.truncate(limit.unwrap_or(usize::MAX));
    let mut json = Vec::new();
    for row in &rows {
        if !json.is_empty() {
            json.push(b',');
        }
        write_object(row.resource, *row, &mut json);
    }
    let mut response = reply::json(bracketed(&json));
    if let (true, Some(last)) = (more, rows.last()) {
        set_next(request, &mut response, last.key());
    }
    response.headers_mut().insert(TOTAL, HeaderValue::from(total));
    response
}

/// `Link: <…>; rel="next"` (RFC 8288): the same request behind this key.
fn set_next(request: &HttpRequest, response: &mut HttpResponse, last_key: i64) {
    let same = request.query_string().split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !name.is_empty() && name != AFTER
    });
    let mut next: Vec<String> = same.map(str::to_owned).collect();
    next.push(format!("{AFTER}={last_key}"));
    let query = next.join("&").replace('<', "%3C").replace('>', "%3E");
    if let Ok(link) = HeaderValue::try_from(format!("<{}?{query}>; rel=\"next\"", request.path())) {
        response.headers_mut().insert(header::LINK, link);
    }
}
