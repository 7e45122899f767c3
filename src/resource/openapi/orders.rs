//! Orders about one row in the OpenAPI page.

use serde_json::{Value as Json, json};

use super::{
    ORDER_NAME, REPEAT, answers, done, key_parameter, operation, reference, result_schema,
};
use crate::resource::order::{self, Order};
use crate::resource::{Resource, attempts, catalog};

/// The address of an order.
pub(super) fn path(order: Order, resource: &Resource) -> Json {
    let (verb, summary, told) = match order {
        Order::Test if *resource == catalog::SIP_CONNECTION => (
            "test",
            "テスト(SIPサーバーに OPTIONS を送る。登録には触れない)",
            "実行した。届いたかどうかは result、相手の応答は msg",
        ),
        Order::Test => (
            "test",
            "テスト送信(使用する=False の行にも送る。結果が出るまで、長くて25秒待つ。画面が開くURLは送らずに示す)",
            "実行した。届いたかどうかは result、相手の応答は msg",
        ),
        Order::Run => (
            "run",
            "今すぐ実行(使用する=False の行も。終わってから答える。10分まで)",
            "実行した。できたかどうかは result、ファイルか理由は msg",
        ),
        Order::Erase => (
            "erase",
            "消去(顧客と、その着信記録・通知履歴、監査ログと未送信通知に残る内容。取り消せない)",
            "消去した。件数は msg",
        ),
        Order::Merge => (
            "merge",
            "統合(もう1件の顧客の電話番号・空いている項目・備考・着信記録を引き継ぎ、その顧客を消す。\
             電話番号か備考が入りきらなければ 400 で何も変えない)",
            "統合した。何を引き継いだかは msg、dryrun では data にも",
        ),
        Order::Forward => (
            "forward",
            "伝言メモ(着信に伝言を付けて1つの宛先に送る)",
            "受け付けた。届いたかどうか、または待っていることは result と msg",
        ),
        Order::Preview => (
            "preview",
            "差込の見本(本文の項目で置き換えて差し込む。書き込まない。キー 0 = 新しい行)",
            "差し込んだ文。data に項目ごと",
        ),
    };
    let mut done = done();
    done["description"] = told.into();
    if order == Order::Preview {
        done["content"]["application/json"]["schema"] = previewed();
    }
    if order == Order::Merge {
        done["content"]["application/json"]["schema"] = merged(resource);
    }
    let post = operation(resource, verb, summary, answers(done, refusals(order)));
    let post = match order {
        Order::Forward => super::with_condition(with_forward(post), ORDER_NAME, REPEAT),
        Order::Preview => with_row(post, resource),
        Order::Merge => with_merge(post),
        _ => post,
    };
    json!({ "parameters": [key_parameter(resource)], "post": post })
}

/// How an order may be refused.
fn refusals(order: Order) -> &'static [&'static str] {
    match order {
        Order::Forward => &["400", "404", "413", "422"],
        Order::Preview | Order::Merge => &["400", "404", "413"],
        Order::Test | Order::Run | Order::Erase => &["400", "404"],
    }
}

/// Result, msg, and the texts by field.
fn previewed() -> Json {
    let mut schema = result_schema();
    let texts = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    schema["properties"]["data"] = texts;
    schema
}

/// Result, msg, and in a dry run what would be.
fn merged(resource: &Resource) -> Json {
    let mut schema = result_schema();
    let fields = json!({ "type": "array", "items": { "type": "string" } });
    schema["properties"]["data"] = json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            order::TAKEN: fields, order::LEFT: fields,
            catalog::CALL.title: { "type": "string", "pattern": "^[0-9]+$" },
            order::SURVIVOR: { "$ref": reference(resource, "") },
        },
    });
    schema
}

/// The body of a merge, and its rehearsal.
fn with_merge(mut post: Json) -> Json {
    let name = order::merge_name();
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": [name],
        "properties": {
            name: of_key("2"),
        },
    });
    post["requestBody"] =
        json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    post["parameters"] =
        json!([super::dry_run("true = 書き込まずに、どうなるかを msg と data に示す")]);
    post
}

/// A key in a body, as text or number.
fn of_key(example: &str) -> Json {
    let pattern = "^[1-9][0-9]{0,17}$";
    json!({ "type": ["string", "integer"], "pattern": pattern, "minimum": 1, "examples": [example] })
}

/// The body of a forward.
fn with_forward(mut post: Json) -> Json {
    let [resource, target, note] = order::forward_names();
    let known = order::FORWARDED_TO.map(|resource| resource.uri);
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": [resource, target],
        "properties": {
            resource: { "type": "string", "enum": known },
            target: of_key("1"),
            note: {
                "type": "string", "maxLength": order::NOTE_MAX, "examples": ["折り返しをお願いします"],
            },
        },
    });
    post["requestBody"] =
        json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    post
}

/// The body of a preview: fields as for a write, none of them needed.
fn with_row(mut post: Json, resource: &Resource) -> Json {
    let schema = json!({ "$ref": reference(resource, "Change") });
    post["requestBody"] =
        json!({ "required": false, "content": { "application/json": { "schema": schema } } });
    post["parameters"] = json!([{
        "name": order::OF_CALL, "in": "query", "required": false,
        "description": "この着信記録の値で差し込む(省くと見本の着信)",
        "schema": { "type": "integer", "minimum": 1 },
    }]);
    post
}

/// The attempts of a delivery.
pub(super) fn attempts(resource: &Resource) -> Json {
    let rows = json!({
        "description": "試行の配列、古い順",
        "content": { "application/json": { "schema": attempts::schema() } },
    });
    let get = operation(
        resource,
        "listAttemptsOf",
        "試行ごとの時刻・結果・応答",
        answers(rows, &["404"]),
    );
    json!({ "parameters": [key_parameter(resource)], "get": get })
}
