//! The store: the only room that knows SQL.
//!
//! Invariant: a write is answered after its commit, and every client write leaves an audit row in
//! the same transaction. Never: waits on the network while a write is open.

mod types;

use std::path::Path;
use std::sync::Arc;

use crate::clock::{Clock, UnixMs};
use crate::push::Pushed;
use crate::resource::{Draft, Record, Resource};
pub use types::{
    Actor, AttemptOutcome, Authority, CUSTOMERS_MAX, CallQuery, ClaimedDelivery, Composed, Facts,
    NewDelivery, NewEvent, NumberHistory, Page, RegistrationRow, Replay, Rung, Settled, Snapshot,
    StoreError, TargetRef, WriteError,
};

/// Computes the rows of a call inside its transaction: pure, quick, called exactly once.
pub type Compose = Box<dyn FnOnce(&Facts<'_>) -> Composed + Send>;

/// Handle on the database; cheap to clone.
#[derive(Clone)]
pub struct Store {}

impl Store {
    /// Opens (and creates or migrates) the database `smartconnect.db` and the key file `secret.key` in `data_dir`.
    pub fn open(data_dir: &Path, clock: Clock, readers: u32) -> Result<Self, StoreError> {
        let _ = (data_dir, clock, readers);
        Err(StoreError::Unavailable)
    }
    /// Waits for the writer to finish what it has, then closes it (WAL checkpoint). Idempotent.
    pub async fn close(&self) {}

    // ---- reading -------------------------------------------------------------------------

    /// All small resources (everything but customers, calls, deliveries, audit), decoded, secrets in clear.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::new(Snapshot::default())
    }
    /// Tells the number of the newest snapshot; changes after every commit that touched one.
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        tokio::sync::watch::channel(0).1
    }
    /// Appends `{row}` to `out`; false where there is no such row.
    pub async fn row_json(
        &self,
        resource: &'static Resource,
        key: i64,
        out: &mut Vec<u8>,
    ) -> Result<bool, StoreError> {
        let _ = (resource, key, out);
        Err(StoreError::Unavailable)
    }
    /// Up to `limit` rows with keys above `after`, in key order, as `{row},{row}`.
    pub async fn page_json(
        &self,
        resource: &'static Resource,
        after: i64,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let _ = (resource, after, limit);
        Err(StoreError::Unavailable)
    }
    /// The history query of the seed; `after` = the last key of the page before (0 = start).
    pub async fn calls_json(
        &self,
        query: &CallQuery,
        after: i64,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let _ = (query, after, limit);
        Err(StoreError::Unavailable)
    }
    /// One decoded row, secrets in clear.
    pub async fn record(
        &self,
        resource: &'static Resource,
        key: i64,
    ) -> Result<Option<Record>, StoreError> {
        let _ = (resource, key);
        Err(StoreError::Unavailable)
    }
    /// Events after `since`, at most `limit`.
    pub async fn events_since(&self, since: i64, limit: usize) -> Result<Replay, StoreError> {
        let _ = (since, limit);
        Err(StoreError::Unavailable)
    }
    /// Whether the store can write: a real, tiny write.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        Err(StoreError::Unavailable)
    }

    // ---- writing by clients ----------------------------------------------------------------

    /// A new row; answers its key.
    pub async fn insert(&self, draft: Draft, actor: Actor) -> Result<i64, WriteError> {
        let _ = (draft, actor);
        Err(StoreError::Unavailable.into())
    }
    /// Changes a row.
    pub async fn update(&self, key: i64, draft: Draft, actor: Actor) -> Result<(), WriteError> {
        let _ = (key, draft, actor);
        Err(StoreError::Unavailable.into())
    }
    /// Deletes a row and settles every reference to it (rest.md, Decisions).
    pub async fn delete(
        &self,
        resource: &'static Resource,
        key: i64,
        actor: Actor,
    ) -> Result<(), WriteError> {
        let _ = (resource, key, actor);
        Err(StoreError::Unavailable.into())
    }
    /// Events that committed client writes produced, in order: the service sends them to the hub.
    pub fn pushed(&self) -> tokio::sync::mpsc::Receiver<Pushed> {
        tokio::sync::mpsc::channel(1).1
    }
    /// Writes an audit row that belongs to no resource write (ログイン失敗, 実行).
    pub async fn audit(
        &self,
        action: &'static str,
        resource: &'static str,
        key: i64,
        note: String,
        actor: Actor,
    ) -> Result<(), StoreError> {
        let _ = (action, resource, key, note, actor);
        Err(StoreError::Unavailable)
    }

    // ---- calls -------------------------------------------------------------------------------

    /// A new call in one transaction: facts are read, `compose` decides, its rows are written.
    pub async fn ring(&self, number: String, compose: Compose) -> Result<Rung, StoreError> {
        let _ = (number, compose);
        Err(StoreError::Unavailable)
    }
    /// A change of an existing call by the service (its end); `Facts::current` holds the record.
    pub async fn change_call(&self, call_id: i64, compose: Compose) -> Result<Rung, StoreError> {
        let _ = (call_id, compose);
        Err(StoreError::Unavailable)
    }
    /// At start: keys of calls that a stopped process left 呼出中.
    pub async fn calls_left_ringing(&self) -> Result<Vec<i64>, StoreError> {
        Err(StoreError::Unavailable)
    }
    /// Stores the read-only fields of a SIP connection and its 接続 event.
    pub async fn record_registration(
        &self,
        row: RegistrationRow,
    ) -> Result<Option<Pushed>, StoreError> {
        let _ = row;
        Err(StoreError::Unavailable)
    }

    // ---- outbox --------------------------------------------------------------------------------

    /// At start: waiting again what a stopped process had claimed.
    pub async fn release_leases(&self) -> Result<usize, StoreError> {
        Err(StoreError::Unavailable)
    }
    /// Claims due deliveries, at most `per_target` of one target, none of the targets in `skip`.
    pub async fn claim_deliveries(
        &self,
        owner: String,
        lease_ms: i64,
        limit: usize,
        per_target: usize,
        skip: Vec<TargetRef>,
    ) -> Result<Vec<ClaimedDelivery>, StoreError> {
        let _ = (owner, lease_ms, limit, per_target, skip);
        Err(StoreError::Unavailable)
    }
    /// Writes the outcome of an attempt, fenced by (owner, attempts); false = the lease was lost.
    pub async fn settle_delivery(&self, settled: Settled) -> Result<bool, StoreError> {
        let _ = settled;
        Err(StoreError::Unavailable)
    }
    /// When the next waiting delivery is due.
    pub async fn next_due(&self, skip: Vec<TargetRef>) -> Result<Option<UnixMs>, StoreError> {
        let _ = skip;
        Err(StoreError::Unavailable)
    }
    /// Marks waiting deliveries past their expiry 期限切れ; answers how many.
    pub async fn expire_deliveries(&self) -> Result<usize, StoreError> {
        Err(StoreError::Unavailable)
    }
}
