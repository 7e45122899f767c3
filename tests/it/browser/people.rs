//! Who may come in: users and tokens made on the pages, and what happens on the screen of somebody
//! who may not any more.

use super::Browser;
use super::arrival::live;
use crate::harness::{BASE, Service, http};

const ADDED: &str = ".drawer footer button[type=submit]";

/// Fills in the form of a user, with a password that the page makes up; answers the password.
fn add_user(browser: &Browser, login: &str, role: &str) -> String {
    browser.goto("/admin/#/UserManagement/new");
    browser.write("[data-field='ユーザーID'] input", login);
    browser.write("[data-field='ユーザー名'] input", &format!("{login}さん"));
    browser.choose("[data-field='権限'] select", role);
    browser.click_text("[data-field='パスワード'] button", "パスワードを作る");
    let password = browser.text("[data-field='パスワード'] code");
    browser.wait_text("[data-field='パスワード']", "強い");
    browser.click(ADDED);
    password
}

#[test]
fn users_and_tokens_are_made_and_taken_away() {
    let service = Service::start();
    let browser = Browser::open(&service);
    let password = add_user(&browser, "boss", "管理者");
    // From the first user on everybody signs in.
    browser.wait_place("/login?next=%2Fadmin%2F");
    browser.sign_in("boss", &password);
    browser.wait_text("header", "bossさん");
    let password = add_user(&browser, "uketsuke", "一般");
    browser.wait_place("#/UserManagement/2");
    token(&service, &browser);
    sent_away(&browser, &service, &password);
}

/// A token is shown once, and works.
fn token(service: &Service, browser: &Browser) {
    browser.goto("/admin/#/API-Token/new");
    browser.write("[data-field='名称'] input", "基幹システム");
    browser.click(ADDED);
    let token = browser.text("dialog pre");
    browser.wait_text("dialog", "今だけ表示します");
    assert_eq!(browser.axe(), Vec::<String>::new(), "a new token");
    let bearer = format!("Bearer {token}");
    let asked = |path: &str| {
        let path = format!("{BASE}/{path}");
        let headers = [("Authorization", bearer.as_str())];
        http::request(service.http(), "GET", &path, &headers, b"").unwrap()
    };
    assert_eq!(asked("ContainmentLine").status, 200);
    browser.click("dialog .headline button");
    browser.wait_gone("dialog");
    browser.click("tbody tr[data-key='1'] .idlink");
    browser.wait(".drawer");
    let page = browser.run("return document.documentElement.outerHTML", &[]);
    assert!(!page.as_str().unwrap().contains(&token), "it is seen once");
    let stored = "return JSON.stringify({ ...localStorage, ...sessionStorage })";
    assert!(!browser.run(stored, &[]).as_str().unwrap().contains(&token));
}

/// Somebody is switched off while his desk is open: he is told, and led back when he may come again.
fn sent_away(browser: &Browser, service: &Service, password: &str) {
    let other = browser.beside(service);
    other.goto("/#/history?period=all");
    other.wait("#login");
    other.sign_in("uketsuke", password);
    other.wait_text("header", "uketsukeさん");
    for place in ["UserManagement", "API-Token/1", "Audit-Log", "start"] {
        other.goto(&format!("/admin/#/{place}"));
        other.wait_text("main", "権限がありません");
        assert!(!other.shows("main table"), "{place}: a table of what he may not see");
    }
    assert_eq!(other.axe(), Vec::<String>::new(), "a screen that is not his");
    live(&other, "/#/history?period=all");
    assert!(!other.shows("a[href='/admin/']:has(svg)"));
    switch(browser, false);
    // He touches nothing: the feed tells.
    other.wait_text("[data-banner=signed-out]", "ログイン");
    assert!(!other.shows("[data-banner=feed]"), "the connection is not what is wrong");
    other.faults();
    assert_eq!(other.axe(), Vec::<String>::new(), "the end of a session");
    switch(browser, true);
    other.click("[data-banner=signed-out] a");
    other.wait_place("/login?ended&next=");
    other.sign_in("uketsuke", password);
    other.wait_place("/#/history?period=all");
    other.wait_text("#feed", "ライブ");
}

/// The operator may come in, or not.
fn switch(browser: &Browser, on: bool) {
    let word = if on { "True" } else { "False" };
    browser.goto("/admin/#/UserManagement/2");
    browser.wait_text(".drawer h2", "uketsuke");
    browser.click("[data-field='使用する'] label");
    browser.click(ADDED);
    browser.wait(".drawer footer .state.ok");
    let rest = "return fetch('/CTI_SmartConnectService/RestService/UserManagement/2')
        .then(answer => answer.json()).then(rows => rows[0]['使用する'])";
    assert_eq!(browser.run(rest, &[]), word);
}
