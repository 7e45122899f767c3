//! 着信時コマンド呼出: which programs run, with what, and how they end.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::place::Folder;
use crate::harness::{Caller, Invite, Service, wait_for};
use crate::office::{self, CUSTOMER, LINE, assert_values};

/// How long a program may take to be noted on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// Writes a program into `folder`.
fn program(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A service whose settings allow programs of `folder`.
fn allowing(folder: &Path) -> Service {
    let settings = format!("[commands]\nallow = [{:?}]\n", folder.display().to_string());
    let service = Service::start_with(&[], &settings);
    office::furnish(&service);
    service
}

fn add(service: &Service, command: &Path, arguments: &str, further: &Value) -> String {
    let mut row = json!({
        "名称": "popup", "コマンド": command.display().to_string(), "引数": arguments,
    });
    for (name, value) in further.as_object().unwrap() {
        row[name] = value.clone();
    }
    service.post("IncomingCall-Command", &row)
}

/// The latest delivery once it is over.
#[track_caller]
fn settled(service: &Service) -> Value {
    wait_for("the end of the program", LIMIT, || {
        let rows = service.get("Notification-Delivery");
        let row = rows.as_array().unwrap().last()?.clone();
        (row["完了日時"] != "").then_some(row)
    })
}

#[test]
fn a_call_starts_a_program_with_one_argument_for_each_value() {
    let folder = Folder::new();
    let show = program(folder.path(), "show", "pwd; for one in \"$@\"; do echo \"[$one]\"; done");
    let service = allowing(folder.path());
    let arguments = "--tel {{相手TEL}} \"--name={{相手表示名}}\" '{{顧客名}} 様' {{メモ}}";
    let key = add(&service, &show, arguments, &json!({}));
    let caller = Caller::new(service.sip());
    let hostile = "\"; touch /tmp/x; $(reboot) `id` --rm {{顧客名}}\"";
    let invite = Invite::new(CUSTOMER, LINE)
        .caller_line(format!("From: {hostile} <sip:{CUSTOMER}@127.0.0.1>;tag=f"));
    caller.ring(&invite);
    let row = settled(&service);
    assert_values(&row, &[("状態", "成功"), ("資源", "IncomingCall-Command"), ("理由", "")]);
    let shown = row["最終応答"].as_str().unwrap();
    for part in [
        "終了コード 0",
        "/data", // the working folder is the data folder
        "[--tel]",
        "[09000000001]",
        "[--name=; touch /tmp/x; $(reboot) `id` --rm {{顧客名}}]",
        "[和歌山 花子 様]",
        "[]",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let row = service.row("IncomingCall-Command", &key);
    assert_values(&row, &[("最終終了コード", "0"), ("最終結果", "成功")]);
}

#[test]
fn exit_codes_and_the_end_of_time_are_told() {
    let folder = Folder::new();
    let fails = program(folder.path(), "fails", "echo 見つかりません; exit 7");
    let hangs = program(folder.path(), "hangs", "sleep 300 & sleep 300");
    let service = allowing(folder.path());
    let key = add(&service, &fails, "", &json!({}));
    let tested = service.send("POST", &format!("IncomingCall-Command/{key}/Test"), &[], "");
    let tested = tested.json();
    assert_eq!(tested["result"], "False");
    let text = tested["msg"].as_str().unwrap();
    assert!(text.contains("終了コード 7") && text.contains("見つかりません"), "{text}");
    assert_eq!(service.row("IncomingCall-Command", &key)["最終終了コード"], "7");
    service.put(
        "IncomingCall-Command",
        &key,
        &json!({"コマンド": hangs.display().to_string(), "タイムアウト秒": "1"}),
    );
    let tested = service.send("POST", &format!("IncomingCall-Command/{key}/Test"), &[], "");
    assert!(tested.json()["msg"].as_str().unwrap().contains("1 秒以内"), "{}", tested.text());
    assert_eq!(service.row("IncomingCall-Command", &key)["最終終了コード"], "137");
}

#[test]
fn nothing_runs_before_the_settings_file_allows_it() {
    let folder = Folder::new();
    let mark = folder.path().join("mark");
    let touch = program(folder.path(), "touch", &format!("echo > {}", mark.display()));
    let service = office::open();
    let key = add(&service, &touch, "", &json!({}));
    let caller = Caller::new(service.sip());
    caller.ring(&Invite::new(CUSTOMER, LINE));
    let row = settled(&service);
    assert_values(&row, &[("状態", "失敗")]);
    assert!(row["理由"].as_str().unwrap().contains("[commands] allow"), "{row:#}");
    let own = service.row("IncomingCall-Command", &key);
    assert!(own["最終結果"].as_str().unwrap().contains("[commands] allow"), "{own:#}");
    assert!(!mark.exists());
}

#[test]
fn no_more_run_at_once_than_the_row_says() {
    let folder = Folder::new();
    let open = folder.path().join("open");
    std::fs::create_dir(&open).unwrap();
    let text = format!(
        "mkdir {0}/$$; ls {0} | wc -l; while [ ! -e {0}/../go ]; do sleep 0.05; done; rmdir {0}/$$",
        open.display()
    );
    let waits = program(folder.path(), "waits", &text);
    let service = allowing(folder.path());
    add(&service, &waits, "", &json!({"同時実行数": "2", "タイムアウト秒": "60"}));
    let callers: Vec<Caller> = (0..5)
        .map(|_| {
            let caller = Caller::new(service.sip());
            caller.ring(&Invite::new(CUSTOMER, LINE));
            caller
        })
        .collect();
    let running = || std::fs::read_dir(&open).unwrap().count();
    wait_for("two to run", LIMIT, || (running() == 2).then_some(()));
    std::fs::write(folder.path().join("go"), "").unwrap();
    let outputs = wait_for("all five to end", LIMIT, || {
        let rows = service.get("Notification-Delivery?状態=成功");
        let rows = rows.as_array().unwrap().clone();
        (rows.len() == callers.len()).then_some(rows)
    });
    for row in outputs {
        let shown = row["最終応答"].as_str().unwrap();
        let seen: usize = shown.split_whitespace().last().unwrap().parse().unwrap();
        assert!((1..=2).contains(&seen), "{shown}");
    }
}
