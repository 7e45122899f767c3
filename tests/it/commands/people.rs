//! `user` and `token`.

use std::path::Path;

use super::{nowhere, run};
use crate::harness::Service;

const PASSWORD: &str = "correct-horse-battery\n";

fn basic(password: &str) -> String {
    use base64::Engine;
    let pair = format!("admin:{password}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

/// Every order on users and tokens; the same with and without a service.
fn orders(data_dir: &Path) -> String {
    let add = ["user", "add", "admin", "--role", "管理者"];
    run(data_dir, &["user", "add", "admin", "--role", "一般"], PASSWORD).ends_with(2).says("権限");
    run(data_dir, &["user", "add", "admin", "--role", "社長"], PASSWORD).ends_with(2).says("社長");
    run(data_dir, &add, "short\n").ends_with(2).says("パスワード");
    let none = run(data_dir, &add, "").ends_with(2);
    assert_eq!(none.said().matches("パスワード").count(), 1, "{}", none.said());
    run(data_dir, &add, PASSWORD).ok().says("admin");
    run(data_dir, &add, PASSWORD).ends_with(1).says("admin");
    run(data_dir, &["user", "list"], "").ok().says("admin\t管理者");
    run(data_dir, &["user", "password", "nobody"], PASSWORD).ends_with(1).says("user list");
    run(data_dir, &["user", "password", "admin"], "a-new-password\n").ok().says("admin");
    let token = run(data_dir, &["token", "add", "reception", "--role", "参照のみ"], "").ok();
    assert!(token.out().trim().len() > 40, "{}", token.out());
    token.out().trim().to_owned()
}

#[track_caller]
fn counts(service: &Service, token: &str) {
    let status = |header: (&str, &str)| service.send("GET", "UserManagement", &[header], "").status;
    assert_eq!(status(("Authorization", &basic("a-new-password"))), 200);
    assert_eq!(status(("Authorization", &basic(PASSWORD.trim()))), 401);
    let bearer = format!("Bearer {token}");
    let lines = service.send("GET", "ContainmentLine", &[("Authorization", &bearer)], "");
    assert_eq!(lines.status, 200);
    let pass = basic("a-new-password");
    let audit = service.send("GET", "Audit-Log", &[("Authorization", &pass)], "");
    assert!(audit.text().contains("command-line"), "{}", audit.text());
    assert!(!audit.text().contains(token));
}

#[test]
fn users_and_tokens_are_made_while_the_service_runs() {
    let service = Service::start();
    assert_eq!(service.send("GET", "ContainmentLine", &[], "").status, 200);
    run(&service.data_dir(), &["user", "list"], "").ok().says("user add");
    let token = orders(&service.data_dir());
    counts(&service, &token);
    let later = service.send(
        "POST",
        "UserManagement",
        &[("Authorization", &basic("a-new-password"))],
        r#"{"ユーザーID":"second","ユーザー名":"second","パスワード":"long-enough-1","権限":"一般"}"#,
    );
    assert_eq!(later.ok().header("location").map(|at| at.ends_with("/2")), Some(true));
}

#[test]
fn users_and_tokens_are_made_before_the_first_start() {
    let mut service = Service::start();
    service.stop();
    std::fs::remove_dir_all(service.data_dir()).unwrap();
    let data_dir = service.data_dir();
    let (password, chat) = (["user", "password", "admin"], ["chat", "1", "rooms.get"]);
    for (words, typed) in
        [(&["user", "list"][..], ""), (&password, PASSWORD), (&chat, ""), (&["check"], "")]
    {
        run(&data_dir, words, typed)
            .ends_with(1)
            .says("--data-dir")
            .says(data_dir.to_str().unwrap());
        assert!(!data_dir.exists(), "{words:?} made a database");
    }
    let token = orders(&data_dir);
    service.restart();
    counts(&service, &token);
}

#[test]
fn a_service_that_was_killed_leaves_nothing_in_the_way() {
    let mut service = Service::start();
    service.kill();
    run(&service.data_dir(), &["user", "add", "admin", "--role", "管理者"], PASSWORD).ok();
    service.restart();
    run(&service.data_dir(), &["user", "list"], "").ok().says("admin");
}

#[test]
fn a_password_is_no_argument() {
    let (_folder, data_dir) = nowhere();
    let words = ["user", "add", "admin", "--role", "管理者", "--password", "correct-horse"];
    run(&data_dir, &words, "").ends_with(2).says("--password");
    assert!(!data_dir.exists());
}
