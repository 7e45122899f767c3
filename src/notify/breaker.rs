//! A circuit breaker for one target, as a pure state machine.

use std::time::Duration;

use tokio::time::Instant;

/// Straight failures that open it.
const FAILURES_MAX: u32 = 5;
/// How long it stays open before one probe goes out.
const OPEN: Duration = Duration::from_secs(60);

/// Keeps a target that is down from being asked again and again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Requests pass.
    #[default]
    Closed,
    /// None passes before this moment.
    Open(Instant),
    /// One probe is under way.
    Probing,
}

/// Whether a request may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It may.
    Pass,
    /// Not before this moment.
    WaitUntil(Instant),
    /// Not before the probe has ended.
    WaitForProbe,
}

impl Breaker {
    /// What a request would be told, without changing anything.
    pub fn peek(&self, now: Instant) -> Gate {
        match self.state {
            State::Open(until) if now < until => Gate::WaitUntil(until),
            State::Probing => Gate::WaitForProbe,
            State::Closed | State::Open(_) => Gate::Pass,
        }
    }

    /// Asks for a request; the first one after the open time is the probe.
    pub fn enter(&mut self, now: Instant) -> Gate {
        let gate = self.peek(now);
        if gate == Gate::Pass && matches!(self.state, State::Open(_)) {
            self.state = State::Probing;
        }
        gate
    }

    /// The target answered (even if it refused what was sent).
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// The target did not answer, or said that it cannot work. True when this opened it.
    pub fn failed(&mut self, now: Instant) -> bool {
        self.failures = self.failures.saturating_add(1);
        let opens = self.state == State::Probing
            || (self.state == State::Closed && self.failures >= FAILURES_MAX);
        if opens {
            self.state = State::Open(now + OPEN);
        }
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_straight_failures_open_it_for_a_minute_and_one_probe_decides() {
        let start = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            assert!(!breaker.failed(start));
        }
        breaker.answered();
        for _ in 0..4 {
            assert!(!breaker.failed(start));
            assert_eq!(breaker.enter(start), Gate::Pass);
        }
        assert!(breaker.failed(start));
        let reopened = start + OPEN;
        assert_eq!(breaker.enter(start + Duration::from_secs(59)), Gate::WaitUntil(reopened));
        assert_eq!(breaker.peek(reopened), Gate::Pass);
        assert_eq!(breaker.enter(reopened), Gate::Pass);
        assert_eq!(breaker.enter(reopened), Gate::WaitForProbe);
        assert!(breaker.failed(reopened));
        assert_eq!(breaker.enter(reopened), Gate::WaitUntil(reopened + OPEN));
        assert_eq!(breaker.enter(reopened + OPEN), Gate::Pass);
        breaker.answered();
        assert_eq!(breaker.enter(reopened + OPEN), Gate::Pass);
        assert_eq!(breaker.enter(reopened + OPEN), Gate::Pass);
    }

    #[test]
    fn a_late_failure_does_not_lengthen_the_open_time() {
        let start = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            breaker.failed(start);
        }
        assert!(!breaker.failed(start + Duration::from_secs(30)));
        assert_eq!(breaker.peek(start + OPEN), Gate::Pass);
    }
}
