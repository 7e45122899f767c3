//! Calls that a stopped process left ringing.

use std::collections::HashMap;

use crate::clock::UnixMs;
use crate::resource::catalog;
use crate::store::{Store, StoreError};

/// A gateway repeats an INVITE whose 180 it never got for at most 32 s (RFC 3261 timer B).
const RESUMABLE_MS: i64 = 32_000;

/// What a stopped process left.
#[derive(Debug, Default)]
pub struct Left {
    /// Calls that are 呼出中 and of which nobody knows how they ended.
    pub calls: Vec<i64>,
    /// The recent ones by connection and Call-ID: when their INVITE is repeated, it belongs to the
    /// same record.
    pub resumable: HashMap<(i64, String), i64>,
}

/// Looks at what was left; changes nothing.
pub async fn left_ringing(store: &Store, now: UnixMs) -> Result<Left, StoreError> {
    let calls = store.calls_left_ringing().await?;
    if !calls.is_empty() {
        log::warn!(
            "{} calls rang when the last run ended: nobody knows how they ended",
            calls.len()
        );
    }
    let mut resumable = HashMap::new();
    for call_id in &calls {
        let Some(record) = store.record(&catalog::CALL, *call_id).await? else { continue };
        if now - record.int("received_at") <= RESUMABLE_MS {
            let leg = (record.int("connection_id"), record.text("sip_call_id").to_owned());
            resumable.insert(leg, *call_id);
        }
    }
    Ok(Left { calls, resumable })
}
