//! How a call would be treated now, by the code that treats a real one. Pure.

use std::net::{Ipv4Addr, SocketAddr};

use super::compose;
use crate::clock::UnixMs;
use crate::notify::{self, Occasion, Site};
use crate::resource::words::{call_state, timing};
use crate::resource::{Kind, Record, Value, catalog};
use crate::sip::{CallHandle, Caller, Ringing};
use crate::store::{Facts, NewDelivery, TargetRef};
use crate::telephone::{Presentation, TelephoneNumber};

/// The moments at which people are told, and the state of the call by then.
const MOMENTS: [(&str, &str); 3] = [
    (timing::RINGING, call_state::RINGING),
    (timing::MISSED, call_state::MISSED),
    (timing::ENDED, call_state::ANSWERED_ELSEWHERE),
];

/// What would happen.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The 着信記録 as it would be written; its key is 0.
    pub call: Record,
    /// The 収容回線 on which the call is taken to come.
    pub line: Option<Record>,
    /// Customers with this number, best first, each with the column of the number that matched.
    pub customers: Vec<(&'static str, Record)>,
    /// They have this very number; false = 候補 by the last nine digits.
    pub exact: bool,
    /// The Caller-Rule that applies.
    pub rule: Option<Record>,
    /// Whether the screens show the call.
    pub on_screen: bool,
    /// Who would be told.
    pub told: Vec<Told>,
    /// How often this number has called.
    pub calls: i64,
}

/// A target that would be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub target: TargetRef,
    /// Its name.
    pub name: String,
    /// When: one of `resource::words::timing`.
    pub timing: &'static str,
    /// It is not told at once, but together with other calls.
    pub held: Option<Held>,
}

/// Why and how long a notice is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// When it is told.
    pub until: UnixMs,
    /// The target takes digests; false = its hours hold it until the office opens.
    pub digest: bool,
}

/// How a call of this normalised number (empty = none) with this 番号通知 would be treated on the line
/// with key `line_no` (0 = on none of ours).
pub fn explain(
    number: &str,
    presentation: Presentation,
    line_no: i64,
    facts: &Facts<'_>,
) -> Explanation {
    let caller = Caller { number: number.to_owned(), presentation, display_name: String::new() };
    let line = facts.snapshot.find(catalog::LINE.uri, line_no);
    let called = line.map_or("", |line| line.text("called_number"));
    let mut call = compose::new_record(&ringing(caller, called, line, facts), called, line, facts);
    let rule = compose::find_rule(&call, facts);
    let site = Site::default();
    let mut told = Vec::new();
    for (timing, state) in MOMENTS {
        call.set("state", Value::Text(state.to_owned()));
        let occasion =
            Occasion { call: &call, line, rule, timing, facts, site: &site, wording: None };
        let deliveries = notify::plan(&occasion, &notify::values(&occasion));
        // What only stands in for a notice that did not come through is not told in the usual course.
        let own = deliveries.into_iter().filter(|delivery| delivery.in_place_of.is_none());
        told.extend(own.map(|delivery| Told {
            held: held(&delivery, facts),
            target: delivery.target,
            name: delivery.target_name,
            timing,
        }));
    }
    call.set("state", Value::Text(call_state::RINGING.to_owned()));
    let customers = facts.customers.iter();
    Explanation {
        customers: customers.map(|row| (matched(row, number), row.clone())).collect(),
        exact: facts.exact,
        on_screen: compose::on_screen(rule),
        rule: rule.cloned(),
        line: line.cloned(),
        told,
        calls: facts.history.count,
        call,
    }
}

/// Whether a notice waits for others.
fn held(delivery: &NewDelivery, facts: &Facts<'_>) -> Option<Held> {
    let target = facts.snapshot.find(delivery.target.resource, delivery.target.id);
    let digest = target.is_some_and(|row| row.text("timing") == timing::DIGEST);
    (delivery.timing == timing::DIGEST).then_some(Held { until: delivery.due_at, digest })
}

/// The leg that would bring the call.
fn ringing(caller: Caller, called: &str, line: Option<&Record>, facts: &Facts<'_>) -> Ringing {
    Ringing {
        call: CallHandle(0),
        connection_id: line.map_or(0, |line| line.int("connection_id")),
        server: String::new(),
        sip_call_id: String::new(),
        received_at: facts.now,
        caller,
        called: vec![called.to_owned()],
        to_user: called.to_owned(),
        extension: line.map_or("", |line| line.text("extension")).to_owned(),
        source: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
    }
}

/// The column of the telephone number by which a customer was found.
fn matched(customer: &Record, number: &str) -> &'static str {
    let last_nine =
        |number: &str| TelephoneNumber::parse(number).ok()?.last_nine().map(str::to_owned);
    let wanted = last_nine(number);
    let phones = || {
        let fields = customer.resource.fields.iter().zip(&customer.values);
        fields.filter(|(field, value)| field.kind == Kind::Tel && !value.is_empty())
    };
    let exact = phones().find(|(_, value)| value.text() == number);
    let close = || phones().find(|(_, value)| last_nine(value.text()) == wanted);
    exact.or_else(close).map_or("", |(field, _)| field.column)
}
