//! The frame of the pages: each opens without an error and can be used by everybody.

use super::Browser;
use crate::harness::Service;

#[test]
fn log_in_console_and_administration_open() {
    let service = Service::start();
    let browser = Browser::open(&service);
    browser.goto("/login");
    browser.wait("input[type=password]");
    browser.check("log-in");
    browser.goto("/");
    browser.wait("main h1");
    browser.check("console");
    browser.goto("/admin/");
    browser.wait("main h1");
    browser.check("administration");
    browser.language("en");
    browser.goto("/");
    browser.wait("main h1");
    assert_eq!(browser.japanese_left(), Vec::<String>::new());
}
