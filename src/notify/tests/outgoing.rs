//! Where nothing may go, whatever carries it (reliability.md A8).

use std::time::Duration;

use reqwest::Method;

use super::receiver::{Act, Receiver};
use crate::clock::Clock;
use crate::config::AddressRange;
use crate::notify::http::{ANSWER_BYTES_MAX, Http, Request};
use crate::notify::mail::tests::account;
use crate::notify::mail::{Account, PostOffice};
use crate::notify::retry::SendError;

/// Where a host leads.
#[derive(Clone, Copy, PartialEq)]
enum To {
    /// This machine: only where the row allows private networks.
    Here,
    /// A private network: likewise, and not looked at here, since this test stays on its machine.
    Office,
    /// Nowhere.
    Nobody,
}

/// Hosts as somebody may write them.
const HOSTS: [(&str, To); 37] = [
    // this machine
    ("127.0.0.1", To::Here),
    ("127.9.9.9", To::Here),
    ("127.1", To::Here),
    ("2130706433", To::Here),
    ("0x7f000001", To::Here),
    ("0177.0.0.1", To::Here),
    ("localhost", To::Here),
    ("[::1]", To::Here),
    ("[::ffff:127.0.0.1]", To::Here),
    // the office
    ("10.0.0.1", To::Office),
    ("172.16.0.1", To::Office),
    ("172.31.255.254", To::Office),
    ("192.168.1.1", To::Office),
    ("100.64.0.1", To::Office),
    ("192.0.0.1", To::Office),
    ("192.88.99.1", To::Office),
    ("198.18.0.1", To::Office),
    ("[fd12:3456::1]", To::Office),
    ("[fec0::1]", To::Office),
    // never
    ("0.0.0.0", To::Nobody),
    ("0", To::Nobody),
    ("0.1.2.3", To::Nobody),
    ("169.254.1.1", To::Nobody),
    ("169.254.169.254", To::Nobody),
    ("2852039166", To::Nobody),
    ("0xa9fea9fe", To::Nobody),
    ("0251.0376.0251.0376", To::Nobody),
    ("[::ffff:169.254.169.254]", To::Nobody),
    ("[64:ff9b::a9fe:a9fe]", To::Nobody),
    ("[2002:a9fe:a9fe::1]", To::Nobody),
    ("100.100.100.200", To::Nobody),
    ("[fd00:ec2::254]", To::Nobody),
    ("[fe80::1]", To::Nobody),
    ("224.0.0.1", To::Nobody),
    ("240.0.0.1", To::Nobody),
    ("255.255.255.255", To::Nobody),
    ("[ff02::1]", To::Nobody),
];

fn http(deny: &[&str]) -> Http {
    let deny: Vec<AddressRange> = deny.iter().map(|range| range.parse().unwrap()).collect();
    Http::new(deny, Clock::system()).unwrap()
}

fn request(url: String, private: bool) -> Request {
    Request {
        method: Method::GET,
        url,
        headers: Vec::new(),
        body: Vec::new(),
        timeout: Duration::from_secs(20),
        private,
    }
}

fn is_refused(fault: &SendError) -> bool {
    matches!(fault, SendError::Never { why, .. } if why.contains("このアドレス") || why.contains("のアドレスへは送れません"))
}

#[tokio::test]
async fn requests_keep_to_the_table() {
    let http = http(&[]);
    for (host, to) in HOSTS {
        for private in [false, true] {
            if private && to == To::Office {
                continue;
            }
            let fault = http.send(request(format!("http://{host}:1/"), private)).await.unwrap_err();
            let expected = !(private && to == To::Here);
            assert_eq!(is_refused(&fault), expected, "{host} {private}: {fault}");
        }
    }
}

#[tokio::test]
async fn letters_keep_to_the_table() {
    let http = http(&[]);
    let post = PostOffice::new(http.deny(), "");
    for (host, to) in HOSTS.into_iter().filter(|(_, to)| *to != To::Office) {
        let server = host.trim_matches(['[', ']']).to_owned();
        let account = Account { server, ..account(1) };
        let fault = post.check(&http, &account).await.0.result.unwrap_err();
        assert_eq!(is_refused(&fault), to == To::Nobody, "{host}: {fault}");
    }
}

#[tokio::test]
async fn denied_ranges_are_denied_to_every_carrier() {
    let http = http(&["127.0.0.0/8", "::1/128"]);
    let receiver = Receiver::start([]).await;
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "2130706433"] {
        let port = receiver.address.rsplit(':').next().unwrap();
        let fault = http.send(request(format!("http://{host}:{port}/"), true)).await.unwrap_err();
        assert!(is_refused(&fault), "{host}: {fault}");
        let server = host.trim_matches(['[', ']']).to_owned();
        let account = Account { server, ..account(port.parse().unwrap()) };
        let post = PostOffice::new(http.deny(), "");
        let fault = post.check(&http, &account).await.0.result.unwrap_err();
        assert!(is_refused(&fault), "{host}: {fault}");
    }
    assert_eq!(receiver.seen().len(), 0);
}

/// A name that led somewhere allowed once, over a connection that is still open, is looked at anew
/// for a row that may reach less.
#[tokio::test]
async fn an_open_connection_is_no_way_around_the_check() {
    let http = http(&[]);
    let receiver = Receiver::start([]).await;
    let url = receiver.address.replace("127.0.0.1", "localhost");
    assert_eq!(http.send(request(url.clone(), true)).await.unwrap().status, 200);
    assert!(is_refused(&http.send(request(url.clone(), false)).await.unwrap_err()));
    assert_eq!(receiver.seen().len(), 1);
}

#[tokio::test]
async fn an_endless_answer_is_read_to_its_limit() {
    let long: &'static str = Box::leak("x".repeat(ANSWER_BYTES_MAX * 8).into_boxed_str());
    let receiver = Receiver::start([Act::Answer(200, "", long)]).await;
    let answer = http(&[]).send(request(receiver.address.clone(), true)).await.unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, ANSWER_BYTES_MAX));
}

#[tokio::test]
async fn two_headers_of_one_name_both_arrive() {
    let receiver = Receiver::start([]).await;
    let mut request = request(receiver.address.clone(), true);
    request.headers = ["a", "b"].map(|value| ("X-Tag".to_owned(), value.to_owned())).to_vec();
    http(&[]).send(request).await.unwrap();
    let head = receiver.seen()[0].head.to_ascii_lowercase();
    assert!(head.contains("x-tag: a\r\n") && head.contains("x-tag: b\r\n"), "{head}");
}
