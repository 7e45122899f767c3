//! How gateways and carriers write an INVITE, and what must be read from it (sip.md 5, 6, 11).

use std::path::Path;

use serde_json::Value;

use crate::harness::{Caller, Invite, SOON, Service, wait_for};
use crate::office::{self, LINE, assert_values};

/// A way to write an INVITE.
struct Style {
    name: &'static str,
    from: &'static [u8],
    extra: &'static str,
    /// 相手TEL.
    number: &'static str,
    /// 番号通知.
    shown: &'static str,
    /// 着信TEL.
    called: &'static str,
}

/// A style in which the called number is the To of the harness.
const fn to_line(
    name: &'static str,
    from: &'static [u8],
    extra: &'static str,
    number: &'static str,
    shown: &'static str,
) -> Style {
    Style { name, from, extra, number, shown, called: LINE }
}

const TOKYO: &str = "0355501234";
/// A second line of the office.
const FORWARDED: &str = "0731237777";
const MOBILE: &str = "09000000009";

/// Who calls, written in every way we know.
const STYLES: [Style; 25] = [
    to_line("number", b"From: <sip:0355501234@gw.example>;tag=1", "", TOKYO, "通知"),
    to_line("number as name", b"From: \"0355501234\" <sip:0355501234@gw>;tag=1", "", TOKYO, "通知"),
    to_line(
        "name in UTF-8",
        "From: \"例\" <sip:0355501234@gw>;tag=1".as_bytes(),
        "",
        TOKYO,
        "通知",
    ),
    to_line(
        "name in Shift_JIS",
        b"From: \"\x97\xe1\" <sip:0355501234@gw>;tag=1",
        "",
        TOKYO,
        "通知",
    ),
    to_line("tel URI", b"From: <tel:+81355501234>;tag=1", "", TOKYO, "通知"),
    to_line("no brackets", b"From: sip:0355501234@gw.example;tag=1", "", TOKYO, "通知"),
    to_line("compact, folded", b"f: \"A\"\r\n <sip:0355501234@gw>;tag=1", "", TOKYO, "通知"),
    to_line("lower case, no blank", b"from:<sip:0355501234@gw>;tag=1", "", TOKYO, "通知"),
    to_line("IPv6 host", b"From: <sip:0355501234@[2001:db8::5]>;tag=1", "", TOKYO, "通知"),
    to_line(
        "quotes in the name",
        b"From: \"a \\\"b\\\" <c>\" <sip:0355501234@gw>;tag=1",
        "",
        TOKYO,
        "通知",
    ),
    to_line(
        "verstat",
        b"From: <sip:+81355501234;verstat=No-TN-Validation@gw;user=phone>;tag=1",
        "",
        TOKYO,
        "通知",
    ),
    to_line("subaddress", b"From: <sip:0355501234;isub=12@gw>;tag=1", "", TOKYO, "通知"),
    to_line("no tag", b"From: <sip:0355501234@gw.example>", "", TOKYO, "通知"),
    to_line("abroad", b"From: <sip:+12025550123@gw;user=phone>;tag=1", "", "+12025550123", "通知"),
    to_line("spam", b"From: \"sip:0355501234@x\" <sip:09000000009@gw>;tag=1", "", MOBILE, "通知"),
    to_line(
        "withheld",
        b"From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1",
        "",
        "",
        "非通知",
    ),
    to_line(
        "withheld, no name",
        b"From: <sip:anonymous@anonymous.invalid>;tag=1",
        "",
        "",
        "非通知",
    ),
    to_line(
        "withheld, but asserted",
        b"From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1",
        "Privacy: id\r\nP-Asserted-Identity: <tel:+81355501234>\r\n",
        "",
        "非通知",
    ),
    to_line(
        "payphone",
        b"From: \"Coin line/payphone\" <sip:anonymous@anonymous.invalid>;tag=1",
        "",
        "",
        "公衆電話",
    ),
    to_line(
        "out of area",
        b"From: \"Unavailable\" <sip:unavailable@unknown.invalid>;tag=1",
        "",
        "",
        "表示圏外",
    ),
    to_line(
        "service conflict",
        b"From: \"Interaction with other service\" <sip:anonymous@anonymous.invalid>;tag=1",
        "",
        "",
        "通知不可",
    ),
    to_line(
        "asserted twice",
        b"From: <sip:0355501234@gw>;tag=1",
        "P-Asserted-Identity: <sip:0355501234@gw>\r\nP-Asserted-Identity: <tel:0355501234>\r\n",
        TOKYO,
        "通知",
    ),
    Style {
        name: "forwarded",
        from: b"From: <sip:0355501234@gw>;tag=1",
        extra: "Diversion: <sip:0731237777@gw>;reason=unconditional\r\n\
                P-Called-Party-ID: <sip:0731237777@gw>\r\n",
        number: TOKYO,
        shown: "通知",
        called: FORWARDED,
    },
    Style {
        name: "called in E.164",
        from: b"From: <sip:0355501234@gw>;tag=1",
        extra: "P-Called-Party-ID: <sip:+81731235678@gw;user=phone>\r\n",
        number: TOKYO,
        shown: "通知",
        called: LINE,
    },
    to_line(
        "asserted only",
        b"From: <sip:gw.example>;tag=1",
        "P-Asserted-Identity: <sip:09000000009@gw>\r\n",
        MOBILE,
        "通知",
    ),
];

#[test]
fn every_style_of_caller_is_read_right() {
    let service = office::open();
    service.post("ContainmentLine", &serde_json::json!({"着信TEL": FORWARDED}));
    let caller = Caller::new(service.sip());
    let invites: Vec<Invite> = STYLES.iter().map(written).collect();
    for (style, invite) in STYLES.iter().zip(&invites) {
        println!("{}", style.name);
        caller.ring(invite);
    }
    let calls = office::calls(&service);
    for (style, invite) in STYLES.iter().zip(&invites) {
        let mut calls = calls.iter();
        let call = calls.find(|call| call["SIPコールID"] == invite.call_id.as_str());
        let call = call.unwrap_or_else(|| panic!("{} was not recorded", style.name));
        println!("{}", style.name);
        let expected =
            [("相手TEL", style.number), ("番号通知", style.shown), ("着信TEL", style.called)];
        assert_values(call, &expected);
    }
}

fn written(style: &Style) -> Invite {
    let mut invite = Invite::new("x", LINE).caller_line(style.from);
    invite.extra = style.extra.to_owned();
    invite
}

#[test]
fn a_colleague_is_an_extension() {
    let service = office::open();
    let invite = Invite::new("12", "7");
    Caller::new(service.sip()).ring(&invite);
    let call = office::call(&service, &invite.call_id);
    let expected =
        [("相手TEL", "12"), ("番号通知", "内線"), ("着信TEL", "7"), ("着信種別", "内線")];
    assert_values(&call, &expected);
}

#[test]
fn lines_may_end_in_lf_and_the_branch_may_be_missing() {
    let service = office::open();
    let caller = Caller::new(service.sip());
    let invite = Invite::new(TOKYO, LINE);
    let message = String::from_utf8(invite.message("INVITE", caller.local(), "")).unwrap();
    caller.until(message.replace("\r\n", "\n").as_bytes(), &invite.call_id, 180);
    let mut bare = Invite::new(MOBILE, LINE);
    bare.via = ";rport".to_owned();
    caller.ring(&bare);
    for (invite, number) in [(&invite, TOKYO), (&bare, MOBILE)] {
        assert_values(&office::call(&service, &invite.call_id), &[("相手TEL", number)]);
    }
}

/// A folder of sample messages that lies beside the checkout; absent on most machines.
fn samples(name: &str) -> Option<std::path::PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside =
        ["../shared/fixtures", "../../shared/fixtures"].map(|path| root.join(path).join(name));
    beside.into_iter().find(|path| path.is_dir())
}

/// Sends a sample as one call of its own: its Call-ID and branch are replaced.
fn send_sample(caller: &Caller, text: &str, name: &str) -> String {
    let call_id = format!("sample-{name}@gw.example");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in &mut lines {
        let lower = line.to_lowercase();
        if lower.starts_with("call-id:") || lower.starts_with("i:") {
            *line = format!("Call-ID: {call_id}");
        } else if lower.starts_with("via:") || lower.starts_with("v:") {
            *line = format!("Via: SIP/2.0/UDP {};branch=z9hG4bK{name};rport", caller.local());
        }
    }
    let message = lines.join("\r\n") + "\r\n";
    caller.until(message.as_bytes(), &call_id, 180);
    call_id
}

#[test]
fn the_shared_sample_invites_are_read_as_expected() {
    let Some(folder) = samples("sip") else {
        println!("no sample folder beside this checkout: STYLES above stands for it");
        return;
    };
    let service = Service::start();
    office::add_gateway(&service, &serde_json::json!({})); // and no line: the message decides alone
    let caller = Caller::new(service.sip());
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    for (name, values) in expected.as_object().unwrap() {
        let text = std::fs::read_to_string(folder.join(format!("{name}.sip"))).unwrap();
        let call = office::call(&service, &send_sample(&caller, &text, name));
        for (key, value) in values.as_object().unwrap() {
            assert_eq!(&call[key], value, "{key} of {name}: {call:#}");
        }
    }
}

#[test]
fn torture_messages_do_not_stop_the_service() {
    let Some(folder) = samples("torture") else {
        println!("no sample folder beside this checkout: the scanner's own tests stand for it");
        return;
    };
    let service = Service::start();
    office::furnish(&service);
    let caller = Caller::new(service.sip());
    caller.ring(&Invite::new(TOKYO, LINE));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        caller.send(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert_eq!(count, 49);
    let after = Invite::new(MOBILE, LINE);
    caller.ring(&after);
    let call = wait_for("the call after them", SOON, || {
        let mut calls = office::calls(&service).into_iter();
        calls.find(|call| call["SIPコールID"] == after.call_id.as_str())
    });
    assert_values(&call, &[("相手TEL", MOBILE)]);
}
