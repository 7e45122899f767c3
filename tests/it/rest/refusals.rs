//! The table of refusals over the wire.

use serde_json::json;

use super::Api;
use super::api::refusal;

#[test]
fn unknown_things_below_the_base_are_404_in_the_same_shape() {
    let api = Api::start();
    for (method, path) in [
        ("GET", ""),
        ("GET", "Nothing"),
        ("GET", "ContainmentLine/abc"),
        ("GET", "ContainmentLine/1/2"),
        ("PUT", "ContainmentLine/7"),
        ("DELETE", "ContainmentLine/7"),
        ("DELETE", "SIP-ServerConnection/1"),
        ("PUT", "SIP-ServerConnection/1"),
    ] {
        api.refused(404, method, path, r#"{"備考":"x"}"#);
    }
    refusal(api.raw("GET", "/nothing", &[], b""), 404);
    refusal(api.raw("GET", "/CTI_SmartConnectService/RestServices/ContainmentLine", &[], b""), 404);
}

#[test]
fn a_call_search_that_makes_no_sense_is_400() {
    let api = Api::start();
    let seven = (1..=7).map(|n| format!("073123456{n}")).collect::<Vec<_>>().join("&");
    for path in ["10/True", "10/True/0", "-1/True/0/Null", "10/Maybe/0/Null", "10/True/0/abc"] {
        api.refused(400, "GET", &format!("ReceivedCall-Record/{path}"), "");
    }
    let text = api.refused(400, "GET", &format!("ReceivedCall-Record/0/True/0/{seven}"), "");
    assert!(text.contains("6つまで"), "{text}");
    assert_eq!(api.get("ReceivedCall-Record/0/True/0/0731234567&0731234568&"), json!([]));
    assert_eq!(api.get("ReceivedCall-Record/0/true/0/0731234567%260731234568%26"), json!([]));
}

#[test]
fn a_body_over_64_kib_is_413_and_the_service_goes_on() {
    let api = Api::start();
    let fits = json!({"着信TEL": "0731111111"}).to_string();
    let full = format!("{fits}{}", " ".repeat(64 * 1024 - fits.len()));
    api.send("POST", "ContainmentLine", &[], &full).ok();
    api.refused(413, "POST", "ContainmentLine", &format!("{full} "));
    api.refused(413, "POST", "ContainmentLine", &"x".repeat(900_000));
    assert_eq!(api.get("ContainmentLine").as_array().unwrap().len(), 1);
}

#[test]
fn taken_names_and_the_last_administrator_are_409() {
    let api = Api::start();
    let user = |login: &str, role: &str| json!({"ユーザーID": login, "ユーザー名": "x", "パスワード": "correct-horse", "権限": role});
    api.post("UserManagement", &user("admin", "管理者"));
    let pass = [("Authorization", super::rights::basic("admin", "correct-horse"))];
    let pass = [(pass[0].0, pass[0].1.as_str())];
    let taken = user("admin", "一般").to_string();
    let text = refusal(api.send("POST", "UserManagement", &pass, &taken), 409);
    assert!(text.contains("ユーザーID"), "{text}");
    for (method, body) in
        [("DELETE", ""), ("PUT", r#"{"権限":"一般"}"#), ("PUT", r#"{"使用する":"False"}"#)]
    {
        refusal(api.send(method, "UserManagement/1", &pass, body), 409);
    }
}

#[test]
fn an_unknown_host_is_421() {
    let api = Api::start();
    for host in ["evil.example.com", "localhost.evil.example:80", ""] {
        refusal(api.send("GET", "ContainmentLine", &[("Host", host)], ""), 421);
    }
    let api = Api::start_with(|settings| settings.allow_hosts = vec!["pbx.example.com".into()]);
    let answer = api.send("GET", "ContainmentLine", &[("Host", "pbx.example.com:55963")], "");
    assert_eq!(answer.status, 200);
}

#[test]
fn only_differing_read_only_keys_are_refused_and_named() {
    let api = Api::start();
    let key = api.post("CustomerAddress", &json!({"氏名": "和歌山 花子"}));
    let path = format!("CustomerAddress/{key}");
    let text = api.refused(400, "PUT", &path, r#"{"着信回数":"99"}"#);
    assert!(text.contains("着信回数"), "{text}");
    api.send("PUT", &path, &[], r#"{"着信回数":"99","備考":"x"}"#).ok();
}

#[test]
fn with_legacy_status_every_refusal_below_the_base_is_200() {
    let api = Api::start_with(|settings| settings.legacy_status = true);
    for (method, path, body) in [
        ("GET", "Nothing", ""),
        ("POST", "ContainmentLine", "{}"),
        ("PUT", "ContainmentLine/7", "{}"),
        ("DELETE", "MessDef-Mail/1", ""),
        ("POST", "ContainmentLine", &"x".repeat(70_000)),
    ] {
        refusal(api.send(method, path, &[], body), 200);
    }
    refusal(api.raw("GET", "/nothing", &[], b""), 404);
}

#[test]
fn options_tell_the_methods() {
    let api = Api::start();
    let answer = api.send("OPTIONS", "ContainmentLine", &[], "");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS, POST"));
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}
