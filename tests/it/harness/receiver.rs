//! A scripted HTTP receiver: what a target of notifications may do to us.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::http::header;
use super::wait::{SOON, wait_for};

/// What the receiver does with one request.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// 200 with this body.
    Ok(String),
    /// Another status, with further header lines and this body.
    Status(u16, String, String),
    /// 200 after this time.
    Slow(Duration),
    /// Closes the connection before it has read the request to its end.
    DropBeforeReply,
    /// Takes the request and closes without an answer: the sender cannot know that it arrived.
    DropAfterAccept,
    /// 200, but the body is not what was promised.
    Garbage,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// GET, POST …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// When it was complete.
    pub at: Instant,
}

impl Request {
    /// The first header of this name; panics where there is none.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        header(&self.headers, name).unwrap_or_else(|| panic!("no header {name}: {self:?}"))
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What a receiver does when its script is at its end.
type Service = Box<dyn Fn(&Request) -> Outcome + Send + Sync>;

/// What receiver and test share.
struct Shared {
    script: Mutex<VecDeque<Outcome>>,
    service: Service,
    requests: Mutex<Vec<Request>>,
    closed: AtomicBool,
}

/// A running receiver on 127.0.0.1.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Receiver {
    /// Starts one that answers by `script`, and 200 when the script is at its end.
    pub fn start(script: impl IntoIterator<Item = Outcome>) -> Self {
        Self::serving(script, |_| Outcome::Ok("{}".to_owned()))
    }

    /// Starts one that answers by `script`, and as `service` says when the script is at its end.
    pub fn serving(
        script: impl IntoIterator<Item = Outcome>,
        service: impl Fn(&Request) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Mutex::new(script.into_iter().collect()),
            service: Box::new(service),
            requests: Mutex::default(),
            closed: AtomicBool::new(false),
        });
        let state = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if state.closed.load(Ordering::Relaxed) {
                    return;
                }
                let state = Arc::clone(&state);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, shared }
    }

    /// Its URL with this path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far that was read to its end.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Waits for this many requests.
    #[track_caller]
    pub fn wait_for(&self, count: usize) -> Vec<Request> {
        wait_for("requests at the receiver", SOON, || {
            Some(self.requests()).filter(|requests| requests.len() >= count)
        })
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

/// Serves one connection until either side closes it.
fn serve(stream: TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(request) = read_head(&mut reader) {
        let scripted = shared.script.lock().unwrap().pop_front();
        if matches!(scripted, Some(Outcome::DropBeforeReply)) {
            return;
        }
        let Some(request) = read_body(&mut reader, request) else { return };
        let outcome = scripted.unwrap_or_else(|| (shared.service)(&request));
        shared.requests.lock().unwrap().push(request);
        let answer = match outcome {
            Outcome::Ok(body) => reply(200, "", &body),
            Outcome::Status(status, headers, body) => reply(status, &headers, &body),
            Outcome::Slow(time) => {
                std::thread::sleep(time);
                reply(200, "", "{}")
            }
            Outcome::Garbage => reply(200, "", "<html>\u{fffd}{"),
            Outcome::DropBeforeReply | Outcome::DropAfterAccept => return,
        };
        if (&stream).write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn reply(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Scripted\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn read_head(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Some(Request { method, path, headers, body: Vec::new(), at: Instant::now() })
}

fn read_body(reader: &mut impl BufRead, mut request: Request) -> Option<Request> {
    let length = header(&request.headers, "content-length").map_or(0, |text| text.parse().unwrap());
    request.body.resize(length, 0);
    reader.read_exact(&mut request.body).ok()?;
    request.at = Instant::now();
    Some(request)
}
