//! The worker with a real store and real requests on loopback.

use std::path::PathBuf;
use std::time::Duration;

use super::receiver::{self, Act, Receiver};
use super::*;
use crate::clock::Clock;
use crate::notify::{Options, Worker, WorkerHandle};
use crate::resource::catalog::DELIVERY;
use crate::resource::{Verb, from_texts};
use crate::store::{Actor, Authority, Composed, Store};

/// A data folder with an open store and a running worker.
pub(super) struct Office {
    folder: PathBuf,
    pub(super) store: Store,
    worker: WorkerHandle,
}

impl Office {
    pub(super) async fn open(folder: PathBuf) -> Self {
        let store = Store::open(&folder, Clock::system(), 2).unwrap();
        let worker = Worker::start(store.clone(), Clock::system(), Options::default()).unwrap();
        Self { folder, store, worker }
    }

    pub(super) async fn new() -> Self {
        let name = format!("smartconnect-notify-{}", uuid::Uuid::new_v4().simple());
        Self::open(std::env::temp_dir().join(name)).await
    }

    pub(super) async fn add(&self, resource: &'static Resource, cells: &[(&str, &str)]) -> i64 {
        let named = cells
            .iter()
            .map(|(column, text)| (resource.fields[resource.index(column).unwrap()].name, *text));
        let draft = from_texts(resource, named, Verb::Post).unwrap();
        let actor =
            Actor { user: "admin".into(), ip: "127.0.0.1".into(), authority: Authority::Granted };
        self.store.insert(draft, actor).await.unwrap()
    }

    async fn webhook(&self, url: &str) -> i64 {
        self.add(&CHAT_TARGET, &[("name", "基幹"), ("kind", "Webhook"), ("url", url)]).await
    }

    /// A call from 09000000001, told to whom it concerns.
    pub(super) async fn ring(&self) {
        let compose = Box::new(|facts: &Facts<'_>| compose(&Scene::new().unknown(), facts));
        self.store.ring("09000000001".into(), compose).await.unwrap();
        self.worker.wake();
    }

    /// The first call ends unanswered.
    async fn miss(&self) {
        let compose =
            Box::new(|facts: &Facts<'_>| compose(&Scene::new().unknown().missed(), facts));
        self.store.change_call(1, compose).await.unwrap();
        self.worker.wake();
    }

    async fn delivery(&self, id: i64) -> Record {
        self.store.record(&DELIVERY, id).await.unwrap().unwrap()
    }

    /// Waits until the delivery is over (or in this state) and answers its row.
    pub(super) async fn wait_for(&self, id: i64, state: &str) -> Record {
        for _ in 0..2000 {
            let row = self.delivery(id).await;
            if row.text("state") == state {
                return row;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("delivery {id} is {:?}", self.delivery(id).await.text("state"));
    }

    /// Ends without a word, as a killed process does; the store's file stays.
    pub(super) async fn kill(self) -> PathBuf {
        self.worker.crash().await;
        let folder = self.folder.clone();
        self.store.close().await;
        std::mem::forget(self);
        folder
    }

    pub(super) async fn close(self) {
        self.worker.stop().await;
        self.store.close().await;
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn compose(scene: &Scene, facts: &Facts<'_>) -> Composed {
    let site = Site::default();
    let (call, timing) = (&scene.call, scene.timing);
    let occasion =
        Occasion { call, line: None, rule: None, timing, facts, site: &site, wording: None };
    Composed {
        record: Some(call.clone()),
        deliveries: plan(&occasion, &values(&occasion)),
        expire_ringing: timing == timing::MISSED,
        ..Composed::default()
    }
}

#[tokio::test]
async fn a_delivery_arrives_and_says_so() {
    let receiver = Receiver::start([]).await;
    let office = Office::new().await;
    office.webhook(&receiver.address).await;
    office.ring().await;
    let row = office.wait_for(1, "成功").await;
    assert_eq!((row.int("attempts"), row.text("last_response")), (1, "200 OK"));
    let seen = receiver.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].body.contains("\"type\":\"call.incoming\""), "{}", seen[0].body);
    assert!(seen[0].header("webhook-id").is_some());
    let json = office.store.snapshot();
    assert!(json.find("Notification-Chat", 1).is_some());
    office.close().await;
}

/// Runs one delivery against a script that ends well; answers what the receiver saw.
async fn pass_through(script: [Act; 2]) -> Vec<receiver::Seen> {
    let receiver = Receiver::start(script).await;
    let office = Office::new().await;
    office.webhook(&receiver.address).await;
    office.ring().await;
    office.wait_for(1, "成功").await;
    office.close().await;
    receiver.seen()
}

fn ids(seen: &[receiver::Seen]) -> std::collections::BTreeSet<&str> {
    seen.iter().map(|one| one.header("webhook-id").unwrap()).collect()
}

#[tokio::test]
async fn trouble_that_passes_is_repeated_with_the_same_id() {
    let seen = pass_through([Act::Answer(500, "", "sorry"), Act::DropAfterAccept]).await;
    assert_eq!((seen.len(), ids(&seen).len()), (3, 1));
    assert_eq!(seen[0].body, seen[2].body);
}

#[tokio::test]
async fn a_broken_connection_or_answer_is_no_success() {
    let seen = pass_through([Act::DropBefore, Act::Garbage]).await;
    assert_eq!((seen.len(), ids(&seen).len()), (2, 1));
}

#[tokio::test]
async fn jandi_marks_a_message_that_may_have_come_twice() {
    let receiver = Receiver::start([Act::DropAfterAccept]).await;
    let office = Office::new().await;
    let cells = [("name", "営業"), ("kind", "JANDI"), ("url", receiver.address.as_str())];
    office.add(&CHAT_TARGET, &cells).await;
    office.ring().await;
    let row = office.wait_for(1, "成功").await;
    assert_eq!(row.text("reason"), "重複の可能性");
    office.close().await;
}

#[tokio::test]
async fn retry_after_is_kept_and_holds_the_target() {
    let receiver = Receiver::start([Act::Answer(429, "retry-after: 2\r\n", "")]).await;
    let office = Office::new().await;
    office.webhook(&receiver.address).await;
    office.ring().await;
    receiver.wait_for(1).await;
    let began = tokio::time::Instant::now();
    office.ring().await;
    receiver.wait_for(3).await;
    let waited = began.elapsed();
    assert!(
        (Duration::from_millis(1500)..Duration::from_millis(3500)).contains(&waited),
        "{waited:?}"
    );
    office.wait_for(1, "成功").await;
    office.wait_for(2, "成功").await;
    office.close().await;
}

#[tokio::test]
async fn a_gone_target_is_parked_until_its_row_changes() {
    let receiver = Receiver::start([Act::Answer(410, "", "")]).await;
    let office = Office::new().await;
    let key = office.webhook(&receiver.address).await;
    office.ring().await;
    let row = office.wait_for(1, "失敗").await;
    assert!(row.text("reason").contains("410"), "{}", row.text("reason"));
    office.ring().await;
    let row = office.wait_for(2, "失敗").await;
    assert!(row.text("reason").starts_with("停止中"), "{}", row.text("reason"));
    assert_eq!(receiver.seen().len(), 1);
    let name = CHAT_TARGET.fields[CHAT_TARGET.index("prefix").unwrap()].name;
    let draft = from_texts(&CHAT_TARGET, [(name, "☎")].into_iter(), Verb::Put).unwrap();
    let actor = Actor { user: String::new(), ip: String::new(), authority: Authority::Granted };
    office.store.update(key, draft, actor).await.unwrap();
    office.ring().await;
    office.wait_for(3, "成功").await;
    office.close().await;
}

#[tokio::test]
async fn hanging_targets_delay_no_other() {
    let hanging =
        Receiver::start(std::iter::repeat_n(Act::Slow(Duration::from_secs(60)), 1000)).await;
    let healthy = Receiver::start([]).await;
    let office = Office::new().await;
    for _ in 0..12 {
        office.webhook(&hanging.address).await;
    }
    for _ in 0..8 {
        office.ring().await;
    }
    hanging.wait_for(32).await;
    office.webhook(&healthy.address).await;
    let began = tokio::time::Instant::now();
    office.ring().await;
    healthy.wait_for(1).await;
    // the hanging ones hold on for longer; wide enough for a busy machine
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    office.kill().await;
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_nothing() {
    let receiver = Receiver::start([Act::Slow(Duration::from_secs(60))]).await;
    let office = Office::new().await;
    office.webhook(&receiver.address).await;
    office.ring().await;
    let first = receiver.wait_for(1).await;
    assert_eq!(office.delivery(1).await.text("state"), "送信中");
    let office = Office::open(office.kill().await).await;
    let row = office.wait_for(1, "成功").await;
    assert_eq!(row.int("attempts"), 2);
    let seen = receiver.seen();
    assert_eq!(seen[1].header("webhook-id"), first[0].header("webhook-id"));
    assert_eq!(seen[1].body, first[0].body);
    office.close().await;
}

#[tokio::test]
async fn jandi_gets_sixty_and_then_waits() {
    let receiver = Receiver::start([]).await;
    let office = Office::new().await;
    let cells = [("name", "営業"), ("kind", "JANDI"), ("url", receiver.address.as_str())];
    office.add(&CHAT_TARGET, &cells).await;
    office.add(&CHAT_TARGET, &cells).await;
    for _ in 0..35 {
        office.ring().await;
    }
    receiver.wait_for(60).await;
    // Rounds in which others are served, and these two could be too.
    let other = Receiver::start([]).await;
    office.webhook(&other.address).await;
    for count in 1..=3 {
        office.ring().await;
        other.wait_for(count).await;
    }
    assert_eq!(receiver.seen().len(), 60, "two rows with one URL share the limit");
    let mut waiting = 0;
    for id in 1..=70 {
        waiting += usize::from(office.delivery(id).await.text("state") == "待機");
    }
    assert_eq!(waiting, 10);
    office.close().await;
}

#[tokio::test]
async fn recipients_are_settled_one_by_one() {
    let unknown = "{\"validEmails\":[],\"invalidEmails\":[\"b@example.com\"]}";
    let script =
        [Act::Answer(200, "", "{}"), Act::Answer(200, "", unknown), Act::Answer(500, "", "")];
    let receiver = Receiver::start(script).await;
    let office = Office::new().await;
    let url = format!("{}/connect-api/team-webhook/1/abcdefgh", receiver.address);
    let cells = [
        ("name", "営業"),
        ("kind", "JANDI"),
        ("url", url.as_str()),
        ("destination", "a@example.com,b@example.com,c@example.com"),
    ];
    office.add(&CHAT_TARGET, &cells).await;
    office.ring().await;
    let row = office.wait_for(1, "失敗").await;
    assert!(row.text("reason").contains("b@example.com"), "{}", row.text("reason"));
    let reached: Vec<String> = receiver
        .seen()
        .iter()
        .map(|seen| {
            serde_json::from_str::<serde_json::Value>(&seen.body).unwrap()["email"].to_string()
        })
        .collect();
    assert_eq!(
        reached,
        ["\"a@example.com\"", "\"b@example.com\"", "\"c@example.com\"", "\"c@example.com\""]
    );
    office.close().await;
}

#[tokio::test]
async fn private_targets_need_the_row_to_say_so_and_disabled_ones_get_nothing() {
    let receiver = Receiver::start([]).await;
    let office = Office::new().await;
    let closed = [
        ("name", "外"),
        ("kind", "Webhook"),
        ("url", receiver.address.as_str()),
        ("allow_private", "False"),
    ];
    office.add(&CHAT_TARGET, &closed).await;
    office.ring().await;
    let row = office.wait_for(1, "失敗").await;
    assert!(row.text("reason").contains("プライベート宛先"), "{}", row.text("reason"));
    assert!(receiver.seen().is_empty());
    office.close().await;
}

#[tokio::test]
async fn a_ringing_notice_that_did_not_come_through_folds_into_the_missed_one() {
    let down = Receiver::start([Act::Answer(503, "retry-after: 3\r\n", "")]).await;
    let up = Receiver::start([]).await;
    let office = Office::new().await;
    office.webhook(&down.address).await;
    office.webhook(&up.address).await;
    office.ring().await;
    office.wait_for(2, "成功").await;
    down.wait_for(1).await;
    office.wait_for(1, "待機").await;
    office.miss().await;
    assert_eq!(office.delivery(1).await.text("state"), "期限切れ");
    let seen = down.wait_for(2).await;
    assert!(seen[1].body.contains("\"type\":\"call.missed\""), "{}", seen[1].body);
    assert_eq!(up.seen().len(), 1, "whoever knew of the call is not told again");
    office.close().await;
}
