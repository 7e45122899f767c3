//! Log-in, sessions and tickets, over the wire.

use serde_json::json;
use smartconnect::clock::Clock;
use smartconnect::config::OpenLan;

use super::Api;
use super::api::refusal;
use super::rights::{token, with_administrator};
use crate::harness::http::Answer;

pub const LOG_IN: &str = "/CTI_SmartConnectService/Login";
const LOG_OUT: &str = "/CTI_SmartConnectService/Logout";
const TICKET: &str = "/CTI_SmartConnectService/Ticket";
const SESSION: &str = "/CTI_SmartConnectService/Session";
const EVENTS: &str = "/CTI_SmartConnectService/Events";
const HOUR: i64 = 3_600_000;
const EVIL: &str = "https://evil.example.com";

/// 2025-04-01 09:15:02 in Japan.
fn clock() -> Clock {
    Clock::manual(1_743_466_502_000)
}

fn try_log_in(api: &Api, login: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
    let body = json!({"ユーザーID": login, "パスワード": password}).to_string();
    api.raw("POST", LOG_IN, headers, body.as_bytes())
}

/// Signs in; answers the Cookie header.
#[track_caller]
pub fn log_in(api: &Api, login: &str, password: &str) -> String {
    let answer = try_log_in(api, login, password, &[]).ok();
    let cookie = answer.header("set-cookie").expect("a log-in sets a cookie");
    cookie.split(';').next().unwrap().to_owned()
}

fn status(api: &Api, cookie: &str) -> u16 {
    api.send("GET", "ContainmentLine", &[("Cookie", cookie)], "").status
}

/// A further user with the key 2; `pass` belongs to the administrator.
fn with_user(api: &Api, pass: &str, lines: &str) {
    let user = json!({
        "ユーザーID": "uketsuke", "ユーザー名": "受付", "パスワード": "battery-staple",
        "権限": "一般", "対象回線No": lines
    });
    api.send("POST", "UserManagement", &[("Authorization", pass)], &user.to_string()).ok();
}

fn change_user(api: &Api, pass: &str, change: serde_json::Value) {
    api.send("PUT", "UserManagement/2", &[("Authorization", pass)], &change.to_string()).ok();
}

#[test]
fn a_log_in_gives_a_cookie_that_scripts_cannot_read() {
    let api = Api::start();
    let pass = with_administrator(&api);
    with_user(&api, &pass, "1,3");
    let answer = try_log_in(&api, "uketsuke", "battery-staple", &[]).ok();
    assert_eq!(answer.json(), json!({"result": "True", "msg": "正常終了"}));
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["; Path=/", "; Max-Age=43200", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(status(&api, cookie), 200);
    let me = api.raw("GET", SESSION, &[("Cookie", cookie)], b"").json();
    let asker = ["ユーザーID", "ユーザー名", "権限", "対象回線No"].map(|name| me[name].clone());
    assert_eq!(asker, ["uketsuke", "受付", "一般", "1,3"]);
    refusal(api.send("GET", "UserManagement", &[("Cookie", cookie)], ""), 403);
    let proxied = [("X-Forwarded-Proto", "https")];
    let answer = try_log_in(&api, "uketsuke", "battery-staple", &proxied).ok();
    assert!(answer.header("set-cookie").unwrap().ends_with("; Secure"));
    let audit = api.send("GET", "Audit-Log", &[("Authorization", &pass)], "");
    let audit = audit.json();
    let last = audit.as_array().unwrap().last().unwrap();
    let told = [&last["操作"], &last["ユーザーID"], &last["資源"], &last["IPアドレス"]];
    assert_eq!(told, ["ログイン", "uketsuke", "UserManagement", "127.0.0.1"]);
    let id = cookie.split('=').nth(1).unwrap();
    let files = std::fs::read_dir(api.folder.path()).unwrap();
    let stored: Vec<u8> =
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default()).collect();
    let holds = |text: &str| stored.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(holds("uketsuke") && !holds(id), "only the hash of a session's id is stored");
}

#[test]
fn a_wrong_password_is_refused_alike_for_every_name_and_limited() {
    let api = Api::start();
    let text = refusal(try_log_in(&api, "admin", "correct-horse", &[]), 401);
    assert!(text.contains("最初の管理者"), "{text}");
    let pass = with_administrator(&api);
    let wrong = refusal(try_log_in(&api, "admin", "x", &[]), 401);
    assert_eq!(refusal(try_log_in(&api, "nobody", "x", &[]), 401), wrong);
    let text = refusal(api.raw("POST", LOG_IN, &[], b"{}"), 400);
    assert!(text.contains("ユーザーID") && text.contains("パスワード"), "{text}");
    let audit = api.send("GET", "Audit-Log", &[("Authorization", &pass)], "").json();
    let failed = audit.as_array().unwrap().iter().filter(|row| row["操作"] == "ログイン失敗");
    let names: Vec<&str> = failed.map(|row| row["ユーザーID"].as_str().unwrap()).collect();
    assert_eq!(names, ["admin", "nobody"]);
    for _ in 0..8 {
        refusal(try_log_in(&api, "admin", "x", &[]), 401);
    }
    let answer = try_log_in(&api, "third", "x", &[]);
    assert!(answer.header("retry-after").is_some());
    refusal(answer, 429);
}

#[test]
fn a_session_lasts_twelve_hours() {
    let clock = clock();
    let api = Api::start_at(clock.clone(), |_| ());
    with_administrator(&api);
    let cookie = log_in(&api, "admin", "correct-horse");
    clock.set(clock.now() + 12 * HOUR - 1);
    assert_eq!(status(&api, &cookie), 200);
    clock.set(clock.now() + 1);
    let answer = api.send("GET", "ContainmentLine", &[("Cookie", &cookie)], "");
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"), "the browser forgets it");
    let text = refusal(answer, 401);
    assert!(text.contains("もう一度ログイン"), "{text}");
}

#[test]
fn password_switch_delete_and_log_out_end_sessions() {
    let api = Api::start();
    let pass = with_administrator(&api);
    with_user(&api, &pass, "");
    let mut password = "battery-staple";
    for change in [json!({"パスワード": "another-staple"}), json!({"使用する": "False"})] {
        let cookies = [log_in(&api, "uketsuke", password), log_in(&api, "uketsuke", password)];
        change_user(&api, &pass, json!({"ユーザー名": "別名"}));
        assert_eq!(cookies.each_ref().map(|cookie| status(&api, cookie)), [200, 200]);
        change_user(&api, &pass, change);
        assert_eq!(cookies.each_ref().map(|cookie| status(&api, cookie)), [401, 401]);
        password = "another-staple";
        change_user(&api, &pass, json!({"使用する": "True"}));
        assert_eq!(status(&api, &cookies[0]), 401, "a session never comes back");
    }
    let cookie = log_in(&api, "uketsuke", password);
    let other = log_in(&api, "uketsuke", password);
    let answer = api.raw("POST", LOG_OUT, &[("Cookie", &cookie)], b"").ok();
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!([status(&api, &cookie), status(&api, &other)], [401, 200]);
    api.raw("POST", LOG_OUT, &[], b"").ok();
    api.send("DELETE", "UserManagement/2", &[("Authorization", &pass)], "").ok();
    assert_eq!(status(&api, &other), 401);
    for garbage in ["smartconnect_session=", "smartconnect_session=abc"] {
        assert_eq!(status(&api, garbage), 401);
    }
}

#[test]
fn a_cookie_counts_for_our_own_pages_only() {
    let api = Api::start_with(|settings| {
        settings.open_lan = OpenLan::Private;
        settings.allow_origins = vec!["https://crm.example.com".into()];
    });
    with_administrator(&api);
    let cookie = log_in(&api, "admin", "correct-horse");
    let own = format!("http://{}", api.to);
    let users = |headers: &[(&str, &str)]| {
        let headers = [&[("Cookie", cookie.as_str())], headers].concat();
        api.send("GET", "UserManagement", &headers, "").status
    };
    assert_eq!(users(&[]), 200);
    assert_eq!(users(&[("Origin", &own)]), 200);
    assert_eq!(users(&[("Origin", EVIL)]), 403);
    // Pages that may ask, but not with what the browser holds.
    for origin in ["null", "http://localhost:3000", "https://crm.example.com"] {
        assert_eq!(users(&[("Origin", origin)]), 401, "{origin}");
        refusal(try_log_in(&api, "admin", "correct-horse", &[("Origin", origin)]), 403);
    }
    let headers = [("Cookie", cookie.as_str()), ("Sec-Fetch-Site", "cross-site")];
    refusal(api.send("POST", "ContainmentLine", &headers, "{}"), 403);
    for address in [LOG_IN, LOG_OUT, TICKET] {
        let headers = [("Cookie", cookie.as_str()), ("Origin", EVIL)];
        refusal(api.raw("POST", address, &headers, b"{}"), 403);
    }
    assert_eq!(users(&[]), 200);
}

#[test]
fn a_ticket_opens_one_feed_within_thirty_seconds() {
    let clock = clock();
    let api = Api::start_at(clock.clone(), |_| ());
    let pass = with_administrator(&api);
    let bearer = token(&api, &pass, "参照のみ");
    refusal(api.raw("POST", TICKET, &[], b""), 401);
    refusal(api.raw("GET", TICKET, &[("Authorization", &bearer)], b""), 405);
    let issue = || {
        let answer = api.raw("POST", TICKET, &[("Authorization", &bearer)], b"").ok();
        answer.json()["msg"].as_str().unwrap().to_owned()
    };
    let open = |ticket: &str| {
        // From any page: a ticket is stated, as a token is.
        let path = format!("{EVENTS}?ticket={ticket}");
        api.raw("HEAD", &path, &[("Origin", EVIL)], b"").status
    };
    let ticket = issue();
    assert!(ticket.len() >= 22, "128 bits");
    assert_eq!([open(&ticket), open(&ticket), open("x")], [200, 401, 401]);
    let ticket = issue();
    clock.set(clock.now() + 30_000);
    assert_eq!(open(&ticket), 401);
    let ticket = issue();
    let rest = format!("ContainmentLine?ticket={ticket}");
    refusal(api.send("GET", &rest, &[], ""), 401);
    api.send("DELETE", "API-Token/1", &[("Authorization", &pass)], "").ok();
    assert_eq!(open(&ticket), 401, "the token is gone");
}
