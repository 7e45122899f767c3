//! `POST /R/(key)/Call/(function)`: a function of the service behind a target (rest.md).
//!
//! Invariant: every call is in the audit log before it is made. Never: keeps what was answered.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::{body, write::actor};
use crate::http::access::Who;
use crate::http::app::App;
use crate::http::{Refusal, reply};
use crate::notify::CallFault;
use crate::resource::Resource;
use crate::resource::words::audit_action;

/// Calls the function with the body as its arguments.
pub(in crate::http) async fn call(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    (resource, key, function): (&'static Resource, i64, &str),
    who: &Who,
) -> Result<HttpResponse, Refusal> {
    let body = body::read(payload.into_inner()).await?;
    let arguments = if body.trim_ascii().is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body).map_err(|_| Refusal::BadPath(reply::BAD_ARGUMENTS))?
    };
    let snapshot = app.store.snapshot();
    let row = snapshot.find(resource.uri, key).ok_or(Refusal::NoSuchRow)?;
    let actor = actor(request.head(), who);
    app.store.audit(audit_action::RUN, resource.uri, key, function.to_owned(), actor).await?;
    match app.services.call(row, function, arguments).await {
        Ok(data) => Ok(reply::called(&data)),
        Err(CallFault::NoSuchFunction(known)) => Err(Refusal::NoSuchFunction(known)),
        Err(CallFault::Refused(why)) => Ok(reply::not_called(&why)),
    }
}
