//! One call, one record (sip.md 7).

use serde_json::json;

use crate::harness::{Caller, Invite, SOON, Service, wait_until};
use crate::office::{self, CUSTOMER, LINE};

/// Who calls to see whether an extension is reachable.
const PROBE: &str = "0731110000";

/// A gateway that rings two extensions of ours: two connections to the same server.
fn two_extensions() -> Service {
    let service = Service::start();
    office::add_line(&service);
    for extension in ["7", "8"] {
        let key = office::add_gateway(&service, &json!({"内線番号": extension}));
        wait_until("a call of the new extension", SOON, || rings(&service, extension) == key);
    }
    service
}

/// The connection that a call to `extension` is taken for: a new row rings up to 2 s after its
/// POST (sip.md 2), and until then a call to it belongs to another row of the same server.
fn rings(service: &Service, extension: &str) -> String {
    let caller = Caller::new(service.sip());
    let invite = leg(PROBE, extension);
    caller.ring(&invite);
    caller.hang_up(&invite, None);
    let call = office::call(service, &invite.call_id);
    call["SIP接続ID"].as_str().unwrap().to_owned()
}

/// A leg of a call that the gateway rings at one extension.
fn leg(from: &str, extension: &str) -> Invite {
    Invite::new(from, extension).header(&format!("P-Called-Party-ID: <sip:{LINE}@gw.example>"))
}

#[test]
fn a_retransmission_is_no_second_call() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    for _ in 0..5 {
        let again = invite.message("INVITE", caller.local(), "");
        caller.send(&again);
    }
    caller.hang_up(&invite, None);
    office::call_in_state(&service, &invite.call_id, "不在");
    assert_eq!(office::calls(&service).len(), 1);
}

#[test]
fn the_same_call_id_again_is_the_same_call() {
    let service = office::open();
    let (first, second) = (Caller::new(service.sip()), Caller::new(service.sip()));
    let invite = Invite::new(CUSTOMER, LINE);
    let mut forked = invite.clone();
    forked.via = forked.via.replace("z9hG4bK", "z9hG4bKfork");
    first.ring(&invite);
    second.ring(&forked);
    first.hang_up(&invite, None);
    second.hang_up(&forked, None);
    office::call_in_state(&service, &invite.call_id, "不在");
    assert_eq!(office::calls(&service).len(), 1);
}

#[test]
fn two_withheld_callers_are_two_calls() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    for _ in 0..2 {
        let invite = Invite::new("x", LINE)
            .caller_line("From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a");
        caller.ring(&invite);
    }
    assert_eq!(office::calls(&service).len(), 2);
}

#[test]
fn a_gateway_that_rings_two_extensions_makes_one_record() {
    let service = two_extensions();
    let (first, second) = (Caller::new(service.sip()), Caller::new(service.sip()));
    let (seven, eight) = (leg(CUSTOMER, "7"), leg(CUSTOMER, "8"));
    let message = eight.message("INVITE", second.local(), &eight.extra);
    second.send(&message);
    first.ring(&seven);
    second.ring(&eight);
    first.hang_up(&seven, None);
    second.hang_up(&eight, None);
    let mut calls = office::calls(&service);
    calls.retain(|call| call["相手TEL"] != PROBE);
    assert_eq!(calls.len(), 1, "{calls:#?}");
}
