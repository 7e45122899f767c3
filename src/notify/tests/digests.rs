//! Digests and joined backlogs: the planning, and a worker with a store at a clock that the test sets.

use std::time::Duration;

use super::receiver::{Act, Receiver};
use super::*;
use crate::clock::{Clock, HOUR_MS, from_japan};
use crate::notify::letters::{letter_id, together};
use crate::notify::payload::{MailMessage, Payload};
use crate::notify::{Options, Worker, WorkerHandle};
use crate::resource::catalog::DELIVERY;
use crate::resource::{Verb, from_texts};
use crate::store::{Actor, Authority, Composed, Store};

/// Wednesday, 2025-04-02 20:00 in Japan: closed until 09:00.
fn evening() -> i64 {
    let day = chrono::NaiveDate::from_ymd_opt(2025, 4, 2).unwrap();
    from_japan(day.and_hms_opt(20, 0, 0).unwrap())
}

struct Office {
    folder: tempfile::TempDir,
    store: Store,
    clock: Clock,
    worker: WorkerHandle,
}

impl Office {
    async fn new() -> Self {
        Self::open(tempfile::TempDir::new().unwrap(), Clock::manual(evening())).await
    }

    async fn open(folder: tempfile::TempDir, clock: Clock) -> Self {
        let store = Store::open(folder.path(), clock.clone(), 2).unwrap();
        let worker = Worker::start(store.clone(), clock.clone(), Options::default()).unwrap();
        Self { folder, store, clock, worker }
    }

    /// As a killed process ends, and the start after it.
    async fn kill_and_start(self) -> Self {
        self.worker.crash().await;
        self.store.close().await;
        let Self { folder, store, clock, .. } = self;
        drop(store);
        Self::open(folder, clock).await
    }

    async fn add(&self, resource: &'static Resource, cells: &[(&str, &str)]) -> i64 {
        let named = cells
            .iter()
            .map(|(column, text)| (resource.fields[resource.index(column).unwrap()].name, *text));
        let draft = from_texts(resource, named, Verb::Post).unwrap();
        let actor =
            Actor { user: "admin".into(), ip: "127.0.0.1".into(), authority: Authority::Granted };
        self.store.insert(draft, actor).await.unwrap()
    }

    async fn room(&self, url: &str, more: &[(&str, &str)]) -> i64 {
        let mut cells = vec![("name", "営業"), ("kind", "Slack"), ("url", url)];
        cells.extend(more);
        self.add(&CHAT_TARGET, &cells).await
    }

    /// A call of this moment; missed ones ring and end in one.
    async fn call(&self, number: &'static str, missed: bool) {
        let compose = move |facts: &Facts<'_>| {
            let mut scene = Scene::new().unknown();
            if missed {
                scene = scene.missed();
            }
            scene.call.set("received_at", Value::Int(facts.now));
            scene.call.set("caller_number", Value::Text(number.to_owned()));
            let site = Site::default();
            let occasion = Occasion {
                call: &scene.call,
                line: None,
                rule: None,
                timing: scene.timing,
                facts,
                site: &site,
                wording: None,
            };
            Composed {
                deliveries: plan(&occasion, &values(&occasion)),
                record: Some(scene.call.clone()),
                ..Composed::default()
            }
        };
        self.store.ring(number.to_owned(), Box::new(compose)).await.unwrap();
        self.worker.wake();
    }

    fn pass(&self, ms: i64) {
        self.clock.set(self.clock.now() + ms);
    }

    async fn delivery(&self, id: i64) -> Record {
        self.store.record(&DELIVERY, id).await.unwrap().unwrap()
    }

    async fn wait_for(&self, id: i64, state: &str) -> Record {
        for _ in 0..3000 {
            let row = self.store.record(&DELIVERY, id).await.unwrap();
            if let Some(row) = row.filter(|row| row.text("state") == state) {
                return row;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("delivery {id} is not {state}");
    }
}

#[tokio::test]
async fn what_rings_outside_the_hours_is_told_by_one_message_at_the_next_opening() {
    let receiver = Receiver::start([]).await;
    let office = Office::new().await;
    office.room(&receiver.address, &[("hours", "時間外はまとめて後で")]).await;
    office.call("0731234567", false).await;
    office.call("0731230001", false).await;
    let held = office.delivery(1).await;
    assert_eq!((held.text("state"), held.text("timing")), ("待機", "まとめ"));
    assert_eq!(held.int("due_at"), evening() + 13 * HOUR_MS);
    assert!(held.text("reason").contains("待っています"), "{}", held.text("reason"));
    let office = office.kill_and_start().await;
    office.pass(13 * HOUR_MS);
    let row = office.wait_for(3, "成功").await;
    assert_eq!((row.int("call_id"), row.text("timing")), (0, "まとめ"));
    for id in [1, 2] {
        let told = office.wait_for(id, "成功").await;
        assert!(told.text("reason").contains("ID 3"), "{}", told.text("reason"));
        let call = office.store.record(&CALL, id).await.unwrap().unwrap();
        assert_eq!(call.text("notification_result"), "営業:成功");
    }
    let office = office.kill_and_start().await;
    office.call("0731234567", false).await;
    office.wait_for(4, "成功").await;
    let seen = receiver.seen();
    assert_eq!(seen.len(), 2, "the digest once, then a call within the hours at once");
    let text = seen[0].json()["text"].as_str().unwrap().to_owned();
    assert!(text.contains("【まとめ】着信 2件"), "{text}");
    for part in ["04/02 20:00", "073-123-4567", "073-123-0001", "本店", "未登録"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn missed_calls_are_told_at_the_time_of_the_digest() {
    let receiver = Receiver::start([]).await;
    let office = Office::new().await;
    office.room(&receiver.address, &[("timing", "まとめ")]).await;
    office.call("0731234567", true).await;
    office.call("0739999999", false).await; // not missed
    office.call("0731230001", true).await;
    assert_eq!(office.delivery(2).await.int("due_at"), evening() + 22 * HOUR_MS, "18:00");
    assert!(office.store.record(&DELIVERY, 3).await.unwrap().is_none());
    office.pass(22 * HOUR_MS);
    office.wait_for(3, "成功").await;
    let text = receiver.seen()[0].json()["text"].as_str().unwrap().to_owned();
    assert!(text.contains("不在着信 2件") && !text.contains("073-999-9999"), "{text}");
}

#[tokio::test]
async fn a_digest_that_fails_leaves_its_calls_with_its_reason() {
    let receiver = Receiver::start([Act::Answer(404, "", "no_service")]).await;
    let office = Office::new().await;
    office.room(&receiver.address, &[("hours", "時間外はまとめて後で")]).await;
    office.call("0731234567", false).await;
    office.pass(13 * HOUR_MS);
    let failed = office.wait_for(2, "失敗").await;
    let member = office.wait_for(1, "失敗").await;
    assert!(member.text("reason").contains(failed.text("reason")), "{}", member.text("reason"));
}

#[tokio::test]
async fn a_target_that_was_switched_off_meanwhile_gets_no_digest() {
    let receiver = Receiver::start([]).await;
    let office = Office::new().await;
    let room = office.room(&receiver.address, &[("hours", "時間外はまとめて後で")]).await;
    office.call("0731234567", false).await;
    let draft = from_texts(&CHAT_TARGET, [("使用する", "False")], Verb::Put).unwrap();
    let actor = Actor { user: String::new(), ip: String::new(), authority: Authority::Granted };
    office.store.update(room, draft, actor).await.unwrap();
    office.pass(13 * HOUR_MS);
    let row = office.wait_for(1, "取消").await;
    assert!(row.text("reason").contains("再送"), "{}", row.text("reason"));
    assert!(receiver.seen().is_empty());
}

#[tokio::test]
async fn a_backlog_beyond_a_burst_is_told_by_one_message_with_the_rest_counted() {
    let receiver = Receiver::start([]).await;
    let office = Office::new().await;
    office.room(&receiver.address, &[("per_minute", "1")]).await;
    office.worker.crash().await;
    for _ in 0..33 {
        office.call("0731234567", false).await;
    }
    let office = office.kill_and_start().await;
    let digest = office.wait_for(34, "待機").await;
    assert_eq!((digest.text("timing"), digest.int("call_id")), ("まとめ", 0));
    let mut members = Vec::new();
    for id in 1..=33 {
        let row = office.delivery(id).await;
        if row.hidden("digest").int() == 34 {
            members.push(row);
        }
    }
    // A few were under way when the others were joined.
    assert!(members.len() > 20, "{}", members.len());
    let payload = digest.hidden("payload").text();
    for part in
        [format!("【着信多数】着信 {}件", members.len()), format!("他 {}件", members.len() - 20)]
    {
        assert!(payload.contains(&part), "{part}: {payload}");
    }
    assert!(members.iter().all(|row| row.text("state") == "送信中"));
}

#[test]
fn digests_of_several_addresses_that_say_the_same_are_one_letter() {
    let claimed = |id: i64, call_id: i64, together: &str| crate::store::ClaimedDelivery {
        id,
        idempotency_key: format!("key{id}"),
        call_id,
        target: crate::store::TargetRef { resource: "Notification-Email-Address", id },
        timing: timing::DIGEST.to_owned(),
        payload: Payload::Mail(MailMessage {
            together: together.to_owned(),
            ..MailMessage::default()
        })
        .to_text(),
        progress: String::new(),
        created_at: evening() + id,
        expires_at: i64::MAX,
        attempts: 1,
        interrupted: false,
        owner: String::new(),
    };
    let letters = |all: Vec<crate::store::ClaimedDelivery>| together(all).len();
    assert_eq!(letters(vec![claimed(1, 0, "a"), claimed(2, 0, "a")]), 1);
    assert_eq!(letters(vec![claimed(1, 0, "a"), claimed(2, 0, "b")]), 2);
    assert_eq!(letters(vec![claimed(1, 7, "a"), claimed(2, 7, "a")]), 2, "another moment");
    let [one, other] = [1, 2].map(|id| letter_id(&claimed(id, 0, "a"), "a"));
    assert_eq!(one, other, "whichever leads");
}
