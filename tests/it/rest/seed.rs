//! "Seed behaviour" of the contract, line by line.

use serde_json::{Value, json};

use super::Api;

/// The request example of the original's page, exactly as printed there.
const PRINTED: &str = "{ “回線No” : “1”, “着信TEL” : “0731235678”, “代表TEL” : “0731237777”, \
                       “種別” : “電話”, “代理内線番号” : “30” }";
const LINE: &str = "ContainmentLine";

fn keys(rows: &Value, key: &str) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_list_is_an_array_in_key_order_and_empty_at_first() {
    let api = Api::start();
    let answer = api.send("GET", LINE, &[], "");
    assert_eq!(answer.text(), "[]");
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    for number in ["0731111111", "0732222222", "0733333333"] {
        api.post(LINE, &json!({"着信TEL": number}));
    }
    assert_eq!(keys(&api.get(LINE), "回線No"), ["1", "2", "3"]);
}

#[test]
fn one_row_is_an_array_of_one_and_none_is_an_empty_array() {
    let api = Api::start();
    api.post(LINE, &json!({"着信TEL": "0731111111"}));
    assert_eq!(keys(&api.get("ContainmentLine/1"), "着信TEL"), ["0731111111"]);
    for none in ["ContainmentLine/2", "ContainmentLine/99999999999999999999", "ContainmentLine/-1"]
    {
        assert_eq!(api.send("GET", none, &[], "").text(), "[]", "{none}");
    }
}

#[test]
fn every_value_is_a_string() {
    let api = Api::start();
    api.post(LINE, &json!({"着信TEL": "0731111111", "通知する": true, "表示順": 5}));
    let row = api.get("ContainmentLine/1")[0].clone();
    for (name, value) in row.as_object().unwrap() {
        assert!(value.is_string(), "{name}: {value}");
    }
    assert_eq!(
        (&row["回線No"], &row["通知する"], &row["表示順"]),
        (&json!("1"), &json!("True"), &json!("5"))
    );
    assert_eq!(row["備考"], "");
}

#[test]
fn a_post_ignores_its_key_and_takes_the_largest_plus_one() {
    let api = Api::start();
    for sent in ["0", "1", "77"] {
        let body = json!({"回線No": sent, "着信TEL": "0731111111"}).to_string();
        let answer = api.send("POST", LINE, &[], &body);
        assert_eq!((answer.status, answer.text()), (200, r#"{"result":"True","msg":"正常終了"}"#));
    }
    assert_eq!(keys(&api.get(LINE), "回線No"), ["1", "2", "3"]);
    api.send("DELETE", "ContainmentLine/3", &[], "").ok();
    assert_eq!(api.post(LINE, &json!({"着信TEL": "0731111111"})), "3");
    let connection = json!({"接続名": "HGW", "SIPサーバーアドレス": "192.0.2.1", "内線番号": "7"});
    assert_eq!(api.post("SIP-ServerConnection", &connection), "2", "never below the first key");
}

#[test]
fn a_put_ignores_its_key_and_keeps_what_is_absent() {
    let api = Api::start();
    api.post(LINE, &json!({"着信TEL": "0731111111", "回線名": "本店"}));
    api.post(LINE, &json!({"着信TEL": "0732222222", "回線名": "支店"}));
    let body = json!({"回線No": "2", "代表TEL": "0739999999"}).to_string();
    let answer = api.send("PUT", "ContainmentLine/1", &[], &body);
    assert_eq!((answer.status, answer.text()), (200, r#"{"result":"True","msg":"正常終了"}"#));
    let rows = api.get(LINE);
    assert_eq!(keys(&rows, "代表TEL"), ["0739999999", ""]);
    assert_eq!(keys(&rows, "回線名"), ["本店", "支店"]);
}

#[test]
fn a_delete_answers_the_same() {
    let api = Api::start();
    api.post(LINE, &json!({"着信TEL": "0731111111"}));
    let answer = api.send("DELETE", "ContainmentLine/1", &[], "");
    assert_eq!((answer.status, answer.text()), (200, r#"{"result":"True","msg":"正常終了"}"#));
    assert_eq!(api.get(LINE), json!([]));
}

#[test]
fn a_failure_names_every_faulty_field() {
    let api = Api::start();
    let body = json!({"着信TEL": "abc", "表示順": "x", "通知する": "たぶん", "無い": "1"});
    let text = api.refused(400, "POST", LINE, &body.to_string());
    for name in ["着信TEL", "表示順", "通知する", "無い"] {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert_eq!(api.get(LINE), json!([]));
}

#[test]
fn a_method_that_the_resource_lacks_is_405_with_allow() {
    let api = Api::start();
    for (method, path, allow) in [
        ("DELETE", "MessDef-Mail/1", "GET, HEAD, OPTIONS, PUT"),
        ("POST", "ReceivedCall-Record", "GET, HEAD, OPTIONS"),
        ("POST", "ConnectedClient", "GET, HEAD, OPTIONS"),
        ("PUT", "ContainmentLine", "GET, HEAD, OPTIONS, POST"),
        ("POST", "ContainmentLine/1", "GET, HEAD, OPTIONS, PUT, DELETE"),
        ("PATCH", "ContainmentLine/1", "GET, HEAD, OPTIONS, PUT, DELETE"),
        ("PUT", "ReceivedCall-Record/0/True/0/Null", "GET, HEAD, OPTIONS"),
    ] {
        let answer = api.send(method, path, &[], "{}");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        super::api::refusal(answer, 405);
    }
}

#[test]
fn the_printed_request_succeeds_once_and_ten_times() {
    let api = Api::start();
    let straight = PRINTED.replace(['“', '”'], "\"");
    for body in [PRINTED, straight.as_str()] {
        for _ in 0..10 {
            api.send("POST", LINE, &[("Content-Type", "application/json")], body).ok();
        }
    }
    let rows = api.get(LINE);
    assert_eq!(rows.as_array().unwrap().len(), 20);
    let row = &rows[19];
    let expected = [
        ("回線No", "20"),
        ("着信TEL", "0731235678"),
        ("代表TEL", "0731237777"),
        ("種別", "電話"),
        ("代理内線番号", "30"),
    ];
    for (index, (name, value)) in row.as_object().unwrap().iter().take(5).enumerate() {
        assert_eq!((name.as_str(), value.as_str().unwrap()), expected[index]);
    }
    api.send("PUT", "ContainmentLine/2", &[], PRINTED).ok();
}

#[test]
fn bodies_may_come_in_many_clothes() {
    let api = Api::start();
    for (body, headers) in [
        ("\u{feff}{\"着信TEL\":\"0731111111\"}", &[("Content-Type", "text/plain")][..]),
        (
            "[{\"着信TEL\":\"0731111111\"}]",
            &[("Content-Type", "application/x-www-form-urlencoded")],
        ),
        ("{\"着信TEL\":\"073-111-1111\",\"表示順\":3,\"通知する\":true,\"備考\":null}", &[]),
    ] {
        api.send("POST", LINE, headers, body).ok();
    }
    assert_eq!(keys(&api.get(LINE), "着信TEL"), ["0731111111"; 3]);
    for body in ["", "[]", "[{},{}]", "\"x\"", "{\"着信TEL\":{}}", "{\"着信TEL\":\"1234\""] {
        api.refused(400, "POST", LINE, body);
    }
    let latin = api.raw("POST", &format!("{}/{LINE}", crate::harness::BASE), &[], b"{\"\xff\":1}");
    super::api::refusal(latin, 400);
}

#[test]
fn names_match_in_any_case_with_a_slash_and_with_unknown_query_keys() {
    let api = Api::start();
    api.post(LINE, &json!({"着信TEL": "0731111111"}));
    for path in
        ["containmentline", "CONTAINMENTLINE/", "ContainmentLine/1/", "ContainmentLine/1?x=y"]
    {
        assert_eq!(keys(&api.get(path), "回線No"), ["1"], "{path}");
    }
}

#[test]
fn head_is_get_without_a_body() {
    let api = Api::start();
    api.post(LINE, &json!({"着信TEL": "0731111111"}));
    for path in [LINE, "ContainmentLine/1", "ReceivedCall-Record/0/True/0/Null"] {
        let (get, head) = (api.send("GET", path, &[], ""), api.send("HEAD", path, &[], ""));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-length"), get.header("content-length"), "{path}");
    }
}

#[test]
fn a_long_list_comes_whole_and_in_order() {
    let api = Api::start();
    let total = 2_300; // the first page, a full one, and a part of a third
    std::thread::scope(|scope| {
        for _ in 0..20 {
            let post = || api.post("CustomerAddress", &json!({"氏名": "花子"}));
            scope.spawn(move || (0..total / 20).for_each(|_| drop(post())));
        }
    });
    let expected: Vec<String> = (1..=total).map(|key| key.to_string()).collect();
    assert_eq!(keys(&api.get("CustomerAddress"), "顧客ID"), expected);
    assert_eq!(api.send("HEAD", "CustomerAddress", &[], "").body.len(), 0);
}
