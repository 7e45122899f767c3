//! Which legs belong to one call (sip.md 7) and which record it has. Pure.
//!
//! Invariant: a leg belongs to exactly one call, and a call's end is reported once.
//! Never: merges two calls of one connection that have different Call-IDs.

use std::collections::{HashMap, HashSet};

use crate::clock::UnixMs;
use crate::sip::{CallHandle, Ending, Ringing};

/// Legs of one call at different extensions of a gateway arrive within this time.
const MERGE_WINDOW_MS: i64 = 500;

/// A call in this process; a later one is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallNo(u64);

/// What a new leg is.
#[derive(Debug, PartialEq, Eq)]
pub enum Begun {
    /// The first leg of a call: record it.
    New(CallNo),
    /// Another leg of a call whose record is being written.
    Joined,
    /// Another leg of a call that is recorded: it may be rung at once.
    JoinedRecorded,
}

/// A call that is over: what to write to which record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Key of the 着信記録.
    pub call_id: i64,
    /// When the last leg ended.
    pub at: UnixMs,
    /// How.
    pub ending: Ending,
}

/// The calls that ring now.
#[derive(Debug, Default)]
pub struct Legs {
    next: u64,
    calls: HashMap<CallNo, Call>,
    by_leg: HashMap<CallHandle, CallNo>,
    by_call_id: HashMap<(i64, String), CallNo>,
    /// Calls that began within the last [`MERGE_WINDOW_MS`], oldest first.
    by_caller: HashMap<CallerKey, Vec<CallNo>>,
}

/// What legs of one call at several connections have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct CallerKey {
    server: String,
    number: String,
    presentation: &'static str,
    called: String,
}

#[derive(Debug)]
struct Call {
    record: Option<i64>,
    began_at: UnixMs,
    /// Legs that still ring.
    ringing: HashSet<CallHandle>,
    connections: HashSet<i64>,
    call_ids: Vec<(i64, String)>,
    caller: CallerKey,
    /// The telling end so far: "answered elsewhere" of one leg outweighs the others.
    end: Option<(UnixMs, Ending)>,
}

impl Legs {
    /// A leg rings; `called` is the 着信TEL chosen for it.
    pub fn begin(&mut self, leg: &Ringing, called: &str) -> Begun {
        let call_id = (leg.connection_id, leg.sip_call_id.clone());
        let caller = CallerKey {
            server: leg.server.clone(),
            number: leg.caller.number.clone(),
            presentation: leg.caller.presentation.word(),
            called: called.to_owned(),
        };
        if let Some(no) = self.same_call(leg, &call_id, &caller) {
            return self.join(no, leg, call_id);
        }
        self.next += 1;
        let no = CallNo(self.next);
        self.by_leg.insert(leg.call, no);
        self.by_call_id.insert(call_id.clone(), no);
        self.keep_near(&caller, leg.received_at);
        self.by_caller.entry(caller.clone()).or_default().push(no);
        let call = Call {
            record: None,
            began_at: leg.received_at,
            ringing: HashSet::from([leg.call]),
            connections: HashSet::from([leg.connection_id]),
            call_ids: vec![call_id],
            caller,
            end: None,
        };
        self.calls.insert(no, call);
        Begun::New(no)
    }

    fn same_call(
        &self,
        leg: &Ringing,
        call_id: &(i64, String),
        caller: &CallerKey,
    ) -> Option<CallNo> {
        if let Some(no) = self.by_call_id.get(call_id) {
            return Some(*no);
        }
        // Of several callers who cannot be told apart, each takes one leg of every connection.
        let takes_it = |call: &Call| {
            !call.connections.contains(&leg.connection_id) && is_near(call, leg.received_at)
        };
        let alike = self.by_caller.get(caller)?;
        alike.iter().copied().find(|no| self.calls.get(no).is_some_and(takes_it))
    }

    /// Takes calls off the list that no further leg can belong to.
    fn keep_near(&mut self, caller: &CallerKey, now: UnixMs) {
        let Some(alike) = self.by_caller.get_mut(caller) else { return };
        alike.retain(|no| self.calls.get(no).is_some_and(|call| is_near(call, now)));
    }

    fn join(&mut self, no: CallNo, leg: &Ringing, call_id: (i64, String)) -> Begun {
        self.by_leg.insert(leg.call, no);
        self.by_call_id.insert(call_id.clone(), no);
        let Some(call) = self.calls.get_mut(&no) else { return Begun::Joined };
        call.ringing.insert(leg.call);
        call.connections.insert(leg.connection_id);
        if !call.call_ids.contains(&call_id) {
            call.call_ids.push(call_id);
        }
        match call.record {
            Some(_) => Begun::JoinedRecorded,
            None => Begun::Joined,
        }
    }

    /// The record of a call is committed: its legs that may be rung now, and its end if all
    /// legs ended meanwhile.
    pub fn recorded(&mut self, no: CallNo, call_id: i64) -> (Vec<CallHandle>, Option<Finished>) {
        let Some(call) = self.calls.get_mut(&no) else { return (Vec::new(), None) };
        call.record = Some(call_id);
        let legs = call.ringing.iter().copied().collect();
        (legs, self.take_finished(no))
    }

    /// The record of a call could not be written: the call is forgotten.
    pub fn abandon(&mut self, no: CallNo) {
        self.remove(no);
    }

    /// A leg ended; the call's end when that was its last leg or its call was answered elsewhere.
    pub fn end(&mut self, leg: CallHandle, at: UnixMs, ending: Ending) -> Option<Finished> {
        let no = self.by_leg.remove(&leg)?;
        let call = self.calls.get_mut(&no)?;
        call.ringing.remove(&leg);
        let outweighs = ending == Ending::AnsweredElsewhere
            || call.end.is_none_or(|(_, earlier)| earlier != Ending::AnsweredElsewhere);
        if outweighs {
            call.end = Some((at, ending));
        }
        self.take_finished(no)
    }

    /// The call of a leg that rings.
    pub fn call_of(&self, leg: CallHandle) -> Option<CallNo> {
        self.by_leg.get(&leg).copied()
    }

    /// When and how a call ended that has no record yet; `None` = it rings.
    pub fn over(&self, no: CallNo) -> Option<(UnixMs, Ending)> {
        let call = self.calls.get(&no)?;
        let (at, ending) = call.end?;
        let over = call.ringing.is_empty() || ending == Ending::AnsweredElsewhere;
        over.then_some((at, ending))
    }

    fn take_finished(&mut self, no: CallNo) -> Option<Finished> {
        let (at, ending) = self.over(no)?;
        let call_id = self.calls.get(&no)?.record?;
        self.remove(no);
        Some(Finished { call_id, at, ending })
    }

    fn remove(&mut self, no: CallNo) {
        let Some(call) = self.calls.remove(&no) else { return };
        for leg in &call.ringing {
            self.by_leg.remove(leg);
        }
        for call_id in &call.call_ids {
            self.by_call_id.remove(call_id);
        }
        if let Some(alike) = self.by_caller.get_mut(&call.caller) {
            alike.retain(|other| *other != no);
            if alike.is_empty() {
                self.by_caller.remove(&call.caller);
            }
        }
    }
}

/// Whether a leg that rings at `now` may belong to the call.
fn is_near(call: &Call, now: UnixMs) -> bool {
    (now - call.began_at).abs() <= MERGE_WINDOW_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Caller;
    use crate::telephone::Presentation;

    fn leg(handle: u64, connection_id: i64, call_id: &str, received_at: UnixMs) -> Ringing {
        Ringing {
            call: CallHandle(handle),
            connection_id,
            server: "192.0.2.1:5060".to_owned(),
            sip_call_id: call_id.to_owned(),
            received_at,
            caller: Caller {
                number: "0312345678".to_owned(),
                presentation: Presentation::Presented,
                display_name: String::new(),
            },
            called: vec!["0398765432".to_owned()],
            to_user: "0398765432".to_owned(),
            extension: "7".to_owned(),
            source: ([192, 0, 2, 1], 5060).into(),
        }
    }

    fn begin(legs: &mut Legs, leg: &Ringing) -> Begun {
        legs.begin(leg, "0398765432")
    }

    #[test]
    fn a_gateway_that_rings_two_extensions_makes_one_call() {
        let mut legs = Legs::default();
        let Begun::New(no) = begin(&mut legs, &leg(1, 2, "a", 0)) else { panic!("new") };
        assert_eq!(begin(&mut legs, &leg(2, 3, "b", 500)), Begun::Joined);
        let (rung, finished) = legs.recorded(no, 70);
        assert_eq!((rung.len(), finished), (2, None));
        assert_eq!(legs.end(CallHandle(1), 900, Ending::Cancelled), None);
        let finished = legs.end(CallHandle(2), 1_000, Ending::Cancelled);
        assert_eq!(finished, Some(Finished { call_id: 70, at: 1_000, ending: Ending::Cancelled }));
    }

    #[test]
    fn calls_later_or_on_the_same_connection_stay_apart() {
        let mut legs = Legs::default();
        assert!(matches!(begin(&mut legs, &leg(1, 2, "a", 0)), Begun::New(_)));
        assert!(matches!(begin(&mut legs, &leg(2, 3, "b", 501)), Begun::New(_)));
        assert!(matches!(begin(&mut legs, &leg(3, 3, "c", 502)), Begun::New(_)));
    }

    #[test]
    fn two_withheld_callers_at_once_are_two_calls_however_many_extensions_ring() {
        for order in [[1, 2, 3, 4], [1, 2, 4, 3], [1, 3, 2, 4], [1, 3, 4, 2]] {
            let mut legs = Legs::default();
            let begun = order.map(|handle| {
                let connection_id = if handle <= 2 { 2 } else { 3 };
                begin(&mut legs, &leg(handle, connection_id, &handle.to_string(), 0))
            });
            let new = begun.iter().filter(|begun| matches!(begun, Begun::New(_))).count();
            assert_eq!(new, 2, "{order:?}");
        }
    }

    #[test]
    fn the_same_call_id_on_a_connection_is_the_same_call() {
        let mut legs = Legs::default();
        let Begun::New(no) = begin(&mut legs, &leg(1, 2, "a", 0)) else { panic!("new") };
        legs.recorded(no, 70);
        assert_eq!(begin(&mut legs, &leg(2, 2, "a", 9_000)), Begun::JoinedRecorded);
    }

    #[test]
    fn an_end_before_the_commit_is_told_after_it() {
        let mut legs = Legs::default();
        let Begun::New(no) = begin(&mut legs, &leg(1, 2, "a", 0)) else { panic!("new") };
        assert_eq!(legs.end(CallHandle(1), 40, Ending::Cancelled), None);
        let (rung, finished) = legs.recorded(no, 70);
        assert!(rung.is_empty());
        assert_eq!(finished, Some(Finished { call_id: 70, at: 40, ending: Ending::Cancelled }));
    }

    #[test]
    fn answered_elsewhere_ends_the_call_at_once_and_outweighs() {
        let mut legs = Legs::default();
        let Begun::New(no) = begin(&mut legs, &leg(1, 2, "a", 0)) else { panic!("new") };
        begin(&mut legs, &leg(2, 3, "b", 100));
        legs.recorded(no, 70);
        let finished = legs.end(CallHandle(2), 800, Ending::AnsweredElsewhere);
        assert_eq!(finished.map(|finished| finished.ending), Some(Ending::AnsweredElsewhere));
        assert_eq!(legs.end(CallHandle(1), 900, Ending::Cancelled), None);
    }

    #[test]
    fn nothing_is_kept_of_calls_that_are_over() {
        let mut legs = Legs::default();
        for handle in 0..100 {
            let time = i64::try_from(handle).unwrap();
            let leg = leg(handle, 2, &handle.to_string(), time);
            let Begun::New(no) = begin(&mut legs, &leg) else { panic!("new") };
            legs.recorded(no, 70);
            legs.end(CallHandle(handle), time, Ending::Cancelled);
        }
        assert!(legs.calls.is_empty() && legs.by_leg.is_empty());
        assert!(legs.by_call_id.is_empty() && legs.by_caller.is_empty());
    }
}
