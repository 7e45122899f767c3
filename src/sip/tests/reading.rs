//! Who calls and whom, over the header styles of gateways, carriers and PBXs.

use crate::sip::Caller;
use crate::sip::caller::{Called, read_called, read_caller};
use crate::sip::message::Message;
use crate::sip::request::Request;

/// Caller and called of one INVITE.
fn read(packet: &[u8]) -> (Caller, Called) {
    let message = Message::scan(packet).unwrap();
    let request = Request::read(&message).unwrap();
    (read_caller(&request), read_called(&request))
}

/// The first candidate that is a full number, else the To user: sip.md 5 without known lines.
fn chosen(called: &Called) -> &str {
    let full = called.candidates.iter().find(|user| user.len() >= 10 || user.starts_with('+'));
    full.unwrap_or(&called.to_user)
}

/// An INVITE with these lines among its headers.
fn invite(request_user: &str, lines: &str) -> Vec<u8> {
    format!(
        "INVITE sip:{request_user}@192.0.2.50:5060 SIP/2.0\r\nVia: SIP/2.0/UDP \
         192.0.2.1:5060;branch=z9hG4bK-1\r\nMax-Forwards: 70\r\n{lines}Call-ID: x@192.0.2.1\r\n\
         CSeq: 1 INVITE\r\nContact: <sip:192.0.2.1:5060>\r\nContent-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

/// (From and further lines, number, 番号通知, display name); every one calls 0398765432.
const STYLES: &[(&str, &str, &str, &str)] = &[
    (
        "From: \"0312345678\" <sip:0312345678@carrier.example;user=phone>;tag=1\r\n",
        "0312345678",
        "通知",
        "",
    ),
    (
        "From: \"山田 太郎\" <sip:0312345678@g>;tag=1\r\nP-Asserted-Identity: \"山田\" <sip:0312345678@g>\r\n",
        "0312345678",
        "通知",
        "山田 太郎",
    ),
    (
        "From: <tel:+81312345678>;tag=1\r\nP-Asserted-Identity: <tel:+81312345678>\r\n",
        "0312345678",
        "通知",
        "",
    ),
    (
        "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1\r\nPrivacy: id\r\nP-Asserted-Identity: \"x\" <sip:0312345678@g>, <tel:+81312345678>\r\n",
        "",
        "非通知",
        "",
    ),
    (
        "From: <sip:0312345678@g>;tag=1\r\nP-Asserted-Identity: <sip:0312345678@g>\r\nP-Asserted-Identity: <tel:0312345678>\r\n",
        "0312345678",
        "通知",
        "",
    ),
    (
        "From: \"Unavailable\"<sip:unavailable@invalid>;tag=1\r\nPrivacy: user;id\r\n",
        "",
        "表示圏外",
        "",
    ),
    ("From: sip:0312345678@g;tag=1\r\n", "0312345678", "通知", ""),
    ("f: \"A\"\r\n  <sip:0312345678@g>;tag=1\r\n", "0312345678", "通知", "A"),
    ("from:<sip:0312345678@g>;tag=1\r\n", "0312345678", "通知", ""),
    ("From: <sip:0312345678@[2001:db8::1]>;tag=1\r\n", "0312345678", "通知", ""),
    ("From: \"A \\\"B\\\" <c>\" <sip:0312345678@g>;tag=1\r\n", "0312345678", "通知", "A \"B\" <c>"),
    (
        "From: <sip:0312345678@g>;tag=1\r\nDiversion: <sip:0398765432@g>;reason=unconditional\r\nHistory-Info: <sip:0398765432@g>;index=1\r\nP-Called-Party-ID: <sip:0398765432@g>\r\n",
        "0312345678",
        "通知",
        "",
    ),
    (
        "From: <sip:+81312345678;verstat=TN-Validation-Passed@g;user=phone>;tag=1\r\n",
        "0312345678",
        "通知",
        "",
    ),
    ("From: <sip:0312345678@g>\r\n", "0312345678", "通知", ""),
    (
        "From: \"=?UTF-8?B?5bGx55Sw?=\" <sip:0312345678;isub=7@g>;tag=1\r\n",
        "0312345678",
        "通知",
        "山田",
    ),
    (
        "From: <sip:unknown@g>;tag=1\r\nP-Asserted-Identity: \"山田\" <tel:+81312345678>\r\n",
        "0312345678",
        "通知",
        "山田",
    ),
    ("From: \"03-1234-5678\" <sip:trunk@g>;tag=1\r\n", "0312345678", "通知", ""),
    (
        "From: \"coin LINE/payphone \" <sip:anonymous@anonymous.invalid>;tag=1\r\n",
        "",
        "公衆電話",
        "",
    ),
    ("From: \"Interaction with other service\" <sip:0312345678@g>;tag=1\r\n", "", "通知不可", ""),
    ("From: \"山田\" <sip:0312345678@g>;tag=1\r\nPrivacy: header; id\r\n", "", "非通知", ""),
    (
        "From: <sip:trunk@anonymous.invalid>;tag=1\r\nP-Asserted-Identity: <sip:0312345678@g>\r\n",
        "",
        "非通知",
        "",
    ),
    ("From: <sip:trunk@g>;tag=1\r\n", "", "不明", ""),
    ("From: <sip:1@g>;tag=1\r\n", "", "不明", ""),
    ("From: <sip:+12025550123@g>;tag=1\r\n", "+12025550123", "通知", ""),
];

#[test]
fn every_style_of_caller_is_read() {
    for (lines, number, presentation, name) in STYLES {
        let lines = format!("{lines}To: <sip:0398765432@g>\r\n");
        let (caller, called) = read(&invite("0398765432", &lines));
        let read = (&*caller.number, caller.presentation.word(), &*caller.display_name);
        assert_eq!(read, (*number, *presentation, *name), "{lines}");
        assert_eq!(chosen(&called), "0398765432", "{lines}");
    }
}

/// The caller of an INVITE with this From line.
fn caller(from: &[u8]) -> Caller {
    let mut packet = invite("7", "To: <sip:7@g>\r\n");
    let to = packet.windows(3).position(|window| window == b"To:").unwrap();
    packet.splice(to..to, [b"From: ", from, b"\r\n"].concat());
    read(&packet).0
}

#[test]
fn a_backslash_inside_a_shift_jis_character_escapes_nothing() {
    for (from, name) in [
        (&b"\"\x95\\\x8e\xa6\" <sip:0312345678@g>;tag=1"[..], "表示"),
        (b"\"\x95\\\x8e\xa6\x83\\\" <sip:0312345678@g>;tag=1", "表示ソ"),
        (b"\"\x83\\\" <sip:0312345678@g>;x=\"y\";tag=1", "ソ"),
        (b"\"\x83\\\\\" <sip:0312345678@g>;tag=1", "ソ"),
        (b"\x95\\\x8e\xa6 <sip:0312345678@g>;tag=1", "表示"),
    ] {
        let caller = caller(from);
        assert_eq!((&*caller.number, &*caller.display_name), ("0312345678", name));
    }
    // escaped as the RFC says, whatever the bytes before: nobody calls from inside a name
    for from in [
        &b"\"\x83\\\" <sip:0900@h>\" <sip:0312345678@g>;tag=1"[..],
        b"\"\xe3\x81\x82\\\" <sip:0900@h>\" <sip:0312345678@g>;tag=1",
    ] {
        assert_eq!(caller(from).number, "0312345678");
    }
}

#[test]
fn shift_jis_names_line_feeds_and_a_missing_branch_are_read() {
    let lines = b"From: \"\x8eR\x93c\" <sip:0312345678@g>;tag=1\r\nTo: <sip:7@g>\r\n";
    let mut packet = invite("7", "");
    let call_id = packet.windows(7).position(|window| window == b"Call-ID").unwrap();
    packet.splice(call_id..call_id, lines.iter().copied());
    let (caller, _) = read(&packet);
    assert_eq!((&*caller.number, &*caller.display_name), ("0312345678", "山田"));
    let packet: Vec<u8> = packet.into_iter().filter(|byte| *byte != b'\r').collect();
    assert_eq!(read(&packet).0, caller);
    let text = String::from_utf8_lossy(&packet).replace(";branch=z9hG4bK-1", "");
    assert_eq!(read(text.as_bytes()).0.number, "0312345678");
}

#[test]
fn a_call_between_short_numbers_is_an_extension_call() {
    let lines = "From: \"受付\" <sip:1@g>;tag=1\r\nTo: <sip:7@g>\r\n";
    let (caller, called) = read(&invite("7", lines));
    assert_eq!((&*caller.number, caller.presentation.word()), ("1", "内線"));
    assert_eq!(caller.display_name, "受付");
    assert_eq!((chosen(&called), &*called.candidates.join(",")), ("7", "7"));
}

#[test]
fn the_called_candidates_keep_their_order() {
    let lines = "From: <sip:09000000003@g>;tag=1\r\nTo: <sip:0270000000@g>\r\n\
                 P-Called-Party-ID: <sip:+81731237777@g>\r\n";
    let (_, called) = read(&invite("k3x9Qz71ab", lines));
    assert_eq!(called.candidates, ["0731237777", "0270000000", "k3x9Qz71ab"]);
    assert_eq!(called.to_user, "0270000000");
}

#[test]
fn the_fixture_calls_are_read_as_expected() {
    let Some(files) = super::shared_fixtures("sip") else { return };
    let expected = files.iter().find(|(name, _)| name == "expected.json").unwrap();
    let expected: serde_json::Value = serde_json::from_slice(&expected.1).unwrap();
    let mut count = 0;
    for (name, packet) in files.iter().filter(|(name, _)| name.ends_with(".sip")) {
        let (caller, called) = read(packet);
        let row = &expected[name.trim_end_matches(".sip")];
        assert_eq!(row["相手TEL"], *caller.number, "{name}");
        assert_eq!(row["番号通知"], caller.presentation.word(), "{name}");
        assert_eq!(row["着信TEL"], chosen(&called), "{name}");
        count += 1;
    }
    assert_eq!(count, 18);
}
