//! `POST /R/(key)/(word)`: orders about one row.
//!
//! Invariant: an order leaves an audit row, but for a preview, which does nothing. Never: carries out work itself (other rooms do).

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::body;
use super::forward::forward;
use super::preview::preview;
use super::trial::test;
use super::write::actor;
use crate::http::access::Who;
use crate::http::app::App;
use crate::http::query::is_dry_run;
use crate::http::{Refusal, reply};
use crate::resource::order::{self, Order};
use crate::resource::{Record, Resource};
use crate::schedule::Ran;
use crate::store::Actor;

/// Carries out an order.
pub(in crate::http) async fn carry_out(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    (order, resource): (Order, &'static Resource),
    key: i64,
    who: &Who,
) -> Result<HttpResponse, Refusal> {
    match order {
        Order::Test => test(app, request, resource, key, who).await,
        Order::Run => run(app, resource, key, actor(request.head(), who)).await,
        Order::Erase => {
            let erased = app.store.erase_customer(key, actor(request.head(), who)).await?;
            Ok(reply::erased(erased))
        }
        Order::Merge => merge(app, request, payload, key, who).await,
        Order::Forward => forward(app, request, payload, key, who).await,
        Order::Preview => preview(app, request, payload, (resource, key), who).await,
    }
}

/// Another row of a customer becomes part of his; `?dryrun=true` only tells what would happen.
async fn merge(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    survivor: i64,
    who: &Who,
) -> Result<HttpResponse, Refusal> {
    let dry_run = is_dry_run(request)?;
    let body = body::read(payload.into_inner()).await?;
    let other = order::merge(&body).map_err(Refusal::Faults)?;
    if dry_run {
        return Ok(reply::would_merge(other, &app.store.foresee_merge(survivor, other)?));
    }
    let merged = app.store.merge_customers(survivor, other, actor(request.head(), who)).await?;
    Ok(reply::merged(other, &merged))
}

/// 今すぐ実行 of a row as it stands.
pub(super) async fn run(
    app: &App,
    resource: &'static Resource,
    key: i64,
    actor: Actor,
) -> Result<HttpResponse, Refusal> {
    let snapshot = app.store.snapshot();
    let row: Record = snapshot.find(resource.uri, key).cloned().ok_or(Refusal::NoSuchRow)?;
    let ran = app.scheduler.run_now(row, actor).await;
    Ok(reply::ran(ran.good, &ran.text))
}

/// What became of a run that is ordered again under the same `Idempotency-Key`.
pub(super) fn ran_before(app: &App, resource: &'static Resource, key: i64) -> HttpResponse {
    let ran = app.store.snapshot().find(resource.uri, key).map(Ran::last);
    ran.map_or_else(reply::done, |ran| reply::ran(ran.good, &ran.text))
}
