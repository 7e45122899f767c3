//! An HTTP server of this process on a store of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use serde_json::Value;
use smartconnect::clock::Clock;
use smartconnect::config::Settings;
use smartconnect::http::{Deps, LineFound, bind, build};
use smartconnect::notify::Services;
use smartconnect::push::Hub;
use smartconnect::schedule::{self, Scheduler};
use smartconnect::store::Store;

use crate::harness::BASE;
use crate::harness::http::{self, Answer};
use crate::harness::place::Folder;

/// A running server; it stops with the value.
pub struct Api {
    /// Where it listens.
    pub to: SocketAddr,
    /// Its store.
    pub store: Store,
    /// Its clients.
    pub hub: Hub,
    /// Its data folder.
    pub folder: Folder,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Api {
    /// Starts with an empty database.
    pub fn start() -> Self {
        Self::start_with(|_| ())
    }

    /// Starts with changed settings.
    pub fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_at(Clock::system(), change)
    }

    /// Starts at a clock of the test's own.
    pub fn start_at(clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = Folder::new();
        let mut settings = Settings::with_defaults(folder.path());
        settings.workers = 1;
        change(&mut settings);
        let (sender, started) = sync_channel(1);
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let store = Store::open(&settings.data_dir, clock.clone(), 4).unwrap();
                let hub = Hub::new(clock.clone());
                let listeners = bind(&["127.0.0.1:0".parse().unwrap()]).unwrap();
                let to = listeners[0].local_addr().unwrap();
                let work = schedule::Settings {
                    data_dir: settings.data_dir.clone(),
                    files_allow: settings.files_allow.clone(),
                    retention: settings.retention,
                };
                let scheduler = Scheduler::new(store.clone(), clock.clone(), work);
                let services = Services::new(Vec::new(), clock.clone()).unwrap();
                let deps = Deps {
                    scheduler,
                    store: store.clone(),
                    hub: hub.clone(),
                    settings: Arc::new(settings),
                    clock,
                    ask_line: Arc::new(|_| {
                        Box::pin(async { LineFound::Unknown("no telephone side".to_owned()) })
                    }),
                    services,
                    listener_fault: Arc::new(|| None),
                    calls_waiting: Arc::new(|| 0),
                    figures: Arc::new(Default::default),
                    tls: None,
                };
                let server = build(deps, listeners).unwrap();
                let mut pushed = store.pushed();
                let sink = hub.clone();
                let forward = tokio::spawn(async move {
                    while let Some(committed) = pushed.recv().await {
                        committed.into_iter().for_each(|event| sink.send(event));
                    }
                });
                sender.send((to, store.clone(), hub, server.handle())).unwrap();
                server.await.unwrap();
                forward.abort();
                store.close().await;
            });
        });
        let (to, store, hub, handle) = started.recv().unwrap();
        Self { to, store, hub, folder, handle, thread: Some(thread) }
    }

    /// One request below the base.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.raw(method, &format!("{BASE}/{path}"), headers, body.as_bytes())
    }

    /// One request anywhere.
    #[track_caller]
    pub fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        http::request(self.to, method, path, headers, body)
            .unwrap_or_else(|fault| panic!("{method} {path}: {fault}"))
    }

    /// GET that must go well, as JSON.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, &[], "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// POST that must go well; answers the new key.
    #[track_caller]
    pub fn post(&self, resource: &str, row: &Value) -> String {
        let answer = self.send("POST", resource, &[], &row.to_string()).ok();
        let location = answer.header("location").expect("a POST answers Location");
        location.rsplit('/').next().unwrap().to_owned()
    }

    /// A request that must be refused with this status; answers its text.
    #[track_caller]
    pub fn refused(&self, status: u16, method: &str, path: &str, body: &str) -> String {
        refusal(self.send(method, path, &[], body), status)
    }
}

/// Asserts the shape and status of a refusal; answers its text.
#[track_caller]
pub fn refusal(answer: Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    let json = answer.json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["result", "msg"]);
    assert_eq!(json["result"], "False");
    let text = json["msg"].as_str().unwrap().to_owned();
    assert!(!text.is_empty());
    text
}

impl Drop for Api {
    fn drop(&mut self) {
        self.hub.close();
        // The order is sent at once; the returned future only waits for the end.
        drop(self.handle.stop(true));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
