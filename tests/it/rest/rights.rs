//! Users, tokens, pages of other sites, the closed network: over the wire.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use smartconnect::config::OpenLan;

use super::Api;
use super::api::refusal;
use crate::harness::wait_until;

/// An Authorization header.
pub fn basic(login: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{login}:{password}")))
}

/// A server with an administrator; answers his Authorization header.
pub fn with_administrator(api: &Api) -> String {
    let admin = json!({
        "ユーザーID": "admin", "ユーザー名": "管理者", "パスワード": "correct-horse", "権限": "管理者"
    });
    api.post("UserManagement", &admin);
    basic("admin", "correct-horse")
}

/// A token of this role.
pub fn token(api: &Api, pass: &str, role: &str) -> String {
    let body = json!({"名称": role, "権限": role}).to_string();
    let made = api.send("POST", "API-Token", &[("Authorization", pass)], &body).ok();
    format!("Bearer {}", made.json()["msg"].as_str().unwrap())
}

#[test]
fn a_password_is_never_shown_and_must_be_long() {
    let api = Api::start();
    let short = json!({
        "ユーザーID": "admin", "ユーザー名": "x", "パスワード": "short", "権限": "管理者"
    });
    let text = api.refused(400, "POST", "UserManagement", &short.to_string());
    assert!(text.contains("パスワード") && !text.contains("short"), "{text}");
    let pass = with_administrator(&api);
    let rows = api.send("GET", "UserManagement", &[("Authorization", &pass)], "");
    assert_eq!(rows.json()[0]["パスワード"], "********");
    assert!(!rows.text().contains("correct-horse") && !rows.text().contains("argon2"));
    let audit = api.send("GET", "Audit-Log", &[("Authorization", &pass)], "");
    assert!(!audit.text().contains("correct-horse") && !audit.text().contains("argon2"));
    let masked = json!({"パスワード": "********", "ユーザー名": "変更"}).to_string();
    api.send("PUT", "UserManagement/1", &[("Authorization", &pass)], &masked).ok();
    let changed = json!({"パスワード": "another-horse"}).to_string();
    api.send("PUT", "UserManagement/1", &[("Authorization", &pass)], &changed).ok();
    refusal(api.send("GET", "ContainmentLine", &[("Authorization", &pass)], ""), 401);
    let pass = basic("admin", "another-horse");
    assert_eq!(api.send("GET", "ContainmentLine", &[("Authorization", &pass)], "").status, 200);
}

#[test]
fn the_use_of_a_password_and_of_a_token_is_noted() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let token = token(&api, &pass, "参照のみ");
    assert_eq!(api.send("GET", "ContainmentLine", &[("Authorization", &token)], "").status, 200);
    for (resource, name) in
        [("UserManagement/1", "最終ログイン日時"), ("API-Token/1", "最終使用日時")]
    {
        wait_until(name, Duration::from_secs(5), || {
            let row = api.send("GET", resource, &[("Authorization", &pass)], "").json();
            row[0][name] != ""
        });
    }
    let audit = api.send("GET", "Audit-Log", &[("Authorization", &pass)], "").json();
    assert_eq!(audit.as_array().unwrap().len(), 2, "only the two POSTs: {audit}");
}

#[test]
fn the_first_user_must_be_an_administrator() {
    let api = Api::start();
    let user = json!({
        "ユーザーID": "u", "ユーザー名": "x", "パスワード": "correct-horse", "権限": "一般"
    });
    let answer = api.send("POST", "UserManagement", &[], &user.to_string());
    assert!([400, 409].contains(&answer.status), "{}", answer.text());
}

#[test]
fn a_refusal_of_credentials_says_bearer() {
    let api = Api::start();
    with_administrator(&api);
    let cases = [
        vec![],
        vec![("Authorization", "Bearer nonsense".to_owned())],
        vec![("X-API-Key", "nonsense".to_owned())],
        vec![("Authorization", "Basic !!!".to_owned())],
        vec![("Authorization", "Digest x".to_owned())],
        vec![("Authorization", basic("admin", "wrong-password"))],
        vec![("Authorization", basic("nobody", "correct-horse"))],
        vec![("X-Setup-Key", "guess".to_owned())],
    ];
    for case in cases {
        let headers: Vec<(&str, &str)> = case.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let answer = api.send("GET", "ContainmentLine", &headers, "");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{case:?}");
        refusal(answer, 401);
    }
}

#[test]
fn a_deleted_or_expired_token_ends_at_once() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let bearer = token(&api, &pass, "管理者");
    let status =
        |bearer: &str| api.send("GET", "API-Token", &[("Authorization", bearer)], "").status;
    assert_eq!(status(&bearer), 200);
    api.send("DELETE", "API-Token/1", &[("Authorization", &pass)], "").ok();
    assert_eq!(status(&bearer), 401);
    let past = json!({"名称": "x", "権限": "管理者", "有効期限": "2020/01/01"}).to_string();
    let made = api.send("POST", "API-Token", &[("Authorization", &pass)], &past);
    if made.status == 200 {
        assert_eq!(status(&format!("Bearer {}", made.json()["msg"].as_str().unwrap())), 401);
    }
}

#[test]
fn tries_to_log_in_are_limited() {
    let api = Api::start();
    let pass = with_administrator(&api);
    // That a password was right a moment ago helps nobody who guesses it now.
    let right = api.send("GET", "ContainmentLine", &[("Authorization", &pass)], "");
    assert_eq!(right.status, 200);
    for number in 0..10 {
        let wrong = basic("admin", &format!("wrong-password-{number}"));
        refusal(api.send("GET", "ContainmentLine", &[("Authorization", &wrong)], ""), 401);
    }
    let answer = api.send("GET", "ContainmentLine", &[("Authorization", &pass)], "");
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    refusal(answer, 429);
}

#[test]
fn pages_of_other_sites_need_a_token_and_can_read_why() {
    let api = Api::start();
    let evil = "https://evil.example.com";
    let answer = api.send("POST", "ContainmentLine", &[("Origin", evil)], r#"{"着信TEL":"117"}"#);
    assert_eq!(answer.header("access-control-allow-origin"), Some(evil));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    refusal(answer, 403);
    let pass = with_administrator(&api);
    let headers = [("Origin", evil), ("Authorization", pass.as_str())];
    refusal(api.send("GET", "ContainmentLine", &headers, ""), 403);
    let bearer = token(&api, &pass, "参照のみ");
    let headers = [("Origin", "null"), ("Authorization", bearer.as_str())];
    let answer = api.send("GET", "ContainmentLine", &headers, "");
    assert_eq!((answer.status, answer.text()), (200, "[]"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("null"));
    let asked = [("Origin", evil), ("Access-Control-Request-Method", "PUT")];
    let answer = api.send("OPTIONS", "ContainmentLine/1", &asked, "");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(evil));
    assert!(answer.header("access-control-allow-methods").unwrap().contains("PUT"));
    assert!(answer.header("access-control-allow-headers").unwrap().contains("Authorization"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let own = format!("http://{}", api.to);
    let headers = [("Origin", own.as_str()), ("Authorization", pass.as_str())];
    assert_eq!(api.send("GET", "ContainmentLine", &headers, "").status, 200);
}

#[test]
fn a_proxy_in_between_ends_the_rights_of_this_machine() {
    let api = Api::start();
    for name in ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via"] {
        let answer = api.send("GET", "ContainmentLine", &[(name, "for=192.0.2.1")], "");
        let text = refusal(answer, 401);
        assert!(text.contains("--open-lan") && text.contains("X-Setup-Key"), "{text}");
    }
}

#[test]
fn the_closed_network_needs_no_log_in_but_for_dangerous_things() {
    let api = Api::start_with(|settings| settings.open_lan = OpenLan::Private);
    let pass = with_administrator(&api);
    for origin in ["null", "file://", "http://pc-7", "http://192.168.1.5"] {
        let body = json!({"着信TEL": "0731111111"}).to_string();
        let answer = api.send("POST", "ContainmentLine", &[("Origin", origin)], &body).ok();
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    }
    let evil = [("Origin", "https://evil.example.com")];
    refusal(api.send("GET", "ContainmentLine", &evil, ""), 403);
    assert_eq!(api.send("GET", "IncomingCall-Command", &[], "").status, 200);
    for (method, path) in [
        ("POST", "IncomingCall-Command"),
        ("GET", "UserManagement"),
        ("GET", "API-Token"),
        ("GET", "Audit-Log"),
    ] {
        refusal(api.send(method, path, &[], "{}"), 401);
    }
    let answer = api.send("GET", "UserManagement", &[("Authorization", &pass)], "");
    assert_eq!(answer.status, 200);
}

#[test]
fn writes_are_audited_with_who_and_from_where() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let headers = [("Authorization", pass.as_str())];
    api.send("POST", "ContainmentLine", &headers, r#"{"着信TEL":"0731111111"}"#).ok();
    let wrong = basic("admin", "wrong-password");
    refusal(api.send("GET", "ContainmentLine", &[("Authorization", &wrong)], ""), 401);
    let rows = api.send("GET", "Audit-Log", &headers, "").json();
    let told: Vec<(&str, &str, &str, &str)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap();
            (text("操作"), text("資源"), text("ユーザーID"), text("IPアドレス"))
        })
        .collect();
    let last = &told[told.len() - 2..];
    assert_eq!(
        last,
        [
            ("追加", "ContainmentLine", "admin", "127.0.0.1"),
            ("ログイン失敗", "UserManagement", "admin", "127.0.0.1")
        ]
    );
}
