//! The database as a whole: copied, put back, looked over, filled. For commands, not for requests.
//!
//! Invariant: a file that others may rely on is replaced by a rename of a finished, synced one.
//! Never: changes the database while a service has it.

mod backup;
mod export;
mod fill;
mod header;
mod inspect;
mod restore;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

pub(in crate::store) use backup::backup;
pub use export::Export;
pub use fill::Filling;
pub(in crate::store) use fill::fill;
pub(in crate::store) use inspect::{inspect, rows};
pub(in crate::store) use restore::restore;

use super::folder::{self, Folder};
use crate::store::{CopyError, StoreError};

/// Most faults that a check of the file names.
const FAULTS_MAX: usize = 20;

/// The file of a data folder's database, where there is one.
fn database_of(data_dir: &Path) -> Result<PathBuf, CopyError> {
    let path = folder::database_in(data_dir);
    let is_there = std::fs::metadata(&path).is_ok_and(|file| file.len() > 0);
    if is_there { Ok(path) } else { Err(CopyError::NothingThere(data_dir.to_owned())) }
}

/// A connection that cannot write; another process may be writing meanwhile.
fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(super::database::LOCK_WAIT)?;
    Ok(connection)
}

/// What SQLite finds wrong with the file; empty = nothing. `quick` leaves out whether indexes
/// agree with their tables.
fn faults(connection: &Connection, quick: bool) -> Result<Vec<String>, StoreError> {
    let kind = if quick { "quick_check" } else { "integrity_check" };
    let read = || -> rusqlite::Result<Vec<String>> {
        let mut statement = connection.prepare(&format!("PRAGMA {kind}({FAULTS_MAX})"))?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        lines.collect()
    };
    match read() {
        Ok(lines) => Ok(lines.into_iter().filter(|line| line != "ok").collect()),
        Err(error) => match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Ok(vec![error.to_string()])
            }
            _ => Err(error.into()),
        },
    }
}

/// Writes everything of a file, or of a folder's entries, to the disk.
fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|source| StoreError::file(path, source))
}

/// The folder that holds a file.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// `path` with something behind its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Removes a file that may not exist.
fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::file(path, source))
        }
        _ => Ok(()),
    }
}

/// Puts a finished database in the place of the folder's. The old one stays under the name
/// `aside`; without one, nothing in it is missed. Answers whether there was an old one.
fn install(folder: &Folder, finished: &Path, aside: Option<&Path>) -> Result<bool, CopyError> {
    let database = folder.database();
    let (log, index) = (beside(&database, "-wal"), beside(&database, "-shm"));
    sync(finished)?;
    let old = std::fs::metadata(&database).is_ok_and(|old| old.len() > 0);
    if old {
        // Moves everything of the write-ahead log into the database, which a damaged one refuses.
        let emptied = Connection::open(&database).and_then(|connection| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        });
        if let Err(error) = emptied {
            log::warn!("the old database is put aside with its write-ahead log: {error}");
        }
    }
    if let Some(aside) = aside {
        keep(&database, &log, aside, old)?;
    }
    // SQLite would play a log of the old database into the new one.
    remove(&log)?;
    remove(&index)?;
    sync(parent(&database))?;
    std::fs::rename(finished, &database).map_err(|source| StoreError::file(&database, source))?;
    sync(parent(&database))?;
    Ok(old)
}

/// Keeps the old database under the name `aside`, with what its log still holds.
fn keep(database: &Path, log: &Path, aside: &Path, old: bool) -> Result<(), StoreError> {
    if old && std::fs::hard_link(database, aside).is_err() {
        std::fs::copy(database, aside).map_err(|source| StoreError::file(aside, source))?;
        sync(aside)?;
    }
    if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        let aside = beside(aside, "-wal");
        std::fs::rename(log, &aside).map_err(|source| StoreError::file(&aside, source))?;
    }
    Ok(())
}
