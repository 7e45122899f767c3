//! Connections: which are enabled, where their servers are, and how their registrations stand.
//!
//! Invariant: a changed row never touches another one; its old registration is taken back before
//! the new one is made. Never: loses a registration's state because the event channel was full.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::core::{Core, Effect, random};
use super::sockets::Socket;
use crate::sip::account::{Account, Report};
use crate::sip::admission::{Candidate, Knock, choose};
use crate::sip::event::{Connection, Event, Registration, RegistrationState, Transport};
use crate::sip::reason;
use crate::sip::register::Identity;
use crate::sip::registration::Registrar;
use crate::sip::timers::{Alarm, Sleeper};
use crate::sip::transport::Outlet;

/// A report that found the event channel full is repeated after this time.
const RETELL_AFTER: Duration = Duration::from_secs(1);

/// One connection, or what is left of it while it de-registers.
pub(super) struct Row {
    pub connection: Rc<Connection>,
    pub socket: SocketAddr,
    pub identity: Identity,
    /// `None` = does not register, or waits for its socket.
    pub registrar: Option<Registrar>,
    pub addresses: Vec<IpAddr>,
    /// Which of several addresses of the server is to be tried next.
    pub turn: usize,
    pub outlet: Option<Outlet>,
    /// Where the other side can reach us.
    pub local: Option<SocketAddr>,
    /// Where it could until the connection broke; the server still has it as a contact.
    pub gone: Option<SocketAddr>,
    pub branch: String,
    pub last_request: Vec<u8>,
    /// A row that only listens is looked up again then.
    pub look_up_at: Option<Instant>,
    pub leaving: bool,
    /// What takes this row's place once it has left.
    pub successor: Option<Connection>,
    shown: Option<Registration>,
    retell_at: Option<Instant>,
    alarm: Alarm,
}

/// All rows by serial number: a changed row gets a new one.
#[derive(Default)]
pub(super) struct Rows {
    pub by_serial: BTreeMap<u64, Row>,
    last_serial: u64,
}

/// The row that an INVITE belongs to.
pub(super) struct Chosen {
    /// Its settings.
    pub connection: Rc<Connection>,
    /// Its Contact user, which is no called number.
    pub contact_user: String,
    /// What it listens on.
    pub socket: SocketAddr,
}

impl Rows {
    /// The row that `knock` belongs to; rows that leave still ring.
    pub fn choose(&self, knock: Knock<'_>) -> Option<Chosen> {
        let candidates = self.by_serial.values().map(|row| Candidate {
            id: row.connection.id,
            contact_user: &row.identity.contact_user,
            addresses: &row.addresses,
            extension: &row.connection.extension,
        });
        let id = choose(candidates, knock)?;
        let row = self.by_serial.values().rfind(|row| row.connection.id == id)?;
        let contact_user = row.identity.contact_user.clone();
        Some(Chosen { connection: row.connection.clone(), contact_user, socket: row.socket })
    }

    /// Whether a row still uses the socket of `address`.
    pub fn need(&self, address: SocketAddr) -> bool {
        let listens = |row: &Row| row.connection.transport != Transport::Tls;
        self.by_serial.values().any(|row| row.socket == address && listens(row))
    }
}

impl Core {
    /// Makes the enabled connections be `wanted`; rows that did not change are not touched.
    pub fn set_connections(&mut self, wanted: &[Connection], now: Instant) {
        let serials: Vec<u64> = self.rows.by_serial.keys().copied().collect();
        for serial in serials {
            let Some(row) = self.rows.by_serial.get_mut(&serial) else { continue };
            let new = wanted.iter().find(|new| new.id == row.connection.id);
            if row.leaving {
                row.successor = new.cloned();
                continue;
            }
            match new {
                Some(new) if *new == *row.connection => {}
                Some(new) if registers_alike(new, &row.connection) => {
                    row.connection = Rc::new(new.clone());
                }
                new => {
                    row.successor = new.cloned();
                    self.retire(serial, now);
                }
            }
        }
        for new in wanted {
            let known = self.rows.by_serial.values().any(|row| row.connection.id == new.id);
            if !known {
                self.add_row(new.clone(), now);
            }
        }
    }

    /// De-registers every row; [`Rows::by_serial`] is empty when all is done.
    pub fn leave_all(&mut self, now: Instant) {
        self.set_connections(&[], now);
    }

    fn add_row(&mut self, connection: Connection, now: Instant) {
        let socket = self.sockets.address_for(&connection);
        self.rows.last_serial += 1;
        let serial = self.rows.last_serial;
        let row = Row {
            identity: Identity::new(&connection, random(), random()),
            connection: Rc::new(connection),
            socket,
            registrar: None,
            addresses: Vec::new(),
            turn: 0,
            outlet: None,
            local: None,
            gone: None,
            branch: String::new(),
            last_request: Vec::new(),
            look_up_at: None,
            leaving: false,
            successor: None,
            shown: None,
            retell_at: None,
            alarm: Alarm::default(),
        };
        // A TLS row rings through the connection that it opens.
        let listens = row.connection.transport != Transport::Tls;
        self.rows.by_serial.insert(serial, row);
        if listens {
            self.want_socket(socket);
        }
        self.start_row(serial, now);
    }

    /// Rows that waited for `address` start, or tell why they cannot.
    pub fn start_rows_of(&mut self, address: SocketAddr, now: Instant) {
        let waiting: Vec<u64> = self
            .rows
            .by_serial
            .iter()
            .filter(|(_, row)| row.socket == address && !row.leaving)
            .map(|(serial, _)| *serial)
            .collect();
        for serial in waiting {
            self.start_row(serial, now);
        }
    }

    fn start_row(&mut self, serial: u64, now: Instant) {
        let Some(row) = self.rows.by_serial.get_mut(&serial) else { return };
        if row.registrar.is_some() {
            return;
        }
        if row.connection.transport == Transport::Tls {
            return self.start_tls_row(serial, now);
        }
        match self.sockets.get(row.socket) {
            Some(Socket::Open(..)) if row.connection.register => {
                let (registrar, outputs) = Registrar::new(account(row), now);
                row.registrar = Some(registrar);
                self.carry_out_row(serial, outputs, now);
            }
            Some(Socket::Open(..)) => self.look_up(serial),
            Some(Socket::Failed(text)) => {
                let text = text.clone();
                self.show(serial, failed(0, text), now);
            }
            Some(Socket::Opening) | None => {}
        }
    }

    fn start_tls_row(&mut self, serial: u64, now: Instant) {
        let Some(row) = self.rows.by_serial.get_mut(&serial) else { return };
        if !row.connection.register {
            return self.show(serial, failed(0, reason::tls_must_register()), now);
        }
        let (registrar, outputs) = Registrar::new(account(row), now);
        row.registrar = Some(registrar);
        self.carry_out_row(serial, outputs, now);
    }

    /// Asks where the server of a row that only listens is.
    pub fn look_up(&mut self, serial: u64) {
        let Some(row) = self.rows.by_serial.get_mut(&serial) else { return };
        row.look_up_at = None;
        let (connection, turn) = (row.connection.clone(), row.turn);
        self.effects.push_back(Effect::Reach { serial, connection, turn, only_look_up: true });
    }

    /// The end of a row: its socket is released and its successor starts.
    pub fn remove_row(&mut self, serial: u64, now: Instant) {
        let Some(mut row) = self.rows.by_serial.remove(&serial) else { return };
        let was_registered = is_registered(row.shown.as_ref());
        if was_registered {
            self.counters.registered.fetch_sub(1, Ordering::Relaxed);
        }
        match row.successor.take() {
            Some(successor) => self.add_row(successor, now),
            None => {
                let connection_id = row.connection.id;
                let state = RegistrationState::Stopped;
                let (code, error, next_refresh) = (0, String::new(), None);
                let stopped = Registration { connection_id, state, code, error, next_refresh };
                self.tell(Event::Registration(stopped));
            }
        }
        self.release_socket(row.socket);
    }

    /// Makes `report` what the row shows, and tells it.
    pub fn show(&mut self, serial: u64, report: Report, now: Instant) {
        let next_refresh = report.next.map(|at| self.unix_at(at, now));
        let Some(row) = self.rows.by_serial.get_mut(&serial) else { return };
        let registration = Registration {
            connection_id: row.connection.id,
            state: report.state,
            code: report.code,
            error: report.error,
            next_refresh,
        };
        if row.shown.as_ref() == Some(&registration) {
            return;
        }
        let (before, after) =
            (is_registered(row.shown.as_ref()), is_registered(Some(&registration)));
        match (before, after) {
            (false, true) => self.counters.registered.fetch_add(1, Ordering::Relaxed),
            (true, false) => self.counters.registered.fetch_sub(1, Ordering::Relaxed),
            _ => 0,
        };
        log_change(&registration);
        row.shown = Some(registration);
        self.tell_shown(serial, now);
    }

    fn tell_shown(&mut self, serial: u64, now: Instant) {
        let shown = self.rows.by_serial.get(&serial).and_then(|row| row.shown.clone());
        let Some(shown) = shown else { return };
        let told = self.tell(Event::Registration(shown));
        if let Some(row) = self.rows.by_serial.get_mut(&serial) {
            row.retell_at = (!told).then_some(now + RETELL_AFTER);
        }
        self.set_row_alarm(serial);
    }

    /// Makes sure that the row is woken in time.
    pub fn set_row_alarm(&mut self, serial: u64) {
        if let Some(row) = self.rows.by_serial.get_mut(&serial) {
            let deadline = row.deadline();
            self.timers.set(&mut row.alarm, deadline, Sleeper::Row(serial));
        }
    }

    /// A deadline of a row.
    pub fn wake_row(&mut self, serial: u64, at: Instant, now: Instant) {
        let Some(row) = self.rows.by_serial.get_mut(&serial) else { return };
        if !row.alarm.rang(at) {
            return;
        }
        let due = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        let registrar_due = due(row.registrar.as_ref().and_then(Registrar::deadline));
        let (look_up_due, retell_due) = (due(row.look_up_at), due(row.retell_at));
        if retell_due {
            self.tell_shown(serial, now);
        }
        if look_up_due {
            self.look_up(serial);
        }
        if registrar_due {
            self.tick_row(serial, now);
        }
        self.set_row_alarm(serial);
    }
}

impl Row {
    fn deadline(&self) -> Option<Instant> {
        let registrar = self.registrar.as_ref().and_then(Registrar::deadline);
        [registrar, self.look_up_at, self.retell_at].into_iter().flatten().min()
    }
}

/// A failure that no answer of the server caused.
pub(super) fn failed(code: u16, error: String) -> Report {
    Report { state: RegistrationState::Failed, code, error, next: None }
}

fn is_registered(shown: Option<&Registration>) -> bool {
    shown.is_some_and(|shown| shown.state == RegistrationState::Registered)
}

/// Whether two versions of a row differ only in how calls are treated.
fn registers_alike(new: &Connection, old: &Connection) -> bool {
    let treated_alike =
        Connection { behaviour: old.behaviour, ring_limit: old.ring_limit, ..new.clone() };
    treated_alike == *old
}

fn account(row: &Row) -> Account {
    let connection = &row.connection;
    let username = match connection.username.as_str() {
        "" => &connection.extension,
        username => username,
    };
    Account {
        uri: row.identity.uri.clone(),
        username: username.to_owned(),
        password: connection.password.clone(),
        realm: connection.realm.clone(),
        expires: connection.expires_seconds,
        reliable: connection.transport != Transport::Udp,
    }
}

/// One line for the operator whenever a connection changes its state.
fn log_change(registration: &Registration) {
    let Registration { connection_id, state, code, error, .. } = registration;
    match state {
        RegistrationState::Failed => {
            log::warn!("connection {connection_id} does not work (code {code}): {error}");
        }
        _ => log::debug!("connection {connection_id} is now {state:?} (code {code})"),
    }
}
