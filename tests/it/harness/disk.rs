//! A disk that a test can fill: a small tmpfs for the data folder; where nothing may be mounted, a
//! limit on the size of the service's files, which fails the same writes.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::place::Folder;

/// MiB for a fresh database and a few hundred calls.
const SMALL: u32 = 16;
/// MiB from which on the service keeps room for calls, and a little more.
const LARGE: u32 = 160;
/// Largest file that the service may write while its disk is "full": less than any of its files.
const FILE_BYTES: u32 = 4096;

/// How the disk is made full.
enum Kind {
    /// A file system of its own, filled by a file.
    Mounted(PathBuf),
    /// `RLIMIT_FSIZE` of the service.
    Limited,
}

/// A folder with a data folder whose disk can be full.
pub struct SmallDisk {
    kind: Kind,
    folder: Folder,
}

impl SmallDisk {
    /// A tmpfs, or a limit where this process may not mount one.
    #[track_caller]
    pub fn mounted() -> Self {
        Self::of(SMALL)
    }

    /// One that is large enough for the service to keep room on it.
    #[track_caller]
    pub fn large() -> Self {
        Self::of(LARGE)
    }

    #[track_caller]
    fn of(mib: u32) -> Self {
        let folder = Folder::new();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let size = format!("size={mib}m,mode=0700");
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&data).output();
        match mount {
            Ok(done) if done.status.success() => Self { kind: Kind::Mounted(data), folder },
            other => {
                println!("no tmpfs ({other:?}): the service's files are limited instead");
                Self { kind: Kind::Limited, folder }
            }
        }
    }

    /// A limit on the size of files.
    pub fn limited() -> Self {
        Self { kind: Kind::Limited, folder: Folder::new() }
    }

    /// Whether it can really be full.
    pub fn is_mounted(&self) -> bool {
        matches!(self.kind, Kind::Mounted(_))
    }

    /// Where the service is to work.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// From now on nothing can be written.
    #[track_caller]
    pub fn fill(&self, pid: u32) {
        match &self.kind {
            Kind::Mounted(data) => {
                let mut filler = std::fs::File::create(data.join("filler")).unwrap();
                while filler.write_all(&[0; 65_536]).is_ok() {}
                while filler.write_all(&[0; 4096]).is_ok() {}
            }
            Kind::Limited => limit(pid, &format!("{FILE_BYTES}:")),
        }
    }

    /// There is room again.
    #[track_caller]
    pub fn free(&self, pid: u32) {
        match &self.kind {
            Kind::Mounted(data) => std::fs::remove_file(data.join("filler")).unwrap(),
            Kind::Limited => limit(pid, "unlimited:"),
        }
    }
}

/// Limits a process; one that has ended needs no limit.
#[track_caller]
fn limit(pid: u32, bytes: &str) {
    if !Path::new(&format!("/proc/{pid}")).exists() {
        return;
    }
    let (pid, bytes) = (format!("--pid={pid}"), format!("--fsize={bytes}"));
    let done = Command::new("prlimit").args([pid, bytes]).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if let Kind::Mounted(data) = &self.kind {
            let _ = Command::new("umount").arg("-l").arg(data).status();
        }
    }
}
