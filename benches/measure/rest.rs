//! REST requests against a bare actix handler that answers the same bytes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::json;

use crate::harness::place::free_port;
use crate::harness::process::Process;
use crate::harness::{BASE, Service, http, wait_until};

/// Rounds, service and bare handler in turn; the median counts.
const ROUNDS: usize = 5;
/// Length of one round of wrk.
const ROUND: &str = "3s";
/// The core of the server; the load comes from the other one.
const SERVER_CORE: &str = "0";
/// The core of wrk.
const LOAD_CORE: &str = "1";

/// The body of the POST.
fn customer() -> String {
    json!({"氏名": "和歌山 花子", "会社名": "紀州商店", "電話番号1": "0731234567"}).to_string()
}

/// The rows that are asked for: resource and what is posted to make its row 1.
fn rows() -> [(&'static str, String); 2] {
    let line = json!({"着信TEL": "0731235678", "代表TEL": "0731237777", "回線名": "本店"});
    [("ContainmentLine", line.to_string()), ("CustomerAddress", customer())]
}

/// Where the bare handler reads the bytes of its answers from.
fn bytes_file(port: u16, resource: &str) -> PathBuf {
    std::env::temp_dir().join(format!("bare-{port}-{resource}"))
}

/// The handler that does nothing: GET answers a row as it stands, POST reads the body.
pub fn serve_bare(port: u16) {
    let rows = rows().map(|(resource, _)| std::fs::read(bytes_file(port, resource)).unwrap());
    let rows = web::Data::new(rows);
    let answer = |body: Vec<u8>| {
        HttpResponse::Ok().content_type("application/json; charset=utf-8").body(body)
    };
    let get = move |rows: web::Data<[Vec<u8>; 2]>, row: web::Path<usize>| async move {
        answer(rows[row.into_inner()].clone())
    };
    let post = move |_: web::Bytes| async move {
        answer("{\"result\":\"True\",\"msg\":\"正常終了\"}".as_bytes().to_vec())
    };
    let app = move || {
        let app = App::new().app_data(rows.clone());
        app.route("/{row}", web::get().to(get)).route("/", web::post().to(post))
    };
    actix_web::rt::System::new()
        .block_on(HttpServer::new(app).workers(1).bind(("127.0.0.1", port)).unwrap().run())
        .unwrap();
}

/// Prints a row for each request.
pub fn measure() {
    let service = Service::start_with(&["--log", "warn", "--workers", "1"], "");
    let port = free_port();
    for (resource, row) in rows() {
        service.send("POST", resource, &[], &row).ok();
        let one_row = service.send("GET", &format!("{resource}/1"), &[], "").body;
        std::fs::write(bytes_file(port, resource), one_row).unwrap();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    let bare = Process::start(command.args(["bare", &port.to_string()]));
    let bare_at = SocketAddr::from(([127, 0, 0, 1], port));
    wait_until("the bare handler", Duration::from_secs(5), || {
        http::request(bare_at, "GET", "/0", &[], b"").is_ok_and(|answer| answer.status == 200)
    });
    for pid in [service.pid(), bare.id()] {
        pin(pid);
    }
    println!("\nREST, server on one core, load on the other, median of {ROUNDS} rounds of {ROUND}");
    println!("{:<32} {:>11} {:>11} {:>7}", "request", "service/s", "bare/s", "ratio");
    let base = format!("http://{}{BASE}", service.http());
    for (number, (resource, _)) in rows().iter().enumerate() {
        let ours = format!("{base}/{resource}/1");
        compare(
            &format!("GET {resource}/1"),
            &ours,
            &format!("http://{bare_at}/{number}"),
            32,
            None,
        );
        std::fs::remove_file(bytes_file(port, resource)).unwrap();
    }
    let script = std::env::temp_dir().join(format!("post-{port}.lua"));
    std::fs::write(&script, format!("wrk.method = 'POST'\nwrk.body = '{}'\n", customer())).unwrap();
    let ours = format!("{base}/CustomerAddress");
    let bare = format!("http://{bare_at}/");
    compare("durable POST, 64 clients", &ours, &bare, 64, Some(script.to_str().unwrap()));
    std::fs::remove_file(script).unwrap();
}

/// Keeps every thread of a process on the server's core.
fn pin(pid: u32) {
    let status =
        Command::new("taskset").args(["-a", "-c", "-p", SERVER_CORE, &pid.to_string()]).output();
    assert!(status.unwrap().status.success(), "taskset");
}

fn compare(name: &str, ours: &str, bare: &str, clients: u32, script: Option<&str>) {
    let (mut ours_rates, mut bare_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours_rates.push(load(ours, clients, script));
        bare_rates.push(load(bare, clients, script));
    }
    let (ours, bare) = (median(ours_rates), median(bare_rates));
    println!("{name:<32} {ours:>11.0} {bare:>11.0} {:>7.2}", ours / bare);
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Requests a second, as wrk counts them; a refused request ends the measurement.
fn load(url: &str, clients: u32, script: Option<&str>) -> f64 {
    let mut command = Command::new("taskset");
    command.args(["-c", LOAD_CORE, "wrk", "-t", "1", "-c", &clients.to_string(), "-d", ROUND]);
    if let Some(script) = script {
        command.args(["-s", script]);
    }
    let output = command.arg(url).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{url}:\n{text}");
    let rate = text.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
    rate.unwrap_or_else(|| panic!("{url}:\n{text}")).trim().parse().unwrap()
}
