//! The facade of the commands that work on the database as a whole.

use std::path::{Path, PathBuf};

use super::{CopyError, Export, Filling, StoreError, sqlite};
use crate::clock::{Clock, UnixMs};
use crate::resource::{Record, Resource, catalog};

/// Whether `secret.key` opens the secrets of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It does.
    Fits,
    /// There is no key file.
    Missing,
    /// It belongs to another database, or is damaged.
    Other,
    /// The database has never been used, so that it has no secrets.
    NotNeeded,
}

/// A database that was put back.
#[derive(Debug)]
pub struct Restored {
    /// Where the old one is; `None` = there was none.
    pub aside: Option<PathBuf>,
    /// Whether the folder's key belongs to the new one.
    pub key: KeyState,
}

/// What stands in a sound database.
#[derive(Debug)]
pub struct Inspection {
    /// Bytes of the file, without its write-ahead log.
    pub size: u64,
    /// Schema version.
    pub version: u32,
    /// Rows of each resource.
    pub rows: Vec<(&'static Resource, i64)>,
    /// Deliveries by 状態.
    pub deliveries: Vec<(String, i64)>,
    /// The key file.
    pub key: KeyState,
}

/// The key file of a data folder.
pub fn key_file(data_dir: &Path) -> PathBuf {
    sqlite::key_file(data_dir)
}

/// Copies the database to `file`, also while a service writes (`service_runs`); answers its bytes.
/// An existing file is replaced in one step, by a checked copy that is on disk.
pub fn backup(data_dir: &Path, file: &Path, service_runs: bool) -> Result<u64, CopyError> {
    sqlite::backup(data_dir, file, service_runs)
}

/// Puts the database in `file` into a data folder that no service has; a file that does not fit
/// changes nothing.
pub fn restore(data_dir: &Path, file: &Path, now: UnixMs) -> Result<Restored, CopyError> {
    sqlite::restore(data_dir, file, now)
}

/// Looks a database over without changing it, also while a service writes.
/// `thorough` = every index is compared with its table too.
pub fn inspect(data_dir: &Path, thorough: bool) -> Result<Inspection, CopyError> {
    sqlite::inspect(data_dir, &catalog::ALL, thorough)
}

/// Every row of a small resource, secrets in clear, also while a service writes.
pub fn rows(data_dir: &Path, resource: &'static Resource) -> Result<Vec<Record>, CopyError> {
    sqlite::rows(data_dir, resource)
}

/// The rows of a resource page by page, also while a service writes.
pub fn export(data_dir: &Path, resource: &'static Resource) -> Result<Export, CopyError> {
    Export::open(data_dir, resource)
}

/// Fills an empty database with the rows that `rows` hands over, all or none. No service may have
/// the data folder.
pub fn fill(
    data_dir: &Path,
    clock: Clock,
    rows: impl FnOnce(&Filling) -> Result<(), StoreError>,
) -> Result<(), CopyError> {
    sqlite::fill(data_dir, &catalog::ALL, clock, rows)
}
