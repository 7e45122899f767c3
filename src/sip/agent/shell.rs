//! The agent's thread: sockets and time around the [`Core`].
//!
//! Invariant: the core is borrowed only between two awaits. Never: decides anything about SIP.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, LocalSet, spawn_local};
use tokio::time::{sleep, sleep_until, timeout};

use super::core::{Core, Effect};
use super::registering::{OwnStream, Reached};
use super::{Options, RECORDED_MAX};
use crate::sip::counters::{Counters, count};
use crate::sip::event::{CallHandle, Connection, Event, Transport};
use crate::sip::transport::tcp::{self, Kind, Seat, Seats};
use crate::sip::transport::{Desk, Origin, Outlet, socket, tls};
use crate::sip::{reason, resolve};

/// Datagrams taken before timers and commits get their turn.
const DATAGRAM_BATCH: usize = 64;
/// Commits taken at once.
const COMMIT_BATCH: usize = 256;
/// Largest datagram.
const DATAGRAM_BYTES: usize = 65_536;
/// A TCP connection to a registrar is waited for no longer.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// De-registration of all rows is waited for no longer.
const FAREWELL_WITHIN: Duration = Duration::from_secs(3);
/// Pause after a socket error that is not about one packet.
const AFTER_SOCKET_ERROR: Duration = Duration::from_millis(100);
/// Without a deadline the clock is looked at this often.
const IDLE: Duration = Duration::from_secs(60);

const _: () = assert!(COMMIT_BATCH <= RECORDED_MAX);

/// What the handle sends.
pub(super) struct Orders {
    /// The enabled connections.
    pub wanted: watch::Receiver<Vec<Connection>>,
    /// Committed calls.
    pub commits: mpsc::Receiver<CallHandle>,
    /// Stop, and tell when done.
    pub stops: mpsc::Receiver<oneshot::Sender<()>>,
}

/// What all tasks of the thread share.
struct Shell {
    core: RefCell<Core>,
    /// The next deadline is another one.
    deadline_moved: Notify,
    /// A row has left.
    row_gone: Notify,
    seats: Seats,
    open: RefCell<HashMap<SocketAddr, [JoinHandle<()>; 2]>>,
    counters: Arc<Counters>,
}

/// Whose a stream is.
enum Owner {
    /// Somebody who connected to us and takes a seat.
    Stranger(Seat),
    /// The row that connected and is told of the end.
    Row(u64),
}

/// Runs until stopped or until every handle is gone.
pub(super) async fn run(
    options: Options,
    events: mpsc::Sender<Event>,
    orders: Orders,
    counters: Arc<Counters>,
) {
    let Options { listen, clock, limits } = options;
    let core = Core::new(listen, limits, clock, events, counters.clone());
    let shell = Rc::new(Shell {
        core: RefCell::new(core),
        deadline_moved: Notify::new(),
        row_gone: Notify::new(),
        seats: Seats::default(),
        open: RefCell::default(),
        counters,
    });
    LocalSet::new().run_until(obey(shell, orders)).await;
}

/// Takes orders; at the end says farewell to every registrar.
async fn obey(shell: Rc<Shell>, mut orders: Orders) {
    let clockwork = spawn_local(keep_time(shell.clone()));
    let mut commits = Vec::with_capacity(COMMIT_BATCH);
    let done = loop {
        tokio::select! {
            changed = orders.wanted.changed() => match changed {
                Ok(()) => {
                    let wanted = orders.wanted.borrow_and_update().clone();
                    shell.change(|core, now| core.set_connections(&wanted, now));
                }
                Err(_) => break None,
            },
            taken = orders.commits.recv_many(&mut commits, COMMIT_BATCH), if !orders.commits.is_closed() => {
                if taken > 0 {
                    shell.change(|core, now| {
                        for call in commits.drain(..) {
                            core.recorded(call, now);
                        }
                    });
                }
            }
            stop = orders.stops.recv() => break stop,
        }
    };
    shell.change(Core::leave_all);
    let farewell = async {
        while !shell.core.borrow().rows.by_serial.is_empty() {
            shell.row_gone.notified().await;
        }
    };
    if timeout(FAREWELL_WITHIN, farewell).await.is_err() {
        log::warn!("some registrations could not be taken back");
    }
    clockwork.abort();
    if done.is_some_and(|done| done.send(()).is_err()) {
        log::debug!("nobody waited for the end of the telephone side");
    }
}

/// Wakes the core at its deadlines.
async fn keep_time(shell: Rc<Shell>) {
    loop {
        let next = shell.core.borrow().timers.next();
        let next = next.unwrap_or_else(|| Instant::now() + IDLE);
        tokio::select! {
            () = sleep_until(next.into()) => {
                let more = shell.change(Core::wake);
                if more {
                    tokio::task::yield_now().await;
                }
            }
            () = shell.deadline_moved.notified() => {}
        }
    }
}

impl Shell {
    /// Changes the core, then does what it asks for.
    fn change<T>(self: &Rc<Self>, act: impl FnOnce(&mut Core, Instant) -> T) -> T {
        let mut core = self.core.borrow_mut();
        let (deadline, rows) = (core.timers.next(), core.rows.by_serial.len());
        let result = act(&mut core, Instant::now());
        let effects = std::mem::take(&mut core.effects);
        if core.timers.next() != deadline {
            self.deadline_moved.notify_one();
        }
        if core.rows.by_serial.len() < rows {
            self.row_gone.notify_one();
        }
        drop(core);
        for effect in effects {
            self.carry_out(effect);
        }
        result
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Open(address) => {
                let opened = self.open(address);
                self.change(|core, now| core.opened(address, opened, now));
            }
            Effect::Close(address) => {
                for task in self.open.borrow_mut().remove(&address).into_iter().flatten() {
                    task.abort();
                }
            }
            Effect::Reach { serial, connection, turn, only_look_up } => {
                let shell = self.clone();
                spawn_local(async move {
                    let reached = shell.reach(serial, &connection, turn, only_look_up).await;
                    shell.change(|core, now| core.reached(serial, reached, now));
                });
            }
        }
    }

    /// Opens both sockets of `address` and starts reading from them.
    fn open(self: &Rc<Self>, address: SocketAddr) -> std::io::Result<(Rc<UdpSocket>, SocketAddr)> {
        let pair = socket::open(address)?;
        let datagrams = Rc::new(pair.datagrams);
        let tasks = [
            spawn_local(take_datagrams(self.clone(), datagrams.clone())),
            spawn_local(take_streams(self.clone(), pair.streams)),
        ];
        self.open.borrow_mut().insert(address, tasks);
        Ok((datagrams, pair.local))
    }

    /// Finds the server and, over TCP and TLS, connects to it. Errors: the text for the row.
    async fn reach(
        self: &Rc<Self>,
        serial: u64,
        connection: &Connection,
        turn: usize,
        only_look_up: bool,
    ) -> Result<Reached, String> {
        let addresses = resolve::look_up(connection)
            .await
            .map_err(|cause| reason::unresolved(&connection.server, &cause))?;
        let position = turn % addresses.len().max(1);
        let target = addresses.get(position).copied().ok_or_else(reason::silence)?;
        let stream = match connection.transport {
            Transport::Tcp | Transport::Tls if !only_look_up => {
                Some(self.connect(serial, connection, target).await?)
            }
            _ => None,
        };
        Ok(Reached { addresses, target, stream })
    }

    /// Opens our own stream to a registrar. Errors: the text for the row.
    async fn connect(
        self: &Rc<Self>,
        serial: u64,
        connection: &Connection,
        target: SocketAddr,
    ) -> Result<OwnStream, String> {
        let dialled = dial(connection.local_ip, target).await;
        let stream = dialled.map_err(|error| reason::unreachable(target, &error))?;
        let local = stream.local_addr().map_err(|error| reason::unreachable(target, &error))?;
        prepare(&stream, target);
        let owner = Owner::Row(serial);
        if connection.transport != Transport::Tls {
            return Ok(OwnStream { outlet: self.serve(stream, target, owner), local });
        }
        let verify = connection.verify_certificate;
        let secured = tls::connect(stream, &connection.server, verify).await;
        let stream = secured.map_err(|fault| reason::insecure(&connection.server, &fault))?;
        Ok(OwnStream { outlet: self.serve(stream, target, owner), local })
    }

    /// Starts the task of a connection.
    fn serve<S: AsyncRead + AsyncWrite + Unpin + 'static>(
        self: &Rc<Self>,
        stream: S,
        peer: SocketAddr,
        owner: Owner,
    ) -> Outlet {
        let (outlet, queue) = tcp::queue();
        let (shell, held) = (self.clone(), outlet.clone());
        self.counters.tcp_connections.fetch_add(1, Ordering::Relaxed);
        spawn_local(async move {
            let kind = match owner {
                Owner::Stranger(_) => Kind::Foreign,
                Owner::Row(_) => Kind::Own,
            };
            tcp::serve(stream, peer, kind, held, queue, &shell).await;
            shell.counters.tcp_connections.fetch_sub(1, Ordering::Relaxed);
            match owner {
                Owner::Stranger(seat) => drop(seat),
                Owner::Row(serial) => shell.change(|core, now| core.disconnected(serial, now)),
            }
        });
        Outlet::Stream(outlet)
    }
}

/// Connects to a registrar.
async fn dial(from: Option<IpAddr>, target: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = match target {
        SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4()?,
        SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6()?,
    };
    if let Some(ip) = from {
        socket.bind(SocketAddr::new(ip, 0))?;
    }
    let late = |_| std::io::Error::from(std::io::ErrorKind::TimedOut);
    timeout(CONNECT_WITHIN, socket.connect(target)).await.map_err(late)?
}

/// What every stream gets.
fn prepare(stream: &TcpStream, peer: SocketAddr) {
    if let Err(error) = stream.set_nodelay(true) {
        log::debug!("answers to {peer} may be delayed: {error}");
    }
}

impl Desk for Rc<Shell> {
    fn packet(&self, packet: &[u8], origin: Origin) {
        self.change(|core, now| core.packet(packet, &origin, now));
    }

    fn broken(&self) {
        count(&self.counters.malformed);
    }
}

/// Reads datagrams until the task is aborted.
async fn take_datagrams(shell: Rc<Shell>, socket: Rc<UdpSocket>) {
    let mut buffer = vec![0; DATAGRAM_BYTES];
    loop {
        let ready = socket.readable().await;
        let mut failed = ready.err();
        for _ in 0..DATAGRAM_BATCH {
            match socket.try_recv_from(&mut buffer) {
                Ok((length, source)) => {
                    let packet = buffer.get(..length).unwrap_or_default();
                    let outlet = Outlet::Datagram(socket.clone(), source);
                    shell.packet(packet, Origin { source, outlet });
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        if let Some(error) = failed {
            log::debug!("reading datagrams: {error}");
            sleep(AFTER_SOCKET_ERROR).await;
        }
        tokio::task::yield_now().await;
    }
}

/// Accepts connections until the task is aborted.
async fn take_streams(shell: Rc<Shell>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => match shell.seats.take(peer.ip()) {
                // the task itself keeps the way out open
                Some(seat) => {
                    prepare(&stream, peer);
                    drop(shell.serve(stream, peer, Owner::Stranger(seat)));
                }
                None => log::debug!("no room for another connection from {}", peer.ip()),
            },
            Err(error) => {
                log::warn!("accepting a connection: {error}; trying again");
                sleep(AFTER_SOCKET_ERROR).await;
            }
        }
    }
}
