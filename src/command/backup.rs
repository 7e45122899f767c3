//! `backup FILE`.

use std::path::Path;

use super::{Failure, interrupt, screen, texts};
use crate::config::Settings;
use crate::{control, schedule, store};

pub(super) fn run(file: &Path, settings: &Settings) -> Result<(), Failure> {
    let service_runs = control::is_heard(&settings.data_dir);
    if let Ok(draft) = schedule::draft_of(file) {
        interrupt::removes(vec![schedule::journal_of(&draft), draft])?;
    }
    let bytes = store::backup(&settings.data_dir, file, service_runs)?;
    let key = store::key_file(&settings.data_dir);
    Ok(screen::say(&texts::backed_up(file, bytes, &key))?)
}
