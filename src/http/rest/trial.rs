//! `POST /R/(key)/Test`: one message to a target, or one question to a SIP server, now; msg tells
//! what came of it.
//!
//! Invariant: the message takes the way of real ones (its row is committed first, and 通知履歴 keeps
//! it). Never: waits longer than [`WAIT`] for the outcome.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use tokio::time::{Instant, sleep};

use super::write::actor;
use crate::http::access::Who;
use crate::http::app::App;
use crate::http::{Refusal, machine_name, reply};
use crate::notify::{NOT_SENT_TO, Site, opened, trial};
use crate::resource::catalog::{DELIVERY, SIP_CONNECTION};
use crate::resource::words::{audit_action, delivery_state, delivery_timing};
use crate::resource::{Record, Resource, official};

/// How long an answer waits for the outcome: longer than a target may take to answer.
const WAIT: Duration = Duration::from_secs(25);
/// How often the outcome is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// Sends the message and waits for its outcome.
pub(super) async fn test(
    app: &App,
    request: &HttpRequest,
    resource: &'static Resource,
    key: i64,
    who: &Who,
) -> Result<HttpResponse, Refusal> {
    let snapshot = app.store.snapshot();
    let row = snapshot.find(resource.uri, key).ok_or(Refusal::NoSuchRow)?;
    if *resource == SIP_CONNECTION {
        let what = delivery_timing::TEST.to_owned();
        let actor = actor(request.head(), who);
        app.store.audit(audit_action::RUN, resource.uri, key, what, actor).await?;
        let found = (app.ask_line)(row.clone()).await;
        return Ok(reply::line_tested(&found, row));
    }
    let tested = row.clone();
    let site = Site { server_name: machine_name(), base_url: String::new() };
    if let Some(url) = app.store.foresee("", |facts| opened(row, facts, &site)).await? {
        let what = delivery_timing::TEST.to_owned();
        app.store
            .audit(audit_action::RUN, resource.uri, key, what, actor(request.head(), who))
            .await?;
        return Ok(reply::opened(&url.map_err(|fault| fault.to_string())));
    }
    let message = app.store.foresee("", |facts| trial(row, facts, &site)).await?;
    let message = message.ok_or(Refusal::BadPath(NOT_SENT_TO))?;
    let id = app.store.send_test(message, actor(request.head(), who)).await?;
    app.services.wake();
    Ok(match settled(app, id, WAIT).await? {
        Some(delivery) => outcome(&delivery, official::warning(&tested)),
        None => reply::not_yet(id),
    })
}

/// The delivery when it is over; `None` where that takes longer.
pub(super) async fn settled(app: &App, id: i64, wait: Duration) -> Result<Option<Record>, Refusal> {
    let end = Instant::now() + wait;
    loop {
        let delivery = app.store.record(&DELIVERY, id).await?.ok_or(Refusal::Unavailable)?;
        if !delivery.get("completed_at").is_empty() {
            return Ok(Some(delivery));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        sleep(LOOK).await;
    }
}

/// What became of it, with the reason and the other side's answer.
pub(super) fn outcome(delivery: &Record, warning: Option<String>) -> HttpResponse {
    let state = delivery.text("state");
    let came_through = [delivery_state::DELIVERED, delivery_state::ACCEPTED].contains(&state);
    let (reason, answer) = (delivery.text("reason"), delivery.text("last_response"));
    reply::tested(came_through, state, reason, answer, &warning.unwrap_or_default())
}
