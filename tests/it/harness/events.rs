//! A client of the server-sent events.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::http::{read_chunk, read_head};

/// A feed sends a ping at least every 10 s (events.md).
const SILENCE: Duration = Duration::from_secs(12);

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// `event:`.
    pub name: String,
    /// `id:`; empty where there is none.
    pub id: String,
    /// `data:`; null where it is empty.
    pub data: Value,
    /// When it came.
    pub at: Instant,
}

/// An open feed.
pub struct Feed {
    events: Receiver<Received>,
    stream: TcpStream,
}

impl Feed {
    /// Opens the feed under a name, after the event `since` if one is given.
    #[track_caller]
    pub fn open(to: SocketAddr, name: &str, since: Option<&str>) -> Self {
        let since = since.map(|id| ("Last-Event-ID", id));
        Self::open_with(to, &format!("name={name}"), since.as_slice())
    }

    /// Opens the feed with this query and these headers.
    #[track_caller]
    pub fn open_with(to: SocketAddr, query: &str, headers: &[(&str, &str)]) -> Self {
        let mut stream = TcpStream::connect(to).unwrap();
        let path = format!("/CTI_SmartConnectService/Events?{query}");
        let mut head = format!("GET {path} HTTP/1.1\r\nHost: {to}\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        write!(stream, "{head}\r\n").unwrap();
        stream.set_read_timeout(Some(SILENCE)).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (status, headers) = read_head(&mut reader).unwrap();
        assert_eq!(status, 200);
        assert!(headers.iter().any(|(_, value)| value.starts_with("text/event-stream")));
        let (sender, events) = sync_channel(65_536);
        std::thread::spawn(move || {
            let mut text = Vec::new();
            while let Ok(Some(chunk)) = read_chunk(&mut reader) {
                text.extend_from_slice(&chunk);
                while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
                    let block: Vec<u8> = text.drain(..end + 2).collect();
                    let Some(event) = parse(&String::from_utf8(block).unwrap()) else { continue };
                    if sender.send(event).is_err() {
                        return;
                    }
                }
            }
        });
        Self { events, stream }
    }

    /// A connection that asked for the feed and never reads it.
    pub fn stuck(to: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(to).unwrap();
        let path = "/CTI_SmartConnectService/Events?name=stuck";
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {to}\r\n\r\n").unwrap();
        stream
    }

    /// The next event that is no ping.
    #[track_caller]
    pub fn next(&self) -> Received {
        self.next_within(super::wait::SOON).expect("no event came")
    }

    /// The next event that is no ping, or `None` when none comes within `limit`.
    pub fn next_within(&self, limit: Duration) -> Option<Received> {
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) if event.name == "ping" => {}
                Ok(event) => return Some(event),
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => panic!("the feed was closed"),
            }
        }
    }

    /// The next event with this name; others are passed over.
    #[track_caller]
    pub fn next_named(&self, name: &str) -> Received {
        super::wait::wait_for(name, super::wait::SOON, || {
            self.next_within(Duration::from_millis(100)).filter(|event| event.name == name)
        })
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

/// Reads one block; `None` for a comment.
fn parse(block: &str) -> Option<Received> {
    let field = |name: &str| {
        let mut lines = block.lines().filter_map(|line| line.strip_prefix(name));
        lines.next().map(|value| value.trim_start().to_owned())
    };
    let name = field("event:")?;
    let data = field("data:").unwrap_or_default();
    let data = if data.is_empty() { Value::Null } else { serde_json::from_str(&data).unwrap() };
    Some(Received { name, id: field("id:").unwrap_or_default(), data, at: Instant::now() })
}
