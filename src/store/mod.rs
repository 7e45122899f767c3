//! The store: the only room that knows SQL.
//!
//! Invariant: a write is answered after its commit, and every client write leaves an audit row in
//! the same transaction. Never: waits on the network while a write is open.

mod chores;
mod error;
mod meter;
mod query;
mod refusal;
mod reserve;
mod seal;
mod sqlite;
#[cfg(test)]
mod tests;
mod types;
mod upkeep;

use std::path::Path;
use std::sync::Arc;

use crate::clock::{Clock, UnixMs};
use crate::config::Activation;
use crate::push::Pushed;
use crate::resource::licence::Answer;
use crate::resource::listing::Period;
use crate::resource::{Draft, Record, Resource, Tag, catalog};
pub use chores::{AttemptRow, Gather, Gathered, Merged, Occasioned, Old, RunNote};
pub use error::{CopyError, StoreError, WriteError};
pub use meter::{COMMIT_BOUNDS_US, StoreFigures};
pub use query::{CallSums, CallerCount, Part, Query};
pub use seal::write_private;
pub use sqlite::{Export, Filling, ReadTurn};
pub use types::{
    Actor, Added, AttemptOutcome, Authority, CUSTOMERS_MAX, CallQuery, ClaimedDelivery, Composed,
    Expected, Facts, Import, NewDelivery, NewEvent, Noted, NumberHistory, Once, Page,
    RegistrationRow, Replay, Rung, Session, SessionHash, Settled, Settles, Snapshot, Standing,
    TargetRef,
};
pub use upkeep::{
    Inspection, KeyState, Restored, backup, export, fill, inspect, key_file, restore, rows,
};

/// Computes the rows of a call inside its transaction: pure and quick; called again where the
/// transaction has to be done again.
pub type Compose = Box<dyn Fn(&Facts<'_>) -> Composed + Send>;

/// Handle on the database; cheap to clone.
#[derive(Clone)]
pub struct Store {
    database: Arc<sqlite::Database>,
    reserve: Arc<reserve::Reserve>,
}

impl Store {
    /// Opens (and creates or migrates) the database `smartconnect.db` and the key file `secret.key` in `data_dir`.
    pub fn open(data_dir: &Path, clock: Clock, readers: u32) -> Result<Self, StoreError> {
        let database = sqlite::Database::open(data_dir, &catalog::ALL, clock, readers)?;
        Ok(Self { database: Arc::new(database), reserve: Arc::new(reserve::Reserve::of(data_dir)) })
    }
    /// Waits for the writer to finish what it has, then closes it (WAL checkpoint). Idempotent.
    pub async fn close(&self) {
        let database = self.database.clone();
        // Joining the writer blocks; a cancelled wait leaves it to the last handle's drop.
        let _ = tokio::task::spawn_blocking(move || database.close()).await;
    }

    // ---- reading -------------------------------------------------------------------------

    /// All small resources (everything but customers, calls, deliveries, audit), decoded, secrets in clear.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.database.snapshot()
    }
    /// Whether nothing was published after this snapshot.
    pub fn is_newest(&self, snapshot: &Arc<Snapshot>) -> bool {
        self.database.is_newest(snapshot)
    }
    /// Tells the number of the newest snapshot; changes after every commit that touched one.
    pub fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.database.changes()
    }
    /// Appends `{row}` of a large table to `out`; answers its tag, `None` where there is no such row.
    pub async fn row_json(
        &self,
        resource: &'static Resource,
        key: i64,
        out: &mut Vec<u8>,
    ) -> Result<Option<Tag>, StoreError> {
        self.database.row_json(resource, key, out)
    }
    /// A turn of single-row reads on this thread; `None` when such reads have to go one by one for
    /// the moment. End it (drop it) before the thread waits for anything.
    pub fn read_turn(&self) -> Result<Option<ReadTurn>, StoreError> {
        ReadTurn::begin(&self.database)
    }
    /// Up to `limit` rows with keys above `after`, in key order, as `{row},{row}`.
    pub async fn page_json(
        &self,
        resource: &'static Resource,
        after: i64,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.database.page_json(resource, after, limit)
    }
    /// Rows that fit, after a key (`None` = from the start), at most `limit`, in the order of keys.
    pub async fn list_json(
        &self,
        resource: &'static Resource,
        query: &Query,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Part, StoreError> {
        self.database.list_json(resource, query, after, limit)
    }
    /// How many rows fit; `None` where counting would take too long.
    pub async fn total(
        &self,
        resource: &'static Resource,
        query: &Query,
    ) -> Result<Option<i64>, StoreError> {
        self.database.total(resource, query)
    }
    /// Sums of the calls of a period by whatever `key` makes of an hour (counted from 1970 in Japan)
    /// and a line, in the order of keys; `lines` = those that the asker may see, empty = all.
    pub async fn sums_by(
        &self,
        period: Period,
        lines: &[i64],
        key: impl Fn(i64, i64) -> i64,
    ) -> Result<Vec<(i64, CallSums)>, StoreError> {
        self.database.sums_by(period, lines, key)
    }
    /// The same by the person who handled the calls, the most calls first.
    pub async fn sums_by_operator(
        &self,
        period: Period,
        lines: &[i64],
    ) -> Result<Vec<(String, CallSums)>, StoreError> {
        self.database.sums_by_operator(period, lines)
    }
    /// The numbers that called most; `Err` in the answer = that many calls would have to be looked
    /// at one by one, which is too many.
    pub async fn top_callers(
        &self,
        period: Period,
        lines: &[i64],
        limit: usize,
    ) -> Result<Result<Vec<CallerCount>, i64>, StoreError> {
        self.database.top_callers(period, lines, limit)
    }
    /// The history query of the seed; `after` = the last key of the page before (0 = start).
    pub async fn calls_json(
        &self,
        query: &CallQuery,
        after: i64,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.database.calls_json(query, after, limit)
    }
    /// As [`Store::row_json`] for a 着信記録, if it belongs to one of these lines (empty = all).
    pub async fn call_json(
        &self,
        key: i64,
        lines: &[i64],
        out: &mut Vec<u8>,
    ) -> Result<Option<Tag>, StoreError> {
        self.database.call_json(key, lines, out)
    }
    /// What a call from this normalised number (empty = none) would find now: customers, settings
    /// and history. Changes nothing.
    pub async fn foresee<T>(
        &self,
        number: &str,
        look: impl FnOnce(&Facts<'_>) -> T,
    ) -> Result<T, StoreError> {
        self.database.foresee(number, look)
    }
    /// One decoded row, secrets in clear.
    pub async fn record(
        &self,
        resource: &'static Resource,
        key: i64,
    ) -> Result<Option<Record>, StoreError> {
        self.database.record(resource, key)
    }
    /// Events after `since`, at most `limit`.
    pub async fn events_since(&self, since: i64, limit: usize) -> Result<Replay, StoreError> {
        self.database.events_since(since, limit)
    }
    /// Says who verifies licence keys from now on; without it they are shown as オープン版.
    pub fn set_activation(&self, activation: Activation) {
        self.database.set_activation(activation);
    }
    /// What the store has counted since it was opened.
    pub fn figures(&self) -> StoreFigures {
        self.database.figures()
    }
    /// How many deliveries are not over.
    pub fn open_deliveries(&self) -> Result<i64, StoreError> {
        self.database.open_deliveries()
    }
    /// The database's bytes, and its deliveries: the open ones, and what lately ended after `since`.
    pub fn standing(&self, since: UnixMs) -> Result<Standing, StoreError> {
        self.database.standing(since)
    }
    /// Whether the store can write: a real, tiny write.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        self.database.check_writable().await
    }

    // ---- writing by clients ----------------------------------------------------------------

    /// A new row; answers its key.
    pub async fn insert(&self, draft: Draft, actor: Actor) -> Result<i64, WriteError> {
        self.database.insert(draft, actor).await
    }
    /// As [`Store::insert`], with the version of the new row. A repeat of an order (`once`) writes
    /// nothing and gets the first answer.
    pub fn add(
        &self,
        draft: Draft,
        once: Option<Once>,
        actor: Actor,
    ) -> impl Future<Output = Result<Added, WriteError>> + Send + use<> {
        self.database.insert_once(draft, once, actor)
    }
    /// Changes a row.
    pub async fn update(&self, key: i64, draft: Draft, actor: Actor) -> Result<(), WriteError> {
        self.change(key, draft, Expected::Any, actor).await.map(|_| ())
    }
    /// As [`Store::update`], if the row is as expected, looked at inside the transaction; answers
    /// its new version.
    pub fn change(
        &self,
        key: i64,
        draft: Draft,
        expected: Expected,
        actor: Actor,
    ) -> impl Future<Output = Result<Tag, WriteError>> + Send + use<> {
        self.database.update(key, draft, expected, actor)
    }
    /// Deletes a row and settles every reference to it (rest.md, Decisions).
    pub async fn delete(
        &self,
        resource: &'static Resource,
        key: i64,
        actor: Actor,
    ) -> Result<(), WriteError> {
        self.remove(resource, key, Expected::Any, actor).await
    }
    /// As [`Store::delete`], if the row is as expected, looked at inside the transaction.
    pub async fn remove(
        &self,
        resource: &'static Resource,
        key: i64,
        expected: Expected,
        actor: Actor,
    ) -> Result<(), WriteError> {
        self.database.delete(resource, key, expected, actor).await
    }
    /// Adds `import.rows` complete customers in one step that everybody sees at once; answers the
    /// first key, the others follow. All or none: also after a crash. Waits on the calling thread,
    /// so call it where that may be; calls go on being recorded meanwhile. A second import at the
    /// same time is [`StoreError::Busy`].
    pub fn import(
        &self,
        import: Import,
        records: &mut dyn Iterator<Item = Record>,
    ) -> Result<i64, WriteError> {
        self.database.import(import, records)
    }
    /// Every committed event, in the order of ids, those of one commit together: the service sends
    /// them to the hub. Only the first call gets them.
    pub fn pushed(&self) -> tokio::sync::mpsc::Receiver<Vec<Pushed>> {
        self.database.pushed()
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
        self.database.audit(action, resource, key, note, actor).await
    }

    /// Notes that this user signed in or this token was used. The snapshot shows the time without
    /// waking those who wait for changes; call it at most once a minute for the same row.
    pub async fn note_sign_in(
        &self,
        resource: &'static Resource,
        key: i64,
    ) -> Result<(), StoreError> {
        self.database.note_sign_in(resource, key).await
    }

    // ---- sessions ----------------------------------------------------------------------------

    /// Begins a session and notes the log-in; false where the user is gone, switched off or has
    /// another epoch by now.
    pub async fn open_session(
        &self,
        hash: SessionHash,
        session: Session,
        actor: Actor,
    ) -> Result<bool, StoreError> {
        self.database.open_session(hash, session, actor).await
    }
    /// Ends a session; one that is over already stays so.
    pub async fn close_session(&self, hash: SessionHash) -> Result<(), StoreError> {
        self.database.close_session(hash).await
    }
    /// The session with this hash, over or not.
    pub async fn session(&self, hash: &SessionHash) -> Result<Option<Session>, StoreError> {
        self.database.session(hash)
    }

    // ---- calls -------------------------------------------------------------------------------

    /// A new call in one transaction: facts are read, `compose` decides, its rows are written.
    pub async fn ring(&self, number: String, compose: Compose) -> Result<Rung, StoreError> {
        self.database.ring(number, compose).await
    }
    /// A change of an existing call by the service (its end); `Facts::current` holds the record.
    pub async fn change_call(&self, call_id: i64, compose: Compose) -> Result<Rung, StoreError> {
        self.database.change_call(call_id, compose).await
    }
    /// At start: keys of calls that a stopped process left 呼出中.
    pub async fn calls_left_ringing(&self) -> Result<Vec<i64>, StoreError> {
        self.database.calls_left_ringing()
    }
    /// Stores the read-only fields of a SIP connection and its 接続 event.
    pub async fn record_registration(&self, row: RegistrationRow) -> Result<(), StoreError> {
        self.database.record_registration(row).await
    }

    /// Writes a message that tests a target, for the worker to send; answers the delivery's key.
    pub async fn send_test(&self, message: NewDelivery, actor: Actor) -> Result<i64, WriteError> {
        self.database.send_test(message, actor).await
    }

    // ---- licences ------------------------------------------------------------------------------

    /// Judges every licence key again: the day or the settings may have changed.
    pub async fn judge_licences(&self) -> Result<(), StoreError> {
        self.database.judge_licences().await
    }
    /// Notes what the licence server said, if the row still has the key that was `asked` about.
    pub async fn note_licence(
        &self,
        key: i64,
        asked: String,
        answer: Answer,
    ) -> Result<(), StoreError> {
        self.database.note_licence(key, asked, answer).await
    }

    /// Notes what the service itself learned about a row of a small resource.
    pub async fn note(
        &self,
        resource: &'static Resource,
        key: i64,
        noted: Noted,
    ) -> Result<(), StoreError> {
        self.database.note(resource, key, noted).await
    }

    // ---- outbox --------------------------------------------------------------------------------

    /// At start: waiting again what a stopped process had claimed.
    pub async fn release_leases(&self) -> Result<usize, StoreError> {
        self.database.release_leases().await
    }
    /// Claims due deliveries, at most `per_target` of one target, none of the targets in `skip`.
    pub async fn claim_deliveries(
        &self,
        owner: String,
        lease_ms: i64,
        limit: usize,
        per_target: usize,
        rooms: Vec<(TargetRef, usize)>,
    ) -> Result<Vec<ClaimedDelivery>, StoreError> {
        self.database.claim_deliveries(owner, lease_ms, limit, per_target, rooms).await
    }
    /// Writes the outcomes of attempts in one commit, each fenced by (owner, attempts); false = its
    /// lease was lost.
    pub async fn settle_deliveries(&self, all: Vec<Settled>) -> Result<Vec<bool>, StoreError> {
        self.database.settle_deliveries(all).await
    }
    /// When the next waiting delivery is due.
    pub async fn next_due(&self, skip: Vec<TargetRef>) -> Result<Option<UnixMs>, StoreError> {
        self.database.next_due(&skip)
    }
    /// Marks waiting deliveries past their expiry 期限切れ; answers how many.
    pub async fn expire_deliveries(&self) -> Result<usize, StoreError> {
        self.database.expire_deliveries().await
    }
}
