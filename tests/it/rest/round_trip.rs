//! What GET gave can be sent back by PUT and POST as it is, for every resource.

use serde_json::{Value, json};
use smartconnect::resource::{Kind, Mode, Source, catalog};

use super::Api;
use super::fields::example;

/// A mask counts as absent on POST, so rows that cannot be without their secret cannot be copied;
/// users and tokens are not meant to be.
const NOT_COPIED: [&str; 4] =
    ["UserManagement", "API-Token", "Notification-LINE-AccessToken", "Notification-Chat"];

/// A row without its key, what the service writes itself, and its secrets, which a copy cannot have.
fn comparable(row: &Value, uri: &str) -> Value {
    let resource = catalog::find(uri).unwrap();
    let mut row = row.clone();
    let map = row.as_object_mut().unwrap();
    for field in resource.fields {
        let secret = matches!(
            field.kind,
            Kind::Secret { .. } | Kind::Password | Kind::SecretUrl | Kind::SecretHeaders { .. }
        );
        if secret || field.mode == Mode::ReadOnly || field.kind == Kind::Key {
            map.remove(field.name);
        }
    }
    row
}

#[test]
fn every_row_goes_back_by_put_and_changes_nothing() {
    let api = Api::start();
    let resources = catalog::ALL
        .iter()
        .filter(|resource| resource.source == Source::Table && resource.uri != "UserManagement");
    for resource in resources {
        if resource.methods.post {
            api.post(resource.uri, &Value::Object(example(resource)));
        }
        if !resource.methods.put {
            continue;
        }
        for row in api.get(resource.uri).as_array().unwrap() {
            let key = row[resource.fields[0].name].as_str().unwrap();
            let path = format!("{}/{key}", resource.uri);
            let sent = api.get(&path)[0].clone();
            api.send("PUT", &path, &[], &sent.to_string()).ok();
            // As the whole answer of GET, with its brackets, too.
            api.send("PUT", &path, &[], &json!([sent]).to_string()).ok();
            let after = api.get(&path)[0].clone();
            assert_eq!(comparable(&after, resource.uri), comparable(&sent, resource.uri), "{path}");
        }
    }
}

#[test]
fn every_row_goes_back_by_post_as_a_copy() {
    let api = Api::start();
    let resources = catalog::ALL
        .iter()
        .filter(|resource| resource.methods.post && !NOT_COPIED.contains(&resource.uri));
    for resource in resources {
        let key = api.post(resource.uri, &Value::Object(example(resource)));
        let sent = api.get(&format!("{}/{key}", resource.uri))[0].clone();
        let copy = api.post(resource.uri, &sent);
        assert_ne!(copy, key);
        let copied = api.get(&format!("{}/{copy}", resource.uri))[0].clone();
        assert_eq!(comparable(&copied, resource.uri), comparable(&sent, resource.uri));
    }
}

#[test]
fn what_is_served_from_memory_is_what_the_database_holds() {
    let api = Api::start();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let tables = catalog::ALL.iter().filter(|resource| resource.source == Source::Table);
    for resource in tables.filter(|resource| resource.uri != "UserManagement") {
        if resource.methods.post {
            api.post(resource.uri, &Value::Object(example(resource)));
            api.post(resource.uri, &Value::Object(example(resource)));
        }
        let page = runtime.block_on(api.store.page_json(resource, 0, 1000)).unwrap();
        let stored = format!("[{}]", String::from_utf8(page.json).unwrap());
        assert_eq!(api.send("GET", resource.uri, &[], "").text(), stored, "{}", resource.uri);
        let key = page.last_key;
        let last = runtime.block_on(api.store.page_json(resource, key - 1, 1)).unwrap();
        let row = format!("[{}]", String::from_utf8(last.json).unwrap());
        let path = format!("{}/{key}", resource.uri);
        assert_eq!(api.send("GET", &path, &[], "").text(), row, "{path}");
        // Single rows of large tables alone are read from the database.
        if resource.large {
            let mut single = Vec::from(b"[");
            runtime.block_on(api.store.row_json(resource, key, &mut single)).unwrap();
            single.push(b']');
            assert_eq!(String::from_utf8(single).unwrap(), row, "{path}");
        }
    }
}

#[test]
fn a_copy_of_a_row_that_needs_its_secret_says_so() {
    let api = Api::start();
    let secrets =
        [("Notification-LINE-AccessToken", "アクセストークン"), ("Notification-Chat", "URL")];
    for (uri, secret) in secrets {
        let key = api.post(uri, &Value::Object(example(catalog::find(uri).unwrap())));
        let sent = api.get(&format!("{uri}/{key}"))[0].to_string();
        let text = api.refused(400, "POST", uri, &sent);
        assert!(text.contains(secret), "{text}");
    }
}

#[test]
fn secrets_are_masked_kept_cleared_and_guarded() {
    let api = Api::start();
    let connection = json!({
        "接続名": "HGW", "SIPサーバーアドレス": "192.0.2.1", "内線番号": "7", "パスワード": "s3cret-9876"
    });
    let key = api.post("SIP-ServerConnection", &connection);
    let path = format!("SIP-ServerConnection/{key}");
    let shown = || api.get(&path)[0]["パスワード"].as_str().unwrap().to_owned();
    let mask = shown();
    assert!(mask.starts_with("********") && !mask.contains("s3cret"), "{mask}");
    api.send("PUT", &path, &[], &json!({"パスワード": mask, "備考": "x"}).to_string()).ok();
    assert_eq!(shown(), mask);
    api.refused(400, "PUT", &path, &json!({"パスワード": "********zzzz"}).to_string());
    api.send("PUT", &path, &[], &json!({"パスワード": ""}).to_string()).ok();
    assert_eq!(shown(), "");
}
