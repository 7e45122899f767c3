//! The service under test: the real program on free ports and a data folder of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::disk::SmallDisk;
use super::events::Feed;
use super::http::{self, Answer};
use super::place::{Folder, free_port};
use super::process::Process;
use super::wait::wait_until;

/// Where every resource is.
pub const BASE: &str = "/CTI_SmartConnectService/RestService";
/// How long a start may take on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A running service.
pub struct Service {
    process: Process,
    /// Removed with the service; `None` = somebody else's.
    _own_folder: Option<Folder>,
    folder: PathBuf,
    http: SocketAddr,
    sip: SocketAddr,
    flags: Vec<String>,
    /// Environment variables of its own, such as the one authority that its machine trusts.
    variables: Vec<(String, String)>,
}

impl Service {
    /// Starts it with an empty data folder; who talks to it from here has full rights until a user exists.
    #[track_caller]
    pub fn start() -> Self {
        Self::start_with(&[], "")
    }

    /// Starts it with further flags and this settings file.
    #[track_caller]
    pub fn start_with(flags: &[&str], settings: &str) -> Self {
        let own = Folder::new();
        std::fs::write(own.path().join("smartconnect.toml"), settings).unwrap();
        let folder = own.path().to_owned();
        Self::launched(Some(own), folder, flags, &[])
    }

    /// Starts it on the data of `demo`.
    #[track_caller]
    #[allow(dead_code)] // the benches fill by the million
    pub fn start_with_demo(customers: u32, calls: u32) -> Self {
        let mut service = Self::start();
        service.stop();
        std::fs::remove_dir_all(service.data_dir()).unwrap();
        let (customers, calls) = (customers.to_string(), calls.to_string());
        let mut demo = Command::new(env!("CARGO_BIN_EXE_smartconnect"));
        demo.args(["demo", "--customers", &customers, "--calls", &calls, "--seed", "7"]);
        let made = demo.arg("--data-dir").arg(service.data_dir()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        service.restart();
        service
    }

    /// Starts it with these environment variables.
    #[track_caller]
    #[allow(dead_code)] // the benches have no use for it
    pub fn start_among(variables: &[(&str, &str)]) -> Self {
        let own = Folder::new();
        let folder = own.path().to_owned();
        Self::launched(Some(own), folder, &[], variables)
    }

    /// Starts it on a machine that trusts this authority and no other.
    #[track_caller]
    pub fn start_trusting(authority: &Path) -> Self {
        Self::start_among(&[("SSL_CERT_FILE", authority.to_str().unwrap())])
    }

    /// Starts it in a folder whose disk may be full; the folder outlives it.
    #[track_caller]
    pub fn start_on(disk: &SmallDisk) -> Self {
        Self::launched(None, disk.folder().to_owned(), &[], &[])
    }

    #[track_caller]
    fn launched(
        own_folder: Option<Folder>,
        folder: PathBuf,
        flags: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let http = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let sip = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let variables: Vec<(String, String)> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let process = launch(&folder, http, sip, &flags, &variables);
        let mut service =
            Self { process, _own_folder: own_folder, folder, http, sip, flags, variables };
        service.wait_ready();
        service
    }

    /// Starts it again on the same ports and data.
    #[track_caller]
    pub fn restart(&mut self) {
        self.process = launch(&self.folder, self.http, self.sip, &self.flags, &self.variables);
        self.wait_ready();
    }

    /// Starts it again on the same data, with its pages at another address.
    #[track_caller]
    #[allow(dead_code)] // the benches have no use for it
    pub fn restart_at(&mut self, http: SocketAddr) {
        self.http = http;
        self.restart();
    }

    #[track_caller]
    fn wait_ready(&mut self) {
        wait_until("the service to answer", START_LIMIT, || {
            assert!(self.process.is_running(), "it ended:\n{}", self.process.output());
            let answer = http::request(self.http, "GET", "/healthz", &[], b"");
            answer.is_ok_and(|answer| answer.status == 200)
        });
    }

    /// SIGTERM; asserts that it ends with code 0.
    #[track_caller]
    pub fn stop(&mut self) {
        let status = self.process.terminate();
        assert_eq!(status.code(), Some(0), "{}", self.process.output());
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Its process id.
    #[allow(dead_code)] // the benches ask for it
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Its HTTP address.
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Its SIP address; bound once a connection is enabled.
    pub fn sip(&self) -> SocketAddr {
        self.sip
    }

    /// What it logged.
    pub fn log(&self) -> String {
        self.process.output()
    }

    /// Its data folder.
    pub fn data_dir(&self) -> PathBuf {
        data_dir(&self.folder)
    }

    /// One request below the base.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let path = format!("{BASE}/{path}");
        match http::request(self.http, method, &path, headers, body.as_bytes()) {
            Ok(answer) => answer,
            Err(fault) => panic!("{method} {path}: {fault}\n{}", self.process.output()),
        }
    }

    /// GET, as JSON.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, &[], "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// The one row of `GET /R/(key)`.
    #[track_caller]
    pub fn row(&self, resource: &str, key: &str) -> Value {
        let rows = self.get(&format!("{resource}/{key}"));
        rows.get(0).unwrap_or_else(|| panic!("there is no {resource}/{key}")).clone()
    }

    /// POST that must go well; answers the new key.
    #[track_caller]
    pub fn post(&self, resource: &str, row: &Value) -> String {
        let answer = self.send("POST", resource, &[], &row.to_string()).ok();
        let location = answer.header("location").expect("a POST answers Location").to_owned();
        location.rsplit('/').next().unwrap().to_owned()
    }

    /// PUT that must go well.
    #[track_caller]
    pub fn put(&self, resource: &str, key: &str, row: &Value) {
        self.send("PUT", &format!("{resource}/{key}"), &[], &row.to_string()).ok();
    }

    /// DELETE that must go well.
    #[track_caller]
    pub fn delete(&self, resource: &str, key: &str) {
        self.send("DELETE", &format!("{resource}/{key}"), &[], "").ok();
    }

    /// Opens the event feed.
    #[track_caller]
    pub fn feed(&self, since: Option<&str>) -> Feed {
        Feed::open(self.http, "test", since)
    }
}

fn data_dir(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn launch(
    folder: &Path,
    http: SocketAddr,
    sip: SocketAddr,
    flags: &[String],
    variables: &[(String, String)],
) -> Process {
    // A limit on the size of files must fail writes (EFBIG), not end the process.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(env!("CARGO_BIN_EXE_smartconnect"))
        .current_dir(folder)
        .env_remove("RUST_LOG")
        .args(["--listen", &http.to_string(), "--sip-listen", &sip.to_string()])
        .arg("--data-dir")
        .arg(data_dir(folder))
        .args(flags);
    for (flag, value) in [("--workers", "2"), ("--log", "info,smartconnect=debug")] {
        if !flags.iter().any(|own| own == flag) {
            command.args([flag, value]);
        }
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    Process::start(&mut command)
}
