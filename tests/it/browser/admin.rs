//! The lists and forms of the administration, all of them: each opens, is accessible, and speaks
//! the language that was chosen.

use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Service, http};
use crate::office;

/// Widths and colours at which a few screens are looked at as well; all are at 1440 px in light.
const LOOKED_AT: [&str; 3] = ["ContainmentLine/1", "MessDef-Chat/1", "Business-Calendar"];

fn catalogue(service: &Service) -> Vec<Value> {
    let page = http::request(service.http(), "GET", "/catalogue.json", &[], b"").unwrap();
    page.json()["resources"].as_array().unwrap().clone()
}

/// Goes to a screen and waits until it is drawn: list or form.
fn go(browser: &Browser, path: &str) {
    let name = path.split('/').next().unwrap();
    browser.goto(&format!("/admin/#/{path}"));
    browser.wait(&format!("main .screen.{name} h1"));
    if path.contains('/') {
        browser.wait(&format!("main .screen.{name} .drawer"));
    }
}

/// Every list, and the form of a new row or else of the first one.
fn screens(service: &Service) -> Vec<String> {
    let mut paths = Vec::new();
    for resource in catalogue(service) {
        let uri = resource["uri"].as_str().unwrap();
        let adds = resource["methods"].as_array().unwrap().contains(&json!("POST"));
        paths.push(uri.to_owned());
        if adds {
            paths.push(format!("{uri}/new"));
        }
    }
    paths
}

fn furnished() -> Service {
    let service = office::open();
    let (caller, invite) = office::ring(&service);
    caller.hang_up(&invite, None);
    service.post(
        "Notification-Chat",
        &json!({"名称": "営業", "種別": "Slack", "URL": "https://hooks.example.com/services/x"}),
    );
    service
}

#[test]
fn every_list_and_form_opens_and_is_accessible() {
    let service = furnished();
    let browser = Browser::open(&service);
    for path in screens(&service) {
        go(&browser, &path);
        let faults = browser.axe();
        assert!(faults.is_empty(), "{path}: {faults:#?}");
        browser.assert_quiet(&path);
    }
    for path in LOOKED_AT {
        go(&browser, path);
        browser.check(path);
    }
}

#[test]
fn no_list_and_form_leaves_japanese_in_english() {
    let service = furnished();
    let browser = Browser::open(&service);
    browser.goto("/admin/");
    browser.language("en");
    browser.reload();
    for path in screens(&service) {
        go(&browser, &path);
        assert_eq!(browser.japanese_left(), Vec::<String>::new(), "{path}");
    }
    browser.assert_quiet("English");
}
