//! Tickets: the rights of a request in an address, for EventSource and WebSocket, which cannot send
//! a token.
//!
//! Invariant: 128 random bits, 30 s, single use; what is kept is the hash.
//! Never: grows beyond [`TICKETS_MAX`].

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Who;
use super::token::{TOKEN_HASH_BYTES, hash_of};
use crate::clock::UnixMs;

/// Bits / 8.
const TICKET_BYTES: usize = 16;
/// How long a ticket counts.
const VALID_MS: UnixMs = 30_000;
/// Tickets at once.
const TICKETS_MAX: usize = 10_000;
/// Tickets of one account at once, so that one cannot keep the others from theirs.
const PER_ACCOUNT_MAX: usize = 200;

/// The tickets that wait to be used.
#[derive(Debug, Default)]
pub(super) struct Tickets {
    waiting: Mutex<HashMap<[u8; TOKEN_HASH_BYTES], Ticket>>,
}

#[derive(Debug)]
struct Ticket {
    who: Who,
    ends_at: UnixMs,
}

impl Tickets {
    /// A ticket with these rights; `None` while too many wait.
    pub(super) fn issue(&self, who: &Who, now: UnixMs) -> Option<String> {
        let text = URL_SAFE_NO_PAD.encode(rand::random::<[u8; TICKET_BYTES]>());
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, ticket| counts(ticket, now));
        let own = waiting.values().filter(|ticket| ticket.who.name() == who.name()).count();
        if own >= PER_ACCOUNT_MAX || waiting.len() >= TICKETS_MAX {
            return None;
        }
        waiting.insert(hash_of(&text), Ticket { who: who.clone(), ends_at: now + VALID_MS });
        Some(text)
    }

    /// Uses a ticket up; answers whose rights it carries.
    pub(super) fn take(&self, text: &str, now: UnixMs) -> Option<Who> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = waiting.remove(&hash_of(text))?;
        counts(&ticket, now).then_some(ticket.who)
    }
}

/// Whether a ticket counts; a clock that was set back ends it too.
fn counts(ticket: &Ticket, now: UnixMs) -> bool {
    (1..=VALID_MS).contains(&(ticket.ends_at - now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_counts_once_and_for_thirty_seconds() {
        let tickets = Tickets::default();
        let text = tickets.issue(&Who::SetUp, 0).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(&text).unwrap().len(), TICKET_BYTES);
        assert_eq!(tickets.take("another", 0), None);
        assert_eq!(tickets.take(&text, 29_999), Some(Who::SetUp));
        assert_eq!(tickets.take(&text, 29_999), None);
        let late = tickets.issue(&Who::Lan, 0).unwrap();
        assert_eq!(tickets.take(&late, 30_000), None);
    }

    #[test]
    fn tickets_are_bounded_and_make_room_when_they_end() {
        let tickets = Tickets::default();
        let issued = (0..1000).filter(|_| tickets.issue(&Who::Lan, 0).is_some()).count();
        assert_eq!(issued, PER_ACCOUNT_MAX);
        assert!(tickets.issue(&Who::Lan, VALID_MS).is_some());
    }
}
