//! A small office: one line, one customer, one way in.

use serde_json::{Value, json};

use crate::harness::{Caller, Invite, Service, wait_for};

/// The office's number.
pub const LINE: &str = "0731235678";
/// The customer's number.
pub const CUSTOMER: &str = "09000000001";

/// Adds the line 本店.
pub fn add_line(service: &Service) -> String {
    service.post(
        "ContainmentLine",
        &json!({"着信TEL": LINE, "代表TEL": "0731237777", "回線名": "本店"}),
    )
}

/// Adds the customer 和歌山 花子.
pub fn add_customer(service: &Service) -> String {
    let row = json!({"氏名": "和歌山 花子", "会社名": "紀州商店", "電話番号2": "090-0000-0001"});
    service.post("CustomerAddress", &row)
}

/// Adds a gateway at 127.0.0.1 that sends us calls without being asked.
pub fn add_gateway(service: &Service, further: &Value) -> String {
    let mut row = json!({
        "接続名": "gateway", "SIPサーバーアドレス": "127.0.0.1", "登録しない": "True",
        "無応答判定": "不在とみなす",
    });
    for (name, value) in further.as_object().unwrap() {
        row[name] = value.clone();
    }
    service.post("SIP-ServerConnection", &row)
}

/// A service with line, customer and gateway.
pub fn open() -> Service {
    let service = Service::start();
    furnish(&service);
    service
}

/// Adds line, customer and gateway.
pub fn furnish(service: &Service) {
    add_line(service);
    add_customer(service);
    add_gateway(service, &json!({}));
}

/// The customer rings the line; the call rings on.
pub fn ring(service: &Service) -> (Caller, Invite) {
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    (caller, invite)
}

/// Every call, oldest first.
pub fn calls(service: &Service) -> Vec<Value> {
    service.get("ReceivedCall-Record/0/False/0/Null").as_array().unwrap().clone()
}

/// The call with this Call-ID, once it is there.
#[track_caller]
pub fn call(service: &Service, call_id: &str) -> Value {
    wait_for("the call's record", crate::harness::SOON, || {
        calls(service).into_iter().find(|call| call["SIPコールID"] == call_id)
    })
}

/// The call with this Call-ID, once its 状態 is `state`.
#[track_caller]
pub fn call_in_state(service: &Service, call_id: &str, state: &str) -> Value {
    wait_for(&format!("状態 {state}"), crate::harness::SOON, || {
        let mut calls = calls(service).into_iter();
        calls.find(|call| call["SIPコールID"] == call_id && call["状態"] == state)
    })
}

/// Asserts that a row has these values.
#[track_caller]
pub fn assert_values(row: &Value, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(row[name], *value, "{name} of {row:#}");
    }
}
