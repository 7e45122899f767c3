//! The attempts of a delivery: `GET /Notification-Delivery/(ID)/Attempts`.
//!
//! Invariant: the names stand here, for the answer and for its description.
//! Never: knows where attempts are stored.

use serde_json::{Map, Value as Json, json};

use super::caller::name;
use super::catalog::{CALL, DELIVERY};

/// Last part of the address.
pub const ADDRESS: &str = "Attempts";
/// Which attempt it was.
const NUMBER: &str = "回";
/// When it began.
const STARTED_AT: &str = "開始日時";

/// The names of an attempt: number, beginning, end, outcome, answer, reason.
pub fn names() -> [&'static str; 6] {
    let of = |column| name(&DELIVERY, column);
    let ended_at = name(&CALL, "ended_at");
    [NUMBER, STARTED_AT, ended_at, of("state"), of("last_response"), of("reason")]
}

/// What an answer looks like.
pub(super) fn schema() -> Json {
    let text = json!({ "type": "string" });
    let properties: Map<String, Json> =
        names().into_iter().map(|name| (name.to_owned(), text.clone())).collect();
    let row = json!({
        "type": "object", "additionalProperties": false,
        "required": names(), "properties": properties,
    });
    json!({ "type": "array", "items": row })
}
