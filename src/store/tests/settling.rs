//! Open calls are settled when their number is spoken to later.

use super::calling::{compose, delivery, end, ring};
use super::{Bench, NOW};
use crate::clock::DAY_MS;
use crate::resource::Value;
use crate::resource::catalog::{AUDIT, CALL};
use crate::store::{Composed, Facts, Replay, Settles};

impl Bench {
    /// A call that nobody answers.
    async fn miss(&self, number: &str) -> i64 {
        let call = ring(self, number, &[]).await.call_id;
        end(self, call).await;
        call
    }

    /// A call that is answered.
    async fn answer(&self, number: &str) -> i64 {
        let call = ring(self, number, &[]).await.call_id;
        let rows = |facts: &Facts<'_>| {
            let mut record = facts.current.clone().unwrap();
            record.set("state", Value::Text("他で応答".into()));
            Composed {
                settles: Some(Settles { since: facts.now - DAY_MS, at: facts.now }),
                deliveries: vec![delivery("IncomingCall-URL", 1, "終了時", facts.now)],
                ..compose(Some(record))
            }
        };
        assert_eq!(self.store.change_call(call, Box::new(rows)).await.unwrap().deliveries, 1);
        call
    }

    async fn handling(&self, call: i64) -> String {
        self.get(&CALL, call).await["対応状況"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn open_calls_of_the_number_are_settled_with_audit_and_event() {
    let bench = Bench::new();
    let missed = bench.miss("09000000001").await;
    let promised = bench.miss("09000000001").await;
    let promise = [
        ("handling", "折返し要"),
        ("operator", "鈴木"),
        ("call_back_at", "2025/04/02 10:00:00"),
        ("memo", "納期の件"),
    ];
    bench.put(&CALL, promised, &promise).await.unwrap();
    let taken = bench.miss("09000000001").await;
    bench.put(&CALL, taken, &[("handling", "対応中"), ("operator", "田中")]).await.unwrap();
    let other = bench.miss("09000000002").await;
    let nameless = bench.miss("").await;
    let audited = bench.all(&AUDIT).await.len();
    let Replay::Events(before) = bench.store.events_since(0, 100).await.unwrap() else {
        panic!("events are kept")
    };
    bench.clock.set(NOW + 60_000);
    let answered = bench.answer("09000000001").await;

    let row = bench.get(&CALL, missed).await;
    assert_eq!(row["対応状況"], "対応済");
    assert_eq!(row["折返し日時"], "2025/04/01 09:16:02", "when the caller was spoken to");
    assert_eq!(row["対応者"], "");
    let row = bench.get(&CALL, promised).await;
    let kept = ["対応状況", "折返し日時", "対応者", "メモ"].map(|name| row[name].as_str().unwrap());
    assert_eq!(kept, ["対応済", "2025/04/02 10:00:00", "鈴木", "納期の件"]);
    let others = [(taken, "対応中"), (other, "未対応"), (nameless, "未対応"), (answered, "")];
    for (call, stays) in others {
        assert_eq!(bench.handling(call).await, stays, "{call}");
    }
    let audit = bench.all(&AUDIT).await;
    let rows: Vec<_> =
        audit[audited..].iter().map(|row| (&row["ユーザーID"], &row["キー"])).collect();
    assert_eq!(rows.len(), 2, "{rows:?}");
    for ((who, key), call) in rows.into_iter().zip([missed, promised]) {
        assert!(who.as_str().unwrap().starts_with("(自動"), "{who}");
        assert_eq!(*key, call.to_string());
    }
    let since = before.last().unwrap().id;
    let Replay::Events(events) = bench.store.events_since(since, 100).await.unwrap() else {
        panic!("events are kept")
    };
    let told: Vec<String> =
        events.iter().map(|event| String::from_utf8(event.json.to_vec()).unwrap()).collect();
    let updates = told.iter().filter(|json| json.contains("対応済") && json.contains("更新"));
    assert_eq!(updates.count(), 2, "{told:?}");
}

#[tokio::test]
async fn calls_of_long_ago_and_anonymous_ones_stay_open() {
    let bench = Bench::new();
    let old = bench.miss("09000000001").await;
    let nameless = bench.miss("").await;
    bench.clock.set(NOW + 2 * DAY_MS);
    bench.answer("09000000001").await;
    bench.answer("").await;
    assert_eq!(bench.handling(old).await, "未対応");
    assert_eq!(bench.handling(nameless).await, "未対応");
    assert_eq!(bench.all(&AUDIT).await.len(), 0);
}
