//! The commands beside `serve`, as the real program, with and without a running service.

mod copies;
mod demo;
mod doctor;
mod files;
mod kills;
mod manual;
mod no_room;
mod people;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::harness::place::Folder;

/// How a command ended.
pub struct Ran(Output);

impl Ran {
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub fn said(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        self.ends_with(0)
    }

    #[track_caller]
    pub fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(code), "{}{}", self.out(), self.said());
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        let said = format!("{}{}", self.out(), self.said());
        assert!(said.contains(words), "it does not say {words}: {said}");
        self
    }
}

/// The program with these words on this data folder, ready to be started.
fn command(data_dir: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smartconnect"));
    let folder = data_dir.parent().unwrap();
    command.args(words).current_dir(folder).env_remove("RUST_LOG");
    command.env("SMARTCONNECT_DATA_DIR", data_dir);
    command
}

/// Runs it with this standard input.
pub fn run(data_dir: &Path, words: &[&str], input: &str) -> Ran {
    let mut command = command(data_dir, words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // a command that reads nothing may have ended by now
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    Ran(child.wait_with_output().unwrap())
}

/// A folder with a place for data that does not exist yet.
fn nowhere() -> (Folder, std::path::PathBuf) {
    let folder = Folder::new();
    let data_dir = folder.path().join("data");
    (folder, data_dir)
}
