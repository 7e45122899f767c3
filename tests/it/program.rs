//! The program as a command: its words, its exit codes, how it ends.

use std::io::{Read, Write};
use std::process::{Command, Output};

use crate::harness::place::Folder;
use crate::harness::{Service, http};

/// Runs the program in an empty folder with this settings file.
fn run(words: &[&str], settings: &str) -> Output {
    let folder = Folder::new();
    std::fs::write(folder.path().join("smartconnect.toml"), settings).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_smartconnect"));
    command.args(words).current_dir(folder.path()).env_remove("RUST_LOG").output().unwrap()
}

#[track_caller]
fn fails_with(code: i32, words: &[&str], settings: &str, named: &str) {
    let output = run(words, settings);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(named), "it does not name {named}: {said}");
}

#[test]
fn usage_and_settings_faults_end_with_2_and_say_what_to_mend() {
    fails_with(2, &["--listn", "x"], "", "--listen");
    fails_with(2, &["server"], "", "serve");
    fails_with(2, &["--config", "gone.toml"], "", "gone.toml");
    fails_with(2, &[], "log = \"info\"\nlisten_on = 1\n", "line 2");
    fails_with(2, &[], "open_lan = [\"192.168.1.5/24\"]", "192.168.1.0/24");
}

#[test]
fn help_and_version_end_with_0() {
    for word in ["--help", "--version"] {
        let output = run(&[word], "");
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&output.stdout).contains("smartconnect"));
    }
}

#[test]
fn a_taken_port_ends_with_1_and_names_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    fails_with(1, &["--listen", &address], "", &address);
}

#[test]
fn it_says_where_the_console_is_and_stops_when_asked() {
    let mut service = Service::start();
    let address = format!("http://{}", service.http());
    assert!(service.log().contains(&address), "{}", service.log());
    let ready = http::request(service.http(), "GET", "/readyz", &[], b"").unwrap();
    assert_eq!(ready.status, 200, "{}", ready.text());
    let feed = service.feed(None);
    service.stop();
    drop(feed);
    let lines = service.log();
    let stamped = |line: &str| line.starts_with("20") && line.contains('Z');
    assert!(lines.lines().all(stamped), "one line an event, each with its time:\n{lines}");
}

#[test]
fn what_is_no_http_is_refused_and_fills_no_log() {
    let mut service = Service::start();
    for bytes in
        [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"[..], b"hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"]
    {
        let mut stream = std::net::TcpStream::connect(service.http()).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400 "), "{}", String::from_utf8_lossy(&answer));
    }
    service.stop();
    assert!(!service.log().contains("ERROR"), "{}", service.log());
}
