//! Deliveries as a durable queue.

use super::calling::{compose, delivery, end, ring};
use super::{Bench, NOW};
use crate::resource::catalog::{CALL, CHAT_TARGET, DELIVERY, LINE_TARGET};
use crate::store::{
    AttemptOutcome, ClaimedDelivery, Composed, Facts, Settled, TargetRef, WriteError,
};

const CHAT: &str = "Notification-Chat";
const LEASE_MS: i64 = 30_000;

async fn claim(bench: &Bench, owner: &str, limit: usize) -> Vec<ClaimedDelivery> {
    let store = &bench.store;
    store.claim_deliveries(owner.into(), LEASE_MS, limit, 8, Vec::new()).await.unwrap()
}

fn settled(claimed: &ClaimedDelivery, outcome: AttemptOutcome) -> Settled {
    Settled {
        id: claimed.id,
        owner: claimed.owner.clone(),
        attempts: claimed.attempts,
        started_at: NOW,
        outcome,
        response: "503".into(),
        reason: String::new(),
        progress: "p".into(),
        counted: 0,
    }
}

async fn settle(bench: &Bench, claimed: &ClaimedDelivery, outcome: AttemptOutcome) -> bool {
    bench.store.settle_delivery(settled(claimed, outcome)).await.unwrap()
}

#[tokio::test]
async fn a_delivery_goes_from_waiting_to_its_end() {
    let bench = Bench::new();
    bench.post(&CHAT_TARGET, &[("name", "営業"), ("url", "https://chat.example.com/h/1")]).await;
    ring(&bench, "", &[(CHAT, 1)]).await;
    assert_eq!(bench.get(&DELIVERY, 1).await["状態"], "待機");
    assert_eq!(bench.store.next_due(Vec::new()).await.unwrap(), Some(NOW));
    let claimed = claim(&bench, "w", 10).await;
    assert_eq!(claimed.len(), 1);
    let first = &claimed[0];
    assert_eq!((first.attempts, first.interrupted, first.call_id), (1, false, 1));
    assert_eq!(first.idempotency_key.len(), 32);
    assert_eq!(bench.get(&DELIVERY, 1).await["状態"], "送信中");
    assert!(claim(&bench, "other", 10).await.is_empty());
    let number = bench.store.snapshot().number;
    assert!(settle(&bench, first, AttemptOutcome::Retry(NOW + 5000)).await);
    assert_eq!(bench.get(&CALL, 1).await["通知結果"], "宛先1:待機(503)");
    assert!(claim(&bench, "w", 10).await.is_empty());
    bench.clock.set(NOW + 5000);
    let again = claim(&bench, "w", 10).await;
    assert_eq!((again[0].attempts, &again[0].idempotency_key), (2, &first.idempotency_key));
    assert_eq!(again[0].progress, "p");
    assert!(settle(&bench, &again[0], AttemptOutcome::Delivered).await);
    let row = bench.get(&DELIVERY, 1).await;
    assert_eq!((&row["状態"], &row["試行回数"]), (&"成功".into(), &"2".into()));
    assert_eq!(
        (&row["次回試行日時"], &row["完了日時"]),
        (&"".into(), &"2025/04/01 09:15:07".into())
    );
    assert_eq!(bench.get(&CALL, 1).await["通知結果"], "宛先1:成功");
    assert_eq!(bench.get(&CHAT_TARGET, 1).await["最終結果"], "成功");
    let snapshot = bench.store.snapshot();
    assert_eq!(snapshot.find(CHAT_TARGET.uri, 1).unwrap().text("last_result"), "成功");
    assert_eq!(bench.store.snapshot().number, number, "a delivery changed the snapshot");
    assert_eq!(bench.store.next_due(Vec::new()).await.unwrap(), None);
    assert_eq!(attempts(&bench), [(1, "待機".to_owned()), (2, "成功".to_owned())]);
}

/// The rows of `delivery_attempt`.
fn attempts(bench: &Bench) -> Vec<(i64, String)> {
    let raw = bench.raw();
    let mut rows =
        raw.prepare("SELECT attempt, outcome FROM delivery_attempt ORDER BY attempt").unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn one_delivery_a_call_target_and_timing() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1), (CHAT, 2)]).await;
    let again = |timing: &'static str| {
        move |facts: &Facts<'_>| Composed {
            deliveries: vec![delivery(CHAT, 1, timing, facts.now)],
            ..compose(None)
        }
    };
    for (timing, written) in [("着信時", 0), ("不在時", 1), ("不在時", 0), ("転送", 1), ("転送", 1)]
    {
        let rung = bench.store.change_call(1, Box::new(again(timing))).await.unwrap();
        assert_eq!(rung.deliveries, written, "{timing}");
    }
}

#[tokio::test]
async fn only_the_owner_of_the_attempt_settles_it() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1)]).await;
    let first = claim(&bench, "first", 1).await.remove(0);
    bench.clock.set(NOW + LEASE_MS);
    let second = claim(&bench, "second", 1).await.remove(0);
    assert!(second.interrupted, "the lease ended without an outcome");
    assert_eq!(second.attempts, 2);
    assert!(!settle(&bench, &first, AttemptOutcome::Delivered).await);
    let mut wrong = settled(&second, AttemptOutcome::Delivered);
    wrong.attempts = 1;
    assert!(!bench.store.settle_delivery(wrong).await.unwrap());
    assert_eq!(bench.get(&DELIVERY, 1).await["状態"], "送信中");
    assert!(settle(&bench, &second, AttemptOutcome::Accepted).await);
    assert!(!settle(&bench, &second, AttemptOutcome::Failed).await);
    assert_eq!(bench.get(&DELIVERY, 1).await["状態"], "受付");
}

#[tokio::test]
async fn a_restart_frees_what_was_being_sent() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1)]).await;
    claim(&bench, "old", 1).await;
    let bench = bench.reopen();
    assert_eq!(bench.store.release_leases().await.unwrap(), 1);
    assert_eq!(bench.store.release_leases().await.unwrap(), 0);
    let again = claim(&bench, "new", 1).await.remove(0);
    assert!(again.interrupted);
}

#[tokio::test]
async fn a_deferred_attempt_does_not_count() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1)]).await;
    let first = claim(&bench, "w", 1).await.remove(0);
    assert!(settle(&bench, &first, AttemptOutcome::Deferred(NOW + 1000)).await);
    assert_eq!(bench.get(&DELIVERY, 1).await["試行回数"], "0");
    assert_eq!(bench.store.next_due(Vec::new()).await.unwrap(), Some(NOW + 1000));
    bench.clock.set(NOW + 1000);
    assert_eq!(claim(&bench, "w", 1).await[0].attempts, 1);
    assert!(attempts(&bench).is_empty());
}

#[tokio::test]
async fn a_long_backlog_hides_no_other_target() {
    let bench = Bench::new();
    let many = |facts: &Facts<'_>| Composed {
        deliveries: (0..10_000).map(|_| delivery(CHAT, 1, "転送", facts.now)).collect(),
        ..compose(None)
    };
    ring(&bench, "", &[(CHAT, 2), ("IncomingCall-URL", 7)]).await;
    assert_eq!(bench.store.change_call(1, Box::new(many)).await.unwrap().deliveries, 10_000);
    let claimed = claim(&bench, "w", 100).await;
    let of = |id| claimed.iter().filter(|delivery| delivery.target.id == id).count();
    assert_eq!((of(1), of(2), of(7)), (8, 1, 1));
    // However few a claim may take, every target has its turn.
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 2), (CHAT, 3), ("IncomingCall-URL", 7)]).await;
    bench.store.change_call(1, Box::new(many)).await.unwrap();
    let mut turns = Vec::new();
    for _ in 0..4 {
        turns.extend(claim(&bench, "w", 1).await.iter().map(|delivery| delivery.target.id));
    }
    turns.sort_unstable();
    assert_eq!(turns, [1, 2, 3, 7]);
}

#[tokio::test]
async fn skipped_targets_wait() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1), (CHAT, 2)]).await;
    let skip = vec![TargetRef { resource: CHAT, id: 1 }];
    let rooms = vec![(skip[0].clone(), 0)];
    let store = &bench.store;
    let claimed = store.claim_deliveries("w".into(), 1, 10, 8, rooms).await.unwrap();
    assert_eq!(claimed.iter().map(|delivery| delivery.target.id).collect::<Vec<_>>(), [2]);
    assert_eq!(bench.store.next_due(skip).await.unwrap(), Some(NOW + 1));
    assert_eq!(bench.store.next_due(Vec::new()).await.unwrap(), Some(NOW));
}

#[tokio::test]
async fn what_is_too_late_expires() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1), (CHAT, 2)]).await;
    let first = claim(&bench, "w", 1).await.remove(0);
    assert!(settle(&bench, &first, AttemptOutcome::Retry(NOW + 120_000)).await);
    assert_eq!(bench.get(&DELIVERY, first.id).await["状態"], "期限切れ");
    assert_eq!(bench.store.expire_deliveries().await.unwrap(), 0);
    bench.clock.set(NOW + 120_000);
    assert!(claim(&bench, "w", 10).await.is_empty());
    let row = bench.get(&DELIVERY, 2).await;
    assert_eq!(row["状態"], "期限切れ");
    assert!(!row["理由"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn the_end_of_a_call_takes_back_what_only_told_its_ringing() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1), (CHAT, 2)]).await;
    let first = claim(&bench, "w", 1).await.remove(0);
    end(&bench, 1).await;
    let states = [bench.get(&DELIVERY, 1).await, bench.get(&DELIVERY, 2).await];
    assert_eq!((&states[0]["状態"], &states[1]["状態"]), (&"送信中".into(), &"期限切れ".into()));
    assert!(settle(&bench, &first, AttemptOutcome::Delivered).await);
}

#[tokio::test]
async fn a_client_may_order_a_delivery_again() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1)]).await;
    let first = claim(&bench, "w", 1).await.remove(0);
    let busy = bench.put(&DELIVERY, 1, &[("state", "再送")]).await;
    assert!(matches!(busy, Err(WriteError::Faults(faults)) if faults[0].name == "状態"));
    settle(&bench, &first, AttemptOutcome::Failed).await;
    bench.put(&DELIVERY, 1, &[("state", "失敗")]).await.unwrap();
    assert_eq!(bench.get(&DELIVERY, 1).await["状態"], "失敗");
    let other = bench.put(&DELIVERY, 1, &[("state", "成功")]).await;
    assert!(matches!(other, Err(WriteError::Faults(_))));
    bench.clock.set(NOW + 500_000);
    bench.put(&DELIVERY, 1, &[("state", "再送")]).await.unwrap();
    let row = bench.get(&DELIVERY, 1).await;
    assert_eq!((&row["状態"], &row["試行回数"]), (&"待機".into(), &"1".into()));
    let again = claim(&bench, "w", 1).await.remove(0);
    assert_eq!((again.attempts, again.expires_at), (2, NOW + 620_000));
}

#[tokio::test]
async fn messages_of_a_month_are_counted() {
    const LINE: &str = "Notification-LINE-AccessToken";
    let bench = Bench::new();
    let cells = [("name", "店長"), ("access_token", "t"), ("destinations", "U1")];
    bench.post(&LINE_TARGET, &cells).await;
    assert_eq!(bench.get(&LINE_TARGET, 1).await["当月送信数"], "0");
    let day = crate::clock::DAY_MS;
    for (started_at, outcome, counted, expected) in [
        (NOW, AttemptOutcome::Delivered, 2, "2"),
        (NOW + day, AttemptOutcome::Delivered, 1, "3"),
        (NOW + day, AttemptOutcome::Failed, 1, "3"),
        (NOW + 40 * day, AttemptOutcome::Failed, 1, "0"),
        (NOW + 40 * day, AttemptOutcome::Delivered, 1, "1"),
    ] {
        ring(&bench, "", &[(LINE, 1)]).await;
        let claimed = claim(&bench, "w", 1).await.remove(0);
        let settled = Settled { started_at, counted, ..settled(&claimed, outcome) };
        assert!(bench.store.settle_delivery(settled).await.unwrap());
        assert_eq!(bench.get(&LINE_TARGET, 1).await["当月送信数"], expected);
        let snapshot = bench.store.snapshot();
        let row = snapshot.find(LINE, 1).unwrap();
        assert_eq!(row.int("sent_this_month").to_string(), expected);
    }
}
