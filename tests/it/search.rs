//! The search of calls (seed), over calls that really rang.

use serde_json::json;

use crate::harness::{Caller, Invite};
use crate::office::{self, CUSTOMER, LINE};

#[test]
fn the_search_of_calls_follows_its_four_parts() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    for number in [CUSTOMER, "0355501234", CUSTOMER, "09000000009"] {
        caller.ring(&Invite::new(number, LINE));
    }
    let found = |parts: &str| -> Vec<String> {
        let rows = service.get(&format!("ReceivedCall-Record/{parts}"));
        let id = |row: &serde_json::Value| row["ID"].as_str().unwrap().to_owned();
        rows.as_array().unwrap().iter().map(id).collect()
    };
    assert_eq!(found("0/False/0/Null"), ["1", "2", "3", "4"]);
    assert_eq!(found("2/true/0/null"), ["4", "3"]);
    assert_eq!(found("0/True/1/NULL"), ["3", "1"]);
    assert_eq!(found(&format!("0/false/0/{CUSTOMER}&09000000009&")), ["1", "3", "4"]);
    assert_eq!(found("0/False/0/090-0000-0001%260355501234"), ["1", "2", "3"]);
    assert_eq!(found("0/False/1/0355501234"), Vec::<String>::new());
    assert_eq!(found("1/False/1/0355501234&09000000001&09000000001"), ["1"]);
}

#[test]
fn a_record_comes_back_as_it_is_and_its_caller_cannot_be_changed() {
    let service = office::open();
    Caller::new(service.sip()).ring(&Invite::new(CUSTOMER, LINE));
    let record = service.row("ReceivedCall-Record", "1");
    service.put("ReceivedCall-Record", "1", &record);
    let only = json!({"相手TEL": "0312345678"}).to_string();
    let answer = service.send("PUT", "ReceivedCall-Record/1", &[], &only);
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("相手TEL"), "{}", answer.text());
}
