//! The loop that turns the telephone side's events into records.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};

use super::legs::{Begun, CallNo, Finished, Legs};
use super::line::CalledParty;
use super::{compose, restart};
use crate::clock::Clock;
use crate::notify::{Site, WorkerHandle};
use crate::sip::{AgentHandle, CallHandle, Ended, Event, Registration, Ringing};
use crate::store::{Compose, RegistrationRow, Rung, Store, StoreError};

/// Transactions of calls under way at once; further events wait in the agent's bounded channel.
const TRANSACTIONS_MAX: usize = 2_048;
/// How often a busy store is asked again for one call.
const BUSY_TRIES: u32 = 100;
/// How long to wait before asking a busy store again.
const BUSY_WAIT: Duration = Duration::from_millis(50);

/// Everything a call needs; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Clock,
    store: Store,
    agent: AgentHandle,
    outbox: WorkerHandle,
    site: Site,
    legs: Mutex<Legs>,
    /// Calls that the process before this one left ringing, by connection and Call-ID.
    left_ringing: Mutex<HashMap<(i64, String), i64>>,
    transactions: Arc<Semaphore>,
}

impl Desk {
    /// A desk that records into `store`, lets `agent` ring what is recorded and wakes the outbox.
    pub fn new(
        clock: Clock,
        store: Store,
        agent: AgentHandle,
        outbox: WorkerHandle,
        site: Site,
    ) -> Self {
        let inner = Inner {
            clock,
            store,
            agent,
            outbox,
            site,
            legs: Mutex::default(),
            left_ringing: Mutex::default(),
            transactions: Arc::new(Semaphore::new(TRANSACTIONS_MAX)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Ends what a stopped process left 呼出中, then records until `events` closes and every
    /// transaction under way is answered.
    pub async fn run(self, mut events: mpsc::Receiver<Event>) {
        match restart::close_left_ringing(&self.inner.store, self.inner.clock.now()).await {
            Ok(left) => *lock(&self.inner.left_ringing) = left,
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
        let ringing = Arc::new(ringing);
        let result = self
            .transact(|store| {
                let compose = self.compose_ringing(&ringing, &called, resumed.is_some());
                let number = compose::lookup_number(&ringing);
                async move {
                    match resumed {
                        Some(call_id) => store.change_call(call_id, compose).await,
                        None => store.ring(number, compose).await,
                    }
                }
            })
            .await;
        match result {
            Ok(rung) => self.recorded(no, &rung).await,
            Err(error) => {
                lock(&self.inner.legs).abandon(no);
                log::error!("a call is not recorded: {error}");
            }
        }
    }

    fn compose_ringing(&self, ringing: &Arc<Ringing>, called: &str, resumed: bool) -> Compose {
        let (ringing, called) = (Arc::clone(ringing), called.to_owned());
        let site = self.inner.site.clone();
        Box::new(move |facts| {
            if resumed {
                compose::resumed(facts)
            } else {
                compose::ringing(&ringing, &called, &site, facts)
            }
        })
    }

    async fn recorded(&self, no: CallNo, rung: &Rung) {
        let (legs, finished) = lock(&self.inner.legs).recorded(no, rung.call_id);
        self.ring(&legs);
        if rung.deliveries > 0 {
            self.inner.outbox.wake();
        }
        if let Some(finished) = finished {
            self.finish(finished).await;
        }
    }

    fn ring(&self, legs: &[CallHandle]) {
        for leg in legs {
            self.inner.agent.recorded(*leg);
        }
    }

    async fn ended(&self, ended: &Ended) {
        let finished = lock(&self.inner.legs).end(ended.call, ended.at, ended.ending);
        if let Some(finished) = finished {
            self.spawn(move |desk| async move { desk.finish(finished).await }).await;
        }
    }

    async fn finish(&self, finished: Finished) {
        let result = self
            .transact(|store| {
                let site = self.inner.site.clone();
                let compose: Compose =
                    Box::new(move |facts| compose::ended(finished, &site, facts));
                async move { store.change_call(finished.call_id, compose).await }
            })
            .await;
        match result {
            Ok(rung) if rung.deliveries > 0 => self.inner.outbox.wake(),
            Ok(_) => {}
            Err(error) => {
                log::error!("the end of call {} is not recorded: {error}", finished.call_id)
            }
        }
    }

    async fn registration(&self, registration: Registration) {
        let row = RegistrationRow {
            connection_id: registration.connection_id,
            state: registration.state.word(),
            code: i64::from(registration.code),
            error: registration.error,
            next_refresh: registration.next_refresh,
        };
        if let Err(error) = self.inner.store.record_registration(row).await {
            log::warn!("a registration state is not stored: {error}");
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
        for _ in 1..BUSY_TRIES {
            match transaction(self.inner.store.clone()).await {
                Err(StoreError::Busy) => tokio::time::sleep(BUSY_WAIT).await,
                result => return result,
            }
        }
        transaction(self.inner.store.clone()).await
    }
}

/// The maps stay whole when a holder panics: every change to them is a single call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
