//! Takes the pictures of `docs/screens/` (run by `tests/run screens`): the real service on demo data
//! with calls that ring, every screen of the list in chromium.
//!
//! `tests/run screens desk` takes those whose name holds `desk`. A screen that cannot be opened is
//! told at the end, after all others; the pictures that could be taken stay.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a screen that cannot be shown is told
#![allow(clippy::disallowed_methods)] // it may read the machine's clock
#![allow(clippy::print_stdout)] // what was taken

#[path = "../it/browser"]
#[allow(dead_code)] // shared with the tests of the pages
mod chromium {
    mod axe;
    mod driver;
    mod elements;

    pub use driver::Browser;

    /// Browsers at the same time.
    const AT_ONCE: usize = 1;
}
#[path = "../it/harness/mod.rs"]
#[allow(dead_code, unused_imports)] // shared with the tests, which use all of it
mod harness;
#[path = "../it/installed.rs"]
#[allow(dead_code)]
mod installed;
mod list;
mod palette;
mod stage;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use chromium::Browser;
use list::{SCREENS, Screen};

/// Pause between two looks at whether a page still grows.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// Largest picture: they are kept with the sources.
const BYTES_MAX: usize = 150 * 1024;

fn main() {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screens");
    std::fs::create_dir_all(&folder).unwrap();
    let stage = stage::set();
    let mut missed = Vec::new();
    let mut browser = stage.browser();
    for screen in SCREENS {
        if !wanted.is_empty() && !wanted.iter().any(|word| screen.name.contains(word.as_str())) {
            continue;
        }
        let taken = catch_unwind(AssertUnwindSafe(|| take(&browser, screen)));
        let Ok(picture) = taken else {
            missed.push(screen.name);
            drop(browser);
            browser = stage.browser();
            continue;
        };
        let large = if picture.len() > BYTES_MAX { " (large)" } else { "" };
        println!("{}.png {} KiB{large}", screen.name, picture.len() / 1024);
        std::fs::write(folder.join(format!("{}.png", screen.name)), picture).unwrap();
    }
    assert!(missed.is_empty(), "these could not be shown: {missed:?}");
}

/// Waits until the page draws nothing new: nobody changes what it shows but the calls that ring.
fn still(browser: &Browser) {
    let mut seen = (0, 0);
    while seen.1 < 4 {
        browser.settle();
        let parts = browser.run("return document.querySelectorAll('*').length", &[]);
        let parts = parts.as_u64().unwrap();
        seen = if seen.0 == parts { (parts, seen.1 + 1) } else { (parts, 0) };
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Opens a screen and takes its picture once it shows what it should.
fn take(browser: &Browser, screen: &Screen) -> Vec<u8> {
    browser.size(screen.width, screen.height());
    browser.dark(screen.dark);
    // A page of the service must be open before its storage can be written; a change of what
    // stands behind # alone would load nothing.
    browser.goto("/samples/");
    browser.language(screen.language);
    browser.goto(screen.path);
    browser.wait(screen.shows);
    (screen.steps)(browser);
    still(browser);
    let picture = palette::shrink(&browser.picture());
    for fault in browser.faults() {
        println!("{}: {fault}", screen.name);
    }
    picture
}
