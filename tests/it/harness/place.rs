//! Where a test works: a folder of its own and free ports.

use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A folder that is removed with the value.
pub struct Folder(PathBuf);

impl Folder {
    /// A new, empty folder below the system's folder for temporary files.
    pub fn new() -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("smartconnect-it-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("kept for a look: {}", self.0.display());
        } else {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

/// First port that tests take. The system gives ports from 32768 on to outgoing connections, so one
/// of those may be gone between the look at it and its use.
const FIRST_PORT: u32 = 20_000;
/// How many ports tests share.
const PORTS: u32 = 12_000;
/// Spreads the processes that run tests at the same time.
const SPREAD: u32 = 97;

/// A port of 127.0.0.1 that is free for UDP and TCP, like the one after it (baresip takes both).
pub fn free_port() -> u16 {
    loop {
        let number = COUNT.fetch_add(2, Ordering::Relaxed);
        let start = std::process::id().wrapping_mul(SPREAD).wrapping_add(number) % PORTS;
        let port = u16::try_from(FIRST_PORT + start).unwrap();
        let free = |port| {
            TcpListener::bind(("127.0.0.1", port)).is_ok()
                && UdpSocket::bind(("127.0.0.1", port)).is_ok()
        };
        if free(port) && free(port + 1) {
            return port;
        }
    }
}
