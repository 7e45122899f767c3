//! Removes what is older than `[retention]` says.
//!
//! Invariant: between two short jobs calls are recorded and read as ever.
//! Never: removes anything where the setting is 0.

use std::time::Duration;

use tokio::time::sleep;

use super::run::by_clock;
use super::texts::removed;
use crate::clock::{Clock, DAY_MS};
use crate::config::Retention;
use crate::resource::Resource;
use crate::resource::catalog::{AUDIT, CALL, DELIVERY};
use crate::resource::words::audit_action;
use crate::store::{Old, Store};

/// Pause between two jobs: other writes go first.
const PAUSE: Duration = Duration::from_millis(20);

/// Removes everything that is too old by now; a store that cannot write is asked again next time.
pub async fn run(store: &Store, retention: &Retention, clock: &Clock) {
    for (old, resource, days) in [
        (Old::Calls, &CALL, retention.calls_days),
        (Old::Deliveries, &DELIVERY, retention.deliveries_days),
        (Old::Audit, &AUDIT, retention.audit_days),
    ] {
        if days == 0 {
            continue;
        }
        let before = clock.now().saturating_sub(i64::from(days).saturating_mul(DAY_MS));
        let mut count = 0;
        loop {
            match store.remove_old(old, before).await {
                Ok(0) => break,
                Ok(removed) => count += removed,
                Err(error) => {
                    log::error!("old rows ({old:?}) stay for another hour: {error}");
                    break;
                }
            }
            sleep(PAUSE).await;
        }
        if count > 0 {
            log::info!("{count} rows ({old:?}) older than {days} days are removed");
            note(store, resource, removed(count, days)).await;
        }
    }
}

/// The audit log tells that rows went, and how many.
async fn note(store: &Store, resource: &'static Resource, text: String) {
    let noted = store.audit(audit_action::RUN, resource.uri, 0, text, by_clock()).await;
    if let Err(error) = noted {
        log::error!("that rows were removed is not in the audit log: {error}");
    }
}
