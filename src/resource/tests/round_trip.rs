//! A row that GET gave can be sent back as it is.

use proptest::prelude::*;

use super::*;
use crate::resource::{
    Kind, Mode, Verb, catalog, check_row, complete, from_texts, merge, only_read_only_changes,
    parse,
};

/// A row with a value in every field that takes one: the example, else the first sample.
fn full(resource: &'static Resource) -> Record {
    let texts = resource.fields.iter().filter(|field| field.mode == Mode::ReadWrite).map(|field| {
        let sample = field.kind.samples().into_iter().next().map(|(sent, _)| sent);
        let text = match (resource.uri, field.column) {
            // The examples of these contradict each other: they show fields, not one row.
            ("Notification-Chat", "destination") => "GENERAL".to_owned(),
            ("Notification-Delivery", "state") => "成功".to_owned(),
            _ if field.kind == Kind::Key => "0".to_owned(),
            _ if !field.example.is_empty() => field.example.to_owned(),
            _ => sample.unwrap_or_default(),
        };
        (field.name, text)
    });
    let texts: Vec<(&str, String)> = texts.collect();
    let draft =
        from_texts(resource, texts.iter().map(|(name, text)| (*name, text.as_str())), Verb::Post);
    let mut record =
        complete(&draft.unwrap_or_else(|faults| panic!("{}: {faults:?}", resource.uri)));
    let seen = example(resource);
    for ((slot, field), value) in record.values.iter_mut().zip(resource.fields).zip(seen.values) {
        if field.mode == Mode::ReadOnly || field.kind == Kind::Key {
            *slot = value;
        }
    }
    record
}

#[test]
fn a_shown_row_sent_by_put_changes_nothing() {
    for resource in catalog::ALL {
        let stored = full(resource);
        assert_eq!(check_row(Some(&stored), &stored), [], "{}", resource.uri);
        for body in [shown(&stored), format!("[{}]", shown(&stored))] {
            let draft = parse(resource, body.as_bytes(), Verb::Put);
            let draft = draft.unwrap_or_else(|faults| panic!("{}: {faults:?}", resource.uri));
            assert_eq!(only_read_only_changes(&draft, &stored), None, "{}", resource.uri);
            let merged = merge(&stored, &draft).unwrap();
            assert_eq!(merged.values, stored.values, "{}", resource.uri);
            assert_eq!(check_row(Some(&stored), &merged), [], "{}", resource.uri);
        }
    }
}

#[test]
fn a_shown_row_sent_by_post_makes_the_same_row_but_for_what_the_service_writes() {
    for resource in catalog::ALL.into_iter().filter(|resource| resource.methods.post) {
        let stored = full(resource);
        let hides_a_required_value =
            resource.fields.iter().any(|field| field.required && field.kind.is_masked());
        let draft = parse(resource, shown(&stored).as_bytes(), Verb::Post);
        let Ok(draft) = draft else {
            assert!(hides_a_required_value, "{}: {draft:?}", resource.uri);
            continue;
        };
        let made = complete(&draft);
        for ((field, made), stored) in resource.fields.iter().zip(&made.values).zip(&stored.values)
        {
            if field.mode == Mode::ReadWrite && field.kind != Kind::Key && !field.kind.is_masked() {
                assert_eq!(made, stored, "{}.{}", resource.uri, field.name);
            }
            if field.kind.is_masked() {
                assert_eq!(made, &Value::Empty, "{}.{}", resource.uri, field.name);
            }
        }
    }
}

#[test]
fn no_shown_row_holds_a_secret() {
    for resource in catalog::ALL {
        let stored = full(resource);
        let shown: serde_json::Value = serde_json::from_str(&shown(&stored)).unwrap();
        for (field, value) in resource.fields.iter().zip(&stored.values) {
            if field.kind.is_masked() && !value.is_empty() {
                let text = shown[field.name].as_str().unwrap();
                assert!(text.contains("********"), "{}.{}: {text}", resource.uri, field.name);
            }
            assert_eq!(shown.get(field.name).is_none(), field.mode == Mode::WriteOnly);
        }
    }
}

/// Text of a body, whole or broken anywhere.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof![
        (0_usize..400).prop_map(|pick| {
            let names: Vec<_> = fields().map(|(_, field)| field.name.to_owned()).collect();
            names[pick % names.len()].clone()
        }),
        "\\PC{0,8}",
    ];
    let value = prop_oneof![
        "\\PC{0,30}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        Just("[{\"a\":[1]}]".to_owned()),
        Just("“x”".to_owned()),
        Just("\"********\"".to_owned()),
    ];
    let members = prop::collection::vec((name, value), 0..8);
    let whole = members.prop_map(|members| {
        let members: Vec<_> = members
            .into_iter()
            .map(|(name, value)| format!("{}:{value}", serde_json::to_string(&name).unwrap()))
            .collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    });
    (whole, any::<prop::sample::Index>(), any::<u8>(), 0_u8..4).prop_map(
        |(mut body, at, byte, how)| {
            let at = at.index(body.len());
            match how {
                0 => body.truncate(at),
                1 => body[at] = byte,
                _ => {}
            }
            body
        },
    )
}

proptest! {
    #[test]
    fn no_body_brings_the_reader_down(body in body(), pick in 0_usize..26, put in any::<bool>()) {
        let resource = catalog::ALL[pick];
        let verb = if put { Verb::Put } else { Verb::Post };
        match parse(resource, &body, verb) {
            Ok(draft) => {
                let record = if put { merge(&Record::empty(resource), &draft) } else { Ok(complete(&draft)) };
                if let Ok(record) = record {
                    drop(check_row(None, &record));
                    let row = shown(&record);
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&row).is_ok(), "{row}");
                }
            }
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }

    #[test]
    fn what_is_written_can_be_read(text in any::<String>()) {
        let mut out = vec![b'"'];
        json::write_escaped(&text, &mut out);
        out.push(b'"');
        prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
    }

    #[test]
    fn numbers_are_written_in_full(number in any::<i64>()) {
        let mut out = Vec::new();
        json::write_int(number, &mut out);
        prop_assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
    }

    #[test]
    fn dates_are_those_of_the_calendar(at in -62_135_000_000_000_i64..253_402_000_000_000) {
        let mut out = Vec::new();
        json::write_date_time(at, &mut out);
        prop_assert_eq!(String::from_utf8(out).unwrap(), crate::clock::japan_text(at));
    }
}
