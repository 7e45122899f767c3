//! The other screens of one's own: settings, small window, wallboard.

use std::time::Duration;

use super::Browser;
use super::arrival::live;
use super::desk::{keep_notices, patient_office};
use crate::harness::{Caller, Invite, Service, wait_for};
use crate::office;

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn settings_hold_at_once_and_in_this_browser() {
    let service = office::open();
    let browser = Browser::open(&service);
    live(&browser, "/#/settings");
    browser.wait("main h1");
    let name = "input[placeholder='例 受付PC-1']";
    browser.write(name, "受付PC-1");
    browser.keys(thirtyfour::Key::Tab + "");
    wait_for("the name in the list of clients", LIMIT, || {
        let clients = service.get("ConnectedClient");
        clients.as_array()?.iter().find(|client| client["クライアント名"] == "受付PC-1").map(drop)
    });
    // The first fact of the card goes down by one.
    browser.click(".order li:first-child [data-focus^=dn]");
    browser.wait_text(".order li:first-child", "着信回数");
    browser.reload();
    browser.wait_text(".order li:first-child", "着信回数");
    assert_eq!(browser.value(name), "受付PC-1");
    keep_notices(&browser);
    browser.reload();
    live(&browser, "/#/settings");
    let (caller, invite) = office::ring(&service);
    browser.click(".toast .pri");
    browser.wait_text(".facts div:first-child", "着信回数");
    memo_stays_near(&service, &browser);
    caller.hang_up(&invite, None);
    browser.assert_quiet("settings");
}

/// Where the desk has two columns the memo follows the customer, however long the list beside is.
fn memo_stays_near(service: &Service, browser: &Browser) {
    let caller = Caller::new(service.sip());
    for at in 10..24 {
        let invite = Invite::new(&format!("03111122{at}"), office::LINE);
        caller.ring(&invite);
        caller.hang_up(&invite, None);
    }
    browser.wait_text("cti-recent", "03-1111-2223");
    browser.size(1024, 768);
    let script =
        "const side = (css, edge) => document.querySelector(css).getBoundingClientRect()[edge];
        return [side('.memo', 'top') - side('.cust', 'bottom'),
            side('cti-recent .card', 'bottom') - side('.cust', 'bottom')]";
    let gaps: Vec<f64> = serde_json::from_value(browser.run(script, &[])).unwrap();
    assert!(gaps[1] > 200.0, "the list is longer than the card: {gaps:?}");
    assert!((0.0..60.0).contains(&gaps[0]), "the memo is far from the card: {gaps:?}");
    browser.size(1440, 900);
}

#[test]
fn small_window_and_wallboard_show_the_call() {
    let service = patient_office();
    let browser = Browser::open(&service);
    live(&browser, "/#/mini");
    let (caller, invite) = office::ring(&service);
    browser.wait_text(".calls .who", "和歌山 花子");
    browser.wait_text(".cust .name", "和歌山 花子");
    assert!(!browser.shows("nav"), "no navigation in the small window");
    browser.goto("/#/wallboard");
    browser.wait_text(".bigcall", "和歌山 花子");
    browser.wait_text(".figure", "1");
    caller.hang_up(&invite, None);
    browser.wait_text(".rows li", "和歌山 花子");
    browser.keys(thirtyfour::Key::Escape + "");
    browser.wait("cti-call-stack");
    browser.wait("nav");
}
