//! The Python that has the packages of `tests/python.txt`.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

/// Where `tests/run` has put it; a missing one is a failure.
#[track_caller]
pub fn python() -> PathBuf {
    let digest = Sha256::digest(include_bytes!("../python.txt"));
    let name: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let folder = cache.unwrap_or_default().join(format!("smartconnect-tests/python-{name}"));
    assert!(
        folder.join("complete").is_file(),
        "the packages of tests/python.txt are missing: `tests/run tools` installs them into {}",
        folder.display()
    );
    folder.join("bin/python")
}
