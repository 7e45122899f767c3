//! Calls as the call room would compose them.

use super::{Bench, NOW};
use crate::push::EventKind;
use crate::resource::catalog::{CALL, find};
use crate::resource::{Record, Value};
use crate::store::{Composed, Facts, NewDelivery, NewEvent, Rung, Store, TargetRef};

/// A ringing call on line 1.
pub(super) fn record(number: &str, customer: i64) -> Record {
    let mut record = Record::empty(&CALL);
    record.set("received_at", Value::Int(NOW));
    record.set("caller_number", Value::Text(number.into()));
    record.set("line_no", Value::Int(1));
    record.set("customer_id", Value::Int(customer));
    record.set("state", Value::Text("呼出中".into()));
    record
}

/// Rows of a call without event and deliveries.
pub(super) fn compose(record: Option<Record>) -> Composed {
    Composed { record, ..Composed::default() }
}

/// A delivery due at once that lives for two minutes.
pub(super) fn delivery(uri: &str, id: i64, timing: &'static str, now: i64) -> NewDelivery {
    NewDelivery {
        target: TargetRef { resource: find(uri).unwrap().uri, id },
        target_name: format!("宛先{id}"),
        timing,
        payload: "{}".into(),
        due_at: now,
        expires_at: now + 120_000,
        in_place_of: None,
    }
}

/// Rings once.
pub(super) async fn ring(bench: &Bench, number: &str, targets: &[(&str, i64)]) -> Rung {
    ring_at(&bench.store, number, targets).await
}

pub(super) async fn ring_at(store: &Store, number: &str, targets: &[(&str, i64)]) -> Rung {
    let record = record(number, 0);
    let targets: Vec<(String, i64)> =
        targets.iter().map(|(uri, id)| ((*uri).to_owned(), *id)).collect();
    let rows = move |facts: &Facts<'_>| Composed {
        event: Some(NewEvent {
            kind: EventKind::Ringing,
            line: Some(1),
            json: format!("{{\"call\":{}}}", facts.call_id).into_bytes(),
        }),
        deliveries: targets
            .iter()
            .map(|(uri, id)| delivery(uri, *id, "着信時", facts.now))
            .collect(),
        ..compose(Some(record.clone()))
    };
    store.ring(number.to_owned(), Box::new(rows)).await.unwrap()
}

/// Ends a call as missed.
pub(super) async fn end(bench: &Bench, call: i64) -> Rung {
    let rows = |facts: &Facts<'_>| {
        let mut record = facts.current.clone().unwrap();
        record.set("state", Value::Text("不在".into()));
        record.set("handling", Value::Text("未対応".into()));
        record.set("ended_at", Value::Int(facts.now));
        Composed {
            event: Some(NewEvent { kind: EventKind::Ended, line: Some(1), json: b"{}".to_vec() }),
            expire_ringing: true,
            ..compose(Some(record.clone()))
        }
    };
    bench.store.change_call(call, Box::new(rows)).await.unwrap()
}
