//! Calls: what is known of the caller, counters, record, event.

use super::calling::{compose, end, ring};
use super::{Bench, NOW};
use crate::push::EventKind;
use crate::resource::Value;
use crate::resource::catalog::{CALL, CALLER_RULE, CUSTOMER, SIP_CONNECTION};
use crate::store::{Composed, Replay};

const NUMBER: &str = "09000000001";

#[tokio::test]
async fn a_call_is_one_record_one_event_and_its_deliveries() {
    let bench = Bench::new();
    let mut pushed = bench.store.pushed();
    let rung = ring(&bench, NUMBER, &[("Notification-Chat", 3)]).await;
    assert_eq!((rung.call_id, rung.deliveries), (1, 1));
    let event = pushed.try_recv().unwrap().remove(0);
    assert_eq!((event.id, event.kind, event.line), (1, EventKind::Ringing, Some(1)));
    let row = bench.get(&CALL, 1).await;
    assert_eq!((&row["相手TEL"], &row["状態"]), (&NUMBER.into(), &"呼出中".into()));
    assert_eq!(bench.store.calls_left_ringing().await.unwrap(), [1]);
    end(&bench, 1).await;
    assert_eq!(pushed.try_recv().unwrap()[0].id, 2);
    assert_eq!(bench.get(&CALL, 1).await["状態"], "不在");
    assert!(bench.store.calls_left_ringing().await.unwrap().is_empty());
}

#[tokio::test]
async fn keys_of_calls_go_on_after_a_restart() {
    let bench = Bench::new();
    ring(&bench, NUMBER, &[]).await;
    let bench = bench.reopen();
    let mut pushed = bench.store.pushed();
    let rung = ring(&bench, NUMBER, &[]).await;
    assert_eq!((rung.call_id, pushed.try_recv().unwrap()[0].id), (2, 2));
}

#[tokio::test]
async fn nothing_is_written_where_nothing_is_composed() {
    let bench = Bench::new();
    let mut pushed = bench.store.pushed();
    let nothing = |_: &crate::store::Facts<'_>| compose(None);
    bench.store.ring(NUMBER.into(), Box::new(nothing)).await.unwrap();
    assert!(bench.all(&CALL).await.is_empty());
    bench.store.change_call(99, Box::new(nothing)).await.unwrap();
    assert!(pushed.try_recv().is_err());
}

/// The keys, the count and the exactness of the customers that a number finds.
async fn matches(bench: &Bench, number: &str) -> (Vec<i64>, i64, bool) {
    let (sender, receiver) = std::sync::mpsc::sync_channel(1);
    let look = move |facts: &crate::store::Facts<'_>| {
        let keys = facts.customers.iter().map(crate::resource::Record::key).collect();
        sender.send((keys, facts.candidates, facts.exact)).unwrap();
        compose(None)
    };
    bench.store.ring(number.into(), Box::new(look)).await.unwrap();
    receiver.recv().unwrap()
}

#[tokio::test]
async fn customers_are_found_by_all_six_numbers_and_no_longer_by_old_ones() {
    let bench = Bench::new();
    let key = bench.post(&CUSTOMER, &[("name", "a"), ("phone_6", NUMBER)]).await;
    assert_eq!(matches(&bench, NUMBER).await, (vec![key], 1, true));
    bench
        .put(&CUSTOMER, key, &[("phone_6", "0312345678"), ("phone_1", "0312345678")])
        .await
        .unwrap();
    assert_eq!(matches(&bench, NUMBER).await, (vec![], 0, false));
    assert_eq!(matches(&bench, "0312345678").await, (vec![key], 1, true));
    bench.delete(&CUSTOMER, key).await.unwrap();
    assert_eq!(matches(&bench, "0312345678").await, (vec![], 0, false));
}

#[tokio::test]
async fn the_customer_who_called_last_comes_first() {
    let bench = Bench::new();
    for name in ["a", "b", "c"] {
        bench.post(&CUSTOMER, &[("name", name), ("phone_1", NUMBER)]).await;
    }
    assert_eq!(matches(&bench, NUMBER).await, (vec![1, 2, 3], 3, true));
    let call = super::calling::record(NUMBER, 3);
    let look = move |_: &crate::store::Facts<'_>| compose(Some(call.clone()));
    bench.store.ring(NUMBER.into(), Box::new(look)).await.unwrap();
    assert_eq!(matches(&bench, NUMBER).await, (vec![3, 1, 2], 3, true));
    let row = bench.get(&CUSTOMER, 3).await;
    assert_eq!(
        (&row["着信回数"], &row["最終着信日時"]),
        (&"1".into(), &"2025/04/01 09:15:02".into())
    );
}

#[tokio::test]
async fn the_last_nine_digits_make_candidates_only_without_an_exact_match() {
    let bench = Bench::new();
    bench.post(&CUSTOMER, &[("name", "a"), ("phone_1", "0731234567")]).await;
    assert_eq!(matches(&bench, "+81731234567").await, (vec![1], 1, false));
    bench.post(&CUSTOMER, &[("name", "b"), ("phone_1", "+1731234567")]).await;
    assert_eq!(matches(&bench, "+81731234567").await, (vec![1, 2], 2, false));
    assert_eq!(matches(&bench, "0731234567").await, (vec![1], 1, true));
    assert_eq!(matches(&bench, "31234567").await, (vec![], 0, false));
    assert_eq!(matches(&bench, "").await, (vec![], 0, false));
}

#[tokio::test]
async fn more_customers_than_are_shown_are_still_counted() {
    let bench = Bench::new();
    for _ in 0..53 {
        bench.post(&CUSTOMER, &[("name", "a"), ("phone_1", NUMBER), ("phone_2", NUMBER)]).await;
    }
    let (keys, count, exact) = matches(&bench, NUMBER).await;
    assert_eq!((keys.len(), count, exact), (crate::store::CUSTOMERS_MAX, 53, true));
}

#[tokio::test]
async fn the_history_tells_the_calls_before_this_one() {
    let bench = Bench::new();
    ring(&bench, NUMBER, &[]).await;
    bench.put(&CALL, 1, &[("operator", "鈴木"), ("memo", "納期の件")]).await.unwrap();
    bench.clock.set(NOW + 60_000);
    let (sender, receiver) = std::sync::mpsc::sync_channel(2);
    let second = sender.clone();
    let new = super::calling::record(NUMBER, 0);
    let look = move |facts: &crate::store::Facts<'_>| {
        sender.send(facts.history.clone()).unwrap();
        compose(Some(new.clone()))
    };
    bench.store.ring(NUMBER.into(), Box::new(look)).await.unwrap();
    let history = receiver.recv().unwrap();
    assert_eq!((history.count, history.last_at), (1, Some(NOW)));
    assert_eq!((history.last_operator.as_str(), history.last_memo.as_str()), ("鈴木", "納期の件"));
    let look = move |facts: &crate::store::Facts<'_>| {
        second.send(facts.history.clone()).unwrap();
        assert_eq!(facts.current.as_ref().unwrap().key(), 2);
        compose(None)
    };
    bench.store.change_call(2, Box::new(look)).await.unwrap();
    assert_eq!(receiver.recv().unwrap(), history);
}

#[tokio::test]
async fn rule_counts_and_a_shown_reason_are_kept() {
    let bench = Bench::new();
    let rule = bench.post(&CALLER_RULE, &[("pattern", "0120*")]).await;
    let sip = [("name", "a"), ("server", "192.0.2.1"), ("extension", "7")];
    let connection = bench.post(&SIP_CONNECTION, &sip).await;
    for _ in 0..2 {
        let look = move |_: &crate::store::Facts<'_>| Composed {
            matched_rule: Some(rule),
            reason_shown_by: Some(connection),
            ..compose(None)
        };
        bench.store.ring(NUMBER.into(), Box::new(look)).await.unwrap();
    }
    assert_eq!(bench.get(&CALLER_RULE, rule).await["一致回数"], "2");
    let snapshot = bench.store.snapshot();
    let row = snapshot.find(SIP_CONNECTION.uri, connection).unwrap();
    assert_eq!(row.hidden("reason_shown"), &Value::Int(1));
    assert_eq!(snapshot.find(CALLER_RULE.uri, rule).unwrap().int("match_count"), 2);
}

#[tokio::test]
async fn a_client_may_name_the_customer_of_a_call() {
    let bench = Bench::new();
    ring(&bench, NUMBER, &[]).await;
    let key = bench.post(&CUSTOMER, &[("name", "和歌山 花子"), ("company", "紀州商店")]).await;
    bench.put(&CALL, 1, &[("customer_id", &key.to_string())]).await.unwrap();
    let row = bench.get(&CALL, 1).await;
    assert_eq!((&row["顧客名"], &row["会社名"]), (&"和歌山 花子".into(), &"紀州商店".into()));
    assert_eq!(row["更新日時"], "2025/04/01 09:15:02");
    bench.put(&CALL, 1, &[("customer_id", "0")]).await.unwrap();
    assert_eq!(bench.get(&CALL, 1).await["顧客名"], "");
}

#[tokio::test]
async fn a_call_counts_among_those_of_whom_it_was_given_to() {
    let bench = Bench::new();
    let hanako = bench.post(&CUSTOMER, &[("name", "和歌山 花子"), ("phone_1", NUMBER)]).await;
    let taro = bench.post(&CUSTOMER, &[("name", "和歌山 太郎"), ("phone_1", NUMBER)]).await;
    for _ in 0..2 {
        ring(&bench, NUMBER, &[]).await;
    }
    let told = |row: serde_json::Value| {
        (row["着信回数"].as_str().unwrap().to_owned(), row["最終着信日時"] != "")
    };
    bench.put(&CALL, 1, &[("customer_id", &hanako.to_string())]).await.unwrap();
    bench.put(&CALL, 2, &[("customer_id", &hanako.to_string())]).await.unwrap();
    assert_eq!(told(bench.get(&CUSTOMER, hanako).await), ("2".to_owned(), true));
    for call in [1, 2] {
        bench.put(&CALL, call, &[("customer_id", &taro.to_string())]).await.unwrap();
    }
    assert_eq!(told(bench.get(&CUSTOMER, hanako).await), ("0".to_owned(), false));
    assert_eq!(told(bench.get(&CUSTOMER, taro).await), ("2".to_owned(), true));
    // Of two with one number the one who was chosen is found first from now on.
    let (found, first) = std::sync::mpsc::sync_channel(1);
    let look = move |facts: &crate::store::Facts<'_>| {
        found.send(facts.customers[0].key()).unwrap();
        compose(None)
    };
    bench.store.ring(NUMBER.into(), Box::new(look)).await.unwrap();
    assert_eq!(first.recv().unwrap(), taro);
}

#[tokio::test]
async fn events_are_replayed_in_order_until_they_are_too_old() {
    let bench = Bench::new();
    let events = |since| {
        let store = bench.store.clone();
        async move { store.events_since(since, 3).await.unwrap() }
    };
    assert!(matches!(events(0).await, Replay::Events(events) if events.is_empty()));
    assert!(matches!(events(1).await, Replay::TooOld));
    for _ in 0..5 {
        ring(&bench, NUMBER, &[]).await;
    }
    let ids = |replay| match replay {
        Replay::Events(events) => events.iter().map(|event| event.id).collect::<Vec<_>>(),
        Replay::TooOld => panic!("too old"),
    };
    assert_eq!(ids(events(0).await), [1, 2, 3]);
    assert_eq!(ids(events(3).await), [4, 5]);
    assert_eq!(ids(events(5).await), Vec::<i64>::new());
    assert!(matches!(events(6).await, Replay::TooOld));
}

#[tokio::test]
async fn the_last_ten_thousand_events_are_kept() {
    let bench = Bench::new();
    let mut rings = Vec::new();
    for _ in 0..10_600 {
        let store = bench.store.clone();
        rings.push(async move { super::calling::ring_at(&store, "", &[]).await });
        if rings.len() == 1000 {
            futures_util::future::join_all(rings.drain(..)).await;
        }
    }
    futures_util::future::join_all(rings).await;
    let kept = bench.store.events_since(600, 20_000).await.unwrap();
    assert!(matches!(kept, Replay::Events(events) if events.len() == 10_000));
    assert!(matches!(bench.store.events_since(100, 1).await.unwrap(), Replay::TooOld));
}

#[tokio::test]
async fn calls_and_edits_by_clients_are_pushed_in_order() {
    let bench = Bench::new();
    let mut pushed = bench.store.pushed();
    ring(&bench, NUMBER, &[]).await;
    bench.put(&CALL, 1, &[("memo", "納期の件")]).await.unwrap();
    let key = bench.post(&CUSTOMER, &[("name", "a")]).await;
    bench.delete(&CUSTOMER, key).await.unwrap();
    assert_eq!(pushed.try_recv().unwrap()[0].kind, EventKind::Ringing);
    let mut seen = Vec::new();
    while let Ok(mut events) = pushed.try_recv() {
        let event = events.remove(0);
        assert_eq!(event.kind, EventKind::Updated);
        seen.push((event.id, event.line, String::from_utf8(event.json.to_vec()).unwrap()));
    }
    assert_eq!(
        seen.iter().map(|(id, line, _)| (*id, *line)).collect::<Vec<_>>(),
        [(2, Some(1)), (3, None), (4, None)]
    );
    assert!(seen[0].2.contains("納期の件") && seen[1].2.contains("顧客"));
}
