//! Messages made to break a parser: every one is handled, refused or dropped.

use proptest::prelude::*;

use crate::sip::caller::{read_called, read_caller};
use crate::sip::message::Message;
use crate::sip::request::Request;

/// What becomes of a packet.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Dropped,
    Refused(u16),
    Response(u16),
    Served,
}

/// Reads everything that the agent would read.
fn fate(packet: &[u8]) -> Fate {
    let Ok(message) = Message::scan(packet) else { return Fate::Dropped };
    if let crate::sip::message::Start::Response { code } = message.start {
        return Fate::Response(code);
    }
    match Request::read(&message) {
        Err(status) => Fate::Refused(status.code),
        Ok(request) => {
            let caller = read_caller(&request);
            let called = read_called(&request);
            assert!(caller.display_name.chars().count() <= 80 && called.candidates.len() <= 3);
            request.transaction_key();
            match request.unsupported_extensions().is_empty() {
                true => Fate::Served,
                false => Fate::Refused(420),
            }
        }
    }
}

/// What RFC 4475 expects of a server that serves INVITE and nothing else.
const TORTURE: &[(&str, Fate)] = &[
    ("badaspec", Fate::Served),
    ("badbranch", Fate::Served),
    ("baddate", Fate::Served),
    ("baddn", Fate::Served),
    ("badinv01", Fate::Refused(400)),
    ("badvers", Fate::Refused(505)),
    ("bcast", Fate::Response(200)),
    ("bext01", Fate::Refused(420)),
    ("bigcode", Fate::Dropped),
    ("clerr", Fate::Refused(400)),
    ("cparam01", Fate::Served),
    ("cparam02", Fate::Served),
    ("dblreq", Fate::Served),
    ("esc01", Fate::Served),
    ("esc02", Fate::Served),
    ("escnull", Fate::Served),
    ("escruri", Fate::Refused(400)),
    ("insuf", Fate::Refused(400)),
    ("intmeth", Fate::Served),
    ("inv2543", Fate::Served),
    ("invut", Fate::Served),
    ("longreq", Fate::Served),
    ("ltgtruri", Fate::Refused(400)),
    ("lwsdisp", Fate::Served),
    ("lwsruri", Fate::Refused(400)),
    ("lwsstart", Fate::Refused(400)),
    ("mcl01", Fate::Refused(400)),
    ("mismatch01", Fate::Refused(400)),
    ("mismatch02", Fate::Refused(400)),
    ("mpart01", Fate::Served),
    ("multi01", Fate::Refused(400)),
    ("ncl", Fate::Refused(400)),
    ("noreason", Fate::Response(100)),
    ("novelsc", Fate::Refused(416)),
    ("quotbal", Fate::Refused(400)),
    ("regaut01", Fate::Served),
    ("regbadct", Fate::Served),
    ("regescrt", Fate::Served),
    ("scalar02", Fate::Refused(400)),
    ("scalarlg", Fate::Response(503)),
    ("sdp01", Fate::Served),
    ("semiuri", Fate::Served),
    ("transports", Fate::Served),
    ("trws", Fate::Refused(400)),
    ("unkscm", Fate::Refused(416)),
    ("unksm2", Fate::Served),
    ("unreason", Fate::Response(200)),
    ("wsinv", Fate::Served),
    ("zeromf", Fate::Served),
];

#[test]
fn the_torture_messages_meet_their_fate() {
    let Some(files) = super::shared_fixtures("torture") else { return };
    assert_eq!(files.len(), TORTURE.len());
    for ((file, packet), (name, expected)) in files.iter().zip(TORTURE) {
        assert_eq!(file.trim_end_matches(".dat"), *name);
        assert_eq!(&fate(packet), expected, "{name}");
    }
}

/// A call with every kind of header that we read.
const RICH: &str = "INVITE sip:0398765432@192.0.2.50 SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-1;rport, SIP/2.0/TCP [2001:db8::1]\r\n\
    From: \"A \\\"B\\\" <c>\" <sip:+81312345678;verstat=x@g;user=phone>;tag=1\r\n\
    To: =?UTF-8?B?5bGx55Sw?= <sip:%30398765432:pw@[2001:db8::1]:5060>\r\n\
    Call-ID: x@192.0.2.1\r\nCSeq: 1 INVITE\r\nP-Asserted-Identity: \"=?Shift_JIS?Q?=8E=52?=\"\r\n  \
    <tel:+81312345678>, <sip:1@g>\r\nP-Called-Party-ID: <sip:0398765432@g>\r\nPrivacy: none\r\n\
    Require: 100rel\r\nReason: SIP;cause=200\r\nContent-Length: 4\r\n\r\nbody";

#[test]
fn the_rich_call_itself_is_served() {
    assert_eq!(fate(RICH.as_bytes()), Fate::Served);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_mutation_breaks_the_reading(
        changes in prop::collection::vec((0_usize..RICH.len(), any::<u8>(), 0_u8..3), 1..12)
    ) {
        let mut packet = RICH.as_bytes().to_vec();
        for (position, byte, kind) in changes {
            let position = position.min(packet.len() - 1);
            match kind {
                0 => packet[position] = byte,
                1 => packet.insert(position, byte),
                _ => {
                    packet.remove(position);
                }
            }
        }
        fate(&packet);
    }

    #[test]
    fn no_noise_breaks_the_reading(noise in prop::collection::vec(any::<u8>(), 0..600)) {
        fate(&noise);
        fate(&[b"INVITE sip:7@h SIP/2.0\r\nFrom: ", &noise[..], b"\r\n\r\n"].concat());
    }

    #[test]
    fn a_packet_may_end_anywhere(length in 0_usize..RICH.len()) {
        fate(&RICH.as_bytes()[..length]);
    }
}
