//! Programs of other languages that `tests/run` installs once for all checkouts, each set under the
//! hash of the list that it was made from.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Python with the packages of `tests/python.txt`.
pub fn python() -> PathBuf {
    folder("python", include_bytes!("../python.txt")).join("bin/python")
}

/// Where the modules of `tests/it/peers/node` stand.
pub fn node_modules() -> PathBuf {
    folder("node", include_bytes!("peers/node/package-lock.json")).join("node_modules")
}

fn folder(kind: &str, list: &[u8]) -> PathBuf {
    let hash: String =
        Sha256::digest(list).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let folder = cache().join(format!("smartconnect-tests/{kind}-{hash}"));
    assert!(
        folder.join("complete").is_file(),
        "peers in {kind} are missing: `tests/run tools` installs them into {}",
        folder.display()
    );
    folder
}

/// Where programs for tests are kept.
pub fn cache() -> PathBuf {
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    named.or_else(home).unwrap_or_default()
}
