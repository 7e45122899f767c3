//! `/healthz` and `/readyz`.
//!
//! Invariant: both answer without log-in; details only to those who may know them.
//! Never: writes to the store more often than once a second.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::access::{Gate, Rule, Screened};
use super::app::App;
use super::method::Verb;
use super::{Refusal, reply};
use crate::resource::json::{write_escaped, write_int};
use crate::resource::words::registration_state;
use crate::resource::{Record, catalog};

/// How long the outcome of a test write counts.
const FRESH: Duration = Duration::from_secs(1);

/// A store that has not written within this time counts as one that cannot.
const WRITES_WITHIN: Duration = Duration::from_secs(2);

/// Whether the store could write a moment ago.
#[derive(Default)]
pub(super) struct Readiness {
    last: Mutex<Option<(Instant, bool)>>,
}

impl Readiness {
    /// A test write, or the outcome of one a moment ago.
    pub(super) async fn writable(&self, app: &App) -> bool {
        let mut last = self.last.lock().await;
        if let Some((at, writable)) = *last
            && at.elapsed() < FRESH
        {
            return writable;
        }
        let writable = match timeout(WRITES_WITHIN, app.store.check_writable()).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                log::warn!("not ready: {error}");
                false
            }
            Err(_) => {
                log::warn!("not ready: the store has not written for {WRITES_WITHIN:?}");
                false
            }
        };
        *last = Some((Instant::now(), writable));
        writable
    }
}

/// `/healthz`: the process answers.
pub(super) fn alive() -> HttpResponse {
    reply::done()
}

/// `/readyz`: 200 when calls can be heard and recorded, else 503; what stands how, for those who are
/// signed in or sit at this machine.
pub(super) async fn ready(
    request: &HttpRequest,
    app: &App,
    facts: &Screened<'_>,
) -> Result<HttpResponse, Refusal> {
    let writable = app.readiness.writable(app).await;
    let snapshot = app.store.snapshot();
    let rows = snapshot.of(catalog::SIP_CONNECTION.uri).iter().map(AsRef::as_ref);
    let connections: Vec<&Record> = rows.filter(|row| row.is("enabled")).collect();
    let fault = fault(app, writable, &connections);
    let here = Gate::is_this_machine(facts);
    if !here && app.gate.admit(request.head(), facts, Rule::Reader, Verb::Read).await.is_err() {
        return fault.map_or_else(|| Ok(reply::done()), Err);
    }
    let members = details(app, writable, &connections);
    Ok(reply::detailed(fault.as_ref(), &members))
}

/// Why calls cannot be heard or recorded.
fn fault(app: &App, writable: bool, connections: &[&Record]) -> Option<Refusal> {
    // Calls that still wait in memory would be lost with the process.
    if !writable || (app.calls_waiting)() > 0 {
        return Some(Refusal::CannotWrite);
    }
    if let Some(why) = (app.listener_fault)() {
        return Some(Refusal::NotListening(why));
    }
    // One line that fails is told in the details; without any, no telephone is heard at all.
    let fails = |row: &&Record| row.text("registration") == registration_state::FAILED;
    let deaf = !connections.is_empty() && connections.iter().all(fails);
    deaf.then(|| Refusal::NotListening(reply::NO_LINE_REGISTERED.to_owned()))
}

/// `"writable":"True","calls_waiting":"0","clients":"2","connections":[{"id":"2","state":"…","error":""}]`.
fn details(app: &App, writable: bool, connections: &[&Record]) -> Vec<u8> {
    let number = |number: usize, out: &mut Vec<u8>| {
        write_int(i64::try_from(number).unwrap_or(i64::MAX), out);
    };
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(b"\"writable\":\"");
    out.extend_from_slice(if writable { b"True" } else { b"False" });
    out.extend_from_slice(b"\",\"calls_waiting\":\"");
    number((app.calls_waiting)(), &mut out);
    out.extend_from_slice(b"\",\"clients\":\"");
    number(app.hub.count(), &mut out);
    out.extend_from_slice(b"\",\"connections\":[");
    for (index, row) in connections.iter().enumerate() {
        out.extend_from_slice(if index > 0 { b",{\"id\":\"" } else { b"{\"id\":\"" });
        write_int(row.key(), &mut out);
        out.extend_from_slice(b"\",\"state\":\"");
        write_escaped(row.text("registration"), &mut out);
        out.extend_from_slice(b"\",\"error\":\"");
        write_escaped(row.text("last_error"), &mut out);
        out.extend_from_slice(b"\"}");
    }
    out.push(b']');
    out
}
