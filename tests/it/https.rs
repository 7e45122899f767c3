//! HTTPS, seen by curl: own authority, files of an operator (cli.md).

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::json;

use crate::harness::place::{Folder, free_port};
use crate::harness::process::Process;
use crate::harness::{BASE, Caller, Certificate, Invite, Receiver, SOON, wait_for, wait_until};
use crate::office::{CUSTOMER, LINE};

/// A service behind https.
pub struct Secure {
    process: Process,
    folder: Folder,
    port: u16,
    sip_port: u16,
    flags: Vec<String>,
}

impl Secure {
    /// Starts it with these flags.
    #[track_caller]
    pub fn start(flags: &[&str]) -> Self {
        let (folder, port, sip_port) = (Folder::new(), free_port(), free_port());
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let process = launch(&folder, port, sip_port, &flags);
        let mut service = Self { process, folder, port, sip_port, flags };
        service.wait_ready();
        service
    }

    #[track_caller]
    fn restart(&mut self) {
        self.process.terminate();
        self.process = launch(&self.folder, self.port, self.sip_port, &self.flags);
        self.wait_ready();
    }

    #[track_caller]
    fn wait_ready(&mut self) {
        wait_until("https to answer", SOON * 2, || {
            assert!(self.process.is_running(), "it ended:\n{}", self.process.output());
            self.curl("/healthz", &["-k"]).status.success()
        });
    }

    /// Where its pages are.
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    fn curl(&self, path: &str, arguments: &[&str]) -> Output {
        let url = format!("https://localhost:{}{path}", self.port);
        curl(&url, arguments)
    }

    fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join("data").join(name)
    }

    /// POST by whoever sits at this machine.
    #[track_caller]
    fn post(&self, path: &str, body: &serde_json::Value) -> String {
        let done = self.curl(path, &["-k", "-i", "--data", &body.to_string()]);
        let text = String::from_utf8(done.stdout).unwrap();
        assert!(text.contains(r#""result":"True""#), "{path}: {text}");
        text
    }
}

fn launch(folder: &Folder, port: u16, sip_port: u16, flags: &[String]) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smartconnect"));
    command.current_dir(folder.path()).env_remove("RUST_LOG").arg("--data-dir");
    command.arg(folder.path().join("data")).args(["--workers", "1", "--log", "info"]);
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--sip-listen", &format!("127.0.0.1:{sip_port}")]).args(flags);
    Process::start(&mut command)
}

fn curl(url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new("curl");
    command.args(["-sS", "--noproxy", "*", "--max-time", "20", url]).args(arguments);
    command.env_remove("SSL_CERT_FILE").output().unwrap()
}

fn trusting(authority: &Path) -> [String; 2] {
    ["--cacert".to_owned(), authority.to_str().unwrap().to_owned()]
}

#[test]
fn our_own_authority_is_downloaded_trusted_once_and_outlives_a_restart() {
    let mut service = Secure::start(&["--tls-self-signed"]);
    assert!(!service.curl("/healthz", &[]).status.success(), "nobody trusts it yet");
    let authority = service.curl("/ca.crt", &["-k"]).stdout;
    assert_eq!(authority, std::fs::read(service.data("tls/ca.pem")).unwrap());
    let kept = service.folder.path().join("downloaded.crt");
    std::fs::write(&kept, authority).unwrap();
    let trust = trusting(&kept);
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("https://{host}:{}/healthz", service.port);
        let done = curl(&url, &[&trust[0], &trust[1], "-w", "%{http_version}"]);
        let text = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{host}: {}", String::from_utf8_lossy(&done.stderr));
        assert!(text.contains("正常終了") && text.ends_with('2'), "HTTP/2 is agreed upon: {text}");
    }
    let plain = curl(&format!("http://localhost:{}/healthz", service.port), &[]);
    assert!(
        !String::from_utf8_lossy(&plain.stdout).contains("正常終了"),
        "no plain HTTP beside it"
    );
    for entry in std::fs::read_dir(service.data("tls")).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
    service.restart();
    assert!(service.curl("/healthz", &[&trust[0], &trust[1]]).status.success());
    let log = service.process.output();
    assert!(log.contains(&format!("https://127.0.0.1:{}/", service.port)), "{log}");
}

#[test]
fn cookies_are_secure_links_say_https_and_feeds_run() {
    let service = Secure::start(&["--tls-self-signed"]);
    let hook = Receiver::start([]);
    let link = hook.url("/in?link={{記録URL}}");
    let row = json!({"名称": "link", "URL": link});
    service.post(&format!("{BASE}/IncomingCall-URL"), &row);
    let gateway = json!({"接続名": "gw", "SIPサーバーアドレス": "127.0.0.1", "登録しない": "True"});
    service.post(&format!("{BASE}/SIP-ServerConnection"), &gateway);
    let caller = Caller::new(([127, 0, 0, 1], service.sip_port).into());
    caller.ring(&Invite::new(CUSTOMER, LINE));
    let told = wait_for("the notice", SOON, || hook.requests().into_iter().next());
    assert!(told.path.starts_with("/in?link=https%3A%2F%2F"), "{}", told.path);
    let feed = service.curl("/CTI_SmartConnectService/Events", &["-k", "-N", "--max-time", "5"]);
    assert!(String::from_utf8_lossy(&feed.stdout).starts_with("retry:"), "{feed:?}");
    let mut user = credentials();
    user["権限"] = "管理者".into();
    user["ユーザー名"] = "管理 一郎".into();
    service.post(&format!("{BASE}/UserManagement"), &user);
    let answer = service.post("/CTI_SmartConnectService/Login", &credentials());
    let cookie = answer.lines().find(|line| line.to_lowercase().starts_with("set-cookie:"));
    assert!(cookie.unwrap().contains("; Secure"), "{cookie:?}");
    assert!(!answer.to_lowercase().contains("strict-transport-security"), "{answer}");
}

fn credentials() -> serde_json::Value {
    json!({"ユーザーID": "admin", "パスワード": "correct horse battery"})
}

#[test]
fn a_certificate_of_the_operator_is_shown_and_a_broken_one_is_named() {
    let folder = Folder::new();
    let made = Certificate::write(folder.path(), &["localhost"]);
    let (certificate, key) = (made.certificate.to_str().unwrap(), made.key.to_str().unwrap());
    let service = Secure::start(&["--tls-cert", certificate, "--tls-key", key]);
    let trust = trusting(&made.authority);
    assert!(service.curl("/healthz", &[&trust[0], &trust[1]]).status.success());
    let download = service.curl("/ca.crt", &["-k", "-o", "/dev/null", "-w", "%{http_code}"]);
    assert_eq!(download.stdout, b"404", "it is not ours to give away");
    std::fs::write(&made.key, "no key").unwrap();
    let flags = ["--tls-cert", certificate, "--tls-key", key].map(str::to_owned);
    let elsewhere = Folder::new();
    let mut broken = launch(&elsewhere, free_port(), free_port(), &flags);
    assert_eq!(broken.wait(SOON).code(), Some(1));
    assert!(broken.output().contains("key.pem"), "{}", broken.output());
}
