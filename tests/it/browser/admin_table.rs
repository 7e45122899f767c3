//! The one table of the administration: sorted, narrowed, its columns, its keys, and what a resource
//! lacks is not offered.

use std::time::Duration;

use serde_json::json;
use thirtyfour::Key;

use super::Browser;
use crate::harness::{Service, wait_until};
use crate::office;

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);
/// More rules than a page has.
const RULES: usize = 53;
const PAGER: &str = "cti-resource-table .pager";

/// The texts of a column, top down.
fn column(browser: &Browser, name: &str) -> Vec<String> {
    let script = "const heads = [...document.querySelectorAll('thead th')];
        const at = heads.findIndex(head => head.textContent.trim() === arguments[0]);
        return [...document.querySelectorAll('tbody tr')].map(row => row.cells[at].textContent.trim())";
    serde_json::from_value(browser.run(script, &[name.into()])).unwrap()
}

/// Waits for the first text of a column.
fn wait_first(browser: &Browser, name: &str, text: &str) {
    let first = || column(browser, name).first().cloned().unwrap_or_default();
    wait_until(&format!("{text} on top of {name}"), LIMIT, || first() == text);
}

#[test]
fn a_list_is_sorted_narrowed_and_read_by_keys() {
    let service = office::open();
    for at in 1..=RULES {
        let action = if at % 10 == 0 { "VIP通知" } else { "通知しない" };
        // Names that are sorted by their number, not letter by letter.
        let row = json!({"番号": format!("0120{:04}", 9000 - at), "名称": format!("勧誘{at}"), "動作": action});
        service.post("Caller-Rule", &row);
    }
    let browser = Browser::open(&service);
    browser.goto("/admin/#/Caller-Rule");
    browser.wait_text(PAGER, &format!("{RULES} 件中 1–50"));
    sorted(&browser);
    narrowed(&browser);
    columns(&browser);
    by_keys(&browser);
    copied(&browser, &service);
    not_offered(&browser);
    browser.assert_quiet("a list");
}

fn sorted(browser: &Browser) {
    let head = "thead [data-control='sort 名称']";
    browser.click(head);
    wait_first(browser, "名称", "勧誘1");
    assert_eq!(column(browser, "名称")[1], "勧誘2", "numbers count as numbers");
    browser.click(head);
    wait_first(browser, "名称", &format!("勧誘{RULES}"));
    browser.wait_place("sort=");
    browser.wait("th[aria-sort=descending]");
    browser.reload();
    wait_first(browser, "名称", &format!("勧誘{RULES}"));
    browser.click(&format!("{PAGER} [data-control=next]"));
    browser.wait_text(PAGER, &format!("51–{RULES}"));
    wait_first(browser, "名称", "勧誘3");
}

fn narrowed(browser: &Browser) {
    browser.click_text(".bar button", "絞り込み");
    browser.choose(".filters label:has(+ select) + select", "VIP通知");
    browser.wait_text(PAGER, "5 件中");
    assert!(column(browser, "名称").iter().all(|name| name.ends_with('0')));
    browser.wait_place("VIP");
    browser.click(".bar .chips.active .chip");
    browser.wait_text(PAGER, &format!("{RULES} 件中"));
    browser.write(".bar input[type=search]", "０１２０－８９５０");
    browser.wait_text(PAGER, "1 件中");
    assert_eq!(column(browser, "名称"), ["勧誘50"]);
    browser.write(".bar input[type=search]", "無い語");
    browser.wait_text(".empty", "条件に合う行はありません");
    browser.click_text(".empty button", "条件を外す");
    browser.wait_text(PAGER, &format!("{RULES} 件中"));
}

/// Which columns are shown is remembered, and can be taken back.
fn columns(browser: &Browser) {
    let heads = || {
        let script = "return [...document.querySelectorAll('thead th')].map(head => head.textContent.trim())";
        serde_json::from_value::<Vec<String>>(browser.run(script, &[])).unwrap()
    };
    let usual = heads();
    assert!(usual.contains(&"動作".to_owned()), "{usual:?}");
    browser.click(".bar button[aria-label='表示する列']");
    browser.click_text(".menu label", "動作");
    wait_until("a column less", LIMIT, || heads().len() == usual.len() - 1);
    browser.reload();
    wait_until("the choice to be remembered", LIMIT, || heads().len() == usual.len() - 1);
    browser.click(".bar button[aria-label='表示する列']");
    browser.click_text(".menu button", "はじめの列に戻す");
    wait_until("the usual columns", LIMIT, || heads() == usual);
    browser.keys(Key::Escape + "");
    browser.wait_gone(".menu");
}

/// Down the list by arrows, into a row by Enter, out of it by Esc to the same row.
fn by_keys(browser: &Browser) {
    browser.run("document.querySelector('tbody .idlink').focus()", &[]);
    browser.keys(Key::Down + "");
    browser.keys(Key::Down + "");
    let key = browser.run("return document.activeElement.closest('tr').dataset.key", &[]);
    let keys = "return [...document.querySelectorAll('tbody tr')].map(row => row.dataset.key)";
    assert_eq!(browser.run(keys, &[])[2], key);
    browser.keys(Key::Enter + "");
    browser.wait(".drawer");
    browser.keys(Key::Escape + "");
    browser.wait_gone(".drawer");
    let back = "return document.activeElement.closest('tr')?.dataset.key ?? ''";
    wait_until("the focus on the row", LIMIT, || browser.run(back, &[]) == key);
}

/// A copy is a new form with the same values, and a row of its own.
fn copied(browser: &Browser, service: &Service) {
    browser.click("tbody tr[data-key='10'] .idlink");
    browser.wait_text(".drawer h2", "勧誘10");
    browser.click("[data-order=copy]");
    browser.wait_text(".drawer h2", "新規追加");
    assert_eq!(browser.value("[data-field='名称'] input"), "勧誘10");
    browser.write("[data-field='番号'] input", "0570*");
    browser.click(".drawer footer button[type=submit]");
    let key = (RULES + 1).to_string();
    browser.wait_place(&format!("#/Caller-Rule/{key}"));
    let row = service.row("Caller-Rule", &key);
    office::assert_values(&row, &[("番号", "0570*"), ("名称", "勧誘10"), ("動作", "VIP通知")]);
}

/// What the interface cannot do is not offered: to add clients and calls, to delete texts.
fn not_offered(browser: &Browser) {
    for list in ["ConnectedClient", "ReceivedCall-Record", "Notification-Delivery"] {
        browser.goto(&format!("/admin/#/{list}"));
        browser.wait("main h1");
        browser.wait_gone("[aria-busy=true]");
        assert!(!browser.shows(".pagehead .btn.pri, .bulk button"), "{list}");
    }
    for row in ["MessDef-Mail/1", "DataBackup/1"] {
        browser.goto(&format!("/admin/#/{row}"));
        browser.wait(".drawer footer");
        assert!(!browser.shows("[data-order=delete]"), "{row}");
    }
}
