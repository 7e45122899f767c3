//! The INVITE server transaction of a phone that only rings (RFC 3261 §17.2.1, contract sip.md 4).
//!
//! A pure state machine: [`Ringing::step`] takes an input and the time and says what to send and
//! what to tell; [`Ringing::deadline`] says when it wants a [`Input::Tick`].
//! Invariant: a call that nobody cancels never gets a final response from us (except 486 where
//! the connection asks for it), and its end is told exactly once.
//! Never: answers with 2xx or 3xx; reads a clock; does I/O.

use std::time::{Duration, Instant};

use super::event::{Behaviour, Ending};
use super::status::Status;

/// 180 goes out at the latest this long after the INVITE (sip.md 4).
pub const RINGING_AFTER: Duration = Duration::from_millis(500);
/// 180 is repeated so that proxies do not lose patience (RFC 3261 §13.3.1.1).
pub const RINGING_EVERY: Duration = Duration::from_secs(60);
/// After the ring limit a late CANCEL is still answered for this long.
pub const LATE_CANCEL: Duration = Duration::from_secs(600);
/// T1: estimated round trip (RFC 3261 §17.1.1.1).
const T1: Duration = Duration::from_millis(500);
/// T2: longest retransmission interval.
const T2: Duration = Duration::from_secs(4);
/// Timer H: how long an ACK is waited for.
const TIMER_H: Duration = Duration::from_secs(32);
/// Timer I: how long retransmitted ACKs are absorbed (0 over TCP).
const TIMER_I: Duration = Duration::from_secs(5);

/// What happens to a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The same INVITE came again.
    Retransmission,
    /// The call's record is committed.
    Recorded,
    /// A CANCEL arrived.
    Cancel(Ending),
    /// An ACK arrived.
    Ack,
    /// Time passed.
    Tick,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this response to the INVITE.
    Send(Status),
    /// Tell that the call ended.
    Ended(Ending),
    /// Forget the transaction.
    Forget,
}

/// The choices that hold for the whole call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// 応答動作.
    pub behaviour: Behaviour,
    /// The INVITE requires 100rel, which a 180 of ours would break.
    pub stays_at_100: bool,
    /// TCP or TLS: no retransmissions.
    pub reliable: bool,
    /// 呼出上限秒.
    pub ring_limit: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Only 100 is sent.
    Trying { ring_at: Instant, limit: Instant },
    /// 180 is sent.
    Ringing { repeat_at: Instant, limit: Instant },
    /// The ring limit passed.
    Silent { forget_at: Instant },
    /// A final response is sent and waits for its ACK.
    Completed { last: Status, resend_at: Option<Instant>, interval: Duration, give_up: Instant },
    /// The ACK came.
    Confirmed { forget_at: Instant },
    /// Over.
    Gone,
}

/// One call that rings here.
#[derive(Clone, Debug)]
pub struct Ringing {
    policy: Policy,
    state: State,
}

impl Ringing {
    /// A new INVITE at `now`. The first output is always 100.
    pub fn new(policy: Policy, now: Instant) -> (Self, Output) {
        let (ring_at, limit) = (now + RINGING_AFTER, now + policy.ring_limit);
        let state = State::Trying { ring_at, limit };
        (Self { policy, state }, Output::Send(Status::TRYING))
    }

    /// Whether the phone rings as far as the caller knows.
    pub fn is_ringing(&self) -> bool {
        matches!(self.state, State::Trying { .. } | State::Ringing { .. })
    }

    /// When a [`Input::Tick`] is due; `None` when all is over.
    pub fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Trying { ring_at, limit } if self.wants_to_speak() => Some(ring_at.min(limit)),
            State::Trying { limit, .. } => Some(limit),
            State::Ringing { repeat_at, limit } => Some(repeat_at.min(limit)),
            State::Silent { forget_at } | State::Confirmed { forget_at } => Some(forget_at),
            State::Completed { resend_at, give_up, .. } => {
                Some(resend_at.map_or(give_up, |at| at.min(give_up)))
            }
            State::Gone => None,
        }
    }

    /// Takes `input` at `now`; what is to be done, in this order.
    pub fn step(&mut self, input: Input, now: Instant) -> Vec<Output> {
        match input {
            Input::Retransmission => self.repeat(),
            Input::Recorded => match self.state {
                State::Trying { limit, .. } => self.speak(limit, now),
                _ => Vec::new(),
            },
            Input::Cancel(ending) => self.cancel(ending, now),
            Input::Ack => self.acknowledge(now),
            Input::Tick => self.tick(now),
        }
    }

    /// Whether something follows the 100 without a CANCEL.
    fn wants_to_speak(&self) -> bool {
        match self.policy.behaviour {
            Behaviour::Watch => !self.policy.stays_at_100,
            Behaviour::TryingOnly => false,
            Behaviour::Busy => true,
        }
    }

    fn repeat(&self) -> Vec<Output> {
        let last = match self.state {
            State::Trying { .. } => Status::TRYING,
            State::Ringing { .. } => Status::RINGING,
            State::Silent { .. } if self.wants_to_speak() => Status::RINGING,
            State::Silent { .. } => Status::TRYING,
            State::Completed { last, .. } => last,
            State::Confirmed { .. } | State::Gone => return Vec::new(),
        };
        vec![Output::Send(last)]
    }

    /// 180, and 486 where the connection asks for it.
    fn speak(&mut self, limit: Instant, now: Instant) -> Vec<Output> {
        let mut outputs = Vec::with_capacity(3);
        if self.policy.behaviour == Behaviour::TryingOnly {
            return outputs;
        }
        if !self.policy.stays_at_100 {
            outputs.push(Output::Send(Status::RINGING));
            self.state = State::Ringing { repeat_at: now + RINGING_EVERY, limit };
        }
        if self.policy.behaviour == Behaviour::Busy {
            outputs.push(self.finish(Status::BUSY_HERE, now));
            outputs.push(Output::Ended(Ending::Refused));
        }
        outputs
    }

    fn finish(&mut self, last: Status, now: Instant) -> Output {
        let resend_at = (!self.policy.reliable).then_some(now + T1);
        self.state = State::Completed { last, resend_at, interval: T1, give_up: now + TIMER_H };
        Output::Send(last)
    }

    fn cancel(&mut self, ending: Ending, now: Instant) -> Vec<Output> {
        match self.state {
            State::Trying { .. } | State::Ringing { .. } => {
                vec![self.finish(Status::REQUEST_TERMINATED, now), Output::Ended(ending)]
            }
            State::Silent { .. } => vec![self.finish(Status::REQUEST_TERMINATED, now)],
            State::Completed { .. } | State::Confirmed { .. } | State::Gone => Vec::new(),
        }
    }

    fn acknowledge(&mut self, now: Instant) -> Vec<Output> {
        if !matches!(self.state, State::Completed { .. }) {
            return Vec::new();
        }
        if self.policy.reliable {
            self.state = State::Gone;
            return vec![Output::Forget];
        }
        self.state = State::Confirmed { forget_at: now + TIMER_I };
        Vec::new()
    }

    fn tick(&mut self, now: Instant) -> Vec<Output> {
        match self.state {
            State::Trying { limit, .. } | State::Ringing { limit, .. } if now >= limit => {
                self.state = State::Silent { forget_at: now + LATE_CANCEL };
                vec![Output::Ended(Ending::RingLimit)]
            }
            State::Trying { ring_at, limit } if now >= ring_at => self.speak(limit, now),
            State::Ringing { repeat_at, limit } if now >= repeat_at => {
                self.state = State::Ringing { repeat_at: now + RINGING_EVERY, limit };
                vec![Output::Send(Status::RINGING)]
            }
            State::Completed { give_up, .. } if now >= give_up => self.forget(),
            State::Completed { last, resend_at: Some(at), interval, give_up } if now >= at => {
                let interval = (interval * 2).min(T2);
                let resend_at = Some(now + interval);
                self.state = State::Completed { last, resend_at, interval, give_up };
                vec![Output::Send(last)]
            }
            State::Silent { forget_at } | State::Confirmed { forget_at } if now >= forget_at => {
                self.forget()
            }
            _ => Vec::new(),
        }
    }

    fn forget(&mut self) -> Vec<Output> {
        self.state = State::Gone;
        vec![Output::Forget]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATCH: Policy = Policy {
        behaviour: Behaviour::Watch,
        stays_at_100: false,
        reliable: false,
        ring_limit: Duration::from_secs(180),
    };
    const BYE: Ending = Ending::Cancelled;

    /// Feeds (milliseconds, input) pairs and collects (milliseconds, output) pairs; between two
    /// inputs the machine gets every tick it asks for.
    fn run(policy: Policy, inputs: &[(u64, Input)]) -> Vec<(u64, Output)> {
        let start = Instant::now();
        let (mut call, first) = Ringing::new(policy, start);
        let mut told = vec![(0, first)];
        for &(at_ms, input) in inputs {
            let at = start + Duration::from_millis(at_ms);
            while let Some(due) = call.deadline().filter(|due| *due <= at) {
                let due_ms = u64::try_from((due - start).as_millis()).unwrap();
                told.extend(call.step(Input::Tick, due).into_iter().map(|output| (due_ms, output)));
            }
            told.extend(call.step(input, at).into_iter().map(|output| (at_ms, output)));
        }
        told
    }

    const TRYING: Output = Output::Send(Status::TRYING);
    const RINGING: Output = Output::Send(Status::RINGING);
    const GONE: Output = Output::Send(Status::REQUEST_TERMINATED);
    const BUSY: Output = Output::Send(Status::BUSY_HERE);

    #[test]
    fn a_recorded_call_rings_at_once_and_a_slow_record_after_500_ms() {
        assert_eq!(
            run(WATCH, &[(8, Input::Recorded), (9000, Input::Tick)]),
            [(0, TRYING), (8, RINGING)]
        );
        assert_eq!(run(WATCH, &[(700, Input::Recorded)]), [(0, TRYING), (500, RINGING)]);
    }

    #[test]
    fn a_cancelled_call_gets_487_until_it_is_acknowledged() {
        let inputs = [(5, Input::Recorded), (900, Input::Cancel(BYE)), (3000, Input::Ack)];
        let mut inputs = inputs.to_vec();
        inputs.extend([(3100, Input::Cancel(BYE)), (3200, Input::Retransmission)]);
        inputs.push((9000, Input::Tick));
        assert_eq!(
            run(WATCH, &inputs),
            [
                (0, TRYING),
                (5, RINGING),
                (900, GONE),
                (900, Output::Ended(BYE)),
                (1400, GONE),
                (2400, GONE),
                (8000, Output::Forget),
            ]
        );
    }

    #[test]
    fn without_an_ack_487_is_repeated_for_32_seconds() {
        let told = run(WATCH, &[(0, Input::Cancel(BYE)), (60_000, Input::Tick)]);
        let sent: Vec<u64> =
            told.iter().filter(|(_, output)| *output == GONE).map(|(at, _)| *at).collect();
        assert_eq!(sent, [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
        assert_eq!(told.last(), Some(&(32_000, Output::Forget)));
    }

    #[test]
    fn over_tcp_nothing_is_repeated() {
        let policy = Policy { reliable: true, ..WATCH };
        let told = run(policy, &[(0, Input::Cancel(BYE)), (31_000, Input::Tick)]);
        assert_eq!(told, [(0, TRYING), (0, GONE), (0, Output::Ended(BYE))]);
        let told = run(policy, &[(0, Input::Cancel(BYE)), (10, Input::Ack)]);
        assert_eq!(told.last(), Some(&(10, Output::Forget)));
    }

    #[test]
    fn retransmissions_get_the_last_response_again() {
        let inputs = [
            (1, Input::Retransmission),
            (2, Input::Recorded),
            (3, Input::Retransmission),
            (4, Input::Cancel(BYE)),
            (5, Input::Retransmission),
        ];
        let sent: Vec<Output> = run(WATCH, &inputs).into_iter().map(|(_, output)| output).collect();
        assert_eq!(sent, [TRYING, TRYING, RINGING, RINGING, GONE, Output::Ended(BYE), GONE]);
    }

    #[test]
    fn a_long_call_is_reminded_every_minute_and_ends_at_the_limit_without_an_answer() {
        let inputs = [
            (1, Input::Recorded),
            (200_000, Input::Cancel(BYE)),
            (200_001, Input::Ack),
            (300_000, Input::Tick),
        ];
        assert_eq!(
            run(WATCH, &inputs),
            [
                (0, TRYING),
                (1, RINGING),
                (60_001, RINGING),
                (120_001, RINGING),
                (180_000, Output::Ended(Ending::RingLimit)),
                (200_000, GONE),
                (205_001, Output::Forget),
            ]
        );
        let told = run(WATCH, &[(1, Input::Recorded), (900_000, Input::Tick)]);
        assert_eq!(told.last(), Some(&(780_000, Output::Forget)));
    }

    #[test]
    fn the_behaviours_differ_in_what_follows_the_100() {
        let recorded = [(2, Input::Recorded), (90_000, Input::Tick)];
        let only_100 = Policy { behaviour: Behaviour::TryingOnly, ..WATCH };
        assert_eq!(run(only_100, &recorded), [(0, TRYING)]);
        let reliable_180 = Policy { stays_at_100: true, ..WATCH };
        assert_eq!(run(reliable_180, &recorded), [(0, TRYING)]);
        let busy = Policy { behaviour: Behaviour::Busy, ..WATCH };
        let refused = Output::Ended(Ending::Refused);
        let acknowledged = [(2, Input::Recorded), (3, Input::Ack), (4, Input::Cancel(BYE))];
        let told = run(busy, &acknowledged);
        assert_eq!(told, [(0, TRYING), (2, RINGING), (2, BUSY), (2, refused)]);
        let busy = Policy { stays_at_100: true, ..busy };
        assert_eq!(run(busy, &acknowledged), [(0, TRYING), (2, BUSY), (2, refused)]);
    }

    #[test]
    fn each_call_ends_once_whatever_comes() {
        let all =
            [Input::Retransmission, Input::Recorded, Input::Cancel(BYE), Input::Ack, Input::Tick];
        for seed in 0..3125_usize {
            let inputs: Vec<_> = (0..5_u32)
                .map(|place| (u64::from(place) * 100_000, all[seed / 5_usize.pow(place) % 5]))
                .collect();
            let told = run(WATCH, &inputs);
            let ends = |wanted: fn(&Output) -> bool| {
                told.iter().filter(|(_, output)| wanted(output)).count()
            };
            assert_eq!(ends(|output| matches!(output, Output::Ended(_))), 1, "{inputs:?}");
            assert!(ends(|output| matches!(output, Output::Forget)) <= 1, "{inputs:?}");
        }
    }
}
