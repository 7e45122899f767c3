//! What rows look like in the OpenAPI page: as they are shown, changed and made.
//!
//! Invariant: the example of a body is one that the service takes. Never: shows a real secret.

use serde_json::{Map, Value as Json, json};

use super::{identifier, reference};
use crate::resource::catalog::{CALLER_RULE, DELIVERY, EXCEL_EXPORT, USER};
use crate::resource::words::delivery_state;
use crate::resource::{Field, Kind, Mode, Resource};
use crate::telephone::Presentation;

/// Stands for a secret in examples.
const SECRET: &str = "correct-horse";
/// The one secret that is needed though its field may be empty.
const TOKEN: &str = "access_token";

/// Texts whose rows have a rule of their own, as a regular expression.
fn own_pattern(resource: &Resource, field: &Field) -> Option<String> {
    match field.column {
        // A number, the beginning of one, a word of 番号通知.
        "pattern" if *resource == CALLER_RULE => {
            let words: Vec<&str> = Presentation::ALL.iter().map(|word| word.word()).collect();
            Some(format!(r"^([0-9]{{3,15}}|[0-9]{{1,15}}\*|{})$", words.join("|")))
        }
        "login" if *resource == USER => Some("^[A-Za-z0-9._-]{1,32}$".to_owned()),
        "sheet_name" if *resource == EXCEL_EXPORT => {
            Some(r"^[^\x00-\x1f\x7f-\x9f\[\]:*?/\\']*$".to_owned())
        }
        _ => None,
    }
}

/// Adds a request body with an example.
pub(super) fn with_row(operation: Json, resource: &Resource, suffix: &str) -> Json {
    let mut operation = super::with_body(operation, &reference(resource, suffix));
    let content = operation.pointer_mut("/requestBody/content/application~1json");
    if let Some(content) = content.and_then(Json::as_object_mut) {
        content.insert("example".into(), example(resource));
    }
    operation
}

/// A body with a value for every field that says something.
fn example(resource: &Resource) -> Json {
    let fields = resource
        .fields
        .iter()
        .filter(|field| field.mode == Mode::ReadWrite && field.kind != Kind::Key);
    let named = fields.map(|field| (field.name.to_owned(), value(resource, field)));
    let told = named.filter(|(_, value)| !value.is_empty());
    Json::Object(told.map(|(name, value)| (name, value.into())).collect())
}

fn value(resource: &Resource, field: &Field) -> &'static str {
    match field.kind {
        // An example of a reference names a row that need not exist.
        Kind::Ref(_) => "0",
        // Some target cannot do without this one.
        Kind::Secret { .. } | Kind::Password if field.required || field.column == TOKEN => SECRET,
        _ if *resource == DELIVERY && field.column == "state" => delivery_state::RESEND,
        _ if field.example.is_empty() => field.default,
        _ => field.example,
    }
}

/// The row as it is shown, as it is changed, and as it is made.
pub(super) fn add_schemas(resource: &Resource, schemas: &mut Map<String, Json>) {
    let shown: Vec<_> =
        resource.fields.iter().filter(|field| field.mode != Mode::WriteOnly).collect();
    let properties: Map<_, _> =
        shown.iter().map(|field| (field.name.to_owned(), field.shown_schema())).collect();
    let names: Vec<_> = shown.iter().map(|field| field.name).collect();
    schemas.insert(
        identifier(resource),
        json!({
            "type": "object", "title": resource.title,
            "required": names, "additionalProperties": false, "properties": properties,
        }),
    );
    if !resource.methods.put && !resource.methods.post {
        return;
    }
    let sent = |field: &Field| {
        let mut schema = field.sent_schema();
        if let (Some(pattern), Some(schema)) =
            (own_pattern(resource, field), schema.as_object_mut())
        {
            schema.insert("pattern".into(), pattern.into());
            if let Some(Json::Array(types)) = schema.get_mut("type") {
                types.retain(|kind| kind != "number");
            }
            schema.retain(|name, _| !["minimum", "maximum"].contains(&name.as_str()));
        }
        (field.name.to_owned(), schema)
    };
    let properties: Map<_, _> = resource.fields.iter().map(sent).collect();
    schemas.insert(
        format!("{}Change", identifier(resource)),
        json!({ "type": "object", "additionalProperties": false, "properties": properties }),
    );
    if resource.methods.post {
        let needed: Vec<_> = resource
            .fields
            .iter()
            .filter(|field| field.required && field.default.is_empty())
            .map(|field| field.name)
            .collect();
        let mut new = json!({ "$ref": reference(resource, "Change") });
        if let (false, Some(new)) = (needed.is_empty(), new.as_object_mut()) {
            new.insert("required".into(), needed.into());
        }
        schemas.insert(format!("{}New", identifier(resource)), new);
    }
}
