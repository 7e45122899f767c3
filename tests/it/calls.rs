//! The main job: a call rings, is looked up, recorded, pushed, and ends.

use serde_json::json;

use crate::harness::{Caller, Invite, Kamailio, SOON, Service, Sipp, baresip, wait_for};
use crate::office::{self, CUSTOMER, LINE, assert_values};
use crate::registration;

/// A service that is registered at a kamailio as cti1.
fn registered() -> (Kamailio, Service) {
    let kamailio = Kamailio::start("MD5");
    let service = Service::start();
    office::add_line(&service);
    office::add_customer(&service);
    let mut row = registration::row(&kamailio, "cti1");
    row["無応答判定"] = "自動".into();
    let key = service.post("SIP-ServerConnection", &row);
    registration::wait_state(&service, &key, "登録済");
    (kamailio, service)
}

fn sipp<'a>(to: std::net::SocketAddr, scenario: &'a str) -> Sipp<'a> {
    let (user, caller, called) = ("cti1", CUSTOMER, LINE);
    Sipp { scenario, to, user, caller, called, calls: 1, rate: 10, ring_ms: 300 }
}

#[test]
fn a_call_through_kamailio_is_rung_looked_up_recorded_and_pushed() {
    let (kamailio, service) = registered();
    let feed = service.feed(None);
    sipp(kamailio.address(), "uac_cancel.xml").run();
    let ringing = feed.next_named("ringing");
    assert_values(
        &ringing.data["着信記録"],
        &[
            ("相手TEL", CUSTOMER),
            ("番号通知", "通知"),
            ("着信TEL", LINE),
            ("回線No", "1"),
            ("回線名", "本店"),
            ("代表TEL", "0731237777"),
            ("着信種別", "電話"),
            ("顧客ID", "1"),
            ("顧客名", "和歌山 花子"),
            ("会社名", "紀州商店"),
            ("候補数", "1"),
            ("状態", "呼出中"),
            ("SIP接続ID", "2"),
        ],
    );
    assert_eq!(ringing.data["種別"], "着信");
    assert_eq!(ringing.data["顧客"][0]["顧客ID"], "1");
    assert!(ringing.data["トースト"]["本文"].as_str().unwrap().contains("和歌山 花子"));
    let ended = feed.next_named("ended");
    assert_eq!(ended.data["着信記録"]["ID"], ringing.data["着信記録"]["ID"]);
    assert!(ended.id.parse::<u64>().unwrap() > ringing.id.parse::<u64>().unwrap());
    let record = service.row("ReceivedCall-Record", "1");
    assert_eq!(record["状態"], "不明", "no Reason was ever shown by this connection");
    assert_ne!(record["終了日時"], "");
    assert_eq!(service.row("CustomerAddress", "1")["着信回数"], "1");
}

#[test]
fn the_reason_of_a_cancel_tells_who_answered() {
    let (kamailio, service) = registered();
    sipp(kamailio.address(), "uac_answered_elsewhere.xml").run();
    let first = wait_for("the first end", SOON, || {
        Some(service.row("ReceivedCall-Record", "1")).filter(|row| row["状態"] != "呼出中")
    });
    assert_values(&first, &[("状態", "他で応答"), ("対応状況", "")]);
    sipp(kamailio.address(), "uac_cancel.xml").run();
    let second = wait_for("the second end", SOON, || {
        Some(service.row("ReceivedCall-Record", "2")).filter(|row| row["状態"] != "呼出中")
    });
    assert_values(&second, &[("状態", "不在"), ("対応状況", "未対応")]);
}

#[test]
fn a_call_without_registration_is_rung_by_sipp() {
    let service = office::open();
    let mut run = sipp(service.sip(), "uac_cancel.xml");
    (run.calls, run.rate, run.ring_ms) = (20, 50, 100);
    run.run();
    // the 487 does not wait for the end to be recorded
    let calls = wait_for("the end of every call", SOON, || {
        let calls = office::calls(&service);
        calls.iter().all(|call| call["状態"] != "呼出中").then_some(calls)
    });
    assert_eq!(calls.len(), 20);
    for call in calls {
        assert_values(&call, &[("状態", "不在"), ("対応状況", "未対応"), ("顧客ID", "1")]);
    }
}

#[test]
fn a_missed_call_is_settled_when_its_number_is_answered_later() {
    let service = office::open();
    let mut run = sipp(service.sip(), "uac_cancel.xml");
    (run.calls, run.ring_ms) = (2, 100);
    run.run();
    let missed = || {
        let calls = office::calls(&service);
        (calls.len() == 2 && calls.iter().all(|call| call["状態"] == "不在")).then_some(calls)
    };
    for call in wait_for("two missed calls", SOON, missed) {
        assert_values(&call, &[("対応状況", "未対応"), ("折返し日時", "")]);
    }
    // Somebody looks after the second one already.
    service.put("ReceivedCall-Record", "2", &json!({"対応状況": "対応中", "対応者": "鈴木"}));
    let feed = service.feed(None);
    sipp(service.sip(), "uac_answered_elsewhere.xml").run();
    let ended = feed.next_named("ended");
    assert_values(&ended.data["着信記録"], &[("状態", "他で応答"), ("対応状況", "")]);
    let settled = feed.next_named("updated");
    assert_values(
        &settled.data["着信記録"],
        &[("ID", "1"), ("対応状況", "対応済"), ("対応者", "")],
    );
    let first = service.row("ReceivedCall-Record", "1");
    assert_ne!(first["折返し日時"], "");
    assert_eq!(first["折返し日時"], ended.data["着信記録"]["終了日時"]);
    let second = service.row("ReceivedCall-Record", "2");
    assert_values(&second, &[("対応状況", "対応中"), ("対応者", "鈴木"), ("折返し日時", "")]);
}

#[test]
fn baresip_rings_us_through_kamailio() {
    let (kamailio, service) = registered();
    let feed = service.feed(None);
    let target = format!("sip:cti1@{}", kamailio.address());
    let (mut process, _folder) = baresip(&kamailio, "0355501234", &target, 2);
    let ringing = feed.next_named("ringing");
    assert_values(&ringing.data["着信記録"], &[("相手TEL", "0355501234"), ("顧客ID", "0")]);
    let ended = feed.next_named("ended");
    assert_eq!(ended.data["着信記録"]["ID"], ringing.data["着信記録"]["ID"]);
    process.wait(SOON);
}

#[test]
fn the_seconds_of_ringing_and_the_customers_statistics_are_kept() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    let ringing = caller.ring(&invite);
    assert!(ringing.contains("\r\nTo: ") && ringing.contains(";tag="), "{ringing}");
    let record = office::call(&service, &invite.call_id);
    assert_values(&record, &[("状態", "呼出中"), ("終了日時", "")]);
    caller.hang_up(&invite, None);
    let record = office::call_in_state(&service, &invite.call_id, "不在");
    assert!(record["呼出秒数"].as_str().unwrap().parse::<u32>().unwrap() <= 5, "{record}");
    let customer = service.row("CustomerAddress", "1");
    assert_eq!(customer["最終着信日時"], record["着信日時"]);
}

#[test]
fn a_stranger_may_not_ring_us() {
    let service = office::open();
    let stranger = Caller::at("127.0.0.77", service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    let message = invite.message("INVITE", stranger.local(), "");
    stranger.until(&message, &invite.call_id, 403);
    assert_eq!(office::calls(&service).len(), 0);
}

#[test]
fn a_restart_ends_the_calls_it_left_ringing() {
    let mut service = office::open();
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    service.kill();
    service.restart();
    office::call_in_state(&service, &invite.call_id, "不明");
}

#[test]
fn a_memo_is_written_while_the_telephone_rings() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    let id = office::call(&service, &invite.call_id)["ID"].as_str().unwrap().to_owned();
    service.put("ReceivedCall-Record", &id, &json!({"メモ": "納期の件", "対応者": "鈴木"}));
    caller.hang_up(&invite, None);
    let record = office::call_in_state(&service, &invite.call_id, "不在");
    assert_values(&record, &[("メモ", "納期の件"), ("対応者", "鈴木")]);
}
