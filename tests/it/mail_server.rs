//! Real mail servers as peers: aiosmtpd (passwords), and the one of Node that asks for tokens.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::harness::place::{Folder, free_port};
use crate::harness::process::Process;
use crate::harness::{Certificate, wait_for, wait_until};
use crate::installed::{node_modules, python};

/// How long an interpreter may take to start on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A running mail server with a certificate of its own.
pub struct MailServer {
    process: Process,
    folder: Folder,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
}

impl MailServer {
    /// aiosmtpd: `starttls`, `tls` or `plain`.
    #[track_caller]
    pub fn start(mode: &str) -> Self {
        let mut command = Command::new(python());
        command.arg(peer("mail.py"));
        Self::launch(command, mode)
    }

    /// One that takes this token and no other.
    #[track_caller]
    pub fn with_token(token: &str) -> Self {
        let mut command = Command::new("node");
        command.env("NODE_PATH", node_modules()).arg(peer("node/tokens.js"));
        Self::launch(command, token)
    }

    #[track_caller]
    fn launch(mut command: Command, last: &str) -> Self {
        let (folder, port) = (Folder::new(), free_port());
        let Certificate { certificate, key, .. } =
            Certificate::write(folder.path(), &["127.0.0.1", "localhost"]);
        command.arg(port.to_string()).arg(certificate).arg(key).arg(last);
        let process = Process::start(&mut command);
        let mut server = Self { process, folder, port };
        wait_until("the mail server to listen", START_LIMIT, || {
            assert!(server.process.is_running(), "it ended:\n{}", server.process.output());
            server.said().iter().any(|line| line.get("up").is_some())
        });
        server
    }

    /// Who signed its certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Everything that it has told of.
    pub fn said(&self) -> Vec<Value> {
        let output = self.process.output();
        output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The letters that it took.
    pub fn letters(&self) -> Vec<Value> {
        self.said().into_iter().filter(|line| line.get("text").is_some()).collect()
    }

    /// The letters, once there are this many.
    #[track_caller]
    pub fn wait_for_letters(&self, count: usize, limit: Duration) -> Vec<Value> {
        wait_for("the letters", limit, || {
            Some(self.letters()).filter(|letters| letters.len() >= count)
        })
    }
}

fn peer(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/peers").join(name)
}
