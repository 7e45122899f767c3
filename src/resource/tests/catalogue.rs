//! The catalogue is the contract, and consistent in itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::*;
use crate::resource::{Kind, Mode};

/// The contract beside the checkout or the worktree; `None` on a machine without it.
fn contract() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../shared", "../../shared"]
        .iter()
        .map(|shared| here.join(shared).join("contract/resources.json"))
        .find(|path| path.exists())
}

fn words(json: &Json) -> Vec<&str> {
    json.as_array()
        .map(|list| list.iter().map(|word| word.as_str().unwrap()).collect())
        .unwrap_or_default()
}

#[test]
fn the_catalogue_is_the_contract() {
    let Some(path) = contract() else { return };
    let contract: Json = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let resources = contract["resources"].as_array().unwrap();
    assert_eq!(resources.len(), catalog::ALL.len());
    for (expected, resource) in resources.iter().zip(catalog::ALL) {
        assert_eq!(expected["uri"], resource.uri);
        assert_eq!(expected["ja"], resource.title);
        assert_eq!(expected["first_key"], resource.first_key);
        assert_eq!(expected["seed"], resource.seed, "{}", resource.uri);
        assert_eq!(expected["note"], resource.note, "{}", resource.uri);
        assert_eq!(expected["key"], resource.key_field().unwrap().name);
        let methods = words(&expected["methods"]);
        assert_eq!(methods.contains(&"POST"), resource.methods.post, "{}", resource.uri);
        assert_eq!(methods.contains(&"PUT"), resource.methods.put, "{}", resource.uri);
        assert_eq!(methods.contains(&"DELETE"), resource.methods.delete, "{}", resource.uri);
        let fields = expected["fields"].as_array().unwrap();
        assert_eq!(fields.len(), resource.fields.len(), "{}", resource.uri);
        for (expected, field) in fields.iter().zip(resource.fields) {
            same_field(expected, field, resource.uri);
        }
    }
}

fn same_field(expected: &Json, field: &Field, uri: &str) {
    let place = format!("{uri}.{}", field.name);
    assert_eq!(expected["key"], field.name, "{place}");
    assert_eq!(expected["kind"], field.kind.word().as_ref(), "{place}");
    // Ours may go on where the contract's is short.
    let meaning = expected["meaning"].as_str().unwrap();
    let stands =
        field.meaning == meaning || (!meaning.is_empty() && field.meaning.starts_with(meaning));
    assert!(stands, "{place}: {}", field.meaning);
    assert_eq!(expected["example"], field.example, "{place}");
    assert_eq!(expected["default"], field.default, "{place}");
    assert_eq!(expected["required"], field.required, "{place}");
    assert_eq!(expected["read_only"], field.mode == Mode::ReadOnly, "{place}");
    assert_eq!(expected["write_only"], field.mode == Mode::WriteOnly, "{place}");
    let max = expected["max"].as_i64();
    match field.kind {
        Kind::Enum(words_here) => assert_eq!(words(&expected["enum"]), words_here, "{place}"),
        Kind::Int { min, max: most } if expected.get("min").is_some() => {
            assert_eq!((expected["min"].as_i64(), max), (Some(min), Some(most)), "{place}");
        }
        Kind::Secret { show_last } => {
            assert_eq!(
                expected["show_last"].as_i64().unwrap_or(0),
                i64::from(show_last),
                "{place}"
            );
        }
        Kind::Text { max: most, suggest } => {
            assert_eq!(words(&expected["suggest"]), suggest, "{place}");
            assert!(max.is_none_or(|max| max == i64::from(most)), "{place}");
            assert_eq!(max.is_none(), most == 1_000_000, "{place}");
        }
        Kind::Kana { max: most }
        | Kind::Template { max: most }
        | Kind::UrlTemplate { max: most }
        | Kind::ArgsTemplate { max: most }
        | Kind::FileTemplate { max: most }
        | Kind::SecretHeaders { max: most } => assert_eq!(max, Some(i64::from(most)), "{place}"),
        _ => {}
    }
}

#[test]
fn tables_and_columns_are_unambiguous_identifiers() {
    let mut tables = BTreeSet::new();
    for resource in catalog::ALL {
        assert!(tables.insert(resource.table), "two tables {}", resource.table);
        let columns: Vec<&str> = resource
            .fields
            .iter()
            .map(|field| field.column)
            .chain(resource.hidden.iter().map(|hidden| hidden.column))
            .chain(["revision"])
            .collect();
        let unique: BTreeSet<&&str> = columns.iter().collect();
        assert_eq!(unique.len(), columns.len(), "{}", resource.uri);
        assert_eq!(columns.first(), Some(&"id"), "{}", resource.uri);
        for name in columns.into_iter().chain([resource.table]) {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            assert!(name.bytes().all(plain), "{}.{name}", resource.uri);
        }
    }
}

#[test]
fn names_need_no_escaping() {
    for (resource, field) in fields() {
        let mut out = Vec::new();
        json::write_escaped(field.name, &mut out);
        assert_eq!(out, field.name.as_bytes(), "{}", resource.uri);
    }
}

#[test]
fn defaults_and_examples_are_values_in_their_normal_form() {
    for (resource, field) in fields() {
        for text in [field.default, field.example].into_iter().filter(|text| !text.is_empty()) {
            let value = field.kind.check(text);
            let value = value.unwrap_or_else(|e| panic!("{}.{}: {e}", resource.uri, field.name));
            assert_eq!(
                json::shown(field.kind, &value.raw()),
                text,
                "{}.{}",
                resource.uri,
                field.name
            );
        }
    }
}

#[test]
fn first_rows_keep_every_rule() {
    for resource in catalog::ALL {
        for row in resource.first_rows {
            let named = row.iter().map(|(column, text)| {
                let index = resource.index(column).unwrap_or_else(|| panic!("no column {column}"));
                (resource.fields[index].name, *text)
            });
            let draft = crate::resource::from_texts(resource, named, crate::resource::Verb::Post);
            let record = crate::resource::complete(&draft.unwrap());
            assert_eq!(crate::resource::check_row(None, &record), [], "{}", resource.uri);
        }
    }
}

#[test]
fn references_lead_to_resources() {
    for (resource, field) in fields() {
        if let Kind::Ref(uri) = field.kind {
            assert!(catalog::ALL.iter().any(|target| target.uri == uri), "{} {uri}", resource.uri);
        }
    }
}

/// Where the words of each module of `words` stand.
const WORD_FIELDS: [(&str, &[(&str, &str)]); 21] = [
    ("call_state", &[("ReceivedCall-Record", "state")]),
    ("handling", &[("ReceivedCall-Record", "handling")]),
    ("unanswered", &[("SIP-ServerConnection", "unanswered_as")]),
    ("activation_state", &[("Online-Activation", "state")]),
    ("registration_state", &[("SIP-ServerConnection", "registration")]),
    ("answer_mode", &[("SIP-ServerConnection", "answer_mode")]),
    ("rule_action", &[("Caller-Rule", "action")]),
    ("timing", &[("Notification-Chat", "timing"), ("Notification-Delivery", "timing")]),
    ("delivery_timing", &[("Notification-Delivery", "timing")]),
    ("delivery_state", &[("Notification-Delivery", "state")]),
    ("cycle", &[("DataBackup", "cycle")]),
    ("period", &[("Output-CSV", "period"), ("Output-EXCEL", "period")]),
    ("sort_order", &[("Output-CSV", "sort_order"), ("Output-EXCEL", "sort_order")]),
    ("format", &[("Output-CSV", "format")]),
    ("encoding", &[("Output-CSV", "encoding")]),
    ("separator", &[("Output-CSV", "separator")]),
    ("newline", &[("Output-CSV", "newline")]),
    ("quoting", &[("Output-CSV", "quoting")]),
    ("keep_zeros", &[("Output-CSV", "keep_zeros")]),
    ("audit_action", &[("Audit-Log", "action")]),
    ("role", &[("UserManagement", "role"), ("API-Token", "role")]),
];

#[test]
fn words_the_program_decides_by_are_words_of_their_fields() {
    // The source itself is read, so that a word added there cannot be forgotten here.
    let source = include_str!("../words.rs");
    let mut count = 0;
    for module in source.split("pub mod ").skip(1) {
        let name = module.split(' ').next().unwrap();
        let places = WORD_FIELDS.iter().find(|(module, _)| *module == name);
        let (_, places) = places.unwrap_or_else(|| panic!("where do the words of {name} stand?"));
        for line in module.lines().filter(|line| line.contains("pub const ")) {
            let word = line.split('"').nth(1).unwrap();
            for (uri, column) in *places {
                let resource = catalog::find(uri).unwrap();
                let field = &resource.fields[resource.index(column).unwrap()];
                let Kind::Enum(words) = field.kind else { panic!("{uri}.{column}") };
                assert!(words.contains(&word), "{uri}.{column} has no {word}");
                count += 1;
            }
        }
    }
    assert!(count > 30);
}
