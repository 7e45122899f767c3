//! What is made from the catalogue and committed. Where it differs, the test leaves the new files
//! in `target/golden`; after a wanted change, `cp -r target/golden/. schema/` takes them over.

use std::fmt::Write;
use std::path::Path;

use super::*;
use crate::resource::ddl::{self, Dialect};
use crate::resource::{Access, Verb, check_row, complete, described, openapi, parse};

/// Every file below `schema/` and what it should hold.
fn files() -> [(&'static str, String); 5] {
    [
        ("sqlite/catalog.sql", ddl::script(Dialect::Sqlite)),
        ("postgres/catalog.sql", ddl::script(Dialect::Postgres)),
        ("openapi.json", openapi::text()),
        ("catalog.txt", outline()),
        ("catalogue.json", format!("{:#}\n", described::page())),
    ]
}

/// One line a field: name, column, kind and rule.
fn outline() -> String {
    let mut out = String::from("The catalogue in short: name, column, kind, how it is written.\n");
    for resource in catalog::ALL {
        let access = match resource.access {
            Access::AdministratorWrites => "administrators write",
            Access::OperatorWrites => "operators write",
            Access::AdministratorOnly => "administrators only",
            Access::DangerousToWrite => "administrators write, never without log-in",
        };
        writeln!(out, "\n{} {} ({}), {access}", resource.uri, resource.title, resource.table)
            .unwrap();
        writeln!(out, "  {:?}", resource.methods).unwrap();
        for field in resource.fields {
            let required = if field.required { ", required" } else { "" };
            let word = field.kind.word();
            writeln!(out, "  {} {} {word} {:?}{required}", field.name, field.column, field.mode)
                .unwrap();
        }
        for hidden in resource.hidden {
            writeln!(out, "  - {} {:?}", hidden.column, hidden.kind).unwrap();
        }
    }
    out
}

#[test]
fn what_is_committed_is_what_the_catalogue_makes() {
    let mut differing = Vec::new();
    for (name, made) in files() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let committed = std::fs::read_to_string(root.join("schema").join(name)).unwrap_or_default();
        if committed == made {
            continue;
        }
        let first = committed.lines().zip(made.lines()).find(|(old, new)| old != new);
        differing.push(format!("schema/{name}, first at {first:?}"));
        let fresh = root.join("target/golden").join(name);
        std::fs::create_dir_all(fresh.parent().unwrap()).unwrap();
        std::fs::write(fresh, made).unwrap();
    }
    assert!(
        differing.is_empty(),
        "the catalogue makes something else than is committed; if that is wanted: \
         cp -r target/golden/. schema/\n{}",
        differing.join("\n")
    );
}

#[test]
fn what_is_served_is_what_is_committed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = std::fs::read_to_string(root.join("schema/openapi.json")).unwrap();
    assert_eq!(openapi::COMMITTED, committed);
}

#[test]
fn every_reference_of_the_openapi_page_leads_somewhere() {
    let page = openapi::page();
    let text = openapi::text();
    let references: Vec<&str> =
        text.split("\"$ref\": \"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(references.len() > 100);
    for reference in references {
        assert!(page.pointer(reference).is_some(), "{reference}");
    }
}

#[test]
fn every_example_of_a_body_is_taken() {
    let page = openapi::page();
    let mut tried = 0;
    for resource in catalog::ALL {
        let paths = [
            format!("{}/{}", openapi::BASE, resource.uri),
            format!("{}/{}/{{key}}", openapi::BASE, resource.uri),
        ];
        for (path, method, verb) in [(&paths[0], "post", Verb::Post), (&paths[1], "put", Verb::Put)]
        {
            let Some(operation) = page["paths"][path].get(method) else { continue };
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            let draft = parse(resource, example.to_string().as_bytes(), verb);
            let draft = draft.unwrap_or_else(|faults| panic!("{path}: {faults:?}"));
            assert!(example.as_object().is_some_and(|body| !body.is_empty()), "{path}");
            if verb == Verb::Post {
                assert_eq!(check_row(None, &complete(&draft)), [], "{path}");
            }
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried}");
}

#[test]
fn an_address_is_shown_with_a_key_that_can_exist() {
    let page = openapi::page();
    for (path, item) in page["paths"].as_object().unwrap() {
        let Some(rest) = path.strip_prefix(openapi::BASE) else { continue };
        let uri = rest.split('/').nth(1).unwrap();
        let Some(resource) = catalog::ALL.iter().find(|each| each.uri == uri) else { continue };
        let shared = item["parameters"].as_array().into_iter().flatten();
        for key in shared.filter(|each| each["name"] == "key" && each["in"] == "path") {
            assert_eq!(key["example"], resource.first_key, "{path}");
        }
    }
}

#[test]
fn every_needed_field_of_an_order_has_an_example() {
    let page = openapi::page();
    let mut tried = 0;
    for (path, item) in page["paths"].as_object().unwrap() {
        let body = &item["post"]["requestBody"]["content"]["application/json"]["schema"];
        for name in body["required"].as_array().into_iter().flatten() {
            let field = &body["properties"][name.as_str().unwrap()];
            let shown = field.get("enum").or_else(|| field.get("examples"));
            assert!(shown.is_some_and(|words| words[0].is_string()), "{path}: {name}");
            tried += 1;
        }
    }
    assert_eq!(tried, 3);
}

#[test]
fn shown_examples_fit_their_patterns_and_words() {
    for (resource, field) in fields() {
        let schema = field.shown_schema();
        if let Some(words) = schema.get("enum").and_then(|words| words.as_array())
            && !field.example.is_empty()
        {
            assert!(
                words.iter().any(|word| word == field.example),
                "{}.{}",
                resource.uri,
                field.name
            );
        }
    }
}
