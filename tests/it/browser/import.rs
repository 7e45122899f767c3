//! Customers from a file: a rehearsal first, then all or nothing.

use serde_json::json;

use super::Browser;
use crate::harness::Service;

const GOOD: &str =
    "氏名,会社名,電話番号1\n山田 一郎,紀州商店,073-123-0001\n表 花子,,090-0000-0002\n";
const BAD: &str = "氏名,電話番号1\n山田,03-0000-0001\n川,abc\n";

/// Chooses a file as a person does; the system's own dialog cannot be used.
#[track_caller]
pub(super) fn choose_file(browser: &Browser, text: &str) {
    browser.wait(".dropzone");
    let script = "const input = document.querySelector('#import-file');
        const files = new DataTransfer();
        files.items.add(new File([arguments[0]], 'customers.csv', { type: 'text/csv' }));
        input.files = files.files;
        input.dispatchEvent(new Event('change'))";
    browser.run(script, &[json!(text)]);
}

fn customers(service: &Service) -> usize {
    service.get("CustomerAddress").as_array().unwrap().len()
}

#[test]
fn a_file_with_a_fault_writes_nothing_and_a_good_one_everything() {
    let service = Service::start();
    let browser = Browser::open(&service);
    browser.goto("/admin/#/import");
    browser.wait(".dropzone");
    choose_file(&browser, BAD);
    let faults = "[data-rehearsal=faults]";
    browser.wait_text(faults, "電話番号1");
    browser.wait_text(&format!("{faults} tbody td"), "3");
    // The browser itself tells of every answer that is no 2xx.
    browser.faults();
    assert_eq!(customers(&service), 0);
    browser.click_text(&format!("{faults} button"), "選び直す");
    choose_file(&browser, GOOD);
    browser.wait_text("[data-rehearsal=good]", "2 件");
    assert_eq!(customers(&service), 0, "a rehearsal writes nothing");
    browser.run(
        "const set = XMLHttpRequest.prototype.setRequestHeader;
        XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
            if (name === 'Idempotency-Key') window.noted = value;
            return set.call(this, name, value);
        }",
        &[],
    );
    browser.click("[data-rehearsal=good] .btn");
    browser.wait_text("[data-import=done]", "2 件");
    assert_eq!(customers(&service), 2);
    // Whoever presses もう一度 because the answer was lost sends the same import.
    let key = browser.run("return window.noted", &[]).as_str().unwrap().to_owned();
    let headers = [("Idempotency-Key", key.as_str()), ("Content-Type", "text/csv")];
    service.send("POST", "CustomerAddress/Import", &headers, GOOD).ok();
    assert_eq!(customers(&service), 2);
    what_is_being_written_cannot_be_stopped(&browser);
}

/// The service has the whole file and goes on, whoever leaves: nothing may say otherwise.
fn what_is_being_written_cannot_be_stopped(browser: &Browser) {
    browser.click_text("[data-import=done] button", "続けて");
    choose_file(browser, GOOD);
    browser.wait_text("[data-rehearsal=good]", "2 件");
    browser.run(
        "window.XMLHttpRequest = class {
            upload = {};
            open() {}
            setRequestHeader() {}
            abort() {}
            send() { this.upload.onload(); }
        }",
        &[],
    );
    browser.click("[data-rehearsal=good] .btn");
    browser.wait_text("[role=status]", "書き込んでいます");
    let progress = "return document.querySelector('progress').closest('.card').querySelectorAll('button').length";
    assert_eq!(browser.run(progress, &[]), json!(0));
    browser.run("location.hash = '#/'", &[]);
    browser.wait_text("dialog p", "最後まで続きます");
    browser.click_text("dialog button", "離れる");
    browser.wait_gone("progress");
}
