//! `check`.

use super::{Failure, screen, texts};
use crate::config::Settings;
use crate::store::{self, KeyState};

/// Fails also where the service would refuse to start for its key.
pub(super) fn run(settings: &Settings) -> Result<(), Failure> {
    let found = store::inspect(&settings.data_dir, true)?;
    screen::say(&texts::inspection(&found))?;
    match found.key {
        KeyState::Fits | KeyState::NotNeeded => Ok(()),
        KeyState::Missing | KeyState::Other => Err(Failure::Refused(texts::key_does_not_fit())),
    }
}
