//! What the original's published page shows, sent by curl as printed there.

use std::process::Command;

use crate::harness::{BASE, Service};
use crate::office::assert_values;

/// The request example of the page: its quotes are curly.
const PRINTED: &str = "{ “回線No” : “1”, “着信TEL” : “0731235678”, “代表TEL” : “0731237777”, “種別” : “電話”, “代理内線番号” : “30” }";

/// curl without a word about the content type, as a reader would type it.
fn curl(service: &Service, method: &str, path: &str, body: &str) -> String {
    let url = format!("http://{}{BASE}/{path}", service.http());
    let mut command = Command::new("curl");
    command.args(["-s", "-X", method, &url]);
    if !body.is_empty() {
        command.args(["-d", body]);
    }
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn the_printed_request_works_once_and_ten_times() {
    let service = Service::start();
    let straight = PRINTED.replace(['“', '”'], "\"");
    for body in [PRINTED, &straight].into_iter().cycle().take(10) {
        let answer = curl(&service, "POST", "ContainmentLine", body);
        assert_eq!(answer, "{\"result\":\"True\",\"msg\":\"正常終了\"}");
    }
    assert_eq!(service.get("ContainmentLine").as_array().unwrap().len(), 10);
    let row = service.row("ContainmentLine", "1");
    let expected = [
        ("着信TEL", "0731235678"),
        ("代表TEL", "0731237777"),
        ("種別", "電話"),
        ("代理内線番号", "30"),
    ];
    assert_values(&row, &expected);
    assert_eq!(
        curl(&service, "DELETE", "ContainmentLine/3", ""),
        "{\"result\":\"True\",\"msg\":\"正常終了\"}"
    );
    assert_eq!(curl(&service, "GET", "ContainmentLine/3", ""), "[]");
    let changed = PRINTED.replace("電話", "FAX");
    curl(&service, "PUT", "ContainmentLine/2", &changed);
    assert_eq!(service.row("ContainmentLine", "2")["種別"], "FAX");
}
