//! Tests of the room over several of its modules.

mod hostile;
mod reading;

use std::path::PathBuf;

/// The messages that lie beside the checkout for developers; `None` elsewhere.
fn shared_fixtures(folder: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared", "../../shared"]
        .iter()
        .map(|shared| root.join(shared).join("fixtures").join(folder))
        .find(|path| path.is_dir())?;
    let mut files: Vec<_> = std::fs::read_dir(found)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    Some(files)
}
