//! A consistent copy of the database, also while the service writes.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::{beside, database_of, faults, open_reader, parent, remove, sync};
use crate::store::sqlite::folder::{Folder, open_private};
use crate::store::{CopyError, StoreError};

/// Copies the database of a data folder to `file`, which is replaced where it exists.
/// `service_runs` = a service that answers has the folder; it may go on writing.
pub(in crate::store) fn backup(
    data_dir: &Path,
    file: &Path,
    service_runs: bool,
) -> Result<u64, CopyError> {
    let database = database_of(data_dir)?;
    if is_same(&database, file) {
        return Err(CopyError::Itself);
    }
    // Without a service nobody may put another database into the folder meanwhile.
    let _folder = if service_runs { None } else { Some(Folder::take(data_dir)?) };
    let draft = draft_of(file)?;
    let draft_lock = lock(&draft)?;
    let size = copy(&database, &draft, &draft_lock).inspect_err(|_| {
        // A copy that found no room would keep the disk full.
        for path in [beside(&draft, "-journal"), draft.clone()] {
            if let Err(error) = remove(&path) {
                log::warn!("an unfinished copy stays: {error}");
            }
        }
    })?;
    std::fs::rename(&draft, file).map_err(|source| StoreError::file(file, source))?;
    sync(parent(file))?;
    Ok(size)
}

/// Writes the copy, checked and on disk; answers its bytes.
fn copy(database: &Path, draft: &Path, draft_lock: &File) -> Result<u64, CopyError> {
    // What a backup that was killed left there.
    draft_lock.set_len(0).map_err(|source| StoreError::file(draft, source))?;
    let Some(name) = draft.to_str() else { return Err(CopyError::Name) };
    let connection = open_reader(database)?;
    connection.execute("VACUUM INTO ?1", [name]).map_err(StoreError::from)?;
    drop(connection);
    let copy = open_reader(draft)?;
    let faults = faults(&copy, true)?;
    drop(copy);
    if !faults.is_empty() {
        return Err(CopyError::Damaged(faults));
    }
    sync(draft)?;
    Ok(draft_lock.metadata().map_err(|source| StoreError::file(draft, source))?.len())
}

/// The unfinished copy beside `file`: always the same name, so that none piles up.
fn draft_of(file: &Path) -> Result<PathBuf, CopyError> {
    let mut name = OsString::from(".");
    name.push(file.file_name().ok_or(CopyError::Name)?);
    name.push(".part");
    if file.is_dir() {
        return Err(CopyError::Name);
    }
    Ok(parent(file).join(name))
}

/// Two backups to one file would write into each other.
fn lock(draft: &Path) -> Result<File, CopyError> {
    let file = open_private(draft)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(CopyError::Busy),
        Err(TryLockError::Error(source)) => Err(StoreError::file(draft, source).into()),
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
