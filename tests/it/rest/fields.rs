//! Every resource × every writable field × every value that its kind refuses.

use serde_json::{Map, Value, json};
use smartconnect::resource::{Field, Mode, Resource, Source, catalog};

use super::Api;

/// A body with the example (or default) of every writable field.
pub fn example(resource: &Resource) -> Map<String, Value> {
    let writable = resource.fields.iter().skip(1).filter(|field| field.mode == Mode::ReadWrite);
    let value = |field: &Field| match (field.name, field.example) {
        // Examples of references name rows that need not exist.
        _ if matches!(field.kind, smartconnect::resource::Kind::Ref(_)) => "0",
        ("パスワード" | "アクセストークン", _) => "correct-horse",
        (_, "") => field.default,
        (_, example) => example,
    };
    writable
        .filter(|field| !value(field).is_empty())
        .map(|field| (field.name.to_owned(), json!(value(field))))
        .collect()
}

/// Resources of the store that clients may add rows to.
fn addable() -> impl Iterator<Item = &'static Resource> {
    let table = |resource: &&Resource| resource.source == Source::Table && resource.methods.post;
    catalog::ALL.iter().copied().filter(table)
}

#[test]
fn bad_values_are_refused_by_post_and_name_their_field() {
    let api = Api::start();
    let mut tried = 0;
    for resource in addable() {
        for field in resource.fields.iter().skip(1).filter(|field| field.mode == Mode::ReadWrite) {
            for bad in field.kind.bad_samples() {
                let mut body = example(resource);
                body.insert(field.name.to_owned(), json!(bad));
                let body = Value::Object(body).to_string();
                let text = api.refused(400, "POST", resource.uri, &body);
                assert!(text.contains(field.name), "{} {bad:?}: {text}", resource.uri);
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "only {tried} values were tried");
}

#[test]
fn bad_values_are_refused_by_put_and_change_nothing() {
    let api = Api::start();
    let mut tried = 0;
    for resource in catalog::ALL.iter().filter(|resource| resource.methods.put) {
        let Some(path) = some_row(&api, resource) else { continue };
        let before = api.get(&path);
        for field in resource.fields.iter().skip(1).filter(|field| field.mode == Mode::ReadWrite) {
            for bad in field.kind.bad_samples() {
                let body = json!({field.name: bad}).to_string();
                let text = api.refused(400, "PUT", &path, &body);
                assert!(text.contains(field.name), "{path} {bad:?}: {text}");
                tried += 1;
            }
        }
        assert_eq!(api.get(&path), before, "{path}");
    }
    assert!(tried > 400, "only {tried} values were tried");
}

/// Address of a row; a user would end the rights of this test, so users have theirs elsewhere.
fn some_row(api: &Api, resource: &Resource) -> Option<String> {
    if resource.uri == "UserManagement" {
        return None;
    }
    if resource.methods.post {
        let key = api.post(resource.uri, &Value::Object(example(resource)));
        return Some(format!("{}/{key}", resource.uri));
    }
    let rows = api.get(resource.uri);
    let first = resource.fields.first()?.name;
    Some(format!("{}/{}", resource.uri, rows.get(0)?[first].as_str()?))
}

#[test]
fn a_required_field_may_not_be_empty() {
    let api = Api::start();
    for resource in addable() {
        for field in resource.fields.iter().filter(|field| field.required) {
            for body in [json!(""), Value::Null] {
                let mut row = example(resource);
                row.insert(field.name.to_owned(), body);
                let row = Value::Object(row).to_string();
                let text = api.refused(400, "POST", resource.uri, &row);
                assert!(text.contains(field.name), "{}: {text}", resource.uri);
            }
        }
    }
}

#[test]
fn an_unknown_key_is_named_and_the_allowed_ones_are_listed() {
    let api = Api::start();
    for resource in addable() {
        let mut row = example(resource);
        row.insert("無いキー".to_owned(), json!("1"));
        let text = api.refused(400, "POST", resource.uri, &Value::Object(row).to_string());
        assert!(text.contains("無いキー"), "{}: {text}", resource.uri);
        let writable = resource.fields.iter().find(|field| field.mode == Mode::ReadWrite).unwrap();
        assert!(text.contains(writable.name), "{}: {text}", resource.uri);
    }
}

#[test]
fn a_reference_to_nothing_is_refused() {
    let api = Api::start();
    let mut tried = 0;
    for resource in addable() {
        for field in resource.fields {
            if field.mode == Mode::ReadWrite
                && matches!(field.kind, smartconnect::resource::Kind::Ref(_))
            {
                let mut row = example(resource);
                row.insert(field.name.to_owned(), json!("4711"));
                let text = api.refused(400, "POST", resource.uri, &Value::Object(row).to_string());
                assert!(text.contains(field.name), "{}: {text}", resource.uri);
                tried += 1;
            }
        }
    }
    assert!(tried >= 4, "only {tried} references were tried");
}
