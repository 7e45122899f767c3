//! The REGISTER client of one connection (RFC 3261 §10.2, §17.1.2; contract sip.md 2).
//!
//! A pure state machine: [`Registrar::step`] takes an input, the time and fresh randomness and
//! says what to do; [`Registrar::deadline`] says when it wants a [`Input::Tick`].
//! Invariant: every way to fail leads to a bounded wait and a retry, and a challenge is answered
//! only as often as [`Proof`] allows, so that a wrong password can never become a storm.
//! Never: reads a clock, does I/O, logs a password.

use std::time::{Duration, Instant};

use super::account::{Account, Report};
use super::answer::Answer;
use super::backoff::Backoff;
use super::event::RegistrationState;
use super::proof::Proof;
use super::reason;
use super::register::Attempt;

/// T1: first retransmission (timer E).
const T1: Duration = Duration::from_millis(500);
/// T2: longest retransmission interval.
const T2: Duration = Duration::from_secs(4);
/// Timer F: a request without a final answer is given up.
const TIMER_F: Duration = Duration::from_secs(32);
/// De-registration holds up a stop or a changed row no longer (sip.md 2: changes act within 2 s).
const LEAVE_WITHIN: Duration = Duration::from_millis(1500);
/// A rebooted gateway forgets us; it is asked again at least this often.
const REFRESH_AT_LATEST: Duration = Duration::from_secs(300);
/// Waits after silence: 1, 2, 4 … 30 s.
const AFTER_SILENCE: Backoff = Backoff::new(1, 30);
/// Waits after a refusal: 30, 60 … 300 s.
const AFTER_REFUSAL: Backoff = Backoff::new(30, 300);
/// Waits after a connection that broke before it had stood for [`STEADY_AFTER`].
const AFTER_BREAK: Backoff = Backoff::new(1, 30);
/// A connection that stood this long may break without a wait.
const STEADY_AFTER: Duration = Duration::from_secs(30);
/// Shortest Retry-After that is obeyed.
const RETRY_AFTER_MIN: Duration = Duration::from_secs(1);
/// Longest Retry-After that is obeyed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3600);
/// Longest Min-Expires that is obeyed.
const MIN_EXPIRES_MAX: u32 = 86_400;
/// Shown where no answer came at all (RFC 3261 §8.1.3.1).
const CODE_SILENCE: u16 = 408;

/// What happens to a registration.
#[derive(Clone, Debug)]
pub enum Input {
    /// The server's address is known and, over TCP, connected.
    Ready,
    /// It is not; the text says why and what to do.
    Unreachable(String),
    /// A response to the current request.
    Answered(Answer),
    /// Time passed.
    Tick,
    /// The way to the server broke; the text says what to do.
    Broken(String),
    /// De-register and end.
    Leave,
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Find and reach the server, then give [`Input::Ready`] or [`Input::Unreachable`].
    Prepare,
    /// Send this REGISTER.
    Send(Attempt),
    /// Send the last REGISTER again.
    Resend,
    /// Tell how it stands.
    Report(Report),
    /// The end: nothing more will be sent.
    Left,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The server is looked for.
    Preparing { give_up: Instant },
    /// A REGISTER is out.
    Asking { resend_at: Option<Instant>, interval: Duration, give_up: Instant },
    /// Nothing to do until then: registered, or waiting after a failure.
    Resting { until: Instant },
    /// A de-registering REGISTER is out.
    Leaving { resend_at: Option<Instant>, interval: Duration, give_up: Instant },
    /// Over.
    Left,
}

/// The registration of one row.
pub struct Registrar {
    account: Account,
    state: State,
    cseq: u32,
    expires: u32,
    proof: Proof,
    /// A 423 was obeyed since the server was last looked for.
    lengthened: bool,
    /// The server holds a binding of ours.
    bound: bool,
    silences: Backoff,
    refusals: Backoff,
    breaks: Backoff,
    /// When the server was last reached.
    reached_at: Instant,
    shown: Option<Report>,
}

impl Registrar {
    /// Starts at `now`: looks for the server first.
    pub fn new(account: Account, now: Instant) -> (Self, Vec<Output>) {
        let mut own = Self {
            state: State::Preparing { give_up: now + TIMER_F },
            cseq: 0,
            expires: account.expires,
            account,
            proof: Proof::default(),
            lengthened: false,
            bound: false,
            silences: AFTER_SILENCE,
            refusals: AFTER_REFUSAL,
            breaks: AFTER_BREAK,
            reached_at: now,
            shown: None,
        };
        let mut outputs = vec![Output::Prepare];
        own.report(RegistrationState::Registering, 0, String::new(), None, &mut outputs);
        (own, outputs)
    }

    /// When a [`Input::Tick`] is due; `None` when all is over.
    pub fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Preparing { give_up } => Some(give_up),
            State::Asking { resend_at, give_up, .. }
            | State::Leaving { resend_at, give_up, .. } => {
                Some(resend_at.map_or(give_up, |at| at.min(give_up)))
            }
            State::Resting { until } => Some(until),
            State::Left => None,
        }
    }

    /// Takes `input` at `now`; `random` is fresh for each step.
    pub fn step(&mut self, input: Input, now: Instant, random: u128) -> Vec<Output> {
        let mut outputs = Vec::with_capacity(2);
        match (input, self.state) {
            (_, State::Left) => {}
            (Input::Leave, State::Leaving { .. }) => {}
            (Input::Leave, _) => self.leave(now, random, &mut outputs),
            (Input::Tick, _) => self.tick(now, random, &mut outputs),
            (Input::Ready, State::Preparing { .. }) => {
                self.reached_at = now;
                outputs.push(self.ask(self.expires, now, random));
            }
            (Input::Unreachable(text), State::Preparing { .. })
            | (Input::Broken(text), State::Asking { .. }) => {
                self.silent(text, now, random, &mut outputs);
            }
            (Input::Answered(answer), State::Asking { .. }) => {
                self.answered(&answer, now, random, &mut outputs);
            }
            (Input::Answered(answer), State::Leaving { .. }) => {
                self.answered_leaving(&answer, now, random, &mut outputs);
            }
            (Input::Broken(_), State::Leaving { .. }) => self.left(&mut outputs),
            (Input::Broken(_), State::Resting { .. }) if self.bound => {
                self.reconnect(now, random, &mut outputs);
            }
            _ => {}
        }
        outputs
    }

    /// At once, unless the server hangs up again and again: it would be asked without end.
    fn reconnect(&mut self, now: Instant, random: u128, outputs: &mut Vec<Output>) {
        if now.saturating_duration_since(self.reached_at) >= STEADY_AFTER {
            self.breaks.reset();
            return self.prepare(now, outputs);
        }
        let until = now + self.breaks.wait(random);
        self.state = State::Resting { until };
        if let Some(Report { state, code, error, .. }) = self.shown.clone() {
            self.report(state, code, error, Some(until), outputs);
        }
    }

    fn prepare(&mut self, now: Instant, outputs: &mut Vec<Output>) {
        self.state = State::Preparing { give_up: now + TIMER_F };
        self.proof.begin_again();
        self.lengthened = false;
        outputs.push(Output::Prepare);
    }

    /// The next REGISTER, with credentials where a challenge is known.
    fn ask(&mut self, expires: u32, now: Instant, random: u128) -> Output {
        self.cseq = self.cseq.wrapping_add(1) & 0x7fff_ffff;
        let random = format!("{random:032x}");
        let (branch, cnonce) = random.split_at(random.len() / 2);
        let authorization = self.proof.lines(&self.account, cnonce);
        let resend_at = (!self.account.reliable).then_some(now + T1);
        self.state = match expires {
            0 => State::Leaving { resend_at, interval: T1, give_up: now + LEAVE_WITHIN },
            _ => State::Asking { resend_at, interval: T1, give_up: now + TIMER_F },
        };
        let branch = format!("z9hG4bK{branch}");
        Output::Send(Attempt { cseq: self.cseq, branch, expires, authorization })
    }

    fn tick(&mut self, now: Instant, random: u128, outputs: &mut Vec<Output>) {
        match &mut self.state {
            State::Preparing { give_up } | State::Asking { give_up, .. } if now >= *give_up => {
                self.silent(reason::silence(), now, random, outputs);
            }
            State::Leaving { give_up, .. } if now >= *give_up => self.left(outputs),
            State::Asking { resend_at: Some(at), interval, .. }
            | State::Leaving { resend_at: Some(at), interval, .. }
                if now >= *at =>
            {
                *interval = (*interval * 2).min(T2);
                *at = now + *interval;
                outputs.push(Output::Resend);
            }
            State::Resting { until } if now >= *until => self.prepare(now, outputs),
            _ => {}
        }
    }

    fn answered(&mut self, answer: &Answer, now: Instant, random: u128, outputs: &mut Vec<Output>) {
        match answer.code {
            100..=199 => {
                if let State::Asking { interval, .. } = &mut self.state {
                    *interval = T2;
                }
            }
            200..=299 if answer.granted == Some(0) => {
                self.refused(answer.code, reason::granted_nothing(), now, random, outputs);
            }
            200..=299 => self.registered(answer, now, outputs),
            401 | 407 => match self.proof.take(answer, &self.account) {
                Ok(()) => outputs.push(self.ask(self.expires, now, random)),
                Err(text) => self.refused(answer.code, text, now, random, outputs),
            },
            423 => match answer.min_expires {
                Some(least) if self.may_lengthen(least) => {
                    (self.expires, self.lengthened) = (least, true);
                    outputs.push(self.ask(self.expires, now, random));
                }
                _ => self.refused(423, reason::refused(423), now, random, outputs),
            },
            code => self.refused_for(code, answer.retry_after, now, random, outputs),
        }
    }

    fn may_lengthen(&self, least: u32) -> bool {
        !self.lengthened && least > self.expires && least <= MIN_EXPIRES_MAX
    }

    fn registered(&mut self, answer: &Answer, now: Instant, outputs: &mut Vec<Output>) {
        let granted = answer.granted.unwrap_or(self.expires);
        let half = Duration::from_secs(u64::from(granted)) / 2;
        let until = now + half.clamp(Duration::from_secs(1), REFRESH_AT_LATEST);
        self.state = State::Resting { until };
        self.silences.reset();
        self.refusals.reset();
        self.bound = true;
        let state = RegistrationState::Registered;
        self.report(state, answer.code, String::new(), Some(until), outputs);
    }

    /// A final answer that is no success and no challenge.
    fn refused_for(
        &mut self,
        code: u16,
        retry_after: Option<u32>,
        now: Instant,
        random: u128,
        outputs: &mut Vec<Output>,
    ) {
        let asked = retry_after.map(|seconds| Duration::from_secs(u64::from(seconds)));
        match asked.filter(|_| code == 503) {
            Some(wait) => {
                let until = now + wait.clamp(RETRY_AFTER_MIN, RETRY_AFTER_MAX);
                self.fail(code, reason::refused(code), until, outputs);
            }
            // a server that starts up answers 5xx: as good as silence
            None if (500..600).contains(&code) => {
                let until = now + self.silences.wait(random);
                self.fail(code, reason::refused(code), until, outputs);
            }
            None => self.refused(code, reason::refused(code), now, random, outputs),
        }
    }

    fn refused(
        &mut self,
        code: u16,
        text: String,
        now: Instant,
        random: u128,
        outputs: &mut Vec<Output>,
    ) {
        let until = now + self.refusals.wait(random);
        self.fail(code, text, until, outputs);
    }

    fn silent(&mut self, text: String, now: Instant, random: u128, outputs: &mut Vec<Output>) {
        let until = now + self.silences.wait(random);
        self.fail(CODE_SILENCE, text, until, outputs);
    }

    fn fail(&mut self, code: u16, text: String, until: Instant, outputs: &mut Vec<Output>) {
        self.state = State::Resting { until };
        self.bound = false;
        self.proof.forget();
        self.report(RegistrationState::Failed, code, text, Some(until), outputs);
    }

    fn leave(&mut self, now: Instant, random: u128, outputs: &mut Vec<Output>) {
        let may_be_bound = self.bound || matches!(self.state, State::Asking { .. });
        if may_be_bound {
            self.proof.begin_again();
            outputs.push(self.ask(0, now, random));
        } else {
            self.left(outputs);
        }
    }

    fn answered_leaving(
        &mut self,
        answer: &Answer,
        now: Instant,
        random: u128,
        outputs: &mut Vec<Output>,
    ) {
        match answer.code {
            100..=199 => {}
            401 | 407 if self.proof.take(answer, &self.account).is_ok() => {
                outputs.push(self.ask(0, now, random));
            }
            _ => self.left(outputs),
        }
    }

    fn left(&mut self, outputs: &mut Vec<Output>) {
        (self.state, self.bound) = (State::Left, false);
        self.report(RegistrationState::Stopped, 0, String::new(), None, outputs);
        outputs.push(Output::Left);
    }

    /// Adds a report where anything of it changed.
    fn report(
        &mut self,
        state: RegistrationState,
        code: u16,
        error: String,
        next: Option<Instant>,
        outputs: &mut Vec<Output>,
    ) {
        let report = Report { state, code, error, next };
        if self.shown.as_ref() != Some(&report) {
            self.shown = Some(report.clone());
            outputs.push(Output::Report(report));
        }
    }
}
