//! `backup FILE`.

use std::path::Path;

use super::{Failure, screen, texts};
use crate::config::Settings;
use crate::{control, store};

pub(super) fn run(file: &Path, settings: &Settings) -> Result<(), Failure> {
    let service_runs = control::is_heard(&settings.data_dir);
    let bytes = store::backup(&settings.data_dir, file, service_runs)?;
    let key = store::key_file(&settings.data_dir);
    Ok(screen::say(&texts::backed_up(file, bytes, &key))?)
}
