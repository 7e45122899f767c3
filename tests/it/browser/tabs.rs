//! Several tabs of one browser: one stream, one sound, the number in every title.

use std::time::Duration;

use serde_json::Value;
use thirtyfour::WindowHandle;

use super::Browser;
use super::arrival::live;
use super::desk::patient_office;
use crate::harness::{Caller, Invite, Service, wait_for, wait_until};
use crate::office::{CUSTOMER, LINE};

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);
/// Tones of one call: two rings of four (static/js/console/desk/sound.js).
const TONES: u64 = 8;
/// Counts the tones that a page plays.
const COUNT: &str = "window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
      window.tones += 1;
      return start.apply(this, when);
    }";

/// Opens the desk in the tab that is steered, lets it sound, and counts its tones.
fn desk(browser: &Browser) {
    live(browser, "/");
    browser.wait("cti-call-stack");
    browser.run(COUNT, &[]);
    // A browser lets a page sound after the first click only.
    browser.click("main h2");
    let allowed = "return document.querySelector('[data-sound]').getAttribute('aria-label')";
    wait_until("the sound to be allowed", LIMIT, || browser.run(allowed, &[]) == "着信音");
}

/// Tones that each tab has played.
fn tones(browser: &Browser, tabs: &[WindowHandle]) -> Vec<u64> {
    let count = |tab| {
        browser.switch(tab);
        browser.run("return window.tones", &[]).as_u64().unwrap()
    };
    tabs.iter().map(count).collect()
}

/// Somebody rings, and every tab shows it; answers what ends the call.
fn rung(
    browser: &Browser,
    service: &Service,
    tabs: &[WindowHandle],
    from: &str,
) -> (Caller, Invite) {
    let caller = Caller::new(service.sip());
    let invite = Invite::new(from, LINE);
    caller.ring(&invite);
    for tab in tabs {
        browser.switch(tab);
        wait_until("the number in the title", LIMIT, || browser.title().starts_with("(1) "));
        browser.wait_text(".nav a[data-screen=desk] .n", "1");
    }
    (caller, invite)
}

/// The call ends, and no title counts it any more.
fn over(browser: &Browser, tabs: &[WindowHandle], (caller, invite): &(Caller, Invite)) {
    caller.hang_up(invite, None);
    for tab in tabs {
        browser.switch(tab);
        wait_until("a title without a number", LIMIT, || !browser.title().starts_with('('));
        browser.wait_gone(".nav a[data-screen=desk] .n");
    }
}

fn clients(service: &Service) -> Vec<Value> {
    service.get("ConnectedClient").as_array().unwrap().clone()
}

#[test]
fn tabs_share_one_stream_and_one_of_them_sounds() {
    let service = patient_office();
    let browser = Browser::open(&service);
    desk(&browser);
    let first = browser.tab();
    let second = browser.new_tab();
    desk(&browser);
    let third = browser.new_tab();
    live(&browser, "/admin/#/ConnectedClient");
    let tabs = [first.clone(), second.clone()];
    assert_eq!(clients(&service).len(), 1, "one stream for three tabs: {:?}", clients(&service));
    browser.wait_text(".pager", "1 件");

    let call = rung(&browser, &service, &tabs, CUSTOMER);
    let heard = wait_for("the sound", LIMIT, || {
        let heard = tones(&browser, &tabs);
        (heard.iter().sum::<u64>() >= TONES).then_some(heard)
    });
    let mut sorted = heard.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [0, TONES], "one tab sounds");
    assert!(browser.title().contains("和歌山 花子"), "{}", browser.title());
    over(&browser, &tabs, &call);

    // The tab that sounded goes: the other one takes over.
    let (gone, stays) = if heard[0] > 0 { (first, second) } else { (second, first) };
    browser.switch(&gone);
    browser.close_tab(&stays);
    let left = [stays];
    let call = rung(&browser, &service, &left, "0312345678");
    wait_until("the sound of the other tab", LIMIT, || tones(&browser, &left) == [TONES]);
    over(&browser, &left, &call);

    // The bell is the same in every tab, and silence is silence.
    browser.switch(&third);
    live(&browser, "/#/history");
    browser.click("[data-sound]");
    browser.click("[data-sound]");
    browser.switch(&left[0]);
    wait_until("silence in the other tab", LIMIT, || {
        browser.attribute("[data-sound]", "aria-pressed").as_deref() == Some("false")
    });
    let call = rung(&browser, &service, &left, "0312345679");
    assert_eq!(tones(&browser, &left), [TONES]);
    over(&browser, &left, &call);
    browser.assert_quiet("tabs");
}
