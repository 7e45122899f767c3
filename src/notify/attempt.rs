//! One attempt at a delivery: send, judge, settle.

use std::sync::Arc;
use std::time::Duration;

use super::carrier::{Carried, Carriers, LetterOrder, Outgoing, carry};
use super::command::execute;
use super::letters::{letter_id, post};
use super::outcomes::Outcomes;
use super::payload::{Payload, Progress};
use super::retry::{self, Failure, Next, Scope, SendError, Sent};
use super::settler::Settler;
use super::target::{Prepared, Target, shown, without};
use crate::clock::{UnixMs, japan_month};
use crate::resource::words::delivery_timing;
use crate::store::{AttemptOutcome, ClaimedDelivery, Settled, Store};

/// Added to the reason where the receiver cannot recognise a repeat.
const MAYBE_TWICE: &str = "重複の可能性";
/// The reason where the provider was asked and nobody was shown a message.
const ONLY_CHECKED: &str = "送信せずに確認しました";
/// Added to the reason where time ran out.
const TOO_LATE: &str = "期限までに届きませんでした";

/// What an attempt needs.
pub struct Attempting {
    /// The row.
    pub delivery: ClaimedDelivery,
    /// What the row is sent to.
    pub target: &'static dyn Target,
    /// The receiver knows a repeat by its id.
    pub knows_repeats: bool,
    /// How many messages the receiver counts of it against the month's.
    pub counted: i64,
    /// Its payload, read.
    pub payload: Payload,
    /// Its progress, read.
    pub progress: Progress,
    /// What to send.
    pub prepared: Prepared,
    /// The target's secrets, for cutting them out of answers.
    pub secrets: Vec<String>,
    /// Where its outcome is counted.
    pub outcomes: Arc<Outcomes>,
}

/// What the dispatcher learns from an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was asked of the target.
    Untried,
    /// The message is out of our hands.
    Sent,
    /// The target answered, if only to refuse.
    Answered,
    /// The target answered and asked for quiet.
    Hold(Duration),
    /// The target did not answer, or cannot work.
    Failed,
    /// Nothing will come through until somebody changes something.
    Parked {
        /// For people.
        why: String,
        /// Or until this time.
        until: Option<UnixMs>,
    },
}

/// Sends, judges, settles; `mates` say the same and go out with it where they can.
pub async fn run(
    (store, settler): (Store, Settler),
    carriers: Arc<Carriers>,
    attempting: Attempting,
    mates: Vec<Attempting>,
) -> Verdict {
    let begun = Begun { store, settler, started_at: carriers.clock.now(), random: rand::random() };
    let (target, outgoing, case) = attempting.parts();
    match outgoing {
        Outgoing::Command(order) => {
            let carried = execute(&begun.store, &carriers, &case.delivery.target, order).await;
            begun.settle(&carriers, case, carried).await
        }
        Outgoing::Letter(order) => begun.post(&carriers, (case, order), mates).await,
        alone => {
            let carried = carry(Arc::clone(&carriers), target, alone, &case.recipient).await;
            begun.settle(&carriers, case, carried).await
        }
    }
}

/// What the deliveries of one sending have in common.
struct Begun {
    store: Store,
    settler: Settler,
    started_at: UnixMs,
    /// Drawn once, so that what went out together is repeated together.
    random: f64,
}

/// A delivery under way, without what was sent.
struct Under {
    delivery: ClaimedDelivery,
    knows_repeats: bool,
    counted: i64,
    payload: Payload,
    progress: Progress,
    recipient: String,
    secrets: Vec<String>,
    outcomes: Arc<Outcomes>,
}

impl Attempting {
    fn parts(self) -> (&'static dyn Target, Outgoing, Under) {
        let Prepared { outgoing, recipient } = self.prepared;
        let under = Under {
            delivery: self.delivery,
            knows_repeats: self.knows_repeats,
            counted: self.counted,
            payload: self.payload,
            progress: self.progress,
            recipient,
            secrets: self.secrets,
            outcomes: self.outcomes,
        };
        (self.target, outgoing, under)
    }
}

impl Begun {
    /// One letter for all of them.
    async fn post(
        &self,
        carriers: &Arc<Carriers>,
        (lead, order): (Under, LetterOrder),
        mates: Vec<Attempting>,
    ) -> Verdict {
        let id = letter_id(&lead.delivery, lead.payload.together());
        let (mut cases, mut orders) = (vec![lead], vec![order]);
        for mate in mates {
            if let (_, Outgoing::Letter(order), case) = mate.parts() {
                cases.push(case);
                orders.push(order);
            }
        }
        let posted = post(&self.store, carriers, &id, &orders).await;
        let mut first = None;
        for (case, carried) in cases.into_iter().zip(posted.each) {
            let verdict = self.settle(carriers, case, carried).await;
            // One recipient's refusal is no news of the server.
            first.get_or_insert(match verdict {
                Verdict::Hold(_) if !posted.hold => Verdict::Answered,
                verdict => verdict,
            });
        }
        first.unwrap_or(Verdict::Untried)
    }

    /// Judges what became of a delivery, and writes it down.
    async fn settle(&self, carriers: &Carriers, under: Under, carried: Carried) -> Verdict {
        let label = label(&carried);
        let Carried { result, answer } = carried;
        let now = carriers.clock.now();
        let verdict = verdict(&result, answer.is_empty(), now);
        let answer = match under.payload {
            // What a program printed is bounded already, and kept whole.
            Payload::Command { .. } => without(answer, &under.secrets),
            _ => shown(answer, &under.secrets),
        };
        let response = response(&result, answer);
        let counted = if matches!(under.payload, Payload::Check) { 0 } else { under.counted };
        let delivery = under.delivery;
        let (outcome, reason, progress) = judge(&Case {
            delivery: &delivery,
            knows_repeats: under.knows_repeats,
            payload: &under.payload,
            recipient: &under.recipient,
            progress: under.progress,
            now,
            random: self.random,
            result,
        });
        log_outcome(&delivery, outcome, &label);
        under.outcomes.note(&delivery.target, outcome);
        let settled = Settled {
            id: delivery.id,
            owner: delivery.owner,
            attempts: delivery.attempts,
            started_at: self.started_at,
            outcome,
            response,
            reason,
            progress: left(outcome, progress).to_text(),
            counted,
        };
        self.settler.put(settled).await;
        verdict
    }
}

/// Ends or postpones a delivery without an attempt.
pub async fn put_back(
    settler: Settler,
    delivery: ClaimedDelivery,
    now: UnixMs,
    outcome: AttemptOutcome,
    reason: String,
) -> Verdict {
    if !matches!(outcome, AttemptOutcome::Deferred(_)) {
        log_outcome(&delivery, outcome, "not sent");
    }
    let settled = Settled {
        id: delivery.id,
        owner: delivery.owner,
        attempts: delivery.attempts,
        started_at: now,
        outcome,
        response: String::new(),
        reason,
        progress: delivery.progress,
        counted: 0,
    };
    settler.put(settled).await;
    Verdict::Untried
}

/// Everything that the outcome rests on.
struct Case<'a> {
    delivery: &'a ClaimedDelivery,
    knows_repeats: bool,
    payload: &'a Payload,
    recipient: &'a str,
    progress: Progress,
    now: UnixMs,
    random: f64,
    result: Result<Sent, SendError>,
}

/// The outcome of an attempt, its reason, and the new progress.
fn judge(case: &Case<'_>) -> (AttemptOutcome, String, Progress) {
    let mut progress = case.progress.clone();
    let repeated = progress.ambiguous || case.delivery.interrupted;
    match &case.result {
        Ok(sent) => {
            progress.unproven |= matches!(sent, Sent::Accepted(_));
            let note = match case.payload {
                Payload::Check => ONLY_CHECKED,
                _ if repeated && !case.knows_repeats => MAYBE_TWICE,
                _ => "",
            };
            progress.done.push(case.recipient.to_owned());
            advance(case, progress, note)
        }
        Err(SendError::Never { why, scope: Scope::Recipient }) => {
            progress.failed.push((case.recipient.to_owned(), why.clone()));
            advance(case, progress, "")
        }
        Err(SendError::Never { why, .. }) => (AttemptOutcome::Failed, why.clone(), progress),
        // Whoever tests waits for the answer.
        Err(SendError::Later { why, .. }) if case.delivery.timing == delivery_timing::TEST => {
            (AttemptOutcome::Failed, why.clone(), progress)
        }
        Err(SendError::Later { after, why, ambiguous }) => {
            progress.failures = progress.failures.saturating_add(1);
            progress.ambiguous |= ambiguous;
            let failure = Failure {
                now: case.now,
                created_at: case.delivery.created_at,
                expires_at: case.delivery.expires_at,
                failures: progress.failures,
                after: *after,
            };
            match retry::next(&failure, case.random) {
                Next::At(at) => (AttemptOutcome::Retry(at), why.clone(), progress),
                Next::Expired => (AttemptOutcome::Expired, format!("{TOO_LATE}({why})"), progress),
            }
        }
    }
}

/// What somebody who sends a delivery again (再送) goes on from: those who have it do not get it
/// twice where it came to others not, and a refusal is asked for anew.
fn left(outcome: AttemptOutcome, progress: Progress) -> Progress {
    match outcome {
        AttemptOutcome::Delivered | AttemptOutcome::Accepted => Progress::default(),
        AttemptOutcome::Failed | AttemptOutcome::Expired | AttemptOutcome::Cancelled => {
            Progress { failed: Vec::new(), failures: 0, ..progress }
        }
        AttemptOutcome::Retry(_) | AttemptOutcome::Deferred(_) => progress,
    }
}

/// A recipient is settled: the next one is due at once, or the delivery is over.
fn advance(
    case: &Case<'_>,
    mut progress: Progress,
    note: &str,
) -> (AttemptOutcome, String, Progress) {
    progress.failures = 0;
    let recipients = case.payload.recipients();
    let settled = recipients.iter().filter(|recipient| progress.has(recipient)).count();
    if settled < recipients.len() {
        let reason = format!("{settled}/{}件の宛先を終えました", recipients.len());
        return (AttemptOutcome::Retry(case.now), reason, progress);
    }
    if progress.failed.is_empty() {
        let proven = !progress.unproven;
        let outcome = if proven { AttemptOutcome::Delivered } else { AttemptOutcome::Accepted };
        return (outcome, note.to_owned(), progress);
    }
    let failed: Vec<&str> = progress.failed.iter().map(|(_, why)| why.as_str()).collect();
    (AttemptOutcome::Failed, failed.join("、"), progress)
}

fn verdict(result: &Result<Sent, SendError>, silent: bool, now: UnixMs) -> Verdict {
    match result {
        Ok(Sent::Spent(_, quiet)) => Verdict::Hold(*quiet),
        Ok(_) => Verdict::Sent,
        Err(SendError::Never { scope: Scope::Target, why }) => {
            Verdict::Parked { why: why.clone(), until: None }
        }
        Err(SendError::Never { scope: Scope::Month, why }) => {
            Verdict::Parked { why: why.clone(), until: Some(japan_month(now, 1)) }
        }
        // Refused before anything was sent, or by an answer: the target is not down.
        Err(SendError::Never { .. }) => Verdict::Answered,
        Err(SendError::Later { after: Some(after), .. }) if !silent => Verdict::Hold(*after),
        Err(SendError::Later { .. }) => Verdict::Failed,
    }
}

/// 最終応答 with the provider's id of the message, where its answer does not begin with it.
fn response(result: &Result<Sent, SendError>, answer: String) -> String {
    match result {
        Ok(Sent::Delivered(id) | Sent::Accepted(id) | Sent::Spent(id, _))
            if !answer.contains(id) =>
        {
            format!("{answer} ID:{id}")
        }
        _ => answer,
    }
}

/// What the log says of an answer: its status, nothing that somebody else wrote.
fn label(carried: &Carried) -> String {
    let word = carried.answer.split(' ').next().unwrap_or_default();
    match word {
        "" => "no answer".to_owned(),
        code if code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit()) => {
            format!("status {code}")
        }
        _ => "answered".to_owned(),
    }
}

/// One line for each outcome; the reason for people is in the delivery's row.
fn log_outcome(delivery: &ClaimedDelivery, outcome: AttemptOutcome, answer: &str) {
    let ClaimedDelivery { id, call_id, target, attempts, .. } = delivery;
    let (resource, key) = (target.resource, target.id);
    let what = format!("delivery {id} of call {call_id} to {resource}/{key}, attempt {attempts}");
    match outcome {
        AttemptOutcome::Delivered | AttemptOutcome::Accepted => {
            let mark = if delivery.interrupted { ", possibly a repeat" } else { "" };
            log::info!("{what}: delivered ({answer}{mark})");
        }
        AttemptOutcome::Retry(at) => {
            log::info!("{what}: again at {} ({answer})", crate::clock::japan_text(at));
        }
        AttemptOutcome::Deferred(_) => log::debug!("{what}: deferred ({answer})"),
        AttemptOutcome::Failed => log::warn!("{what}: failed for good ({answer})"),
        AttemptOutcome::Expired => log::warn!("{what}: expired ({answer})"),
        AttemptOutcome::Cancelled => log::info!("{what}: cancelled ({answer})"),
    }
}
