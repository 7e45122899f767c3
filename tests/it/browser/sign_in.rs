//! Log-in, its end, and what roles do not see.

use serde_json::json;

use super::Browser;
use crate::harness::{Service, http};
use crate::office;

/// Adds the first administrator and somebody who only reads; answers the administrator's cookie.
fn people(service: &Service) -> String {
    let admin = json!({
        "ユーザーID": "admin", "ユーザー名": "管理者", "パスワード": "correct-horse", "権限": "管理者",
    });
    service.post("UserManagement", &admin);
    let reader = json!({
        "ユーザーID": "mihon", "ユーザー名": "見本", "パスワード": "battery-staple", "権限": "参照のみ",
    });
    let session = json!({"ユーザーID": "admin", "パスワード": "correct-horse"}).to_string();
    let path = "/CTI_SmartConnectService/Login";
    let answer = http::request(service.http(), "POST", path, &[], session.as_bytes()).unwrap();
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    service.send("POST", "UserManagement", &[("Cookie", &cookie)], &reader.to_string()).ok();
    cookie
}

#[test]
fn somebody_signs_in_and_is_told_politely_when_that_ends() {
    let service = Service::start();
    people(&service);
    let browser = Browser::open(&service);
    browser.goto("/#/history");
    browser.wait_place("/login?next=");
    browser.wait("#login");
    browser.faults();
    browser.sign_in("admin", "wrong-horse");
    browser.wait_text("[role=alert]", "パスワードが違う");
    browser.faults();
    // Full-width letters are what a Japanese keyboard sends when nobody switched it.
    browser.sign_in("ａｄｍｉｎ", "correct-horse");
    browser.wait_place("/#/history");
    browser.wait_text("header", "管理者");
    browser.cdp("Network.clearBrowserCookies", json!({}));
    browser.reload();
    browser.wait_place("/login?ended&next=");
    browser.wait_text("[role=status]", "有効期間が終わりました");
    browser.language("en");
    browser.reload();
    browser.wait_text("h1", "Sign in");
    browser.goto("/login?next=https://example.com/");
    browser.sign_in("admin", "correct-horse");
    browser.wait("nav a");
    assert!(browser.place().starts_with('/'), "{}", browser.place());
}

#[test]
fn roles_hide_what_they_may_not_do_and_the_server_refuses_it() {
    let service = Service::start();
    let customer = office::add_customer(&service);
    people(&service);
    let browser = Browser::open(&service);
    browser.goto("/login");
    browser.sign_in("mihon", "battery-staple");
    browser.wait_text("header", "見本");
    assert!(!browser.shows("a[href='/admin/']"), "no way to the administration");
    let refused = browser.run_async(
        "const done = arguments[arguments.length - 1];
         fetch('/CTI_SmartConnectService/RestService/ContainmentLine',
           { method: 'POST', body: '{}' }).then(answer => done(answer.status))",
        &[],
    );
    assert_eq!(refused, 403);
    browser.goto(&format!("/#/customers/{customer}"));
    browser.wait_text("article h2", "和歌山 花子");
    assert!(!browser.shows("[data-act], .pagehead .pri"), "no way to change a customer");
    browser.goto("/#/customers?new=0731112222");
    browser.wait_text(".beside", "一覧から");
    assert!(!browser.shows("form.cform"), "no way to add one");
}

#[test]
fn who_only_reads_writes_no_memo_and_is_told_what_is() {
    let service = office::open();
    let (caller, invite) = office::ring(&service);
    caller.hang_up(&invite, None);
    office::call(&service, &invite.call_id);
    service.send("POST", "DataBackup/1/Run", &[], "").ok();
    let cookie = people(&service);
    let browser = Browser::open(&service);
    browser.goto("/login");
    browser.sign_in("mihon", "battery-staple");
    browser.wait_text("header", "見本");
    browser.goto("/#/desk?call=1");
    browser.wait_text(".memo", "参照のみ");
    // The chips are made anew when the record changes.
    let tag = json!({"タグ": "注文"}).to_string();
    service.send("PUT", "ReceivedCall-Record/1", &[("Cookie", &cookie)], &tag).ok();
    browser.wait(".memo .chip[data-word='注文'][aria-pressed=true]");
    assert_eq!(browser.count(".memo form :is(button, input, textarea):not(:disabled)"), 0);
    assert!(!browser.text(".memo header").contains("下書き"), "nothing is kept");
    browser.goto("/admin/");
    browser.wait_text("main .card", "バックアップ");
    assert!(!browser.text("main").contains("まだありません"), "there is a backup");
}
