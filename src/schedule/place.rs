//! Where files go: allowed folders, names, generations.
//!
//! Invariant: a file stands below an allowed folder also where links lead elsewhere; what is removed
//! bears a name that the row's own template gives. Never: follows a name out of its folder.

use std::fs;
use std::path::{Component, Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime};

use super::texts::Trouble;
use crate::clock::{UnixMs, from_japan, japan};
use crate::template::{Landing, Values, Word, render};

/// Where files may be written.
#[derive(Clone, Debug)]
pub struct Places {
    /// The data folder; its `backups` and `exports` are always allowed.
    pub data_dir: PathBuf,
    /// `[files] allow`.
    pub allowed: Vec<PathBuf>,
}

/// Folder of backups below the data folder.
pub const BACKUPS: &str = "backups";
/// Folder of exports below the data folder.
pub const EXPORTS: &str = "exports";

impl Places {
    /// The folder of a row (empty = `usual` below the data folder), made where it is missing.
    pub fn folder(&self, wanted: &str, usual: &str) -> Result<PathBuf, Trouble> {
        if wanted.is_empty() {
            let folder = self.data_dir.join(usual);
            make(&folder)?;
            return canonical(&folder);
        }
        let wanted = Path::new(wanted);
        if wanted.components().any(|part| part == Component::ParentDir) {
            return Err(Trouble::NotAllowed(wanted.to_owned()));
        }
        // The check comes before anything is made: what exists of the path decides.
        let existing = wanted.ancestors().find(|part| part.exists()).unwrap_or(wanted);
        let real = canonical(existing)?;
        let missing = wanted.strip_prefix(existing).unwrap_or(Path::new(""));
        if !self.is_allowed(&real.join(missing)) {
            return Err(Trouble::NotAllowed(wanted.to_owned()));
        }
        make(wanted)?;
        let folder = canonical(wanted)?;
        if self.is_allowed(&folder) { Ok(folder) } else { Err(Trouble::NotAllowed(folder)) }
    }

    /// The folder of a row where it exists and is allowed; nothing is made.
    pub fn existing(&self, wanted: &str, usual: &str) -> Option<PathBuf> {
        let own = self.data_dir.join(usual);
        let folder = if wanted.is_empty() { own } else { PathBuf::from(wanted) };
        folder.canonicalize().ok().filter(|folder| folder.is_dir() && self.is_allowed(folder))
    }

    fn is_allowed(&self, folder: &Path) -> bool {
        let own = [BACKUPS, EXPORTS].map(|usual| self.data_dir.join(usual));
        let allowed = self.allowed.iter().chain(&own);
        allowed.filter_map(|root| root.canonicalize().ok()).any(|root| folder.starts_with(root))
    }
}

/// Makes a folder for its owner alone.
fn make(folder: &Path) -> Result<(), Trouble> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| Trouble::file(folder, source))
}

fn canonical(folder: &Path) -> Result<PathBuf, Trouble> {
    folder.canonicalize().map_err(|source| Trouble::file(folder, source))
}

/// The name that a template gives at a moment, without its ending.
pub fn name(template: &str, title: &str, at: UnixMs) -> Result<String, Trouble> {
    let local = japan(at);
    let mut values = Values::new();
    values.set(Word::Date, local.format("%Y%m%d").to_string());
    values.set(Word::DateAndTime, local.format("%Y%m%d_%H%M%S").to_string());
    values.set(Word::ExportedResource, title);
    render(template, Landing::FileName, &values).map_err(Trouble::Name)
}

/// Removes all but the newest `keep` files that this template has named; answers how many went.
pub fn keep_newest(
    folder: &Path,
    template: &str,
    title: &str,
    endings: &[&str],
    keep: usize,
) -> Result<usize, Trouble> {
    let mut own: Vec<(UnixMs, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder).map_err(|source| Trouble::file(folder, source))? {
        let entry = entry.map_err(|source| Trouble::file(folder, source))?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|_| is_file) else { continue };
        let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
        if let Some(at) = stem.and_then(|stem| moment(stem, template, title)) {
            own.push((at, entry.path()));
        }
    }
    own.sort();
    let surplus = own.len().saturating_sub(keep);
    for (_, path) in own.iter().take(surplus) {
        fs::remove_file(path).map_err(|source| Trouble::file(path, source))?;
    }
    Ok(surplus)
}

/// The moment at which the template would give this name; `None` = it is another file.
pub(super) fn moment(stem: &str, template: &str, title: &str) -> Option<UnixMs> {
    let characters: Vec<char> = stem.chars().collect();
    let text = |length: usize| -> Vec<String> {
        characters.windows(length).map(|window| window.iter().collect()).collect()
    };
    let with_time = text("yyyyMMdd_HHmmss".len())
        .into_iter()
        .filter_map(|text| NaiveDateTime::parse_from_str(&text, "%Y%m%d_%H%M%S").ok());
    let days = text("yyyyMMdd".len())
        .into_iter()
        .filter_map(|text| NaiveDate::parse_from_str(&text, "%Y%m%d").ok()?.and_hms_opt(0, 0, 0));
    let mut moments = with_time.chain(days).map(from_japan);
    moments.find(|at| name(template, title, *at).is_ok_and(|name| name == stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(root: &Path) -> Places {
        let places = Places { data_dir: root.join("data"), allowed: vec![root.join("allowed")] };
        fs::create_dir_all(&places.data_dir).unwrap();
        fs::create_dir_all(&places.allowed[0]).unwrap();
        places
    }

    #[test]
    fn files_go_below_allowed_folders_only() {
        let root = tempfile::tempdir().unwrap();
        let places = places(root.path());
        let folder = |wanted: &Path| places.folder(wanted.to_str().unwrap(), BACKUPS);
        assert!(places.folder("", BACKUPS).unwrap().ends_with("data/backups"));
        assert!(folder(&root.path().join("allowed")).is_ok());
        assert!(folder(&root.path().join("allowed/new/deep")).unwrap().is_dir());
        assert!(folder(&root.path().join("data/exports/calls")).is_err(), "not there yet");
        assert!(places.folder("", EXPORTS).is_ok());
        assert!(folder(&root.path().join("data/exports/calls")).is_ok());
        for wanted in
            ["other", "data", "allowed-too", "allowed/../other", "allowed/x/../../y", "/", "/etc"]
        {
            let found = folder(&root.path().join(wanted));
            assert!(
                matches!(found, Err(Trouble::NotAllowed(_) | Trouble::File { .. })),
                "{wanted}"
            );
        }
        assert!(!root.path().join("other").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_an_allowed_folder_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let places = places(root.path());
        fs::create_dir(root.path().join("secret")).unwrap();
        let link = root.path().join("allowed/link");
        std::os::unix::fs::symlink(root.path().join("secret"), &link).unwrap();
        for wanted in [link.clone(), link.join("deeper")] {
            let found = places.folder(wanted.to_str().unwrap(), BACKUPS);
            assert!(matches!(found, Err(Trouble::NotAllowed(_))), "{wanted:?}");
        }
        assert_eq!(fs::read_dir(root.path().join("secret")).unwrap().count(), 0);
    }

    #[test]
    fn only_the_rows_own_old_files_go() {
        let root = tempfile::tempdir().unwrap();
        let mine = ["b_20260101_030000.db", "b_20260102_030000.db.gz", "b_20260103_030000.db"];
        let others = [
            "b_20260101_030000.txt",
            "c_20260101_030000.db",
            "b_20261301_030000.db",
            "b_20260101_030000x.db",
            "b.db",
        ];
        for name in mine.iter().chain(&others) {
            fs::write(root.path().join(name), "x").unwrap();
        }
        let endings = [".db.gz", ".db"];
        let gone = keep_newest(root.path(), "b_{{日時}}", "", &endings, 1).unwrap();
        assert_eq!(gone, 2);
        let exists = |name: &&str| root.path().join(name).exists();
        assert_eq!(mine.map(|name| exists(&name)), [false, false, true]);
        assert!(others.iter().all(exists));
        assert_eq!(keep_newest(root.path(), "{{出力対象}}", "b", &endings, 1).unwrap(), 0);
    }

    #[test]
    fn names_are_those_of_the_template() {
        let at = 1_743_466_502_000; // 2025/04/01 09:15:02
        assert_eq!(name("x_{{日時}}", "", at).unwrap(), "x_20250401_091502");
        assert_eq!(name("{{出力対象}}_{{日付}}", "a/b", at).unwrap(), "a_b_20250401");
        assert_eq!(name("../{{会議URL}}", "", at).unwrap(), "_");
    }
}
