//! Charts of the call history over the wire.

use serde_json::{Value as Json, json};
use smartconnect::clock::Clock;
use smartconnect::resource::{Record, Value, catalog};
use smartconnect::store::{Composed, Facts, Store};

use super::Api;
use super::api::refusal;
use super::lines::with_user;
use super::rights::with_administrator;

/// 2025-04-01 09:15:02 in Japan, a Tuesday.
const NOW: i64 = 1_743_466_502_000;
const HOUR_MS: i64 = 3_600_000;

/// A call: hours after [`NOW`], number, line, outcome, seconds that it rang.
type Call = (i64, &'static str, i64, &'static str, Option<i64>);

const CALLS: [Call; 6] = [
    (0, "09000000001", 1, "不在", Some(20)),
    (0, "09000000001", 1, "他で応答", Some(5)),
    (1, "0312345678", 2, "不在", Some(30)),
    (24, "", 2, "不明", None),
    (24 * 7, "09000000001", 0, "不在", Some(6)),
    (24 * 30, "0312345678", 1, "呼出中", None),
];

async fn ring(store: &Store, (_, number, line, state, rang): Call, at: i64) {
    let compose = Box::new(move |_: &Facts<'_>| {
        let mut record = Record::empty(catalog::find("ReceivedCall-Record").unwrap());
        record.set("received_at", Value::Int(at));
        record.set("caller_number", Value::Text(number.to_owned()));
        record.set("line_no", Value::Int(line));
        record.set("state", Value::Text(state.to_owned()));
        record.set("ring_seconds", rang.map_or(Value::Empty, Value::Int));
        Composed { record: Some(record), ..Composed::default() }
    });
    store.ring(number.to_owned(), compose).await.unwrap();
}

fn start() -> Api {
    let clock = Clock::manual(NOW);
    let api = Api::start_at(clock.clone(), |_| ());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for call in CALLS {
        clock.set(NOW + call.0 * HOUR_MS);
        runtime.block_on(ring(&api.store, call, NOW + call.0 * HOUR_MS));
    }
    api
}

/// Of each row the values of these keys.
fn table(rows: &Json, keys: &[&str]) -> Vec<Vec<String>> {
    let value = |row: &Json, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| keys.iter().map(|key| value(row, key)).collect()).collect()
}

#[test]
fn calls_are_summed_by_day_hour_and_line() {
    let api = start();
    let rows = api.get("Statistics");
    assert_eq!(
        table(&rows, &["着信日", "件数", "不在", "他で応答", "呼出中", "話中", "平均呼出秒数"]),
        [
            ["2025/04/01", "3", "2", "1", "0", "0", "18.3"],
            ["2025/04/02", "1", "0", "0", "0", "0", ""],
            ["2025/04/08", "1", "1", "0", "0", "0", "6.0"],
            ["2025/05/01", "1", "0", "0", "1", "0", ""],
        ]
    );
    assert_eq!(api.get("statistics/?by=day&x=1"), rows);
    assert_eq!(
        table(&api.get("Statistics?by=hour&to=2025/04/08"), &["曜日", "時", "件数", "不在"]),
        [["火", "9", "3", "2"], ["火", "10", "1", "1"], ["水", "9", "1", "0"]]
    );
    api.post("ContainmentLine", &json!({"着信TEL": "0731235678", "回線名": "本店"}));
    assert_eq!(
        table(&api.get("Statistics?by=line&from=2025/04/02"), &["回線No", "回線名", "件数"]),
        [["0", "", "1"], ["1", "本店", "1"], ["2", "", "1"]]
    );
}

#[test]
fn callers_and_operators_come_in_the_order_of_their_calls() {
    let api = start();
    api.post("CustomerAddress", &json!({"氏名": "花子", "電話番号1": "0312345678"}));
    api.send("PUT", "ReceivedCall-Record/6", &[], r#"{"顧客ID":"1"}"#).ok();
    assert_eq!(
        table(&api.get("Statistics?by=caller"), &["相手TEL", "件数", "顧客ID", "顧客名"]),
        [["09000000001", "3", "0", ""], ["0312345678", "2", "1", "花子"]]
    );
    assert_eq!(
        table(&api.get("Statistics?by=caller&limit=1&to=2025/04/01"), &["相手TEL", "件数"]),
        [["09000000001", "2"]]
    );
    for (call, operator) in [(1, "鈴木"), (3, "田中"), (5, "田中")] {
        let change = json!({"対応者": operator}).to_string();
        api.send("PUT", &format!("ReceivedCall-Record/{call}"), &[], &change).ok();
    }
    assert_eq!(
        table(&api.get("Statistics?by=operator"), &["対応者", "件数", "不在", "平均呼出秒数"]),
        [["田中", "2", "2", "18.0"], ["鈴木", "1", "1", "20.0"]]
    );
    assert_eq!(api.get("Statistics?by=operator&from=2025/05/01"), json!([]));
}

#[test]
fn a_user_sees_the_sums_of_his_lines() {
    let api = start();
    let pass = with_administrator(&api);
    let user = with_user(&api, &pass, "2");
    let get = |path: &str| {
        let answer = api.send("GET", path, &[("Authorization", &user)], "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    let counts = |path: &str| -> Vec<Vec<String>> { table(&get(path), &["件数"]) };
    assert_eq!(counts("Statistics"), [["1"], ["1"]]);
    assert_eq!(table(&get("Statistics?by=line"), &["回線No", "件数"]), [["2", "2"]]);
    assert_eq!(table(&get("Statistics?by=caller"), &["相手TEL", "件数"]), [["0312345678", "1"]]);
    refusal(api.send("GET", "Statistics", &[], ""), 401);
}

#[test]
fn faults_are_named_and_only_get_is_answered() {
    let api = Api::start();
    let text = api.refused(400, "GET", "Statistics?by=month&from=x", "");
    assert!(
        text.contains("by: ") && text.contains("operator") && text.contains("from: "),
        "{text}"
    );
    api.refused(405, "POST", "Statistics", "{}");
    api.refused(404, "GET", "Statistics/1", "");
    for by in ["day", "hour", "line", "caller", "operator"] {
        assert_eq!(api.get(&format!("Statistics?by={by}")), json!([]));
    }
}
