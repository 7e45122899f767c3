//! Lists of any length in flat memory.
//!
//! Invariant: at most one page is in memory; between pages the store holds nothing for us.
//! Never: says "end" after a fault (the connection is cut instead, so nobody takes a part for all).

use actix_web::HttpResponse;
use bytes::Bytes;
use futures_util::stream;

use crate::http::{Refusal, reply};
use crate::resource::Resource;
use crate::store::{CallQuery, Page, Part, Query, Store, StoreError};

/// Rows of the first page: read on the worker's own thread, so it stays below a millisecond.
const FIRST_ROWS: usize = 200;
/// Rows of a further page (architecture.md): read in the blocking pool.
const PAGE_ROWS: usize = 2000;

/// What is listed.
#[derive(Clone)]
pub(super) enum Listed {
    /// A whole resource.
    Resource(&'static Resource),
    /// Rows of a kind.
    Query(&'static Resource, Query),
    /// A call search.
    Calls(CallQuery),
}

/// A list half read.
pub(super) struct Pager {
    store: Store,
    listed: Listed,
    /// The last key that was looked at.
    after: Option<i64>,
    /// How many rows may still come; `None` = no limit.
    left: Option<u64>,
    /// The first page was read.
    started: bool,
    /// A row was handed out, so that a comma comes before the next.
    told: bool,
    ended: bool,
}

impl Pager {
    /// Starts at the first row; at most `top` rows.
    pub(super) fn new(store: Store, listed: Listed, top: Option<u64>) -> Self {
        Self { store, listed, after: None, left: top, started: false, told: false, ended: false }
    }

    /// Starts behind this key.
    pub(super) fn after(self, after: Option<i64>) -> Self {
        Self { after, ..self }
    }

    /// The whole list: at once where one page holds it, else streamed.
    pub(super) async fn answer(mut self) -> Result<HttpResponse, Refusal> {
        let first = self.next().await?;
        if self.ended {
            return Ok(reply::json(bracketed(&first.json)));
        }
        let mut head = Vec::with_capacity(first.json.len() + 1);
        head.push(b'[');
        head.extend_from_slice(&first.json);
        let rest = stream::unfold(Some(self), |pager| async { pager?.chunk().await });
        let chunks = futures_util::StreamExt::chain(
            stream::iter([Ok::<Bytes, StoreError>(head.into())]),
            rest,
        );
        Ok(reply::json_stream(chunks))
    }

    /// The next piece of the body, and the pager if there is more to come.
    async fn chunk(mut self) -> Option<(Result<Bytes, StoreError>, Option<Self>)> {
        if self.ended {
            return Some((Ok(Bytes::from_static(b"]")), None));
        }
        let told = self.told;
        match self.next().await {
            Ok(page) if page.rows == 0 && self.ended => Some((Ok(Bytes::from_static(b"]")), None)),
            Ok(page) => {
                let mut chunk = Vec::with_capacity(page.json.len() + 2);
                if told && page.rows > 0 {
                    chunk.push(b',');
                }
                chunk.extend_from_slice(&page.json);
                // An empty piece would end the body.
                if chunk.is_empty() {
                    chunk.push(b'\n');
                }
                Some((Ok(chunk.into()), Some(self)))
            }
            Err(error) => {
                log::error!("a list was cut short: {error}");
                Some((Err(error), None))
            }
        }
    }

    /// The next page as `{row},{row}`, with one row at least; `None` after the last.
    pub(super) async fn page(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        while !self.ended {
            let page = self.next().await?;
            if page.rows > 0 {
                return Ok(Some(page.json));
            }
        }
        Ok(None)
    }

    async fn next(&mut self) -> Result<Page, StoreError> {
        let room = if self.started { PAGE_ROWS } else { FIRST_ROWS };
        let limit = self
            .left
            .map_or(room, |left| usize::try_from(left).map_or(room, |left| left.min(room)));
        let page = read(self.store.clone(), self.listed.clone(), self.after, limit);
        let part = if self.started {
            let runtime = tokio::runtime::Handle::current();
            let reading = tokio::task::spawn_blocking(move || runtime.block_on(page));
            reading.await.map_err(|_| StoreError::Unavailable)??
        } else {
            page.await?
        };
        let Part { page, more } = part;
        self.started = true;
        self.told |= page.rows > 0;
        self.after = Some(page.last_key);
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(u64::try_from(page.rows).unwrap_or(u64::MAX));
        }
        self.ended = !more || self.left == Some(0);
        Ok(page)
    }
}

async fn read(
    store: Store,
    listed: Listed,
    after: Option<i64>,
    limit: usize,
) -> Result<Part, StoreError> {
    let from = after.unwrap_or(0);
    let page = match listed {
        Listed::Resource(resource) => store.page_json(resource, from, limit).await?,
        Listed::Calls(query) => store.calls_json(&query, from, limit).await?,
        Listed::Query(resource, query) => {
            return store.list_json(resource, &query, after, limit).await;
        }
    };
    let more = page.rows == limit;
    Ok(Part { page, more })
}

/// `[rows]`.
pub(super) fn bracketed(rows: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() + 2);
    out.push(b'[');
    out.extend_from_slice(rows);
    out.push(b']');
    out
}
