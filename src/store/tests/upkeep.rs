//! A filled database works like one that grew row by row.

use super::calling::{compose, record};
use super::{Folder, NOW};
use crate::clock::Clock;
use crate::resource::catalog::CUSTOMER;
use crate::resource::{Draft, Value, complete};
use crate::store::{CopyError, Store, StoreError, fill};

/// Fills in one customer with two numbers, and two calls of his.
fn fill_in(folder: &Folder) -> Result<(), CopyError> {
    fill(folder.path(), Clock::manual(NOW), |filling| {
        let mut customer = complete(&Draft::empty(&CUSTOMER));
        for (column, text) in [("name", "熊野 太郎"), ("phone_1", "1"), ("phone_3", "0312345678")]
        {
            customer.set(column, Value::Text(text.into()));
        }
        customer.set("id", Value::Int(7));
        filling.insert(&customer)?;
        for id in [1, 2] {
            let mut call = record("0312345678", 7);
            call.set("id", Value::Int(id));
            call.set("received_at", Value::Int(NOW + id));
            filling.insert(&call)?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn a_filled_database_matches_counts_and_goes_on_with_its_keys() {
    let folder = Folder::new();
    fill_in(&folder).unwrap();
    let store = Store::open(folder.path(), Clock::manual(NOW), 1).unwrap();
    let (sender, facts) = std::sync::mpsc::sync_channel(1);
    let rung = store.ring(
        "0312345678".into(),
        Box::new(move |facts| {
            let known: Vec<i64> = facts.customers.iter().map(|customer| customer.key()).collect();
            sender.send((known, facts.exact, facts.history.clone())).unwrap();
            compose(Some(record("0312345678", 7)))
        }),
    );
    assert_eq!(rung.await.unwrap().call_id, 3);
    let (known, exact, history) = facts.recv().unwrap();
    assert_eq!((known, exact), (vec![7], true));
    assert_eq!((history.count, history.last_at), (2, Some(NOW + 2)));
    let customer = store.record(&CUSTOMER, 7).await.unwrap().unwrap();
    assert_eq!(customer.int("call_count"), 3);
    store.close().await;
}

#[test]
fn rows_that_fail_leave_the_database_as_it_was() {
    let folder = Folder::new();
    let failed = fill(folder.path(), Clock::manual(NOW), |_| Err(StoreError::Busy));
    assert!(matches!(failed, Err(CopyError::Store(StoreError::Busy))));
    fill_in(&folder).unwrap();
    assert!(matches!(fill_in(&folder), Err(CopyError::NotEmpty)));
}

#[tokio::test]
async fn what_killed_commands_left_goes_with_the_next_start() {
    let folder = Folder::new();
    fill_in(&folder).unwrap();
    for name in ["restoring", "restoring-wal", "filling", "filling-journal"] {
        std::fs::write(folder.path().join(format!("smartconnect.db.{name}")), "half").unwrap();
    }
    Store::open(folder.path(), Clock::manual(NOW), 1).unwrap().close().await;
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names.filter(|name| name.to_str().unwrap().contains(".db.")).collect();
    assert!(left.is_empty(), "{left:?}");
}
