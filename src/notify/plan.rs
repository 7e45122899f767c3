//! Who is told, and what: pure over the facts of a call.

use super::audience::{applies, outside};
use super::target::{CHAT, Target, URL_CALL};
use super::{Occasion, retry};
use crate::resource::Record;
use crate::resource::words::timing;
use crate::store::{NewDelivery, TargetRef};
use crate::template::Values;

/// Resources with targets that can be reached.
const TARGETS: [&str; 2] = [URL_CALL, CHAT];

/// The deliveries of this moment: one for each target that applies and can be reached, with its
/// message rendered now.
pub fn plan(occasion: &Occasion<'_>, values: &Values) -> Vec<NewDelivery> {
    if !outside(occasion) {
        return Vec::new();
    }
    let mut deliveries = Vec::new();
    for resource in TARGETS {
        for row in occasion.facts.snapshot.of(resource) {
            let Some(target) = Target::of(row) else { continue };
            if applies(row, occasion) {
                deliveries.push(delivery(resource, target, row, occasion, values));
            }
        }
    }
    deliveries
}

fn delivery(
    resource: &'static str,
    target: Target,
    row: &Record,
    occasion: &Occasion<'_>,
    values: &Values,
) -> NewDelivery {
    let now = occasion.facts.now;
    NewDelivery {
        target: TargetRef { resource, id: row.key() },
        target_name: row.text("name").to_owned(),
        timing: occasion.timing,
        payload: target.compose(row, occasion, values).to_text(),
        due_at: now,
        expires_at: retry::expires_at(occasion.timing == timing::RINGING, now),
    }
}
