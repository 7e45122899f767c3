//! What is held for a digest survives kill -9 and is sent once, at its time.

use serde_json::{Value, json};
use smartconnect::clock::{Clock, HOUR_MS, japan};

use crate::deliveries::add_chat;
use crate::harness::{Caller, Invite, Receiver, SOON, Service, wait_for};
use crate::office::{self, CUSTOMER, LINE};

/// The deliveries that wait for a digest.
fn held(service: &Service) -> Vec<Value> {
    let rows = service.get("Notification-Delivery?タイミング=まとめ&状態=待機");
    rows.as_array().unwrap().clone()
}

/// Never open, and digests six hours from now.
fn close_the_office(service: &Service) {
    let time = japan(Clock::system().now() + 6 * HOUR_MS).format("%H:%M").to_string();
    let mut calendar = json!({ "まとめ時刻": time });
    for day in ["月", "火", "水", "木", "金", "土", "日"] {
        calendar[day] = "".into();
    }
    service.put("Business-Calendar", "1", &calendar);
}

/// Lets the worker show that it works: whatever is due by now has been claimed then.
fn send_a_test(service: &Service, witness: &str) {
    let answer = service.send("POST", &format!("Notification-Chat/{witness}/Test"), &[], "");
    assert_eq!(answer.json()["result"], "True", "{}", answer.text());
}

/// The hour has come for all that is held.
fn let_time_pass(service: &Service) {
    let file = service.data_dir().join("smartconnect.db");
    let database = rusqlite::Connection::open(file).unwrap();
    let sql = "UPDATE delivery SET due_at=1 WHERE digest=0 AND completed_at IS NULL";
    assert_eq!(database.execute(sql, []).unwrap(), 4);
}

#[test]
fn held_notices_survive_kill_9_and_are_sent_once() {
    let (digest, later, other) = (Receiver::start([]), Receiver::start([]), Receiver::start([]));
    let mut service = office::open();
    close_the_office(&service);
    add_chat(&service, "Slack", &digest.url("/a"), &json!({"名称": "束", "タイミング": "まとめ"}));
    let hours = json!({"名称": "朝", "タイミング": "着信時", "時間帯": "時間外はまとめて後で"});
    add_chat(&service, "Mattermost", &later.url("/hooks/b"), &hours);
    let never = json!({"名称": "証人", "使用する": "False"});
    let witness = add_chat(&service, "Webhook", &other.url("/c"), &never);

    let caller = Caller::new(service.sip());
    for number in [CUSTOMER, "0355501234"] {
        let invite = Invite::new(number, LINE);
        caller.ring(&invite);
        caller.hang_up(&invite, None);
    }
    let four = || Some(held(&service)).filter(|rows| rows.len() == 4);
    let waiting = wait_for("four held notices", SOON, four);
    assert!(waiting.iter().all(|row| row["試行回数"] == "0"), "{waiting:?}");
    for _ in 0..2 {
        service.kill();
        service.restart();
        send_a_test(&service, &witness);
        assert_eq!(held(&service), waiting, "nothing changed");
    }
    assert!(digest.requests().is_empty() && later.requests().is_empty());

    service.kill();
    let_time_pass(&service);
    service.restart();
    for receiver in [&digest, &later] {
        let text = receiver.wait_for(1)[0].json()["text"].as_str().unwrap().to_owned();
        assert!(text.contains("2件"), "{text}");
        assert!(text.contains("和歌山 花子") && text.contains("03-5550-1234"), "{text}");
    }
    wait_for("every notice to be over", SOON, || {
        let rows = service.get("Notification-Delivery");
        let over = rows.as_array().unwrap().iter().all(|row| row["状態"] == "成功");
        over.then_some(())
    });
    service.kill();
    service.restart();
    send_a_test(&service, &witness);
    assert_eq!((digest.requests().len(), later.requests().len()), (1, 1), "each once");
}
