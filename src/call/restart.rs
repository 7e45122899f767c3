//! Calls that a stopped process left ringing.

use std::collections::HashMap;

use super::compose;
use crate::clock::UnixMs;
use crate::resource::catalog;
use crate::store::{Store, StoreError};

/// A gateway repeats an INVITE whose 180 it never got for at most 32 s (RFC 3261 timer B).
const RESUMABLE_MS: i64 = 32_000;

/// Turns every call left 呼出中 into 不明. Answers the recent ones by connection and Call-ID:
/// when their INVITE is repeated, it belongs to the same record.
pub async fn close_left_ringing(
    store: &Store,
    now: UnixMs,
) -> Result<HashMap<(i64, String), i64>, StoreError> {
    let mut resumable = HashMap::new();
    let left = store.calls_left_ringing().await?;
    if !left.is_empty() {
        log::warn!(
            "{} calls rang when the last run ended: nobody knows how they ended",
            left.len()
        );
    }
    for call_id in left {
        store.change_call(call_id, Box::new(compose::left_ringing)).await?;
        let Some(record) = store.record(&catalog::CALL, call_id).await? else { continue };
        if now - record.int("received_at") <= RESUMABLE_MS {
            let leg = (record.int("connection_id"), record.text("sip_call_id").to_owned());
            resumable.insert(leg, call_id);
        }
    }
    Ok(resumable)
}
