//! Customers: found while somebody types, changed, deleted and taken back, merged, adopted.

use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Caller, Invite, SOON, Service, wait_until};
use crate::office::{self, LINE};

const CUSTOMERS: &str = "CustomerAddress";
/// A name that would do harm if it were taken as markup.
const HOSTILE: &str = "<img src=x onerror=\"document.title='harm'\">";
/// A number that nobody has.
const STRANGER: &str = "0731112222";

/// 和歌山 花子, who calls from two numbers, and a few others.
fn customers(service: &Service) -> [String; 3] {
    [
        json!({"氏名": "和歌山 花子", "フリガナ": "ワカヤマ ハナコ", "電話番号1": "09000000001",
               "顧客ランク": "VIP", "注意メッセージ": "入金待ち", "備考": HOSTILE}),
        json!({"氏名": HOSTILE, "会社名": "紀州商店", "電話番号1": "0734001234"}),
        json!({"氏名": "和歌山 ハナコ", "電話番号1": "09000000001", "電話番号2": "0735550123",
               "メールアドレス1": "hanako@example.com"}),
    ]
    .map(|row| service.post(CUSTOMERS, &row))
}

fn row(service: &Service, key: &str) -> Option<Value> {
    service.get(&format!("{CUSTOMERS}/{key}")).get(0).cloned()
}

/// The field of a form.
fn field(name: &str) -> String {
    format!("[data-field='{name}'] :is(input, textarea, select)")
}

#[test]
fn customers_are_found_looked_at_and_changed() {
    let service = Service::start();
    let [hanako, hostile, _] = customers(&service);
    let browser = Browser::open(&service);
    browser.goto("/#/customers");
    browser.wait_text(".plist a", "紀州商店");
    for typed in ["わかやま", "ﾜｶﾔﾏ", "ワカヤマ 花子", "０９０－００００", "0000001"]
    {
        browser.write(".finder input[type=search]", typed);
        browser.wait_gone(&format!(".plist [data-key='{hostile}']"));
        browser.wait_text(".plist a", "和歌山 花子");
        browser.write(".finder input[type=search]", "紀");
        browser.wait_gone(&format!(".plist [data-key='{hanako}']"));
    }
    browser.wait_place("q=%E7%B4%80");
    browser.click_text(".plist a", HOSTILE);
    browser.wait_text("article h2", HOSTILE);
    assert_eq!(browser.run("return document.title", &[]), "顧客 — smartconnect");
    browser.goto(&format!("/#/customers/{hanako}"));
    browser.wait_text(".alert", "入金待ち");
    browser.wait_text(".same", "和歌山 ハナコ");
    browser.click(".phone button");
    browser.wait_text("dialog", "番号が登録されています");
    browser.click("dialog .headline button");
    change(&service, &browser, &hanako);
}

/// A fault stands at its field and has the focus; what somebody else saved meanwhile is not lost.
fn change(service: &Service, browser: &Browser, key: &str) {
    browser.click("[data-act=edit]");
    browser.wait("form.cform");
    browser.write(&field("フリガナ"), "漢字");
    browser.write(&field("郵便番号"), "６４０");
    browser.click(".cform [type=submit]");
    browser.wait_text("[data-field='郵便番号'] .err", "7 桁");
    let focus = "return document.activeElement.name";
    assert_eq!(browser.run(focus, &[]), "郵便番号", "the first fault has the focus");
    browser.write(&field("郵便番号"), "６４０８００１");
    browser.click(".cform [type=submit]");
    browser.wait_text("[data-field='フリガナ'] .err", "カタカナ");
    assert_eq!(browser.run(focus, &[]), "フリガナ", "what the service refuses, too");
    assert_eq!(browser.value(&field("郵便番号")), "6408001", "full-width is made half-width");
    browser.faults();
    service.put(CUSTOMERS, key, &json!({"フリガナ": "ワカヤマ", "担当者": "鈴木"}));
    browser.write(&field("フリガナ"), "わかやま はな");
    browser.click(".cform [type=submit]");
    browser.wait_text(".cform .faults", "ほかの人が先に保存しました");
    browser.wait_text("[data-field='フリガナ'] .other", "ワカヤマ");
    assert_eq!(browser.value(&field("担当者")), "鈴木");
    browser.faults();
    browser.click(".cform [type=submit]");
    browser.wait_text("article .kana", "ワカヤマ ハナ");
    let saved = row(service, key).unwrap();
    office::assert_values(
        &saved,
        &[("フリガナ", "ワカヤマ ハナ"), ("郵便番号", "640-8001"), ("担当者", "鈴木")],
    );
}

#[test]
fn customers_are_deleted_merged_and_adopted() {
    let service = Service::start();
    office::add_line(&service);
    office::add_gateway(&service, &json!({}));
    let [hanako, _, other] = customers(&service);
    let browser = Browser::open(&service);
    browser.goto(&format!("/#/customers/{other}"));
    browser.wait("[data-act=remove]");
    browser.patient(true);
    browser.click("[data-act=remove]");
    browser.wait_gone(&format!(".plist [data-key='{other}']"));
    browser.click_text(".toast button", "元に戻す");
    browser.wait_text("article h2", "和歌山 ハナコ");
    assert!(row(&service, &other).is_some(), "taken back before it was sent");
    browser.click(".same button");
    browser.wait_text("dialog td", "0735-55-0123");
    browser.click_text("dialog .acts button", "統合する");
    browser.wait_gone("dialog");
    browser.wait_place(&format!("customers/{hanako}"));
    let united = row(&service, &hanako).unwrap();
    office::assert_values(&united, &[("電話番号2", "0735550123"), ("氏名", "和歌山 花子")]);
    assert!(row(&service, &other).is_none(), "{other} was merged");
    adopt(&service, &browser);
    browser.click("[data-act=remove]");
    browser.wait_text(".toast", "削除しました");
    // Who leaves the page does not wait for the undo.
    browser.goto("/login");
    let gone = || service.get(&format!("{CUSTOMERS}?q={STRANGER}")).as_array().unwrap().is_empty();
    wait_until("the customer to be gone", SOON, gone);
    browser.assert_quiet("customers");
}

/// A stranger called: he becomes a customer, and so do his calls.
fn adopt(service: &Service, browser: &Browser) {
    let caller = Caller::new(service.sip());
    let invite = Invite::new(STRANGER, LINE);
    caller.ring(&invite);
    caller.hang_up(&invite, None);
    let call = office::call_in_state(service, &invite.call_id, "不在");
    assert_eq!(call["顧客ID"], "0");
    let id = call["ID"].as_str().unwrap();
    browser.goto(&format!("/#/customers?new=073-111-2222&call={id}"));
    browser.wait_text(".adopt .tel", "073-111-2222");
    assert_eq!(browser.value(&field("電話番号1")), "073-111-2222");
    browser.write(&field("氏名"), "たなべ はな");
    browser.click(&field("フリガナ"));
    // He is added and the answer is lost: whoever presses again adds no second one.
    browser.lose_answer("/CustomerAddress");
    browser.click(".cform [type=submit]");
    browser.wait_text(".cform", "接続できません");
    browser.click(".cform [type=submit]");
    browser.wait_text("article .kana", "タナベ ハナ");
    let added = service.get(&format!("{CUSTOMERS}?q={STRANGER}"));
    assert_eq!(added.as_array().unwrap().len(), 1, "{added}");
    let call = office::call(service, &invite.call_id);
    office::assert_values(&call, &[("顧客名", "たなべ はな")]);
    browser.wait_text(".calls", "不在");
}
