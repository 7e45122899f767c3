//! Every kind: what it takes, what it refuses, what it hides.

use proptest::prelude::*;

use super::*;
use crate::resource::kind::{MASK, is_mask, mask, resolve_mask};
use crate::resource::{Kind, Mode};

fn shown_as(kind: Kind, value: &Value) -> String {
    if kind.is_masked() { mask(kind, value.text()) } else { json::shown(kind, &value.raw()) }
}

#[test]
fn good_samples_are_taken_and_come_back_the_same() {
    for (resource, field) in fields().filter(|(_, field)| field.mode == Mode::ReadWrite) {
        for (sent, shown) in field.kind.samples() {
            let place = format!("{}.{} = {sent:?}", resource.uri, field.name);
            let value = field.check(&sent).unwrap_or_else(|message| panic!("{place}: {message}"));
            assert_eq!(shown_as(field.kind, &value), shown, "{place}");
            if field.kind.is_masked() {
                assert!(is_mask(field.kind, &shown), "{place}");
                assert_eq!(resolve_mask(field.kind, &shown, value.text()), Ok(value), "{place}");
            } else {
                assert_eq!(field.check(&shown), Ok(value), "{place}");
            }
        }
    }
}

#[test]
fn every_writable_kind_has_good_and_bad_samples() {
    for (resource, field) in fields().filter(|(_, field)| field.mode == Mode::ReadWrite) {
        if matches!(field.kind, Kind::Key | Kind::KeyList) {
            continue;
        }
        assert!(!field.kind.samples().is_empty(), "{}.{}", resource.uri, field.name);
        assert!(!field.kind.bad_samples().is_empty(), "{}.{}", resource.uri, field.name);
    }
}

#[test]
fn bad_samples_are_refused_with_a_message_for_people() {
    for (resource, field) in fields().filter(|(_, field)| field.mode == Mode::ReadWrite) {
        if field.kind == Kind::KeyList {
            continue;
        }
        for sent in field.kind.bad_samples() {
            let place = format!("{}.{} = {sent:?}", resource.uri, field.name);
            let message = field
                .check(&sent)
                .map_or_else(|message| message, |v| panic!("{place} gives {v:?}"));
            assert!(message.chars().any(|c| ('ぁ'..='ん').contains(&c)), "{place}: {message}");
            assert!(message.chars().count() < 300, "{place}: {message}");
        }
    }
}

#[test]
fn empty_is_the_default_a_fault_or_no_value() {
    for (resource, field) in fields().filter(|(_, field)| field.mode != Mode::ReadOnly) {
        let place = format!("{}.{}", resource.uri, field.name);
        match field.check("") {
            Ok(value) if field.kind.empty_is_default() => {
                assert_eq!(value, field.default_value(), "{place}");
            }
            Ok(value) => assert_eq!((value, field.required), (Value::Empty, false), "{place}"),
            Err(_) => assert!(field.required || field.column == "state", "{place}"),
        }
    }
}

#[test]
fn a_mask_shows_no_more_than_it_should() {
    let token = Kind::Secret { show_last: 4 };
    assert_eq!(mask(token, "12345678"), MASK);
    assert_eq!(mask(token, "123456789"), "********6789");
    assert_eq!(mask(token, ""), "");
    assert_eq!(mask(Kind::Secret { show_last: 0 }, "123456789"), MASK);
    let hook = "https://hooks.example.com:8443/T1/B2?k=v#f";
    assert_eq!(mask(Kind::SecretUrl, hook), "https://hooks.example.com:8443/********");
    assert_eq!(mask(Kind::SecretUrl, "https://u:p@example.com/x"), "https://example.com/********");
    assert_eq!(mask(Kind::SecretUrl, "no url"), MASK);
}

#[test]
fn only_the_right_mask_keeps_a_secret() {
    let token = Kind::Secret { show_last: 4 };
    let stored = "0123456789abcdef";
    let kept = Ok(Value::Text(stored.into()));
    assert_eq!(resolve_mask(token, "********cdef", stored), kept);
    for wrong in ["********", "********abcd"] {
        assert!(is_mask(token, wrong) && resolve_mask(token, wrong, stored).is_err(), "{wrong}");
    }
    assert!(resolve_mask(token, MASK, "").is_err());
    for other in ["********abcdef", "*******", "x********"] {
        assert!(!is_mask(token, other), "{other}");
    }
    let hook = "https://hooks.example.com/T1";
    assert_eq!(
        resolve_mask(Kind::SecretUrl, "https://hooks.example.com/********", hook),
        Ok(Value::Text(hook.into()))
    );
    assert!(resolve_mask(Kind::SecretUrl, "https://evil.example/********", hook).is_err());
}

#[test]
fn header_lines_keep_or_change_their_values_one_by_one() {
    let kind = Kind::SecretHeaders { max: 2000 };
    let stored = "X-A: 1\nX-B: 2";
    let resolve = |sent| resolve_mask(kind, sent, stored);
    assert_eq!(resolve("X-B: ********\nX-C: 3"), Ok(Value::Text("X-B: 2\nX-C: 3".into())));
    assert_eq!(resolve("x-a: ********\nX-B: 9"), Ok(Value::Text("X-A: 1\nX-B: 9".into())));
    assert!(resolve("X-D: ********").unwrap_err().contains("X-D"));
    assert!(resolve("X-A: ********\nX-A: ********").is_err());
    assert!(resolve("X-A: ********\nHost: x").is_err());
}

#[test]
fn messages_about_secrets_do_not_repeat_them() {
    for (_, field) in fields().filter(|(_, field)| field.kind.is_masked()) {
        for sent in ["se\u{7}kret-value-1", "no colon sekret-value-1", "X y: sekret-value-1"] {
            if let Err(message) = field.check(sent) {
                assert!(!message.contains("kret-value"), "{}: {message}", field.name);
            }
        }
    }
}

proptest! {
    #[test]
    fn what_a_field_takes_comes_back_the_same(text in "\\PC{0,40}", pick in 0_usize..10_000) {
        let all: Vec<_> = fields().collect();
        let (_, field) = all[pick % all.len()];
        if !text.is_empty() && let Ok(value) = field.kind.check(&text) && !field.kind.is_masked() {
            let shown = json::shown(field.kind, &value.raw());
            let again = if shown.is_empty() { Ok(Value::Empty) } else { field.kind.check(&shown) };
            prop_assert_eq!(again, Ok(value), "{} {:?}", field.name, shown);
        }
    }

    #[test]
    fn numbers_and_dates_come_back_the_same(at in -30_000_000_000_000_i64..250_000_000_000_000, pick in 0_usize..4) {
        let local = crate::clock::japan_text(at);
        let sent = match pick {
            0 => local.clone(),
            1 => local.replace('/', "-").replace(' ', "T") + "+09:00",
            2 => local.replace('/', "-"),
            _ => crate::clock::japan(at).to_utc().to_rfc3339(),
        };
        let value = Kind::DateTime.check(&sent).unwrap();
        prop_assert_eq!(json::shown(Kind::DateTime, &value.raw()), local);
    }
}
