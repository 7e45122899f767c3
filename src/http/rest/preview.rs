//! `POST /R/(key)/Preview`: what the row's templates would say, with the body's fields in place of
//! the stored ones. Key 0 = a new row.
//!
//! Invariant: the faults are those of a write. Never: writes.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value as Json};

use super::body;
use super::forward::site;
use super::write::may_see;
use crate::http::access::Who;
use crate::http::app::App;
use crate::http::{Refusal, query, reply};
use crate::notify::{preview as texts, values_of};
use crate::resource::catalog::CALL;
use crate::resource::order::OF_CALL;
use crate::resource::{Record, Resource, Verb, check_row, complete, merge, parse};
use crate::template::Values;

/// Answers the texts.
pub(super) async fn preview(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    (resource, key): (&'static Resource, i64),
    who: &Who,
) -> Result<HttpResponse, Refusal> {
    let body = body::read(payload.into_inner()).await?;
    let body = if body.trim_ascii().is_empty() { b"{}".as_slice() } else { &body };
    let row = row(app, resource, key, body)?;
    let values = values(app, request, who).await?;
    let mut data = Map::new();
    for (name, text) in texts(&row, &values) {
        let text = text.unwrap_or_else(|fault| {
            log::info!("{}/{key} {name} cannot be shown: {fault}", resource.uri);
            reply::NOT_RENDERED.to_owned()
        });
        data.insert(name.to_owned(), Json::String(text));
    }
    Ok(reply::called(&Json::Object(data)))
}

/// The row as it would be written.
fn row(app: &App, resource: &'static Resource, key: i64, body: &[u8]) -> Result<Record, Refusal> {
    let verb = if key == 0 { Verb::Post } else { Verb::Put };
    let draft = parse(resource, body, verb).map_err(Refusal::Faults)?;
    let (row, faults) = if key == 0 {
        let row = complete(&draft);
        let faults = check_row(None, &row);
        (row, faults)
    } else {
        let snapshot = app.store.snapshot();
        let before = snapshot.find(resource.uri, key).ok_or(Refusal::NoSuchRow)?;
        let row = merge(before, &draft).map_err(Refusal::Faults)?;
        let faults = check_row(Some(before), &row);
        (row, faults)
    };
    if faults.is_empty() { Ok(row) } else { Err(Refusal::Faults(faults)) }
}

/// The values of the call that `?call=` names, else those of the vocabulary's examples.
async fn values(app: &App, request: &HttpRequest, who: &Who) -> Result<Values, Refusal> {
    let Some(wanted) = query::value(request, OF_CALL).filter(|wanted| !wanted.is_empty()) else {
        return Ok(Values::samples());
    };
    let key = wanted.parse().map_err(|_| Refusal::BadPath(reply::BAD_CALL))?;
    may_see(app, &CALL, key, who.lines()).await?;
    let call = app.store.record(&CALL, key).await?.ok_or(Refusal::BadPath(reply::BAD_CALL))?;
    let site = site(request);
    let number = call.text("caller_number");
    Ok(app.store.foresee(number, |facts| values_of(&call, facts, &site)).await?)
}
