//! The names of the answer of `/Caller/(number)`, which is no row of a resource.
//!
//! Invariant: what the OpenAPI page says of the answer and what is answered have these names; names
//! that rows have too are asked of the catalogue.

use serde_json::{Value as Json, json};

use super::openapi::object;
use super::{Resource, catalog};

/// As it stands in the address.
pub const INPUT: &str = "入力";
/// The normalised number, by which customers and rules are looked up.
pub const NUMBER: &str = "正規化番号";
/// Grouped by the numbering plan.
pub const HYPHENATED: &str = "ハイフン付き";
/// `+81…`.
pub const INTERNATIONAL: &str = "国際形式";
/// 固定, 携帯, …
pub const CATEGORY: &str = "番号種別";
/// Where its area code lies.
pub const AREA: &str = "地域";
/// What candidates have in common.
pub const LAST_NINE: &str = "下9桁";
/// The line on which the call is taken to come.
pub const LINE: &str = "回線";
/// How customers matched.
pub const MATCH: &str = "一致";
/// The customers.
pub const CUSTOMERS: &str = "顧客";
/// Which of a customer's numbers it was.
pub const MATCHED_FIELD: &str = "一致項目";
/// The row itself.
pub const ROW: &str = "行";
/// The rule that applies.
pub const RULE: &str = "ルール";
/// Whether the screens show the call.
pub const ON_SCREEN: &str = "画面表示";
/// Who would be told.
pub const TOLD: &str = "通知先";
/// How often the number has called.
pub const CALLS: &str = "着信回数計";
/// The newest calls of the number.
pub const HISTORY: &str = "着信記録";

/// [`MATCH`]: this very number.
pub const EXACT: &str = "完全一致";
/// [`MATCH`]: only the last nine digits.
pub const CANDIDATE: &str = "候補";
/// [`MATCH`]: nobody has it.
pub const NOBODY: &str = "なし";

/// The name of the field with this column.
pub fn name(resource: &'static Resource, column: &str) -> &'static str {
    let field = resource.index(column).and_then(|index| resource.fields.get(index));
    field.map_or("", |field| field.name)
}

/// The columns of a delivery that say who would be told, and when; the last two where the notice is
/// held: until when, and why.
pub const TOLD_COLUMNS: [&str; 6] =
    ["target_resource", "target_id", "target_name", "timing", "due_at", "reason"];
/// Why a notice is held: the target takes digests.
pub const HELD_FOR_DIGEST: &str = "まとめ時刻に、ほかの着信とまとめて送ります";
/// Why a notice is held: 時間帯 of the target.
pub const HELD_FOR_HOURS: &str = "営業時間外のため、営業が始まるとまとめて送ります";

/// Path item of the OpenAPI page; `answers` = what a reading method can answer.
pub(super) fn path(answers: impl Fn(Json, &[&str]) -> Json) -> Json {
    let answer = json!({
        "description": "この番号から今かかってきた場合の扱い",
        "content": { "application/json": { "schema": schema() } },
    });
    json!({
        "parameters": [
            {
                "name": "number", "in": "path", "required": true,
                "description": "電話番号(書き方は自由)、または番号通知の語(非通知 など)",
                "schema": { "type": "string" }, "example": "073-123-4567",
            },
            {
                "name": "line", "in": "query",
                "description": "着信したとみなす回線No。省くと見える回線のうち最小、0 = 登録のない回線",
                "schema": { "type": "integer", "minimum": 0 },
            },
        ],
        "get": {
            "operationId": "foreseeCaller",
            "tags": ["照会"],
            "summary": "着信の扱いを調べる(記録も通知もしない)",
            "responses": answers(answer, &["400"]),
        },
    })
}

fn schema() -> Json {
    let text = || json!({ "type": "string" });
    let rows = |resource: &Resource| {
        let row = format!("#/components/schemas/{}", resource.uri.replace('-', ""));
        json!({ "type": "array", "items": { "$ref": row } })
    };
    let how = json!({ "type": "string", "enum": [EXACT, CANDIDATE] });
    let customer = object([
        (MATCH, how),
        (MATCHED_FIELD, text()),
        (ROW, json!({ "$ref": format!("#/components/schemas/{}", catalog::CUSTOMER.uri) })),
    ]);
    let told = object(TOLD_COLUMNS.map(|column| (name(&catalog::DELIVERY, column), text())));
    let mut parts: Vec<(&str, Json)> =
        [INPUT, NUMBER, HYPHENATED, INTERNATIONAL, CATEGORY, AREA, LAST_NINE]
            .map(|name| (name, text()))
            .into();
    parts.extend([
        (name(&catalog::CALL, "presentation"), text()),
        (LINE, rows(&catalog::LINE)),
        (MATCH, json!({ "type": "string", "enum": [EXACT, CANDIDATE, NOBODY] })),
        (name(&catalog::CALL, "candidates"), text()),
        (CUSTOMERS, json!({ "type": "array", "items": customer })),
        (RULE, rows(&catalog::CALLER_RULE)),
        (ON_SCREEN, json!({ "type": "string", "enum": ["True", "False"] })),
        (TOLD, json!({ "type": "array", "items": told })),
        (CALLS, text()),
        (HISTORY, rows(&catalog::CALL)),
    ]);
    object(parts)
}
