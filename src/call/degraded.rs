//! What the desk does while the store cannot write (events.md, "Degraded"): screens are told at
//! once, calls wait in memory, and are recorded in order when the store works again.
//!
//! Invariant: while something waits, nothing newer is written before it. Never: lets a screen wait
//! for the store, or ring twice for one call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;

use super::backlog::{CALLS_MAX, HeldCall};
use super::compose;
use super::desk::{Desk, lock};
use super::legs::{CallNo, Finished};
use crate::clock::UnixMs;
use crate::push::Pushed;
use crate::resource::catalog::CALL;
use crate::sip::Ending;
use crate::store::{Facts, NewEvent, NumberHistory, RegistrationRow, StoreError};

/// How often the store is asked whether it can write again.
const RETRY_EVERY: Duration = Duration::from_secs(1);
/// Calls that are handed to the store together.
const BATCH_MAX: usize = 256;

/// Whether clients were told of a call before its transaction was.
#[derive(Debug, Default)]
pub(super) struct Voice {
    /// The transaction has made its event: it will be told with the commit.
    composed: AtomicBool,
    /// Clients were told without a record.
    told: AtomicBool,
}

impl Voice {
    /// Clients know of the call already.
    pub(super) fn told_before() -> Self {
        Self { composed: AtomicBool::new(false), told: AtomicBool::new(true) }
    }

    /// The transaction makes its event; true = clients know of the call already.
    pub(super) fn compose(&self) -> bool {
        self.composed.store(true, Ordering::Release);
        self.told.load(Ordering::Acquire)
    }

    /// The transaction was lost, and its event with it.
    pub(super) fn lost(&self) {
        self.composed.store(false, Ordering::Release);
    }

    /// Takes the right to tell clients now; false = they know, or the transaction tells them.
    fn take(&self) -> bool {
        !self.composed.load(Ordering::Acquire) && !self.told.swap(true, Ordering::AcqRel)
    }
}

impl Desk {
    /// Tells clients that a call rings, unless they know; its 着信記録.ID is "0".
    pub(super) async fn tell_unrecorded(&self, call: &HeldCall, voice: &Voice) {
        if !voice.take() {
            return;
        }
        let site = &self.inner.site;
        let event = self
            .foresee(call, |facts| compose::ringing(&call.ringing, &call.called, site, facts).event)
            .await;
        self.tell(event);
    }

    /// Keeps a call that the store did not take, and tells clients of it.
    pub(super) async fn hold(&self, call: HeldCall, voice: &Voice, why: Option<&StoreError>) {
        self.tell_unrecorded(&call, voice).await;
        let no = call.no;
        let (opened, given_up) = {
            let mut backlog = lock(&self.inner.backlog);
            (backlog.open(), backlog.hold(call))
        };
        if let Some(oldest) = given_up {
            lock(&self.inner.legs).abandon(oldest.no);
            log::debug!("a call of {} is given up: too many wait", oldest.ringing.received_at);
        }
        self.begin_waiting(opened, why);
        let over = lock(&self.inner.legs).over(no);
        if let Some((at, ending)) = over {
            self.tell_unrecorded_end(no, at, ending).await;
        }
    }

    /// Tells clients that a call which waits for its record is over.
    pub(super) async fn tell_unrecorded_end(&self, no: CallNo, at: UnixMs, ending: Ending) {
        let Some(call) = lock(&self.inner.backlog).tell_end(no) else { return };
        let (site, finished) = (&self.inner.site, Finished { call_id: 0, at, ending });
        let event = self
            .foresee(&call, |facts| {
                compose::ended_unrecorded(&call.ringing, &call.called, finished, site, facts)
            })
            .await;
        self.tell(event);
    }

    /// Keeps the end of a recorded call that the store did not take, and tells clients of it.
    pub(super) async fn hold_end(&self, finished: Finished, why: Option<&StoreError>) {
        if let Ok(Some(record)) = self.inner.store.record(&CALL, finished.call_id).await {
            let snapshot = self.inner.store.snapshot();
            let facts = Facts { current: Some(record), ..nothing_known(&snapshot, self.now()) };
            let composed = compose::ended(finished, &self.inner.site, &facts);
            self.tell(composed.event);
        }
        let opened = {
            let mut backlog = lock(&self.inner.backlog);
            backlog.hold_end(finished);
            backlog.open()
        };
        self.begin_waiting(opened, why);
    }

    /// Ends what an earlier process left 呼出中; what the store does not take waits.
    pub(super) async fn end_left_ringing(&self, calls: &[i64]) {
        for (done, call_id) in calls.iter().enumerate() {
            let Err(error) = self.write_left_ringing(*call_id).await else { continue };
            let opened = {
                let mut backlog = lock(&self.inner.backlog);
                let rest = calls.iter().skip(done);
                rest.for_each(|call_id| backlog.hold_left_ringing(*call_id));
                backlog.open()
            };
            return self.begin_waiting(opened, Some(&error));
        }
    }

    async fn write_left_ringing(&self, call_id: i64) -> Result<(), StoreError> {
        let compose = Box::new(compose::left_ringing);
        self.inner.store.change_call(call_id, compose).await.map(|_| ())
    }

    /// Keeps the state of a registration that the store did not take.
    pub(super) fn hold_registration(&self, row: RegistrationRow, why: Option<&StoreError>) {
        let opened = {
            let mut backlog = lock(&self.inner.backlog);
            backlog.hold_registration(row);
            backlog.open()
        };
        self.begin_waiting(opened, why);
    }

    /// The store hangs: what comes now waits behind what it was given.
    pub(super) fn wait_for_store(&self) {
        let opened = lock(&self.inner.backlog).open();
        self.begin_waiting(opened, None);
    }

    /// `opened` = nothing waited before: from now on the store is asked until it works.
    fn begin_waiting(&self, opened: bool, why: Option<&StoreError>) {
        if !opened {
            return;
        }
        let why = why.map_or_else(String::new, |why| format!(" ({why})"));
        log::error!(
            "calls cannot be recorded now{why}: clients are told all the same, up to {CALLS_MAX} \
             calls are kept in memory and recorded when the store works again; make room on the \
             disk of the data folder, do not stop the service"
        );
        let desk = self.clone();
        tokio::spawn(async move { desk.recover().await });
    }

    /// Asks the store until everything that waits is written.
    async fn recover(&self) {
        loop {
            tokio::time::sleep(RETRY_EVERY).await;
            match self.write_backlog().await {
                Ok(()) => {}
                Err(StoreError::Unavailable) => return,
                // told once, when the waiting began
                Err(_) => {
                    self.make_room().await;
                    continue;
                }
            }
            if let Some(lost) = lock(&self.inner.backlog).close() {
                log::warn!("the store works again: all calls that waited are recorded");
                if lost > 0 {
                    log::error!("{lost} calls were too many to keep and are not recorded");
                }
                return;
            }
        }
    }

    /// On a full disk the calls that wait get the room that was kept for them.
    async fn make_room(&self) {
        if self.inner.store.give_up_reserve().await {
            log::error!(
                "the disk of the data folder is full: the room that was kept for calls is given up, \
                 it lasts for some thousand; make room before it is used up"
            );
        }
    }

    /// The last try before the service ends.
    pub(super) async fn give_up(&self) {
        if let Err(error) = self.write_backlog().await {
            let count = lock(&self.inner.backlog).len();
            if count > 0 {
                log::error!("{count} calls and ends are lost with this stop: {error}");
            }
        }
    }

    /// Writes what waits, oldest first; an error leaves the rest waiting.
    async fn write_backlog(&self) -> Result<(), StoreError> {
        let _turn = self.inner.writing_backlog.lock().await;
        if !lock(&self.inner.backlog).is_open() {
            return Ok(());
        }
        self.inner.store.check_writable().await?;
        self.write_registrations().await?;
        loop {
            let next = lock(&self.inner.backlog).next_left_ringing();
            let Some(call_id) = next else { break };
            self.write_left_ringing(call_id).await?;
            lock(&self.inner.backlog).forget_left_ringing(call_id);
        }
        while self.write_ends().await? {}
        while self.write_calls().await? {}
        Ok(())
    }

    /// Writes the oldest calls; true = there may be more. The jobs of one batch reach the writer
    /// in their order.
    async fn write_calls(&self) -> Result<bool, StoreError> {
        let calls = lock(&self.inner.backlog).take_calls(BATCH_MAX);
        let count = calls.len();
        let voice = Arc::new(Voice::told_before());
        let written = join_all(calls.iter().map(|call| self.write_call(call, &voice))).await;
        let mut failed = None;
        for (call, result) in calls.into_iter().zip(written) {
            match result {
                Ok(rung) => self.recorded(call.no, &rung, call.end_told).await,
                Err(error) => {
                    lock(&self.inner.backlog).hold(call);
                    failed = Some(error);
                }
            }
        }
        lock(&self.inner.backlog).written(count);
        failed.map_or(Ok(count > 0), Err)
    }

    async fn write_ends(&self) -> Result<bool, StoreError> {
        let ends = lock(&self.inner.backlog).take_ends(BATCH_MAX);
        let count = ends.len();
        let written = join_all(ends.iter().map(|end| self.write_end(*end, true))).await;
        let mut failed = None;
        for (end, result) in ends.into_iter().zip(written) {
            if let Err(error) = result {
                lock(&self.inner.backlog).hold_end(end);
                failed = Some(error);
            }
        }
        lock(&self.inner.backlog).written(count);
        failed.map_or(Ok(count > 0), Err)
    }

    async fn write_registrations(&self) -> Result<(), StoreError> {
        let rows = lock(&self.inner.backlog).take_registrations();
        let mut failed = None;
        for row in rows {
            if let Err(error) = self.inner.store.record_registration(row.clone()).await {
                lock(&self.inner.backlog).return_registration(row);
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Looks at what a call would find, also where the database cannot be read.
    async fn foresee<T>(&self, call: &HeldCall, look: impl Fn(&Facts<'_>) -> T) -> T {
        let number = compose::lookup_number(&call.ringing);
        match self.inner.store.foresee(&number, &look).await {
            Ok(seen) => seen,
            Err(error) => {
                log::debug!("a caller is not looked up: {error}");
                look(&nothing_known(&self.inner.store.snapshot(), self.now()))
            }
        }
    }

    /// Hands an event without a row to the clients.
    fn tell(&self, event: Option<NewEvent>) {
        if let Some(NewEvent { kind, line, json }) = event {
            self.inner.hub.send(Pushed { id: 0, kind, line, json: json.into() });
        }
    }
}

/// Facts of a caller whom nobody could look up.
fn nothing_known(snapshot: &crate::store::Snapshot, now: UnixMs) -> Facts<'_> {
    Facts {
        call_id: 0,
        now,
        snapshot,
        current: None,
        customers: Vec::new(),
        candidates: 0,
        exact: false,
        history: NumberHistory::default(),
    }
}
