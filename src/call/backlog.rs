//! What the store could not take: calls, ends and registrations that wait for it. Pure.
//!
//! Invariant: calls come out in the order in which they rang, and neither they nor ends grow
//! beyond [`CALLS_MAX`]. Never: decides when to try again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::legs::{CallNo, Finished};
use crate::sip::Ringing;
use crate::store::RegistrationRow;

/// Calls kept in memory (events.md); beyond it the oldest is given up.
pub const CALLS_MAX: usize = 10_000;

/// A call without a record.
#[derive(Clone, Debug)]
pub struct HeldCall {
    /// Which call.
    pub no: CallNo,
    /// Its first leg.
    pub ringing: Arc<Ringing>,
    /// 着信TEL chosen for it.
    pub called: String,
    /// The record of an earlier process that it goes on with.
    pub resumed: Option<i64>,
    /// Clients were told of its end.
    pub end_told: bool,
}

/// Everything that waits.
#[derive(Debug, Default)]
pub struct Backlog {
    /// Something waits, or did a moment ago: what comes now has to queue behind it.
    open: bool,
    calls: BTreeMap<CallNo, HeldCall>,
    ends: VecDeque<Finished>,
    /// Calls and ends that were taken out and are not in the store yet.
    writing: usize,
    registrations: BTreeMap<i64, RegistrationRow>,
    /// Records that an earlier process left 呼出中.
    left_ringing: BTreeSet<i64>,
    /// Calls that were given up since the backlog was opened.
    lost: usize,
}

impl Backlog {
    /// Whether what comes now has to wait.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// From now on everything waits; true = it did not before.
    pub fn open(&mut self) -> bool {
        !std::mem::replace(&mut self.open, true)
    }

    /// Ends the waiting if nothing waits; answers how many calls were given up meanwhile.
    pub fn close(&mut self) -> Option<usize> {
        let calls = self.calls.is_empty() && self.ends.is_empty();
        let empty = calls && self.registrations.is_empty() && self.left_ringing.is_empty();
        empty.then(|| {
            self.open = false;
            std::mem::take(&mut self.lost)
        })
    }

    /// Calls and ends that wait, or are just being written: a kill would lose them.
    pub fn len(&self) -> usize {
        self.calls.len() + self.ends.len() + self.writing
    }

    /// So many of those that were taken are in the store, or wait again.
    pub fn written(&mut self, count: usize) {
        self.writing = self.writing.saturating_sub(count);
    }

    /// Keeps a call; answers the oldest one where that has to make room.
    pub fn hold(&mut self, call: HeldCall) -> Option<HeldCall> {
        self.calls.insert(call.no, call);
        if self.calls.len() <= CALLS_MAX {
            return None;
        }
        self.lost += 1;
        self.calls.pop_first().map(|(_, oldest)| oldest)
    }

    /// Keeps the end of a call that has a record. One that finds no room leaves its call 呼出中,
    /// which the next start makes 不明.
    pub fn hold_end(&mut self, finished: Finished) {
        if self.ends.len() < CALLS_MAX {
            self.ends.push_back(finished);
        }
    }

    /// Keeps the newest state of a registration.
    pub fn hold_registration(&mut self, row: RegistrationRow) {
        self.registrations.insert(row.connection_id, row);
    }

    /// Keeps a record that an earlier process left 呼出中.
    pub fn hold_left_ringing(&mut self, call_id: i64) {
        self.left_ringing.insert(call_id);
    }

    /// Such a record rings on, or its end was written.
    pub fn forget_left_ringing(&mut self, call_id: i64) {
        self.left_ringing.remove(&call_id);
    }

    /// The next such record.
    pub fn next_left_ringing(&self) -> Option<i64> {
        self.left_ringing.first().copied()
    }

    /// Gives back what could not be written; a newer state has come before it.
    pub fn return_registration(&mut self, row: RegistrationRow) {
        self.registrations.entry(row.connection_id).or_insert(row);
    }

    /// Marks that clients are told of the end of a waiting call; `None` = it does not wait here.
    pub fn tell_end(&mut self, no: CallNo) -> Option<HeldCall> {
        let call = self.calls.get_mut(&no)?;
        call.end_told = true;
        Some(call.clone())
    }

    /// Takes the oldest calls.
    pub fn take_calls(&mut self, most: usize) -> Vec<HeldCall> {
        let taken = std::iter::from_fn(|| self.calls.pop_first().map(|(_, call)| call));
        let taken: Vec<HeldCall> = taken.take(most).collect();
        self.writing += taken.len();
        taken
    }

    /// Takes the oldest ends.
    pub fn take_ends(&mut self, most: usize) -> Vec<Finished> {
        let most = most.min(self.ends.len());
        self.writing += most;
        self.ends.drain(..most).collect()
    }

    /// Takes every registration.
    pub fn take_registrations(&mut self) -> Vec<RegistrationRow> {
        std::mem::take(&mut self.registrations).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::legs::{Begun, Legs};
    use crate::sip::{CallHandle, Caller, Ending};
    use crate::telephone::Presentation;

    fn calls(count: u64) -> Vec<HeldCall> {
        let mut legs = Legs::default();
        let call = |handle: u64| {
            let ringing = Ringing {
                call: CallHandle(handle),
                connection_id: 2,
                server: "192.0.2.1:5060".to_owned(),
                sip_call_id: handle.to_string(),
                received_at: 0,
                caller: Caller {
                    number: String::new(),
                    presentation: Presentation::Presented,
                    display_name: String::new(),
                },
                called: Vec::new(),
                to_user: String::new(),
                extension: String::new(),
                source: ([192, 0, 2, 1], 5060).into(),
            };
            let Begun::New(no) = legs.begin(&ringing, "") else { panic!("each is a new call") };
            let ringing = Arc::new(ringing);
            HeldCall { no, ringing, called: String::new(), resumed: None, end_told: false }
        };
        (0..count).map(call).collect()
    }

    #[test]
    fn calls_come_out_in_the_order_in_which_they_rang() {
        let mut backlog = Backlog::default();
        let calls = calls(5);
        for index in [3, 0, 4, 2, 1] {
            assert!(backlog.hold(calls[index].clone()).is_none());
        }
        let first: Vec<_> = backlog.take_calls(2).iter().map(|call| call.no).collect();
        assert_eq!(first, [calls[0].no, calls[1].no]);
        // what failed goes back to its place
        backlog.hold(calls[1].clone());
        assert_eq!(
            backlog.len(),
            6,
            "three wait, one waits again, two are not known to be written"
        );
        backlog.written(2);
        assert_eq!(backlog.len(), 4);
        let rest: Vec<_> = backlog.take_calls(9).iter().map(|call| call.no).collect();
        assert_eq!(rest, [calls[1].no, calls[2].no, calls[3].no, calls[4].no]);
    }

    #[test]
    fn ten_thousand_calls_are_kept_and_the_oldest_makes_room() {
        let mut backlog = Backlog::default();
        assert!(backlog.open() && !backlog.open());
        let calls = calls(10_001);
        let given_up: Vec<_> = calls.iter().filter_map(|call| backlog.hold(call.clone())).collect();
        assert_eq!((given_up.len(), given_up[0].no), (1, calls[0].no));
        assert_eq!((backlog.len(), backlog.close()), (10_000, None));
        assert_eq!(backlog.take_calls(usize::MAX).len(), 10_000);
        assert_eq!(backlog.close(), Some(1));
        assert!(!backlog.is_open());
    }

    #[test]
    fn ends_wait_in_order_and_the_newest_registration_counts() {
        let mut backlog = Backlog::default();
        let end = |call_id| Finished { call_id, at: 0, ending: Ending::Cancelled };
        backlog.hold_end(end(7));
        backlog.hold_end(end(8));
        assert_eq!(backlog.take_ends(1), [end(7)]);
        let row = |code| RegistrationRow {
            connection_id: 2,
            state: "失敗",
            code,
            error: String::new(),
            next_refresh: None,
        };
        backlog.hold_registration(row(401));
        backlog.hold_registration(row(403));
        backlog.return_registration(row(503));
        assert_eq!(backlog.take_registrations(), [row(403)]);
    }
}
