//! The outbox worker: claims what is due, lets it be sent, stops in order.
//!
//! A wake-up that comes while the worker looks at the table is kept (`Notify` stores it), so none
//! is lost; and every second it looks all the same.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::OptionFuture;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::carrier::{Carriers, Commands};
use super::desk::Desk;
use super::http::Http;
use super::outcomes::{OutcomeCount, Outcomes};
use super::parking::{ParkedTarget, Parking};
use super::service::Services;
use super::settler::Settler;
use crate::clock::Clock;
use crate::config::AddressRange;
use crate::store::{Store, StoreError};

/// The worker looks at the outbox at least this often.
const POLL: Duration = Duration::from_secs(1);
/// And at most this often, however many wake-ups come.
const PAUSE: Duration = Duration::from_millis(5);
/// How long a stop waits for what is under way.
const DRAIN: Duration = Duration::from_secs(10);

/// Settings of the worker.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `[outbound] deny`: ranges that no request reaches.
    pub deny: Vec<AddressRange>,
    /// 着信時コマンド呼出.
    pub commands: Commands,
    /// How this machine calls itself to mail servers; empty = by its address.
    pub host: String,
}

/// Why the worker cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The HTTP client cannot be built.
    #[error("the outgoing HTTP client cannot be built (are the system's certificates readable?)")]
    Client(#[from] reqwest::Error),
}

/// The outbox worker.
pub struct Worker;

/// A running worker; it stops too when the last handle is dropped.
#[derive(Clone)]
pub struct WorkerHandle {
    wake: Arc<Notify>,
    stop: watch::Sender<bool>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
    carriers: Arc<Carriers>,
    outcomes: Arc<Outcomes>,
    parking: Arc<Parking>,
    store: Store,
}

impl Worker {
    /// Starts it on the present runtime; what a stopped process was sending is sent again.
    pub fn start(store: Store, clock: Clock, options: Options) -> Result<WorkerHandle, StartError> {
        let http = Http::new(options.deny, clock.clone())?;
        let wake = Arc::new(Notify::new());
        let (stop, stopped) = watch::channel(false);
        let outcomes = Arc::new(Outcomes::default());
        let carriers = Carriers::new(http, clock).with(options.commands, &options.host);
        let carriers = Arc::new(carriers);
        let settler = Settler::start(store.clone(), Arc::clone(&wake));
        let hands = (store.clone(), settler.clone());
        let parking = Arc::new(Parking::default());
        let told = (Arc::clone(&outcomes), Arc::clone(&parking));
        let desk = Desk::new(hands, Arc::clone(&carriers), told);
        let task = tokio::spawn(work((store.clone(), settler), desk, Arc::clone(&wake), stopped));
        let task = Arc::new(Mutex::new(Some(task)));
        Ok(WorkerHandle { wake, stop, task, carriers, outcomes, parking, store })
    }
}

impl WorkerHandle {
    /// Tells that deliveries were committed; never waits, and may be lost without harm.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// What became of the attempts so far.
    pub fn outcomes(&self) -> Vec<OutcomeCount> {
        self.outcomes.read()
    }

    /// Targets that get nothing until somebody mends them.
    pub fn parked(&self) -> Vec<ParkedTarget> {
        self.parking.list(&self.store.snapshot(), self.carriers.clock.now())
    }

    /// The services of all targets, with the log-ins of this worker.
    pub fn services(&self) -> Services {
        Services::of(Arc::clone(&self.carriers), Arc::clone(&self.wake))
    }

    /// Takes nothing new and waits for what is under way, at most ten seconds. Idempotent.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let task = self.task.lock().await.take();
        if let Some(Err(fault)) = OptionFuture::from(task).await {
            log::error!("the outbox worker ended badly: {fault}");
        }
    }
}

#[cfg(test)]
impl WorkerHandle {
    /// Ends without any order, as a killed process does.
    pub async fn crash(&self) {
        if let Some(task) = self.task.lock().await.take() {
            task.abort();
            let _ = task.await;
        }
    }
}

async fn work(
    (store, settler): (Store, Settler),
    mut desk: Desk,
    wake: Arc<Notify>,
    mut stopped: watch::Receiver<bool>,
) {
    release(&store, &mut stopped).await;
    let (mut troubled, mut due) = (false, true);
    let mut looked: Option<Instant> = None;
    let mut asked: Option<Instant> = None;
    while !*stopped.borrow() {
        if looked.is_none_or(|at| at.elapsed() >= POLL) {
            looked = Some(Instant::now());
            if let Err(fault) = desk.gather().await {
                complain(&fault, &mut troubled);
            }
        }
        desk.start();
        if due {
            due = !desk.ask();
            asked = Some(Instant::now());
        }
        let wait = if due || desk.is_claiming() {
            POLL
        } else {
            desk.next_due().await.unwrap_or(POLL).clamp(PAUSE, POLL)
        };
        tokio::select! {
            biased;
            told = stopped.changed() => if told.is_err() { break },
            more = desk.step(), if !desk.is_idle() || desk.is_claiming() => match more {
                Ok(more) => {
                    troubled &= !more;
                    due |= more;
                }
                Err(fault) => {
                    complain(&fault, &mut troubled);
                    sleep(POLL).await;
                }
            },
            // Whoever is busy looks again soon enough, and has to be ready for what ends.
            () = wake.notified() => {
                // The first one after a quiet while is followed at once.
                if desk.is_idle() && let Some(asked) = asked {
                    sleep_until(asked + PAUSE).await;
                }
                due = true;
            }
            () = sleep(wait) => due = true,
        }
    }
    drain(&mut desk, &settler).await;
}

/// Makes what a stopped process had claimed due again; the store may need a while to be writable.
async fn release(store: &Store, stopped: &mut watch::Receiver<bool>) {
    let mut troubled = false;
    while !*stopped.borrow() {
        match store.release_leases().await {
            Ok(0) => return,
            Ok(count) => {
                log::info!("{count} interrupted deliveries are sent again");
                return;
            }
            Err(fault) => complain(&fault, &mut troubled),
        }
        tokio::select! {
            told = stopped.changed() => if told.is_err() { return },
            () = sleep(POLL) => {}
        }
    }
}

async fn drain(desk: &mut Desk, settler: &Settler) {
    let all = async {
        desk.give_back().await;
        while !desk.is_idle() {
            desk.one_ends().await;
        }
        settler.all_written().await;
    };
    if timeout(DRAIN, all).await.is_err() {
        desk.abort().await;
    }
}

/// Says once that the store gives trouble, until it has worked again.
fn complain(fault: &StoreError, troubled: &mut bool) {
    if !*troubled {
        log::error!("the outbox cannot be read or written, trying again every second: {fault}");
    }
    *troubled = true;
}
