//! What the listener answers beside the main road (sip.md 4, 10, 12).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::harness::{Caller, Invite, Service};
use crate::office::{self, CUSTOMER, LINE, assert_values};

#[test]
fn other_methods_are_answered_as_the_rfc_says() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    for (method, status) in [("OPTIONS", 200), ("BYE", 481), ("MESSAGE", 405), ("CANCEL", 481)] {
        let invite = Invite::new(CUSTOMER, LINE);
        let message = invite.message(method, caller.local(), "");
        let answer = caller.until(&message, &invite.call_id, status);
        let allow = answer.lines().any(|line| line.starts_with("Allow:"));
        assert!(allow || ![200, 405].contains(&status), "{answer}");
    }
    assert_eq!(office::calls(&service).len(), 0);
}

#[test]
fn a_cancel_is_answered_before_the_call_ends() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE);
    caller.ring(&invite);
    let cancel = invite.message("CANCEL", caller.local(), "");
    let answer = caller.until(&cancel, &invite.call_id, 200);
    assert!(answer.contains("CSeq: 1 CANCEL"), "{answer}");
    let ended = caller.receive(Duration::from_secs(5)).unwrap();
    assert!(ended.starts_with("SIP/2.0 487") && ended.contains("CSeq: 1 INVITE"), "{ended}");
}

#[test]
fn a_call_that_needs_reliable_answers_stays_at_100() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    let invite = Invite::new(CUSTOMER, LINE).header("Require: 100rel");
    let message = invite.message("INVITE", caller.local(), &invite.extra);
    caller.until(&message, &invite.call_id, 100);
    assert_values(&office::call(&service, &invite.call_id), &[("状態", "呼出中")]);
    while let Some(answer) = caller.receive(Duration::from_millis(700)) {
        assert!(answer.starts_with("SIP/2.0 100"), "{answer}");
    }
}

#[test]
fn a_call_over_tcp_is_rung() {
    let service = Service::start();
    office::add_line(&service);
    office::add_gateway(&service, &json!({"トランスポート": "TCP"}));
    crate::harness::wait_until("the listener", crate::harness::SOON, || {
        TcpStream::connect(service.sip()).is_ok()
    });
    let mut stream = TcpStream::connect(service.sip()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let invite = Invite::new(CUSTOMER, LINE);
    let message = invite.message("INVITE", stream.local_addr().unwrap(), "");
    let message = String::from_utf8(message).unwrap().replace("SIP/2.0/UDP", "SIP/2.0/TCP");
    // in two pieces, with a keep-alive before: a stream has no packets
    let (first, second) = message.split_at(70);
    stream.write_all(format!("\r\n\r\n{first}").as_bytes()).unwrap();
    stream.flush().unwrap();
    stream.write_all(second.as_bytes()).unwrap();
    let mut seen = String::new();
    let mut buffer = [0; 4096];
    while !seen.contains("SIP/2.0 180") {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "closed after {seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    assert_values(&office::call(&service, &invite.call_id), &[("相手TEL", CUSTOMER)]);
}

#[test]
fn too_many_calls_of_one_source_are_refused() {
    let settings = "[limits]\nsip_invites_per_second_per_source = 5\n";
    let service = Service::start_with(&[], settings);
    office::furnish(&service);
    let caller = Caller::new(service.sip());
    caller.ring(&Invite::new(CUSTOMER, LINE));
    for _ in 0..30 {
        caller.send(&Invite::new(CUSTOMER, LINE).message("INVITE", caller.local(), ""));
    }
    let mut refused = 0;
    while let Some(answer) = caller.receive(Duration::from_millis(500)) {
        refused += usize::from(answer.starts_with("SIP/2.0 503"));
    }
    assert!(refused > 0, "none was refused");
    assert!(office::calls(&service).len() < 20);
}
