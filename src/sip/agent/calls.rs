//! Requests from outside: calls that ring, and everything that is not for us.
//!
//! Invariant: one leg per INVITE transaction, however often the packet comes; an ACK is never
//! answered. Never: keeps more than [`LEGS_PER_RINGING`] times the ringing calls allowed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::core::{Core, random};
use super::rows::Chosen;
use crate::sip::admission::Knock;
use crate::sip::caller::{read_called, read_caller};
use crate::sip::counters::count;
use crate::sip::event::{CallHandle, Ended, Ending, Event, Ringing};
use crate::sip::grammar::{decimal, param, parts, text};
use crate::sip::invite::{self, Input, Output, Policy};
use crate::sip::message::{Message, Name, Start};
use crate::sip::render::{Replies, reply_address};
use crate::sip::request::{Method, Request, Via};
use crate::sip::status::Status;
use crate::sip::timers::{Alarm, Sleeper};
use crate::sip::transport::{Origin, Outlet};

/// Ended calls wait for late packets; this many for each that may ring at once.
const LEGS_PER_RINGING: usize = 4;

/// One INVITE server transaction.
struct Leg {
    machine: invite::Ringing,
    replies: Replies,
    outlet: Outlet,
    /// What its row listens on: stays open as long as a CANCEL may come.
    socket: SocketAddr,
    key: Vec<u8>,
    tag: String,
    alarm: Alarm,
}

/// All legs.
#[derive(Default)]
pub(super) struct Calls {
    legs: HashMap<u64, Leg>,
    by_key: HashMap<Vec<u8>, u64>,
    ringing: usize,
    last_handle: u64,
}

impl Calls {
    /// Whether a call still needs what was opened for `address`.
    pub fn need(&self, address: SocketAddr) -> bool {
        self.legs.values().any(|leg| leg.socket == address)
    }
}

impl Core {
    /// Takes a request.
    pub fn request(&mut self, message: &Message<'_>, origin: &Origin, now: Instant) {
        let request = match Request::read(message) {
            Ok(request) => request,
            Err(status) => {
                count(&self.counters.malformed);
                let acknowledges = matches!(message.start, Start::Request { method: b"ACK", .. });
                if !acknowledges {
                    self.reply(message, None, origin, |replies| replies.packet(status));
                }
                return;
            }
        };
        let via = Some(request.via);
        match request.method {
            Method::Invite => self.invite(&request, origin, now),
            Method::Ack => {
                if let Some(&handle) = self.calls.by_key.get(&request.transaction_key()) {
                    self.step(handle, Input::Ack, now);
                }
            }
            Method::Cancel => self.cancel(&request, origin, now),
            Method::Options => self.options(&request, origin),
            Method::Known if !request.is_in_dialog() => {
                let status = Status::METHOD_NOT_ALLOWED;
                self.reply(message, via, origin, |replies| replies.with_allow(status));
            }
            Method::Bye | Method::Known => {
                self.reply(message, via, origin, |replies| replies.packet(Status::NO_TRANSACTION));
            }
            Method::Unknown => {
                let status = Status::NOT_IMPLEMENTED;
                self.reply(message, via, origin, |replies| replies.with_allow(status));
            }
        }
    }

    fn options(&self, request: &Request<'_>, origin: &Origin) {
        let unsupported = request.unsupported_extensions();
        self.reply(request.message, Some(request.via), origin, |all| {
            match unsupported.as_slice() {
                [] => all.with_allow(Status::OK),
                some => all.bad_extension(some),
            }
        });
    }

    fn invite(&mut self, request: &Request<'_>, origin: &Origin, now: Instant) {
        let key = request.transaction_key();
        if let Some(&handle) = self.calls.by_key.get(&key) {
            self.follow(handle, request, origin);
            return self.step(handle, Input::Retransmission, now);
        }
        let (message, via) = (request.message, Some(request.via));
        let source = origin.source.ip();
        let knock = Knock { uri_user: &request.uri.user, to_user: &request.to.uri.user, source };
        let Some(chosen) = self.rows.choose(knock) else {
            count(&self.counters.invites_refused);
            if self.door.may_refuse(source, now) {
                log::warn!("an INVITE from {source} belongs to no connection: refused with 403");
                self.reply(message, via, origin, |all| all.packet(Status::FORBIDDEN));
            }
            return;
        };
        // after the choice: a flood with made-up sources must not fill the gateways' share
        if !self.door.within_rate(source, now) {
            count(&self.counters.invites_rate_limited);
            return self.reply(message, via, origin, |all| all.packet(Status::SERVICE_UNAVAILABLE));
        }
        if request.is_in_dialog() {
            return self.reply(message, via, origin, |all| all.packet(Status::NO_TRANSACTION));
        }
        let unsupported = request.unsupported_extensions();
        if !unsupported.is_empty() {
            return self.reply(message, via, origin, |all| all.bad_extension(&unsupported));
        }
        let legs_max = self.limits.ringing_max.saturating_mul(LEGS_PER_RINGING);
        if self.calls.ringing >= self.limits.ringing_max || self.calls.legs.len() >= legs_max {
            count(&self.counters.invites_rate_limited);
            return self.reply(message, via, origin, |all| all.packet(Status::SERVICE_UNAVAILABLE));
        }
        self.ring(request, key, chosen, origin, now);
    }

    fn ring(
        &mut self,
        request: &Request<'_>,
        key: Vec<u8>,
        chosen: Chosen,
        origin: &Origin,
        now: Instant,
    ) {
        let outlet = way_back(Some(request.via), origin);
        let policy = Policy {
            behaviour: chosen.connection.behaviour,
            stays_at_100: request.requires("100rel"),
            reliable: outlet.is_reliable(),
            ring_limit: chosen.connection.ring_limit,
        };
        let tag = format!("{:032x}", random());
        let Some(replies) = Replies::new(request.message, origin.source, &tag) else { return };
        let (machine, first) = invite::Ringing::new(policy, now);
        self.calls.last_handle += 1;
        let handle = self.calls.last_handle;
        self.calls.by_key.insert(key.clone(), handle);
        let socket = chosen.socket;
        let leg = Leg { machine, replies, outlet, socket, key, tag, alarm: Alarm::default() };
        self.calls.legs.insert(handle, leg);
        self.calls.ringing += 1;
        count(&self.counters.invites_accepted);
        self.carry_out(handle, vec![first]);
        let mut called = read_called(request);
        called.candidates.retain(|user| *user != chosen.contact_user);
        self.tell(Event::Ringing(Ringing {
            call: CallHandle(handle),
            connection_id: chosen.connection.id,
            server: chosen.connection.server.to_lowercase(),
            sip_call_id: text(request.call_id),
            received_at: self.unix_now(),
            caller: read_caller(request),
            called: called.candidates,
            to_user: called.to_user,
            extension: chosen.connection.extension.clone(),
            source: origin.source,
        }));
    }

    fn cancel(&mut self, request: &Request<'_>, origin: &Origin, now: Instant) {
        let (message, via) = (request.message, Some(request.via));
        let found = self.calls.by_key.get(&request.transaction_key()).copied();
        let tag = found.and_then(|handle| self.calls.legs.get(&handle)).map(|leg| leg.tag.clone());
        let (Some(handle), Some(tag)) = (found, tag) else {
            return self.reply(message, via, origin, |all| all.packet(Status::NO_TRANSACTION));
        };
        if let Some(replies) = Replies::new(message, origin.source, &tag) {
            self.send(&way_back(via, origin), replies.packet(Status::OK));
        }
        self.follow(handle, request, origin);
        self.step(handle, Input::Cancel(ending_of(request)), now);
    }

    /// Where the connection of a call is gone, its answers go the way that its next request came.
    fn follow(&mut self, handle: u64, request: &Request<'_>, origin: &Origin) {
        if let Some(leg) = self.calls.legs.get_mut(&handle).filter(|leg| !leg.outlet.is_open()) {
            leg.outlet = way_back(Some(request.via), origin);
        }
    }

    /// The record of a call is committed: 180 may go out.
    pub fn recorded(&mut self, call: CallHandle, now: Instant) {
        self.step(call.0, Input::Recorded, now);
    }

    /// A deadline of a call.
    pub fn wake_call(&mut self, handle: u64, at: Instant, now: Instant) {
        let Some(leg) = self.calls.legs.get_mut(&handle) else { return };
        if !leg.alarm.rang(at) {
            return;
        }
        if leg.machine.deadline().is_some_and(|due| due <= now) {
            self.step(handle, Input::Tick, now);
        } else {
            self.timers.set(&mut leg.alarm, leg.machine.deadline(), Sleeper::Call(handle));
        }
    }

    fn step(&mut self, handle: u64, input: Input, now: Instant) {
        let Some(leg) = self.calls.legs.get_mut(&handle) else { return };
        let rang = leg.machine.is_ringing();
        let outputs = leg.machine.step(input, now);
        if rang && !leg.machine.is_ringing() {
            self.calls.ringing = self.calls.ringing.saturating_sub(1);
        }
        self.carry_out(handle, outputs);
    }

    fn carry_out(&mut self, handle: u64, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Send(status) => {
                    if let Some(leg) = self.calls.legs.get(&handle) {
                        self.send(&leg.outlet, leg.replies.packet(status));
                    }
                }
                Output::Ended(ending) => {
                    let ended = Ended { call: CallHandle(handle), at: self.unix_now(), ending };
                    self.tell(Event::Ended(ended));
                }
                Output::Forget => {
                    if let Some(leg) = self.calls.legs.remove(&handle) {
                        self.calls.by_key.remove(&leg.key);
                        self.release_socket(leg.socket);
                    }
                }
            }
        }
        if let Some(leg) = self.calls.legs.get_mut(&handle) {
            self.timers.set(&mut leg.alarm, leg.machine.deadline(), Sleeper::Call(handle));
        }
        let ringing = u64::try_from(self.calls.ringing).unwrap_or(u64::MAX);
        self.counters.ringing.store(ringing, Ordering::Relaxed);
    }

    /// Answers without remembering anything.
    fn reply(
        &self,
        message: &Message<'_>,
        via: Option<Via<'_>>,
        origin: &Origin,
        packet: impl FnOnce(&Replies) -> Vec<u8>,
    ) {
        let tag = format!("{:032x}", random());
        if let Some(replies) = Replies::new(message, origin.source, &tag) {
            self.send(&way_back(via, origin), packet(&replies));
        }
    }

    /// Sends at once or counts a loss.
    pub fn send(&self, outlet: &Outlet, packet: Vec<u8>) {
        if let Err(error) = outlet.send(packet) {
            log::debug!("an answer could not be sent: {error}");
            count(&self.counters.sends_dropped);
        }
    }
}

/// Where answers to a packet go.
fn way_back(via: Option<Via<'_>>, origin: &Origin) -> Outlet {
    match &origin.outlet {
        Outlet::Datagram(socket, source) => {
            Outlet::Datagram(socket.clone(), reply_address(via, *source))
        }
        stream @ Outlet::Stream(_) => stream.clone(),
    }
}

/// What a CANCEL says about the call (RFC 3326, contract sip.md 4).
fn ending_of(request: &Request<'_>) -> Ending {
    let mut reasons = request
        .message
        .all(Name::Reason)
        .flat_map(|value| parts(value, b','))
        .filter(|reason| !reason.is_empty())
        .peekable();
    if reasons.peek().is_none() {
        return Ending::Cancelled;
    }
    let elsewhere = reasons.any(|reason| {
        let mut pieces = parts(reason, b';');
        let protocol = pieces.next().unwrap_or_default();
        let params = reason.get(protocol.len()..).unwrap_or_default();
        protocol.eq_ignore_ascii_case(b"SIP")
            && param(params, "cause").and_then(decimal) == Some(200)
    });
    if elsewhere { Ending::AnsweredElsewhere } else { Ending::CancelledWithReason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_cancel_tells_how_the_call_ended() {
        for (lines, ending) in [
            ("", Ending::Cancelled),
            ("Reason:\r\n", Ending::Cancelled),
            (
                "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n",
                Ending::AnsweredElsewhere,
            ),
            ("Reason: sip ; cause = 200\r\n", Ending::AnsweredElsewhere),
            ("Reason: Q.850;cause=26, SIP;cause=200\r\n", Ending::AnsweredElsewhere),
            ("Reason: Q.850;cause=16\r\nReason: SIP;cause=200\r\n", Ending::AnsweredElsewhere),
            ("Reason: SIP;cause=487\r\n", Ending::CancelledWithReason),
            ("Reason: Q.850;cause=200\r\n", Ending::CancelledWithReason),
            ("Reason: SIP;text=\"cause=200;cause=200\"\r\n", Ending::CancelledWithReason),
        ] {
            let packet = format!(
                "CANCEL sip:7@h SIP/2.0\r\nVia: SIP/2.0/UDP g\r\nFrom: <sip:1@g>\r\nTo: <sip:7@h>\r\n\
                 Call-ID: c\r\nCSeq: 1 CANCEL\r\n{lines}\r\n"
            );
            let message = Message::scan(packet.as_bytes()).unwrap();
            assert_eq!(ending_of(&Request::read(&message).unwrap()), ending, "{lines}");
        }
    }
}
