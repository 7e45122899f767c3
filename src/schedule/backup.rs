//! データバックアップ: a copy of the database, checked, compressed, old ones removed.
//!
//! Invariant: a file that bears a backup's name is whole and on disk. Never: holds the writer.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::draft::{self, DraftFile};
use super::place::{BACKUPS, Places, keep_newest, name};
use super::texts::{self, Trouble};
use crate::clock::UnixMs;
use crate::resource::Record;
use crate::store;

/// A plain copy.
const PLAIN: &str = ".db";
/// A compressed one.
const COMPRESSED: &str = ".db.gz";
/// The copy that is being compressed: always the same name, so that none piles up.
const COPY: &str = ".smartconnect-backup.db";

/// A file that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub file: PathBuf,
    /// Its bytes, or how many rows it has.
    pub count: u64,
    /// What 最終結果 says.
    pub result: String,
}

/// Makes a backup as the row says.
pub fn run(row: &Record, places: &Places, now: UnixMs) -> Result<Made, Trouble> {
    let folder = places.folder(row.text("folder"), BACKUPS)?;
    let template = row.text("file_name");
    let stem = name(template, "", now)?;
    sweep_in(&folder, template)?;
    let (file, count) = if row.is("compress") {
        let file = folder.join(stem + COMPRESSED);
        let copy = folder.join(COPY);
        store::backup(&places.data_dir, &copy, true)?;
        let written = compress(&copy, &file, &folder);
        let removed = std::fs::remove_file(&copy);
        let count = written?;
        removed.map_err(|source| Trouble::file(&copy, source))?;
        (file, count)
    } else {
        let file = folder.join(stem + PLAIN);
        let count = store::backup(&places.data_dir, &file, true)?;
        (file, count)
    };
    let keep = usize::try_from(row.int("generations")).unwrap_or(1).max(1);
    let result = match keep_newest(&folder, template, "", &[COMPRESSED, PLAIN], keep) {
        Ok(_) => texts::SUCCEEDED.to_owned(),
        Err(trouble) => {
            log::warn!("old backups stay: {trouble}");
            texts::not_tidied(&trouble)
        }
    };
    Ok(Made { file, count, result })
}

/// Removes what a killed run of this row left.
pub fn sweep(row: &Record, places: &Places) -> Result<(), Trouble> {
    match places.existing(row.text("folder"), BACKUPS) {
        Some(folder) => sweep_in(&folder, row.text("file_name")),
        None => Ok(()),
    }
}

fn sweep_in(folder: &Path, template: &str) -> Result<(), Trouble> {
    draft::remove_left(&folder.join(COPY))?;
    draft::sweep(folder, template, "", &[COMPRESSED, PLAIN])
}

/// Writes `file` from `source`, whole or not at all; answers its bytes.
fn compress(source: &Path, file: &Path, folder: &Path) -> Result<u64, Trouble> {
    let at = |error| Trouble::file(file, error);
    let mut plain = File::open(source).map_err(at)?;
    let draft = DraftFile::begin(file).map_err(at)?;
    let mut packed = GzEncoder::new(BufWriter::new(draft.file()), Compression::default());
    io::copy(&mut plain, &mut packed).map_err(at)?;
    packed.finish().and_then(|mut out| out.flush()).map_err(at)?;
    let count = draft.file().metadata().map_err(at)?.len();
    draft.keep().map_err(at)?;
    sync_folder(folder)?;
    Ok(count)
}

/// Writes a folder's entries to the disk.
pub fn sync_folder(folder: &Path) -> Result<(), Trouble> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| Trouble::file(folder, source))
}
