//! Writing texts with placeholders, and who may do what in the administration.

use serde_json::{Value, json};

use super::Browser;
use crate::harness::{Service, http};
use crate::office;

const BODY: &str = "[data-field=本文]";
const PASSWORD: &str = "correct-horse";

#[test]
fn a_text_shows_what_it_becomes_and_names_what_is_unknown() {
    let service = office::open();
    let (caller, invite) = office::ring(&service);
    caller.hang_up(&invite, None);
    let browser = Browser::open(&service);
    browser.goto("/admin/#/MessDef-Mail/1");
    browser.wait_text(&format!("{BODY} .preview"), "本店に和歌山 花子");
    let body = format!("{BODY} textarea");
    browser.write(&body, "{{相手TEL表}} から");
    browser.wait_text(&format!("{BODY} .err"), "相手TEL表示");
    browser.write(&body, "新しい文面 ");
    browser.click_text(&format!("{BODY} .chips .chip"), "顧客名");
    browser.wait_text(&format!("{BODY} .preview"), "新しい文面 和歌山 花子");
    assert_eq!(browser.value(&body), "新しい文面 {{顧客名}}");
    browser.wait_text(BODY, "/ 8,000");
    browser.faults();
    browser.click(".drawer footer button[type=submit]");
    browser.wait(".drawer footer .state.ok");
    assert_eq!(service.row("MessDef-Mail", "1")["本文"], "新しい文面 {{顧客名}}");
    browser.assert_quiet("text");
}

#[test]
fn roles_hide_what_the_service_refuses() {
    let service = Service::start();
    office::add_line(&service);
    let user = |name: &str, role: &str| json!({"ユーザーID": name, "ユーザー名": name, "パスワード": PASSWORD, "権限": role});
    service.post("UserManagement", &user("boss", "管理者"));
    let cookie = log_in(&service, "boss");
    for (name, role) in [("desk", "一般"), ("guest", "参照のみ")] {
        let body = user(name, role).to_string();
        service.send("POST", "UserManagement", &[("Cookie", &cookie)], &body).ok();
    }
    let browser = Browser::open(&service);
    sign_in(&browser, "boss");
    assert_eq!(may(&browser), json!({"line": true, "rule": true, "users": true}));
    sign_in(&browser, "desk");
    assert_eq!(may(&browser), json!({"line": false, "rule": true, "users": false}));
    sign_in(&browser, "guest");
    assert_eq!(may(&browser), json!({"line": false, "rule": false, "users": false}));
    for name in ["desk", "guest"] {
        let cookie = log_in(&service, name);
        let answer =
            service.send("PUT", "ContainmentLine/1", &[("Cookie", &cookie)], r#"{"備考":"x"}"#);
        assert_eq!(answer.status, 403, "{name}");
    }
}

fn log_in(service: &Service, user: &str) -> String {
    let path = "/CTI_SmartConnectService/Login";
    let body = json!({"ユーザーID": user, "パスワード": PASSWORD}).to_string();
    let answer = http::request(service.http(), "POST", path, &[], body.as_bytes()).unwrap().ok();
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn sign_in(browser: &Browser, user: &str) {
    browser.goto("/login");
    browser.wait("input[type=password]");
    let script = "const [body, done] = arguments;
        fetch('/CTI_SmartConnectService/Login', { method: 'POST', body })
          .then(answer => done(answer.status), String)";
    let body = json!({"ユーザーID": user, "パスワード": PASSWORD}).to_string();
    assert_eq!(browser.run_async(script, &[body.into()]), 200, "{user}");
}

/// What the pages offer: to save a line, to add a rule, to see the users.
fn may(browser: &Browser) -> Value {
    browser.goto("/admin/#/ContainmentLine/1");
    browser.wait(".drawer");
    let line = browser.shows(".drawer footer button[type=submit]");
    let users = browser.shows(".nav a[data-screen=UserManagement]");
    browser.goto("/admin/#/Caller-Rule");
    browser.wait(".screen.Caller-Rule .empty");
    let rule = browser.shows(".pagehead .btn.pri");
    json!({ "line": line, "rule": rule, "users": users })
}
