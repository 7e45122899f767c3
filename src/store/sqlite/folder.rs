//! The data folder: made, locked, and its key file fitted to the database.
//!
//! Invariant: one process at a time has the folder. Never: makes a new key for a database that
//! already has secrets.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use crate::store::seal::Seal;
use crate::store::{KeyState, StoreError};

const DATABASE: &str = "smartconnect.db";
const LOCK: &str = "smartconnect.lock";
const KEY: &str = "secret.key";
/// The copy that is being checked before it takes the database's place.
pub(super) const RESTORING: &str = "smartconnect.db.restoring";
/// The copy that is being filled before it takes the database's place.
pub(super) const FILLING: &str = "smartconnect.db.filling";

/// The data folder, ours until this is dropped.
pub(super) struct Folder {
    path: PathBuf,
    lock: File,
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Closing the file is not enough while a program that was just started still has a copy of it.
        let _ = self.lock.unlock();
    }
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
        tidy(path);
        // SQLite gives its side files the permissions of the database.
        open_private(&path.join(DATABASE))?;
        Ok(Self { path: path.to_owned(), lock })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// Whether the key file opens the secrets of this database, which may be another one than the
    /// folder's own.
    pub(super) fn key_state(&self, connection: &Connection) -> Result<KeyState, StoreError> {
        key_state_in(&self.path, connection)
    }

    /// The key of this database; a new one for a new database.
    pub(super) fn seal(&self, connection: &Connection) -> Result<Seal, StoreError> {
        let path = key_file(&self.path);
        let check = key_check(connection)?;
        let seal = match (path.exists(), &check) {
            (true, _) => {
                keep_private(&path);
                Seal::read(&path)?
            }
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

/// Removes what a killed command left of a database that was to take the place of this one. Whoever
/// has the folder's lock is the only one who makes such a copy.
fn tidy(folder: &Path) {
    for draft in [RESTORING, FILLING] {
        for side in ["", "-journal", "-wal", "-shm"] {
            let path = folder.join(format!("{draft}{side}"));
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    log::warn!("{} stays: {error}", path.display());
                }
                _ => {}
            }
        }
    }
}

/// Takes a key file that was copied back from everybody but its owner.
fn keep_private(key: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let Ok(file) = std::fs::metadata(key) else { return };
        if file.permissions().mode() & 0o077 == 0 {
            return;
        }
        let private = std::fs::Permissions::from_mode(0o600);
        match std::fs::set_permissions(key, private) {
            Ok(()) => log::warn!("{} could be read by others; not any more", key.display()),
            Err(error) => log::warn!(
                "{} can be read by others: give it to the service alone (chmod 600): {error}",
                key.display()
            ),
        }
    }
}

/// The database of a data folder.
pub(super) fn database_in(data_dir: &Path) -> PathBuf {
    data_dir.join(DATABASE)
}

/// The key file of a data folder.
pub(in crate::store) fn key_file(data_dir: &Path) -> PathBuf {
    data_dir.join(KEY)
}

/// Whether the key file of a data folder opens the secrets of a database.
pub(super) fn key_state_in(
    data_dir: &Path,
    connection: &Connection,
) -> Result<KeyState, StoreError> {
    let path = key_file(data_dir);
    let Some(check) = key_check(connection)? else { return Ok(KeyState::NotNeeded) };
    if !path.exists() {
        return Ok(KeyState::Missing);
    }
    match Seal::read(&path) {
        Ok(seal) if seal.fits(&check) => Ok(KeyState::Fits),
        Ok(_) | Err(StoreError::Secret(_)) => Ok(KeyState::Other),
        Err(error) => Err(error),
    }
}

/// Opens a file that is made, where it is missing, for its owner alone: the folder may have been
/// made by somebody who lets others read it.
pub(super) fn open_private(path: &Path) -> Result<File, StoreError> {
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
