//! Who is told, and what: pure over the facts of a call.

use super::audience::{applies_at, held_until, outside};
use super::target::{Target, resources, target_name, target_of};
use super::{Occasion, retry};
use crate::resource::Record;
use crate::resource::words::timing;
use crate::store::{NewDelivery, TargetRef};
use crate::template::Values;

/// The deliveries of this moment: one for each target that applies and can be reached, with its
/// message rendered now. A missed call is also told to the targets of ringing calls, where their
/// own notice did not come through (sip.md 9). What belongs to a digest is held until its time.
pub fn plan(occasion: &Occasion<'_>, values: &Values) -> Vec<NewDelivery> {
    if !outside(occasion) {
        return Vec::new();
    }
    let folded = (occasion.timing == timing::MISSED).then_some(timing::RINGING);
    let mut deliveries = Vec::new();
    for resource in resources() {
        for row in occasion.facts.snapshot.of(resource) {
            let Some(target) = target_of(row) else { continue };
            let own = || delivery(resource, target, row, occasion, values);
            let in_place_of = if applies_at(row, occasion, occasion.timing) {
                None
            } else if let Some(due_at) = held_until(row, occasion) {
                let expires_at = retry::expires_at(false, due_at);
                deliveries.push(NewDelivery {
                    timing: timing::DIGEST,
                    due_at,
                    expires_at,
                    ..own()
                });
                continue;
            } else if let Some(folded) = folded.filter(|timing| applies_at(row, occasion, timing)) {
                Some(folded)
            } else {
                continue;
            };
            deliveries.push(NewDelivery { in_place_of, ..own() });
        }
    }
    deliveries
}

fn delivery(
    resource: &'static str,
    target: &dyn Target,
    row: &Record,
    occasion: &Occasion<'_>,
    values: &Values,
) -> NewDelivery {
    let now = occasion.facts.now;
    NewDelivery {
        target: TargetRef { resource, id: row.key() },
        target_name: target_name(row),
        timing: occasion.timing,
        in_place_of: None,
        payload: target.compose(row, occasion, values).to_text(),
        due_at: now,
        expires_at: retry::expires_at(occasion.timing == timing::RINGING, now),
    }
}
