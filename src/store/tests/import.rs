//! Many customers at once: in one step, or not at all.

use tokio::runtime::Handle;

use super::calling::compose;
use super::{Bench, actor, draft};
use crate::push::EventKind;
use crate::resource::catalog::{AUDIT, CUSTOMER};
use crate::resource::{Record, Verb, complete};
use crate::store::{Facts, Import, Store, StoreError, WriteError, inspect};

/// Three jobs of the writer.
const ROWS: i64 = 1_200;

fn customer(number: i64) -> Record {
    let (name, phone) = (format!("客{number}"), format!("0900000{number:04}"));
    complete(&draft(&CUSTOMER, &[("name", &name), ("phone_1", &phone)], Verb::Post))
}

fn order(rows: i64) -> Import {
    let note = format!("{rows} rows");
    Import { rows, actor: actor(), note, once: None, progress: Box::new(|_| ()) }
}

/// Runs an import as the service does, on a thread that may wait.
async fn import(
    store: &Store,
    rows: i64,
    records: impl Iterator<Item = Record> + Send + 'static,
) -> Result<i64, WriteError> {
    let store = store.clone();
    let mut records = records;
    tokio::task::spawn_blocking(move || store.import(order(rows), &mut records)).await.unwrap()
}

/// How many customers a call from this number would find.
async fn candidates(store: &Store, number: &str) -> i64 {
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    let look = move |facts: &Facts<'_>| {
        tell.send(facts.candidates).unwrap();
        compose(None)
    };
    store.ring(number.into(), Box::new(look)).await.unwrap();
    told.recv().unwrap()
}

#[tokio::test]
async fn all_rows_appear_in_one_step_with_one_audit_row_and_one_event() {
    let bench = Bench::new();
    let before = bench.post(&CUSTOMER, &[("name", "前からの客")]).await;
    let (audits, mut events) = (bench.all(&AUDIT).await.len(), bench.store.pushed());
    events.recv().await.unwrap();
    let (store, runtime) = (bench.store.clone(), Handle::current());
    let folder = bench.folder.path().to_owned();
    let rows = (0..ROWS).map(move |number| {
        if number == ROWS - 1 {
            let counted = inspect(&folder, false).unwrap().rows;
            let customers = counted.iter().find(|(resource, _)| **resource == CUSTOMER);
            assert_eq!(customers.map(|(_, rows)| *rows), Some(1), "`check` counts none of them");
            // Two of three jobs are written by now, and nobody sees a row of them.
            let page = runtime.block_on(store.page_json(&CUSTOMER, 0, 10_000)).unwrap();
            assert_eq!((page.rows, page.last_key), (1, before));
            assert_eq!(runtime.block_on(store.record(&CUSTOMER, before + 1)).unwrap(), None);
            let mut json = Vec::new();
            let hidden = store.row_json(&CUSTOMER, before + 1, &mut json);
            assert_eq!(runtime.block_on(hidden).unwrap(), None);
            let change = draft(&CUSTOMER, &[("name", "x")], Verb::Put);
            let update = runtime.block_on(store.update(before + 1, change, actor()));
            assert!(matches!(update, Err(WriteError::NotFound)));
            let new = draft(&CUSTOMER, &[("name", "間の客")], Verb::Post);
            let key = runtime.block_on(store.insert(new, actor())).unwrap();
            assert_eq!(key, before + ROWS + 1, "the keys of the import are taken");
            let page = runtime.block_on(store.page_json(&CUSTOMER, 0, 10_000)).unwrap();
            assert_eq!((page.rows, page.last_key), (2, key));
            let second = store.import(order(1), &mut std::iter::empty());
            assert!(matches!(second, Err(WriteError::Store(StoreError::Busy))));
        }
        customer(number)
    });
    assert_eq!(import(&bench.store, ROWS, rows).await.unwrap(), before + 1);
    let all = bench.all(&CUSTOMER).await;
    assert_eq!(all.len(), usize::try_from(ROWS).unwrap() + 2);
    assert_eq!(all[1]["氏名"], "客0");
    assert_eq!(all[1]["登録日時"], "2025/04/01 09:15:02");
    let log = bench.all(&AUDIT).await;
    assert_eq!(log.len(), audits + 2, "one for the import, one for the row between");
    assert_eq!(log.last().unwrap()["変更後"], "1200 rows");
    assert_eq!(events.recv().await.unwrap()[0].kind, EventKind::Updated);
    assert_eq!(events.recv().await.unwrap()[0].kind, EventKind::Resync);
}

#[tokio::test]
async fn a_caller_is_matched_by_imported_numbers_only_when_all_are_there() {
    let bench = Bench::new();
    let (store, runtime) = (bench.store.clone(), Handle::current());
    let rows = (0..ROWS).map(move |number| {
        if number == ROWS - 1 {
            assert_eq!(runtime.block_on(candidates(&store, "09000000001")), 0);
        }
        customer(number)
    });
    import(&bench.store, ROWS, rows).await.unwrap();
    assert_eq!(candidates(&bench.store, "09000000001").await, 1);
}

#[tokio::test]
async fn rows_that_are_not_as_many_as_promised_leave_nothing() {
    let bench = Bench::new();
    for promised in [ROWS - 1, ROWS + 1] {
        let result = import(&bench.store, promised, (0..ROWS).map(customer)).await;
        assert!(matches!(result, Err(WriteError::Faults(_))));
        assert_eq!(bench.all(&CUSTOMER).await.len(), 0);
    }
    assert_eq!(bench.all(&AUDIT).await.len(), 0);
    assert_eq!(bench.post(&CUSTOMER, &[("name", "次")]).await, 1);
    let bench = bench.reopen();
    assert_eq!(bench.all(&CUSTOMER).await.len(), 1);
}

#[tokio::test]
async fn what_a_killed_import_left_is_gone_after_the_start() {
    let bench = Bench::new();
    assert_eq!(import(&bench.store, 2, (0..2).map(customer)).await.unwrap(), 1);
    bench.post(&CUSTOMER, &[("name", "後の客")]).await;
    bench.store.close().await;
    let file = bench.folder.path().join("smartconnect.db");
    let database = rusqlite::Connection::open(file).unwrap();
    database.execute_batch("INSERT INTO meta(name, value) VALUES('import', '1 2')").unwrap();
    drop(database);
    let bench = bench.reopen();
    let left = bench.all(&CUSTOMER).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["氏名"], "後の客");
    assert_eq!(import(&bench.store, 2, (0..2).map(customer)).await.unwrap(), 4);
}
