//! What is around a page: further tabs, files that are saved, paper.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use serde_json::json;
use thirtyfour::WindowHandle;

use super::Browser;
use crate::harness::place::Folder;
use crate::harness::wait_for;

/// How long a file or a tab may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);

/// Where a browser saves files.
pub struct Files(Folder);

impl Browser {
    /// The tab that is steered now.
    #[track_caller]
    pub fn tab(&self) -> WindowHandle {
        self.runtime.block_on(self.driver().window()).unwrap()
    }

    /// All tabs.
    #[track_caller]
    pub fn tabs(&self) -> Vec<WindowHandle> {
        self.runtime.block_on(self.driver().windows()).unwrap()
    }

    /// Opens a further tab and steers it from now on.
    #[track_caller]
    pub fn new_tab(&self) -> WindowHandle {
        self.runtime
            .block_on(async {
                let tab = self.driver().new_tab().await?;
                self.driver().switch_to_window(tab.clone()).await?;
                Ok::<_, thirtyfour::error::WebDriverError>(tab)
            })
            .unwrap()
    }

    /// Steers another tab.
    #[track_caller]
    pub fn switch(&self, tab: &WindowHandle) {
        self.runtime.block_on(self.driver().switch_to_window(tab.clone())).unwrap();
    }

    /// Closes the tab that is steered, and steers `next`.
    #[track_caller]
    pub fn close_tab(&self, next: &WindowHandle) {
        self.runtime.block_on(self.driver().close_window()).unwrap();
        self.switch(next);
    }

    /// Downloads go into a folder of their own from now on.
    #[track_caller]
    pub fn save_files(&self) -> Files {
        let folder = Folder::new();
        let place = folder.path().display().to_string();
        self.cdp(
            "Browser.setDownloadBehavior",
            json!({ "behavior": "allow", "downloadPath": place }),
        );
        Files(folder)
    }

    /// The page as it is seen on paper (true) or on the screen.
    #[track_caller]
    pub fn on_paper(&self, paper: bool) {
        let media = if paper { "print" } else { "" };
        self.cdp("Emulation.setEmulatedMedia", json!({ "media": media }));
    }

    /// The page as a PDF, with the sheet's size that its style asks for.
    #[track_caller]
    pub fn pdf(&self) -> Vec<u8> {
        let printed = self.cdp("Page.printToPDF", json!({ "preferCSSPageSize": true }));
        let data = printed["data"].as_str().unwrap();
        base64::engine::general_purpose::STANDARD.decode(data).unwrap()
    }

    /// Whatever the page that is open offers to take back waits as long as a slow machine may need
    /// (true), or its usual seconds.
    #[track_caller]
    pub fn patient(&self, patient: bool) {
        let script = "window.usual ??= setTimeout;
            window.setTimeout = arguments[0]
              ? (run, wait, ...more) => window.usual(run, wait >= 8000 ? 3600000 : wait, ...more)
              : window.usual";
        self.run(script, &[json!(patient)]);
    }

    /// Runs a script in every page that is opened from now on, before the page's own.
    #[track_caller]
    pub fn before_pages(&self, script: &str) {
        let source = json!({ "source": script });
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source);
    }
}

impl Files {
    /// Waits for the one file that was saved, takes it away and answers its name and bytes.
    #[track_caller]
    pub fn take(&self) -> (String, Vec<u8>) {
        let path = wait_for("a file that was saved", LIMIT, || whole(self.0.path()));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        (path.file_name().unwrap().to_string_lossy().into_owned(), bytes)
    }
}

/// The file of a folder, unless one is still on its way (chromium gives it another name so long).
fn whole(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    let under_way = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".crdownload") || name.starts_with('.')
    };
    if paths.iter().any(under_way) {
        return None;
    }
    paths.into_iter().next()
}
