//! Missed calls that wait for somebody: they come, are taken, put off, done, and close themselves.

use thirtyfour::Key;

use super::Browser;
use crate::harness::{Caller, Invite, SOON, Service, wait_for};
use crate::office::{self, CUSTOMER, LINE};

/// A number that nobody knows.
const UNKNOWN: &str = "0312345678";
/// What a carrier says when another telephone answered (RFC 3326).
const ANSWERED: &str = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"";

/// Somebody calls and hangs up; `reason` tells that another telephone answered.
fn call(service: &Service, from: &str, reason: Option<&str>) {
    let caller = Caller::new(service.sip());
    let invite = Invite::new(from, LINE);
    caller.ring(&invite);
    caller.hang_up(&invite, reason);
    let state = if reason.is_some() { "他で応答" } else { "不在" };
    office::call_in_state(service, &invite.call_id, state);
}

/// Waits until every call of a number has this 対応状況.
fn wait_handled(service: &Service, number: &str, state: &str) {
    wait_for(state, SOON, || {
        let mut calls = office::calls(service).into_iter().filter(|call| call["相手TEL"] == number);
        calls.all(|call| call["対応状況"] == state).then_some(())
    });
}

#[test]
fn a_missed_call_is_taken_put_off_and_done() {
    let service = office::open();
    let browser = Browser::open(&service);
    browser.goto("/#/work");
    browser.wait_text(".jobs .empty", "ありません");
    browser.wait_text("#feed", "ライブ");
    for _ in 0..3 {
        call(&service, CUSTOMER, None);
    }
    browser.wait_text(".job .pills", "3 回");
    assert_eq!(browser.count(".job"), 1, "three calls of one caller are one job");
    browser.wait_text(".nav a[data-screen=work] .n", "3");
    call(&service, UNKNOWN, None);
    browser.wait_text(".job", "03-1234-5678");
    let first = ".job[data-key='09000000001']";
    browser.click(&format!("{first} [data-act=promise]"));
    browser.write("dialog cti-date input", "１２/３１ １０時半");
    browser.keys(Key::Enter);
    browser.wait_text(&format!("{first} .pills"), "10:30");
    browser.click(&format!("{first} [data-act=take]"));
    browser.wait("dialog input");
    assert_eq!(browser.axe(), Vec::<String>::new(), "who takes it");
    browser.write("dialog input", "鈴木");
    browser.keys(Key::Enter);
    browser.wait_gone(first);
    wait_handled(&service, CUSTOMER, "対応中");
    browser.click_text(".seg button", "自分の担当");
    browser.wait_text(&format!("{first} .pills"), "鈴木");
    browser.patient(true);
    browser.click(&format!("{first} [data-act=done]"));
    browser.wait_text(".jobs .empty", "ありません");
    wait_handled(&service, CUSTOMER, "対応済");
    browser.click_text(".toast:last-child button", "元に戻す");
    browser.wait_text(&format!("{first} .pills"), "鈴木");
    wait_handled(&service, CUSTOMER, "対応中");
    browser.click(&format!("{first} [data-act=done]"));
    wait_handled(&service, CUSTOMER, "対応済");
    browser.patient(false);
    closes_itself(&browser, &service);
}

/// Who gets through later waits no longer, on the screen too.
fn closes_itself(browser: &Browser, service: &Service) {
    browser.click_text(".seg button", "未対応");
    browser.wait_text(".job", "03-1234-5678");
    call(service, UNKNOWN, Some(ANSWERED));
    browser.wait_text(".jobs .empty", "ありません");
    browser.wait_gone(".nav a[data-screen=work] .n");
    call(service, "0311112222", None);
    browser.wait_text(".job", "03-1111-2222");
}

/// The calls that wait, as the service counts them.
fn waiting(service: &Service, span: &str) -> usize {
    let of = |state: &str| {
        let list = service.get(&format!("ReceivedCall-Record?対応状況={state}&{span}limit=10000"));
        list.as_array().unwrap().len()
    };
    ["未対応", "折返し要", "対応中"].into_iter().map(of).sum()
}

/// The number before a word in the head of the list: `12 件(着信 34 回)`.
fn told(browser: &Browser) -> String {
    let text = browser.text(".pagehead p");
    text.split("着信 ").nth(1).unwrap_or_default().split(' ').next().unwrap().replace(',', "")
}

#[test]
fn what_lies_further_back_is_told_and_can_be_looked_at() {
    let service = Service::start_with_demo(30, 9000);
    let browser = Browser::open(&service);
    browser.goto("/#/work");
    browser.wait(".job");
    // Only what waits for a month is shown at first; the rest is not hidden.
    let all = waiting(&service, "");
    let first: usize = told(&browser).parse().unwrap();
    assert!(first < all, "{first} of {all}");
    let show_all = "for (let b; (b = document.querySelector('.jobs > .pad button'));) b.click()";
    browser.run(show_all, &[]);
    let further_back = format!("30 日より前の着信が {} 回", all - first);
    wait_for("what lies further back", SOON, || {
        browser.text(".reach").replace(',', "").contains(&further_back).then_some(())
    });
    browser.check("missed calls with more behind");
    // 300 of each state at once: until all are read the numbers say that there are more.
    let mut steps = 0;
    loop {
        let before = told(&browser);
        browser.click(".reach [data-act=further]");
        wait_for("the next part", SOON, || (told(&browser) != before).then_some(()));
        steps += 1;
        browser.run(show_all, &[]);
        if !told(&browser).ends_with('+') {
            break;
        }
    }
    assert!(steps > 1, "some state has more than one part");
    assert_eq!(told(&browser), all.to_string());
    assert!(!browser.shows(".reach"));
    browser.assert_quiet("further back");
}
