//! `POST /ReceivedCall-Record/(ID)/Forward`: a call with a note to one target (伝言メモ).
//!
//! Invariant: the message takes the way of all others (its row is committed first).
//! Never: sends a call of a line that the client may not see.

use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::body;
use super::condition::once;
use super::trial::{outcome, settled};
use super::write::{actor, may_see};
use crate::http::access::Who;
use crate::http::app::App;
use crate::http::{Refusal, machine_name, reply};
use crate::notify::{NOT_SENT_TO, Site};
use crate::resource::catalog::CALL;
use crate::resource::{Fault, order};

/// How long an answer waits for the outcome; the message goes out all the same.
const WAIT: Duration = Duration::from_secs(5);

/// Writes the message and waits a moment for its outcome.
pub(super) async fn forward(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    key: i64,
    who: &Who,
) -> Result<HttpResponse, Refusal> {
    let body = body::read(payload.into_inner()).await?;
    let wanted = order::forward(&body).map_err(Refusal::Faults)?;
    let once = once(request.headers(), &body)?;
    may_see(app, &CALL, key, who.lines()).await?;
    let call = app.store.record(&CALL, key).await?.ok_or(Refusal::NoSuchRow)?;
    let snapshot = app.store.snapshot();
    let row = snapshot.find(wanted.resource.uri, wanted.target_id);
    let row = row.filter(|row| row.is("enabled")).ok_or_else(|| {
        let [_, name, _] = order::forward_names();
        Refusal::Faults(vec![Fault { name: name.to_owned(), message: reply::NO_TARGET.into() }])
    })?;
    let site = site(request);
    let number = call.text("caller_number");
    let compose = |facts: &crate::store::Facts<'_>| {
        crate::notify::forward(row, &call, &wanted.note, facts, &site)
    };
    let message = app.store.foresee(number, compose).await?;
    let message = message.ok_or(Refusal::BadPath(NOT_SENT_TO))?;
    let id = app.store.forward(key, message, once, actor(request.head(), who)).await?;
    app.services.wake();
    Ok(match settled(app, id, WAIT).await? {
        Some(delivery) => outcome(&delivery, None),
        None => reply::on_its_way(id),
    })
}

/// Links lead to where the client itself reaches this service.
pub(super) fn site(request: &HttpRequest) -> Site {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if request.app_config().secure() { "https" } else { "http" };
    let base_url = host.map(|host| format!("{scheme}://{host}")).unwrap_or_default();
    Site { server_name: machine_name(), base_url }
}
