//! The delivery log and the audit log.

use serde_json::json;

use super::Browser;
use crate::deliveries::add_chat;
use crate::harness::{Outcome, Receiver, Service};
use crate::office;
use crate::set_up::basic;

/// Long enough for a user.
const PASSWORD: &str = "battery-staple";

#[test]
fn a_failed_delivery_shows_why_and_goes_out_again() {
    let service = office::open();
    let gone = Outcome::Status(404, String::new(), "no such hook".to_owned());
    let receiver = Receiver::start([gone]);
    add_chat(&service, "Webhook", &receiver.url("/hook"), &json!({"名称": "営業ルーム"}));
    let (caller, invite) = office::ring(&service);
    caller.hang_up(&invite, None);
    let browser = Browser::open(&service);
    browser.goto("/admin/#/Notification-Delivery");
    browser.wait_text(".logtable tr", "失敗");
    browser.click(".logtable tr:has(.pill.bad) .idlink");
    browser.wait_text(".drawer .trail", "no such hook");
    browser.wait_text(".drawer", "404");
    browser.click_text(".drawer button", "再送");
    receiver.wait_for(2);
    browser.wait_text(".drawer .trail", "2 回目");
    browser.wait_text(".logtable tr", "成功");
    the_way_back(&browser);
    browser.choose(".logbar [name=period]", "range");
    browser.write(".logbar cti-date[label=開始日] input", "2020/1/1");
    browser.write(".logbar cti-date[label=終了日] input", "2020/1/2");
    browser.keys(thirtyfour::Key::Enter);
    browser.wait_text(".log", "この条件に合うものはありません");
    browser.choose(".logbar [name=period]", "7d");
    browser.wait_text(".logtable tr", "成功");
    browser.choose(".logbar [name=状態]", "失敗");
    browser.wait_text(".log", "この条件に合うものはありません");
    assert!(browser.place().contains('?'), "filters stand in the address: {}", browser.place());
}

/// Out of the open row and into it again.
fn the_way_back(browser: &Browser) {
    browser.wait_place("Notification-Delivery/");
    browser.run("history.back()", &[]);
    browser.wait_gone(".drawer");
    assert!(browser.place().ends_with("#/Notification-Delivery"), "{}", browser.place());
    browser.run("history.forward()", &[]);
    browser.wait_text(".drawer .trail", "2 回目");
    browser.keys(thirtyfour::Key::Escape);
    browser.wait_gone(".drawer");
}

#[test]
fn a_change_is_in_the_audit_log_field_by_field_for_administrators_only() {
    let service = office::open();
    service.put("ContainmentLine", "1", &json!({"回線名": "新本店"}));
    let browser = Browser::open(&service);
    browser.goto("/admin/#/Audit-Log?資源=ContainmentLine&操作=更新");
    browser.wait_text(".logtable", "本店 → 新本店");
    browser.click(".logtable .idlink");
    browser.wait_text(".diff del", "本店");
    browser.wait_text(".diff ins", "新本店");
    become_operator(&service, &browser);
    browser.goto("/admin/");
    browser.wait_text("h1", "概要");
    for forbidden in ["Audit-Log", "UserManagement", "start", "origins"] {
        assert!(!browser.shows(&format!(".nav a[data-screen={forbidden}]")), "{forbidden}");
    }
    browser.wait(".nav a[data-screen=import]");
    browser.check("overview of an operator");
}

/// Registers an administrator and an operator, and signs in as the operator.
fn become_operator(service: &Service, browser: &Browser) {
    let user = |login: &str, role: &str| json!({"ユーザーID": login, "ユーザー名": login, "パスワード": PASSWORD, "権限": role});
    service.post("UserManagement", &user("admin", "管理者"));
    let pass = basic("admin", PASSWORD);
    let operator = user("uketsuke", "一般").to_string();
    service.send("POST", "UserManagement", &[("Authorization", &pass)], &operator).ok();
    browser.goto("/login");
    browser.write("input[autocomplete=username]", "uketsuke");
    browser.write("input[type=password]", PASSWORD);
    browser.click("button[type=submit]");
    browser.wait(".app");
    browser.faults();
}
