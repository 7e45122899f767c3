//! `Idempotency-Key`: a POST that is sent again.

use serde_json::{Value, json};
use smartconnect::clock::Clock;

use super::Api;
use super::api::refusal;
use super::rights::{basic, with_administrator};
use crate::harness::Service;
use crate::harness::http::Answer;

const KEY: (&str, &str) = ("Idempotency-Key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
/// 2025-04-01 09:15:02 in Japan.
const NOW: i64 = 1_743_466_502_000;
const DAY_MS: i64 = 24 * 3_600_000;

fn line(name: &str) -> String {
    json!({"着信TEL": "0731235678", "回線名": name}).to_string()
}

fn seen(answer: &Answer) -> (u16, Value, Option<&str>, Option<&str>) {
    (answer.status, answer.json(), answer.header("location"), answer.header("etag"))
}

fn count(api: &Api, resource: &str) -> usize {
    api.get(resource).as_array().unwrap().len()
}

#[test]
fn a_repeat_gets_the_first_answer_and_writes_nothing() {
    let api = Api::start();
    let first = api.send("POST", "ContainmentLine", &[KEY], &line("本店")).ok();
    api.send("PUT", "ContainmentLine/1", &[], r#"{"備考":"x"}"#).ok();
    let audits = count(&api, "Audit-Log");
    for _ in 0..3 {
        let again = api.send("POST", "ContainmentLine", &[KEY], &line("本店")).ok();
        assert_eq!(seen(&again), seen(&first));
    }
    assert_eq!((count(&api, "ContainmentLine"), count(&api, "Audit-Log")), (1, audits));
    api.send("DELETE", "ContainmentLine/1", &[], "").ok();
    let again = api.send("POST", "ContainmentLine", &[KEY], &line("本店")).ok();
    assert_eq!((seen(&again), count(&api, "ContainmentLine")), (seen(&first), 0));
}

#[test]
fn a_run_that_is_ordered_twice_under_one_key_takes_place_once() {
    let api = Api::start();
    let row = json!({"出力対象": "収容回線", "今すぐ実行": "True"}).to_string();
    let first = api.send("POST", "Output-CSV", &[KEY], &row).ok().json();
    assert_eq!(first["result"], "True", "{first}");
    let ran = api.get("Output-CSV/2")[0].clone();
    let again = api.send("POST", "Output-CSV", &[KEY], &row).ok().json();
    assert_eq!(again["result"], "True", "{again}");
    assert!(
        again["msg"].as_str().unwrap().contains(ran["最終ファイル"].as_str().unwrap()),
        "{again}"
    );
    assert_eq!(api.get("Output-CSV/2")[0], ran);
    assert_eq!(api.get("Audit-Log?操作=実行").as_array().unwrap().len(), 1);
}

#[test]
fn another_body_is_422_and_another_key_or_resource_is_another_order() {
    let api = Api::start();
    api.send("POST", "ContainmentLine", &[KEY], &line("本店")).ok();
    let text = refusal(api.send("POST", "ContainmentLine", &[KEY], &line("支店")), 422);
    assert!(text.contains("Idempotency-Key"), "{text}");
    api.send("POST", "ContainmentLine", &[("Idempotency-Key", "2")], &line("支店")).ok();
    api.send("POST", "CustomerAddress", &[KEY], r#"{"氏名":"和歌山 花子"}"#).ok();
    assert_eq!((count(&api, "ContainmentLine"), count(&api, "CustomerAddress")), (2, 1));
}

#[test]
fn a_refused_order_may_be_mended_under_the_same_key() {
    let api = Api::start();
    refusal(api.send("POST", "ContainmentLine", &[KEY], r#"{"着信TEL":"x"}"#), 400);
    api.send("POST", "ContainmentLine", &[KEY], &line("本店")).ok();
}

#[test]
fn a_key_is_1_to_255_visible_characters() {
    let api = Api::start();
    let (long, longest) = ("k".repeat(256), "k".repeat(255));
    for key in ["", &long, "a b\u{e9}"] {
        let headers = [("Idempotency-Key", key)];
        let text = refusal(api.send("POST", "ContainmentLine", &headers, &line("本店")), 400);
        assert!(text.contains("Idempotency-Key"), "{text}");
    }
    api.send("POST", "ContainmentLine", &[("Idempotency-Key", &longest)], &line("本店")).ok();
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    let clock = Clock::manual(NOW);
    let api = Api::start_at(clock.clone(), |_| ());
    let post = || api.send("POST", "ContainmentLine", &[KEY], &line("本店")).ok();
    post();
    clock.set(NOW + DAY_MS - 1);
    post();
    assert_eq!(count(&api, "ContainmentLine"), 1);
    clock.set(NOW + DAY_MS);
    post();
    assert_eq!(count(&api, "ContainmentLine"), 2);
    refusal(api.send("POST", "ContainmentLine", &[KEY], &line("支店")), 422);
}

#[test]
fn keys_of_two_users_are_two_keys_and_tokens_are_issued_anew() {
    let api = Api::start();
    let admin = with_administrator(&api);
    let admin = ("Authorization", admin.as_str());
    let second = json!({
        "ユーザーID": "second", "ユーザー名": "次", "パスワード": "battery-staple", "権限": "管理者"
    });
    for _ in 0..2 {
        api.send("POST", "UserManagement", &[admin, KEY], &second.to_string()).ok();
    }
    let second = basic("second", "battery-staple");
    for pass in [admin, ("Authorization", second.as_str())] {
        api.send("POST", "ContainmentLine", &[pass, KEY], &line("本店")).ok();
    }
    let lines = api.send("GET", "ContainmentLine", &[admin], "").json();
    assert_eq!(lines.as_array().unwrap().len(), 2);
    let token = json!({"名称": "x", "権限": "参照のみ"}).to_string();
    let issue = || {
        let answer = api.send("POST", "API-Token", &[admin, KEY], &token).ok();
        answer.json()["msg"].as_str().unwrap().to_owned()
    };
    assert_ne!(issue(), issue());
}

/// A file of customers under our key; its rows would stand there twice.
#[test]
fn a_file_that_is_sent_again_comes_in_once() {
    let api = Api::start();
    let import = |query: &str, body: &str| {
        api.send("POST", &format!("CustomerAddress/Import{query}"), &[KEY], body)
    };
    let file = "氏名,ほか\n甲,\n";
    refusal(import("", file), 400);
    let file = "氏名\n甲\n乙\n";
    import("?dryrun=true", file).ok();
    let first = import("", file).ok();
    assert_eq!(first.json()["msg"], "2件を追加しました");
    let audits = count(&api, "Audit-Log");
    for _ in 0..2 {
        assert_eq!(seen(&import("", file).ok()), seen(&first));
    }
    assert_eq!((count(&api, "CustomerAddress"), count(&api, "Audit-Log")), (2, audits));
    let text = refusal(import("", "氏名\n丙\n"), 422);
    assert!(text.contains("Idempotency-Key"), "{text}");
    // A row of its own is another order.
    api.send("POST", "CustomerAddress", &[KEY], r#"{"氏名":"丁"}"#).ok();
    let headers = [("Idempotency-Key", "")];
    refusal(api.send("POST", "CustomerAddress/Import", &headers, file), 400);
    assert_eq!(count(&api, "CustomerAddress"), 3);
}

#[test]
fn a_repeat_after_a_restart_gets_the_first_answer() {
    let mut service = Service::start();
    let first = service.send("POST", "ContainmentLine", &[KEY], &line("本店")).ok();
    let import = |service: &Service| {
        service.send("POST", "CustomerAddress/Import", &[KEY], "氏名\n甲\n").ok().json()
    };
    let imported = import(&service);
    service.kill();
    service.restart();
    let again = service.send("POST", "ContainmentLine", &[KEY], &line("本店")).ok();
    assert_eq!(seen(&again), seen(&first));
    assert_eq!(service.get("ContainmentLine").as_array().unwrap().len(), 1);
    assert_eq!(import(&service), imported);
    assert_eq!(service.get("CustomerAddress").as_array().unwrap().len(), 1);
}
