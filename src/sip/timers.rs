//! One heap of deadlines for all calls and registrations.
//!
//! Invariant: an entry may be out of date; who is woken looks at its own deadline. So moving a
//! deadline costs nothing, and there is no task per call. Never: runs anything.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

/// Whom a deadline wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sleeper {
    /// A call.
    Call(u64),
    /// A row.
    Row(u64),
    /// The sockets that could not be opened.
    Sockets,
}

/// The deadlines.
#[derive(Debug, Default)]
pub struct Timers {
    heap: BinaryHeap<Reverse<(Instant, Sleeper)>>,
}

/// The nearest deadline that a sleeper has in the heap.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alarm(Option<Instant>);

impl Timers {
    /// Makes sure that `sleeper` is woken at `deadline` or before; `alarm` is its own.
    pub fn set(&mut self, alarm: &mut Alarm, deadline: Option<Instant>, sleeper: Sleeper) {
        let Some(deadline) = deadline else { return };
        if alarm.0.is_none_or(|set| deadline < set) {
            alarm.0 = Some(deadline);
            self.heap.push(Reverse((deadline, sleeper)));
        }
    }

    /// When the next entry is due.
    pub fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes the next entry that is due at `now`.
    pub fn pop_due(&mut self, now: Instant) -> Option<(Instant, Sleeper)> {
        self.next().filter(|at| *at <= now)?;
        self.heap.pop().map(|Reverse(entry)| entry)
    }
}

impl Alarm {
    /// Whether an entry popped for `at` is this alarm; it then counts as rung.
    pub fn rang(&mut self, at: Instant) -> bool {
        let own = self.0 == Some(at);
        if own {
            self.0 = None;
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_alarm_rings_once_at_its_earliest_deadline() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let (mut timers, mut alarm) = (Timers::default(), Alarm::default());
        timers.set(&mut alarm, Some(at(50)), Sleeper::Call(1));
        timers.set(&mut alarm, Some(at(90)), Sleeper::Call(1));
        timers.set(&mut alarm, Some(at(20)), Sleeper::Call(1));
        timers.set(&mut alarm, None, Sleeper::Call(1));
        assert_eq!(timers.next(), Some(at(20)));
        assert_eq!(timers.pop_due(at(19)), None);
        let (first, _) = timers.pop_due(at(60)).unwrap();
        assert!(first == at(20) && alarm.rang(first));
        let (second, _) = timers.pop_due(at(60)).unwrap();
        assert!(second == at(50) && !alarm.rang(second));
        assert_eq!(timers.pop_due(at(99)), None);
    }
}
