//! The sample pages: served, and saved as files.

use serde_json::json;

use super::Browser;
use crate::harness::Service;
use crate::harness::place::Folder;

/// Sends the form of a sample and waits for what came of it.
fn send(browser: &Browser, page: &str, fields: &[(&str, &str)]) -> String {
    browser.goto(&format!("/samples/{page}.html"));
    for (field, value) in fields {
        browser.write(field, value);
    }
    browser.click("#form button");
    browser.wait("#result[data-state=ok]");
    browser.text("#result")
}

#[test]
fn the_four_samples_do_what_they_show() {
    let service = Service::start();
    let browser = Browser::open(&service);
    browser.goto("/samples/");
    browser.wait("h1");
    send(&browser, "post", &[("#called", "0731235678")]);
    assert_eq!(service.row("ContainmentLine", "1")["着信TEL"], "0731235678");
    send(&browser, "get", &[]);
    browser.wait_text("#rows td", "0731235678");
    send(&browser, "put", &[("#key", "1"), ("#called", "0731239999")]);
    assert_eq!(service.row("ContainmentLine", "1")["着信TEL"], "0731239999");
    browser.goto("/samples/delete.html");
    browser.wait("#form button");
}

#[test]
fn a_sample_that_was_saved_works_with_a_token() {
    let service = Service::start();
    service.post("ContainmentLine", &json!({"着信TEL": "0731235678"}));
    let made = service.send("POST", "API-Token", &[], r#"{"名称":"見本"}"#).ok();
    let token = made.json()["msg"].as_str().unwrap().to_owned();
    let folder = Folder::new();
    let file = folder.path().join("get.html");
    std::fs::write(&file, include_str!("../../../static/samples/get.html")).unwrap();
    let browser = Browser::open(&service);
    browser.goto_elsewhere(&format!("file://{}", file.display()));
    browser.write("#host", &service.http().to_string());
    browser.write("#token", &token);
    browser.click("#form button");
    browser.wait_text("#rows td", "0731235678");
    browser.assert_quiet("a saved sample");
}
