//! REST requests against a bare actix handler that answers the same bytes.
//!
//! Both are asked for the same address by the same generator, one after the other, so that what
//! else the machine does meets both. The bare handler has one worker and answers the same bytes,
//! headers and body, ready made; the service has its rights, its rows and its disk to look after.
//! Where rows are asked for at random, the bare handler has the bytes of each.

use std::collections::HashMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use actix_web::http::header::{ETAG, HeaderName, HeaderValue};
use actix_web::{App, HttpResponse, HttpServer, web};
use bytes::Bytes;
use serde_json::json;

use crate::harness::place::free_port;
use crate::harness::process::Process;
use crate::harness::{BASE, Service, http, wait_until};

/// Rounds, service and bare handler in turn; the median counts.
const ROUNDS: usize = 5;
/// Length of one round of wrk.
const ROUND: &str = "3s";
/// Connections that GET.
const READERS: u32 = 32;
/// Connections that POST: many, since they share each sync of the disk.
const WRITERS: u32 = 256;
/// What GET of one row and the durable POST should reach of the bare handler's rate.
const GOALS: (f64, f64) = (0.80, 0.35);
/// The core of the server; the load comes from the other one.
const SERVER_CORE: &str = "0";
/// The core of wrk.
pub const LOAD_CORE: &str = "1";
const CUSTOMERS: &str = "CustomerAddress";
/// In the place of a method: the answers about many rows.
const ROWS: &str = "ROWS";

/// The body of the POST.
fn customer() -> String {
    json!({"氏名": "和歌山 花子", "会社名": "紀州商店", "電話番号1": "0731234567"}).to_string()
}

/// The rows that are asked for: resource and what is posted to make its row 1.
fn rows() -> [(&'static str, String); 2] {
    let line = json!({"着信TEL": "0731235678", "代表TEL": "0731237777", "回線名": "本店"});
    [("ContainmentLine", line.to_string()), (CUSTOMERS, customer())]
}

/// Where the bare handler reads one of its answers from.
fn answer_file(port: u16, method: &str, resource: &str) -> PathBuf {
    std::env::temp_dir().join(format!("bare-{port}-{method}-{resource}"))
}

/// An answer of the service, ready to be given again.
#[derive(Clone)]
struct Ready {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Ready {
    fn read(port: u16, method: &str, resource: &str) -> Self {
        let text = std::fs::read_to_string(answer_file(port, method, resource)).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        // The server itself writes the length and the date.
        let own = |name: &str| !["content-length", "date"].contains(&name);
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        let headers = lines.filter(|(name, _)| own(&name.to_lowercase())).map(|(name, value)| {
            (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap())
        });
        Self { headers: headers.collect(), body: body.to_owned().into() }
    }

    fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        for header in &self.headers {
            response.insert_header(header.clone());
        }
        response.body(self.body.clone())
    }
}

/// Answers about many customers, ready to be given again.
#[derive(Default)]
struct ReadyRows {
    /// Headers that all have.
    headers: Vec<(HeaderName, HeaderValue)>,
    /// Entity tag and body by key.
    rows: HashMap<i64, (HeaderValue, Bytes)>,
}

impl ReadyRows {
    /// Empty where the bare handler has only one customer.
    fn read(port: u16) -> Self {
        let Ok(text) = std::fs::read_to_string(answer_file(port, ROWS, CUSTOMERS)) else {
            return Self::default();
        };
        let mut headers = Ready::read(port, "GET", CUSTOMERS).headers;
        headers.retain(|(name, _)| *name != ETAG);
        let rows = text.lines().map(|line| {
            let mut parts = line.splitn(3, '\t');
            let [key, tag, body] = std::array::from_fn(|_| parts.next().unwrap());
            let row = (HeaderValue::try_from(tag).unwrap(), body.to_owned().into());
            (key.parse().unwrap(), row)
        });
        Self { headers, rows: rows.collect() }
    }

    fn response(&self, key: i64) -> HttpResponse {
        let Some((tag, body)) = self.rows.get(&key) else {
            return HttpResponse::NotFound().finish();
        };
        let mut response = HttpResponse::Ok();
        for header in &self.headers {
            response.insert_header(header.clone());
        }
        response.insert_header((ETAG, tag.clone())).body(body.clone())
    }
}

/// The handler that does nothing: GET and POST answer what the service answered, POST reads the body.
pub fn serve_bare(port: u16) {
    let ready = rows()
        .map(|(resource, _)| ["GET", "POST"].map(|method| Ready::read(port, method, resource)));
    let many = web::Data::new(ReadyRows::read(port));
    let app = move || {
        let mut app = App::new().app_data(many.clone());
        if !many.rows.is_empty() {
            let path = format!("{BASE}/{CUSTOMERS}/{{key}}");
            let row = |key: web::Path<i64>, many: web::Data<ReadyRows>| {
                std::future::ready(many.response(*key))
            };
            app = app.route(&path, web::get().to(row));
        }
        for ((resource, _), [get, post]) in rows().into_iter().zip(ready.clone()) {
            let get = move || std::future::ready(get.response());
            let post = move |_: web::Bytes| std::future::ready(post.response());
            let path = format!("{BASE}/{resource}");
            app = app
                .route(&format!("{path}/1"), web::get().to(get))
                .route(&path, web::post().to(post));
        }
        app
    };
    actix_web::rt::System::new()
        .block_on(HttpServer::new(app).workers(1).bind(("127.0.0.1", port)).unwrap().run())
        .unwrap();
}

/// The bare handler in a process of its own, pinned to the server's core.
pub struct Bare {
    process: Process,
    port: u16,
}

impl Bare {
    /// One that answers what this service answers.
    pub fn of(service: &Service) -> Self {
        Self::with_customers(service, &[])
    }

    /// One that answers what this service answers about these customers too.
    pub fn with_customers(service: &Service, keys: &[usize]) -> Self {
        let port = free_port();
        let mut lines = String::new();
        for key in keys {
            let answer = service.send("GET", &format!("{CUSTOMERS}/{key}"), &[], "");
            let _ = writeln!(lines, "{key}\t{}\t{}", answer.header("etag").unwrap(), answer.text());
        }
        if !keys.is_empty() {
            std::fs::write(answer_file(port, ROWS, CUSTOMERS), lines).unwrap();
        }
        for (resource, row) in rows() {
            let posted = service.send("POST", resource, &[], &row);
            let one_row = service.send("GET", &format!("{resource}/1"), &[], "");
            for (method, answer) in [("GET", one_row), ("POST", posted)] {
                assert_eq!(answer.status, 200);
                let lines =
                    answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
                let text = format!("{}\r\n{}", lines.collect::<String>(), answer.text());
                std::fs::write(answer_file(port, method, resource), text).unwrap();
            }
        }
        let mut command = Command::new(std::env::current_exe().unwrap());
        let process = Process::start(command.args(["bare", &port.to_string()]));
        let bare = Self { process, port };
        wait_until("the bare handler", Duration::from_secs(5), || {
            let path = format!("{BASE}/{CUSTOMERS}/1");
            http::request(bare.address(), "GET", &path, &[], b"")
                .is_ok_and(|answer| answer.status == 200)
        });
        for (resource, method) in rows().iter().flat_map(|(row, _)| [(row, "GET"), (row, "POST")]) {
            std::fs::remove_file(answer_file(port, method, resource)).unwrap();
        }
        let _ = std::fs::remove_file(answer_file(port, ROWS, CUSTOMERS));
        pin(bare.process.id());
        bare
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }
}

/// Prints a row for each request.
pub fn measure() {
    let service = Service::start_with(&["--log", "warn", "--workers", "1"], "");
    let bare = Bare::of(&service);
    pin(service.pid());
    println!("\nREST, server on one core, load on the other, median of {ROUNDS} rounds of {ROUND}");
    println!("{:<34} {:>9} {:>9} {:>6} {:>6}", "request", "service/s", "bare/s", "ratio", "goal");
    let (ours, bare) =
        (format!("http://{}{BASE}", service.http()), format!("http://{}{BASE}", bare.address()));
    for (resource, _) in rows() {
        let row = format!("{resource}/1");
        let load = Load { clients: READERS, script: None };
        compare(
            &format!("GET {row}"),
            load,
            [&ours, &bare].map(|base| format!("{base}/{row}")),
            GOALS.0,
        );
    }
    let script = std::env::temp_dir().join(format!("post-{}.lua", service.pid()));
    std::fs::write(&script, format!("wrk.method = 'POST'\nwrk.body = '{}'\n", customer())).unwrap();
    let load = Load { clients: WRITERS, script: script.to_str() };
    let urls = [&ours, &bare].map(|base| format!("{base}/{CUSTOMERS}"));
    compare(&format!("durable POST, {WRITERS} clients"), load, urls, GOALS.1);
    std::fs::remove_file(script).unwrap();
}

/// Keeps every thread of a process on the server's core.
pub fn pin(pid: u32) {
    let status =
        Command::new("taskset").args(["-a", "-c", "-p", SERVER_CORE, &pid.to_string()]).output();
    assert!(status.unwrap().status.success(), "taskset");
}

/// How wrk asks.
#[derive(Clone, Copy)]
struct Load<'a> {
    clients: u32,
    script: Option<&'a str>,
}

/// Prints one row; the address of the service comes first.
fn compare(name: &str, load: Load<'_>, urls: [String; 2], goal: f64) {
    let rounds: Vec<[f64; 2]> =
        (0..ROUNDS).map(|_| [load.rate(&urls[0]), load.rate(&urls[1])]).collect();
    let [ours, bare] = [0, 1].map(|side| median(rounds.iter().map(|round| round[side]).collect()));
    println!("{name:<34} {ours:>9.0} {bare:>9.0} {:>6.2} {goal:>6.2}", ours / bare);
}

/// The middle one.
pub fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

impl Load<'_> {
    /// Requests a second, as wrk counts them; a refused request ends the measurement.
    fn rate(self, url: &str) -> f64 {
        let mut command = Command::new("taskset");
        command.args([
            "-c",
            LOAD_CORE,
            "wrk",
            "-t",
            "1",
            "-c",
            &self.clients.to_string(),
            "-d",
            ROUND,
        ]);
        if let Some(script) = self.script {
            command.args(["-s", script]);
        }
        let output = command.arg(url).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains("Non-2xx"), "{url}:\n{text}");
        let rate = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
        rate.unwrap_or_else(|| panic!("{url}:\n{text}")).trim().parse().unwrap()
    }
}
