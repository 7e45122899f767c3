//! The facade of what the service does by itself: noting its runs, removing what is old.

use super::{Actor, NewDelivery, Once, Snapshot, Store, StoreError, TargetRef, WriteError};
use crate::clock::UnixMs;
use crate::resource::unite::United;
use crate::resource::{Record, Resource};

/// What became of a run, for the read-only fields of its row; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunNote {
    /// Up to when the row's slots are settled.
    pub scheduled_at: Option<UnixMs>,
    /// 最終実行日時.
    pub started_at: Option<UnixMs>,
    /// 最終ファイル.
    pub file: Option<String>,
    /// The column of what was counted (最終サイズ, 最終件数), and how much.
    pub count: Option<(&'static str, i64)>,
    /// 最終結果.
    pub result: Option<String>,
}

/// Rows that are removed when they are old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Old {
    /// 着信記録, with their deliveries.
    Calls,
    /// 通知履歴 that is over.
    Deliveries,
    /// 監査ログ.
    Audit,
}

/// An attempt at a delivery, as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    /// From 1.
    pub attempt: i64,
    /// When it began.
    pub started_at: UnixMs,
    /// When its outcome was written.
    pub ended_at: UnixMs,
    /// 状態 of the delivery after it.
    pub outcome: String,
    /// What the other side said, without secrets.
    pub response: String,
    /// 理由.
    pub reason: String,
}

/// Two customers who became one.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The survivor, and what he took over.
    pub united: United,
    /// How many calls are his now that were the other's.
    pub calls: i64,
}

/// A delivery that is told by the message of several.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// 配送ID.
    pub id: i64,
    /// Its call.
    pub call_id: i64,
    /// Not after.
    pub expires_at: UnixMs,
    /// Its call as it stands; `None` where there are too many, or where it is gone.
    pub call: Option<Record>,
}

/// What a message of several is made from.
pub struct Occasioned<'a> {
    /// Time of the transaction.
    pub now: UnixMs,
    /// The small resources inside this transaction.
    pub snapshot: &'a Snapshot,
    /// To whom.
    pub target: &'a TargetRef,
    /// What it tells of, oldest first.
    pub members: &'a [Gathered],
    /// They were held for it; else there are too many of them.
    pub held: bool,
}

/// Composes the one message inside its transaction; `None` = the target takes none.
pub type Gather = Box<dyn Fn(&Occasioned<'_>) -> Option<NewDelivery> + Send>;

impl Store {
    /// Writes a delivery of a call that a person sends on, for the worker to send; answers its key.
    pub async fn forward(
        &self,
        call_id: i64,
        message: NewDelivery,
        once: Option<Once>,
        actor: Actor,
    ) -> Result<i64, WriteError> {
        self.database.forward(call_id, message, once, actor).await
    }

    /// Every attempt of a delivery, oldest first.
    pub fn attempts(&self, delivery: i64) -> Result<Vec<AttemptRow>, StoreError> {
        self.database.attempts(delivery)
    }

    /// Targets whose held deliveries (those written with the timing of a digest) are due.
    pub fn held_targets(&self) -> Result<Vec<TargetRef>, StoreError> {
        self.database.held_targets()
    }

    /// Whether more than `burst` deliveries of a target are due that were not tried yet.
    pub fn is_crowded(&self, target: &TargetRef, burst: usize) -> Result<bool, StoreError> {
        self.database.is_crowded(target, burst)
    }

    /// Lets one message tell of the due deliveries of a target, those that were `held` or those
    /// that wait; they take over its outcome. Answers how many.
    pub async fn gather(
        &self,
        target: TargetRef,
        held: bool,
        compose: Gather,
    ) -> Result<usize, StoreError> {
        self.database.gather(target, held, compose).await
    }

    /// Writes into a row what became of its run. `actor` = who ordered it, for the audit log (an
    /// empty one for the clock); `None` = there was no run.
    pub async fn note_run(
        &self,
        resource: &'static Resource,
        key: i64,
        note: RunNote,
        actor: Option<Actor>,
    ) -> Result<(), StoreError> {
        self.database.note_run(resource, key, note, actor).await
    }

    /// Removes some rows of before `before`, oldest first, in one short job; answers how many.
    /// Looks for them on the calling thread.
    pub async fn remove_old(&self, old: Old, before: UnixMs) -> Result<usize, StoreError> {
        self.database.remove_old(old, before).await
    }

    /// Lets a customer take over the numbers, the fields that he lacks, the note and the calls of
    /// another one, who ends; all in one transaction.
    pub async fn merge_customers(
        &self,
        survivor: i64,
        other: i64,
        actor: Actor,
    ) -> Result<Merged, WriteError> {
        self.database.merge_customers(survivor, other, actor).await
    }

    /// What [`Store::merge_customers`] would do now; changes nothing.
    pub fn foresee_merge(&self, survivor: i64, other: i64) -> Result<Merged, WriteError> {
        self.database.foresee_merge(survivor, other)
    }

    /// Erases a customer and all that tells of him: his calls with their deliveries, and what the
    /// audit log and the kept events hold of them. In short jobs; one that was interrupted is
    /// done by the next order. Answers how many calls went.
    pub async fn erase_customer(&self, key: i64, actor: Actor) -> Result<usize, WriteError> {
        self.database.erase_customer(key, actor).await
    }
}
