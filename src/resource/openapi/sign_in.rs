//! The paths beside the resources: log-in, log-out, tickets, who is signed in.
//!
//! Invariant: as for the page. Never: repeats a name of the catalogue.

use serde_json::{Map, Value as Json, json};

use super::{LOG_IN, LOG_OUT, SESSION, TICKET, answers, done, with_body};
use crate::resource::catalog::USER;
use crate::resource::{Field, session};

/// Adds the paths.
pub(super) fn add_paths(paths: &mut Map<String, Json>) {
    paths.insert(LOG_IN.into(), json!({ "post": log_in() }));
    paths.insert(LOG_OUT.into(), json!({ "post": log_out() }));
    paths.insert(TICKET.into(), json!({ "post": ticket() }));
    paths.insert(SESSION.into(), json!({ "get": session() }));
}

fn operation(id: &str, summary: &str, answers: Json) -> Json {
    json!({ "operationId": id, "tags": ["ログイン"], "summary": summary, "responses": answers })
}

/// For those who have no rights yet.
fn open(mut operation: Json) -> Json {
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("security".into(), json!([]));
    }
    operation
}

/// 正常終了 with the cookie that is set or taken away.
fn done_with_cookie(text: &str) -> Json {
    let mut done = done();
    if let Some(done) = done.as_object_mut() {
        let cookie = json!({ "description": text, "schema": { "type": "string" } });
        done.insert("headers".into(), json!({ "Set-Cookie": cookie }));
    }
    done
}

fn log_in() -> Json {
    let done = done_with_cookie("12時間有効なセッション");
    let refusals = answers(done, &["400", "413"]);
    let summary = "ログイン(ブラウザー用。1分間に10回まで)";
    with_body(open(operation("logIn", summary, refusals)), "#/components/schemas/LogIn")
}

fn log_out() -> Json {
    let done = done_with_cookie("セッションの終了");
    open(operation("logOut", "ログアウト", answers(done, &[])))
}

fn ticket() -> Json {
    let summary = "チケットの発行(msg)。Events と WebSocket の ?ticket= に1回だけ使える。30秒有効";
    operation("issueTicket", summary, answers(done(), &[]))
}

fn session() -> Json {
    let content =
        json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Session" } } });
    let row = json!({ "description": "だれの権限か(ログインなしなら空)と、サービスの様子", "content": content });
    operation("getSession", "ログイン中の利用者と、サービスの様子", answers(row, &[]))
}

/// Adds what the paths refer to.
pub(super) fn add_schemas(schemas: &mut Map<String, Json>) {
    schemas.insert("LogIn".into(), object(&["login", "password"], |_| json!({ "type": "string" })));
    schemas.insert("Session".into(), session::schema());
}

/// An object of these columns of a user, all needed.
fn object(columns: &[&str], schema: impl Fn(&Field) -> Json) -> Json {
    let fields = USER.fields.iter().filter(|field| columns.contains(&field.column));
    let (names, properties): (Vec<&str>, Map<String, Json>) =
        fields.map(|field| (field.name, (field.name.to_owned(), schema(field)))).unzip();
    json!({ "type": "object", "required": names, "properties": properties })
}
