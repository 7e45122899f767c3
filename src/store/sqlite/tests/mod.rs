//! Tests that need the writer's own connection: groups, lost commits, the log.

mod schema;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use futures_util::FutureExt as _;
use rusqlite::Connection;

use super::tx::Tx;
use super::{Database, ReadTurn};
use crate::clock::Clock;
use crate::push::EventKind;
use crate::resource::catalog::{self, AUDIT, CUSTOMER, LINE};
use crate::resource::{Draft, Value};
use crate::store::{Actor, Authority, StoreError, WriteError};

/// A data folder that goes with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("smartconnect-sqlite-{}", uuid::Uuid::new_v4().simple());
        Self(std::env::temp_dir().join(name))
    }

    fn open(&self) -> Result<Arc<Database>, StoreError> {
        Database::open(&self.0, &catalog::ALL, Clock::manual(1_000), 2).map(Arc::new)
    }

    /// The database file without the service.
    fn raw(&self) -> Connection {
        Connection::open(self.0.join("smartconnect.db")).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn line(number: &str) -> Draft {
    let mut draft = Draft::empty(&LINE);
    draft.set("called_number", Value::Text(number.into()));
    draft
}

fn actor() -> Actor {
    Actor { user: String::new(), ip: String::new(), authority: Authority::Granted }
}

/// Holds the writer so that the jobs sent meanwhile share the transaction of this one.
async fn hold(
    database: &Arc<Database>,
) -> (mpsc::SyncSender<()>, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let (release, wait) = mpsc::sync_channel::<()>(1);
    let (begun, running) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    let database = database.clone();
    let job = tokio::spawn(async move {
        database
            .write(move |_: &mut Tx<'_>| {
                // Another job may fail and have this one done again.
                if let Some(begun) = begun.take() {
                    let _ = begun.send(());
                    let _ = wait.recv();
                }
                Ok(())
            })
            .await
    });
    running.await.unwrap();
    (release, job)
}

/// Starts an insert and returns once it waits in the queue.
async fn queued(
    database: &Arc<Database>,
    draft: Draft,
) -> tokio::task::JoinHandle<Result<i64, WriteError>> {
    let database = database.clone();
    let job = tokio::spawn(async move { database.insert(draft, actor()).await });
    // The spawned task runs to its first wait, which is the answer of the writer.
    tokio::task::yield_now().await;
    job
}

#[tokio::test]
async fn a_failing_job_undoes_nothing_but_itself() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    let (release, held) = hold(&database).await;
    let first = queued(&database, line("0312345678")).await;
    let broken = database.clone();
    let broken = tokio::spawn(async move {
        broken
            .write(|tx: &mut Tx<'_>| -> Result<(), WriteError> {
                super::client::insert(tx, &line("0399999999"), &actor())?;
                Err(WriteError::NotFound)
            })
            .await
    });
    tokio::task::yield_now().await;
    let third = queued(&database, line("0387654321")).await;
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert_eq!(first.await.unwrap().unwrap(), 1);
    assert!(matches!(broken.await.unwrap(), Err(WriteError::NotFound)));
    assert_eq!(third.await.unwrap().unwrap(), 2);
    let snapshot = database.snapshot();
    let numbers: Vec<&str> =
        snapshot.of(LINE.uri).iter().map(|row| row.text("called_number")).collect();
    assert_eq!(numbers, ["0312345678", "0387654321"]);
    let audits: i64 =
        folder.raw().query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).unwrap();
    assert_eq!(audits, 2);
}

#[tokio::test]
async fn a_job_that_panics_is_undone_and_the_writer_goes_on() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    let broken = database
        .write(|tx: &mut Tx<'_>| -> Result<(), WriteError> {
            super::client::insert(tx, &line("0399999999"), &actor())?;
            panic!("a mistake of another room");
        })
        .await;
    assert!(matches!(broken, Err(WriteError::Store(StoreError::Unavailable))));
    assert_eq!(database.insert(line("0312345678"), actor()).await.unwrap(), 1);
    assert_eq!(database.snapshot().of(LINE.uri).len(), 1);
}

#[tokio::test]
async fn a_full_queue_is_an_answer() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    let (release, held) = hold(&database).await;
    let refused = (0..20_000).find_map(|_| database.check_writable().now_or_never());
    assert!(matches!(refused, Some(Err(StoreError::Busy))), "{refused:?}");
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    database.close();
}

#[tokio::test]
async fn events_that_nobody_fetched_end_in_one_notice() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    let mut pushed = database.pushed();
    let customer = || {
        let mut draft = Draft::empty(&CUSTOMER);
        draft.set("name", Value::Text("a".into()));
        draft
    };
    for _ in 0..1_500 {
        database.insert(customer(), actor()).await.unwrap(); // each is a commit of its own
    }
    let mut ids = Vec::new();
    while ids.last() != Some(&0) {
        let events = pushed.recv().await.unwrap();
        ids.extend(events.iter().map(|event| event.id));
        assert_eq!(events.last().unwrap().kind == EventKind::Resync, ids.last() == Some(&0));
    }
    ids.pop();
    assert!(ids.iter().copied().eq(1..=ids.len().try_into().unwrap()), "{ids:?}");
    assert!((1_000..1_500).contains(&ids.len()), "{}", ids.len());
    database.insert(customer(), actor()).await.unwrap();
    assert_eq!(pushed.recv().await.unwrap()[0].id, 1_501);
}

#[tokio::test]
async fn a_lost_commit_is_told_to_everybody_in_it_and_the_next_one_works() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    database.insert(line("0311111111"), actor()).await.unwrap();
    let number = database.snapshot().number;
    let refuse = Arc::new(AtomicBool::new(true));
    let refused = refuse.clone();
    let (release, held) = hold(&database).await;
    let setter = database.clone();
    let setter = tokio::spawn(async move {
        setter
            .write(move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                let hook = refused.clone();
                tx.connection.commit_hook(Some(move || hook.load(Ordering::SeqCst)))?;
                Ok(())
            })
            .await
    });
    tokio::task::yield_now().await;
    let lost = queued(&database, line("0322222222")).await;
    release.send(()).unwrap();
    assert!(matches!(held.await.unwrap(), Err(StoreError::ReadOnly(_))));
    assert!(matches!(setter.await.unwrap(), Err(StoreError::ReadOnly(_))));
    assert!(matches!(lost.await.unwrap(), Err(WriteError::Store(StoreError::ReadOnly(_)))));
    assert!(matches!(database.check_writable().await, Err(StoreError::ReadOnly(_))));
    assert_eq!((database.snapshot().of(LINE.uri).len(), database.snapshot().number), (1, number));
    refuse.store(false, Ordering::SeqCst);
    database.check_writable().await.unwrap();
    assert_eq!(database.insert(line("0333333333"), actor()).await.unwrap(), 2);
    let snapshot = database.snapshot();
    let row = snapshot.find(LINE.uri, 2).unwrap();
    assert_eq!(row.text("called_number"), "0333333333");
}

#[tokio::test]
async fn a_full_disk_refuses_writes_until_there_is_room() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    let limit = |pages: i64| {
        let database = database.clone();
        async move {
            database
                .write(move |tx: &mut Tx<'_>| -> Result<(), StoreError> {
                    tx.connection.pragma_update(None, "max_page_count", pages)?;
                    Ok(())
                })
                .await
        }
    };
    limit(1).await.unwrap(); // SQLite takes the present size instead
    let mut written = 0;
    let refused = loop {
        match database.insert(line("0312345678"), actor()).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 10_000, "the limit has no effect");
    };
    assert!(matches!(refused, WriteError::Store(StoreError::ReadOnly(_))), "{refused:?}");
    assert_eq!(database.snapshot().of(LINE.uri).len(), written);
    assert_eq!(database.page_json(&LINE, 0, 1).unwrap().rows, 1, "reading works meanwhile");
    limit(1_000_000).await.unwrap();
    let key = database.insert(line("0387654321"), actor()).await.unwrap();
    assert_eq!(key, i64::try_from(written).unwrap() + 1);
}

/// Whether a reader of an old state keeps the write-ahead log from being emptied.
fn log_is_held(folder: &Folder) -> bool {
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    folder.raw().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_turn_of_reads_shows_every_commit_and_ends_with_its_value() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    let mut turn = ReadTurn::begin(&database).unwrap().unwrap();
    let mut shows = |key| {
        let mut row = Vec::new();
        turn.row_json(&AUDIT, key, &mut row).unwrap().is_some() && row.starts_with(b"{")
    };
    assert!(!shows(1));
    database.insert(line("0312345678"), actor()).await.unwrap();
    assert!(log_is_held(&folder));
    assert!(shows(1));
    database.insert(line("0387654321"), actor()).await.unwrap();
    assert!(shows(2));
    drop(turn);
    assert!(!log_is_held(&folder));
}

#[tokio::test]
async fn no_turn_begins_while_the_log_is_too_long() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    let fill = |bytes: i64| {
        database.write(move |tx: &mut Tx<'_>| {
            tx.execute("INSERT OR REPLACE INTO meta VALUES('fill', zeroblob(?1))", [bytes])
        })
    };
    let mut turn = ReadTurn::begin(&database).unwrap().unwrap();
    turn.row_json(&AUDIT, 1, &mut Vec::new()).unwrap();
    fill(40_000_000).await.unwrap();
    fill(1).await.unwrap(); // the look at the log comes after the answer
    assert!(ReadTurn::begin(&database).unwrap().is_none());
    drop(turn);
    for bytes in 2..5 {
        fill(bytes).await.unwrap();
    }
    assert!(ReadTurn::begin(&database).unwrap().is_some());
}

#[test]
fn every_table_whose_keys_are_used_once_is_remembered() {
    let once = catalog::ALL.iter().filter(|resource| resource.keys_once);
    let tables: Vec<&str> = once.map(|resource| resource.table).collect();
    assert_eq!(tables, ["call", "delivery", "audit"], "Tx::next_key and LastKeys know these");
}

#[test]
fn a_leftover_of_a_broken_first_start_does_no_harm() {
    let folder = Folder::new();
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("secret.key.new"), "half").unwrap();
    std::fs::write(folder.0.join("smartconnect.db"), "").unwrap();
    folder.open().unwrap();
    assert!(folder.0.join("secret.key").exists());
}

#[tokio::test]
async fn what_was_answered_is_in_the_files() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    let crashed = Folder::new();
    std::fs::create_dir_all(&crashed.0).unwrap();
    let inserts = (0..300).map(|_| database.insert(line("0312345678"), actor()));
    futures_util::future::join_all(inserts).await;
    // What a killed process leaves: the log has not been copied into the database.
    for name in ["smartconnect.db", "smartconnect.db-wal", "secret.key"] {
        std::fs::copy(folder.0.join(name), crashed.0.join(name)).unwrap();
    }
    let reopened = crashed.open().unwrap();
    assert_eq!(reopened.snapshot().of(LINE.uri).len(), 300);
}
