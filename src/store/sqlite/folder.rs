//! The data folder: made, locked, and its key file fitted to the database.
//!
//! Invariant: one process at a time has the folder. Never: makes a new key for a database that
//! already has secrets.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use crate::store::StoreError;
use crate::store::seal::Seal;

const DATABASE: &str = "smartconnect.db";
const LOCK: &str = "smartconnect.lock";
const KEY: &str = "secret.key";

/// The data folder, ours until this is dropped.
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder where it is missing (0700) and takes its lock.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|source| StoreError::file(path, source))?;
        let lock_path = path.join(LOCK);
        let lock = open_private(&lock_path)?;
        lock.try_lock().map_err(|error| {
            let source = match error {
                TryLockError::WouldBlock => io::Error::new(
                    io::ErrorKind::ResourceBusy,
                    "another smartconnect uses this data folder; stop it or choose another folder",
                ),
                TryLockError::Error(source) => source,
            };
            StoreError::file(&lock_path, source)
        })?;
        // SQLite gives its side files the permissions of the database.
        open_private(&path.join(DATABASE))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// The key of this database; a new one for a new database.
    pub(super) fn seal(&self, connection: &Connection) -> Result<Seal, StoreError> {
        let path = self.path.join(KEY);
        let check = key_check(connection)?;
        let seal = match (path.exists(), &check) {
            (true, _) => Seal::read(&path)?,
            (false, None) => Seal::create(&path)?,
            (false, Some(_)) => {
                return Err(StoreError::Secret(format!(
                    "{} is missing: put back the key file that belongs to this database \
                     (without it the stored passwords and tokens cannot be read)",
                    path.display()
                )));
            }
        };
        if check.is_some_and(|check| !seal.fits(&check)) {
            return Err(StoreError::Secret(format!(
                "{} does not belong to this database: put back the key file it was written with",
                path.display()
            )));
        }
        Ok(seal)
    }
}

/// Opens a file that is made, where it is missing, for its owner alone: the folder may have been
/// made by somebody who lets others read it.
fn open_private(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| StoreError::file(path, source))
}

fn key_check(connection: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    if !connection.table_exists(None, "meta")? {
        return Ok(None);
    }
    let sql = "SELECT value FROM meta WHERE name='key_check'";
    Ok(connection.query_row(sql, [], |row| row.get(0)).optional()?)
}
