//! Lists of any length in flat memory.
//!
//! Invariant: at most one page is in memory; between pages the store holds nothing for us.
//! Never: says "end" after a fault (the connection is cut instead, so nobody takes a part for all).

use actix_web::HttpResponse;
use bytes::Bytes;
use futures_util::stream;

use crate::http::{Refusal, reply};
use crate::resource::Resource;
use crate::store::{CallQuery, Page, Store, StoreError};

/// Rows of the first page: read on the worker's own thread, so it stays below a millisecond.
const FIRST_ROWS: usize = 200;
/// Rows of a further page (architecture.md): read in the blocking pool.
const PAGE_ROWS: usize = 2000;

/// What is listed.
#[derive(Clone)]
pub(super) enum Listed {
    /// A whole resource.
    Resource(&'static Resource),
    /// A call search.
    Calls(CallQuery),
}

/// A list half read.
pub(super) struct Pager {
    store: Store,
    listed: Listed,
    after: i64,
    /// How many rows may still come; `None` = no limit.
    left: Option<u64>,
    /// The first page was read.
    started: bool,
    ended: bool,
}

impl Pager {
    /// Starts at the first row; at most `top` rows.
    pub(super) fn new(store: Store, listed: Listed, top: Option<u64>) -> Self {
        Self { store, listed, after: 0, left: top, started: false, ended: false }
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
        match self.next().await {
            Ok(page) if page.rows == 0 => Some((Ok(Bytes::from_static(b"]")), None)),
            Ok(page) => {
                let mut chunk = Vec::with_capacity(page.json.len() + 1);
                chunk.push(b',');
                chunk.extend_from_slice(&page.json);
                Some((Ok(chunk.into()), Some(self)))
            }
            Err(error) => {
                log::error!("a list was cut short: {error}");
                Some((Err(error), None))
            }
        }
    }

    /// The next page as `{row},{row}`; `None` after the last.
    pub(super) async fn page(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        self.next().await.map(|page| Some(page.json))
    }

    async fn next(&mut self) -> Result<Page, StoreError> {
        let room = if self.started { PAGE_ROWS } else { FIRST_ROWS };
        let limit = self
            .left
            .map_or(room, |left| usize::try_from(left).map_or(room, |left| left.min(room)));
        let page = read(self.store.clone(), self.listed.clone(), self.after, limit);
        let page = if self.started {
            let runtime = tokio::runtime::Handle::current();
            let reading = tokio::task::spawn_blocking(move || runtime.block_on(page));
            reading.await.map_err(|_| StoreError::Unavailable)??
        } else {
            page.await?
        };
        self.started = true;
        self.after = page.last_key;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(u64::try_from(page.rows).unwrap_or(u64::MAX));
        }
        self.ended = page.rows < limit || self.left == Some(0);
        Ok(page)
    }
}

async fn read(store: Store, listed: Listed, after: i64, limit: usize) -> Result<Page, StoreError> {
    match listed {
        Listed::Resource(resource) => store.page_json(resource, after, limit).await,
        Listed::Calls(query) => store.calls_json(&query, after, limit).await,
    }
}

/// `[rows]`.
fn bracketed(rows: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() + 2);
    out.push(b'[');
    out.extend_from_slice(rows);
    out.push(b']');
    out
}
