//! Statistics: the figures are the service's, each leads to the calls behind it.

use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Caller, Invite, SOON, Service, wait_until};
use crate::office;

/// A caller's name that would do harm if it were taken as markup.
const HOSTILE: &str = "<img src=x onerror=\"document.title='harm'\">";

/// A service with some hundred calls of the last weeks.
pub fn busy() -> Service {
    Service::start_with_demo(30, 2000)
}

/// Gives the caller who called most another name, in his newest call too.
pub fn rename_first_caller(service: &Service, name: &str) {
    let top = service.get("Statistics?by=caller&limit=1")[0]["顧客ID"].as_str().unwrap().to_owned();
    service.put("CustomerAddress", &top, &json!({"氏名": name}));
    let newest = format!("ReceivedCall-Record?顧客ID={top}&order=desc&limit=1");
    let call = service.get(&newest)[0]["ID"].as_str().unwrap().to_owned();
    for customer in ["0", &top] {
        service.put("ReceivedCall-Record", &call, &json!({"顧客ID": customer}));
    }
}

/// The sum of some columns of `/Statistics`.
fn sum(service: &Service, by: &str, span: &str, columns: &[&str]) -> u64 {
    let rows = service.get(&format!("Statistics?by={by}&{span}"));
    let number = |row: &Value, name: &str| row[name].as_str().unwrap().parse::<u64>().unwrap();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| columns.iter().map(|name| number(row, name)).sum::<u64>()).sum()
}

/// The key figure under this name, digits alone.
fn figure(browser: &Browser, name: &str) -> String {
    browser.wait_text(".kpi", name);
    let script = "return [...document.querySelectorAll('.kpi')].find(card =>
        card.querySelector('.l').textContent === arguments[0]).querySelector('.v').textContent";
    let text = browser.run(script, &[name.into()]);
    text.as_str().unwrap().chars().filter(|c| c.is_ascii_digit() || *c == '.').collect()
}

#[test]
fn figures_are_those_of_the_service_and_lead_to_the_calls() {
    let service = busy();
    rename_first_caller(&service, HOSTILE);
    let browser = Browser::open(&service);
    browser.goto("/#/statistics?days=30");
    browser.wait_text(".sum", "着信");
    let shown = browser.text(".pagehead p");
    let (from, to) = shown.split_once(" – ").unwrap();
    let span = format!("from={from}&to={to}");
    assert_eq!(figure(&browser, "着信"), sum(&service, "day", &span, &["件数"]).to_string());
    assert_eq!(figure(&browser, "不在"), sum(&service, "day", &span, &["不在"]).to_string());
    tables(&service, &browser, &span);
    assert_eq!(browser.title(), "統計 — smartconnect");
    let day = "return [...document.querySelectorAll('.panel')].map(p => p.querySelector('tbody a')?.hash)";
    let links = browser.run(day, &[]);
    assert!(links[0].as_str().unwrap().starts_with("#/history?from="), "{links}");
    assert!(links[2].as_str().unwrap().contains("%E9%A1%A7%E5%AE%A2ID="), "顧客ID: {links}");
    assert!(links[3].as_str().unwrap().contains("%E5%9B%9E%E7%B7%9ANo="), "回線No: {links}");
    files(&browser);
    periods(&browser);
    behind(&browser);
}

/// Every table adds up to what the service says.
fn tables(service: &Service, browser: &Browser, span: &str) {
    let open = "document.querySelectorAll('.panel details').forEach(each => { each.open = true })";
    browser.run(open, &[]);
    wait_until("the tables", SOON, || browser.count(".panel table") == 5);
    let script = "return [...document.querySelectorAll('.panel')].map(panel =>
          [...panel.querySelectorAll('tbody tr')].map(row =>
            [...row.querySelectorAll('td')].map(cell => Number(cell.textContent))))";
    let found = browser.run(script, &[]);
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let column = |panel: usize, at: usize| -> u64 {
        found[panel].as_array().unwrap().iter().map(|row| number(&row[at])).sum()
    };
    let answered = sum(service, "day", span, &["応答", "他で応答"]);
    assert_eq!(column(0, 1), answered, "answered by day");
    assert_eq!(column(3, 1), answered, "answered by line");
    let hours: u64 = found[1]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(number)
        .sum();
    assert_eq!(hours, sum(service, "hour", span, &["件数"]), "by weekday and hour");
    assert_eq!(column(4, 0), sum(service, "operator", span, &["件数"]), "by operator");
}

/// Periods are chosen, typed, and stand in the address.
fn periods(browser: &Browser) {
    browser.click_text(".seg button", "7日間");
    browser.wait_place("days=7");
    browser.click_text(".seg button", "期間");
    browser.write(".dates cti-date:first-of-type input", "２０２０/１/１");
    browser.write(".dates cti-date:nth-of-type(2) input", "2020-01-31");
    browser.click(".dates [type=submit]");
    browser.wait_place("from=2020%2F01%2F01&to=2020%2F01%2F31");
    browser.wait_text(".empty", "着信はありません");
    browser.click(".empty a");
    browser.wait_text(".sum", "着信");
}

/// A file of a table is what a spreadsheet opens without running anything.
fn files(browser: &Browser) {
    let script = "const done = arguments[arguments.length - 1];
        const rows = [['=1+1', '-5'], ['@x', '+81'], ['a, \"b\"', '12.5%']];
        import('/js/base/csv.js').then(
          module => done(module.csv(['名', '数'], rows)), fault => done(String(fault)))";
    let csv = "\u{feff}名,数\r\n'=1+1,-5\r\n'@x,'+81\r\n\"a, \"\"b\"\"\",12.5%\r\n";
    assert_eq!(browser.run_async(script, &[]), csv);
}

/// A caller leads to his calls in the history, of the same days.
fn behind(browser: &Browser) {
    browser.click_text(".rank a", HOSTILE);
    browser.wait_place("#/history?from=");
    browser.wait_text("main h1", "着信履歴");
    browser.wait_text("main tbody", HOSTILE);
    browser.assert_quiet("the calls behind a figure");
    browser.goto("/#/statistics");
    browser.wait(".sum");
}

#[test]
fn a_call_without_number_line_and_operator_is_not_told_as_none() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    let from = "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=n1";
    let invite = Invite::new("anonymous", "0739999999").caller_line(from);
    caller.ring(&invite);
    office::call(&service, &invite.call_id);
    let browser = Browser::open(&service);
    browser.goto("/#/statistics");
    browser.wait_text("main", "この期間に、対応者の入った着信はありません。");
    browser.wait_text("main", "この期間に、番号の分かる着信はありません。");
    browser.wait_text("main", "回線不明");
    browser.assert_quiet("statistics");
}
