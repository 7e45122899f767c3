//! My settings: what each choice does to the pages, and that all of it can be taken back.

use std::time::Duration;

use serde_json::json;

use super::Browser;
use super::arrival::live;
use super::desk::patient_office;
use crate::harness::{Receiver, wait_until};
use crate::office;

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);
const SCREEN: &str = ".settingsgrid";

fn theme(browser: &Browser) -> String {
    let script = "return document.documentElement.dataset.theme";
    browser.run(script, &[]).as_str().unwrap().to_owned()
}

#[test]
fn choices_hold_in_this_browser_until_they_are_taken_back() {
    let service = patient_office();
    let crm = Receiver::start([]);
    let page = json!({"名称": "CRM", "URL": crm.url("/card"), "動作": "クライアントで開く"});
    service.post("IncomingCall-URL", &page);
    let browser = Browser::open(&service);
    live(&browser, "/#/settings");
    browser.click_text(&format!("{SCREEN} .seg button"), "暗い");
    browser.click_text(&format!("{SCREEN} label"), "着信時にページを自動で開く");
    // Full-width, as a Japanese keyboard sends it; the notice goes by itself then.
    browser.write(&format!("{SCREEN} input.short"), "１");
    browser.keys(thirtyfour::Key::Tab + "");
    wait_until("half-width", LIMIT, || browser.value(&format!("{SCREEN} input.short")) == "1");
    browser.reload();
    live(&browser, "/#/settings");
    assert_eq!(theme(&browser), "dark");
    assert_eq!(browser.value(&format!("{SCREEN} input.short")), "1");
    let seen = "window.seen = 0; new MutationObserver(changes => {
        window.seen += changes.flatMap(change => [...change.addedNodes]).length;
      }).observe(document.querySelector('.toasts'), { childList: true })";
    browser.run(seen, &[]);
    let (caller, invite) = office::ring(&service);
    wait_until("a notice", LIMIT, || browser.run("return window.seen", &[]) == 1);
    browser.wait_gone(".toast");
    small_window(&browser);
    caller.hang_up(&invite, None);
    assert_eq!(crm.requests().len(), 0, "no page opens by itself");
    taken_back(&browser);
    browser.assert_quiet("choices");
}

/// The small window is a window of its own, in which the call rings too.
fn small_window(browser: &Browser) {
    let desk = browser.tab();
    browser.click_text(&format!("{SCREEN} button"), "小窓を開く");
    let other = || browser.tabs().into_iter().find(|tab| *tab != desk);
    let small = crate::harness::wait_for("the small window", LIMIT, other);
    browser.switch(&small);
    browser.wait_text(".calls .who", "和歌山 花子");
    assert!(browser.place().starts_with("/#/mini"), "{}", browser.place());
    assert!(!browser.shows("nav"));
    browser.close_tab(&desk);
}

fn taken_back(browser: &Browser) {
    browser.click_text(&format!("{SCREEN} .btn.bad"), "初期状態に戻す");
    browser.click("dialog .btn.danger");
    browser.wait_text(".toast", "初期状態に戻しました");
    assert_eq!(browser.value(&format!("{SCREEN} input.short")), "0");
    assert_eq!(theme(browser), "light", "as the system has it");
    // Another language is another page, of the same place.
    browser.click_text(&format!("{SCREEN} .seg button"), "English");
    browser.wait_text("main h1", "settings");
    assert_eq!(browser.run("return document.documentElement.lang", &[]), "en");
    browser.click("header button[lang=ja]");
    browser.wait_text("main h1", "自分の設定");
}
