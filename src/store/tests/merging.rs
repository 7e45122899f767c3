//! Two rows of one customer become one.

use super::{Bench, actor};
use crate::resource::catalog::{AUDIT, CALL, CUSTOMER};
use crate::resource::{Record, Value};
use crate::store::{CallQuery, Composed, Replay, WriteError};

impl Bench {
    async fn call_of(&self, number: &'static str, customer: i64) -> i64 {
        let compose = move |_: &crate::store::Facts<'_>| {
            let mut record = Record::empty(&CALL);
            record.set("received_at", Value::Int(super::NOW));
            record.set("caller_number", Value::Text(number.to_owned()));
            record.set("customer_id", Value::Int(customer));
            record.set("customer_name", Value::Text("和歌山 花子".to_owned()));
            Composed { record: Some(record), ..Composed::default() }
        };
        self.store.ring(number.to_owned(), Box::new(compose)).await.unwrap().call_id
    }
}

#[tokio::test]
async fn calls_numbers_and_empty_fields_go_over_in_one_commit() {
    let bench = Bench::new();
    let stays = bench.post(&CUSTOMER, &[("name", "和歌山 花子"), ("phone_1", "0731234567")]).await;
    let more = [("name", "和歌山花子"), ("phone_1", "09000000001"), ("staff", "鈴木")];
    let ends = bench.post(&CUSTOMER, &more).await;
    let call = bench.call_of("09000000001", ends).await;
    bench.call_of("0731234567", stays).await;
    let told = bench.store.foresee_merge(stays, ends).unwrap();
    assert_eq!((told.calls, told.united.taken.as_slice()), (1, &["電話番号2", "担当者"][..]));
    assert_eq!(bench.get(&CUSTOMER, stays).await["電話番号2"], "", "a rehearsal changes nothing");
    let since = bench.store.events_since(0, 100).await.unwrap();
    let Replay::Events(since) = since else { panic!("events are kept") };
    let since = since.last().unwrap().id;

    let merged = bench.store.merge_customers(stays, ends, actor()).await.unwrap();
    assert_eq!((merged.calls, merged.united.left.len()), (1, 0));
    let row = bench.get(&CUSTOMER, stays).await;
    assert_eq!((&row["電話番号2"], &row["担当者"]), (&"09000000001".into(), &"鈴木".into()));
    assert_eq!(row["着信回数"], "2");
    assert!(bench.get(&CUSTOMER, ends).await.is_null());
    let moved = bench.get(&CALL, call).await;
    assert_eq!(
        (&moved["顧客ID"], &moved["顧客名"]),
        (&stays.to_string().into(), &"和歌山 花子".into())
    );
    let query = CallQuery { customer_id: stays, ..CallQuery::default() };
    assert_eq!(bench.store.calls_json(&query, 0, 10).await.unwrap().rows, 2);
    // Who calls from the other's number is the survivor now.
    let found = |facts: &crate::store::Facts<'_>| {
        (facts.exact, facts.customers.iter().map(Record::key).collect::<Vec<_>>())
    };
    assert_eq!(bench.store.foresee("09000000001", found).await.unwrap(), (true, vec![stays]));

    let Replay::Events(events) = bench.store.events_since(since, 100).await.unwrap() else {
        panic!("events are kept")
    };
    assert_eq!(events.len(), 2);
    let shown = String::from_utf8(events.iter().flat_map(|event| event.json.to_vec()).collect());
    assert!(shown.unwrap().contains("09000000001"));
    let audit = bench.all(&AUDIT).await;
    let done: Vec<_> = audit.iter().map(|row| (&row["操作"], &row["キー"])).collect();
    let word = |text: &str| serde_json::Value::from(text);
    let last: Vec<_> =
        done.iter().rev().take(3).map(|(a, b)| ((*a).clone(), (*b).clone())).collect();
    assert_eq!(
        last,
        [(word("実行"), word("1")), (word("更新"), word("1")), (word("削除"), word("2"))]
    );
}

#[tokio::test]
async fn what_does_not_fit_changes_nothing() {
    let bench = Bench::new();
    let columns = ["phone_1", "phone_2", "phone_3", "phone_4", "phone_5", "phone_6"];
    let own = ["0310000001", "0310000002", "0310000003", "0310000004", "0310000005", "0310000006"];
    let mut texts: Vec<(&str, &str)> = columns.into_iter().zip(own).collect();
    texts.push(("name", "満員 花子"));
    let full = bench.post(&CUSTOMER, &texts).await;
    let other = [("name", "満員 花子"), ("phone_1", "0310000001"), ("phone_2", "0320000001")];
    let other = bench.post(&CUSTOMER, &other).await;
    let call = bench.call_of("0320000001", other).await;
    let rehearsed = bench.store.foresee_merge(full, other);
    for refused in [rehearsed, bench.store.merge_customers(full, other, actor()).await] {
        let Err(WriteError::Faults(faults)) = refused else { panic!("{refused:?}") };
        assert!(faults[0].message.contains("0320000001"), "{faults:?}");
    }
    assert_eq!(bench.get(&CALL, call).await["顧客ID"], other.to_string());
    assert_eq!(bench.get(&CUSTOMER, other).await["電話番号2"], "0320000001");

    for nobody in [full, 99] {
        let refused = bench.store.merge_customers(full, nobody, actor()).await;
        assert!(matches!(refused, Err(WriteError::Faults(_))), "{refused:?}");
        assert!(matches!(bench.store.foresee_merge(full, nobody), Err(WriteError::Faults(_))));
    }
    let nowhere = bench.store.merge_customers(99, other, actor()).await;
    assert!(matches!(nowhere, Err(WriteError::NotFound)), "{nowhere:?}");
    // The other way round there is room for all but one.
    assert!(bench.store.merge_customers(other, full, actor()).await.is_err());
}
