//! The rows of a call, decided inside its transaction (sip.md 4–8). Pure.

use super::legs::Finished;
use super::line::CalledParty;
use super::rule;
use crate::clock::{DAY_MS, UnixMs};
use crate::notify::{self, Occasion, Site};
use crate::push::{self, Envelope, EventKind, Toast};
use crate::resource::words::{call_state, handling, rule_action, timing, unanswered};
use crate::resource::{Record, Value, catalog};
use crate::sip::{Ending, Ringing};
use crate::store::{Composed, Facts, NewDelivery, NewEvent, Settles};
use crate::telephone::Presentation;
use crate::template::Values;

/// A call that is answered settles open ones of its number that came in within this time before it.
const SETTLES_MS: i64 = 7 * DAY_MS;

/// The number to look customers up by; empty for callers that are nobody's number.
pub fn lookup_number(ringing: &Ringing) -> String {
    match ringing.caller.presentation {
        Presentation::Presented => ringing.caller.number.clone(),
        _ => String::new(),
    }
}

/// A call rings: its record, the event for the screens, and who is told.
pub fn ringing(ringing: &Ringing, called: &str, site: &Site, facts: &Facts<'_>) -> Composed {
    let lines = facts.snapshot.of(catalog::LINE.uri);
    let line = CalledParty::of(ringing).line(called, lines);
    let record = new_record(ringing, called, line, facts);
    let rule = find_rule(&record, facts);
    let occasion =
        Occasion { call: &record, line, rule, timing: timing::RINGING, facts, site, wording: None };
    let values = notify::values(&occasion);
    let deliveries = notify::plan(&occasion, &values);
    let event = on_screen(rule)
        .then(|| told(EventKind::Ringing, &record, ringing_envelope(&occasion, &values)));
    let matched_rule = rule.map(Record::key);
    Composed { event, deliveries, matched_rule, ..written(record) }
}

/// A call that a restart took for ended rings on: the gateway repeated its INVITE.
pub fn resumed(facts: &Facts<'_>) -> Composed {
    let Some(mut record) = facts.current.clone() else { return Composed::default() };
    record.set("state", Value::Text(call_state::RINGING.to_owned()));
    record.set("updated_at", Value::Int(facts.now));
    let event = Some(told(EventKind::Ringing, &record, plain_envelope(&record, facts)));
    Composed { event, ..written(record) }
}

/// A ringing call ended.
pub fn ended(finished: Finished, site: &Site, facts: &Facts<'_>) -> Composed {
    let Some(mut record) = ringing_record(facts) else { return Composed::default() };
    let connection_id = record.int("connection_id");
    let state = ended_state(finished.ending, connection_id, facts);
    let rang_ms = finished.at.saturating_sub(record.int("received_at")).max(0);
    record.set("state", Value::Text(state.to_owned()));
    record.set("ended_at", Value::Int(finished.at));
    record.set("ring_seconds", Value::Int(rang_ms / 1000));
    record.set("updated_at", Value::Int(facts.now));
    if state == call_state::MISSED && record.get("handling").is_empty() {
        record.set("handling", Value::Text(handling::OPEN.to_owned()));
    }
    let rule = find_rule(&record, facts);
    let line = facts.snapshot.find(catalog::LINE.uri, record.int("line_no"));
    let occasion =
        |timing| Occasion { call: &record, line, rule, timing, facts, site, wording: None };
    let TheEnd { toast, open_urls, deliveries } = tell_end(state, occasion);
    let envelope = Envelope { toast, open_urls, ..plain_envelope(&record, facts) };
    let event = on_screen(rule).then(|| told(EventKind::Ended, &record, envelope));
    let reason_shown_by = shows_reason(finished.ending).then_some(connection_id);
    let expire_ringing = state == call_state::MISSED;
    let spoken_to = [call_state::ANSWERED, call_state::ANSWERED_ELSEWHERE].contains(&state);
    let settles = spoken_to
        .then_some(Settles { since: record.int("received_at") - SETTLES_MS, at: finished.at });
    Composed { event, deliveries, expire_ringing, settles, reason_shown_by, ..written(record) }
}

/// A call whose process stopped while it rang: nobody knows how it ended.
pub fn left_ringing(facts: &Facts<'_>) -> Composed {
    let Some(mut record) = ringing_record(facts) else { return Composed::default() };
    record.set("state", Value::Text(call_state::UNKNOWN.to_owned()));
    record.set("updated_at", Value::Int(facts.now));
    let event = Some(told(EventKind::Ended, &record, plain_envelope(&record, facts)));
    Composed { event, ..written(record) }
}

/// The same for a call that clients were told of while it could not be recorded: they learn of the
/// record, but no screen rings or pops up again, and its notices are as old as the call.
pub fn quietly(mut composed: Composed, now: UnixMs) -> Composed {
    let Some(record) = &composed.record else { return composed };
    let age = now.saturating_sub(record.int("received_at")).max(0);
    for delivery in &mut composed.deliveries {
        if delivery.timing == timing::RINGING {
            delivery.expires_at = delivery.expires_at.saturating_sub(age);
        }
    }
    if let Some(event) = &mut composed.event {
        let envelope = Envelope { call: Some(record), ..Envelope::default() };
        *event = told(EventKind::Updated, record, envelope);
    }
    composed
}

/// What is told of the end of a call that has no record.
pub fn ended_unrecorded(
    ringing: &Ringing,
    called: &str,
    finished: Finished,
    site: &Site,
    facts: &Facts<'_>,
) -> Option<NewEvent> {
    let current = self::ringing(ringing, called, site, facts).record;
    let facts = Facts {
        current,
        customers: facts.customers.clone(),
        history: facts.history.clone(),
        ..*facts
    };
    ended(finished, site, &facts).event
}

/// The record of a call that begins to ring.
pub(super) fn new_record(
    ringing: &Ringing,
    called: &str,
    line: Option<&Record>,
    facts: &Facts<'_>,
) -> Record {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut record = Record::empty(&catalog::CALL);
    record.set("id", Value::Int(facts.call_id));
    record.set("received_at", Value::Int(ringing.received_at));
    record.set("caller_number", text(&ringing.caller.number));
    record.set("presentation", text(ringing.caller.presentation.word()));
    record.set("display_name", text(&ringing.caller.display_name));
    record.set("called_number", text(called));
    record.set("line_no", Value::Int(line.map_or(0, Record::key)));
    if let Some(line) = line {
        record.set("line_name", text(line.text("name")));
        record.set("main_number", text(line.text("main_number")));
    }
    let kind = match ringing.caller.presentation {
        Presentation::Extension => Presentation::Extension.word(),
        _ => line.map_or("", |line| line.text("kind")),
    };
    record.set("line_kind", text(kind));
    record.set("customer_id", Value::Int(0));
    // A customer found only by the last nine digits is a candidate, not an identity: naming
    // the wrong person is worse than naming none.
    if let Some(customer) = facts.customers.first().filter(|_| facts.exact) {
        record.set("customer_id", Value::Int(customer.key()));
        record.set("customer_name", text(customer.text("name")));
        record.set("company", text(customer.text("company")));
    }
    record.set("candidates", Value::Int(facts.candidates));
    record.set("state", text(call_state::RINGING));
    record.set("connection_id", Value::Int(ringing.connection_id));
    record.set("sip_call_id", text(&ringing.sip_call_id));
    record.set("updated_at", Value::Int(facts.now));
    record
}

/// The call as it stands, if it still rings: an end is written once.
fn ringing_record(facts: &Facts<'_>) -> Option<Record> {
    facts.current.clone().filter(|record| record.text("state") == call_state::RINGING)
}

/// The rule for the caller of a record.
pub(super) fn find_rule<'f>(record: &Record, facts: &Facts<'f>) -> Option<&'f Record> {
    let rules = facts.snapshot.of(catalog::CALLER_RULE.uri);
    let line_no = record.int("line_no");
    rule::find(rules, record.text("caller_number"), record.text("presentation"), line_no)
}

/// Whether the screens hear of the call at all.
pub(super) fn on_screen(rule: Option<&Record>) -> bool {
    rule.is_none_or(|rule| rule.text("action") != rule_action::RECORD_ONLY)
}

fn ringing_envelope<'o>(occasion: &Occasion<'o>, values: &Values) -> Envelope<'o> {
    Envelope {
        toast: notify::toast(occasion, values),
        open_urls: notify::open_urls(occasion, values),
        search_sites: notify::search_sites(occasion, values),
        ..plain_envelope(occasion.call, occasion.facts)
    }
}

/// The record and its customers.
fn plain_envelope<'a>(record: &'a Record, facts: &'a Facts<'_>) -> Envelope<'a> {
    Envelope { call: Some(record), customers: &facts.customers, ..Envelope::default() }
}

fn told(kind: EventKind, record: &Record, envelope: Envelope<'_>) -> NewEvent {
    let json = push::envelope(kind, &envelope);
    NewEvent { kind, line: Some(record.int("line_no")), json }
}

/// What the end of a call brings.
#[derive(Default)]
struct TheEnd {
    toast: Option<Toast>,
    open_urls: Vec<String>,
    deliveries: Vec<NewDelivery>,
}

/// Who is told that a call ended: those who want to know of missed calls, and of every end.
fn tell_end<'o>(state: &str, occasion: impl Fn(&'static str) -> Occasion<'o>) -> TheEnd {
    let mut end = TheEnd::default();
    if state == call_state::MISSED {
        let missed = occasion(timing::MISSED);
        let values = notify::values(&missed);
        end.toast = notify::toast(&missed, &values);
        end.open_urls = notify::open_urls(&missed, &values);
        end.deliveries = notify::plan(&missed, &values);
    }
    let ended = occasion(timing::ENDED);
    let values = notify::values(&ended);
    end.open_urls.extend(notify::open_urls(&ended, &values));
    end.deliveries.extend(notify::plan(&ended, &values));
    end
}

/// 状態 of an ended call (sip.md 4).
fn ended_state(ending: Ending, connection_id: i64, facts: &Facts<'_>) -> &'static str {
    match ending {
        Ending::AnsweredElsewhere => call_state::ANSWERED_ELSEWHERE,
        Ending::CancelledWithReason => call_state::MISSED,
        Ending::Cancelled => silent_cancel(connection_id, facts),
        Ending::RingLimit | Ending::Refused => call_state::UNKNOWN,
    }
}

/// How 無応答判定 of the connection reads a CANCEL without Reason.
fn silent_cancel(connection_id: i64, facts: &Facts<'_>) -> &'static str {
    let connection = facts.snapshot.find(catalog::SIP_CONNECTION.uri, connection_id);
    let missed = connection.is_some_and(|row| match row.text("unanswered_as") {
        unanswered::MISSED => true,
        unanswered::UNKNOWN => false,
        _ => row.hidden("reason_shown").int() != 0,
    });
    if missed { call_state::MISSED } else { call_state::UNKNOWN }
}

fn shows_reason(ending: Ending) -> bool {
    matches!(ending, Ending::AnsweredElsewhere | Ending::CancelledWithReason)
}

fn written(record: Record) -> Composed {
    Composed { record: Some(record), ..Composed::default() }
}
