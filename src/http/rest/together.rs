//! Single-row reads of one worker thread, taken together.
//!
//! The requests that became readable at once are answered one after the other on their worker's
//! thread. They share a read turn of the store; the task that ends it stands behind them in the
//! thread's queue.
//!
//! Invariant: a turn ends before its thread waits for the network again.
//! Never: keeps a row or an answer.

use std::cell::RefCell;
use std::rc::Rc;

use actix_web::rt;

use crate::resource::{Resource, Tag};
use crate::store::{ReadTurn, Store, StoreError};

/// The reads of one worker.
pub(in crate::http) struct Together {
    store: Store,
    turn: Rc<RefCell<Option<ReadTurn>>>,
}

impl Together {
    /// For one worker thread.
    pub(in crate::http) fn new(store: Store) -> Self {
        Self { store, turn: Rc::default() }
    }

    /// Appends `{row}` to `out`, as [`Store::row_json`] does.
    pub(super) async fn row_json(
        &self,
        resource: &'static Resource,
        key: i64,
        out: &mut Vec<u8>,
    ) -> Result<Option<Tag>, StoreError> {
        if let Some(turn) = self.turn.borrow_mut().as_mut() {
            return turn.row_json(resource, key, out);
        }
        let Some(mut turn) = self.store.read_turn()? else {
            return self.store.row_json(resource, key, out).await;
        };
        let found = turn.row_json(resource, key, out)?;
        self.turn.replace(Some(turn));
        let turn = Rc::clone(&self.turn);
        rt::spawn(async move { drop(turn.take()) });
        Ok(found)
    }
}
