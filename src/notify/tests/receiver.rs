//! A scripted HTTP receiver on loopback.

use std::collections::VecDeque;
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
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

#[derive(Default)]
struct State {
    script: Mutex<VecDeque<Act>>,
    seen: Mutex<Vec<Seen>>,
    arrived: Notify,
}

/// Answers by script, then always 200; ends with the test.
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

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    loop {
        // Only a request that came takes a step of the script.
        if matches!(state.script.lock().unwrap().front(), Some(Act::DropBefore)) {
            state.script.lock().unwrap().pop_front();
            return;
        }
        let Some(seen) = read(&mut stream).await else { return };
        let act = state.script.lock().unwrap().pop_front();
        state.seen.lock().unwrap().push(seen);
        state.arrived.notify_waiters();
        let text = match act.unwrap_or(Act::Answer(200, "", "OK")) {
            Act::Answer(status, headers, body) => {
                let length = body.len();
                format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}")
            }
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
