//! Carries out what the registration machines ask for.
//!
//! Invariant: each machine sees its inputs in order, and its outputs are done before the next.
//! Never: decides when to register; that is `registration`.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::core::{Core, Effect, random};
use super::rows::{Row, failed};
use super::sockets::Socket;
use crate::sip::account::Report;
use crate::sip::answer::Answer;
use crate::sip::event::{RegistrationState, Transport};
use crate::sip::message::Message;
use crate::sip::reason;
use crate::sip::registration::{Input, Output};
use crate::sip::render::outgoing_ip;
use crate::sip::transport::Outlet;

/// A row that only listens looks its server up again after this time: addresses change.
const LOOK_UP_EVERY: Duration = Duration::from_secs(300);
/// And after this time where that failed.
const LOOK_UP_AGAIN: Duration = Duration::from_secs(30);

/// A server that was found and, where asked for, connected.
#[derive(Debug)]
pub(super) struct Reached {
    /// Every address of its name.
    pub addresses: Vec<SocketAddr>,
    /// The one in use.
    pub target: SocketAddr,
    /// A new stream to it; `None` over UDP.
    pub stream: Option<OwnStream>,
}

/// A stream that we opened.
#[derive(Debug)]
pub(super) struct OwnStream {
    /// The way into it.
    pub outlet: Outlet,
    /// Its own end.
    pub local: SocketAddr,
}

impl Core {
    /// The answer to [`Effect::Reach`].
    pub fn reached(&mut self, serial: u64, reached: Result<Reached, String>, now: Instant) {
        let Some(row) = self.rows.by_serial.get_mut(&serial) else { return };
        let input = match reached {
            Ok(reached) => {
                row.addresses =
                    reached.addresses.iter().map(|address| address.ip().to_canonical()).collect();
                let socket = self.sockets.get(row.socket);
                match connect(row, socket, reached.target, reached.stream) {
                    Ok(()) => Input::Ready,
                    Err(error) => Input::Unreachable(reason::unreachable(reached.target, &error)),
                }
            }
            Err(text) => Input::Unreachable(text),
        };
        if row.registrar.is_some() {
            return self.step_row(serial, input, now);
        }
        let (wait, report) = match input {
            Input::Unreachable(text) => (LOOK_UP_AGAIN, failed(0, text)),
            _ => (LOOK_UP_EVERY, unregistered()),
        };
        row.look_up_at = Some(now + wait);
        self.show(serial, report, now);
        self.set_row_alarm(serial);
    }

    /// A response to a REGISTER.
    pub fn answered(&mut self, branch: &str, message: &Message<'_>, now: Instant) {
        let found = self.rows.by_serial.iter().find(|(_, row)| row.branch == branch);
        let Some((&serial, row)) = found else { return };
        if let Some(answer) = Answer::read(message, &row.identity.contact_user) {
            self.step_row(serial, Input::Answered(answer), now);
        }
    }

    /// The stream of a row broke.
    pub fn disconnected(&mut self, serial: u64, now: Instant) {
        self.step_row(serial, Input::Broken(reason::disconnected()), now);
    }

    /// The registration's own deadline.
    pub fn tick_row(&mut self, serial: u64, now: Instant) {
        self.step_row(serial, Input::Tick, now);
    }

    /// De-registers a row; it disappears when that is done.
    pub fn retire(&mut self, serial: u64, now: Instant) {
        let Some(row) = self.rows.by_serial.get_mut(&serial) else { return };
        row.leaving = true;
        row.look_up_at = None;
        if row.registrar.is_some() {
            self.step_row(serial, Input::Leave, now);
        } else {
            self.remove_row(serial, now);
        }
    }

    fn step_row(&mut self, serial: u64, input: Input, now: Instant) {
        let row = self.rows.by_serial.get_mut(&serial);
        let Some(registrar) = row.and_then(|row| row.registrar.as_mut()) else { return };
        let outputs = registrar.step(input, now, random());
        self.carry_out_row(serial, outputs, now);
    }

    /// Does what a machine asked for; sending may fail at once, which gives it another input.
    pub fn carry_out_row(&mut self, serial: u64, outputs: Vec<Output>, now: Instant) {
        let mut outputs = VecDeque::from(outputs);
        while let Some(output) = outputs.pop_front() {
            let Some(row) = self.rows.by_serial.get_mut(&serial) else { return };
            let broken = match output {
                Output::Prepare => {
                    if let Some(effect) = prepare(serial, row) {
                        self.effects.push_back(effect);
                        None
                    } else {
                        Some(Input::Ready)
                    }
                }
                Output::Send(attempt) => {
                    row.branch = attempt.branch.clone();
                    row.last_request = row.local.map_or_else(Vec::new, |local| {
                        let transport = row.connection.transport;
                        row.identity.request(&attempt, local, row.gone, transport)
                    });
                    send(row)
                }
                Output::Resend => send(row),
                Output::Report(report) => {
                    if report.state == RegistrationState::Registered {
                        row.gone = None;
                    }
                    if report.state == RegistrationState::Failed {
                        row.turn = row.turn.wrapping_add(1);
                    }
                    // the end of a row is told when it is removed
                    if report.state != RegistrationState::Stopped {
                        self.show(serial, report, now);
                    }
                    None
                }
                Output::Left => return self.remove_row(serial, now),
            };
            let row = self.rows.by_serial.get_mut(&serial);
            let registrar = row.and_then(|row| row.registrar.as_mut());
            if let (Some(input), Some(registrar)) = (broken, registrar) {
                outputs.extend(registrar.step(input, now, random()));
            }
        }
        self.set_row_alarm(serial);
    }
}

/// Asks for the server, or `None` where the stream of a row that works still stands.
fn prepare(serial: u64, row: &Row) -> Option<Effect> {
    let stands = matches!(&row.outlet, Some(outlet @ Outlet::Stream(_)) if outlet.is_open());
    let connection = row.connection.clone();
    (!stands).then_some(Effect::Reach { serial, connection, turn: row.turn, only_look_up: false })
}

/// Sends the current request; an input for the machine where that failed.
fn send(row: &Row) -> Option<Input> {
    let outlet = row.outlet.as_ref()?;
    match outlet.send(row.last_request.clone()) {
        Ok(()) => None,
        // the socket's buffer is full: as good as a lost datagram
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => None,
        Err(error) => {
            let text = match outlet {
                Outlet::Datagram(_, target) => reason::unreachable(*target, &error),
                Outlet::Stream(_) => reason::disconnected(),
            };
            Some(Input::Broken(text))
        }
    }
}

/// Notes the way to the server and our own address on that way.
fn connect(
    row: &mut Row,
    socket: Option<&Socket>,
    target: SocketAddr,
    stream: Option<OwnStream>,
) -> std::io::Result<()> {
    // Nobody can open a TLS connection to us, so calls come through the one that we opened: its own
    // end is where we are to be reached (RFC 5923 has a name for the reuse, not every server knows it).
    if row.connection.transport == Transport::Tls {
        let stream = stream.ok_or(std::io::ErrorKind::NotConnected)?;
        let before = row.local.replace(stream.local).filter(|before| *before != stream.local);
        // Of several connections that broke, the first is the one that was registered.
        row.gone = row.gone.or(before);
        row.outlet = Some(stream.outlet);
        return Ok(());
    }
    let Some(Socket::Open(datagrams, local)) = socket else {
        return Err(std::io::ErrorKind::NotConnected.into());
    };
    let ip = match row.connection.local_ip {
        Some(ip) => ip,
        None if local.ip().is_unspecified() => outgoing_ip(target)?,
        None => local.ip(),
    };
    row.local = Some(SocketAddr::new(ip, local.port()));
    let datagram = || Outlet::Datagram(datagrams.clone(), target);
    row.outlet = Some(stream.map_or_else(datagram, |stream| stream.outlet));
    Ok(())
}

/// What a row shows that only listens and knows its server.
fn unregistered() -> Report {
    Report { state: RegistrationState::Unregistered, code: 0, error: String::new(), next: None }
}
