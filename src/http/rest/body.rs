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
    tokio::time::timeout(BODY_TIME, collect(payload)).await.unwrap_or(Err(Refusal::SlowBody))
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

#[cfg(test)]
mod tests {
    use actix_web::dev::Payload;
    use actix_web::error::PayloadError;
    use actix_web::web::Bytes;
    use futures_util::{StreamExt, stream};

    use super::*;

    fn body(
        first: &'static [u8],
        then: impl futures_util::Stream<Item = Result<Bytes, PayloadError>> + 'static,
    ) -> Payload {
        let first = stream::once(async move { Ok(Bytes::from_static(first)) });
        Payload::Stream { payload: Box::pin(first.chain(then)) }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_end_is_too_slow_and_one_that_breaks_off_is_broken() {
        let slow = read(body(b"{", stream::pending())).await.unwrap_err();
        assert_eq!((slow.status().as_u16(), slow), (408, Refusal::SlowBody));
        let broken = stream::once(async { Err(PayloadError::Incomplete(None)) });
        let broken = read(body(b"{", broken)).await.unwrap_err();
        assert_eq!((broken.status().as_u16(), broken), (400, Refusal::BrokenBody));
        assert_eq!(read(body(b"{}", stream::empty())).await.unwrap(), b"{}");
    }
}
