//! The addresses beside the REST base in the OpenAPI page: events, health, this page itself.
//!
//! Invariant: as for the page. Never: names a page for people.

use serde_json::{Map, Value as Json, json};

use super::{
    AUTHORITY, EVENTS, HEALTH, METRICS, PAGE, READY, UNCHANGED, WEBSOCKET, answers, done,
    result_schema, with_condition,
};
use crate::resource::{described, status};

/// Adds the paths.
pub(super) fn add_paths(paths: &mut Map<String, Json>) {
    paths.insert(EVENTS.into(), json!({ "get": events() }));
    paths.insert(format!("{WEBSOCKET}/"), json!({ "get": websocket() }));
    paths.insert(HEALTH.into(), json!({ "get": health() }));
    paths.insert(READY.into(), json!({ "get": ready() }));
    paths.insert(status::ADDRESS.into(), json!({ "get": service_status() }));
    paths.insert(METRICS.into(), json!({ "get": metrics() }));
    paths.insert(PAGE.into(), json!({ "get": page() }));
    paths.insert(described::ADDRESS.into(), json!({ "get": catalogue() }));
    paths.insert(AUTHORITY.into(), json!({ "get": authority() }));
}

fn operation(id: &str, tag: &str, summary: &str, answers: Json) -> Json {
    json!({ "operationId": id, "tags": [tag], "summary": summary, "responses": answers })
}

/// For everybody.
fn open(mut operation: Json) -> Json {
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("security".into(), json!([]));
    }
    operation
}

/// What changes with the program only, and need not be sent twice.
fn kept(mut get: Json) -> Json {
    let tag = json!({ "ETag": { "description": "内容の版", "schema": { "type": "string" } } });
    get["responses"]["200"]["headers"] = tag.clone();
    get["responses"]["304"] = json!({ "description": UNCHANGED, "headers": tag });
    if let Some(answers) = get["responses"].as_object_mut() {
        answers.sort_keys();
    }
    with_condition(get, "If-None-Match", "この版なら 304")
}

fn text(name: &str, place: &str, text: &str) -> Json {
    json!({ "name": name, "in": place, "required": false, "description": text, "schema": { "type": "string" } })
}

/// A ticket in place of a header.
fn ticket() -> Json {
    text("ticket", "query", "POST …/Ticket の msg。ヘッダーを付けられないブラウザー用")
}

fn events() -> Json {
    let feed = json!({
        "description": "event: ringing / answered / ended / updated / line / resync / ping、id: 通し番号、data: 電文のJSON。終わりは無い",
        "content": { "text/event-stream": { "schema": { "type": "string" } } },
    });
    let mut get = operation("followEvents", "通知", "着信などの通知", answers(feed, &["400"]));
    get["parameters"] = json!([
        text("name", "query", "クライアント名(接続中クライアントに出る)"),
        {
            "name": "since", "in": "query", "required": false, "description": "この通し番号より後から",
            "schema": { "type": "integer", "minimum": 0 },
        },
        text("Last-Event-ID", "header", "最後に受けた通し番号。since より優先"),
        ticket(),
    ]);
    get
}

fn websocket() -> Json {
    let switched = json!({ "description": "WebSocket に切り替える。Regist('名前') などを送ると {result,msg} が返り、以後は電文が届く" });
    let mut answers = answers(done(), &["400"]);
    if let Some(answers) = answers.as_object_mut() {
        answers.remove("200");
        answers.insert("101".into(), switched);
        answers.sort_keys();
    }
    let mut get = operation("openWebSocket", "通知", "着信などの通知(WebSocket)", answers);
    get["parameters"] = json!([ticket()]);
    get
}

fn health() -> Json {
    open(operation("getHealth", "稼働", "プロセスが動いているか", answers(done(), &[])))
}

fn ready() -> Json {
    let details = "内訳はログイン済みかこのパソコンからのとき";
    let answer = json!({
        "description": format!("書き込めて、電話を受けられる。{details}"),
        "content": { "application/json": { "schema": readiness() } },
    });
    let mut answers = answers(answer, &[]);
    answers["503"] = json!({
        "description": format!("書き込めないか、電話を受けられない。msg に理由。{details}"),
        "content": { "application/json": { "schema": readiness() } },
    });
    open(operation("getReadiness", "稼働", "着信を受けて記録できるか", answers))
}

/// {result,msg}, and what stands how.
fn readiness() -> Json {
    let mut schema = result_schema();
    let connection = json!({
        "type": "object", "additionalProperties": false, "required": ["id", "state", "error"],
        "properties": {
            "id": { "type": "string" }, "state": { "type": "string" }, "error": { "type": "string" },
        },
    });
    let number = json!({ "type": "string", "pattern": "^[0-9]+$" });
    schema["properties"]["writable"] = json!({ "type": "string", "enum": ["True", "False"] });
    schema["properties"]["calls_waiting"] = number.clone();
    schema["properties"]["clients"] = number;
    schema["properties"]["connections"] = json!({ "type": "array", "items": connection });
    schema
}

fn service_status() -> Json {
    let answer = json!({
        "description": "サービスの様子",
        "content": { "application/json": { "schema": status::schema() } },
    });
    operation("getStatus", "稼働", "サービスの様子(管理者)", answers(answer, &[]))
}

fn metrics() -> Json {
    let text = json!({
        "description": "Prometheus の形式",
        "content": { "text/plain": { "schema": { "type": "string" } } },
    });
    operation("getMetrics", "稼働", "計数(ログイン済みかこのパソコンから)", answers(text, &[]))
}

fn page() -> Json {
    let page = json!({
        "description": "OpenAPI 3.1",
        "content": { "application/json": { "schema": { "type": "object" } } },
    });
    open(kept(operation("getDescription", "稼働", "このページ", answers(page, &[]))))
}

fn catalogue() -> Json {
    let page = json!({
        "description": "資源とその項目、差込の名前",
        "content": { "application/json": { "schema": { "type": "object" } } },
    });
    let summary = "管理画面が読む、資源の説明(このページより短い)";
    open(kept(operation("getCatalogue", "稼働", summary, answers(page, &[]))))
}

fn authority() -> Json {
    let file = json!({ "schema": { "type": "string", "format": "binary" } });
    let file = json!({ "description": "自前の認証局の証明書", "content": { "application/x-x509-ca-cert": file } });
    let summary = "自前の認証局の証明書(--tls-self-signed のとき)";
    open(operation("getAuthority", "稼働", summary, answers(file, &["404"])))
}
