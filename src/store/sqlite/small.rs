//! The small resources, decoded and kept by the writer.
//!
//! Invariant: `current` shows every write of the open transaction; what is published is committed.
//! Never: holds customers, calls, deliveries or audit rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::Connection;

use super::read;
use super::tx::Shared;
use crate::resource::{Record, Resource, Source};
use crate::store::{Snapshot, StoreError};

/// Whether a resource belongs to the snapshot.
pub(super) fn is_small(resource: &Resource) -> bool {
    resource.source == Source::Table && !resource.large
}

/// The writer's copy of the small resources.
#[derive(Default)]
pub(super) struct Small {
    snapshot: Snapshot,
    /// Resources to read again before anybody looks.
    stale: BTreeSet<&'static str>,
    touched_by_job: BTreeSet<&'static str>,
    touched: BTreeSet<&'static str>,
    /// A client-visible change: the number grows with the next publication.
    changed: bool,
}

impl Small {
    /// Reads every small resource.
    pub(super) fn read(connection: &Connection, shared: &Shared) -> Result<Self, StoreError> {
        let mut small = Self { changed: true, ..Self::default() };
        for plan in shared.plans.all().filter(|plan| is_small(plan.resource)) {
            small.stale.insert(plan.resource.uri);
            small.touched.insert(plan.resource.uri);
        }
        small.current(connection, shared)?;
        Ok(small)
    }

    /// The rows as the open transaction has them.
    pub(super) fn current(
        &mut self,
        connection: &Connection,
        shared: &Shared,
    ) -> Result<&Snapshot, StoreError> {
        while let Some(uri) = self.stale.first().copied() {
            let plan = shared.plans.by_uri(uri)?;
            self.snapshot.put(uri, read::all(connection, plan, &shared.seal)?);
            self.stale.remove(uri);
        }
        Ok(&self.snapshot)
    }

    /// A row was added or changed by a client.
    pub(super) fn set(&mut self, record: Record) {
        self.changed |= self.replace(record);
    }

    /// The service changed read-only fields: the row is shown anew without waking those who
    /// wait for changes.
    pub(super) fn set_silently(&mut self, record: Record) {
        self.replace(record);
    }

    /// As [`Small::set_silently`], for fields of a row that is known by its key.
    pub(super) fn amend(
        &mut self,
        resource: &'static Resource,
        key: i64,
        change: impl FnOnce(&mut Record),
    ) {
        if let Some(row) = self.snapshot.find(resource.uri, key) {
            let mut row = row.clone();
            change(&mut row);
            self.replace(row);
        }
    }

    fn replace(&mut self, record: Record) -> bool {
        let uri = record.resource.uri;
        let Some(rows) = self.rows(record.resource) else { return false };
        match rows.binary_search_by_key(&record.key(), |row| row.key()) {
            Ok(index) => {
                if let Some(slot) = rows.get_mut(index) {
                    *slot = Arc::new(record);
                }
            }
            Err(index) => rows.insert(index, Arc::new(record)),
        }
        self.touch(uri);
        true
    }

    /// A row was deleted.
    pub(super) fn remove(&mut self, resource: &'static Resource, key: i64) {
        let Some(rows) = self.rows(resource) else { return };
        rows.retain(|row| row.key() != key);
        self.touch(resource.uri);
        self.changed = true;
    }

    /// Several rows of a resource changed.
    pub(super) fn forget(&mut self, resource: &'static Resource) {
        if is_small(resource) {
            self.stale.insert(resource.uri);
            self.touch(resource.uri);
            self.changed = true;
        }
    }

    fn rows(&mut self, resource: &'static Resource) -> Option<&mut Vec<Arc<Record>>> {
        is_small(resource)
            .then(|| Arc::make_mut(self.snapshot.rows.entry(resource.uri).or_default()))
    }

    fn touch(&mut self, uri: &'static str) {
        self.touched_by_job.insert(uri);
        self.touched.insert(uri);
    }

    pub(super) fn begin_job(&mut self) {
        self.touched_by_job.clear();
    }

    pub(super) fn undo_job(&mut self) {
        self.stale.append(&mut self.touched_by_job);
    }

    pub(super) fn undo_transaction(&mut self) {
        self.stale.append(&mut self.touched);
        self.touched_by_job.clear();
        self.changed = false;
    }

    /// Whether the open transaction touched anything.
    pub(super) fn to_publish(&self) -> bool {
        !self.touched.is_empty()
    }

    /// The snapshot to show after a commit, if the transaction touched anything.
    pub(super) fn published(&mut self) -> Option<Snapshot> {
        if !self.to_publish() {
            return None;
        }
        self.touched.clear();
        if std::mem::take(&mut self.changed) {
            self.snapshot.number += 1;
        }
        Some(self.snapshot.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::catalog;

    #[test]
    fn rows_with_secrets_are_read_from_the_snapshot() {
        // A row from the database shows masks alone, and its tag would miss the secret behind.
        for resource in catalog::ALL.iter().filter(|resource| !is_small(resource)) {
            assert!(!resource.fields.iter().any(|field| field.kind.is_masked()), "{resource:?}");
        }
    }
}
