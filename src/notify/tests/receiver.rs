//! A scripted HTTP receiver on loopback, the double of every service that notifications go to.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// What the receiver does with one request.
#[derive(Clone, Debug)]
pub enum Act {
    /// A status with extra header lines and a body.
    Answer(u16, &'static str, &'static str),
    /// The same, made at run time.
    Say(u16, String, String),
    /// Reads the request and closes without an answer.
    DropAfterAccept,
    /// Closes as soon as a connection is there.
    DropBefore,
    /// Takes its time, then 200.
    Slow(Duration),
    /// Bytes that are no HTTP.
    Garbage,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub head: String,
    pub body: String,
}

impl Seen {
    /// `POST /path?query`.
    pub fn line(&self) -> &str {
        let line = self.head.lines().next().unwrap();
        line.strip_suffix(" HTTP/1.1").unwrap()
    }

    /// The path without its query.
    pub fn path(&self) -> &str {
        self.line().split_once(' ').unwrap().1.split('?').next().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// The next acts of a path, and what it does when they are used up.
type OfPath = (VecDeque<Act>, Option<Act>);

#[derive(Default)]
struct State {
    script: Mutex<VecDeque<Act>>,
    paths: Mutex<HashMap<String, OfPath>>,
    seen: Mutex<Vec<Seen>>,
    arrived: Notify,
}

/// Answers by the script of the path, then by the common one, then by what the path always does,
/// then 200; ends with the test.
pub struct Receiver {
    pub address: String,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl Receiver {
    pub async fn start(script: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        *state.script.lock().unwrap() = script.into_iter().collect();
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address, state, task }
    }

    /// The next acts for one path.
    pub fn at(&self, path: &str, acts: impl IntoIterator<Item = Act>) {
        self.state.paths.lock().unwrap().entry(path.to_owned()).or_default().0.extend(acts);
    }

    /// What a path does when nothing else is scripted.
    pub fn always(&self, path: &str, act: Act) {
        self.state.paths.lock().unwrap().entry(path.to_owned()).or_default().1 = Some(act);
    }

    /// Forgets what came.
    pub fn forget(&self) {
        self.state.seen.lock().unwrap().clear();
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// Waits until this many requests have come.
    pub async fn wait_for(&self, count: usize) -> Vec<Seen> {
        let arrived = async {
            loop {
                let next = self.state.arrived.notified();
                let seen = self.seen();
                if seen.len() >= count {
                    return seen;
                }
                next.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), arrived).await.expect("requests in time")
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    fn next(&self, path: &str) -> Act {
        let mut paths = self.paths.lock().unwrap();
        let (queue, always) = paths.entry(path.to_owned()).or_default();
        let act = queue.pop_front().or_else(|| self.script.lock().unwrap().pop_front());
        act.or_else(|| always.clone()).unwrap_or(Act::Answer(200, "", "OK"))
    }
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    loop {
        // Only a request that came takes a step of the script.
        if matches!(state.script.lock().unwrap().front(), Some(Act::DropBefore)) {
            state.script.lock().unwrap().pop_front();
            return;
        }
        let Some(seen) = read(&mut stream).await else { return };
        let act = state.next(seen.path());
        state.seen.lock().unwrap().push(seen);
        state.arrived.notify_waiters();
        let text = match act {
            Act::Answer(status, headers, body) => answer(status, headers, body),
            Act::Say(status, headers, body) => answer(status, &headers, &body),
            Act::Slow(wait) => {
                tokio::time::sleep(wait).await;
                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned()
            }
            Act::Garbage => "\u{1}\u{2}nothing\r\n\r\n".to_owned(),
            Act::DropAfterAccept | Act::DropBefore => return,
        };
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse::<usize>().unwrap());
            if body.len() >= length {
                return Some(Seen { head: head.to_owned(), body: body.to_owned() });
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}
