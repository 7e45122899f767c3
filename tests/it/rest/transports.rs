//! The two event transports against `/openapi.json`, in both directions: each answer that the page
//! describes can be had and looks like it, and nothing that is asked gets another one.
//!
//! schemathesis (`description.rs`) does not ask them: it reads every answer to its end, and a feed
//! has none; it speaks HTTP alone, and a WebSocket begins where HTTP ends.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use smartconnect::push::{CLIENTS_MAX, ClientInfo, Transport};

use super::Api;
use super::rights::{basic, with_administrator};
use super::sign_in::log_in;
use crate::harness::http::{Answer, read_head};

const EVENTS: &str = "/CTI_SmartConnectService/Events";
const WEBSOCKET: &str = "/CTI_SmartConnectService/WebSocket/";
const LIMIT: Duration = Duration::from_secs(20);
/// What turns a GET into a WebSocket (the key of RFC 6455 §1.3).
const UPGRADE: [(&str, &str); 4] = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];
/// A page of another site.
const EVIL: (&str, &str) = ("Origin", "https://evil.example.com");
/// More than a head may be long.
const TOO_LONG: usize = 300_000;

/// A request whose answer is read as far as it has an end.
fn ask(api: &Api, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let stream = TcpStream::connect(api.to).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head.push_str(&format!("Host: {}\r\n", api.to));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    // What is too long is answered before it was read: the rest may find the connection closed.
    let _ = (&stream).write_all(format!("{head}\r\n").as_bytes());
    let mut reader = BufReader::new(stream);
    let (status, headers) = read_head(&mut reader).unwrap();
    let mut answer = Answer { status, headers, body: Vec::new() };
    if let Some(length) = answer.header("content-length").filter(|_| method != "HEAD") {
        answer.body.resize(length.parse().unwrap(), 0);
        reader.read_exact(&mut answer.body).unwrap();
    } else if status == 200 && method == "GET" {
        // A chunk of the feed.
        let mut size = String::new();
        reader.read_line(&mut size).unwrap();
        answer.body.resize(usize::from_str_radix(size.trim_end(), 16).unwrap(), 0);
        reader.read_exact(&mut answer.body).unwrap();
    }
    answer
}

/// An operation of the page.
struct Operation {
    page: Value,
    path: &'static str,
}

impl Operation {
    fn of(api: &Api, path: &'static str) -> Self {
        Self { page: api.raw("GET", "/openapi.json", &[], b"").json(), path }
    }

    /// What a `$ref` leads to.
    fn found<'a>(&'a self, part: &'a Value) -> &'a Value {
        let Some(place) = part["$ref"].as_str() else { return part };
        self.page.pointer(place.trim_start_matches('#')).unwrap_or_else(|| panic!("{place}"))
    }

    /// Every status that it describes.
    fn statuses(&self) -> BTreeSet<u16> {
        let responses = self.page["paths"][self.path]["get"]["responses"].as_object().unwrap();
        responses.keys().map(|status| status.parse().unwrap()).collect()
    }

    /// Asserts that an answer is one that the page describes: status, headers, kind and body.
    #[track_caller]
    fn holds(&self, answer: &Answer, of: &str) {
        let status = answer.status.to_string();
        let response = &self.page["paths"][self.path]["get"]["responses"][status.as_str()];
        assert!(!response.is_null(), "{of}: {status} is not described: {answer:?}");
        let response = self.found(response);
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let value = answer.header(&name.to_ascii_lowercase());
            let value = value.unwrap_or_else(|| panic!("{of}: {status} without {name}"));
            assert!(fits(&header["schema"], &typed(&header["schema"], value)), "{name}: {value}");
        }
        let kind = answer.header("content-type").map(|kind| kind.split(';').next().unwrap());
        let described = response["content"].as_object();
        let Some((named, content)) = described.and_then(|content| content.iter().next()) else {
            assert!(answer.body.is_empty(), "{of}: {status} has a body");
            return;
        };
        assert_eq!(kind, Some(named.as_str()), "{of}: {status}");
        if named == "application/json" && !answer.body.is_empty() {
            self.holds_body(self.found(&content["schema"]), &answer.json());
        }
    }

    #[track_caller]
    fn holds_body(&self, schema: &Value, body: &Value) {
        let names: BTreeSet<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        let needed = schema["required"].as_array().unwrap();
        assert!(needed.iter().all(|name| names.contains(name.as_str().unwrap())), "{body}");
        for name in names {
            let property = &schema["properties"][name];
            assert!(!property.is_null(), "{name} is not described");
            assert!(fits(property, &body[name]), "{name}: {body}");
        }
    }
}

/// The value of a header as its schema sees it.
fn typed(schema: &Value, value: &str) -> Value {
    if schema["type"] == "integer" { value.parse::<u64>().ok().into() } else { value.into() }
}

/// The parts of JSON Schema that these answers use.
fn fits(schema: &Value, value: &Value) -> bool {
    let kind = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.as_i64() >= schema["minimum"].as_i64(),
        other => panic!("{other:?}"),
    };
    kind && schema["enum"].as_array().is_none_or(|words| words.contains(value))
}

/// A way to an answer: headers, and what is appended to the address.
type Way<'a> = (u16, &'a str, Vec<(&'a str, &'a str)>);

#[test]
fn each_answer_of_the_transports_that_is_described_can_be_had() {
    for (path, begun, wrong) in [(EVENTS, 200, "?since=x"), (WEBSOCKET, 101, "")] {
        let api = Api::start();
        let operation = Operation::of(&api, path);
        let upgrade = if begun == 101 { &UPGRADE[..] } else { &[] };
        let pass = with_administrator(&api);
        let cookie = log_in(&api, "admin", "correct-horse");
        let long = "x".repeat(TOO_LONG);
        let guess = basic("admin", "wrong-horse");
        let signed_in = ("Authorization", pass.as_str());
        let ways: Vec<Way<'_>> = vec![
            (begun, "", vec![signed_in]),
            (401, "", vec![]),
            (401, "?ticket=x", vec![]),
            (403, "", vec![("Cookie", &cookie), EVIL]),
            (421, "", vec![signed_in, ("Host", "evil.example.com")]),
            (431, "", vec![signed_in, ("X-Long", &long)]),
        ];
        let mut had = BTreeSet::new();
        let mut have = |answer: &Answer, status: u16, of: &str| {
            assert_eq!(answer.status, status, "{of}: {answer:?}");
            operation.holds(answer, of);
            had.insert(status);
        };
        for (status, query, mut headers) in ways {
            headers.extend(upgrade);
            have(&ask(&api, "GET", &format!("{path}{query}"), &headers), status, query);
        }
        // A WebSocket is refused for what is no handshake.
        have(&ask(&api, "GET", &format!("{path}{wrong}"), &[signed_in]), 400, wrong);
        let mut post = vec![signed_in, ("Content-Length", "0")];
        post.extend(upgrade);
        let refused = ask(&api, "POST", path, &post);
        have(&refused, 405, "POST");
        assert_eq!(refused.header("allow"), Some("GET, HEAD, OPTIONS"));
        let clients = full_house(&api);
        let mut headers = vec![signed_in];
        headers.extend(upgrade);
        have(&ask(&api, "GET", path, &headers), 503, "a full house");
        drop(clients);
        for _ in 0..10 {
            ask(&api, "GET", path, &[("Authorization", &guess)]);
        }
        have(&ask(&api, "GET", path, &[("Authorization", &guess)]), 429, "guesses");
        assert_eq!(had, operation.statuses(), "{path}");
    }
}

/// As many clients as there may be.
fn full_house(api: &Api) -> Vec<smartconnect::push::Client> {
    let info = || ClientInfo {
        name: "a".to_owned(),
        transport: Transport::ServerSentEvents,
        ip: "127.0.0.1".to_owned(),
        user: String::new(),
        lines: Vec::new(),
    };
    (0..CLIENTS_MAX).map(|_| api.hub.join(info())).collect()
}

/// Queries, right and wrong.
const QUERIES: &[&str] = &[
    "since=",
    "since=-1",
    "since=x",
    "since=1.5",
    "since=99999999999999999999",
    "since=%FF",
    "since=0&since=x",
    "since=0",
    "since=%00",
    "name=",
    "name=%00%0D%0A",
    "name=%E5%8F%97%E4",
    "name=%FF%FE",
    "ticket=",
    "ticket=x",
    "ticket=%FF&ticket=y",
    "unknown=1",
    "&&==&",
    "%",
    "%zz",
    "name[]=1",
    "since[]=1",
];
/// Headers, right and wrong.
const HEADERS: &[(&str, &str)] = &[
    ("Last-Event-ID", ""),
    ("Last-Event-ID", "x"),
    ("Last-Event-ID", "-1"),
    ("Last-Event-ID", "99999999999999999999"),
    ("Last-Event-ID", "0"),
    ("Accept", "application/json"),
    ("Accept", "nonsense"),
    ("Range", "bytes=0-10"),
    ("If-None-Match", "*"),
    ("If-Match", "\"x\""),
    ("Authorization", ""),
    ("Authorization", "Bearer"),
    ("Authorization", "Basic !!!"),
    ("Authorization", "Digest x"),
    ("X-API-Key", ""),
    ("Cookie", "smartconnect_session=x"),
    ("Origin", "null"),
    EVIL,
    ("Sec-Fetch-Site", "cross-site"),
    ("Content-Length", "0"),
    ("Content-Type", "text/plain"),
    ("Sec-WebSocket-Version", "12"),
    ("Sec-WebSocket-Key", ""),
    ("Upgrade", "h2c"),
    ("Host", ""),
    ("Host", "[::1"),
];

#[test]
fn whatever_is_asked_of_the_transports_the_page_describes_the_answer() {
    let api = Api::start();
    let long = "x".repeat(5000);
    for (path, begun) in [(EVENTS, 200), (WEBSOCKET, 101)] {
        let operation = Operation::of(&api, path);
        let mut met = BTreeSet::new();
        let mut asked = |method: &str, path: &str, headers: &[(&str, &str)]| {
            let answer = ask(&api, method, path, headers);
            let of = format!("{method} {path:.60} {headers:?}");
            // OPTIONS stands in the page's own words.
            if method != "OPTIONS" {
                operation.holds(&answer, &of);
            }
            met.insert(answer.status);
        };
        for upgrade in if begun == 101 { vec![&UPGRADE[..], &[]] } else { vec![&[][..]] } {
            for query in QUERIES.iter().copied().chain([long.as_str()]) {
                asked("GET", &format!("{path}?{query}"), upgrade);
            }
            for header in HEADERS {
                // Where it is one that the handshake needs, it takes its place.
                let others = upgrade.iter().filter(|(name, _)| *name != header.0);
                asked("GET", path, &others.copied().chain([*header]).collect::<Vec<_>>());
            }
            for method in ["HEAD", "PUT", "PATCH", "DELETE", "TRACE", "FOO", "OPTIONS"] {
                asked(method, path, upgrade);
            }
        }
        assert!(met.contains(&begun) && met.contains(&400) && met.contains(&405), "{met:?}");
    }
}
