//! Ctrl-C while a command writes a file.
//!
//! Invariant: what a command had not finished goes with it. Never: touches a finished file.

use std::io;
use std::path::PathBuf;
use std::process;

use tokio::signal::unix::{SignalKind, signal};

/// What shells add to the number of the signal that ended a program.
const SIGNAL_BASE: i32 = 128;

/// From now on SIGINT and SIGTERM remove these files and end the program.
pub(super) fn removes(unfinished: Vec<PathBuf>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let entered = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    drop(entered);
    std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        let number = runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => SignalKind::interrupt(),
                _ = terminate.recv() => SignalKind::terminate(),
            }
        });
        for path in unfinished {
            let _ = std::fs::remove_file(path); // may not be there yet, or be in its place already
        }
        process::exit(SIGNAL_BASE + number.as_raw_value());
    })?;
    Ok(())
}
