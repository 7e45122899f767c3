//! The seed's behaviour, one test a line of the contract ("Seed behaviour" in rest.md).

use serde_json::{Value, json};

use crate::harness::{Caller, Invite, Service};
use crate::office::{self, CUSTOMER, LINE};

/// What every write that went well answers.
const DONE: &str = "{\"result\":\"True\",\"msg\":\"正常終了\"}";

fn keys(rows: &Value, key: &str) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
}

/// Asserts a failure of this status whose msg holds every one of these words.
#[track_caller]
fn refused(service: &Service, method: &str, path: &str, body: &str, status: u16, words: &[&str]) {
    let answer = service.send(method, path, &[], body);
    assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.text());
    let shape = answer.json();
    assert_eq!(shape.as_object().unwrap().len(), 2, "{shape}");
    assert_eq!(shape["result"], "False");
    let msg = shape["msg"].as_str().unwrap();
    for word in words {
        assert!(msg.contains(word), "{method} {path} {body}: {msg:?} does not name {word}");
    }
}

#[test]
fn a_list_is_in_key_order_and_empty_when_there_is_nothing() {
    let service = Service::start();
    assert_eq!(service.send("GET", "ContainmentLine", &[], "").text(), "[]");
    for _ in 0..12 {
        office::add_line(&service);
    }
    let expected: Vec<String> = (1..=12).map(|key| key.to_string()).collect();
    assert_eq!(keys(&service.get("ContainmentLine"), "回線No"), expected);
}

#[test]
fn one_row_is_an_array_of_one_and_a_missing_one_an_empty_array() {
    let service = Service::start();
    office::add_line(&service);
    assert_eq!(service.get("ContainmentLine/1").as_array().unwrap().len(), 1);
    assert_eq!(service.send("GET", "ContainmentLine/2", &[], "").text(), "[]");
    assert_eq!(service.get("containmentLINE/1/"), service.get("ContainmentLine/1"));
}

#[test]
fn a_new_rows_key_is_the_largest_and_one() {
    let service = Service::start();
    let row = json!({"回線No": "77", "着信TEL": LINE}).to_string();
    for expected in ["1", "2", "3"] {
        let answer = service.send("POST", "ContainmentLine", &[], &row);
        assert_eq!(answer.text(), DONE);
        assert!(
            answer.header("location").unwrap().ends_with(&format!("/ContainmentLine/{expected}"))
        );
    }
    service.delete("ContainmentLine", "1");
    assert_eq!(service.post("ContainmentLine", &json!({"着信TEL": LINE})), "4");
    service.delete("ContainmentLine", "4");
    assert_eq!(service.post("ContainmentLine", &json!({"着信TEL": LINE})), "4", "keys come back");
    let connection =
        json!({"接続名": "a", "SIPサーバーアドレス": "127.0.0.9", "登録しない": "True"});
    assert_eq!(service.post("SIP-ServerConnection", &connection), "2", "never below the first key");
}

#[test]
fn a_change_goes_by_the_address_and_keeps_what_it_does_not_name() {
    let service = Service::start();
    office::add_line(&service);
    office::add_line(&service);
    let body = json!({"回線No": "1", "回線名": "支店"}).to_string();
    assert_eq!(service.send("PUT", "ContainmentLine/2", &[], &body).text(), DONE);
    assert_eq!(service.row("ContainmentLine", "1")["回線名"], "本店");
    let changed = service.row("ContainmentLine", "2");
    assert_eq!((&changed["回線名"], &changed["着信TEL"]), (&json!("支店"), &json!(LINE)));
}

#[test]
fn a_delete_answers_like_every_write() {
    let service = Service::start();
    office::add_line(&service);
    assert_eq!(service.send("DELETE", "ContainmentLine/1", &[], "").text(), DONE);
    assert_eq!(service.send("GET", "ContainmentLine/1", &[], "").text(), "[]");
    refused(&service, "DELETE", "ContainmentLine/1", "", 404, &[]);
    refused(&service, "PUT", "ContainmentLine/1", "{}", 404, &[]);
}

#[test]
fn a_failure_names_every_faulty_field() {
    let service = Service::start();
    let body = json!({"着信TEL": "x", "表示色": "red", "表示順": "-1", "無い": "1"}).to_string();
    refused(
        &service,
        "POST",
        "ContainmentLine",
        &body,
        400,
        &["着信TEL", "表示色", "表示順", "無い"],
    );
    refused(&service, "POST", "ContainmentLine", "{\"着信TEL\":", 400, &[]);
    refused(&service, "POST", "Nothing", "{}", 404, &[]);
    refused(&service, "GET", "ContainmentLine/abc", "", 404, &[]);
    assert_eq!(service.send("GET", "ContainmentLine", &[], "").text(), "[]", "nothing was written");
}

#[test]
fn a_method_that_is_missing_is_405_with_allow() {
    let service = Service::start();
    for (method, path) in [
        ("POST", "ConnectedClient"),
        ("POST", "ReceivedCall-Record"),
        ("DELETE", "ReceivedCall-Record/1"),
        ("DELETE", "MessDef-Mail/1"),
        ("PATCH", "ContainmentLine/1"),
        ("PUT", "ContainmentLine"),
    ] {
        refused(&service, method, path, "{}", 405, &[]);
        let answer = service.send(method, path, &[], "{}");
        assert!(
            answer.header("allow").is_some_and(|allow| allow.contains("GET")),
            "{method} {path}"
        );
    }
}

#[test]
fn the_search_of_calls_follows_its_four_parts() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    for number in [CUSTOMER, "0355501234", CUSTOMER, "09000000009"] {
        caller.ring(&Invite::new(number, LINE));
    }
    let found = |parts: &str| keys(&service.get(&format!("ReceivedCall-Record/{parts}")), "ID");
    assert_eq!(found("0/False/0/Null"), ["1", "2", "3", "4"]);
    assert_eq!(found("2/true/0/null"), ["4", "3"]);
    assert_eq!(found("0/True/1/NULL"), ["3", "1"]);
    assert_eq!(found(&format!("0/false/0/{CUSTOMER}&09000000009&")), ["1", "3", "4"]);
    assert_eq!(found("0/False/0/090-0000-0001%260355501234"), ["1", "2", "3"]);
    assert_eq!(found("0/False/1/0355501234"), Vec::<String>::new());
    assert_eq!(found("1/False/1/0355501234&09000000001&09000000001"), ["1"]);
    let seven = ["1", "2", "3", "4", "5", "6", "7"].map(|end| format!("031234567{end}")).join("&");
    for bad in
        [&format!("0/True/0/{seven}"), "-1/True/0/Null", "0/Yes/0/Null", "0/True", "0/True/0"]
    {
        refused(&service, "GET", &format!("ReceivedCall-Record/{bad}"), "", 400, &[]);
    }
}

#[test]
fn every_value_is_a_string_and_requests_may_use_other_types() {
    let service = Service::start();
    let body = "{\"着信TEL\":\"0731235678\",\"表示順\":7,\"通知する\":false,\"備考\":null}";
    service.send("POST", "ContainmentLine", &[], body).ok();
    let row = service.row("ContainmentLine", "1");
    assert!(row.as_object().unwrap().values().all(Value::is_string), "{row}");
    let shown = (&row["回線No"], &row["表示順"], &row["通知する"], &row["備考"]);
    assert_eq!(shown, (&json!("1"), &json!("7"), &json!("False"), &json!("")));
}

#[test]
fn a_body_is_read_whatever_its_dress() {
    let service = Service::start();
    let plain = "{\"着信TEL\":\"0731235678\"}";
    for body in [format!("\u{feff}{plain}"), format!("[{plain}]"), format!(" \r\n{plain}\n")] {
        for kind in ["application/json", "text/plain", "application/x-www-form-urlencoded", "x"] {
            service.send("POST", "ContainmentLine", &[("Content-Type", kind)], &body).ok();
        }
    }
    refused(&service, "POST", "ContainmentLine", &format!("[{plain},{plain}]"), 400, &[]);
}

#[test]
fn a_row_that_get_gave_comes_back_as_it_is() {
    let service = office::open();
    Caller::new(service.sip()).ring(&Invite::new(CUSTOMER, LINE));
    for (resource, key) in
        [("ContainmentLine", "1"), ("CustomerAddress", "1"), ("SIP-ServerConnection", "2")]
    {
        let row = service.row(resource, key);
        service.put(resource, key, &row);
        service.post(resource, &row);
    }
    let record = service.row("ReceivedCall-Record", "1");
    service.put("ReceivedCall-Record", "1", &record);
    let only = json!({"相手TEL": "0312345678"}).to_string();
    refused(&service, "PUT", "ReceivedCall-Record/1", &only, 400, &["相手TEL"]);
}

#[test]
fn a_body_over_its_limit_and_an_unknown_host_are_refused() {
    let service = Service::start();
    let long = json!({"着信TEL": LINE, "備考": "x".repeat(70_000)}).to_string();
    refused(&service, "POST", "ContainmentLine", &long, 413, &[]);
    let answer = service.send("GET", "ContainmentLine", &[("Host", "evil.example.com")], "");
    assert_eq!(answer.status, 421);
    let answer =
        service.send("GET", "ContainmentLine", &[("Origin", "https://evil.example.com")], "");
    assert_eq!(answer.status, 403);
}
