//! Lists of the administration: a period, and the way back out of a row to the list as it was.

use serde_json::Value;

use super::Browser;
use crate::harness::{Caller, Invite, Service};
use crate::office::{self, LINE};

/// Rows of a page (static/js/admin/resource/source.js).
const PAGE: usize = 50;
/// More calls than a page has.
const CALLS: usize = PAGE + 4;
const PAGER: &str = "cti-resource-table .pager";

/// The keys of the rows that are shown.
fn shown(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('tbody tr')].map(row => row.dataset.key)";
    serde_json::from_value(browser.run(script, &[])).unwrap()
}

/// How far the list is scrolled.
fn scrolled(browser: &Browser) -> i64 {
    let script =
        "return Math.round(document.querySelector('cti-resource-table .scroll').scrollTop)";
    browser.run(script, &[]).as_i64().unwrap()
}

fn back(browser: &Browser) {
    browser.run("history.back()", &[]);
}

fn forward(browser: &Browser) {
    browser.run("history.forward()", &[]);
}

fn fill(service: &Service) {
    let caller = Caller::new(service.sip());
    for at in 0..CALLS {
        caller.ring(&Invite::new(&format!("03111100{at:02}"), LINE));
    }
}

#[test]
fn a_list_of_calls_has_a_period_and_the_way_back_leads_to_it_as_it_was() {
    let service = office::open();
    fill(&service);
    let browser = Browser::open(&service);
    // So narrow that a form takes the place of the list.
    browser.size(1100, 700);
    browser.goto("/admin/#/overview");
    browser.wait_text("h1", "概要");
    browser.goto("/admin/#/ReceivedCall-Record");
    browser.wait_text(PAGER, &format!("{CALLS} 件中"));
    periods(&browser, &service);
    there_and_back(&browser);
    a_guarded_form(&browser);
    sent_on(&browser);
    browser.assert_quiet("the way back");
}

fn periods(browser: &Browser, service: &Service) {
    browser.choose(".bar select[name=period]", "range");
    browser.write("cti-date[label=終了日] input", "2020/1/2");
    browser.keys(thirtyfour::Key::Enter);
    browser.wait_text(".empty", "条件に合う行はありません");
    browser.wait_place("to=2020-01-02");
    // Days as people type them, the wrong way round too; the file has the same rows.
    browser.write("cti-date[label=開始日] input", "明日");
    browser.write("cti-date[label=終了日] input", "昨日");
    browser.click("h1");
    browser.wait_text(PAGER, &format!("{CALLS} 件中"));
    browser.wait_place("from=");
    // Whoever saves or copies it from its menu presses it, and clicks nothing.
    let press = "document.querySelector('.files a[download]').dispatchEvent(new PointerEvent('pointerdown'))";
    browser.run(press, &[]);
    let csv = browser.attribute(".files a[download]", "href").unwrap();
    let file = service.send("GET", csv.split("/RestService/").nth(1).unwrap(), &[], "");
    assert_eq!(file.text().lines().count(), CALLS + 1, "{csv}");
    browser.choose(".bar select[name=period]", "30d");
    browser.wait_place("period=30d");
    browser.wait_text(PAGER, &format!("{CALLS} 件中"));
}

/// A row of the second page, far down: out of it, into it again, by way of another screen.
fn there_and_back(browser: &Browser) {
    browser.choose(".bar select[name=period]", "all");
    browser.wait_gone(".bar .days");
    browser.choose(".bar select[name=period]", "7d");
    browser.wait_place("period=7d");
    browser.run("document.querySelector('cti-resource-table .scroll').scrollTop = 600", &[]);
    let list = browser.place();
    let depth = scrolled(browser);
    assert!(depth > 100, "the list is long enough to be scrolled: {depth}");
    let key = shown(browser)[16].clone();
    // By the keyboard's way, so that nothing is scrolled to be clicked.
    browser.run(
        "document.querySelector(`tr[data-key='${arguments[0]}'] .idlink`).click()",
        &[Value::from(key.as_str())],
    );
    browser.wait(".drawer");
    browser.wait_place(&format!("ReceivedCall-Record/{key}?"));
    back(browser);
    browser.wait_gone(".drawer");
    assert_eq!(browser.place(), list);
    assert_eq!(scrolled(browser), depth);
    forward(browser);
    browser.wait(".drawer");
    browser.wait_place(&format!("ReceivedCall-Record/{key}?"));
    // Closing it is the same step back.
    browser.click(".drawer header button");
    browser.wait_gone(".drawer");
    browser.wait_place("ReceivedCall-Record?");
    browser.click(&format!("{PAGER} [data-control=next]"));
    browser.wait_text(PAGER, &format!("{}–{CALLS}", PAGE + 1));
    let second = shown(browser);
    browser.click(".nav a[data-screen=ContainmentLine]");
    browser.wait_text("h1", "収容回線");
    back(browser);
    browser.wait_text(PAGER, &format!("{}–{CALLS}", PAGE + 1));
    assert_eq!(shown(browser), second);
}

/// Who steps back out of a form with changes is asked, and stays where he is.
fn a_guarded_form(browser: &Browser) {
    let key = shown(browser)[0].clone();
    browser.click(&format!("tr[data-key='{key}'] .idlink"));
    browser.write("[data-field=メモ] textarea", "書きかけ");
    back(browser);
    browser.wait_text("dialog", "変更を捨てますか");
    browser.click("dialog button[value='']");
    browser.wait_gone("dialog");
    browser.wait_place(&format!("ReceivedCall-Record/{key}?"));
    assert_eq!(browser.value("[data-field=メモ] textarea"), "書きかけ");
    back(browser);
    browser.wait(".btn.danger");
    browser.click("dialog .btn.danger");
    browser.wait_gone(".drawer");
    browser.wait_text(PAGER, &format!("{}–{CALLS}", PAGE + 1));
}

/// Whoever gets an address sees the row that it names, and the list behind it.
fn sent_on(browser: &Browser) {
    let key = shown(browser)[1].clone();
    browser.click(&format!("tr[data-key='{key}'] .idlink"));
    browser.wait(".drawer");
    let place = browser.place();
    browser.goto("/admin/#/overview");
    browser.wait_text("h1", "概要");
    browser.goto(&place);
    browser.wait(".drawer");
    assert_eq!(browser.place(), place);
    // The list stands behind it, narrowed as it was.
    let period = "return document.querySelector('.bar select[name=period]').value";
    assert_eq!(browser.run(period, &[]), "7d");
    back(browser);
    browser.wait_text("h1", "概要");
}
