//! The frame of the pages: each opens without an error and can be used by everybody.

use serde_json::json;

use super::Browser;
use crate::harness::Service;

#[test]
fn log_in_console_and_administration_open() {
    let service = Service::start();
    let browser = Browser::open(&service);
    browser.goto("/login");
    browser.wait("input[type=password]");
    browser.goto("/admin?a=1");
    browser.wait("main h1");
    assert!(browser.place().starts_with("/admin/?a=1"), "{}", browser.place());
    browser.settle();
    browser.assert_quiet("administration");
    browser.goto("/");
    browser.wait("main h1");
    browser.check("console");
    browser.language("en");
    browser.reload();
    browser.wait("main h1");
    assert_eq!(browser.japanese_left(), Vec::<String>::new());
    what_is_wrong_is_seen(&browser);
}

/// The looks themselves: each of them finds what it is there for.
fn what_is_wrong_is_seen(browser: &Browser) {
    let refused = "try { document.querySelector('h1').innerHTML = '<b>x</b>'; return 'taken' }
        catch (fault) { return fault.name }";
    assert_eq!(browser.run(refused, &[]), json!("TypeError"), "trusted types");
    assert!(!browser.faults().is_empty(), "a broken policy is told on the console");
    browser.assert_quiet("console");
    browser.run("document.querySelector('h1').textContent = '着信'", &[]);
    assert_eq!(browser.japanese_left(), ["着信"]);
    browser.run("document.querySelector('h1').remove()", &[]);
    let faults = browser.axe();
    assert!(faults.iter().any(|fault| fault.starts_with("page-has-heading-one")), "{faults:?}");
    let overflow = "const wide = document.createElement('div'); wide.style.width = '2000px';
        wide.style.height = '1px'; document.documentElement.append(wide);
        return document.documentElement.scrollWidth";
    assert!(browser.run(overflow, &[]).as_u64().unwrap() > 1440);
}
