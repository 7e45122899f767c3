//! The HTTP server: sockets, workers, limits.
//!
//! Invariant: every connection is bounded in number, header time, body time and silence.
//! Never: handles signals (the service does).

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::web::Data;
#[cfg(unix)]
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::Semaphore;

use super::access::Gate;
use super::app::{App, AskLine, CallsWaiting, ListenerFault, Worker};
use super::front::front;
use super::health::Readiness;
use super::metrics::{Figures, Tables};
use super::pages;
use super::prepared::Prepared;
use super::tls::Tls;
use crate::clock::Clock;
use crate::config::{OpenLan, Settings};
use crate::notify::Services;
use crate::push::{CLIENTS_MAX, Hub};
use crate::resource::status::Admitted;
use crate::resource::{described, openapi};
use crate::schedule::Scheduler;
use crate::store::Store;

/// Most connections of one worker; an event feed holds one.
const CONNECTIONS_PER_WORKER: usize = 12_000;
const _: () = assert!(CONNECTIONS_PER_WORKER > CLIENTS_MAX, "requests need connections too");
/// Open files that connections leave to the rest: database, deliveries, SIP streams, backups.
const FILES_KEPT: u64 = 1024;
/// Imports and workbooks at the same time: each takes a processor and room on the disk.
const FILES_AT_ONCE: usize = 2;
/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;
/// How long a client may take to send a request's head.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to close its side.
const CLOSE_TIME: Duration = Duration::from_secs(3);
/// How long sent bytes may stay unread before the connection is cut: a client that stops reading a
/// feed or a list would hold it for ever otherwise.
const UNREAD_TIME: Duration = Duration::from_secs(60);
/// How long requests in flight may take when the service stops.
const STOP_SECONDS: u64 = 10;

/// What a closed network is without further words, for people (the rule is in `access::peer`).
const PRIVATE_RANGES: [&str; 6] =
    ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7"];

/// What the server works with.
pub struct Deps {
    /// The database.
    pub store: Store,
    /// The connected clients.
    pub hub: Hub,
    /// The settings.
    pub settings: Arc<Settings>,
    /// The clock.
    pub clock: Clock,
    /// Makes backups and exports.
    pub scheduler: Scheduler,
    /// Asks a SIP server whether it is there.
    pub ask_line: AskLine,
    /// Functions of the services behind targets.
    pub services: Services,
    /// How the telephone side listens.
    pub listener_fault: ListenerFault,
    /// What the telephone side could not record.
    pub calls_waiting: CallsWaiting,
    /// What other rooms count, for /metrics.
    pub figures: Figures,
    /// The certificate; `None` = plain HTTP.
    pub tls: Option<Tls>,
}

/// Binds the addresses; an IPv6 address takes IPv6 only. The first one that fails is named.
pub fn bind(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    addresses.iter().map(|address| bind_one(*address)).collect()
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    let bound = || -> io::Result<TcpListener> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        #[cfg(unix)] // elsewhere the option would let another program take the port over
        socket.set_reuse_address(true)?;
        #[cfg(target_os = "linux")] // accepted connections inherit it
        socket.set_tcp_user_timeout(Some(UNREAD_TIME))?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        Ok(socket.into())
    };
    bound().map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })
}

/// Lets the process have as many open files as it may: every event feed is one, and the usual soft
/// limit of 1,024 is meant for programs that use `select`.
#[cfg(unix)]
fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        log::warn!("the limit of open files stays at {:?}: {error}", limit.current);
    }
}

/// How many files may be open; `None` = any number.
#[cfg(unix)]
fn open_files() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

#[cfg(not(unix))]
fn open_files() -> Option<u64> {
    None
}

/// Connections of one worker where so many files may be open: strangers who connect and say nothing
/// must not take the files that a delivery or a backup needs.
fn connections_per_worker(files: Option<u64>, workers: usize) -> usize {
    let Some(files) = files else { return CONNECTIONS_PER_WORKER };
    let left = files.saturating_sub(FILES_KEPT).max(files / 2);
    let share = usize::try_from(left).unwrap_or(usize::MAX) / workers.max(1);
    share.clamp(1, CONNECTIONS_PER_WORKER)
}

/// What is done once, before the first request; answers the machine's name.
fn prepare() -> String {
    #[cfg(unix)]
    allow_open_files();
    log::debug!("{} files of pages are ready", pages::all().len());
    machine_name()
}

/// Who may connect beside the usual, for administrators to see.
fn admitted(settings: &Settings) -> Admitted {
    let ranges = match &settings.open_lan {
        OpenLan::Off => Vec::new(),
        OpenLan::Private => PRIVATE_RANGES.iter().map(|range| (*range).to_owned()).collect(),
        OpenLan::Ranges(ranges) => ranges.iter().map(ToString::to_string).collect::<Vec<_>>(),
    };
    Admitted {
        open_ranges: ranges.join(","),
        hosts: settings.allow_hosts.join(","),
        origins: settings.allow_origins.join(","),
    }
}

/// Says in the log who needs no log-in.
fn tell_who_gets_in(gate: &Gate, open_lan: &OpenLan) {
    if let Some(key) = gate.set_up_key() {
        log::warn!(
            "no user exists: this machine has full rights; from another one send the header \
             X-Setup-Key: {} (30 minutes)",
            key.text()
        );
    }
    if *open_lan != OpenLan::Off {
        log::warn!(
            "open to the network without log-in (--open-lan): everybody there reads and changes \
             everything but users, tokens, the audit log and commands"
        );
    }
}

/// Builds the server on these listeners. It runs when awaited; to stop it, call `Hub::close` (ends
/// the event feeds) and then `server.handle().stop(true)`, which waits at most ten seconds.
/// While no user exists, the set-up key of this start is written to the log.
pub fn build(deps: Deps, listeners: Vec<TcpListener>) -> io::Result<Server> {
    let Deps {
        store,
        hub,
        settings,
        clock,
        scheduler,
        ask_line,
        services,
        listener_fault,
        calls_waiting,
        figures,
        tls,
    } = deps;
    let machine_name = prepare();
    let gate = Gate::new(store.clone(), clock.clone(), &settings, &machine_name);
    tell_who_gets_in(&gate, &settings.open_lan);
    let app = Data::new(App {
        ask_line,
        scheduler,
        services,
        user_pages: settings.data_dir.join("pages"),
        legacy_status: settings.legacy_status,
        openapi: Prepared::new(openapi::COMMITTED),
        catalogue: Prepared::new(described::text()),
        machine_name,
        admitted: admitted(&settings),
        started_at: clock.now(),
        clock,
        readiness: Readiness::default(),
        data_dir: settings.data_dir.clone(),
        files: Arc::new(Semaphore::new(FILES_AT_ONCE)),
        listener_fault,
        calls_waiting,
        figures,
        counts: Tables::default(),
        authority: tls.clone(),
        store,
        hub,
        gate,
    });
    let mut server = HttpServer::new(move || front(Worker::new(app.clone())))
        .workers(settings.workers.max(1))
        .max_connections(connections_per_worker(open_files(), settings.workers))
        .client_request_timeout(HEAD_TIME)
        .client_disconnect_timeout(CLOSE_TIME)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(STOP_SECONDS)
        .disable_signals();
    for listener in listeners {
        server = match &tls {
            None => server.listen(listener)?,
            Some(tls) => server.listen_rustls_0_23(listener, tls.server_config()?)?,
        };
    }
    Ok(server.run())
}

/// The machine's own name; `localhost` where it cannot be told.
pub fn machine_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => "localhost".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn as_many_files_may_be_open_as_the_machine_allows() {
        let limit = getrlimit(Resource::Nofile);
        let few = Rlimit { current: Some(200), ..limit };
        setrlimit(Resource::Nofile, few).unwrap();
        allow_open_files();
        assert_eq!(getrlimit(Resource::Nofile).current, limit.maximum);
    }

    #[test]
    fn connections_leave_files_to_the_rest() {
        assert_eq!(connections_per_worker(None, 2), CONNECTIONS_PER_WORKER);
        assert_eq!(connections_per_worker(Some(1_048_576), 8), CONNECTIONS_PER_WORKER);
        assert_eq!(connections_per_worker(Some(4096), 2), 1536);
        assert_eq!(connections_per_worker(Some(1024), 4), 128);
        assert_eq!(connections_per_worker(Some(10), 64), 1);
    }
}
