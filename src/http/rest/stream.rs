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

/// Rows of one page (architecture.md).
const PAGE_ROWS: usize = 2000;

/// What is listed.
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
    ended: bool,
}

impl Pager {
    /// Starts at the first row; at most `top` rows.
    pub(super) fn new(store: Store, listed: Listed, top: Option<u64>) -> Self {
        Self { store, listed, after: 0, left: top, ended: false }
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

    async fn next(&mut self) -> Result<Page, StoreError> {
        let limit = self.left.map_or(PAGE_ROWS, |left| {
            usize::try_from(left).map_or(PAGE_ROWS, |left| left.min(PAGE_ROWS))
        });
        let page = match &self.listed {
            Listed::Resource(resource) => self.store.page_json(resource, self.after, limit).await?,
            Listed::Calls(query) => self.store.calls_json(query, self.after, limit).await?,
        };
        self.after = page.last_key;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(u64::try_from(page.rows).unwrap_or(u64::MAX));
        }
        self.ended = page.rows < limit || self.left == Some(0);
        Ok(page)
    }
}

/// `[rows]`.
pub(super) fn bracketed(rows: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() + 2);
    out.push(b'[');
    out.extend_from_slice(rows);
    out.push(b']');
    out
}
