//! Room on the disk of the data folder that is kept for calls: a file that is given up when the disk
//! is full and a call cannot be recorded.
//!
//! Invariant: it is made only where the disk has [`ROOM`] bytes left, and given up only where the disk
//! has less than it would free. Never: holds data; stands in the way of a start.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Store;

/// Its size: room for some thousand calls with what belongs to them.
const BYTES: u64 = 16 * 1024 * 1024;
/// Free bytes without which it is not made: a small disk needs them for itself.
const ROOM: u64 = 8 * BYTES;
/// How often it is looked for.
const LOOK: Duration = Duration::from_secs(60);
const NAME: &str = "smartconnect.reserve";

/// The file of one data folder.
#[derive(Debug)]
pub(super) struct Reserve {
    folder: PathBuf,
}

impl Reserve {
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn file(&self) -> PathBuf {
        self.folder.join(NAME)
    }

    /// Makes it where it is missing and the disk has room.
    fn lay(&self) -> io::Result<()> {
        let path = self.file();
        let present = path.metadata().is_ok_and(|file| file.len() == BYTES);
        if present || free(&self.folder).is_none_or(|free| free < ROOM) {
            return Ok(());
        }
        let laid = allocate(&path);
        if laid.is_err() {
            // A part of it helps nobody.
            let _ = std::fs::remove_file(&path);
        }
        laid
    }

    /// Removes it if the disk is full; true = there is more room now.
    fn give_up(&self) -> bool {
        let full = free(&self.folder).is_some_and(|free| free < BYTES);
        full && std::fs::remove_file(self.file()).is_ok()
    }
}

#[cfg(unix)]
fn allocate(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let mut options = std::fs::OpenOptions::new();
    let file = options.create(true).truncate(true).write(true).mode(0o600).open(path)?;
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, BYTES)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn allocate(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Free bytes for us where a folder is; `None` where it is not known.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

impl Store {
    /// Free bytes on the disk of the data folder; `None` where it is not known.
    pub fn free_bytes(&self) -> Option<u64> {
        free(&self.reserve.folder)
    }

    /// Keeps some room on the disk for calls, as long as this is awaited.
    pub async fn keep_reserve(&self) {
        loop {
            let reserve = self.reserve.clone();
            let laid = tokio::task::spawn_blocking(move || reserve.lay()).await;
            if let Ok(Err(error)) = laid {
                log::debug!("no room is kept for calls on a full disk: {error}");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// A call cannot be recorded: gives up the room that was kept for it. True = the disk was full and
    /// has room again, once.
    pub async fn give_up_reserve(&self) -> bool {
        let reserve = self.reserve.clone();
        tokio::task::spawn_blocking(move || reserve.give_up()).await.unwrap_or(false)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn it_takes_real_room_once_and_stays_while_there_is_enough() {
        // Where this program was built there is room; a folder for temporary files may be small.
        let program = std::env::current_exe().unwrap();
        let folder = program.with_file_name(format!("reserve-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let reserve = Reserve::of(&folder);
        reserve.lay().unwrap();
        let file = reserve.file().metadata().unwrap();
        assert_eq!((file.len(), file.blocks() * 512 >= BYTES), (BYTES, true));
        assert_eq!(file.mode() & 0o777, 0o600);
        reserve.lay().unwrap();
        assert_eq!(reserve.file().metadata().unwrap().ino(), file.ino());
        assert!(!reserve.give_up(), "the disk is not full");
        assert!(reserve.file().exists());
        // What was not made whole is made again.
        std::fs::write(reserve.file(), b"x").unwrap();
        reserve.lay().unwrap();
        assert_eq!(reserve.file().metadata().unwrap().len(), BYTES);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
