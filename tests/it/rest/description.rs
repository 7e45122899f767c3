//! `/openapi.json` is true: schemathesis makes requests of it, right and wrong ones, and looks at
//! every answer; once at the HTTP side alone, once, for tests of targets, at the whole program. `tests/run` installs it (`tests/schemathesis.txt`); without it this test fails.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;
use smartconnect::resource::catalog;

use super::Api;
use super::lines::{ring_all, with_user};
use super::rights::{basic, with_administrator};
use crate::deliveries::{add_chat, written_key};
use crate::harness::place::Folder;
use crate::harness::{Receiver, Service};
use crate::installed::cache;
use crate::mail_server::MailServer;

/// Answers that end never or that switch to another protocol: schemathesis reads an answer to its end
/// and speaks no WebSocket, so `transports.rs` holds them against the page.
const NOT_READ: &[&str] = &["followEvents", "openWebSocket"];
/// Orders that wait for a target. The rows of the first run lead anywhere and nobody delivers there;
/// the second run asks them of rows whose targets are on this machine.
const WAITING: &[&str] = &[
    "testIncomingCallURL",
    "testIncomingCallCommand",
    "testNotificationEmailAddress",
    "testMailAccount",
    "testNotificationLINEAccessToken",
    "testNotificationChat",
];
/// Bodies of PUT are those of POST without the needed keys: their systematic part is left out.
const CONFIGURATION: &str =
    "[[operations]]\ninclude-method = \"PUT\"\nphases.coverage.enabled = false\n";
/// What every answer must be.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";
/// Tokens before the one that is used, so that a DELETE of a small key does not end its rights.
const TOKENS: usize = 60;
/// Longest line that is shown of the report.
const LINE_MAX: usize = 300;

/// Where `tests/run` has put the program.
fn program() -> PathBuf {
    let pinned = include_str!("../../schemathesis.txt").lines();
    let version = pinned.filter_map(|line| line.strip_prefix("schemathesis==")).next().unwrap();
    let folder = cache().join(format!("smartconnect-tests/schemathesis-{version}"));
    assert!(
        folder.join("complete").is_file(),
        "schemathesis is missing: `tests/run tools` installs it into {}",
        folder.display()
    );
    folder.join("bin/schemathesis")
}

/// Rows of what clients cannot add, and a token for all that follows.
fn furnish(api: &Api) -> String {
    let pass = with_administrator(api);
    with_user(api, &pass, "1,2");
    ring_all(api, (1..=20).map(|call| call % 3));
    let headers = [("Authorization", pass.as_str())];
    let mut token = String::new();
    for number in 0..TOKENS {
        let row = json!({"名称": format!("t{number}"), "権限": "管理者"}).to_string();
        let answer = api.send("POST", "API-Token", &headers, &row).ok();
        token = answer.json()["msg"].as_str().unwrap().to_owned();
    }
    format!("Bearer {token}")
}

/// Makes requests of a choice of operations; fails where an answer is none that the page describes.
#[track_caller]
fn ask(to: SocketAddr, token: &str, choice: &[&str]) {
    let folder = Folder::new();
    std::fs::write(folder.path().join("schemathesis.toml"), CONFIGURATION).unwrap();
    let mut command = Command::new(program());
    command.current_dir(folder.path()).arg("run").arg(format!("http://{to}/openapi.json"));
    command.args(["--header", &format!("Authorization: {token}"), "--checks", CHECKS]);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "4"]);
    command.args(["--generation-deterministic", "--suppress-health-check", "all"]);
    command.args(["--request-timeout", "60", "--no-color", "--warnings", "off"]).args(choice);
    let run = command.output().unwrap();
    let report = String::from_utf8_lossy(&run.stdout).into_owned();
    let report: Vec<String> =
        report.lines().map(|line| line.chars().take(LINE_MAX).collect()).collect();
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{}\n{errors}", report.join("\n"));
}

#[test]
fn every_answer_is_one_that_the_page_describes() {
    let api = Api::start();
    let token = furnish(&api);
    let left_out = NOT_READ.iter().chain(WAITING);
    let left_out: Vec<&str> = left_out.flat_map(|id| ["--exclude-operation-id", *id]).collect();
    ask(api.to, &token, &left_out);
    // It was let in to the end, and wrote.
    let headers = [("Authorization", token.as_str())];
    let audit = api.send("GET", "Audit-Log?limit=1&操作=追加", &headers, "");
    assert_eq!(audit.status, 200, "{}", audit.text());
    let writes: usize = audit.header("x-total-count").unwrap().parse().unwrap();
    assert!(writes > TOKENS + 100, "only {writes} rows were added");
}

/// One target of each kind under the key that the page's examples have, all on this machine; answers
/// a token.
fn furnish_targets(service: &Service, receiver: &Receiver, mail: &MailServer) -> String {
    let settings = json!({"トークン": written_key()});
    assert_eq!(add_chat(service, "Webhook", &receiver.url("/hook"), &settings), "1");
    let account = json!({
        "アカウント名": "通知用", "メールアドレス": "cti@example.com", "SMTPサーバー": "127.0.0.1",
        "SMTPポート": mail.port.to_string(), "暗号化": "なし", "認証方式": "PLAIN", "ユーザー名": "u@example.jp", "パスワード": "pässw0rd",
    });
    let letter =
        json!({"名称": "受付", "メールアドレス": "desk@example.com", "メールアカウントID": "1"});
    let line = json!({"名称": "店長", "送信先ID": "U0123456789abcdef0123456789abcdef",
        "アクセストークン": "channel-token-0001", "エンドポイント": receiver.url("")});
    let rows = [
        ("IncomingCall-URL", json!({"名称": "crm", "URL": receiver.url("/crm?tel={{相手TEL}}")})),
        ("IncomingCall-Command", json!({"名称": "true", "コマンド": "/bin/true"})),
        ("Mail-Account", account),
        ("Notification-Email-Address", letter),
        ("Notification-LINE-AccessToken", line),
    ];
    for (resource, row) in rows {
        assert_eq!(service.post(resource, &row), "1", "{resource}");
    }
    let user = json!({
        "ユーザーID": "admin", "ユーザー名": "管理者", "パスワード": "correct-horse", "権限": "管理者"
    });
    service.post("UserManagement", &user);
    let pass = basic("admin", "correct-horse");
    let row = json!({"名称": "t", "権限": "管理者"}).to_string();
    let answer = service.send("POST", "API-Token", &[("Authorization", &pass)], &row).ok();
    format!("Bearer {}", answer.json()["msg"].as_str().unwrap())
}

#[test]
fn every_answer_to_a_test_of_a_target_is_one_that_the_page_describes() {
    let service = Service::start_with(&[], "[commands]\nallow = [\"/bin\"]\n");
    let (receiver, mail) = (Receiver::start([]), MailServer::start("plain"));
    let token = furnish_targets(&service, &receiver, &mail);
    let choice: Vec<&str> = WAITING.iter().flat_map(|id| ["--include-operation-id", *id]).collect();
    ask(service.http(), &token, &choice);
    // Each was tried, and arrived.
    let headers = [("Authorization", token.as_str())];
    for resource in catalog::ALL {
        let order = format!("test{}", resource.uri.replace('-', ""));
        if !WAITING.contains(&order.as_str()) {
            continue;
        }
        let path = format!("Audit-Log?limit=1&操作=実行&資源={}&キー=1", resource.uri);
        let tried = service.send("GET", &path, &headers, "");
        assert_ne!(tried.header("x-total-count"), Some("0"), "{order}");
        let row = service.send("GET", &format!("{}/1", resource.uri), &headers, "").json();
        let result = row[0]["最終結果"].as_str().unwrap();
        assert!(result.contains("成功"), "{order}: {result}");
    }
}
