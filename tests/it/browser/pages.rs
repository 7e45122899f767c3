//! The frame of the pages: each opens without an error and can be used by everybody.

use serde_json::json;

use super::Browser;
use super::arrival::live;
use crate::harness::Service;

/// Most bytes that a first load takes, compressed as they are sent (ui/checklist.md).
const FIRST_LOAD_MAX: u64 = 60_000;

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

#[test]
fn a_first_load_is_small() {
    let service = Service::start();
    for path in ["/", "/admin/"] {
        let browser = Browser::open(&service);
        live(&browser, path);
        browser.settle();
        // What a shared worker loads does not count as the page's.
        for name in ["worker", "relay", "stream"] {
            let script =
                "const done = arguments[1]; fetch(arguments[0]).then(r => r.text()).then(done)";
            browser.run_async(script, &[json!(format!("/js/live/{name}.js"))]);
        }
        let script = "return [...performance.getEntriesByType('navigation'),
            ...performance.getEntriesByType('resource')].map(e => e.encodedBodySize)";
        let sizes = browser.run(script, &[]);
        let sizes: Vec<u64> =
            sizes.as_array().unwrap().iter().filter_map(serde_json::Value::as_u64).collect();
        let sum: u64 = sizes.iter().sum();
        println!("first load of {path}: {sum} bytes in {} requests", sizes.len());
        assert!(sum > 10_000 && sum <= FIRST_LOAD_MAX, "{path}: {sum} bytes, {sizes:?}");
    }
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
