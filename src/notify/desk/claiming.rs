//! What the desk asks the store for, while messages go out.
//!
//! Invariant: one claim is under way at most, and what it brings is started or given back.
//! Never: lets slow targets keep others from being claimed.

use futures_util::future::OptionFuture;
use tokio::task::JoinError;
use tokio::time::Instant;

use super::{Desk, IN_FLIGHT_MAX, IN_FLIGHT_WITH_SPARE_MAX, LEASE_MS, PER_TARGET_MAX};
use crate::notify::breaker::{Breaker, Gate};
use crate::notify::letters::together;
use crate::notify::target::{target_of, tested};
use crate::store::{AttemptOutcome, ClaimedDelivery, Snapshot, StoreError, TargetRef};

/// With less than this waiting for its turn, more is claimed.
const READY_LOW: usize = 64;
/// Most in one claim.
const CLAIM_MAX: usize = 128;
/// Most in a claim for targets that have nothing under way, while slow ones take all places.
const SPARE_CLAIM_MAX: usize = 8;

impl Desk {
    /// Whether a claim is under way.
    pub fn is_claiming(&self) -> bool {
        self.claiming.is_some()
    }

    /// Asks the store for what is due; false = not now, because enough is at hand.
    pub fn ask(&mut self) -> bool {
        if self.claiming.is_some() {
            return false;
        }
        let spare = self.tasks.len() >= IN_FLIGHT_MAX && self.ready.rows() >= READY_LOW;
        if self.tasks.len() >= IN_FLIGHT_WITH_SPARE_MAX || self.ready.rows() >= 2 * CLAIM_MAX {
            return false;
        }
        let snapshot = self.store.snapshot();
        let mut rooms: Vec<(TargetRef, usize)> =
            self.blocked(&snapshot).into_iter().map(|target| (target, 0)).collect();
        let flying = self.flying();
        let known = self.ready.rooms(|target| flying.get(target).copied().unwrap_or(0));
        let (limit, per_target) = if spare {
            rooms.extend(flying.into_keys().map(|target| (target, 0)));
            rooms.extend(known.into_iter().map(|(target, _)| (target, 0)));
            (SPARE_CLAIM_MAX, 1)
        } else {
            rooms.extend(known);
            (CLAIM_MAX, PER_TARGET_MAX)
        };
        let (store, owner) = (self.store.clone(), self.owner.clone());
        let claim =
            async move { store.claim_deliveries(owner, LEASE_MS, limit, per_target, rooms).await };
        self.claiming = Some(tokio::spawn(claim));
        true
    }

    /// Waits for a claim or a send to end; true = there may be more to claim. Safe to be dropped.
    pub async fn step(&mut self) -> Result<bool, StoreError> {
        let Self { claiming, tasks, .. } = self;
        let claimed = tokio::select! {
            Some(claimed) = OptionFuture::from(claiming.as_mut()) => claimed,
            Some(ended) = tasks.join_next_with_id() => {
                self.ended(ended);
                return Ok(true);
            }
            else => return Ok(false),
        };
        self.put(claimed)
    }

    fn put(
        &mut self,
        claimed: Result<Result<Vec<ClaimedDelivery>, StoreError>, JoinError>,
    ) -> Result<bool, StoreError> {
        self.claiming = None;
        let claimed = claimed.unwrap_or(Err(StoreError::Unavailable))?;
        let any = !claimed.is_empty();
        let now = Instant::now();
        for group in together(claimed) {
            self.ready.push(group, now);
        }
        Ok(any)
    }

    /// Before the end: what was claimed and not started goes back as if it had not been.
    pub async fn give_back(&mut self) {
        if let Some(claiming) = &mut self.claiming {
            let claimed = claiming.await;
            if let Err(fault) = self.put(claimed) {
                log::warn!("the last claim of the outbox failed: {fault}");
            }
        }
        while let Some(group) = self.ready.any() {
            self.return_to_store(group, "サービスが停止しました");
        }
    }

    /// Puts a group back at its old place in the queue.
    pub(super) fn return_to_store(&mut self, group: Vec<ClaimedDelivery>, why: &str) {
        for delivery in group {
            let place = AttemptOutcome::Deferred(delivery.created_at);
            self.end(delivery, place, why);
        }
    }

    /// Targets to which nothing may go now: their breaker or their pace says so.
    pub(super) fn blocked(&mut self, snapshot: &Snapshot) -> Vec<TargetRef> {
        let now = Instant::now();
        self.pace.tidy(super::PACE_LONGEST, now);
        self.breakers.retain(|_, breaker| *breaker != Breaker::default());
        let mut blocked: Vec<TargetRef> = Vec::new();
        for (target, breaker) in &self.breakers {
            if breaker.peek(now) != Gate::Pass {
                blocked.push(target.clone());
            }
        }
        if self.pace.is_empty() {
            return blocked;
        }
        for resource in tested() {
            for row in snapshot.of(resource) {
                let Some(kind) = target_of(row) else { continue };
                let target = TargetRef { resource, id: row.key() };
                let address = kind.pace_address(row, &target);
                if self.pace.blocked(&address, &kind.windows(row), now).is_some() {
                    blocked.push(target);
                }
            }
        }
        blocked
    }
}
