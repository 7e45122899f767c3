//! Any bytes as a packet: scanned, checked and read like a call. It must never panic, and what
//! it reads stays within its bounds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use smartconnect::sip::caller::{read_called, read_caller};
use smartconnect::sip::message::Message;
use smartconnect::sip::request::Request;

fuzz_target!(|packet: &[u8]| {
    let Ok(message) = Message::scan(packet) else { return };
    let Ok(request) = Request::read(&message) else { return };
    let caller = read_caller(&request);
    assert!(caller.display_name.chars().count() <= 80);
    assert!(read_called(&request).candidates.len() <= 3);
    assert!(!request.transaction_key().is_empty());
});
