//! `demo`.

use serde_json::json;

use super::copies::customers;
use super::{nowhere, run};
use crate::harness::Service;

const SMALL: [&str; 7] = ["demo", "--customers", "300", "--calls", "2000", "--seed", "7"];

/// What the service shows of a filled database, without what depends on the day.
fn shown(service: &Service) -> String {
    let mut rows = service.get("ReceivedCall-Record/100/False/0/Null");
    for row in rows.as_array_mut().unwrap() {
        let row = row.as_object_mut().unwrap();
        row.retain(|name, _| !name.ends_with("日時"));
    }
    let lines = service.get("ContainmentLine");
    format!("{rows}{lines}{}", service.row("CustomerAddress", "1")["氏名"])
}

#[test]
fn a_filled_office_is_served_whole_and_the_same_for_the_same_seed() {
    let texts: Vec<String> = (0..2)
        .map(|_| {
            let mut service = Service::start();
            service.stop();
            run(&service.data_dir(), &SMALL, "").ok().says("2000");
            assert_eq!(customers(&service.data_dir()), 300);
            service.restart();
            // what the store keeps beside the rows is there: history by number, counters
            let first = service.row("CustomerAddress", "1");
            let calls: usize = first["着信回数"].as_str().unwrap().parse().unwrap();
            assert!(calls > 0);
            let number = first["電話番号1"].as_str().unwrap();
            assert!(number.starts_with("0900"));
            let history = service.get(&format!("ReceivedCall-Record/1000/True/1/{number}"));
            assert_eq!(history.as_array().unwrap().len(), calls);
            assert_eq!(history[0]["着信日時"], first["最終着信日時"]);
            for target in ["Notification-Chat", "IncomingCall-URL", "SIP-ServerConnection"] {
                let rows = service.get(target);
                let rows = rows.as_array().unwrap();
                assert!(!rows.is_empty() && rows.iter().all(|row| row["使用する"] == "False"));
            }
            assert_eq!(service.post("CustomerAddress", &json!({"氏名": "熊野 太郎"})), "301");
            shown(&service)
        })
        .collect();
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn people_stay_and_anything_else_is_refused() {
    let (_folder, data_dir) = nowhere();
    let password = "correct-horse-battery\n";
    run(&data_dir, &["user", "add", "admin", "--role", "管理者"], password).ok();
    run(&data_dir, &SMALL, "").ok();
    run(&data_dir, &["user", "list"], "").ok().says("admin");
    run(&data_dir, &SMALL, "").ends_with(1).says("空ではありません");
    assert_eq!(customers(&data_dir), 300);
    run(&data_dir, &["demo", "--calls=-1"], "").ends_with(2).says("--calls");
    run(&data_dir, &["demo", "--customers", "5000000"], "").ends_with(2).says("4000000");
}

#[test]
fn a_running_service_is_not_filled() {
    let service = Service::start();
    run(&service.data_dir(), &SMALL, "").ends_with(1).says("止めて");
    assert_eq!(service.get("CustomerAddress"), json!([]));
}
