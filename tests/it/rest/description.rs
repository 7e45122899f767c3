//! `/openapi.json` is true: schemathesis makes requests of it, right and wrong ones, and looks at
//! every answer. `tests/run` installs it (`tests/schemathesis.txt`); without it this test fails.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use super::Api;
use super::lines::{ring_all, with_user};
use super::rights::with_administrator;
use crate::harness::place::Folder;
use crate::installed::cache;

/// Answers that end never, that switch to another protocol, or that wait for a target.
const NOT_ASKED: &[&str] = &[
    "followEvents",
    "openWebSocket",
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

#[test]
fn every_answer_is_one_that_the_page_describes() {
    let program = program();
    let api = Api::start();
    let token = furnish(&api);
    let folder = Folder::new();
    std::fs::write(folder.path().join("schemathesis.toml"), CONFIGURATION).unwrap();
    let mut command = Command::new(program);
    command.current_dir(folder.path()).arg("run").arg(format!("http://{}/openapi.json", api.to));
    command.args(["--header", &format!("Authorization: {token}"), "--checks", CHECKS]);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "4"]);
    command.args(["--generation-deterministic", "--suppress-health-check", "all"]);
    command.args(["--request-timeout", "60", "--no-color", "--warnings", "off"]);
    for operation in NOT_ASKED {
        command.args(["--exclude-operation-id", operation]);
    }
    let run = command.output().unwrap();
    let report = String::from_utf8_lossy(&run.stdout).into_owned();
    let report: Vec<String> =
        report.lines().map(|line| line.chars().take(LINE_MAX).collect()).collect();
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{}\n{errors}", report.join("\n"));
    // It was let in to the end, and wrote.
    let headers = [("Authorization", token.as_str())];
    let audit = api.send("GET", "Audit-Log?limit=1&操作=追加", &headers, "");
    assert_eq!(audit.status, 200, "{}", audit.text());
    let writes: usize = audit.header("x-total-count").unwrap().parse().unwrap();
    assert!(writes > TOKENS + 100, "only {writes} rows were added");
}
