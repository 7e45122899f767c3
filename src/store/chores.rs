//! The facade of what the service does by itself: noting its runs, removing what is old.

use super::{Actor, Store, StoreError, WriteError};
use crate::clock::UnixMs;
use crate::resource::Resource;

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

impl Store {
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

    /// Erases a customer and all that tells of him: his calls with their deliveries, and what the
    /// audit log and the kept events hold of them. In short jobs; one that was interrupted is
    /// done by the next order. Answers how many calls went.
    pub async fn erase_customer(&self, key: i64, actor: Actor) -> Result<usize, WriteError> {
        self.database.erase_customer(key, actor).await
    }
}
