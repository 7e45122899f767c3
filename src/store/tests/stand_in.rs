//! Ringing notices and the missed-call notices that stand in for them.

use super::calling::{compose, delivery, ring};
use super::{Bench, NOW};
use crate::resource::catalog::DELIVERY;
use crate::store::{AttemptOutcome, ClaimedDelivery, Composed, Facts, NewDelivery, Settled};

const CHAT: &str = "Notification-Chat";
const LEASE_MS: i64 = 30_000;

/// Ends call 1 as missed: its target is told in place of the ringing notice.
async fn miss(bench: &Bench) -> usize {
    let rows = |facts: &Facts<'_>| Composed {
        expire_ringing: true,
        deliveries: vec![NewDelivery {
            in_place_of: Some("着信時"),
            ..delivery(CHAT, 1, "不在時", facts.now)
        }],
        ..compose(facts.current.clone())
    };
    bench.store.change_call(1, Box::new(rows)).await.unwrap().deliveries
}

async fn claim(bench: &Bench) -> Vec<ClaimedDelivery> {
    bench.store.claim_deliveries("w".into(), LEASE_MS, 8, 8, Vec::new()).await.unwrap()
}

async fn settle(bench: &Bench, claimed: &ClaimedDelivery, outcome: AttemptOutcome) {
    let settled = Settled {
        id: claimed.id,
        owner: claimed.owner.clone(),
        attempts: claimed.attempts,
        started_at: NOW,
        outcome,
        response: "503".into(),
        reason: String::new(),
        progress: String::new(),
        counted: 0,
    };
    assert!(bench.store.settle_delivery(settled).await.unwrap());
}

/// 状態 of every delivery, in key order.
async fn states(bench: &Bench) -> Vec<String> {
    let rows = bench.all(&DELIVERY).await;
    rows.iter().map(|row| row["状態"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_waiting_ringing_notice_gives_way_at_once() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1)]).await;
    assert_eq!(miss(&bench).await, 1);
    assert_eq!(states(&bench).await, ["期限切れ", "待機"]);
    assert_eq!(claim(&bench).await[0].timing, "不在時");
}

#[tokio::test]
async fn a_ringing_notice_that_came_through_needs_no_stand_in() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1)]).await;
    let ringing = claim(&bench).await;
    settle(&bench, &ringing[0], AttemptOutcome::Delivered).await;
    assert_eq!(miss(&bench).await, 0);
}

#[tokio::test]
async fn while_the_ringing_notice_is_under_way_the_stand_in_waits() {
    for (outcome, then) in [
        (AttemptOutcome::Delivered, ["成功", "取消"]),
        (AttemptOutcome::Accepted, ["受付", "取消"]),
        (AttemptOutcome::Failed, ["失敗", "取消"]),
        (AttemptOutcome::Retry(NOW + 5_000), ["期限切れ", "待機"]),
        (AttemptOutcome::Deferred(NOW + 5_000), ["期限切れ", "待機"]),
    ] {
        let bench = Bench::new();
        ring(&bench, "", &[(CHAT, 1)]).await;
        let ringing = claim(&bench).await;
        assert_eq!(miss(&bench).await, 1);
        assert!(claim(&bench).await.is_empty(), "the outcome is not known yet");
        settle(&bench, &ringing[0], outcome).await;
        assert_eq!(states(&bench).await, then);
        let due = usize::from(then[1] == "待機");
        assert_eq!(claim(&bench).await.len(), due, "{outcome:?}");
    }
}

#[tokio::test]
async fn a_lost_attempt_holds_the_stand_in_back_no_longer_than_its_lease() {
    let bench = Bench::new();
    ring(&bench, "", &[(CHAT, 1)]).await;
    claim(&bench).await;
    miss(&bench).await;
    bench.clock.set(NOW + LEASE_MS);
    assert!(claim(&bench).await.iter().any(|claimed| claimed.timing == "不在時"));
}
