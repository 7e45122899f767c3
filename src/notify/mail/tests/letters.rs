//! Letters as bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::notify::mail::letter::{address, compose};

/// Headers of the whole letter, unfolded, and what follows them.
fn read(bytes: &[u8]) -> (Vec<String>, String) {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    (unfolded.split("\r\n").map(str::to_owned).collect(), body.to_owned())
}

fn header<'a>(headers: &'a [String], name: &str) -> &'a str {
    let start = format!("{name}: ");
    let found: Vec<&String> = headers.iter().filter(|line| line.starts_with(&start)).collect();
    assert_eq!(found.len(), 1, "{name} in {headers:?}");
    &found[0][start.len()..]
}

fn decoded(base64: &str) -> String {
    let joined: String = base64.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(joined).unwrap()).unwrap()
}

#[test]
fn a_text_letter_says_what_it_is() {
    let to = people(&[
        (Role::To, "shop@example.com"),
        (Role::Cc, "boss@example.com"),
        (Role::Bcc, "log@example.com"),
        (Role::To, "desk@example.jp"),
    ]);
    let bytes = compose(&account(25), &letter(&to)).unwrap();
    assert!(bytes.is_ascii());
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    let (headers, body) = read(&bytes);
    assert_eq!(header(&headers, "Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(header(&headers, "Content-Transfer-Encoding"), "base64");
    assert_eq!(header(&headers, "Message-ID"), "<5012.1@example.com>");
    assert_eq!(header(&headers, "To"), "shop@example.com, desk@example.jp");
    assert_eq!(header(&headers, "Cc"), "boss@example.com");
    assert_eq!(header(&headers, "Reply-To"), "desk@example.com");
    assert_eq!(header(&headers, "Date"), "Tue, 01 Apr 2025 00:15:02 +0000");
    assert_eq!(header(&headers, "Auto-Submitted"), "auto-generated");
    assert!(header(&headers, "From").ends_with("<cti@example.com>"));
    assert!(header(&headers, "Subject").starts_with("=?utf-8?b?"));
    assert!(!String::from_utf8_lossy(&bytes).contains("log@example.com"), "Bcc is not named");
    assert_eq!(decoded(&body), "本店に花子から着信");
}

#[test]
fn an_html_letter_has_a_text_for_those_who_show_none() {
    let to = people(&[(Role::Bcc, "log@example.com")]);
    let body = "<p>着信 <b>&lt;花子&gt;</b></p><p>03-1234-5678</p>";
    let html = Letter { html: true, body, ..letter(&to) };
    let (headers, parts) = read(&compose(&account(25), &html).unwrap());
    assert!(header(&headers, "Content-Type").starts_with("multipart/alternative;"));
    assert_eq!(header(&headers, "To"), "undisclosed-recipients:;");
    let texts: Vec<String> = parts
        .split("Content-Transfer-Encoding: base64\r\n\r\n")
        .skip(1)
        .map(|part| decoded(part.split("\r\n--").next().unwrap()))
        .collect();
    assert_eq!(texts, ["着信 <花子>\r\n03-1234-5678", body]);
    let kinds =
        ["Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"];
    let places: Vec<usize> = kinds.iter().map(|kind| parts.find(kind).unwrap()).collect();
    assert!(places[0] < places[1], "the best form comes last (RFC 2046 §5.1.4)");
}

#[test]
fn nothing_that_a_caller_says_becomes_a_header() {
    let to = people(&[(Role::To, "shop@example.com")]);
    for hostile in [
        "a\r\nBcc: victim@example.com",
        "a\nBcc: victim@example.com\n\nbody",
        "a\rBcc: victim@example.com",
        "a\u{2028}Bcc: victim@example.com\u{85}X: y\0",
        "=?utf-8?q?a=0D=0ABcc:_victim=40example.com?=",
    ] {
        let mut account = account(25);
        account.sender_name = hostile.to_owned();
        let hostile = Letter { subject: hostile, body: hostile, ..letter(&to) };
        let (headers, _) = read(&compose(&account, &hostile).unwrap());
        let names: Vec<&str> = headers.iter().map(|line| line.split(':').next().unwrap()).collect();
        assert!(!names.contains(&"Bcc") && !names.contains(&"X"), "{headers:?}");
        assert!(headers.iter().all(|line| !line.contains(['\r', '\n', '\0'])));
    }
    for bad in ["a@b\r\nX: y", "a@b>,<c@d", "", "a b@example.com", "花@example.com"] {
        assert!(address(bad).is_err(), "{bad:?}");
    }
}
