//! Writes outcomes, as many as there are in one commit, while the next messages go out.
//!
//! Invariant: at most [`UNSETTLED_MAX`] outcomes are not on disk; whoever brings one more waits.
//! Never: drops an outcome that the store could take.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::sleep;

use crate::store::{Settled, Store};

/// Outcomes that are not on disk yet, as the semaphore counts.
const UNSETTLED_PERMITS: u32 = 512;
/// The same, as the queue counts.
const UNSETTLED_MAX: usize = UNSETTLED_PERMITS as usize;
/// Most in one commit.
const BATCH_MAX: usize = 128;
/// How often outcomes are offered to a store that cannot take them; afterwards the leases run
/// out and the deliveries are repeated.
const TRIES: u32 = 5;
/// Wait between them.
const PAUSE: Duration = Duration::from_millis(300);

/// Where outcomes are handed in; its task ends with the last handle.
#[derive(Clone)]
pub struct Settler {
    sender: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
}

/// An outcome with its place.
struct Waiting {
    settled: Settled,
    _place: OwnedSemaphorePermit,
}

impl Settler {
    /// Starts on the present runtime; `told` hears of every commit.
    pub fn start(store: Store, told: Arc<Notify>) -> Self {
        let (sender, outcomes) = mpsc::channel(UNSETTLED_MAX);
        tokio::spawn(write(store, outcomes, told));
        Self { sender, room: Arc::new(Semaphore::new(UNSETTLED_MAX)) }
    }

    /// Hands in an outcome; waits only while too many are not on disk.
    pub async fn put(&self, settled: Settled) {
        // Neither is ever closed while a handle lives.
        let Ok(place) = Arc::clone(&self.room).acquire_owned().await else { return };
        if self.sender.send(Waiting { settled, _place: place }).await.is_err() {
            log::error!("an outcome could not be handed in: its delivery will be repeated");
        }
    }

    /// Waits until everything that was handed in is on disk.
    pub async fn all_written(&self) {
        drop(self.room.acquire_many(UNSETTLED_PERMITS).await);
    }
}

async fn write(store: Store, mut outcomes: mpsc::Receiver<Waiting>, told: Arc<Notify>) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while outcomes.recv_many(&mut batch, BATCH_MAX).await > 0 {
        write_batch(&store, batch.iter().map(|one| one.settled.clone()).collect()).await;
        batch.clear();
        told.notify_one();
    }
}

async fn write_batch(store: &Store, settled: Vec<Settled>) {
    let ids: Vec<i64> = settled.iter().map(|one| one.id).collect();
    for tried in 1..=TRIES {
        match store.settle_deliveries(settled.clone()).await {
            Ok(owned) => {
                for (id, _) in ids.iter().zip(owned).filter(|(_, owned)| !owned) {
                    log::info!("delivery {id}: somebody else has it, the outcome is dropped");
                }
                return;
            }
            Err(fault) if tried == TRIES => log::error!(
                "the outcomes of deliveries {ids:?} cannot be stored, they will be repeated: {fault}"
            ),
            Err(_) => sleep(PAUSE * tried).await,
        }
    }
}
