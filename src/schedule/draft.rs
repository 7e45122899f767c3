//! A file that is being written beside where it goes.
//!
//! Invariant: a draft's name is made of the name it will bear, so that what a kill leaves is found and
//! does not pile up. Never: removes a draft that somebody is writing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::place::moment;
use super::texts::Trouble;

/// What a draft's name ends with.
const ENDING: &str = ".part";
/// What the name of the journal adds where SQLite writes the draft.
const JOURNAL: &str = "-journal";

/// A file for its owner alone that takes its place when it is whole, or goes with this value.
#[derive(Debug)]
pub struct DraftFile {
    path: PathBuf,
    target: PathBuf,
    file: File,
    kept: bool,
}

impl DraftFile {
    /// Begins one; what a killed writer of the same file left is removed.
    pub fn begin(target: &Path) -> io::Result<Self> {
        let path = path_of(target)?;
        if !discard(&path)? {
            let why = "it is being written by another process";
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, why));
        }
        let mut options = OpenOptions::new();
        options.create_new(true).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        let draft = Self { path, target: target.to_owned(), file, kept: false };
        draft.file.try_lock().map_err(io::Error::from)?;
        Ok(draft)
    }

    /// What is written to.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Where it is until then.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in its place, on disk; the folder's entries are left to the caller.
    pub fn keep(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, &self.target)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for DraftFile {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path); // the next one of this name removes what stays
        }
    }
}

/// Where the draft of a file is: beside it.
pub fn path_of(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut draft = std::ffi::OsString::from(".");
    draft.push(name);
    draft.push(ENDING);
    Ok(target.with_file_name(draft))
}

/// The journal that SQLite keeps beside a draft.
pub fn journal_of(draft: &Path) -> PathBuf {
    let mut journal = draft.as_os_str().to_owned();
    journal.push(JOURNAL);
    PathBuf::from(journal)
}

/// Removes a file that only a run under way may have, and its draft.
pub fn remove_left(file: &Path) -> Result<(), Trouble> {
    let at = |source| Trouble::file(file, source);
    if discard(&path_of(file).map_err(at)?).map_err(at)? {
        gone(fs::remove_file(file)).map_err(at)?;
    }
    Ok(())
}

/// Removes what is left of files that this template has named and that were never finished.
pub fn sweep(folder: &Path, template: &str, title: &str, endings: &[&str]) -> Result<(), Trouble> {
    for entry in fs::read_dir(folder).map_err(|source| Trouble::file(folder, source))? {
        let entry = entry.map_err(|source| Trouble::file(folder, source))?;
        let name = entry.file_name();
        let Some(name) = name.to_str().and_then(|name| name.strip_prefix('.')) else { continue };
        let name = name.strip_suffix(JOURNAL).unwrap_or(name);
        let Some(target) = name.strip_suffix(ENDING) else { continue };
        let stem = endings.iter().find_map(|ending| target.strip_suffix(ending));
        if stem.is_some_and(|stem| moment(stem, template, title).is_some()) {
            let path = folder.join(format!(".{name}"));
            discard(&path).map_err(|source| Trouble::file(&path, source))?;
        }
    }
    Ok(())
}

/// Removes a draft that nobody writes, and its journal; answers whether it is gone.
fn discard(path: &Path) -> io::Result<bool> {
    match File::open(path) {
        Ok(left) => match left.try_lock() {
            Ok(()) => gone(fs::remove_file(path))?,
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(error)) => return Err(error),
        },
        Err(error) => gone(Err(error))?,
    }
    gone(fs::remove_file(journal_of(path)))?;
    Ok(true)
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_draft_becomes_the_file_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("calls.csv");
        drop(DraftFile::begin(&target).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let draft = DraftFile::begin(&target).unwrap();
        assert!(DraftFile::begin(&target).is_err(), "it is being written");
        draft.file().write_all(b"whole").unwrap();
        draft.keep().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(path_of(&target).unwrap(), "half of what a killed one wrote").unwrap();
        DraftFile::begin(&target).unwrap().keep().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"");
    }

    #[test]
    fn what_kills_left_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let left = [".b_20260101_030000.db.part", ".b_20260101_030000.db.part-journal"];
        let alone = [".b_20260102_030000.db.part-journal"];
        let others = [".c_20260101_030000.db.part", ".b_20260101_030000.txt.part", "b.part", ".x"];
        for name in left.iter().chain(&alone).chain(&others) {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let running = DraftFile::begin(&folder.path().join("b_20260103_030000.db")).unwrap();
        sweep(folder.path(), "b_{{日時}}", "", &[".db"]).unwrap();
        let exists = |name: &&str| folder.path().join(name).exists();
        assert!(!left.iter().chain(&alone).any(exists));
        assert!(others.iter().all(exists) && running.path().exists());
    }
}
