//! Work without a mouse: every key of the list, where the focus goes, and how to switch them off.

use std::time::Duration;

use thirtyfour::Key;

use super::Browser;
use super::arrival::live;
use super::desk::patient_office;
use crate::harness::{Caller, Invite, wait_until};
use crate::office::{self, LINE};

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);

fn wait_focus(browser: &Browser, place: &str) {
    wait_until(&format!("the focus on {place}"), LIMIT, || browser.focus().starts_with(place));
}

#[test]
fn the_desk_is_worked_by_keys_alone_and_the_keys_can_be_switched_off() {
    let service = patient_office();
    let browser = Browser::open(&service);
    live(&browser, "/");
    let callers = (1..=3).map(|number| {
        let caller = Caller::new(service.sip());
        let invite = Invite::new(&format!("031234567{number}"), LINE);
        caller.ring(&invite);
        browser.wait_text(".calls li", &format!("03-1234-567{number}"));
        (caller, invite)
    });
    let callers: Vec<_> = callers.collect();
    browser.wait("#memo");

    for at in [3, 1, 2] {
        browser.keys(Key::Alt + at.to_string());
        browser.wait_text(".cust .tel", &format!("03-1234-567{at}"));
    }
    browser.keys("m");
    wait_focus(&browser, "textarea#memo");
    // Who types is never interrupted: letters are letters.
    browser.keys("m/?");
    assert_eq!(browser.value("#memo"), "m/?");
    browser.keys(Key::Control + Key::Enter);
    browser.wait_text(".toast", "保存しました");
    let call = office::call(&service, &callers[1].1.call_id);
    assert_eq!(call["メモ"], "m/?");

    wait_focus(&browser, "h2");
    browser.keys("?");
    browser.wait_text("dialog h2", "キー操作");
    for key in ["/", "Alt+1 … 9", "M", "Ctrl+Enter", "?", "Esc"] {
        browser.wait_text("dialog kbd", key);
    }
    // Above the page no key reaches the page below.
    browser.keys("m");
    assert!(!browser.focus().contains("memo"), "{}", browser.focus());
    browser.keys(Key::Escape + "");
    browser.wait_gone("dialog");
    wait_focus(&browser, "h2");
    browser.keys("/");
    wait_focus(&browser, "input#q");
    browser.keys("紀州");
    browser.keys(Key::Enter + "");
    browser.wait_place("#/customers?q=");
    browser.wait_text(".plist a", "和歌山 花子");
    switched_off(&browser);
    for (caller, invite) in &callers {
        caller.hang_up(invite, None);
    }
    browser.assert_quiet("keys");
}

/// Who speaks to his machine does not want single letters: no key does anything any more.
fn switched_off(browser: &Browser) {
    browser.goto("/#/settings");
    browser.click_text(".settingsgrid .sw label", "キーボード操作を使う");
    for key in ["?", "/", "m"] {
        browser.keys(key);
    }
    browser.keys(Key::Alt + "1");
    browser.click("main h1");
    assert!(!browser.shows("dialog"), "no list of keys");
    assert!(!browser.focus().contains("#q"), "{}", browser.focus());
    assert!(browser.place().starts_with("/#/settings"), "{}", browser.place());
    browser.click_text(".settingsgrid .sw label", "キーボード操作を使う");
    browser.keys("/");
    wait_focus(browser, "input#q");
    browser.goto("/#/desk");
    browser.wait_text(".cust .tel", "03-1234-567");
    browser.click(".cust .name");
    browser.keys(Key::Escape + "");
    browser.wait_gone(".cust .tel");
}
