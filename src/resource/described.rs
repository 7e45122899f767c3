//! `/catalogue.json`: the catalogue as our own pages read it, with every form and table in it.
//!
//! Leaner than the OpenAPI page, which tells strangers the same: what is empty or usual is left out.
//!
//! Invariant: made from what serves the requests. Never: holds data.

use serde_json::{Map, Value as Json, json};

use super::listing::{has_period, has_search};
use super::openapi::{DOWNLOADED, called};
use super::order::{FORWARDED_TO, NOTE_MAX, Order};
use super::{Access, Field, Kind, Mode, Resource, Source, catalog};
use crate::template::VOCABULARY;

/// Where it is.
pub const ADDRESS: &str = "/catalogue.json";

/// The role from which on somebody may: 参照のみ, 一般, 管理者.
const READER: &str = "reader";
const OPERATOR: &str = "operator";
const ADMINISTRATOR: &str = "administrator";

/// The whole page.
pub fn page() -> Json {
    let vocabulary = VOCABULARY.iter().map(
        |entry| json!({ "name": entry.name, "sample": entry.sample, "meaning": entry.meaning }),
    );
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "resources": catalog::ALL.map(resource),
        "forward": { "to": FORWARDED_TO.map(|resource| resource.uri), "max": NOTE_MAX },
        "placeholders": vocabulary.collect::<Vec<Json>>(),
    })
}

fn resource(resource: &Resource) -> Json {
    let (read, write) = roles(resource.access);
    let verbs = [
        ("POST", resource.methods.post),
        ("PUT", resource.methods.put),
        ("DELETE", resource.methods.delete),
    ];
    let methods: Vec<&str> = verbs.iter().filter(|verb| verb.1).map(|verb| verb.0).collect();
    let orders: Map<String, Json> = Order::of(resource)
        .map(|order| (order.word().to_owned(), roles(order.access(resource)).1.into()))
        .collect();
    let mut out = json!({
        "uri": resource.uri,
        "title": resource.title,
        "key": resource.key_field().map_or("", |field| field.name),
        "firstKey": resource.first_key,
        "methods": methods,
        "read": read,
        "write": write,
    });
    let lan = match resource.access {
        Access::AdministratorWrites | Access::OperatorWrites => "write",
        Access::DangerousToWrite => "read",
        Access::AdministratorOnly => "",
    };
    add(&mut out, "lan", lan.into());
    add(&mut out, "orders", Json::Object(orders));
    add(&mut out, "functions", json!(called(resource)));
    if DOWNLOADED.contains(&resource) {
        add(&mut out, "files", json!(["csv", "xlsx"]));
    }
    add(&mut out, "import", (*resource == catalog::CUSTOMER).into());
    add(&mut out, "search", has_search(resource).into());
    add(&mut out, "period", has_period(resource).into());
    // Nobody adds or removes such a row: the form alone is shown.
    let single = resource.methods.put && !resource.methods.post && resource.first_rows.len() == 1;
    add(&mut out, "single", single.into());
    add(&mut out, "live", (resource.source == Source::Live).into());
    add(&mut out, "note", resource.note.into());
    add(&mut out, "fields", resource.fields.iter().map(field).collect::<Vec<Json>>().into());
    out
}

/// From which role on somebody reads and writes.
fn roles(access: Access) -> (&'static str, &'static str) {
    match access {
        Access::AdministratorWrites | Access::DangerousToWrite => (READER, ADMINISTRATOR),
        Access::OperatorWrites => (READER, OPERATOR),
        Access::AdministratorOnly => (ADMINISTRATOR, ADMINISTRATOR),
    }
}

fn field(field: &Field) -> Json {
    let kind = field.kind.word();
    let (kind, refers) = kind.split_once(':').unwrap_or((&kind, ""));
    let kind = if field.kind == Kind::Password { "password" } else { kind };
    let mut out = json!({ "name": field.name, "kind": kind });
    add(&mut out, "ref", refers.into());
    let bounds = field.sent_schema();
    for (from, to) in [("maxLength", "max"), ("minLength", "min")] {
        let bound = bounds.get(from).filter(|bound| **bound != 1).cloned();
        add(&mut out, to, bound.unwrap_or_default());
    }
    match field.kind {
        Kind::Int { min, max } if min > i64::MIN => {
            out["min"] = min.into();
            out["max"] = max.into();
        }
        Kind::Enum(words) => add(&mut out, "words", json!(words)),
        Kind::Text { suggest, .. } => add(&mut out, "suggest", json!(suggest)),
        _ => {}
    }
    let mode = match field.mode {
        _ if field.kind == Kind::Key => "ro",
        Mode::ReadWrite => "",
        Mode::ReadOnly => "ro",
        Mode::WriteOnly => "wo",
    };
    add(&mut out, "mode", mode.into());
    add(&mut out, "required", field.required.into());
    add(&mut out, "masked", field.kind.is_masked().into());
    add(&mut out, "default", field.default.into());
    add(&mut out, "meaning", field.meaning.into());
    add(&mut out, "example", field.example.into());
    out
}

/// Adds what says something.
fn add(out: &mut Json, name: &str, value: Json) {
    let says = match &value {
        Json::Null | Json::Bool(false) => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(list) => !list.is_empty(),
        Json::Object(members) => !members.is_empty(),
        Json::Bool(true) | Json::Number(_) => true,
    };
    if says {
        out[name] = value;
    }
}

/// The page as it is served.
pub fn text() -> String {
    page().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_and_field_is_told_with_what_a_form_needs() {
        let page = page();
        let resources = page["resources"].as_array().unwrap();
        assert_eq!(resources.len(), catalog::ALL.len());
        for (told, own) in resources.iter().zip(catalog::ALL) {
            assert_eq!(told["uri"], own.uri);
            let names: Vec<&str> = told["fields"]
                .as_array()
                .unwrap()
                .iter()
                .map(|f| f["name"].as_str().unwrap())
                .collect();
            let own: Vec<&str> = own.fields.iter().map(|field| field.name).collect();
            assert_eq!(names, own);
        }
        let find = |uri: &str| resources.iter().find(|told| told["uri"] == uri).unwrap();
        let customers = find("CustomerAddress");
        assert_eq!(customers["import"], true);
        assert_eq!(customers["orders"]["Erase"], ADMINISTRATOR);
        assert_eq!((&customers["read"], &customers["write"]), (&json!(READER), &json!(OPERATOR)));
        assert_eq!(find("UserManagement")["read"], ADMINISTRATOR);
        assert_eq!(find("UserManagement").get("lan"), None);
        assert_eq!(find("IncomingCall-Command")["lan"], "read");
        assert_eq!(find("Mail-Account").get("single"), None);
        assert_eq!(page["placeholders"].as_array().unwrap().len(), VOCABULARY.len());
    }

    #[test]
    fn a_field_is_told_by_its_kind_and_bounds() {
        let user = |column: &str| {
            let own = catalog::USER.fields.iter().find(|field| field.column == column).unwrap();
            field(own)
        };
        assert_eq!(user("id")["mode"], "ro");
        let password = user("password");
        assert_eq!((&password["kind"], &password["masked"]), (&json!("password"), &json!(true)));
        assert_eq!((&password["min"], &password["required"]), (&json!(10), &json!(true)));
        assert_eq!(user("role")["words"].as_array().unwrap().len(), 3);
        let refers = catalog::LINE_TARGET.fields.iter().find(|f| f.column == "message_id").unwrap();
        let refers = field(refers);
        assert_eq!((&refers["kind"], &refers["ref"]), (&json!("ref"), &json!("MessDef-Line")));
    }
}
