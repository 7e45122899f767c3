//! `/metrics`: what the service counts, for Prometheus.
//!
//! Invariant: only for who is signed in or sits at this machine. Never: costs a request more than
//! one addition, or shows a name or number of a person.

mod count;
mod text;

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use super::Refusal;
use super::access::{Gate, Rule, Screened};
use super::app::App;
use super::method::Verb;
use super::reply::{NO_SNIFF, NO_STORE};
use crate::notify::{OutcomeCount, ParkedTarget};
use crate::push::Transport;
use crate::resource::{Kind as FieldKind, Record, catalog};
use crate::store::COMMIT_BOUNDS_US;
pub(super) use count::{Counts, Tables};
use text::{Kind, Text};

/// The text format of Prometheus.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What other rooms know, read when somebody asks.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// INVITEs that became calls.
    pub invites_accepted: u64,
    /// INVITEs of strangers.
    pub invites_refused: u64,
    /// INVITEs over a limit.
    pub invites_limited: u64,
    /// Packets that were no SIP, or broken requests.
    pub malformed: u64,
    /// Telephone events that found no room.
    pub events_dropped: u64,
    /// SIP packets that could not be sent.
    pub sends_dropped: u64,
    /// Legs that ring now.
    pub ringing: u64,
    /// SIP streams that are open now.
    pub streams: u64,
    /// Calls that were recorded.
    pub calls_recorded: u64,
    /// Calls and ends that wait in memory for the store.
    pub calls_waiting: usize,
    /// Attempts at targets.
    pub outcomes: Vec<OutcomeCount>,
    /// Targets that get nothing until somebody mends them.
    pub parked: Vec<ParkedTarget>,
}

/// Reads what other rooms count.
pub type Figures = Arc<dyn Fn() -> Outside + Send + Sync>;

/// `GET /metrics`.
pub(super) async fn show(
    request: &HttpRequest,
    app: &App,
    facts: &Screened<'_>,
) -> Result<HttpResponse, Refusal> {
    if !Gate::is_this_machine(facts) {
        app.gate.admit(request.head(), facts, Rule::Reader, Verb::Read).await?;
    }
    let writable = app.readiness.writable(app).await;
    let outside = (app.figures)();
    let mut text = Text::default();
    about(&mut text);
    telephone(&mut text, app, &outside);
    deliveries(&mut text, &outside.outcomes);
    store(&mut text, app, &outside, writable)?;
    clients(&mut text, app);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, TEXT_FORMAT))
        .insert_header((header::CACHE_CONTROL, NO_STORE))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
        .body(text.into_string()))
}

fn about(text: &mut Text) {
    let help = "The program that answers.";
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    text.family("smartconnect_build_info", Kind::Gauge, help).sample(&version, 1);
}

fn telephone(text: &mut Text, app: &App, outside: &Outside) {
    let help = "Calls that were recorded since the start.";
    text.single("smartconnect_calls_total", Kind::Counter, help, outside.calls_recorded);
    let help =
        "INVITEs by what became of them: accepted, refused (a stranger), limited (too many).";
    let mut invites = text.family("smartconnect_sip_invites_total", Kind::Counter, help);
    invites.sample(&[("result", "accepted")], outside.invites_accepted);
    invites.sample(&[("result", "refused")], outside.invites_refused);
    invites.sample(&[("result", "limited")], outside.invites_limited);
    let counters = [
        ("smartconnect_sip_malformed_total", "Packets that were no SIP.", outside.malformed),
        (
            "smartconnect_sip_events_dropped_total",
            "Events that found the channel full.",
            outside.events_dropped,
        ),
        (
            "smartconnect_sip_sends_dropped_total",
            "Packets that could not be sent at once.",
            outside.sends_dropped,
        ),
    ];
    for (name, help, value) in counters {
        text.single(name, Kind::Counter, help, value);
    }
    text.single("smartconnect_sip_ringing", Kind::Gauge, "Legs that ring now.", outside.ringing);
    let help = "SIP streams (TCP, TLS) that are open now.";
    text.single("smartconnect_sip_streams", Kind::Gauge, help, outside.streams);
    let help =
        "Enabled SIP connections by the state of their registration, in the words of the API.";
    let mut registrations = text.family("smartconnect_registrations", Kind::Gauge, help);
    for (state, count) in registration_states(app) {
        registrations.sample(&[("state", state)], count);
    }
}

/// Every state with the number of enabled connections in it.
fn registration_states(app: &App) -> Vec<(&'static str, usize)> {
    let snapshot = app.store.snapshot();
    let rows = snapshot.of(catalog::SIP_CONNECTION.uri);
    let enabled = || rows.iter().map(AsRef::as_ref).filter(|row: &&Record| row.is("enabled"));
    let field = catalog::SIP_CONNECTION.fields.iter().find(|field| field.column == "registration");
    let Some(FieldKind::Enum(words)) = field.map(|field| field.kind) else { return Vec::new() };
    let count = |word: &str| enabled().filter(|row| row.text("registration") == word).count();
    words.iter().map(|word| (*word, count(word))).collect()
}

fn deliveries(text: &mut Text, outcomes: &[OutcomeCount]) {
    let help = "Attempts at targets of notifications by what became of them.";
    let mut family = text.family("smartconnect_deliveries_total", Kind::Counter, help);
    for OutcomeCount { resource, id, outcome, count } in outcomes {
        let target = format!("{resource}/{id}");
        family.sample(&[("target", &target), ("outcome", outcome)], count);
    }
}

fn store(text: &mut Text, app: &App, outside: &Outside, writable: bool) -> Result<(), Refusal> {
    let figures = app.store.figures();
    let help = "Work that waits: calls kept in memory, deliveries to be sent, writes of the store.";
    let mut depths = text.family("smartconnect_queue_depth", Kind::Gauge, help);
    depths.sample(&[("queue", "calls")], outside.calls_waiting);
    depths.sample(&[("queue", "deliveries")], app.store.open_deliveries()?);
    depths.sample(&[("queue", "writes")], figures.jobs_waiting);
    let help = "Whether the store can write (1) or not (0).";
    text.single("smartconnect_store_writable", Kind::Gauge, help, u8::from(writable));
    let help = "Writes that the store answered.";
    text.single("smartconnect_store_writes_total", Kind::Counter, help, figures.jobs_done);
    let help = "Transactions that could not begin or commit.";
    let lost = figures.transactions_lost;
    text.single("smartconnect_store_lost_transactions_total", Kind::Counter, help, lost);
    let help = "Time of a commit to the disk; one commit holds all writes that waited together.";
    text.family("smartconnect_store_commit_seconds", Kind::Histogram, help).histogram_us(
        &COMMIT_BOUNDS_US,
        &figures.commits,
        figures.commit_us,
    );
    Ok(())
}

fn clients(text: &mut Text, app: &App) {
    let help = "Connected clients by transport.";
    let mut family = text.family("smartconnect_clients", Kind::Gauge, help);
    for transport in [Transport::ServerSentEvents, Transport::WebSocket] {
        family.sample(&[("transport", transport.word())], app.hub.count_of(transport));
    }
    let help = "Answers by route and status.";
    let mut family = text.family("smartconnect_http_requests_total", Kind::Counter, help);
    app.counts.each(|route, status, count| {
        family.sample(&[("route", route), ("status", status)], count);
    });
}
