//! The parameters of lists over the wire.

use serde_json::{Value, json};

use super::Api;
use super::api::refusal;
use super::lines::{ring_all, with_user};
use super::rights::with_administrator;
use crate::harness::BASE;
use crate::harness::http::Answer;

fn keys(answer: &Answer, name: &str) -> Vec<i64> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rows = answer.json();
    let key = |row: &Value| row[name].as_str().unwrap().parse().unwrap();
    rows.as_array().unwrap().iter().map(key).collect()
}

/// The address that `Link: rel="next"` leads to, below the base.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    let (address, relation) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
    assert_eq!(relation, "; rel=\"next\"");
    Some(address.strip_prefix(BASE).unwrap().trim_start_matches('/').to_owned())
}

/// Follows the links to the end; answers the keys and how many pages there were.
fn follow(api: &Api, path: &str, name: &str, headers: &[(&str, &str)]) -> (Vec<i64>, usize) {
    let (mut found, mut pages, mut path) = (Vec::new(), 0, path.to_owned());
    loop {
        let answer = api.send("GET", &path, headers, "");
        found.extend(keys(&answer, name));
        pages += 1;
        match next(&answer) {
            Some(next) => path = next,
            None => return (found, pages),
        }
    }
}

fn customers(api: &Api, count: i64) {
    for index in 1..=count {
        let group = if index % 2 == 0 { "新規" } else { "得意先" };
        let row = json!({
            "氏名": format!("客{index}"), "分類": group,
            "電話番号1": format!("03000000{index:02}"), "外部ID": format!("C-{index}")
        });
        api.post("CustomerAddress", &row);
    }
}

#[test]
fn a_list_is_narrowed_to_a_moment_as_it_is_shown() {
    let api = Api::start();
    customers(&api, 2);
    api.post("MessDef-Line", &json!({"名称": "a", "本文": "b"}));
    for (resource, name) in
        [("CustomerAddress", "登録日時"), ("MessDef-Line", "更新日時"), ("Audit-Log", "日時")]
    {
        let rows = api.send("GET", resource, &[], "").json();
        let last = rows.as_array().unwrap().last().unwrap();
        let shown = last[name].as_str().unwrap().replace(' ', "%20");
        let found = api.send("GET", &format!("{resource}?{name}={shown}"), &[], "").json();
        assert_eq!(found.as_array().unwrap().last(), Some(last), "{resource}");
        let before = api.send("GET", &format!("{resource}?{name}=2001/01/01"), &[], "");
        assert_eq!(before.text(), "[]", "{resource}");
    }
}

#[test]
fn pages_follow_each_other_in_both_directions() {
    let api = Api::start();
    customers(&api, 7);
    for name in ["a", "b", "c"] {
        api.post("ContainmentLine", &json!({"着信TEL": "0731235678", "回線名": name}));
    }
    for (path, name, expected, pages) in [
        ("CustomerAddress?limit=3", "顧客ID", vec![1, 2, 3, 4, 5, 6, 7], 3),
        ("customeraddress/?order=desc&limit=3", "顧客ID", vec![7, 6, 5, 4, 3, 2, 1], 3),
        ("CustomerAddress?limit=7", "顧客ID", vec![1, 2, 3, 4, 5, 6, 7], 1),
        ("CustomerAddress?limit=2&after=4&x=%3C1%3E", "顧客ID", vec![5, 6, 7], 2),
        ("CustomerAddress?limit=1&分類=新規&order=desc", "顧客ID", vec![6, 4, 2], 3),
        ("CustomerAddress?after=5", "顧客ID", vec![6, 7], 1),
        ("CustomerAddress?limit=9&after=7", "顧客ID", vec![], 1),
        ("ContainmentLine?limit=2", "回線No", vec![1, 2, 3], 2),
        ("ContainmentLine?limit=1&order=desc&after=3", "回線No", vec![2, 1], 2),
        ("ContainmentLine?回線名=b&limit=1", "回線No", vec![2], 1),
        ("ReceivedCall-Record?limit=5", "ID", vec![], 1),
        ("ConnectedClient?limit=5", "ID", vec![], 1),
    ] {
        assert_eq!(follow(&api, path, name, &[]), (expected, pages), "{path}");
    }
    let next = next(&api.send("GET", "CustomerAddress?分類=新規&after=1&limit=1", &[], ""));
    let next = next.unwrap();
    assert!(next.ends_with("&limit=1&after=2") && !next.contains("after=1&"), "{next}");
}

#[test]
fn the_total_is_that_of_all_pages() {
    let api = Api::start();
    customers(&api, 5);
    for (path, total) in [
        ("CustomerAddress?limit=2", "5"),
        ("CustomerAddress?limit=2&after=4", "5"),
        ("CustomerAddress?order=desc", "5"),
        ("CustomerAddress?limit=1&分類=得意先", "3"),
        ("CustomerAddress?電話番号1=030-000-0002", "1"),
        ("CustomerAddress?外部ID=C-4", "1"),
        ("CustomerAddress?会社名=", "5"),
        ("CustomerAddress?会社名=x", "0"),
        ("Audit-Log?limit=1&操作=追加", "5"),
        ("MessDef-Mail?limit=1", "1"),
        ("ReceivedCall-Record?from=2025/04/01", "0"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = api.send(method, path, &[], "");
            assert_eq!(answer.header("x-total-count"), Some(total), "{method} {path}");
        }
    }
    api.send("DELETE", "CustomerAddress/5", &[], "").ok();
    let answer = api.send("GET", "CustomerAddress?limit=1", &[], "");
    assert_eq!(answer.header("x-total-count"), Some("4"));
}

#[test]
fn a_list_without_parameters_is_as_it_was() {
    let api = Api::start();
    customers(&api, 3);
    let plain = api.send("GET", "CustomerAddress", &[], "");
    let unknown = api.send("GET", "CustomerAddress?x=1&_=5&from=1", &[], "");
    assert_eq!(plain.body, unknown.body);
    for answer in [&plain, &unknown] {
        assert_eq!((answer.header("x-total-count"), answer.header("link")), (None, None));
    }
    // The search of the seed takes no parameters either.
    let search = api.send("GET", "ReceivedCall-Record/0/True/0/Null?limit=x", &[], "");
    assert_eq!((search.status, search.text()), (200, "[]"));
}

#[test]
fn every_fault_is_named() {
    let api = Api::start();
    for (path, names) in [
        ("CustomerAddress?limit=0", &["limit"][..]),
        ("CustomerAddress?limit=10001&order=up&after=-", &["limit", "order", "after"]),
        ("CustomerAddress?limit=1&limit=1", &["limit"]),
        ("CustomerAddress?顧客ランク=金", &["顧客ランク", "VIP"]),
        ("ReceivedCall-Record?from=4月&to=2025/13/01", &["from", "to"]),
        ("ReceivedCall-Record?from=2025/04/02&to=2025/04/01", &["to"]),
        ("UserManagement?パスワード=x", &["パスワード", "絞り込めません"]),
        ("Notification-Chat?トークン=********", &["トークン"]),
        ("CustomerAddress?format=csv&limit=x", &["limit"]),
    ] {
        let text = api.refused(400, "GET", path, "");
        for name in names {
            assert!(text.contains(name), "{path}: {text}");
        }
    }
}

#[test]
fn files_hold_the_same_rows() {
    let api = Api::start();
    customers(&api, 5);
    let answer =
        api.send("GET", "CustomerAddress?format=csv&分類=得意先&order=desc&limit=2", &[], "");
    let text = answer.text();
    let firsts: Vec<&str> =
        text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(firsts, ["5", "3"], "{text}");
    let empty = api.send("GET", "CustomerAddress?format=csv&分類=なし", &[], "");
    assert_eq!(empty.text().lines().count(), 1);
    let workbook = api.send("GET", "ContainmentLine?format=xlsx&order=desc", &[], "");
    assert!(workbook.status == 200 && workbook.body.starts_with(b"PK"));
}

#[test]
fn a_users_pages_and_totals_are_those_of_his_lines() {
    let api = Api::start();
    let pass = with_administrator(&api);
    let user = with_user(&api, &pass, "2");
    ring_all(&api, (1..=30).map(|call| call % 3));
    let headers = [("Authorization", user.as_str())];
    let mine: Vec<i64> = (1..=30).filter(|call| call % 3 == 2).collect();
    for path in [
        "ReceivedCall-Record?limit=3",
        "ReceivedCall-Record?limit=4&回線No=2",
        "ReceivedCall-Record?limit=4&相手TEL=09000000001",
        "ReceivedCall-Record?limit=4&相手TEL=09000000001&from=2000/01/01",
    ] {
        assert_eq!(follow(&api, path, "ID", &headers).0, mine, "{path}");
        let answer = api.send("GET", path, &headers, "");
        assert_eq!(answer.header("x-total-count"), Some("10"), "{path}");
    }
    for path in ["ReceivedCall-Record?limit=3&回線No=1", "ReceivedCall-Record?ID=3"] {
        let answer = api.send("GET", path, &headers, "");
        assert_eq!((keys(&answer, "ID"), answer.header("x-total-count")), (vec![], Some("0")));
    }
    let file = api.send("GET", "ReceivedCall-Record?format=csv&order=desc", &headers, "");
    assert_eq!(file.text().lines().count(), 11);
    refusal(api.send("GET", "UserManagement?limit=1", &headers, ""), 403);
}
