//! `ETag`, `If-Match`, `If-None-Match`.

use std::sync::Arc;

use serde_json::{Value, json};
use smartconnect::resource::{Source, catalog};
use smartconnect::store::{Composed, Facts};

use super::Api;
use super::api::refusal;
use super::fields::example;
use crate::harness::http::Answer;

fn tag(answer: &Answer) -> String {
    let tag = answer.header("etag").expect("an ETag").to_owned();
    assert!(tag.len() == 18 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    tag
}

fn read(api: &Api, path: &str) -> String {
    tag(&api.send("GET", path, &[], ""))
}

fn customer(api: &Api) -> (String, String) {
    let body = json!({"氏名": "和歌山 花子", "電話番号1": "09000000001"}).to_string();
    let answer = api.send("POST", "CustomerAddress", &[], &body).ok();
    let key = answer.header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    (format!("CustomerAddress/{key}"), tag(&answer))
}

#[test]
fn every_resource_tells_the_same_version_after_a_write_and_on_get() {
    let api = Api::start();
    let resources = catalog::ALL
        .iter()
        .filter(|resource| resource.source == Source::Table && resource.uri != "UserManagement");
    for resource in resources.filter(|resource| resource.methods.post) {
        let body = Value::Object(example(resource)).to_string();
        let posted = api.send("POST", resource.uri, &[], &body).ok();
        let path = posted.header("location").unwrap().rsplit('/').next().unwrap();
        let path = format!("{}/{path}", resource.uri);
        assert_eq!(read(&api, &path), tag(&posted), "{path}");
        if resource.methods.put {
            let row = api.get(&path)[0].to_string();
            let put = api.send("PUT", &path, &[("If-Match", &tag(&posted))], &row).ok();
            assert_eq!(tag(&put), tag(&posted), "{path}: the row went back as it was");
            let answer = api.send("GET", &path, &[("If-None-Match", &tag(&put))], "");
            assert_eq!((answer.status, tag(&answer)), (304, tag(&put)), "{path}");
        }
    }
}

#[test]
fn lists_and_missing_rows_have_no_version() {
    let api = Api::start();
    customer(&api);
    for path in ["CustomerAddress", "CustomerAddress/4711", "ContainmentLine/7"] {
        let answer = api.send("GET", path, &[("If-None-Match", "*")], "");
        assert_eq!((answer.status, answer.header("etag")), (200, None), "{path}");
    }
}

#[test]
fn a_known_version_is_answered_with_304() {
    let api = Api::start();
    let (path, known) = customer(&api);
    for condition in [known.clone(), format!("\"x\", W/{known}"), "*".to_owned()] {
        for method in ["GET", "HEAD"] {
            let answer = api.send(method, &path, &[("If-None-Match", &condition)], "");
            assert_eq!((answer.status, tag(&answer)), (304, known.clone()), "{condition}");
            assert_eq!(answer.body, b"");
        }
    }
    api.send("PUT", &path, &[], r#"{"備考":"x"}"#).ok();
    let answer = api.send("GET", &path, &[("If-None-Match", &known)], "");
    assert_eq!((answer.status, answer.json()[0]["備考"].as_str()), (200, Some("x")));
    assert_ne!(tag(&answer), known);
}

#[test]
fn a_change_and_a_delete_of_an_outdated_version_are_412() {
    let api = Api::start();
    let (path, first) = customer(&api);
    let second = tag(&api.send("PUT", &path, &[("If-Match", &first)], r#"{"備考":"1"}"#).ok());
    for (method, body) in [("PUT", r#"{"備考":"2"}"#), ("DELETE", "")] {
        for condition in [first.as_str(), &format!("W/{second}"), "nonsense", ""] {
            let answer = api.send(method, &path, &[("If-Match", condition)], body);
            let text = refusal(answer, 412);
            assert!(text.contains("読み直し"), "{text}");
        }
    }
    assert_eq!(api.get(&path)[0]["備考"], "1");
    let either = format!("{first}, {second}");
    api.send("PUT", &path, &[("If-Match", &either)], r#"{"備考":"3"}"#).ok();
    api.send("PUT", &path, &[("If-Match", "*")], r#"{"備考":"4"}"#).ok();
    let last = read(&api, &path);
    api.send("DELETE", &path, &[("If-Match", &last)], "").ok();
    for method in ["PUT", "DELETE"] {
        refusal(api.send(method, &path, &[("If-Match", "*")], "{}"), 404);
    }
}

#[test]
fn a_ringing_phone_outdates_nobody() {
    let api = Api::start();
    let (path, known) = customer(&api);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let key: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let compose = Box::new(move |facts: &Facts<'_>| {
        let call = catalog::find("ReceivedCall-Record").unwrap();
        let mut record = smartconnect::resource::Record::empty(call);
        record.set("received_at", smartconnect::resource::Value::Int(facts.now));
        record.set("customer_id", smartconnect::resource::Value::Int(key));
        Composed { record: Some(record), ..Composed::default() }
    });
    runtime.block_on(api.store.ring("09000000001".into(), compose)).unwrap();
    assert_eq!(api.get(&path)[0]["着信回数"], "1");
    assert_eq!(read(&api, &path), known);
    api.send("PUT", &path, &[("If-Match", &known)], r#"{"備考":"x"}"#).ok();
}

#[test]
fn a_key_that_came_back_is_another_row() {
    let api = Api::start();
    let (path, gone) = customer(&api);
    api.send("DELETE", &path, &[], "").ok();
    let body = json!({"氏名": "別人"}).to_string();
    let again = api.send("POST", "CustomerAddress", &[], &body).ok();
    assert!(again.header("location").unwrap().ends_with(&path));
    refusal(api.send("PUT", &path, &[("If-Match", &gone)], r#"{"備考":"x"}"#), 412);
}

#[test]
fn a_new_secret_is_a_new_version_though_it_is_masked_alike() {
    let api = Api::start();
    let connection = json!({
        "接続名": "HGW", "SIPサーバーアドレス": "192.0.2.1", "内線番号": "7", "パスワード": "s3cret-9876"
    });
    let key = api.post("SIP-ServerConnection", &connection);
    let path = format!("SIP-ServerConnection/{key}");
    let (row, known) = (api.get(&path), read(&api, &path));
    api.send("PUT", &path, &[], &json!({"パスワード": "s3cret-0-9876"}).to_string()).ok();
    assert_eq!(api.get(&path)[0]["パスワード"], row[0]["パスワード"]);
    assert_ne!(read(&api, &path), known);
}

#[test]
fn of_many_who_change_one_version_one_succeeds() {
    let api = Arc::new(Api::start());
    let (path, known) = customer(&api);
    let tries: Vec<_> = (0..8)
        .map(|number| {
            let (api, path, known) = (api.clone(), path.clone(), known.clone());
            std::thread::spawn(move || {
                let body = json!({"備考": format!("{number}")}).to_string();
                api.send("PUT", &path, &[("If-Match", &known)], &body).status
            })
        })
        .collect();
    let mut answers: Vec<u16> = tries.into_iter().map(|one| one.join().unwrap()).collect();
    answers.sort_unstable();
    assert_eq!(answers, [200, 412, 412, 412, 412, 412, 412, 412]);
}
