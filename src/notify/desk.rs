//! The dispatcher's desk: what is under way, and which targets have to wait.

mod claiming;
mod ready;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinHandle, JoinSet};
use tokio::time::Instant;

use self::ready::Ready;
use super::attempt::{Attempting, Verdict, put_back, run};
use super::breaker::{Breaker, Gate};
use super::carrier::Carriers;
use super::digest;
use super::outcomes::Outcomes;
use super::pace::{Pace, Ticket};
use super::parking::Parking;
use super::payload::{Payload, Progress};
use super::retry::{RETRY_AFTER_MAX, SendError};
use super::settler::Settler;
use super::target::{Attempt, Target, prepare, resources, secrets, target_of};
use crate::resource::Record;
use crate::resource::words::delivery_timing;
use crate::store::{AttemptOutcome, ClaimedDelivery, Snapshot, Store, StoreError, TargetRef};

/// Deliveries under way at once.
const IN_FLIGHT_MAX: usize = 32;
/// Of one target.
const PER_TARGET_MAX: usize = 6;
/// When everything above is taken by slow targets, targets with nothing under way still get one
/// delivery each, up to this many in all.
const IN_FLIGHT_WITH_SPARE_MAX: usize = 256;
/// A lease outlasts the longest send (タイムアウト秒 of commands: 300) and the tries to settle it.
const LEASE_MS: i64 = 330 * 1000;
/// How long pace remembers.
const PACE_LONGEST: Duration = Duration::from_secs(3600);

/// Who is being sent to, and who has to wait.
pub struct Desk {
    store: Store,
    settler: Settler,
    carriers: Arc<Carriers>,
    owner: String,
    tasks: JoinSet<Verdict>,
    flights: HashMap<Id, Flight>,
    breakers: HashMap<TargetRef, Breaker>,
    parking: Arc<Parking>,
    pace: Pace,
    outcomes: Arc<Outcomes>,
    ready: Ready,
    claiming: Option<JoinHandle<Result<Vec<ClaimedDelivery>, StoreError>>>,
}

/// A task under way.
struct Flight {
    target: TargetRef,
    /// The address whose pace it counts for, with its ticket; `None` where nothing is sent.
    ticket: Option<Ticket>,
}

impl Desk {
    /// An empty desk.
    pub fn new(
        (store, settler): (Store, Settler),
        carriers: Arc<Carriers>,
        (outcomes, parking): (Arc<Outcomes>, Arc<Parking>),
    ) -> Self {
        Self {
            store,
            settler,
            carriers,
            owner: uuid::Uuid::new_v4().simple().to_string(),
            tasks: JoinSet::new(),
            flights: HashMap::new(),
            breakers: HashMap::new(),
            parking,
            pace: Pace::default(),
            outcomes,
            ready: Ready::default(),
            claiming: None,
        }
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Waits for the end of one task.
    pub async fn one_ends(&mut self) {
        if let Some(ended) = self.tasks.join_next_with_id().await {
            self.ended(ended);
        }
    }

    /// Stops what is still under way; its rows are sent again after the next start.
    pub async fn abort(&mut self) {
        log::warn!(
            "{} deliveries were under way at the stop and will be repeated",
            self.tasks.len()
        );
        self.tasks.shutdown().await;
    }

    /// Starts what is ready, the targets in turn.
    pub fn start(&mut self) {
        // What ended before these were claimed may have parked their target.
        self.draw_conclusions();
        let snapshot = self.store.snapshot();
        while let Some(group) = self.ready.stale(Instant::now()) {
            self.return_to_store(group, "送信の順番を待っています");
        }
        let mut flying = self.flying();
        loop {
            let sending = self.tasks.len();
            let next = self.ready.next(|target| match flying.get(target).copied().unwrap_or(0) {
                0 => sending < IN_FLIGHT_WITH_SPARE_MAX,
                own => sending < IN_FLIGHT_MAX && own < most(&snapshot, target),
            });
            let Some(group) = next else { return };
            if let Some(first) = group.first() {
                *flying.entry(first.target.clone()).or_default() += 1;
            }
            self.begin(&snapshot, group);
        }
    }

    /// How many sends to each target are under way.
    fn flying(&self) -> HashMap<TargetRef, usize> {
        let mut counts = HashMap::new();
        for flight in self.flights.values() {
            *counts.entry(flight.target.clone()).or_default() += 1;
        }
        counts
    }

    /// Joins what was held until now, and what a target cannot take one by one: one that keeps its
    /// pace and has more than a burst waiting gets one message for all.
    pub async fn gather(&mut self) -> Result<(), StoreError> {
        let snapshot = self.store.snapshot();
        let now = Instant::now();
        let mut gathered: Vec<(TargetRef, bool)> =
            self.store.held_targets()?.into_iter().map(|target| (target, true)).collect();
        for resource in resources() {
            for row in snapshot.of(resource) {
                let Some(kind) = target_of(row).filter(|kind| kind.may_join()) else { continue };
                let target = TargetRef { resource, id: row.key() };
                let address = kind.pace_address(row, &target);
                let slow = self.pace.blocked(&address, &kind.windows(row), now).is_some();
                if slow && self.store.is_crowded(&target, digest::BURST)? {
                    gathered.push((target, false));
                }
            }
        }
        for (target, held) in gathered {
            let TargetRef { resource, id } = target;
            let count = self.store.gather(target, held, Box::new(digest::compose)).await?;
            if count > 0 {
                log::info!("{resource}/{id}: {count} deliveries are told by one message");
            }
        }
        Ok(())
    }

    /// Takes note of every task that has ended by now.
    fn draw_conclusions(&mut self) {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.ended(ended);
        }
    }

    /// How long until the next delivery is due; `None` = it is not known, or there is no room
    /// before a task ends.
    pub async fn next_due(&mut self) -> Option<Duration> {
        if self.tasks.len() >= IN_FLIGHT_MAX {
            return None;
        }
        let snapshot = self.store.snapshot();
        let skip = self.waiting(&snapshot);
        let due = self.store.next_due(skip).await.ok()??;
        let wait = u64::try_from(due.saturating_sub(self.carriers.clock.now())).unwrap_or(0);
        Some(Duration::from_millis(wait))
    }

    /// Targets whose next delivery need not be waited for: nothing may go to them, or something is
    /// under way whose end is noticed.
    fn waiting(&mut self, snapshot: &Snapshot) -> Vec<TargetRef> {
        let flying = self.flying().into_keys();
        self.blocked(snapshot).into_iter().chain(flying).collect()
    }

    /// Starts the claimed deliveries of one sending, or puts them back.
    fn begin(&mut self, snapshot: &Snapshot, together: Vec<ClaimedDelivery>) {
        let mut ready = together.into_iter().filter_map(|one| self.ready(snapshot, one));
        let Some(lead) = ready.next() else { return };
        let mates: Vec<Attempting> = ready.collect();
        let target = lead.delivery.target.clone();
        let row = snapshot.find(target.resource, target.id);
        let Some(ticket) = row.and_then(|row| self.admit(lead.target, row, &target)) else {
            // Its old place in the queue is kept; the target is skipped until it may go on.
            let group = std::iter::once(lead).chain(mates).map(|one| one.delivery).collect();
            return self.return_to_store(group, "送信の間隔を空けています");
        };
        let hands = (self.store.clone(), self.settler.clone());
        let task = run(hands, Arc::clone(&self.carriers), lead, mates);
        let id = self.tasks.spawn(task).id();
        self.flights.insert(id, Flight { target, ticket: Some(ticket) });
    }

    /// A claimed delivery with what is to be sent; one that cannot be sent ends here.
    fn ready(&mut self, snapshot: &Snapshot, delivery: ClaimedDelivery) -> Option<Attempting> {
        let row = snapshot.find(delivery.target.resource, delivery.target.id);
        let (row, kind) = match (row, row.and_then(target_of)) {
            (Some(row), Some(kind)) if may_send(row, &delivery) => (row, kind),
            (Some(row), None) if may_send(row, &delivery) => {
                let why = "宛先の種別か動作が変わったため送れません";
                self.end(delivery, AttemptOutcome::Failed, why);
                return None;
            }
            _ => {
                self.end(delivery, AttemptOutcome::Cancelled, "宛先が停止されています");
                return None;
            }
        };
        if let Some(why) = self.parked_reason(&delivery, row) {
            self.end(delivery, AttemptOutcome::Failed, &why);
            return None;
        }
        let progress = Progress::from_text(&delivery.progress);
        let attempt = Attempt {
            id: &delivery.idempotency_key,
            at: self.carriers.clock.now(),
            progress: &progress,
            repeated: progress.ambiguous || delivery.interrupted,
        };
        let prepared = Payload::from_text(&delivery.payload)
            .map_err(|_| SendError::never("通知の内容を読めません"))
            .and_then(|payload| Ok((prepare(kind, row, &payload, &attempt)?, payload)));
        let (prepared, payload) = match prepared {
            Ok(prepared) => prepared,
            Err(fault) => {
                self.end(delivery, AttemptOutcome::Failed, &fault.to_string());
                return None;
            }
        };
        Some(Attempting {
            delivery,
            target: kind,
            knows_repeats: kind.knows_repeats(row),
            counted: kind.counted(row),
            payload,
            progress,
            prepared,
            secrets: secrets(row).into_iter().map(str::to_owned).collect(),
            outcomes: Arc::clone(&self.outcomes),
        })
    }

    /// A place in the pace and a pass of the breaker, or neither.
    fn admit(&mut self, kind: &dyn Target, row: &Record, target: &TargetRef) -> Option<Ticket> {
        let now = Instant::now();
        let (address, windows) = (kind.pace_address(row, target), kind.windows(row));
        let of_target = |flight: &&Flight| flight.ticket.is_some() && flight.target == *target;
        let full = self.flights.values().filter(of_target).count() >= kind.parallel(row);
        if full || self.pace.blocked(&address, &windows, now).is_some() {
            return None;
        }
        if self.breakers.entry(target.clone()).or_default().enter(now) != Gate::Pass {
            return None;
        }
        self.pace.take(&address, &windows, now).ok()
    }

    fn end(&mut self, delivery: ClaimedDelivery, outcome: AttemptOutcome, why: &str) {
        let target = delivery.target.clone();
        self.outcomes.note(&target, outcome);
        let (settler, now) = (self.settler.clone(), self.carriers.clock.now());
        let task = put_back(settler, delivery, now, outcome, why.to_owned());
        let id = self.tasks.spawn(task).id();
        self.flights.insert(id, Flight { target, ticket: None });
    }

    /// Why nothing is sent to a parked target; a row that was changed is given another chance,
    /// and so is whoever tests it.
    fn parked_reason(&self, delivery: &ClaimedDelivery, row: &Record) -> Option<String> {
        if delivery.timing == delivery_timing::TEST {
            return None;
        }
        let now = self.carriers.clock.now();
        let why = self.parking.reason(&delivery.target, (row, &self.store.snapshot()), now)?;
        Some(format!("停止中: {why}"))
    }

    /// Draws the conclusions of a task that ended.
    fn ended(&mut self, ended: Result<(Id, Verdict), JoinError>) {
        let now = Instant::now();
        let (id, verdict) = match ended {
            Ok(ended) => ended,
            Err(fault) => {
                log::error!("a delivery's task ended before its outcome was stored: {fault}");
                (fault.id(), Verdict::Failed)
            }
        };
        let Some(flight) = self.flights.remove(&id) else { return };
        self.ready.ended(&flight.target);
        let Some(ticket) = flight.ticket else { return };
        self.pace.done(&ticket, now);
        let TargetRef { resource, id: key } = &flight.target;
        let breaker = self.breakers.entry(flight.target.clone()).or_default();
        match verdict {
            Verdict::Untried | Verdict::Answered => breaker.answered(),
            Verdict::Sent => {
                breaker.answered();
                self.parking.free(&flight.target);
            }
            Verdict::Hold(after) => {
                breaker.answered();
                self.pace.hold(ticket.address(), now + after.min(RETRY_AFTER_MAX));
                log::info!("{resource}/{key} asked for {} s of quiet", after.as_secs());
            }
            Verdict::Failed => {
                if breaker.failed(now) {
                    log::warn!("{resource}/{key} does not answer: nothing is sent for a minute");
                }
            }
            Verdict::Parked { why, until } => {
                breaker.answered();
                let snapshot = self.store.snapshot();
                if let Some(row) = snapshot.find(resource, *key) {
                    log::warn!(
                        "{resource}/{key} is parked until its row changes or a test comes through"
                    );
                    self.parking.park(&flight.target, (row, &snapshot), why, until);
                }
            }
        }
    }
}

/// Most sends to a target at once.
fn most(snapshot: &Snapshot, target: &TargetRef) -> usize {
    let row = snapshot.find(target.resource, target.id);
    let own = row.and_then(|row| Some(target_of(row)?.parallel(row)));
    own.unwrap_or(PER_TARGET_MAX).min(PER_TARGET_MAX)
}

/// A row that is switched off gets nothing but a test.
fn may_send(row: &Record, delivery: &ClaimedDelivery) -> bool {
    row.is("enabled") || delivery.timing == delivery_timing::TEST
}
