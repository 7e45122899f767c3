//! Request bodies, bounded in size and time.
//!
//! Invariant: at most [`BODY_MAX`] bytes are kept and [`DRAIN_MAX`] read, within [`BODY_TIME`].
//! Never: looks at the Content-Type.

use std::time::Duration;

use actix_web::dev::Payload;
use futures_util::StreamExt;

use crate::http::Refusal;
use crate::resource::BODY_MAX;

/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(15);
/// A body that is too large is read on up to here, so that its sender gets to see the answer.
const DRAIN_MAX: usize = 1024 * 1024;

/// Reads a body to its end.
pub(in crate::http) async fn read(payload: Payload) -> Result<Vec<u8>, Refusal> {
    tokio::time::timeout(BODY_TIME, collect(payload)).await.unwrap_or(Err(Refusal::BrokenBody))
}

async fn collect(mut payload: Payload) -> Result<Vec<u8>, Refusal> {
    let mut body = Vec::new();
    let mut length = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Refusal::BrokenBody)?;
        length = length.saturating_add(chunk.len());
        if length > DRAIN_MAX {
            break;
        }
        if length <= BODY_MAX {
            body.extend_from_slice(&chunk);
        }
    }
    if length > BODY_MAX { Err(Refusal::BodyTooLarge) } else { Ok(body) }
}
