//! A screen and how one gets there; which screens, pages and dialogs the sources name.

use std::path::{Path, PathBuf};

use super::super::Browser;

/// One screen.
pub struct Screen {
    /// Its address.
    pub path: String,
    /// What is shown once it is drawn (CSS).
    pub shows: &'static str,
    /// Texts of the office that stand on it as texts.
    pub holds: Vec<String>,
    /// What a person does before it is looked at, in any language.
    pub steps: Option<fn(&Browser)>,
}

/// A screen as it opens.
pub fn screen(path: impl Into<String>, shows: &'static str) -> Screen {
    Screen { path: path.into(), shows, holds: Vec::new(), steps: None }
}

impl Screen {
    /// These texts stand on it.
    pub fn holding(mut self, texts: &[&str]) -> Self {
        self.holds.extend(texts.iter().map(|text| (*text).to_owned()));
        self
    }

    /// It is looked at after these steps.
    pub fn after(mut self, steps: fn(&Browser)) -> Self {
        self.steps = Some(steps);
        self
    }

    /// The name of the screen in an address of the console or the administration.
    pub fn route(&self) -> Option<&str> {
        let (_, place) = self.path.split_once("#/")?;
        place.split(['/', '?']).next()
    }
}

/// The log-in page and the samples.
pub fn pages() -> Vec<Screen> {
    let get = |browser: &Browser| {
        browser.click("#form button");
        browser.wait("#rows td");
    };
    vec![
        screen("/login", "#login"),
        screen("/login?ended", "#login"),
        screen("/samples/", "h1"),
        screen("/samples/get.html", "#form"),
        screen("/samples/get.html", "#form").after(get),
        screen("/samples/post.html", "#form"),
        screen("/samples/put.html", "#form"),
        screen("/samples/delete.html", "#form"),
    ]
}

/// Every page of the program is taken: the two that screens are drawn in, and those of [`pages`].
pub fn assert_pages_taken() {
    let taken: Vec<String> = pages().into_iter().map(|screen| screen.path).collect();
    for file in files(&sources(""), "html") {
        let place = file.strip_prefix(sources("")).unwrap().display().to_string();
        let address = format!("/{}", place.strip_suffix("index.html").unwrap_or(&place));
        let named = address.trim_end_matches(".html");
        let drawn_in = ["/", "/admin/"].contains(&address.as_str());
        let known = drawn_in || taken.iter().any(|path| [named, &address].contains(&path.as_str()));
        assert!(known, "nobody takes the page {address}");
    }
}

/// The screens of the console by their names in the address.
pub fn console_routes() -> Vec<String> {
    let main = std::fs::read_to_string(sources("js/console/main.js")).unwrap();
    let (_, rest) = main.split_once("const SCREENS = {").unwrap();
    let (list, _) = rest.split_once("};").unwrap();
    let names = list.lines().filter_map(|line| line.split_once(": () => import("));
    let names: Vec<String> = names.map(|(name, _)| name.trim().to_owned()).collect();
    assert_eq!(names.len(), list.matches("import(").count(), "{list}");
    names
}

/// The steps of the first run.
pub fn wizard_steps() -> Vec<String> {
    let start = std::fs::read_to_string(sources("js/admin/start/start.js")).unwrap();
    let ids = start.split("{ id: '").skip(1).filter_map(|rest| rest.split('\'').next());
    ids.map(str::to_owned).collect()
}

/// Every dialog that the sources in a folder open was among those that were looked at.
pub fn assert_dialogs_taken(folder: &str, seen: &[String]) {
    for file in files(&sources(folder), "js") {
        let source = std::fs::read_to_string(&file).unwrap();
        for opener in ["open(t('", "openDialog(t('", "ask(t('"] {
            for rest in source.split(opener).skip(1) {
                let title = rest.split('\'').next().unwrap();
                let own = title.split('}').next_back().unwrap();
                let known =
                    NOT_ASKED.contains(&title) || seen.iter().any(|each| each.contains(own));
                assert!(known, "nobody takes the dialog {title:?} of {}", file.display());
            }
        }
    }
}

/// Asked only where nobody is signed in (looked at by the test of the missed calls).
const NOT_ASKED: [&str; 1] = ["だれが対応しますか?"];

fn sources(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("static").join(part)
}

fn files(folder: &Path, kind: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let inside = folders.iter().flat_map(|folder| self::files(folder, kind));
    let own = files.into_iter().filter(|file| file.extension().is_some_and(|end| end == kind));
    own.chain(inside).collect()
}
