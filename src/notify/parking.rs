//! Targets that get nothing until somebody mends them: their address is gone, or their credentials
//! are refused.
//!
//! Invariant: a target comes back when its row, or the one that it relies on, is changed.
//! Never: outlives the process: a start is another chance.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::target::target_of;
use crate::clock::UnixMs;
use crate::resource::{Mode, Record};
use crate::store::{Snapshot, TargetRef};

/// A parked target, for whoever looks after the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedTarget {
    /// URI of its resource.
    pub resource: &'static str,
    /// Its key.
    pub id: i64,
    /// Why nothing is sent to it (Japanese).
    pub why: String,
}

/// The parked targets.
#[derive(Debug, Default)]
pub struct Parking(Mutex<HashMap<TargetRef, Parked>>);

/// Why and how long.
#[derive(Debug)]
struct Parked {
    /// What the rows looked like; a change brings the target back.
    settings: Vec<String>,
    why: String,
    /// Or time does.
    until: Option<UnixMs>,
}

impl Parked {
    fn holds(&self, row: &Record, snapshot: &Snapshot, now: UnixMs) -> bool {
        self.until.is_none_or(|until| until > now) && self.settings == settings(row, snapshot)
    }
}

impl Parking {
    /// Parks a target as it stands in `snapshot`.
    pub(super) fn park(
        &self,
        target: &TargetRef,
        (row, snapshot): (&Record, &Snapshot),
        why: String,
        until: Option<UnixMs>,
    ) {
        let parked = Parked { settings: settings(row, snapshot), why, until };
        self.lock().insert(target.clone(), parked);
    }

    /// A message came through.
    pub(super) fn free(&self, target: &TargetRef) {
        self.lock().remove(target);
    }

    /// Why nothing is sent to a target; one whose row was changed is given another chance.
    pub(super) fn reason(
        &self,
        target: &TargetRef,
        (row, snapshot): (&Record, &Snapshot),
        now: UnixMs,
    ) -> Option<String> {
        let mut all = self.lock();
        let parked = all.get(target)?;
        if parked.holds(row, snapshot, now) {
            return Some(parked.why.clone());
        }
        all.remove(target);
        None
    }

    /// All that are parked now, in the order of resource and key.
    pub fn list(&self, snapshot: &Snapshot, now: UnixMs) -> Vec<ParkedTarget> {
        let all = self.lock();
        let still = all.iter().filter(|(target, parked)| {
            let row = snapshot.find(target.resource, target.id);
            row.is_some_and(|row| row.is("enabled") && parked.holds(row, snapshot, now))
        });
        let mut list: Vec<ParkedTarget> = still
            .map(|(target, parked)| ParkedTarget {
                resource: target.resource,
                id: target.id,
                why: parked.why.clone(),
            })
            .collect();
        list.sort_by_key(|parked| (parked.resource, parked.id));
        list
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TargetRef, Parked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cells that clients write, of a row and of the one it relies on.
fn settings(row: &Record, snapshot: &Snapshot) -> Vec<String> {
    let relied_on = target_of(row).and_then(|target| target.relies_on(row, snapshot));
    let rows = std::iter::once(row).chain(relied_on);
    rows.flat_map(|row| row.resource.fields.iter().zip(&row.values))
        .filter(|(field, _)| field.mode == Mode::ReadWrite)
        .map(|(_, value)| format!("{value:?}"))
        .collect()
}
