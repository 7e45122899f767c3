//! What leaves the pages: paper, and files for spreadsheets that run nothing and lose no zero.

use std::io::{Cursor, Read};
use std::time::Duration;

use serde_json::json;

use super::Browser;
use super::pdf;
use super::statistics::{busy, rename_first_caller};
use super::windows::Files;
use crate::harness::{Caller, Invite, Service, wait_until};
use crate::office::{self, CUSTOMER, LINE};

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);
/// A customer whose name a spreadsheet would run.
const FORMULA: &str = "=HYPERLINK(\"http://example.com/\")";
/// His number.
const FORMULA_NUMBER: &str = "0398765432";

/// An office that two customers called, one of them a hostile one.
fn called() -> Service {
    let service = office::open();
    service.post("CustomerAddress", &json!({"氏名": FORMULA, "電話番号1": FORMULA_NUMBER}));
    for number in [CUSTOMER, FORMULA_NUMBER, "0312345678"] {
        let caller = Caller::new(service.sip());
        let invite = Invite::new(number, LINE);
        caller.ring(&invite);
        caller.hang_up(&invite, None);
        let call = office::call_in_state(&service, &invite.call_id, "不在");
        let id = call["ID"].as_str().unwrap();
        service.put("ReceivedCall-Record", id, &json!({"メモ": format!("{number}の用件")}));
    }
    service
}

#[test]
fn the_history_and_its_files_leave_the_page_whole() {
    let service = called();
    let browser = Browser::open(&service);
    let files = browser.save_files();
    browser.goto(&format!("/#/history?period=all&相手TEL={CUSTOMER},{FORMULA_NUMBER}"));
    browser.wait_text(".calls .caller", FORMULA);
    assert_eq!(browser.count(".calls tbody tr"), 2);
    printed_history(&browser);
    browser.click_text(".pagehead a", "CSV");
    let rows = guarded_csv(&files, 3);
    assert!(!rows.contains("0312345678"), "only what the list shows: {rows}");
    browser.click_text(".pagehead a", "Excel");
    let sheet = guarded_excel(&files, 3);
    assert!(!sheet.contains("0312345678"), "{sheet}");
    browser.goto("/admin/#/CustomerAddress?q=0398765432");
    browser.wait_text(".pager", "1 件");
    browser.click("a[aria-label='この一覧を CSV でダウンロード']");
    guarded_csv(&files, 2);
    browser.click("a[aria-label='この一覧を Excel でダウンロード']");
    guarded_excel(&files, 2);
    browser.goto("/#/customers");
    browser.wait_text(".plist a", FORMULA);
    browser.click(".pagehead [data-format=csv]");
    guarded_csv(&files, 3);
    browser.assert_quiet("files");
}

/// On paper: the rows, what was asked, nothing to press.
fn printed_history(browser: &Browser) {
    browser.on_paper(true);
    browser.wait(".paper");
    for gone in [".nav a", "header.top", ".filters", ".rest", ".pager", ".btn", "input", ".banner"]
    {
        assert!(!browser.shows(gone), "{gone} on paper");
    }
    browser.on_paper(false);
    let text = pdf::text(&browser.pdf());
    for wanted in
        ["着信履歴", "全期間", "和歌山花子", "090-0000-0001", "09000000001の用件", FORMULA]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    for gone in ["絞り込み", "着信デスク", "REST"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
}

/// The file begins as Excel wants it; formulas are texts, and numbers keep their zero.
#[track_caller]
fn guarded_csv(files: &Files, lines: usize) -> String {
    let (name, bytes) = files.take();
    assert!(name.ends_with(".csv"), "{name}");
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with('\u{feff}'), "no byte order mark: {text:?}");
    assert_eq!(text.matches("\r\n").count(), lines, "{text}");
    assert!(text.contains(FORMULA_NUMBER), "{text}");
    assert!(text.contains("\"'=HYPERLINK(\"\"http"), "{text}");
    text
}

/// No cell is a formula, and the number is a text.
#[track_caller]
fn guarded_excel(files: &Files, rows: usize) -> String {
    let (name, bytes) = files.take();
    assert!(name.ends_with(".xlsx"), "{name}");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    let mut part = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
    part.read_to_string(&mut sheet).unwrap();
    assert_eq!(sheet.matches("<row ").count(), rows, "{sheet}");
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "a formula: {sheet}");
    assert!(sheet.contains(&format!("<t>{FORMULA_NUMBER}</t>")), "{sheet}");
    assert!(sheet.contains("=HYPERLINK("), "{sheet}");
    sheet
}

#[test]
fn statistics_leave_the_page_as_paper_and_tables() {
    let service = busy();
    rename_first_caller(&service, FORMULA);
    let browser = Browser::open(&service);
    let files = browser.save_files();
    // Paper is white however dark the screen is, and no style of another screen gets onto it.
    browser.goto("/#/history");
    browser.run("localStorage.setItem('theme', 'dark')", &[]);
    browser.reload();
    browser.wait(".paperbtn");
    browser.goto("/#/statistics?days=30");
    let charts = "cti-stack-chart svg, cti-heatmap svg, cti-rank li:first-child, .kpi .v";
    wait_until("every figure and chart", LIMIT, || browser.count(charts) == 10);
    browser.settle();
    printed_statistics(&browser);
    browser.click(".grid2 .col:nth-child(2) .panel:first-child header .btn");
    let (name, bytes) = files.take();
    assert!(name.starts_with("着信の多い相手_") && name.ends_with(".csv"), "{name}");
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("\u{feff}相手,会社名,電話番号,件数\r\n"), "{text}");
    let first = text.lines().nth(1).unwrap();
    assert!(first.starts_with("\"'=HYPERLINK(\"\"http"), "a formula: {first}");
    assert!(first.contains(",090-0000-0001,"), "{first}");
    charts_lead_on(&browser);
    browser.assert_quiet("files of the statistics");
}

/// A column leads to its day; a cell to the days behind it, and each of them to its calls.
fn charts_lead_on(browser: &Browser) {
    browser.click("cti-stack-chart .hit rect:not(.area)");
    browser.wait_place("#/history?from=");
    browser.wait(".calls tbody tr");
    browser.run("history.back()", &[]);
    browser.click("cti-heatmap .hit");
    browser.wait_text("dialog h2", "時");
    assert_eq!(browser.axe(), Vec::<String>::new(), "the days of an hour");
    browser.click(".days a");
    browser.wait_place("#/history?from=");
    browser.wait(".calls tbody tr");
}

/// On paper: every figure and the whole of every chart, in ink.
fn printed_statistics(browser: &Browser) {
    let figure: String = browser.text(".kpi .v").split_whitespace().collect();
    let period = browser.text(".pagehead p");
    let numbers: Vec<&str> =
        period.rsplit('/').take(2).map(|part| part.trim_start_matches('0')).collect();
    let last_day = format!("{}/{}", numbers[1], numbers[0]);
    browser.on_paper(true);
    for gone in [".nav a", "header.top", ".seg", ".btn", "summary", ".banner"] {
        assert!(!browser.shows(gone), "{gone} on paper");
    }
    let pale =
        "return [...document.querySelectorAll('h1, .kpi .v, .panel h2, .rank .nm')].filter(place =>
        getComputedStyle(place).color.match(/[0-9]+/g).every(part => part > 0x80))
        .map(place => place.textContent)";
    assert_eq!(browser.run(pale, &[]), json!([]), "white on white");
    browser.on_paper(false);
    let text = pdf::text(&browser.pdf());
    for wanted in ["統計", "応答と不在", "着信の多い相手", "回線別", "対応者別", &figure, &last_day]
    {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}
