//! Real SIP programs as peers: kamailio (registrar and proxy), sipp and baresip (callers).

use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::certificate::Certificate;
use super::place::{Folder, free_port};
use super::process::Process;
use super::wait::{SOON, wait_until};

/// How long a run of a caller may take.
const CALL_LIMIT: Duration = Duration::from_secs(40);

/// A file of tests/it/peers.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/peers").join(name)
}

/// A kamailio on loopback. Every user `NAME` has the password `secret-NAME`.
pub struct Kamailio {
    process: Process,
    folder: Folder,
    port: u16,
    algorithm: String,
}

impl Kamailio {
    /// Starts one whose digest challenge asks for `algorithm` (MD5, SHA-256).
    #[track_caller]
    pub fn start(algorithm: &str) -> Self {
        Self::start_as(algorithm, &[])
    }

    /// Starts one that listens for TLS too, with a certificate for these names and addresses.
    #[track_caller]
    pub fn start_with_tls(names: &[&str]) -> Self {
        Self::start_as("MD5", names)
    }

    #[track_caller]
    fn start_as(algorithm: &str, names: &[&str]) -> Self {
        let (folder, port) = (Folder::new(), free_port());
        if !names.is_empty() {
            write_tls(folder.path(), names);
        }
        let process = launch(&folder, port, algorithm);
        let mut kamailio = Self { process, folder, port, algorithm: algorithm.to_owned() };
        kamailio.wait_ready();
        kamailio
    }

    /// Where it listens for TLS.
    pub fn tls_port(&self) -> u16 {
        self.port + 1
    }

    /// Who signed its certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Starts it again on the same port, with nobody registered.
    #[track_caller]
    pub fn restart(&mut self) {
        self.process = launch(&self.folder, self.port, &self.algorithm);
        self.wait_ready();
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.process.terminate();
    }

    #[track_caller]
    fn wait_ready(&mut self) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let local = socket.local_addr().unwrap();
        let ping = format!(
            "OPTIONS sip:ping@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bKping\r\n\
             From: <sip:ping@it.example>;tag=p\r\nTo: <sip:ping@it.example>\r\nCall-ID: ping\r\n\
             CSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n"
        );
        wait_until("kamailio to answer", SOON, || {
            assert!(self.process.is_running(), "kamailio ended:\n{}", self.process.output());
            let _ = socket.send_to(ping.as_bytes(), self.address());
            socket.recv_from(&mut [0; 2048]).is_ok()
        });
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Whether somebody is registered under this name: kamailio answers 404 for everybody else.
    pub fn knows(&self, user: &str) -> bool {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        let local = socket.local_addr().unwrap();
        let id = local.port();
        let ask = format!(
            "OPTIONS sip:{user}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bKk{id}\r\n\
             From: <sip:ask@it.example>;tag=k\r\nTo: <sip:{user}@it.example>\r\nCall-ID: k{id}\r\n\
             CSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n"
        );
        socket.send_to(ask.as_bytes(), self.address()).unwrap();
        let mut buffer = [0; 2048];
        let read = socket.recv_from(&mut buffer).map_or(0, |(read, _)| read);
        buffer[..read].starts_with(b"SIP/2.0 200")
    }
}

/// A certificate and what kamailio's TLS module reads.
fn write_tls(folder: &Path, names: &[&str]) {
    let Certificate { certificate, key, .. } = Certificate::write(folder, names);
    let settings = format!(
        "[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\n\
         require_certificate = no\nprivate_key = {}\ncertificate = {}\n",
        key.display(),
        certificate.display()
    );
    std::fs::write(folder.join("tls.cfg"), settings).unwrap();
}

fn launch(folder: &Folder, port: u16, algorithm: &str) -> Process {
    let run = folder.path().to_str().unwrap();
    let config = std::fs::read_to_string(file("kamailio.cfg")).unwrap();
    let config = config
        .replace("@RUN@", run)
        .replace("@PORT@", &port.to_string())
        .replace("@TLS_PORT@", &(port + 1).to_string())
        .replace("@ALGORITHM@", algorithm)
        .replace("@MODULES@", &modules());
    let path = folder.path().join("kamailio.cfg");
    std::fs::write(&path, config).unwrap();
    let program = ["/usr/sbin/kamailio", "/usr/local/sbin/kamailio"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or("kamailio");
    let mut command = Command::new(program);
    command.arg("-f").arg(&path).args(["-m", "64", "-M", "8", "-DD", "-E"]);
    if folder.path().join("tls.cfg").exists() {
        command.args(["-A", "WITH_TLS"]);
    }
    command.arg("-P").arg(folder.path().join("kamailio.pid")).arg("-Y").arg(run);
    Process::start(&mut command)
}

/// Where the distribution keeps kamailio's modules.
fn modules() -> String {
    let entries = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut folders = entries.map(|entry| entry.path().join("kamailio/modules"));
    let found = folders.find(|path| path.is_dir());
    found.map_or("/usr/lib/kamailio/modules".into(), |path| path.to_str().unwrap().to_owned())
}

/// One run of sipp.
pub struct Sipp<'a> {
    /// Scenario in tests/it/peers.
    pub scenario: &'a str,
    /// Where to call.
    pub to: SocketAddr,
    /// User part of the Request-URI.
    pub user: &'a str,
    /// The caller's number.
    pub caller: &'a str,
    /// The called number.
    pub called: &'a str,
    /// How many calls.
    pub calls: u32,
    /// Calls a second.
    pub rate: u32,
    /// How long each rings, in milliseconds.
    pub ring_ms: u32,
}

impl Sipp<'_> {
    /// Starts the run.
    #[track_caller]
    pub fn start(&self) -> Process {
        let mut command = Command::new("sipp");
        command.arg(self.to.to_string()).arg("-sf").arg(file(self.scenario));
        command.args(["-i", "127.0.0.1", "-p", &free_port().to_string(), "-t", "u1", "-nostdin"]);
        command.args([
            "-s",
            self.user,
            "-key",
            "caller",
            self.caller,
            "-key",
            "called",
            self.called,
        ]);
        command.args(["-m", &self.calls.to_string(), "-r", &self.rate.to_string()]);
        command.args(["-d", &self.ring_ms.to_string(), "-timeout", "30s", "-timeout_error"]);
        // a message that a full buffer dropped ends one call, not the run
        command.args(["-recv_timeout", "15000", "-buff_size", "8388608"]);
        command.current_dir(std::env::temp_dir());
        Process::start(&mut command)
    }

    /// Runs it to its end; asserts that every call went as the scenario says.
    #[track_caller]
    pub fn run(&self) {
        let mut process = self.start();
        let status = process.wait(CALL_LIMIT);
        assert_eq!(status.code(), Some(0), "sipp:\n{}", process.output());
    }
}

/// Lets baresip call `target` (a SIP URI) as `user` of that kamailio for some seconds.
pub fn baresip(kamailio: &Kamailio, user: &str, target: &str, seconds: u32) -> (Process, Folder) {
    let folder = Folder::new();
    let registrar = kamailio.address();
    let config = std::fs::read_to_string(file("baresip.config")).unwrap();
    let config = config.replace("@PORT@", &free_port().to_string());
    let account = format!(
        "<sip:{user}@{registrar}>;auth_user={user};auth_pass=secret-{user};regint=60;\
         outbound=\"sip:{registrar}\"\n"
    );
    for (name, text) in [("config", config), ("accounts", account)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for name in ["contacts", "uuid"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let mut command = Command::new("baresip");
    command.arg("-f").arg(folder.path()).current_dir(folder.path());
    command.args(["-e", &format!("/dial {target}"), "-t", &seconds.to_string()]);
    (Process::start(&mut command), folder)
}
