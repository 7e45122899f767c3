//! `/healthz` and `/readyz`.
//!
//! Invariant: both answer without log-in; details only to those who may know them.
//! Never: writes to the store more often than once a second.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::access::{Facts, Gate, Rule};
use super::app::App;
use super::method::Verb;
use super::{Refusal, reply};
use crate::resource::Record;
use crate::resource::json::{write_escaped, write_int};

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
    async fn writable(&self, app: &App) -> bool {
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

/// `/readyz`: 200 when calls can be heard and recorded, else 503.
pub(super) async fn ready(
    request: &HttpRequest,
    app: &App,
    facts: &Facts<'_>,
) -> Result<HttpResponse, Refusal> {
    // Calls that still wait in memory would be lost with the process.
    if !app.readiness.writable(app).await || (app.calls_waiting)() > 0 {
        return Err(Refusal::CannotWrite);
    }
    if let Some(why) = (app.listener_fault)() {
        return Err(Refusal::NotListening(why));
    }
    let here = Gate::is_this_machine(facts);
    if !here && app.gate.admit(request, facts, Rule::Reader, Verb::Read).await.is_err() {
        return Ok(reply::done());
    }
    let snapshot = app.store.snapshot();
    let connections = snapshot.of("SIP-ServerConnection").iter();
    let connections = connections.map(AsRef::as_ref).filter(|row: &&Record| row.is("enabled"));
    Ok(reply::json(details(connections, app.hub.count())))
}

/// `{"result":"True","msg":…,"clients":"2","connections":[{"id":"2","state":"…","error":""}]}`.
fn details<'a>(connections: impl Iterator<Item = &'a Record>, clients: usize) -> Vec<u8> {
    let mut out = reply::done_body();
    out.pop();
    out.extend_from_slice(b",\"clients\":\"");
    write_int(i64::try_from(clients).unwrap_or(i64::MAX), &mut out);
    out.extend_from_slice(b"\",\"connections\":[");
    for (index, row) in connections.enumerate() {
        out.extend_from_slice(if index > 0 { b",{\"id\":\"" } else { b"{\"id\":\"" });
        write_int(row.key(), &mut out);
        out.extend_from_slice(b"\",\"state\":\"");
        write_escaped(row.text("registration"), &mut out);
        out.extend_from_slice(b"\",\"error\":\"");
        write_escaped(row.text("last_error"), &mut out);
        out.extend_from_slice(b"\"}");
    }
    out.extend_from_slice(b"]}");
    out
}
