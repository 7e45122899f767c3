//! Claimed deliveries that wait for their turn, a queue a target.
//!
//! Invariant: targets take turns; what a target gets ahead grows with what it takes, so that a slow
//! one holds no more than it can be sent at once. Never: looks at a clock of its own.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::store::{ClaimedDelivery, TargetRef};

/// The least that a target may have claimed, under way included.
const QUOTA_MIN: usize = 6;
/// The most.
const QUOTA_MAX: usize = 48;
/// What a target may have claimed for each of its sends that ended lately.
const AHEAD: usize = 4;
/// What waited longer goes back to the store: its row may have changed, or its time be over.
const AGE_MAX: Duration = Duration::from_secs(5);

/// The queues.
#[derive(Default)]
pub struct Ready {
    queues: Vec<Queue>,
    /// Where the next round begins.
    turn: usize,
    rows: usize,
}

struct Queue {
    target: TargetRef,
    groups: VecDeque<(Instant, Vec<ClaimedDelivery>)>,
    rows: usize,
    /// Sends that ended lately, halved at every look.
    ended: usize,
}

impl Ready {
    /// How many deliveries wait.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Puts a group that goes out together at the end of its target's queue.
    pub fn push(&mut self, group: Vec<ClaimedDelivery>, now: Instant) {
        let Some(first) = group.first() else { return };
        let target = first.target.clone();
        self.rows += group.len();
        let queue = self.queue(&target);
        queue.rows += group.len();
        queue.groups.push_back((now, group));
    }

    /// The next group of a target that `may` have one, the targets in turn.
    pub fn next(&mut self, may: impl Fn(&TargetRef) -> bool) -> Option<Vec<ClaimedDelivery>> {
        for step in 0..self.queues.len() {
            let at = (self.turn + step) % self.queues.len();
            let Some(queue) = self.queues.get_mut(at) else { continue };
            if queue.groups.is_empty() || !may(&queue.target) {
                continue;
            }
            self.turn = at + 1;
            return self.take(at);
        }
        None
    }

    /// A group that has waited too long.
    pub fn stale(&mut self, now: Instant) -> Option<Vec<ClaimedDelivery>> {
        let old =
            |queue: &Queue| queue.groups.front().is_some_and(|(since, _)| *since + AGE_MAX <= now);
        let at = self.queues.iter().position(old)?;
        self.take(at)
    }

    /// Any group.
    pub fn any(&mut self) -> Option<Vec<ClaimedDelivery>> {
        let at = self.queues.iter().position(|queue| !queue.groups.is_empty())?;
        self.take(at)
    }

    /// A send to this target ended.
    pub fn ended(&mut self, target: &TargetRef) {
        self.queue(target).ended += 1;
    }

    /// How many more each known target may have claimed, given how many are under way; forgets
    /// those of which nothing is known.
    pub fn rooms(&mut self, flying: impl Fn(&TargetRef) -> usize) -> Vec<(TargetRef, usize)> {
        let mut rooms = Vec::with_capacity(self.queues.len());
        for queue in &mut self.queues {
            let quota = (AHEAD * queue.ended).clamp(QUOTA_MIN, QUOTA_MAX);
            let room = quota.saturating_sub(queue.rows + flying(&queue.target));
            rooms.push((queue.target.clone(), room));
            queue.ended /= 2;
        }
        self.queues.retain(|queue| queue.rows > 0 || queue.ended > 0);
        rooms
    }

    fn take(&mut self, at: usize) -> Option<Vec<ClaimedDelivery>> {
        let queue = self.queues.get_mut(at)?;
        let (_, group) = queue.groups.pop_front()?;
        queue.rows -= group.len();
        self.rows -= group.len();
        Some(group)
    }

    fn queue(&mut self, target: &TargetRef) -> &mut Queue {
        let at = self.queues.iter().position(|queue| queue.target == *target);
        let at = at.unwrap_or_else(|| {
            let (target, groups) = (target.clone(), VecDeque::new());
            self.queues.push(Queue { target, groups, rows: 0, ended: 0 });
            self.queues.len() - 1
        });
        // It stands there: it was found or pushed just now.
        #[allow(clippy::indexing_slicing)]
        &mut self.queues[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(id: i64) -> TargetRef {
        TargetRef { resource: "IncomingCall-URL", id }
    }

    fn group(of: i64, id: i64) -> Vec<ClaimedDelivery> {
        vec![ClaimedDelivery {
            id,
            idempotency_key: String::new(),
            call_id: 1,
            target: target(of),
            timing: String::new(),
            payload: String::new(),
            progress: String::new(),
            created_at: 0,
            expires_at: 0,
            attempts: 1,
            interrupted: false,
            owner: String::new(),
        }]
    }

    #[test]
    fn targets_take_turns_and_keep_their_order() {
        let (mut ready, now) = (Ready::default(), Instant::now());
        for (of, id) in [(1, 1), (1, 2), (1, 3), (2, 4), (3, 5), (3, 6)] {
            ready.push(group(of, id), now);
        }
        let mut taken = Vec::new();
        while let Some(group) = ready.next(|target| target.id != 2) {
            taken.push(group[0].id);
        }
        assert_eq!((taken, ready.rows()), (vec![1, 5, 2, 6, 3], 1));
        assert_eq!(ready.any().unwrap()[0].id, 4);
        assert!(ready.any().is_none() && ready.rows() == 0);
    }

    #[test]
    fn a_target_gets_ahead_what_it_takes() {
        let (mut ready, now) = (Ready::default(), Instant::now());
        ready.push(group(1, 1), now);
        for _ in 0..10 {
            ready.ended(&target(2));
        }
        let rooms = ready.rooms(|target| if target.id == 1 { 5 } else { 2 });
        assert_eq!(rooms, [(target(1), 0), (target(2), 38)]);
        assert_eq!(ready.rooms(|_| 0), [(target(1), 5), (target(2), 20)]);
        for _ in 0..4 {
            ready.rooms(|_| 0);
        }
        assert_eq!(ready.rooms(|_| 0), [(target(1), 5)], "nothing is known of the other any more");
    }

    #[test]
    fn what_waits_too_long_goes_back() {
        let (mut ready, now) = (Ready::default(), Instant::now());
        ready.push(group(1, 1), now);
        assert!(ready.stale(now).is_none());
        assert_eq!(ready.stale(now + AGE_MAX).unwrap()[0].id, 1);
    }
}
