//! Opening, rows, keys, snapshot.

use super::{Bench, Folder, NOW, actor, draft};
use crate::clock::Clock;
use crate::resource::Verb;
use crate::resource::catalog::{BACKUP, BUSINESS_CALENDAR, CUSTOMER, LINE, SIP_CONNECTION};
use crate::store::{Store, StoreError, WriteError};

#[tokio::test]
async fn a_new_row_is_read_back_as_it_was_written() {
    let bench = Bench::new();
    let key = bench.post(&LINE, &[("called_number", "073-123-5678"), ("name", "本店")]).await;
    assert_eq!(key, 1);
    let row = bench.get(&LINE, key).await;
    assert_eq!(row["回線No"], "1");
    assert_eq!(row["着信TEL"], "0731235678");
    assert_eq!(row["回線名"], "本店");
    assert_eq!(row["通知する"], "True");
}

#[tokio::test]
async fn keys_are_the_largest_plus_one_and_never_below_the_first() {
    let bench = Bench::new();
    let sip = [("name", "a"), ("server", "192.0.2.1"), ("extension", "7")];
    assert_eq!(bench.post(&SIP_CONNECTION, &sip).await, 2);
    assert_eq!(bench.post(&SIP_CONNECTION, &sip).await, 3);
    bench.delete(&SIP_CONNECTION, 3).await.unwrap();
    assert_eq!(bench.post(&SIP_CONNECTION, &sip).await, 3);
    bench.delete(&SIP_CONNECTION, 2).await.unwrap();
    assert_eq!(bench.post(&SIP_CONNECTION, &sip).await, 4);
}

#[tokio::test]
async fn a_put_changes_what_it_names_and_nothing_else() {
    let bench = Bench::new();
    let key = bench.post(&LINE, &[("called_number", "0731235678"), ("name", "本店")]).await;
    bench.put(&LINE, key, &[("name", "支店")]).await.unwrap();
    let row = bench.get(&LINE, key).await;
    assert_eq!((&row["回線名"], &row["着信TEL"]), (&"支店".into(), &"0731235678".into()));
}

#[tokio::test]
async fn writes_to_rows_that_do_not_exist_say_so() {
    let bench = Bench::new();
    let put = bench.put(&LINE, 9, &[("name", "x")]).await;
    assert!(matches!(put, Err(WriteError::NotFound)));
    assert!(matches!(bench.delete(&LINE, 9).await, Err(WriteError::NotFound)));
    assert!(bench.get(&LINE, 9).await.is_null());
}

#[tokio::test]
async fn the_snapshot_holds_a_write_before_it_is_answered() {
    let bench = Bench::new();
    let mut changes = bench.store.changes();
    changes.mark_unchanged();
    let key = bench.post(&LINE, &[("called_number", "0731235678"), ("name", "本店")]).await;
    assert_eq!(bench.store.snapshot().find(LINE.uri, key).unwrap().text("name"), "本店");
    assert!(changes.has_changed().unwrap());
    assert_eq!(*changes.borrow_and_update(), bench.store.snapshot().number);
    bench.put(&LINE, key, &[("name", "支店")]).await.unwrap();
    assert_eq!(bench.store.snapshot().find(LINE.uri, key).unwrap().text("name"), "支店");
    bench.delete(&LINE, key).await.unwrap();
    assert!(bench.store.snapshot().of(LINE.uri).is_empty());
}

#[tokio::test]
async fn customers_are_no_part_of_the_snapshot() {
    let bench = Bench::new();
    let number = bench.store.snapshot().number;
    bench.post(&CUSTOMER, &[("name", "和歌山 花子")]).await;
    assert!(bench.store.snapshot().of(CUSTOMER.uri).is_empty());
    assert_eq!(bench.store.snapshot().number, number);
}

#[tokio::test]
async fn a_new_database_has_the_first_rows_once() {
    let bench = Bench::new();
    assert_eq!(bench.all(&BUSINESS_CALENDAR).await.len(), 1);
    assert_eq!(bench.get(&BACKUP, 1).await["実行時刻"], "03:00");
    let bench = bench.reopen();
    assert_eq!(bench.all(&BACKUP).await.len(), 1);
}

#[tokio::test]
async fn pages_go_on_behind_the_last_key() {
    let bench = Bench::new();
    for _ in 0..5 {
        bench.post(&LINE, &[("called_number", "0731235678")]).await;
    }
    let first = bench.store.page_json(&LINE, 0, 3).await.unwrap();
    assert_eq!((first.rows, first.last_key), (3, 3));
    let second = bench.store.page_json(&LINE, first.last_key, 3).await.unwrap();
    assert_eq!((second.rows, second.last_key), (2, 5));
    let third = bench.store.page_json(&LINE, second.last_key, 3).await.unwrap();
    assert_eq!((third.rows, third.json.len()), (0, 0));
}

#[tokio::test]
async fn one_process_has_the_data_folder() {
    let bench = Bench::new();
    let second = Store::open(bench.folder.path(), Clock::manual(NOW), 1);
    let Err(StoreError::File { path, source }) = second else { panic!("opened twice") };
    assert!(path.ends_with("smartconnect.lock"));
    assert!(source.to_string().contains("another smartconnect"));
}

#[tokio::test]
async fn closing_is_final_and_may_be_repeated() {
    let folder = Folder::new();
    let store = Store::open(folder.path(), Clock::manual(NOW), 1).unwrap();
    store
        .insert(draft(&LINE, &[("called_number", "0731235678")], Verb::Post), actor())
        .await
        .unwrap();
    store.close().await;
    store.close().await;
    let late = store.insert(draft(&LINE, &[("called_number", "0731235678")], Verb::Post), actor());
    assert!(matches!(late.await, Err(WriteError::Store(StoreError::Unavailable))));
    let again = Store::open(folder.path(), Clock::manual(NOW), 1).unwrap();
    assert_eq!(again.snapshot().of(LINE.uri).len(), 1);
}
