//! The harness itself: its receiver, its client and its exchange do what the other tests rely on.

use std::net::SocketAddr;
use std::time::Duration;

use crate::harness::{Kamailio, Outcome, Receiver, http, wait_until};

fn ask(receiver: &Receiver) -> std::io::Result<http::Answer> {
    let address = receiver.url("");
    let to: SocketAddr = address.trim_start_matches("http://").parse().unwrap();
    http::request(to, "POST", "/hook?a=名", &[("X-A", "b")], b"{}")
}

#[test]
fn a_receiver_follows_its_script() {
    let receiver = Receiver::start([
        Outcome::Ok("fine".to_owned()),
        Outcome::Status(429, "Retry-After: 3\r\n".to_owned(), String::new()),
        Outcome::DropBeforeReply,
        Outcome::DropAfterAccept,
        Outcome::Slow(Duration::from_millis(200)),
        Outcome::Garbage,
    ]);
    assert_eq!(ask(&receiver).unwrap().text(), "fine");
    let limited = ask(&receiver).unwrap();
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("3")));
    assert!(ask(&receiver).is_err());
    assert_eq!(receiver.requests().len(), 2, "a request that was not read does not count");
    assert!(ask(&receiver).is_err());
    let start = std::time::Instant::now();
    assert_eq!(ask(&receiver).unwrap().status, 200);
    assert!(start.elapsed() >= Duration::from_millis(200));
    assert!(serde_json::from_slice::<serde_json::Value>(&ask(&receiver).unwrap().body).is_err());
    assert_eq!(ask(&receiver).unwrap().json(), serde_json::json!({}), "after the script: 200");
    let requests = receiver.wait_for(6);
    assert_eq!(requests[0].path, "/hook?a=%E5%90%8D");
    assert_eq!(requests[0].header("x-a"), "b");
    assert_eq!(requests[0].body, b"{}");
}

#[test]
fn kamailio_starts_stops_and_knows_nobody() {
    let mut kamailio = Kamailio::start("MD5");
    assert!(!kamailio.knows("cti1"));
    kamailio.stop();
    kamailio.restart();
    assert!(!kamailio.knows("cti1"));
}

#[test]
#[should_panic(expected = "waited")]
fn a_wait_has_an_end() {
    wait_until("nothing", Duration::from_millis(30), || false);
}
