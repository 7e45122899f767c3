//! Rows that are removed: old ones, and all that tells of a customer.

use super::{Bench, NOW};
use crate::clock::DAY_MS;
use crate::resource::catalog::{AUDIT, CALL, CUSTOMER, DELIVERY};
use crate::resource::words::timing;
use crate::resource::{Record, Value};
use crate::store::{Composed, NewDelivery, Old, Query, Replay, TargetRef, WriteError};

impl Bench {
    /// A call of a number and a customer, with one delivery.
    async fn call_from(&self, number: &'static str, customer: i64) -> i64 {
        let compose = move |facts: &crate::store::Facts<'_>| {
            let mut record = Record::empty(&CALL);
            record.set("received_at", Value::Int(facts.now));
            record.set("caller_number", Value::Text(number.to_owned()));
            record.set("customer_id", Value::Int(customer));
            record.set("memo", Value::Text("極秘の件".to_owned()));
            let delivery = NewDelivery {
                target: TargetRef { resource: "Notification-Chat", id: 1 },
                target_name: "営業".into(),
                timing: timing::RINGING,
                in_place_of: None,
                payload: "極秘の件".into(),
                due_at: facts.now,
                expires_at: facts.now + DAY_MS,
            };
            Composed { record: Some(record), deliveries: vec![delivery], ..Composed::default() }
        };
        self.store.ring(number.to_owned(), Box::new(compose)).await.unwrap().call_id
    }

    async fn text_of(&self, resource: &'static crate::resource::Resource) -> String {
        let part = self.store.list_json(resource, &Query::default(), None, 1000).await.unwrap();
        String::from_utf8(part.page.json).unwrap()
    }
}

#[tokio::test]
async fn old_calls_go_with_all_that_belongs_to_them() {
    let bench = Bench::new();
    for _ in 0..3 {
        bench.call_from("0731234567", 0).await;
    }
    bench.clock.set(NOW + 10 * DAY_MS);
    let young = bench.call_from("0731234567", 0).await;
    let before = NOW + DAY_MS;
    assert_eq!(bench.store.remove_old(Old::Calls, before).await.unwrap(), 3);
    assert_eq!(bench.store.remove_old(Old::Calls, before).await.unwrap(), 0);
    assert!(bench.store.record(&CALL, young).await.unwrap().is_some());
    assert_eq!(bench.text_of(&CALL).await.matches("極秘の件").count(), 1);
    assert_eq!(bench.text_of(&DELIVERY).await.matches("営業").count(), 1);
    assert_eq!(bench.store.total(&CALL, &Query::default()).await.unwrap(), Some(1));
    let calls = bench.store.foresee("0731234567", |facts| facts.history.count).await.unwrap();
    assert_eq!(calls, 1, "the number's count goes with its calls");
    let next = bench.call_from("0731234567", 0).await;
    assert_eq!(next, young + 1, "keys never come back");
}

#[tokio::test]
async fn deliveries_that_wait_and_young_audit_rows_stay() {
    let bench = Bench::new();
    bench.call_from("0731234567", 0).await;
    bench.post(&CUSTOMER, &[("name", "昔 花子")]).await;
    bench.clock.set(NOW + 10 * DAY_MS);
    bench.post(&CUSTOMER, &[("name", "今 花子")]).await;
    let before = NOW + DAY_MS;
    assert_eq!(bench.store.remove_old(Old::Deliveries, before).await.unwrap(), 0);
    bench.store.expire_deliveries().await.unwrap();
    assert_eq!(bench.store.remove_old(Old::Deliveries, before).await.unwrap(), 1);
    assert_eq!(bench.text_of(&DELIVERY).await, "");
    assert_eq!(bench.store.remove_old(Old::Audit, before).await.unwrap(), 1);
    let audit = bench.text_of(&AUDIT).await;
    assert!(audit.contains("今 花子") && !audit.contains("昔 花子"), "{audit}");
}

#[tokio::test]
async fn nothing_tells_of_an_erased_customer_any_more() {
    let bench = Bench::new();
    let phones = [("name", "消える 花子"), ("phone_1", "0731234567"), ("phone_2", "0739999999")];
    let gone = bench.post(&CUSTOMER, &phones).await;
    let stays = bench.post(&CUSTOMER, &[("name", "残る 太郎"), ("phone_1", "0739999999")]).await;
    let own = bench.call_from("0731234567", gone).await;
    let nameless = bench.call_from("0731234567", 0).await;
    let shared = bench.call_from("0739999999", 0).await;
    let other = bench.call_from("0739999999", stays).await;
    let draft =
        crate::resource::from_texts(&CALL, [("メモ", "極秘の約束")], crate::resource::Verb::Put);
    bench.store.update(own, draft.unwrap(), super::actor()).await.unwrap();
    let since = match bench.store.events_since(0, 1000).await.unwrap() {
        Replay::Events(events) => events.last().unwrap().id,
        Replay::TooOld => panic!("events are kept"),
    };
    assert_eq!(bench.store.erase_customer(gone, super::actor()).await.unwrap(), 2);
    for (key, exists) in [(own, false), (nameless, false), (shared, true), (other, true)] {
        assert_eq!(bench.store.record(&CALL, key).await.unwrap().is_some(), exists, "{key}");
    }
    assert!(bench.store.record(&CUSTOMER, gone).await.unwrap().is_none());
    let told =
        [bench.text_of(&CUSTOMER).await, bench.text_of(&CALL).await, bench.text_of(&AUDIT).await];
    assert!(!told.concat().contains("消える") && !told.concat().contains("極秘の約束"), "{told:?}");
    assert!(told.concat().contains("残る 太郎"));
    assert!(matches!(bench.store.events_since(since - 1, 10).await.unwrap(), Replay::TooOld));
    let again = bench.store.erase_customer(gone, super::actor()).await;
    assert!(matches!(again, Err(WriteError::NotFound)));
}
