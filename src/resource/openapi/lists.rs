//! The parameters of lists and of the charts in the OpenAPI page.
//!
//! Invariant: as for the page. Never: names a parameter that is not read.

use serde_json::{Map, Value as Json, json};

use super::answers;
use crate::resource::caller::name;
use crate::resource::kind::EXACT;
use crate::resource::listing::{
    AFTER, FROM, LIMIT, LIMIT_MAX, NUMBERS_MAX, ORDER, ORDERS, SEARCH, TO, has_period, has_search,
    may_be_one_of, narrows,
};
use crate::resource::needle::LENGTH_MAX;
use crate::resource::statistics::{
    BY, CALLERS, CALLERS_MAX, COUNT, DAY, GROUPINGS, HOUR, MEAN_RING, outcomes, weekday, weekdays,
};
use crate::resource::{Resource, catalog};

/// Adds the parameters of a list to its GET, and the headers that answer them.
pub(super) fn with_parameters(resource: &Resource, mut get: Json) -> Json {
    let Some(operation) = get.as_object_mut() else { return get };
    let own = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(list) = own.as_array_mut() {
        list.extend(parameters(resource));
    }
    let headers = Map::from_iter([
        (
            "Link".to_owned(),
            json!({
                "description": "続きのページ rel=\"next\"。limit があり、続きがあるときだけ",
                "schema": { "type": "string" },
            }),
        ),
        (
            "X-Total-Count".to_owned(),
            json!({
                "description": "全ページの件数。パラメーターがあるとき。数えるのに10万行を超えるときは無い",
                "schema": { "type": "integer", "minimum": 0 },
            }),
        ),
    ]);
    if let Some(success) = get.pointer_mut("/responses/200").and_then(Json::as_object_mut) {
        match success.get_mut("headers").and_then(Json::as_object_mut) {
            Some(own) => own.extend(headers),
            None => drop(success.insert("headers".into(), headers.into())),
        }
    }
    get
}

fn parameters(resource: &Resource) -> Vec<Json> {
    let mut all = vec![
        query(LIMIT, "最大件数", whole(i64::from(LIMIT_MAX))),
        query(
            AFTER,
            "このキーの次から",
            json!({ "type": "integer", "minimum": 0, "maximum": EXACT }),
        ),
        query(ORDER, "キーの順", json!({ "type": "string", "enum": ORDERS, "default": ORDERS[0] })),
    ];
    if has_period(resource) {
        all.extend(period());
    }
    if has_search(resource) {
        all.push(search(resource));
    }
    let fields = resource.fields.iter().filter(|field| narrows(field));
    let properties: Map<String, Json> =
        fields.map(|field| (field.name.to_owned(), field.wanted_schema())).collect();
    let several = resource.fields.iter().find(|field| may_be_one_of(resource, field.name));
    let several = several.map_or_else(String::new, |field| {
        format!("。{} は {NUMBERS_MAX} 件まで , で区切り、そのどれか", field.name)
    });
    all.push(json!({
        "name": "key", "in": "query", "style": "form", "explode": true,
        "description": format!("行の項目と値(空 = 値なし)。値が等しい行だけ。いくつでも{several}"),
        "schema": { "type": "object", "additionalProperties": false, "properties": properties },
    }));
    all
}

fn search(resource: &Resource) -> Json {
    let places = if *resource == catalog::CUSTOMER {
        "氏名、会社名、それぞれのフリガナ、電話番号の一部"
    } else {
        "顧客名、会社名、相手表示名、メモ"
    };
    let text = format!(
        "{places}のどれかにある語。1文字から、空白で区切るとすべてを含む行。かな・カナ、全角・半角、大文字・小文字、記号は区別しない"
    );
    query(SEARCH, &text, json!({ "type": "string", "maxLength": LENGTH_MAX, "examples": ["田中"] }))
}

fn period() -> [Json; 2] {
    let day = |name: &str, text: &str| {
        let schema = json!({ "type": "string", "format": "date", "examples": ["2025-04-01"] });
        query(name, text, schema)
    };
    [day(FROM, "この日から(yyyy/MM/dd も可)"), day(TO, "この日まで(この日を含む)")]
}

fn query(name: &str, text: &str, schema: Json) -> Json {
    json!({ "name": name, "in": "query", "required": false, "description": text, "schema": schema })
}

fn whole(most: i64) -> Json {
    json!({ "type": "integer", "minimum": 1, "maximum": most })
}

/// Path item of the charts.
pub(super) fn statistics() -> Json {
    let row = json!({ "anyOf": GROUPINGS.map(row) });
    let answer = json!({
        "description": "着信の無い行は出さない。日・時・回線は順に、発信者と対応者は件数の多い順に",
        "content": { "application/json": { "schema": { "type": "array", "items": row } } },
    });
    let [from, to] = period();
    let by = json!({ "type": "string", "enum": GROUPINGS, "default": GROUPINGS[0] });
    let mut callers = whole(i64::from(CALLERS_MAX));
    callers["default"] = CALLERS.into();
    json!({ "get": {
        "operationId": "getStatistics",
        "tags": ["照会"],
        "summary": "着信の集計",
        "parameters": [
            query(BY, "日別 / 曜日と時刻別 / 回線別 / 発信者別 / 対応者別", by),
            from, to,
            query(LIMIT, "発信者別の最大件数", callers),
        ],
        "responses": answers(answer, &["400"]),
    } })
}

/// What stands in a row of this grouping.
fn row(by: &str) -> Json {
    let call = |column| name(&catalog::CALL, column);
    let heads = match by {
        "day" => vec![DAY],
        "hour" => vec![weekday(), HOUR],
        "line" => vec![call("line_no"), call("line_name")],
        "operator" => vec![call("operator")],
        _ => ["caller_number", "customer_id", "customer_name", "company"].map(call).into(),
    };
    let text = |name: &str| match name {
        _ if name == weekday() => json!({ "type": "string", "enum": weekdays() }),
        DAY => json!({ "type": "string", "pattern": "^[0-9]{4}/[0-9]{2}/[0-9]{2}$" }),
        _ => json!({ "type": "string" }),
    };
    let mut properties: Map<String, Json> =
        heads.iter().map(|name| ((*name).to_owned(), text(name))).collect();
    let number = || json!({ "type": "string", "pattern": "^[0-9]+$" });
    properties.insert(COUNT.into(), number());
    if by != "caller" {
        properties.extend(outcomes().iter().map(|state| ((*state).to_owned(), number())));
        let mean = json!({ "type": "string", "pattern": "^([0-9]+[.][0-9])?$" });
        properties.insert(MEAN_RING.into(), mean);
    }
    let names: Vec<&String> = properties.keys().collect();
    json!({
        "type": "object", "title": by, "required": names,
        "additionalProperties": false, "properties": properties,
    })
}
