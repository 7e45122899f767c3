//! Builds all, spawns, waits, stops in order.
//!
//! Invariant: whatever was started is stopped in reverse order. Never: holds logic of its own.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::call::{Desk, connection, connections};
use crate::clock::Clock;
use crate::config::{OpenLan, Settings};
use crate::control::Channel;
use crate::http::{
    self, AskLine, CallsWaiting, Deps, Figures, LineFound, ListenerFault, Outside, OwnAuthority,
    Tls,
};
use crate::notify::{self, Site, Worker, WorkerHandle};
use crate::push::Hub;
use crate::schedule::{self, Scheduler};
use crate::sip::{self, Agent, AgentHandle, Event, Listening};
use crate::store::Store;

/// Threads for calls and notifications; HTTP and SIP have threads of their own.
const RUNTIME_THREADS: usize = 2;
/// Database connections beside one for each HTTP worker.
const SPARE_READERS: u32 = 4;
/// How often clients that no longer answer are dropped.
const SILENT_CHECK: Duration = Duration::from_secs(60);
/// How long the desk may take to record what it has when the service stops.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// Runs until `stop` is over, or until the HTTP server fails.
pub async fn run_until(settings: Settings, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let mut service = Service::start(settings, Clock::system()).await?;
    let ended = tokio::select! {
        () = stop => Ok(()),
        result = &mut service.server => Err(server_ended(result)),
    };
    log::info!("stopping");
    service.stop().await;
    ended
}

/// Runs until SIGTERM or SIGINT.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(RUNTIME_THREADS)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let asked = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        run_until(settings, asked).await
    })
}

/// The running parts, in the order in which they were started.
struct Service {
    store: Store,
    hub: Hub,
    outbox: WorkerHandle,
    agent: AgentHandle,
    desk: JoinHandle<()>,
    /// Pumps without state: ended by being dropped.
    pumps: Vec<JoinHandle<()>>,
    server: JoinHandle<std::io::Result<()>>,
    server_handle: ServerHandle,
}

impl Service {
    async fn start(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        warn_of_open_lan(&settings.open_lan);
        let listeners = http::bind(&settings.listen)?;
        let readers = u32::try_from(settings.workers).unwrap_or(u32::MAX);
        let readers = readers.saturating_add(SPARE_READERS);
        let store = Store::open(&settings.data_dir, clock.clone(), readers)
            .context("cannot open the database")?;
        store.set_activation(settings.activation.clone());
        let hub = Hub::new(clock.clone());
        let tls = Tls::open(&settings, &http::machine_name(), clock.clone())
            .context("cannot use the certificate of the HTTP server")?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let site = site(&listeners, scheme);
        tell_where(&listeners, scheme);
        tell_authority(tls.as_ref());
        let options = sending(&settings);
        let outbox = Worker::start(store.clone(), clock.clone(), options)?;
        let (agent, events) = start_agent(&settings, &clock)?;
        let (clerk, ring) = (agent.clone(), outbox.clone());
        let desk = Desk::new(clock.clone(), store.clone(), hub.clone(), clerk, ring, site);
        let calls_waiting = calls_waiting(desk.clone());
        let figures = figures(agent.clone(), desk.clone(), outbox.clone());
        let desk = tokio::spawn(desk.run(events));
        let mut pumps = vec![
            tokio::spawn(push_events(store.clone(), hub.clone())),
            tokio::spawn(follow_connections(store.clone(), agent.clone())),
            tokio::spawn(drop_silent_clients(hub.clone())),
            tokio::spawn(keep_reserve(store.clone())),
        ];
        let (keys, deny) = (settings.activation.clone(), settings.outbound_deny.clone());
        let licences = notify::keep_licences(store.clone(), keys, deny, clock.clone());
        pumps.push(tokio::spawn(licences));
        pumps.extend(hear_orders(&settings, &store));
        pumps.extend(tls.clone().map(|tls| tokio::spawn(tls.keep_fresh())));
        let scheduler = scheduler(&settings, &store, &clock);
        pumps.push(tokio::spawn(scheduler.clone().keep()));
        let settings = Arc::new(settings);
        let listener_fault = listener_fault(agent.clone());
        let deps = Deps {
            store: store.clone(),
            hub: hub.clone(),
            settings,
            clock,
            scheduler,
            ask_line: ask_line(),
            services: outbox.services(),
            listener_fault,
            calls_waiting,
            figures,
            tls,
        };
        let server = http::build(deps, listeners)?;
        let server_handle = server.handle();
        let server = tokio::spawn(server);
        Ok(Self { store, hub, outbox, agent, desk, pumps, server, server_handle })
    }

    /// Stops taking calls, then sending, then answering; closes the store last.
    async fn stop(self) {
        self.agent.stop().await;
        if tokio::time::timeout(STOP_LIMIT, self.desk).await.is_err() {
            log::warn!("some calls were still being recorded when the service stopped");
        }
        self.outbox.stop().await;
        self.hub.close();
        self.server_handle.stop(true).await;
        for pump in self.pumps {
            pump.abort();
            let _ = pump.await; // its end is what was asked for
        }
        self.store.close().await;
    }
}

/// What the outbox worker has to know of the settings.
fn sending(settings: &Settings) -> notify::Options {
    // Programs work in the data folder, whatever folder the service was started in.
    let folder = settings.data_dir.canonicalize().unwrap_or_else(|_| settings.data_dir.clone());
    let commands = notify::Commands { allow: settings.commands_allow.clone(), folder };
    notify::Options { deny: settings.outbound_deny.clone(), commands, host: http::machine_name() }
}

fn start_agent(
    settings: &Settings,
    clock: &Clock,
) -> anyhow::Result<(AgentHandle, mpsc::Receiver<Event>)> {
    let limits = sip::Limits {
        invites_per_second_per_source: settings.limits.sip_invites_per_second_per_source,
        ..sip::Limits::default()
    };
    let options = sip::Options { listen: settings.sip_listen, clock: clock.clone(), limits };
    Agent::start(options).context("cannot start the telephone side")
}

/// Backups, exports, retention.
fn scheduler(settings: &Settings, store: &Store, clock: &Clock) -> Scheduler {
    let work = schedule::Settings {
        data_dir: settings.data_dir.clone(),
        files_allow: settings.files_allow.clone(),
        retention: settings.retention,
    };
    Scheduler::new(store.clone(), clock.clone(), work)
}

/// Carries out orders of commands on this machine. Without it the commands that write have to wait
/// until the service is stopped; that is no reason not to run.
fn hear_orders(settings: &Settings, store: &Store) -> Option<JoinHandle<()>> {
    let channel = match Channel::open(&settings.data_dir) {
        Ok(channel) => channel,
        Err(error) => {
            log::warn!("commands cannot reach this service while it runs: {error}");
            return None;
        }
    };
    let store = store.clone();
    Some(tokio::spawn(async move {
        if let Err(error) = channel.run(store).await {
            log::warn!("commands can no longer reach this service: {error}");
        }
    }))
}

/// Room on the disk for calls.
async fn keep_reserve(store: Store) {
    store.keep_reserve().await;
}

/// Gives the agent the connections of every new snapshot.
async fn follow_connections(store: Store, agent: AgentHandle) {
    let mut changes = store.changes();
    loop {
        agent.set_connections(connections(&store.snapshot()));
        if changes.changed().await.is_err() {
            return;
        }
    }
}

/// One OPTIONS to the server of a row.
fn ask_line() -> AskLine {
    Arc::new(|row| {
        Box::pin(async move {
            match sip::probe(&connection(&row)).await {
                sip::Probe::Answered { address, status, after } => {
                    LineFound::Answered { address, status, after_ms: after.as_millis() }
                }
                sip::Probe::Silent(address) => LineFound::Silent(address),
                sip::Probe::Refused(address, why) => LineFound::Refused(address, why),
                sip::Probe::Unknown(why) => LineFound::Unknown(why),
            }
        })
    })
}

fn listener_fault(agent: AgentHandle) -> ListenerFault {
    Arc::new(move || match agent.status().listening {
        Listening::Failed(why) => Some(why),
        Listening::NotNeeded | Listening::Open(_) => None,
    })
}

/// What /metrics shows of the rooms that HTTP does not know.
fn figures(agent: AgentHandle, desk: Desk, outbox: WorkerHandle) -> Figures {
    Arc::new(move || {
        let status = agent.status();
        Outside {
            invites_accepted: status.invites_accepted,
            invites_refused: status.invites_refused,
            invites_limited: status.invites_rate_limited,
            malformed: status.malformed,
            events_dropped: status.events_dropped,
            sends_dropped: status.sends_dropped,
            ringing: status.ringing,
            streams: status.tcp_connections,
            calls_recorded: desk.calls_recorded(),
            calls_waiting: desk.waiting(),
            outcomes: outbox.outcomes(),
            parked: outbox.parked(),
        }
    })
}

fn calls_waiting(desk: Desk) -> CallsWaiting {
    Arc::new(move || desk.waiting())
}

fn warn_of_open_lan(open_lan: &OpenLan) {
    if *open_lan != OpenLan::Off {
        log::warn!(
            "open LAN: whoever reaches this machine from the named networks needs no log-in"
        );
    }
}

fn server_ended(result: Result<std::io::Result<()>, tokio::task::JoinError>) -> anyhow::Error {
    match result {
        Ok(Ok(())) => anyhow::anyhow!("the HTTP server ended by itself"),
        Ok(Err(error)) => anyhow::Error::new(error).context("the HTTP server failed"),
        Err(error) => anyhow::Error::new(error).context("the HTTP server failed"),
    }
}

/// Hands committed events to the connected clients.
async fn push_events(store: Store, hub: Hub) {
    let mut events = store.pushed();
    while let Some(committed) = events.recv().await {
        committed.into_iter().for_each(|event| hub.send(event));
    }
}

async fn drop_silent_clients(hub: Hub) {
    let mut check = tokio::time::interval(SILENT_CHECK);
    loop {
        check.tick().await;
        let dropped = hub.drop_silent();
        if dropped > 0 {
            log::info!("{dropped} silent clients are dropped");
        }
    }
}

/// The address under which links in notifications find this service.
fn site(listeners: &[TcpListener], scheme: &str) -> Site {
    let server_name = http::machine_name();
    let port = listeners.iter().find_map(|listener| listener.local_addr().ok());
    let port = port.map_or(0, |address| address.port());
    Site { base_url: format!("{scheme}://{server_name}:{port}"), server_name }
}

fn tell_where(listeners: &[TcpListener], scheme: &str) {
    for address in listeners.iter().filter_map(|listener| listener.local_addr().ok()) {
        let host = if address.ip().is_unspecified() {
            "localhost".to_owned()
        } else {
            address.ip().to_string()
        };
        log::info!("listening on {address}: open {scheme}://{host}:{}/", address.port());
    }
}

fn tell_authority(tls: Option<&Tls>) {
    if let Some(OwnAuthority { file, fingerprint }) = tls.and_then(Tls::own_authority) {
        log::info!(
            "clients have to trust {} once (also at /ca.crt); its SHA-256 is {fingerprint}",
            file.display()
        );
    }
}
