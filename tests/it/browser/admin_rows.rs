//! What an administrator does with rows: adds, is told what is wrong, changes, deletes, takes back.

use std::time::Duration;

use serde_json::json;

use super::Browser;
use crate::harness::{Service, wait_for};

/// How long a test waits; a delete is sent 8 seconds after it was asked for.
const LIMIT: Duration = Duration::from_secs(60);
const SAVE: &str = ".drawer footer button[type=submit]";

fn field(name: &str) -> String {
    format!("[data-field=\"{name}\"] :is(input, textarea)")
}

/// Saves what stands in the form and waits for its end.
fn save(browser: &Browser) {
    browser.click(SAVE);
    browser.wait(".drawer footer .state.ok");
}

#[test]
fn a_line_is_added_with_faults_told_at_their_fields_changed_beside_others_and_deleted_with_undo() {
    let service = Service::start();
    let browser = Browser::open(&service);
    browser.goto("/admin/#/ContainmentLine");
    browser.wait(".empty p");
    browser.click(".empty button");
    told_what_is_wrong(&browser);
    browser.write(&field("着信TEL"), "０７３ー１２３ー５６７８");
    save(&browser);
    browser.wait_place("#/ContainmentLine/1");
    assert_eq!(service.row("ContainmentLine", "1")["着信TEL"], "0731235678");
    browser.wait_text("tbody td", "073-123-5678");
    browser.faults();
    changed_by_two(&service, &browser);
    deleted_and_taken_back(&service, &browser);
}

/// By the page while it is written, by the server when it is sent.
fn told_what_is_wrong(browser: &Browser) {
    browser.write(&field("着信TEL"), "07");
    browser.click(SAVE);
    browser.wait_text("[data-field=着信TEL] .err", "3 桁");
    assert!(browser.focus().starts_with("input"), "the focus goes to the fault");
    browser.write(&field("着信TEL"), "");
    browser.write(&field("回線名"), "本店");
    browser.click(SAVE);
    browser.wait_text(".drawer .faults, .drawer .err", "着信TEL か 代理内線番号");
}

/// Somebody else saves first: both changes are kept.
fn changed_by_two(service: &Service, browser: &Browser) {
    service.put("ContainmentLine", "1", &json!({"備考": "別の人"}));
    browser.write(&field("回線名"), "本店2");
    browser.click(SAVE);
    browser.wait_text(".drawer .faults", "先に保存しました");
    save(browser);
    let row = service.row("ContainmentLine", "1");
    assert_eq!((&row["回線名"], &row["備考"]), (&json!("本店2"), &json!("別の人")));
    browser.faults();
}

fn deleted_and_taken_back(service: &Service, browser: &Browser) {
    let delete = || {
        browser.click("[data-order=delete]");
        browser.click("dialog .btn.danger");
        browser.wait(".empty");
    };
    browser.patient(true);
    delete();
    browser.click_text(".toast button", "元に戻す");
    browser.patient(false);
    browser.wait("tbody tr[data-key='1']");
    service.row("ContainmentLine", "1");
    browser.click("tbody tr[data-key='1'] .idlink");
    browser.wait(".drawer");
    delete();
    let rows = || service.get("ContainmentLine").as_array().unwrap().is_empty().then_some(());
    wait_for("the delete", LIMIT, rows);
    browser.assert_quiet("undo");
}

#[test]
fn a_secret_stays_until_it_is_changed_and_a_form_with_changes_is_not_lost() {
    let service = Service::start();
    let account = json!({
        "アカウント名": "通知用", "メールアドレス": "cti@example.com", "SMTPサーバー": "smtp.example.com",
        "パスワード": "first-secret",
    });
    service.post("Mail-Account", &account);
    let browser = Browser::open(&service);
    browser.goto("/admin/#/Mail-Account/1");
    browser.wait_text("[data-field=パスワード] .masked", "********");
    browser.write(&field("送信者名"), "CTI通知");
    save(&browser);
    let row = service.row("Mail-Account", "1");
    assert_eq!((&row["送信者名"], &row["パスワード"]), (&json!("CTI通知"), &json!("********")));
    browser.click_text("[data-field=パスワード] button", "変更する");
    save_is_not_needed(&browser);
    browser.write(&field("パスワード"), "second-secret");
    browser.run("document.querySelector('.rest').open = true", &[]);
    browser.wait_text(".rest pre", "\"パスワード\": \"********\"");
    browser.click(".nav a[data-screen=ContainmentLine]");
    browser.wait_text("dialog", "変更を捨てますか");
    browser.click("dialog button[value='']");
    browser.wait_gone("dialog");
    browser.wait_place("#/Mail-Account/1");
    save(&browser);
    browser.click_text("[data-field=パスワード] button", "消す");
    save(&browser);
    assert_eq!(service.row("Mail-Account", "1")["パスワード"], "");
    browser.assert_quiet("secrets");
}

/// Who wants to change a secret and types nothing has changed nothing.
fn save_is_not_needed(browser: &Browser) {
    assert!(!browser.shows(".drawer footer .state:not(.ok):not(:empty)"));
}

#[test]
fn chosen_rules_are_switched_off_and_on_again() {
    let service = Service::start();
    for number in ["0120*", "0570*", "0900000000*"] {
        service.post("Caller-Rule", &json!({"番号": number, "名称": "勧誘"}));
    }
    let browser = Browser::open(&service);
    browser.goto("/admin/#/Caller-Rule");
    browser.click("thead input[type=checkbox]");
    browser.wait_text(".bulk", "3 件");
    browser.patient(true);
    browser.click_text(".bulk button", "使用しない");
    let enabled = |word: &'static str| {
        let service = &service;
        move || {
            let rows = service.get("Caller-Rule");
            let mut rows = rows.as_array().unwrap().iter();
            rows.all(|row| row["使用する"] == word).then_some(())
        }
    };
    wait_for("all off", LIMIT, enabled("False"));
    browser.click_text(".toast.ok button", "元に戻す");
    wait_for("all on", LIMIT, enabled("True"));
    browser.goto("/admin/#/Caller-Rule?番号=0570*");
    browser.wait_text(".pager", "1 件中");
    assert_eq!(browser.count("tbody tr"), 1);
    browser.goto("/admin/#/find?q=0570");
    browser.click(".hits a[href*='Caller-Rule/']");
    browser.wait_text(".drawer h2", "勧誘");
    browser.assert_quiet("rules");
}
