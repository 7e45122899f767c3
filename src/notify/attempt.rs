//! One attempt at a delivery: send, judge, settle.

use std::sync::Arc;
use std::time::Duration;

use super::http::{Answer, Http};
use super::outcomes::Outcomes;
use super::payload::{Payload, Progress};
use super::retry::{self, Failure, Next, Scope, SendError};
use super::target::{Prepared, Target, summary};
use crate::clock::{Clock, UnixMs};
use crate::resource::words::delivery_timing;
use crate::store::{AttemptOutcome, ClaimedDelivery, Settled, Store};

/// How often the outcome is offered to a store that cannot take it; afterwards the lease runs
/// out and the delivery is repeated.
const SETTLE_TRIES: u32 = 5;
/// Wait between them.
const SETTLE_PAUSE: Duration = Duration::from_millis(300);
/// Added to the reason where the receiver cannot recognise a repeat.
const MAYBE_TWICE: &str = "重複の可能性";
/// Added to the reason where time ran out.
const TOO_LATE: &str = "期限までに届きませんでした";

/// What an attempt needs.
pub struct Attempting {
    /// The row.
    pub delivery: ClaimedDelivery,
    /// What the row is sent to.
    pub target: Target,
    /// Its payload, read.
    pub payload: Payload,
    /// Its progress, read.
    pub progress: Progress,
    /// The request.
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
    /// The target answered.
    Answered,
    /// The target answered and asked for quiet.
    Hold(Duration),
    /// The target did not answer, or cannot work.
    Failed,
    /// The address is gone for good.
    Gone(String),
}

/// Sends, judges, settles.
pub async fn run(store: Store, http: Arc<Http>, clock: Clock, attempting: Attempting) -> Verdict {
    let Attempting { delivery, target, payload, progress, prepared, secrets, outcomes } =
        attempting;
    let started_at = clock.now();
    let answered = http.send(prepared.request).await;
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let response = answered.as_ref().map_or(String::new(), |answer| summary(answer, &secrets));
    let label = answered.as_ref().map_or("no answer".to_owned(), label);
    let result = answered.and_then(|answer| target.classify(&answer, &prepared.recipient));
    let verdict = verdict(&result, response.is_empty());
    let (outcome, reason, progress) = judge(&Case {
        delivery: &delivery,
        target,
        recipients: target.recipients(&payload),
        recipient: &prepared.recipient,
        progress,
        now: clock.now(),
        random: rand::random::<f64>(),
        result,
    });
    log_outcome(&delivery, outcome, &label);
    outcomes.note(&delivery.target, outcome);
    let settled = Settled {
        id: delivery.id,
        owner: delivery.owner,
        attempts: delivery.attempts,
        started_at,
        outcome,
        response,
        reason,
        progress: progress.to_text(),
    };
    settle(&store, settled).await;
    verdict
}

/// Ends or postpones a delivery without an attempt.
pub async fn put_back(
    store: Store,
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
    };
    settle(&store, settled).await;
    Verdict::Untried
}

/// Everything that the outcome rests on.
struct Case<'a> {
    delivery: &'a ClaimedDelivery,
    target: Target,
    recipients: &'a [String],
    recipient: &'a str,
    progress: Progress,
    now: UnixMs,
    random: f64,
    result: Result<(), SendError>,
}

/// The outcome of an attempt, its reason, and the new progress.
fn judge(case: &Case<'_>) -> (AttemptOutcome, String, Progress) {
    let mut progress = case.progress.clone();
    let repeated = progress.ambiguous || case.delivery.interrupted;
    match &case.result {
        Ok(()) => {
            let note = if repeated && !case.target.knows_repeats() { MAYBE_TWICE } else { "" };
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

/// A recipient is settled: the next one is due at once, or the delivery is over.
fn advance(
    case: &Case<'_>,
    mut progress: Progress,
    note: &str,
) -> (AttemptOutcome, String, Progress) {
    progress.failures = 0;
    let settled = case.recipients.iter().filter(|recipient| progress.has(recipient)).count();
    if settled < case.recipients.len() {
        let reason = format!("{settled}/{}件の宛先を終えました", case.recipients.len());
        return (AttemptOutcome::Retry(case.now), reason, progress);
    }
    if progress.failed.is_empty() {
        return (AttemptOutcome::Delivered, note.to_owned(), progress);
    }
    let failed: Vec<&str> = progress.failed.iter().map(|(_, why)| why.as_str()).collect();
    (AttemptOutcome::Failed, failed.join("、"), progress)
}

fn verdict(result: &Result<(), SendError>, silent: bool) -> Verdict {
    match result {
        Ok(()) => Verdict::Answered,
        Err(SendError::Never { scope: Scope::Target, why }) => Verdict::Gone(why.clone()),
        // Refused before anything was sent, or by an answer: the target is not down.
        Err(SendError::Never { .. }) => Verdict::Answered,
        Err(SendError::Later { after: Some(after), .. }) if !silent => Verdict::Hold(*after),
        Err(SendError::Later { .. }) => Verdict::Failed,
    }
}

fn label(answer: &Answer) -> String {
    format!("HTTP {}", answer.status)
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

/// Writes an outcome; a store that is busy or full is asked a few times.
async fn settle(store: &Store, settled: Settled) {
    let id = settled.id;
    for tried in 1..=SETTLE_TRIES {
        match store.settle_delivery(settled.clone()).await {
            Ok(true) => return,
            Ok(false) => {
                log::info!("delivery {id}: somebody else has it, the outcome is dropped");
                return;
            }
            Err(fault) if tried == SETTLE_TRIES => {
                log::error!(
                    "delivery {id}: its outcome cannot be stored and it will be repeated: {fault}"
                );
            }
            Err(_) => tokio::time::sleep(SETTLE_PAUSE * tried).await,
        }
    }
}
