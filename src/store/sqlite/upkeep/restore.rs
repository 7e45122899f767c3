//! Another database in the place of the present one.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use super::{beside, faults, header, install, open_reader, remove};
use crate::clock::{UnixMs, japan};
use crate::store::sqlite::folder::{Folder, RESTORING, open_private};
use crate::store::{CopyError, KeyState, Restored, StoreError};

/// A gzip file begins with these bytes (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Puts the database in `file` into a data folder that no service has. The old one stays beside it.
pub(in crate::store) fn restore(
    data_dir: &Path,
    file: &Path,
    now: UnixMs,
) -> Result<Restored, CopyError> {
    let wrong = |source| StoreError::file(file, source);
    let mut head = Vec::new();
    opened(file)
        .map_err(wrong)?
        .take(u64::try_from(header::HEADER_BYTES).unwrap_or(u64::MAX))
        .read_to_end(&mut head)
        .map_err(wrong)?;
    header::check(&head)?;
    if std::fs::metadata(beside(file, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(CopyError::HasLog); // half of what was written stands in the log
    }
    let folder = Folder::take(data_dir)?;
    let draft = data_dir.join(RESTORING);
    let checked = copy(file, &draft).and_then(|()| check(&folder, &draft));
    let key = match checked {
        Ok(key) => key,
        Err(error) => {
            remove(&draft)?;
            return Err(error);
        }
    };
    let aside = aside(&folder, now);
    let replaced = install(&folder, &draft, Some(&aside))?;
    Ok(Restored { aside: replaced.then_some(aside), key })
}

/// The database in a file, which may be compressed as data backups are.
fn opened(file: &Path) -> io::Result<Box<dyn Read>> {
    let mut source = File::open(file)?;
    let mut magic = [0; GZIP.len()];
    let compressed = source.read(&mut magic)? == GZIP.len() && magic == GZIP;
    source.rewind()?;
    Ok(if compressed { Box::new(GzDecoder::new(source)) } else { Box::new(source) })
}

/// Copies into a file for its owner alone.
fn copy(file: &Path, draft: &Path) -> Result<(), CopyError> {
    let mut target = open_private(draft)?;
    opened(file)
        .and_then(|mut source| io::copy(&mut source, &mut target))
        .map_err(|source| StoreError::file(draft, source))?;
    Ok(())
}

/// Everything in order? Then whether the folder's key opens its secrets.
fn check(folder: &Folder, draft: &Path) -> Result<KeyState, CopyError> {
    let connection = open_reader(draft)?;
    let faults = faults(&connection, false)?;
    if !faults.is_empty() {
        return Err(CopyError::Damaged(faults));
    }
    let key = folder.key_state(&connection)?;
    drop(connection);
    // a database that was copied as a file is in WAL mode and leaves these behind
    remove(&beside(draft, "-wal"))?;
    remove(&beside(draft, "-shm"))?;
    Ok(key)
}

/// A name for the old database that says when, and is free.
fn aside(folder: &Folder, now: UnixMs) -> PathBuf {
    let name = format!(".before-restore-{}", japan(now).format("%Y%m%d-%H%M%S"));
    let first = beside(&folder.database(), &name);
    let more = (2..).map(|number| beside(&first, &format!("-{number}")));
    std::iter::once(first.clone()).chain(more).find(|path| !path.exists()).unwrap_or(first)
}
