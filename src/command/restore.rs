//! `restore FILE`.

use std::path::Path;

use super::{Failure, screen, texts};
use crate::clock::Clock;
use crate::config::Settings;
use crate::store;

pub(super) fn run(file: &Path, settings: &Settings) -> Result<(), Failure> {
    let restored = store::restore(&settings.data_dir, file, Clock::system().now())?;
    screen::say(&texts::restored(file, restored.aside.as_deref()))?;
    let key = store::key_file(&settings.data_dir);
    if let Some(text) = texts::key_after_restore(restored.key, &key) {
        screen::say(&text)?;
    }
    Ok(())
}
