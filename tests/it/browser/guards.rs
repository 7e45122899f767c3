//! What somebody typed is not lost by a wrong click: each form asks before it is left.

use std::time::Duration;

use serde_json::json;
use thirtyfour::Key;

use super::Browser;
use crate::harness::{Caller, Invite, Service, wait_until};
use crate::office::{self, CUSTOMER, LINE};

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);
/// A form that leads on when it is left, and which asks.
const QUESTION: &str = "dialog:last-of-type form[method=dialog]";

/// The question stands above the page, and is answered with no: everything stays.
#[track_caller]
fn stays(browser: &Browser, place: &str) {
    browser.wait(QUESTION);
    browser.click(&format!("{QUESTION} button[value='']"));
    browser.wait_gone(QUESTION);
    // The way back to it takes the browser a moment.
    browser.wait_place(place);
}

/// The question is answered with yes.
#[track_caller]
fn leaves(browser: &Browser) {
    browser.click(&format!("{QUESTION} button[value=yes]"));
    browser.wait_gone(QUESTION);
}

/// Whether the browser itself would ask before the page is closed or loaded again.
fn is_held(browser: &Browser) -> bool {
    let script = "const event = new Event('beforeunload', { cancelable: true });
        dispatchEvent(event); return event.defaultPrevented";
    browser.run(script, &[]) == true
}

/// A missed call of the customer; answers its ID.
fn missed(service: &Service, from: &str) -> String {
    let caller = Caller::new(service.sip());
    let invite = Invite::new(from, LINE);
    caller.ring(&invite);
    caller.hang_up(&invite, None);
    let call = office::call_in_state(service, &invite.call_id, "不在");
    call["ID"].as_str().unwrap().to_owned()
}

#[test]
fn the_history_asks_before_a_memo_is_lost() {
    let service = office::open();
    let first = missed(&service, CUSTOMER);
    let second = missed(&service, "0312345678");
    let browser = Browser::open(&service);
    browser.goto("/#/history?period=all");
    // In its place in the list: an untouched field holds nobody up.
    browser.click(&format!("tr[data-id='{first}'] .memo button"));
    browser.wait(".memoedit textarea");
    assert!(!is_held(&browser));
    browser.keys("見積の件");
    assert!(is_held(&browser));
    browser.click(".nav a[data-screen=customers]");
    stays(&browser, "#/history");
    browser.choose(".filters select[name=状態]", "不在");
    stays(&browser, "#/history");
    assert_eq!(browser.value(".filters select[name=状態]"), "", "the filter is as it was");
    assert_eq!(browser.value(".memoedit textarea"), "見積の件");
    browser.choose(".filters select[name=状態]", "不在");
    leaves(&browser);
    browser.wait_gone(".memoedit");
    browser.wait_place("%E4%B8%8D%E5%9C%A8");
    assert!(!is_held(&browser));

    // Beside the list: by Esc, by the way to the next record, by a link out of it.
    browser.click(&format!("tr[data-id='{second}'] .linklike"));
    browser.write(".handling textarea", "折返しの件");
    assert!(is_held(&browser));
    browser.keys(Key::Escape + "");
    stays(&browser, &format!("#/history/{second}"));
    browser.click(".headline [aria-label='一覧の次の記録']");
    stays(&browser, &format!("#/history/{second}"));
    browser.click_text(".record .acts a", "デスクで開く");
    stays(&browser, &format!("#/history/{second}"));
    assert_eq!(browser.value(".handling textarea"), "折返しの件");
    browser.click_text(".record .acts a", "デスクで開く");
    leaves(&browser);
    browser.wait_place(&format!("#/desk?call={second}"));
    browser.wait_text(".cust .tel", "03-1234-5678");
    for id in [first, second] {
        assert_eq!(service.row("ReceivedCall-Record", &id)["メモ"], "", "nothing was saved");
    }
    browser.assert_quiet("memos");
}

#[test]
fn forms_ask_before_they_are_left() {
    let service = office::open();
    let other = json!({"氏名": "串本 一花", "電話番号1": "0735550123"});
    let other = service.post("CustomerAddress", &other);
    let browser = Browser::open(&service);
    // The second address comes while the first still waits for its answers: the way back counts both.
    browser.latency(Duration::from_millis(300));
    browser.goto("/#/history");
    browser.goto("/#/customers/1");
    browser.latency(Duration::ZERO);
    browser.click("[data-act=edit]");
    browser.write("[data-field='備考'] textarea", "朝は留守");
    assert!(is_held(&browser));
    browser.run("history.back()", &[]);
    stays(&browser, "#/customers/1");
    browser.click(".nav a[data-screen=desk]");
    stays(&browser, "#/customers/1");
    // Back by the browser's own button while the question stands: it is where it was already.
    browser.click(".nav a[data-screen=desk]");
    browser.wait(QUESTION);
    browser.run("history.back()", &[]);
    browser.wait_place("#/customers/1");
    stays(&browser, "#/customers/1");
    assert!(browser.shows(".cform"), "the form is still there");
    browser.click(&format!(".plist [data-key='{other}'] a, .plist a[data-key='{other}']"));
    stays(&browser, "#/customers/1");
    browser.click_text(".cform footer button", "やめる");
    stays(&browser, "#/customers/1");
    assert_eq!(browser.value("[data-field='備考'] textarea"), "朝は留守");
    browser.click_text(".cform footer button", "やめる");
    leaves(&browser);
    browser.wait("[data-act=edit]");
    wait_until("the focus where it was", LIMIT, || {
        browser.run("return document.activeElement.dataset.act ?? ''", &[]) == "edit"
    });
    assert!(!is_held(&browser));
    administration(&browser);
    assert_eq!(service.row("CustomerAddress", "1")["備考"], "");
    assert_eq!(service.row("ContainmentLine", "1")["回線名"], "本店");
    browser.assert_quiet("forms");
}

/// Esc closes the form of a row and the focus returns to it, unless something is not saved.
fn administration(browser: &Browser) {
    browser.goto("/admin/#/ContainmentLine");
    browser.click("tbody tr[data-key='1'] .idlink");
    browser.wait(".drawer");
    browser.keys(Key::Escape + "");
    browser.wait_gone(".drawer");
    assert!(browser.focus().contains("idlink"), "the focus returns: {}", browser.focus());
    browser.click("tbody tr[data-key='1'] .idlink");
    browser.write("[data-field='回線名'] input", "窓口");
    assert!(is_held(browser));
    browser.keys(Key::Escape + "");
    stays(browser, "#/ContainmentLine/1");
    browser.click(".pagehead .btn.pri");
    stays(browser, "#/ContainmentLine/1");
    browser.wait_text(".drawer footer", "未保存の変更があります");
    browser.click(".nav a[data-screen='Caller-Rule']");
    leaves(browser);
    browser.wait(".screen.Caller-Rule .empty");
    assert!(!is_held(browser));
}
