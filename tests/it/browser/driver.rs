//! A browser that a test started: chromedriver, its chromium, a profile that is removed.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};
use tokio::runtime::Runtime;

use crate::harness::Service;
use crate::harness::place::Folder;
use crate::harness::process::Process;
use crate::harness::wait_for;

/// How long a browser may take to start on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long its end may take before it is killed.
const END_LIMIT: Duration = Duration::from_secs(5);
/// What chromium is started with; it must reach nothing but the service.
const FLAGS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--window-size=1440,900",
];
/// What chromedriver says when it is ready.
const READY: &str = "started successfully on port ";

/// Browsers that run now.
static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// A place among the browsers that may run at once.
struct Turn;

impl Turn {
    fn take() -> Self {
        let mut running = RUNNING.lock().unwrap();
        while *running >= super::AT_ONCE {
            running = ENDED.wait(running).unwrap();
        }
        *running += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap() -= 1;
        ENDED.notify_one();
    }
}

/// A running browser on one service.
pub struct Browser {
    pub(super) runtime: Runtime,
    driver: Option<WebDriver>,
    origin: String,
    profile: Folder,
    _chromedriver: Process,
    /// `None` = beside another browser, in whose turn it runs.
    _turn: Option<Turn>,
}

impl Browser {
    /// Opens a browser, 1440 × 900, Japanese, light, on an empty page.
    #[track_caller]
    pub fn open(service: &Service) -> Self {
        Self::open_with(service, &[])
    }

    /// With further flags of chromium.
    #[track_caller]
    pub fn open_with(service: &Service, flags: &[&str]) -> Self {
        Self::open_at(&format!("http://{}", service.http()), flags)
    }

    /// On another address of a service, such as one that needs https or a name.
    #[track_caller]
    pub fn open_at(origin: &str, flags: &[&str]) -> Self {
        Self::started(origin, flags, Some(Turn::take()))
    }

    /// A second browser with cookies and storage of its own.
    #[track_caller]
    pub fn beside(&self, service: &Service) -> Self {
        Self::started(&format!("http://{}", service.http()), &[], None)
    }

    #[track_caller]
    fn started(origin: &str, flags: &[&str], turn: Option<Turn>) -> Self {
        // The client of WebDriver is built with TLS, which it never speaks here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let profile = Folder::new();
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env("LANGUAGE", "ja");
        // What chromium and its sound write goes with the profile.
        command.env("XDG_CONFIG_HOME", profile.path()).env("XDG_RUNTIME_DIR", profile.path());
        let mut chromedriver = Process::start(&mut command);
        let port = wait_for("chromedriver", START_LIMIT, || {
            assert!(chromedriver.is_running(), "it ended: {}", chromedriver.output());
            let said = chromedriver.output();
            let port = said.split(READY).nth(1)?.split('.').next()?.parse::<u16>();
            port.ok()
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = format!("http://127.0.0.1:{port}");
        let capabilities = capabilities(&profile, flags);
        let driver = runtime.block_on(async {
            tokio::time::timeout(START_LIMIT, WebDriver::new(server, capabilities)).await
        });
        let driver = driver.expect("chromium starts in time").expect("chromium starts");
        let browser = Self {
            runtime,
            driver: Some(driver),
            origin: origin.to_owned(),
            profile,
            _chromedriver: chromedriver,
            _turn: turn,
        };
        browser.dark(false);
        browser
    }

    pub(super) fn driver(&self) -> &WebDriver {
        self.driver.as_ref().unwrap()
    }

    /// Where the service is, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Opens a page of the service.
    #[track_caller]
    pub fn goto(&self, path: &str) {
        let address = format!("{}{path}", self.origin);
        self.runtime.block_on(self.driver().goto(address)).unwrap();
    }

    /// Opens something that is no page of the service.
    #[track_caller]
    pub fn goto_elsewhere(&self, address: &str) {
        self.runtime.block_on(self.driver().goto(address)).unwrap();
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        self.runtime.block_on(self.driver().refresh()).unwrap();
    }

    /// Path, query and fragment of where it is.
    #[track_caller]
    pub fn place(&self) -> String {
        let url = self.runtime.block_on(self.driver().current_url()).unwrap();
        url.as_str().trim_start_matches(&self.origin).to_owned()
    }

    /// Title of the page.
    #[track_caller]
    pub fn title(&self) -> String {
        self.runtime.block_on(self.driver().title()).unwrap()
    }

    /// Runs a script's body with `arguments` and answers what it returns.
    #[track_caller]
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let found = self.runtime.block_on(self.driver().execute(script, arguments.to_vec()));
        found.unwrap_or_else(|fault| panic!("{script}: {fault}")).json().clone()
    }

    /// As [`Self::run`]; the script calls its last argument when it is done.
    #[track_caller]
    pub fn run_async(&self, script: &str, arguments: &[Value]) -> Value {
        let found = self.runtime.block_on(self.driver().execute_async(script, arguments.to_vec()));
        found.unwrap_or_else(|fault| panic!("{fault}")).json().clone()
    }

    /// Shows the page as a window of this size would (chromium has no narrow windows).
    #[track_caller]
    pub fn size(&self, width: u32, height: u32) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// The system's colours: dark or light.
    #[track_caller]
    pub fn dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// The language of the pages, `ja` or `en`, from the next load on; a page must be open.
    #[track_caller]
    pub fn language(&self, language: &str) {
        self.run("localStorage.setItem('lang', arguments[0])", &[language.into()]);
    }

    /// Lets every answer of the network take this much longer.
    #[track_caller]
    pub fn latency(&self, latency: Duration) {
        let conditions = json!({
            "offline": false, "latency": latency.as_millis(),
            "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.cdp("Network.enable", json!({}));
        self.cdp("Network.emulateNetworkConditions", conditions);
    }

    /// Loses the answer of the page's next POST to an address that holds `part`: the service has carried
    /// it out, and the page is not told.
    #[track_caller]
    pub fn lose_answer(&self, part: &str) {
        let script = "const [part] = arguments;
            const ask = window.fetch;
            window.fetch = async (...asked) => {
                const answer = await ask(...asked);
                if (asked[1]?.method !== 'POST' || !String(asked[0]).includes(part)) return answer;
                window.fetch = ask;
                throw new TypeError('lost');
            }";
        self.run(script, &[part.into()]);
    }

    /// One command of the DevTools protocol.
    #[track_caller]
    pub fn cdp(&self, command: &'static str, parameters: Value) -> Value {
        let request = DevTools { command, parameters };
        let answer = self.runtime.block_on(self.driver().cmd(request)).unwrap();
        answer.value_json().unwrap()
    }

    /// A picture of the page as it is seen.
    #[track_caller]
    pub fn picture(&self) -> Vec<u8> {
        self.runtime.block_on(self.driver().screenshot_as_png()).unwrap()
    }

    /// Writes a picture beside the build and answers where it is.
    #[track_caller]
    pub fn shot(&self, name: &str) -> String {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, self.picture()).unwrap();
        file.display().to_string()
    }

    /// What went wrong on the pages since the last look: errors, refused requests, broken policies.
    #[track_caller]
    pub fn faults(&self) -> Vec<String> {
        let log = self.runtime.block_on(self.driver().browser_log()).unwrap();
        let bad = log.into_iter().filter(|entry| entry.level == "SEVERE");
        bad.map(|entry| entry.message).collect()
    }
}

fn capabilities(profile: &Folder, flags: &[&str]) -> ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in FLAGS.iter().chain(flags) {
        capabilities.add_arg(flag).unwrap();
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
    capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All).unwrap();
    capabilities
}

/// A command of the DevTools protocol by way of chromedriver.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl FormatRequestData for DevTools {
    fn format_request(&self, session: &thirtyfour::SessionId) -> thirtyfour::RequestData {
        let path = format!("/session/{session}/goog/cdp/execute");
        thirtyfour::RequestData::new(reqwest::Method::POST, path)
            .add_body(json!({ "cmd": self.command, "params": self.parameters }))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let picture = self.runtime.block_on(self.driver().screenshot_as_png());
            let file = self.profile.path().with_extension("png");
            if picture.is_ok_and(|picture| std::fs::write(&file, picture).is_ok()) {
                eprintln!("what the browser showed: {}", file.display());
            }
        }
        if let Some(driver) = self.driver.take() {
            let end = async { tokio::time::timeout(END_LIMIT, driver.quit()).await };
            let _ = self.runtime.block_on(end);
        }
        // chromium stands outside of chromedriver's group: what is left is known by its profile.
        let profile = self.profile.path().display().to_string();
        for id in processes_with(&profile) {
            let _ = Command::new("kill").args(["-KILL", &id]).status();
        }
    }
}

/// Ids of the processes that were started with this text among their arguments.
fn processes_with(text: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let ids = ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    let own = std::process::id().to_string();
    ids.filter(|id| *id != own)
        .filter(|id| {
            let arguments = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&arguments).contains(text)
        })
        .collect()
}
