//! `?q=`: rows by a part of a name, a number or a memo.

use serde_json::{Value, json};

use super::Api;
use super::api::refusal;
use super::lines::{ring_all, with_user};
use super::rights::with_administrator;

/// The keys that a search finds.
fn found(api: &Api, path: &str, headers: &[(&str, &str)]) -> Vec<String> {
    let answer = api.send("GET", path, headers, "");
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    let key = if path.starts_with("Customer") { "顧客ID" } else { "ID" };
    let rows = answer.json();
    let key = |row: &Value| row[key].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(key).collect()
}

#[test]
fn customers_are_found_as_people_type_them() {
    let api = Api::start();
    for row in [
        json!({"氏名": "田中 太郎", "フリガナ": "タナカ タロウ", "電話番号1": "09000000001"}),
        json!({"会社名": "紀州商店", "会社名フリガナ": "キシュウショウテン", "電話番号2": "0731234567"}),
        json!({"氏名": "中田 花子", "フリガナ": "ナカタ ハナコ", "顧客ランク": "VIP"}),
    ] {
        api.post("CustomerAddress", &row);
    }
    for (query, expected) in [
        ("q=田中", &["1"][..]),
        ("q=タ", &["1", "3"]),
        ("q=たろう", &["1"]),
        ("q=ｷｼｭｳ", &["2"]),
        ("q=田&order=desc", &["3", "1"]),
        ("q=田&顧客ランク=VIP", &["3"]),
        ("q=234", &["2"]),
        ("q=090-0000-0001", &["1"]),
        ("q=%2B81+73-123-4567", &["2"]),
        ("q=花子+中田", &["3"]),
        ("q=佐藤", &[]),
        ("q=", &["1", "2", "3"]),
    ] {
        assert_eq!(found(&api, &format!("CustomerAddress?{query}"), &[]), expected, "{query}");
    }
    let answer = api.send("GET", "CustomerAddress?q=田&limit=1", &[], "");
    assert_eq!(answer.header("x-total-count"), Some("2"));
    let link = answer.header("link").unwrap();
    assert!(link.contains("q=%E7%94%B0&") || link.contains("q=田&"), "{link}");
    let file = api.send("GET", "CustomerAddress?q=紀州&format=csv", &[], "");
    assert!(file.text().contains("\r\n2,") && file.text().lines().count() == 2, "{}", file.text());
    refusal(api.send("GET", "CustomerAddress?q=-", &[], ""), 400);
    assert_eq!(api.get("ContainmentLine?q=-"), json!([]), "only customers and calls are searched");
}

#[test]
fn calls_are_found_by_their_memo_on_the_lines_of_the_asker() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let user = with_user(&api, &pass, "1");
    ring_all(&api, [1, 2, 1].into_iter());
    for (id, memo) in [("1", "見積の依頼"), ("2", "見積をFAXで"), ("3", "納期の件")] {
        let body = json!({ "メモ": memo }).to_string();
        let path = format!("ReceivedCall-Record/{id}");
        api.send("PUT", &path, &[("Authorization", &pass)], &body).ok();
    }
    let by = |pass: &str, query: &str| {
        found(&api, &format!("ReceivedCall-Record?{query}"), &[("Authorization", pass)])
    };
    assert_eq!(by(&pass, "q=見積&order=desc"), ["2", "1"]);
    assert_eq!(by(&user, "q=見積"), ["1"]);
    assert_eq!(by(&user, "q=ｆａｘ"), Vec::<String>::new());
    assert_eq!(by(&user, "q=件"), ["3"]);
}
