//! The OpenAPI 3.1 page, made from the catalogue.
//!
//! Invariant: what stands here is served, and every resource and method that is served stands here.

mod beside;
mod bodies;
mod files;
mod lists;
mod orders;
mod services;
mod sign_in;

use serde_json::{Map, Value as Json, json};

use super::order::{self, Order};
use super::{Resource, attempts, caller, catalog, statistics};
use files::{import_path, with_files};
pub use services::{CALL, called};

/// Where the service is.
pub const SERVICE: &str = "/CTI_SmartConnectService";
/// Where the resources are.
pub const BASE: &str = "/CTI_SmartConnectService/RestService";

/// Log-in of a browser.
pub const LOG_IN: &str = "/CTI_SmartConnectService/Login";
/// Log-out of a browser.
pub const LOG_OUT: &str = "/CTI_SmartConnectService/Logout";
/// Tickets for the event transports.
pub const TICKET: &str = "/CTI_SmartConnectService/Ticket";
/// Who is signed in.
pub const SESSION: &str = "/CTI_SmartConnectService/Session";

/// The event feed (events.md).
pub const EVENTS: &str = "/CTI_SmartConnectService/Events";
/// The original's event transport.
pub const WEBSOCKET: &str = "/CTI_SmartConnectService/WebSocket";
/// Whether the process lives.
pub const HEALTH: &str = "/healthz";
/// Whether calls can be heard and recorded.
pub const READY: &str = "/readyz";
/// Figures for Prometheus.
pub const METRICS: &str = "/metrics";
/// This page.
pub const PAGE: &str = "/openapi.json";
/// The own certificate authority.
pub const AUTHORITY: &str = "/ca.crt";

/// The cookie of a session.
pub const COOKIE: &str = "smartconnect_session";
/// Resources whose lists can be had as files.
pub const DOWNLOADED: [&Resource; 3] = [&catalog::CALL, &catalog::CUSTOMER, &catalog::LINE];
/// Resources whose rows can be tested: connections and targets.
pub const TESTED: &[&Resource] = &[
    &catalog::SIP_CONNECTION,
    &catalog::URL_CALL,
    &catalog::COMMAND_CALL,
    &catalog::MAIL_TARGET,
    &catalog::MAIL_ACCOUNT,
    &catalog::LINE_TARGET,
    &catalog::CHAT_TARGET,
];
/// What a 304 says.
const UNCHANGED: &str = "If-None-Match の版のまま";
/// Last part of the address that takes a file of customers.
pub const IMPORT: &str = "Import";
/// The header that tells a repeated POST.
const ORDER_NAME: &str = "Idempotency-Key";
/// What it does.
const REPEAT: &str = "同じ本文の再送には24時間、最初の応答を返す";

/// The whole page.
pub fn page() -> Json {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.insert("Result".into(), result_schema());
    for resource in catalog::ALL {
        let list = format!("{BASE}/{}", resource.uri);
        paths.insert(list.clone(), list_path(resource));
        paths.insert(format!("{list}/{{key}}"), row_path(resource));
        if *resource == catalog::CALL {
            paths.insert(
                format!("{list}/{{TOP}}/{{DESCENDING}}/{{K_ID}}/{{FROM}}"),
                history_path(resource),
            );
        }
        if *resource == catalog::DELIVERY {
            let address = format!("{list}/{{key}}/{}", attempts::ADDRESS);
            paths.insert(address, orders::attempts(resource));
        }
        if *resource == catalog::CUSTOMER {
            paths.insert(format!("{list}/{IMPORT}"), import_path(resource));
        }
        for order in Order::of(resource) {
            let address = format!("{list}/{{key}}/{}", order.word());
            paths.insert(address, orders::path(order, resource));
        }
        if !called(resource).is_empty() {
            paths.insert(format!("{list}/{{key}}/{CALL}/{{function}}"), services::path(resource));
        }
        bodies::add_schemas(resource, &mut schemas);
    }
    sign_in::add_paths(&mut paths);
    sign_in::add_schemas(&mut schemas);
    beside::add_paths(&mut paths);
    paths.insert(format!("{BASE}/Caller/{{number}}"), caller::path(answers));
    paths.insert(format!("{BASE}/{}", statistics::ADDRESS), lists::statistics());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "smartconnect",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "値はすべてJSONの文字列で返します。成功は200、POST・PUT・DELETE と失敗の応答は {\"result\",\"msg\"} です。GET のある所では HEAD も使えます。OPTIONS は使えるメソッドを Allow で答えます。ここに無いクエリーは読みません。資源名は大文字と小文字を区別せず、末尾の / は有っても無くても同じです。",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }, { "apiKey": [] }, { "basic": [] }, { "cookie": [] }, {}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "apiKey": { "type": "apiKey", "in": "header", "name": "X-API-Key" },
                "basic": { "type": "http", "scheme": "basic" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": COOKIE },
            },
        },
    })
}

/// The page as it is served: [`text`] as it is committed, which a test holds. Made at each start it
/// would cost time and memory for the same bytes.
pub const COMMITTED: &str = include_str!("../../schema/openapi.json");

/// The page as text.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&page()).unwrap_or_default();
    text.push('\n');
    text
}

/// An object that always has these members, and no other.
pub(super) fn object<N: Into<String>>(parts: impl IntoIterator<Item = (N, Json)>) -> Json {
    let properties: Map<String, Json> =
        parts.into_iter().map(|(name, schema)| (name.into(), schema)).collect();
    let names: Vec<&String> = properties.keys().collect();
    json!({
        "type": "object", "required": names, "additionalProperties": false,
        "properties": properties,
    })
}

fn result_schema() -> Json {
    json!({
        "type": "object",
        "required": ["result", "msg"],
        "additionalProperties": false,
        "properties": {
            "result": { "type": "string", "enum": ["True", "False"] },
            "msg": { "type": "string", "examples": ["正常終了"] },
        },
    })
}

/// The refusals: one shape, told apart by their status.
fn responses() -> Json {
    let texts = [
        ("400", "パス・クエリー・本文の誤り。msg に全ての誤り"),
        ("401", "認証が必要"),
        ("403", "権限が無い、または許可していないページからの要求"),
        ("404", "そのキーの行が無い"),
        ("405", "このデータに無いメソッド。Allow に使えるもの"),
        ("408", "本文が届くのに時間がかかりすぎる"),
        ("409", "値が使用済み、または最後の管理者"),
        ("412", "If-Match の版から変わっている。読み直してから"),
        ("413", "本文が64KiB(取込は1GiB)を超える"),
        ("421", "知らないホスト名"),
        ("422", "同じ Idempotency-Key が別の本文で使用済み"),
        ("431", "要求の先頭部分(URIとヘッダー)が大きすぎる。本文は無い"),
        ("429", "要求が多すぎる。Retry-After 秒後に"),
        ("503", "混雑または書込不可。Retry-After 秒後に"),
    ];
    let refusals = texts.map(|(status, text)| {
        let content =
            json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Result" } } });
        let mut refusal = json!({ "description": text, "content": content });
        if let ("431", Some(refusal)) = (status, refusal.as_object_mut()) {
            refusal.remove("content");
        }
        let header = match status {
            "401" => Some(("WWW-Authenticate", json!({ "type": "string", "enum": ["Bearer"] }))),
            "405" => Some(("Allow", json!({ "type": "string" }))),
            "429" | "503" => Some(("Retry-After", json!({ "type": "integer", "minimum": 0 }))),
            _ => None,
        };
        if let Some((name, schema)) = header {
            refusal["headers"] = json!({ name: { "schema": schema } });
        }
        (format!("E{status}"), refusal)
    });
    Json::Object(refusals.into_iter().collect())
}

/// Refusals that a method can meet, beside its success.
fn answers(success: Json, refusals: &[&str]) -> Json {
    let mut answers = Map::new();
    answers.insert("200".into(), success);
    // A body that is read may be too long, and may come too slowly.
    let slow: &[&str] = if refusals.contains(&"413") { &["408"] } else { &[] };
    let always = ["401", "403", "405", "421", "429", "431", "503"];
    for status in always.iter().chain(refusals).chain(slow) {
        answers.insert(
            (*status).into(),
            json!({ "$ref": format!("#/components/responses/E{status}") }),
        );
    }
    answers.sort_keys();
    Json::Object(answers)
}

fn rows(resource: &Resource, most: Option<u8>) -> Json {
    let mut list = json!({ "type": "array", "items": { "$ref": reference(resource, "") } });
    if let (Some(most), Some(list)) = (most, list.as_object_mut()) {
        list.insert("maxItems".into(), most.into());
    }
    json!({ "description": "行の配列。無ければ []", "content": { "application/json": { "schema": list } } })
}

/// Adds the headers of a success.
fn with_headers(mut answer: Json, headers: Json) -> Json {
    if let Some(answer) = answer.as_object_mut() {
        answer.insert("headers".into(), headers);
    }
    answer
}

/// The version of a row.
fn entity_tag() -> Json {
    json!({ "description": "行の版。クライアントが書ける項目から作る(着信では変わらない)", "schema": { "type": "string" } })
}

fn done() -> Json {
    json!({
        "description": "正常終了",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Result" } } },
    })
}

/// The parameter of an order that can be rehearsed.
fn dry_run(text: &str) -> Json {
    json!({
        "name": order::DRY_RUN, "in": "query", "required": false, "description": text,
        "schema": { "type": "string", "enum": ["true", "false"] },
    })
}

fn operation(resource: &Resource, verb: &str, summary: &str, answers: Json) -> Json {
    json!({
        "operationId": format!("{verb}{}", identifier(resource)),
        "tags": [resource.title],
        "summary": format!("{} — {summary}", resource.title),
        "responses": answers,
    })
}

fn with_body(mut operation: Json, schema: &str) -> Json {
    if let Some(operation) = operation.as_object_mut() {
        let content = json!({ "application/json": { "schema": { "$ref": schema } } });
        operation.insert("requestBody".into(), json!({ "required": true, "content": content }));
    }
    operation
}

/// Adds a header that makes the request conditional.
fn with_condition(mut operation: Json, name: &str, text: &str) -> Json {
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("parameters".into(), json!([header(name, text)]));
    }
    operation
}

/// A header that makes a request conditional.
fn header(name: &str, text: &str) -> Json {
    let schema = json!({ "type": "string", "pattern": "^[!-~]{1,255}$" });
    json!({ "name": name, "in": "header", "description": text, "schema": schema })
}

fn list_path(resource: &Resource) -> Json {
    let mut path = Map::new();
    if !resource.note.is_empty() {
        path.insert("description".into(), resource.note.into());
    }
    let answer = answers(rows(resource, None), &["400"]);
    let get = with_files(resource, operation(resource, "list", "全件", answer));
    path.insert("get".into(), lists::with_parameters(resource, get));
    if resource.methods.post {
        let location = json!({ "description": "新しい行", "schema": { "type": "string" } });
        let headers = json!({ "Location": location, "ETag": entity_tag() });
        let answer = answers(with_headers(done(), headers), &["400", "409", "413", "422"]);
        let post = operation(resource, "create", "新規登録", answer);
        let repeat = [REPEAT, "(APIトークンの発行では無視)"].concat();
        let post = with_condition(post, ORDER_NAME, &repeat);
        path.insert("post".into(), bodies::with_row(post, resource, "New"));
    }
    Json::Object(path)
}

fn key_parameter(resource: &Resource) -> Json {
    let key = resource.key_field().map_or("", |field| field.name);
    json!({
        "name": "key", "in": "path", "required": true, "description": key,
        "schema": { "type": "integer", "minimum": 0 }, "example": resource.first_key,
    })
}

fn row_path(resource: &Resource) -> Json {
    let mut path = Map::new();
    path.insert("parameters".into(), json!([key_parameter(resource)]));
    let tag = json!({ "ETag": entity_tag() });
    let mut answer = answers(with_headers(rows(resource, Some(1)), tag.clone()), &["404"]);
    answer["304"] = json!({ "description": UNCHANGED, "headers": tag });
    let get = operation(resource, "get", "1件", answer);
    path.insert("get".into(), with_condition(get, "If-None-Match", "この版なら 304"));
    let condition = "この版のときだけ。違えば 412";
    if resource.methods.put {
        let done = with_headers(done(), tag);
        let answer = answers(done, &["400", "404", "409", "412", "413"]);
        let put = operation(resource, "update", "更新(省いたキーは元の値のまま)", answer);
        let put = with_condition(put, "If-Match", condition);
        path.insert("put".into(), bodies::with_row(put, resource, "Change"));
    }
    if resource.methods.delete {
        let answer = answers(done(), &["404", "409", "412"]);
        let delete = operation(resource, "delete", "削除", answer);
        path.insert("delete".into(), with_condition(delete, "If-Match", condition));
    }
    Json::Object(path)
}

/// The four-part search of the call history.
fn history_path(resource: &Resource) -> Json {
    let part = |name: &str, text: &str, schema: Json| json!({ "name": name, "in": "path", "required": true, "description": text, "schema": schema });
    let number = json!({ "type": "integer", "minimum": 0 });
    let from = json!({
        "type": "string", "pattern": "^([Nn]ull|[0-9]{3,15}(&[0-9]{3,15}){0,5}&?)$",
        "examples": ["Null", "0731234567&09000000001"],
    });
    let answer = answers(rows(resource, None), &["400"]);
    json!({
        "parameters": [
            part("TOP", "0 = 全件、ほかは最大件数", number.clone()),
            part("DESCENDING", "True = 新しい順", json!({ "type": "string", "enum": ["True", "true", "False", "false"] })),
            part("K_ID", "0 = 全顧客、ほかはその顧客だけ", number),
            part("FROM", "Null = 指定なし、ほかは相手の番号を & で区切って6つまで", from),
        ],
        "get": with_files(resource, operation(resource, "search", "検索", answer)),
    })
}

/// `ReceivedCallRecord`.
fn identifier(resource: &Resource) -> String {
    resource.uri.replace('-', "")
}

fn reference(resource: &Resource, suffix: &str) -> String {
    format!("#/components/schemas/{}{suffix}", identifier(resource))
}
