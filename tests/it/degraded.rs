//! The store cannot write: screens are told, nothing is lost, no restart is needed (events.md).

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::deliveries::{add_chat, written_key};
use crate::harness::{
    Caller, Feed, Invite, Received, Receiver, SOON, Service, SmallDisk, http, wait_for, wait_until,
};
use crate::office::{self, CUSTOMER, LINE, assert_values};

/// The store is asked every second; a busy machine may need longer for what it has to write then.
const RECOVERS_WITHIN: Duration = Duration::from_secs(30);
/// A missed call.
const MISSED: Option<&str> = Some("Reason: Q.850;cause=16");

fn ready(service: &Service) -> http::Answer {
    http::request(service.http(), "GET", "/readyz", &[], b"").unwrap()
}

/// Rings, and asserts what the screens are told.
fn ring_unrecorded(caller: &Caller, feed: &Feed) -> Invite {
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    let told = feed.next_named("ringing");
    assert_eq!(told.id, "", "an event without a row cannot be replayed");
    let expected = [
        ("ID", "0"),
        ("SIPコールID", &invite.call_id),
        ("顧客名", "和歌山 花子"),
        ("状態", "呼出中"),
    ];
    assert_values(&told.data["着信記録"], &expected);
    assert_eq!(told.data["顧客"][0]["顧客ID"], "1");
    assert!(told.data["トースト"]["本文"].as_str().unwrap().contains("和歌山 花子"));
    invite
}

/// Every write is refused, every read is answered.
fn assert_refusals(service: &Service) {
    let row = json!({"氏名": "新しい 顧客"}).to_string();
    let post = || service.send("POST", "CustomerAddress", &[], &row);
    wait_until("a POST to be refused", SOON, || post().status == 503);
    for (method, path) in [("POST", "CustomerAddress"), ("PUT", "CustomerAddress/1")] {
        let refused = service.send(method, path, &[], &row);
        assert_eq!(refused.status, 503, "{method}: {}", refused.text());
        assert_eq!(refused.json()["result"], "False");
        assert!(refused.header("retry-after").is_some(), "{method} tells when to try again");
    }
    assert_eq!(service.row("CustomerAddress", "1")["氏名"], "和歌山 花子");
    wait_until("/readyz to tell", SOON, || ready(service).status == 503);
}

fn full_disk(disk: &SmallDisk) {
    let hook = Receiver::start([]);
    let mut service = Service::start_on(disk);
    office::furnish(&service);
    add_chat(&service, "Webhook", &hook.url("/in"), &json!({"トークン": written_key()}));
    let (feed, caller) = (service.feed(None), Caller::new(service.sip()));
    let before = Invite::new(CUSTOMER, LINE);
    caller.ring(&before);
    assert_eq!(feed.next_named("ringing").data["着信記録"]["ID"], "1");
    hook.wait_for(1);

    disk.fill(service.pid());
    assert_refusals(&service);
    let held: Vec<Invite> = (0..3).map(|_| ring_unrecorded(&caller, &feed)).collect();
    caller.hang_up(&held[0], MISSED);
    let ended = feed.next_named("ended").data["着信記録"].clone();
    assert_values(&ended, &[("ID", "0"), ("SIPコールID", &held[0].call_id), ("状態", "不在")]);
    caller.hang_up(&before, MISSED);
    let ended = feed.next_named("ended").data["着信記録"].clone();
    assert_values(&ended, &[("ID", "1"), ("SIPコールID", &before.call_id), ("状態", "不在")]);
    assert_eq!(office::calls(&service).len(), 1, "nothing can be recorded now");
    assert_eq!(ready(&service).status, 503);
    assert!(service.log().contains("calls cannot be recorded now"), "{}", service.log());

    disk.free(service.pid());
    wait_until("/readyz to be well", RECOVERS_WITHIN, || ready(&service).status == 200);
    let records = office::calls(&service);
    let expected =
        [(&before, "不在"), (&held[0], "不在"), (&held[1], "呼出中"), (&held[2], "呼出中")];
    assert_eq!(records.len(), expected.len(), "each call has one record");
    for (record, (invite, state)) in records.iter().zip(expected) {
        assert_values(record, &[("SIPコールID", &invite.call_id), ("状態", state)]);
    }
    assert_screens_learn(&feed, &records);
    assert_delivered(&hook, records.len());
    caller.hang_up(&held[1], MISSED);
    assert_eq!(feed.next_named("ended").data["着信記録"]["ID"], records[2]["ID"]);
    service.post("CustomerAddress", &json!({"氏名": "また書ける"}));
    assert!(service.log().contains("the store works again"), "{}", service.log());
    service.stop();
    assert_sound(&service);
}

/// The screens learn of each record in order, and none of them rings again.
fn assert_screens_learn(feed: &Feed, records: &[Value]) {
    let mut learnt: Vec<Value> = Vec::new();
    wait_until("the records on the screens", SOON, || {
        while let Some(Received { name, data, .. }) = feed.next_within(Duration::from_millis(50)) {
            assert!(name != "ringing" && name != "ended", "told twice: {data}");
            let id = &data["着信記録"]["ID"];
            if name == "updated" && !id.is_null() && !learnt.contains(id) {
                learnt.push(id.clone());
            }
        }
        learnt.len() == records.len()
    });
    let ids: Vec<Value> = records.iter().map(|record| record["ID"].clone()).collect();
    assert_eq!(learnt, ids);
}

/// Every call reaches the target, as ringing or as missed.
fn assert_delivered(hook: &Receiver, calls: usize) {
    wait_until("a notice of each call", RECOVERS_WITHIN, || {
        let told = hook.requests();
        let ids = told.iter().map(|one| one.json()["data"]["着信記録"]["ID"].to_string());
        ids.collect::<BTreeSet<_>>().len() == calls
    });
}

fn assert_sound(service: &Service) {
    let database = rusqlite::Connection::open(service.data_dir().join("smartconnect.db")).unwrap();
    let verdict = database.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    assert_eq!(verdict.unwrap(), "ok");
}

#[test]
fn a_full_disk_silences_no_screen_and_loses_no_call() {
    full_disk(&SmallDisk::mounted());
}

#[test]
fn a_start_on_a_full_disk_tells_the_screens_and_settles_the_last_run() {
    let disk = SmallDisk::mounted();
    let mut service = Service::start_on(&disk);
    office::furnish(&service);
    let caller = Caller::new(service.sip());
    caller.ring(&Invite::new(CUSTOMER, LINE));
    wait_until("the call's record", SOON, || office::calls(&service).len() == 1);
    service.kill();
    disk.fill(service.pid());
    service.restart();
    // a limit lasts no longer than the process that had it; a full disk stays full
    disk.fill(service.pid());
    wait_until("/readyz to tell", SOON, || ready(&service).status == 503);
    let feed = service.feed(None);
    let caller = Caller::new(service.sip());
    let held = ring_unrecorded(&caller, &feed);
    disk.free(service.pid());
    wait_until("/readyz to be well", RECOVERS_WITHIN, || ready(&service).status == 200);
    let records = office::calls(&service);
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["状態"], "不明", "nobody knows how the call of the last run ended");
    assert_values(&records[1], &[("SIPコールID", &held.call_id), ("状態", "呼出中")]);
    service.stop();
    assert_sound(&service);
}

#[test]
fn calls_of_a_full_disk_survive_a_kill_in_the_room_that_was_kept_for_them() {
    let disk = SmallDisk::large();
    if !disk.is_mounted() {
        return; // nothing here can be full
    }
    let mut service = Service::start_on(&disk);
    let reserve = service.data_dir().join("smartconnect.reserve");
    wait_until("the room for calls", SOON, || reserve.exists());
    office::furnish(&service);
    let (feed, caller) = (service.feed(None), Caller::new(service.sip()));
    disk.fill(service.pid());
    assert_refusals(&service);
    assert!(reserve.exists(), "it is there for calls alone");
    let held = ring_unrecorded(&caller, &feed);
    let recorded = || office::calls(&service).len() == 1;
    wait_until("the record on the full disk", RECOVERS_WITHIN, recorded);
    let works = || service.log().contains("the store works again");
    wait_until("the end of the waiting", RECOVERS_WITHIN, works);
    assert!(!reserve.exists());
    let next = Invite::new(CUSTOMER, LINE);
    caller.ring(&next);
    assert_eq!(feed.next_named("ringing").data["着信記録"]["ID"], "2", "at once again");
    assert!(service.log().contains("the room that was kept for calls is given up"));
    service.kill();
    service.restart();
    let records = office::calls(&service);
    assert_eq!((records.len(), reserve.exists()), (2, false));
    for (record, invite) in records.iter().zip([&held, &next]) {
        assert_values(record, &[("SIPコールID", &invite.call_id)]);
    }
    service.stop();
    disk.free(service.pid());
    service.restart();
    wait_until("the room for the next time", SOON, || reserve.exists());
    service.stop();
    assert_sound(&service);
}

#[test]
fn writes_that_fail_silence_no_screen_and_lose_no_call() {
    full_disk(&SmallDisk::limited());
}

#[test]
fn a_locked_database_silences_no_screen_and_loses_no_call() {
    let service = office::open();
    let (feed, caller) = (service.feed(None), Caller::new(service.sip()));
    let database = rusqlite::Connection::open(service.data_dir().join("smartconnect.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let held: Vec<Invite> = (0..2).map(|_| ring_unrecorded(&caller, &feed)).collect();
    assert_refusals(&service);
    database.execute_batch("ROLLBACK").unwrap();
    let records = wait_for("the records", RECOVERS_WITHIN, || {
        Some(office::calls(&service)).filter(|calls| calls.len() == held.len())
    });
    for (record, invite) in records.iter().zip(&held) {
        assert_eq!(record["SIPコールID"], invite.call_id.as_str());
    }
    wait_until("/readyz to be well", RECOVERS_WITHIN, || ready(&service).status == 200);
    assert_screens_learn(&feed, &records);
}
