//! Tests of the facade on a real file.
//!
//! Invariant: every test has a data folder of its own, removed when it ends.
//! Never: waits by time.

mod basics;
mod calling;
mod calls;
mod history;
mod import;
mod listing;
mod merging;
mod outbox;
mod references;
mod registration;
mod removal;
mod search;
mod secrets;
mod sessions;
mod settling;
mod stand_in;
mod upkeep;
mod users;

use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::resource::{Draft, Resource, Verb, from_texts};
use crate::store::{Actor, Authority, Settled, Store, StoreError, WriteError};

/// 2025-04-01 09:15:02 in Japan.
const NOW: i64 = 1_743_466_502_000;

/// A data folder.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("smartconnect-store-{}", uuid::Uuid::new_v4().simple());
        Self(std::env::temp_dir().join(name))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Store {
    /// Writes one outcome; false = the lease was lost.
    async fn settle_delivery(&self, settled: Settled) -> Result<bool, StoreError> {
        Ok(self.settle_deliveries(vec![settled]).await? == [true])
    }
}

/// An open store at a clock that stands still.
struct Bench {
    store: Store,
    clock: Clock,
    folder: Folder,
}

impl Bench {
    fn new() -> Self {
        let folder = Folder::new();
        let clock = Clock::manual(NOW);
        let store = Store::open(folder.path(), clock.clone(), 2).unwrap();
        Self { store, clock, folder }
    }

    /// A connection of the test's own to the database.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("smartconnect.db")).unwrap()
    }

    /// Stops the store and opens the same folder again.
    fn reopen(self) -> Self {
        let Self { store, clock, folder } = self;
        drop(store);
        let store = Store::open(folder.path(), clock.clone(), 2).unwrap();
        Self { store, clock, folder }
    }

    async fn post(&self, resource: &'static Resource, texts: &[(&str, &str)]) -> i64 {
        self.try_post(resource, texts).await.unwrap()
    }

    async fn try_post(
        &self,
        resource: &'static Resource,
        texts: &[(&str, &str)],
    ) -> Result<i64, WriteError> {
        self.store.insert(draft(resource, texts, Verb::Post), actor()).await
    }

    async fn put(
        &self,
        resource: &'static Resource,
        key: i64,
        texts: &[(&str, &str)],
    ) -> Result<(), WriteError> {
        self.store.update(key, draft(resource, texts, Verb::Put), actor()).await
    }

    async fn delete(&self, resource: &'static Resource, key: i64) -> Result<(), WriteError> {
        self.store.delete(resource, key, actor()).await
    }

    /// The row as GET shows it; `{}` parsed from nothing where there is none.
    async fn get(&self, resource: &'static Resource, key: i64) -> serde_json::Value {
        let page = self.store.page_json(resource, key - 1, 1).await.unwrap();
        if page.rows == 1 && page.last_key == key {
            serde_json::from_slice(&page.json).unwrap()
        } else {
            serde_json::Value::Null
        }
    }

    async fn all(&self, resource: &'static Resource) -> Vec<serde_json::Value> {
        let page = self.store.page_json(resource, 0, 100_000).await.unwrap();
        let json = [b"[".as_slice(), &page.json, b"]"].concat();
        let rows: Vec<_> = serde_json::from_slice(&json).unwrap();
        assert_eq!(rows.len(), page.rows);
        rows
    }
}

/// A draft from (column, text).
fn draft(resource: &'static Resource, texts: &[(&str, &str)], verb: Verb) -> Draft {
    let named = texts.iter().map(|(column, text)| {
        let index = resource.index(column).unwrap();
        (resource.fields[index].name, *text)
    });
    from_texts(resource, named, verb).unwrap()
}

fn actor() -> Actor {
    Actor { user: "admin".into(), ip: "127.0.0.1".into(), authority: Authority::Granted }
}
