//! `GET /Notification-Delivery/(ID)/Attempts`: every attempt of a delivery, oldest first.
//!
//! Invariant: every value is a string. Never: shows a secret (answers were stored without).

use actix_web::HttpResponse;
use serde_json::{Map, Value as Json};

use crate::clock::japan_text;
use crate::http::app::App;
use crate::http::{Refusal, reply};
use crate::resource::attempts::names;
use crate::resource::catalog::DELIVERY;

/// Answers the attempts.
pub(in crate::http) async fn attempts(app: &App, key: i64) -> Result<HttpResponse, Refusal> {
    app.store.record(&DELIVERY, key).await?.ok_or(Refusal::NoSuchRow)?;
    let rows = app.store.attempts(key)?.into_iter().map(|row| {
        let cells = [
            row.attempt.to_string(),
            japan_text(row.started_at),
            japan_text(row.ended_at),
            row.outcome,
            row.response,
            row.reason,
        ];
        let named = names().into_iter().zip(cells);
        let object: Map<String, Json> =
            named.map(|(name, cell)| (name.to_owned(), Json::String(cell))).collect();
        Json::Object(object)
    });
    Ok(reply::json(Json::Array(rows.collect()).to_string()))
}
