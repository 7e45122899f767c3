//! The loop that turns the telephone side's events into records.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, timeout};

use super::backlog::{Backlog, HeldCall};
use super::degraded::Voice;
use super::legs::{Begun, CallNo, Finished, Legs};
use super::line::CalledParty;
use super::{compose, restart};
use crate::clock::{Clock, UnixMs};
use crate::notify::{Site, WorkerHandle};
use crate::push::Hub;
use crate::sip::{AgentHandle, CallHandle, Ended, Event, Registration, Ringing};
use crate::store::{Compose, RegistrationRow, Rung, Store, StoreError};

/// Transactions of calls under way at once; further events wait in the agent's bounded channel.
const TRANSACTIONS_MAX: usize = 2_048;
/// How long a busy store is asked again for one call before the call has to wait in memory.
const BUSY_LIMIT: Duration = Duration::from_secs(2);
/// How long to wait before asking a busy store again.
const BUSY_WAIT: Duration = Duration::from_millis(50);

/// How long screens wait for a call's record before they are told without one.
const SCREENS_WAIT: Duration = Duration::from_secs(3);

/// Everything a call needs; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    clock: Clock,
    pub(super) store: Store,
    pub(super) hub: Hub,
    agent: AgentHandle,
    outbox: WorkerHandle,
    pub(super) site: Site,
    pub(super) legs: Mutex<Legs>,
    /// What the store could not take.
    pub(super) backlog: Mutex<Backlog>,
    /// Calls with a record, since the start.
    recorded: AtomicU64,
    /// Held by who writes the backlog.
    pub(super) writing_backlog: tokio::sync::Mutex<()>,
    /// Calls that the process before this one left ringing, by connection and Call-ID.
    left_ringing: Mutex<HashMap<(i64, String), i64>>,
    transactions: Arc<Semaphore>,
}

impl Desk {
    /// A desk that records into `store`, lets `agent` ring what is recorded and wakes the outbox;
    /// while the store cannot write it tells the clients of `hub` itself.
    pub fn new(
        clock: Clock,
        store: Store,
        hub: Hub,
        agent: AgentHandle,
        outbox: WorkerHandle,
        site: Site,
    ) -> Self {
        let inner = Inner {
            clock,
            store,
            hub,
            agent,
            outbox,
            site,
            legs: Mutex::default(),
            backlog: Mutex::default(),
            recorded: AtomicU64::new(0),
            writing_backlog: tokio::sync::Mutex::default(),
            left_ringing: Mutex::default(),
            transactions: Arc::new(Semaphore::new(TRANSACTIONS_MAX)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// How many calls were recorded.
    pub fn calls_recorded(&self) -> u64 {
        self.inner.recorded.load(Ordering::Relaxed)
    }

    /// How many calls wait for the store to be writable again.
    pub fn waiting(&self) -> usize {
        lock(&self.inner.backlog).len()
    }

    /// Ends what a stopped process left 呼出中, then records until `events` closes and every
    /// transaction under way is answered.
    pub async fn run(self, mut events: mpsc::Receiver<Event>) {
        match restart::left_ringing(&self.inner.store, self.now()).await {
            Ok(left) => {
                *lock(&self.inner.left_ringing) = left.resumable;
                self.end_left_ringing(&left.calls).await;
            }
            Err(error) => log::error!("calls of the last run stay ringing: {error}"),
        }
        while let Some(event) = events.recv().await {
            match event {
                Event::Ringing(ringing) => self.ringing(ringing).await,
                Event::Ended(ended) => self.ended(&ended).await,
                Event::Registration(row) => self.registration(row).await,
            }
        }
        let all = u32::try_from(TRANSACTIONS_MAX).unwrap_or(u32::MAX);
        drop(self.inner.transactions.acquire_many(all).await);
        self.give_up().await;
    }

    pub(super) fn now(&self) -> UnixMs {
        self.inner.clock.now()
    }

    async fn ringing(&self, ringing: Ringing) {
        let called = {
            let snapshot = self.inner.store.snapshot();
            CalledParty::of(&ringing).number(snapshot.of(crate::resource::catalog::LINE.uri))
        };
        let begun = lock(&self.inner.legs).begin(&ringing, &called);
        match begun {
            Begun::New(no) => {
                self.spawn(|desk| async move { desk.record(no, ringing, called).await }).await
            }
            Begun::Joined => {}
            Begun::JoinedRecorded => self.inner.agent.recorded(ringing.call),
        }
    }

    async fn record(&self, no: CallNo, ringing: Ringing, called: String) {
        let resumed = lock(&self.inner.left_ringing)
            .remove(&(ringing.connection_id, ringing.sip_call_id.clone()));
        if let Some(call_id) = resumed {
            lock(&self.inner.backlog).forget_left_ringing(call_id);
        }
        let ringing = Arc::new(ringing);
        let call = HeldCall { no, ringing, called, resumed, end_told: false };
        let voice = Arc::new(Voice::default());
        if lock(&self.inner.backlog).is_open() {
            return self.hold(call, &voice, None).await;
        }
        let written = {
            let mut writing = std::pin::pin!(self.write_call(&call, &voice));
            match timeout(SCREENS_WAIT, writing.as_mut()).await {
                Ok(written) => written,
                Err(_) => {
                    self.tell_unrecorded(&call, &voice).await;
                    self.wait_for_store();
                    writing.await
                }
            }
        };
        match written {
            Ok(rung) => self.recorded(no, &rung, false).await,
            Err(error) => self.hold(call, &voice, Some(&error)).await,
        }
    }

    /// The transaction of a call that begins to ring.
    pub(super) async fn write_call(
        &self,
        call: &HeldCall,
        voice: &Arc<Voice>,
    ) -> Result<Rung, StoreError> {
        let written = self
            .transact(|store| {
                let compose = self.compose_ringing(call, voice);
                let number = compose::lookup_number(&call.ringing);
                async move {
                    match call.resumed {
                        Some(call_id) => store.change_call(call_id, compose).await,
                        None => store.ring(number, compose).await,
                    }
                }
            })
            .await;
        if written.is_err() {
            voice.lost();
        }
        written
    }

    fn compose_ringing(&self, call: &HeldCall, voice: &Arc<Voice>) -> Compose {
        let (ringing, called) = (Arc::clone(&call.ringing), call.called.clone());
        let (site, voice) = (self.inner.site.clone(), Arc::clone(voice));
        let resumed = call.resumed.is_some();
        Box::new(move |facts| {
            let composed = if resumed {
                compose::resumed(facts)
            } else {
                compose::ringing(&ringing, &called, &site, facts)
            };
            if voice.compose() { compose::quietly(composed, facts.now) } else { composed }
        })
    }

    /// A call has its record; `end_told` = clients were told of its end before.
    pub(super) async fn recorded(&self, no: CallNo, rung: &Rung, end_told: bool) {
        self.inner.recorded.fetch_add(1, Ordering::Relaxed);
        let (legs, finished) = lock(&self.inner.legs).recorded(no, rung.call_id);
        self.ring(&legs);
        if rung.deliveries > 0 {
            self.inner.outbox.wake();
        }
        if let Some(finished) = finished
            && let Err(error) = self.write_end(finished, end_told).await
        {
            self.hold_end(finished, Some(&error)).await;
        }
    }

    fn ring(&self, legs: &[CallHandle]) {
        for leg in legs {
            self.inner.agent.recorded(*leg);
        }
    }

    async fn ended(&self, ended: &Ended) {
        let (no, finished) = {
            let mut legs = lock(&self.inner.legs);
            (legs.call_of(ended.call), legs.end(ended.call, ended.at, ended.ending))
        };
        if let Some(finished) = finished {
            return self.spawn(move |desk| async move { desk.finish(finished).await }).await;
        }
        let Some(no) = no else { return };
        let over = lock(&self.inner.legs).over(no);
        if let Some((at, ending)) = over {
            self.tell_unrecorded_end(no, at, ending).await;
        }
    }

    async fn finish(&self, finished: Finished) {
        if lock(&self.inner.backlog).is_open() {
            return self.hold_end(finished, None).await;
        }
        if let Err(error) = self.write_end(finished, false).await {
            self.hold_end(finished, Some(&error)).await;
        }
    }

    /// The transaction of a call's end; `quietly` = clients know of it already.
    pub(super) async fn write_end(
        &self,
        finished: Finished,
        quietly: bool,
    ) -> Result<(), StoreError> {
        let rung = self
            .transact(|store| {
                let site = self.inner.site.clone();
                let compose: Compose = Box::new(move |facts| {
                    let composed = compose::ended(finished, &site, facts);
                    if quietly { compose::quietly(composed, facts.now) } else { composed }
                });
                async move { store.change_call(finished.call_id, compose).await }
            })
            .await?;
        if rung.deliveries > 0 {
            self.inner.outbox.wake();
        }
        Ok(())
    }

    async fn registration(&self, registration: Registration) {
        let row = RegistrationRow {
            connection_id: registration.connection_id,
            state: registration.state.word(),
            code: i64::from(registration.code),
            error: registration.error,
            next_refresh: registration.next_refresh,
        };
        if lock(&self.inner.backlog).is_open() {
            return self.hold_registration(row, None);
        }
        // Calls come through the same loop: they must not wait for a store that hangs.
        match timeout(SCREENS_WAIT, self.inner.store.record_registration(row.clone())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.hold_registration(row, Some(&error)),
            Err(_) => self.hold_registration(row, None),
        }
    }

    /// Runs `work` beside the loop, within the bound of [`TRANSACTIONS_MAX`].
    async fn spawn<W, F>(&self, work: W)
    where
        W: FnOnce(Desk) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let Ok(permit) = Arc::clone(&self.inner.transactions).acquire_owned().await else { return };
        let work = work(self.clone());
        tokio::spawn(async move {
            work.await;
            drop(permit);
        });
    }

    /// One call transaction, asked again while the store is busy.
    async fn transact<T, F>(&self, transaction: T) -> Result<Rung, StoreError>
    where
        T: Fn(Store) -> F,
        F: Future<Output = Result<Rung, StoreError>>,
    {
        let began = Instant::now();
        loop {
            match transaction(self.inner.store.clone()).await {
                Err(StoreError::Busy) if began.elapsed() < BUSY_LIMIT => {
                    tokio::time::sleep(BUSY_WAIT).await;
                }
                result => return result,
            }
        }
    }
}

/// The maps stay whole when a holder panics: every change to them is a single call.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
