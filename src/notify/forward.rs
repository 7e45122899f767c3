//! 伝言メモ: a call sent on with a person's note.

use super::target::{target_name, target_of};
use super::{Occasion, Site, Wording, retry, values};
use crate::resource::Record;
use crate::resource::catalog::LINE;
use crate::resource::words::delivery_timing;
use crate::store::{Facts, NewDelivery, TargetRef};

/// The message: what the target's definition says of the call as it stands, after the note. `None`
/// where this service does not send to rows of this kind.
pub fn forward(
    row: &Record,
    call: &Record,
    note: &str,
    facts: &Facts<'_>,
    site: &Site,
) -> Option<NewDelivery> {
    let target = target_of(row)?;
    let facts = of_call(call, facts);
    let wording = (!note.is_empty()).then(|| Wording::Note(note.to_owned()));
    let occasion = Occasion {
        call,
        line: facts.snapshot.find(LINE.uri, call.int("line_no")),
        rule: None,
        timing: delivery_timing::FORWARD,
        facts: &facts,
        site,
        wording: wording.as_ref(),
    };
    Some(NewDelivery {
        target: TargetRef { resource: row.resource.uri, id: row.key() },
        target_name: target_name(row),
        timing: delivery_timing::FORWARD,
        in_place_of: None,
        payload: target.compose(row, &occasion, &values(&occasion)).to_text(),
        due_at: facts.now,
        expires_at: retry::expires_at(false, facts.now),
    })
}

/// What was looked up for a number, as facts of a call that exists: it is in the count already.
pub(super) fn of_call<'a>(call: &Record, facts: &Facts<'a>) -> Facts<'a> {
    let mut history = facts.history.clone();
    history.count = history.count.saturating_sub(1);
    Facts {
        call_id: call.key(),
        current: None,
        customers: facts.customers.clone(),
        history,
        ..*facts
    }
}
