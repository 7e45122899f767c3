//! Why the store cannot do what it was asked.
//!
//! [`StoreError`] = the store's own state, whoever asks: try later, or tell the operator.
//! [`WriteError`] = what a client wrote does not fit what is stored; `Store` inside for the rest.
//!
//! Invariant: the store decides nothing about wording for people beyond [`Fault`]s.
//! Never: swallows the cause.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::resource::Fault;

/// Why the store cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Too many requests wait; the caller may try again.
    #[error("the store is busy")]
    Busy,
    /// Not writable now (disk full, closed, read-only); reading may work.
    #[error("the store cannot write: {0}")]
    ReadOnly(String),
    /// The service is stopping or the store never opened.
    #[error("the store is closed")]
    Unavailable,
    /// Anything else that SQLite says.
    #[error("database error: {0}")]
    Database(#[source] rusqlite::Error),
    /// File system trouble outside SQLite (data folder, key file), or a database that this
    /// program cannot use.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: String,
        /// What happened.
        source: io::Error,
    },
    /// The key file does not fit the database, or a secret does not open.
    #[error("{0}")]
    Secret(String),
}

impl StoreError {
    pub(super) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }

    /// Whether another process has the data folder.
    pub fn is_in_use(&self) -> bool {
        let busy = io::ErrorKind::ResourceBusy;
        matches!(self, Self::File { source, .. } if source.kind() == busy)
    }

    /// The same for another asker: everybody in a lost transaction is told.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::Unavailable => Self::Unavailable,
            Self::ReadOnly(why) => Self::ReadOnly(why.clone()),
            other => Self::ReadOnly(other.to_string()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => {
                Self::ReadOnly(format!("{error}; make room on the disk of the data folder"))
            }
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly(format!("{error}; the data folder must be writable"))
            }
            Some(ErrorCode::SystemIoFailure) => {
                Self::ReadOnly(format!("{error}; check the disk of the data folder"))
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

impl From<r2d2::Error> for StoreError {
    fn from(_: r2d2::Error) -> Self {
        Self::Busy
    }
}

/// Why a database was not copied, put back, looked over or filled.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// This data folder holds no database.
    #[error("there is no database in {}", .0.display())]
    NothingThere(PathBuf),
    /// The file is no SQLite database.
    #[error("the file is no SQLite database")]
    NoDatabase,
    /// It is the database of another program.
    #[error("the file is the database of another program")]
    Foreign,
    /// A newer program wrote it.
    #[error("the file has schema version {version}, this program knows {known}")]
    Newer {
        /// Its version.
        version: u32,
        /// Ours.
        known: u32,
    },
    /// SQLite finds faults in it.
    #[error("the database is damaged: {0:?}")]
    Damaged(Vec<String>),
    /// A write-ahead log stands beside it: it is a file copy, not a backup.
    #[error("the file has a write-ahead log beside it")]
    HasLog,
    /// The file is the running database.
    #[error("the file is the database itself")]
    Itself,
    /// The path names no file.
    #[error("the path names no file")]
    Name,
    /// Somebody else writes the same file.
    #[error("another backup writes this file")]
    Busy,
    /// The database holds rows already.
    #[error("the database is not empty")]
    NotEmpty,
    /// The store's own trouble.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for CopyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Why a client's write was not done.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// No such row.
    #[error("no such row")]
    NotFound,
    /// Faults found against the stored row (references, masks, rules over several fields).
    #[error("faulty fields")]
    Faults(Vec<Fault>),
    /// The row is not as the client expects it (`If-Match`).
    #[error("changed meanwhile")]
    Changed,
    /// The same order name came with another body (`Idempotency-Key`).
    #[error("order name used again")]
    Reused,
    /// A unique value is taken.
    #[error("taken")]
    Conflict(Fault),
    /// The write would leave no enabled administrator.
    #[error("the last administrator")]
    LastAdministrator,
    /// Set-up rights, but a user exists by now.
    #[error("set-up is over")]
    SetUpOver,
    /// The store cannot serve.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
