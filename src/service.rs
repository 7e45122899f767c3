//! Builds all, spawns, waits, stops in order.
//!
//! Invariant: whatever was started is stopped in reverse order. Never: holds logic of its own.

use crate::config::Settings;

/// Runs until SIGTERM or SIGINT.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    anyhow::bail!("nothing is wired yet for {}", settings.data_dir.display())
}
