//! The sweep: every screen in every look, in an office full of hostile texts.
//!
//! Every list and form of the catalogue, every screen that the console and the menu of the
//! administration know, every page of the program, every step of the first run, every dialog that
//! the sources open: light and dark, at 1440, 1024, 390 and 320 pixels. What a screen must be is
//! said in `look.rs`. Whoever adds a screen, a page or a dialog adds it to `console.rs` or
//! `admin.rs`: otherwise a test here says that nobody takes it.

mod admin;
mod console;
mod look;
mod office;
mod screens;

use super::Browser;
use office::Office;
use screens::Screen;

/// A walk through screens.
struct Walk {
    office: Office,
    browser: Browser,
    faults: Vec<String>,
    dialogs: Vec<String>,
    /// Something was opened above the screen, or written.
    changed: bool,
}

impl Walk {
    /// A browser that is signed in at a hostile office.
    fn begin(axe: bool) -> Self {
        let office = office::open();
        let browser = Browser::open(&office.service);
        look::watch(&browser, axe);
        office.enter(&browser);
        Self { office, browser, faults: Vec::new(), dialogs: Vec::new(), changed: true }
    }

    /// Looks at each screen and goes on, so that all faults are told at once.
    fn through(&mut self, list: &[Screen], look: fn(&Browser) -> Vec<String>) {
        for screen in list {
            let faults = self.opened(screen).into_iter().chain(look(&self.browser));
            let what =
                format!("{}{}", screen.path, screen.steps.map_or("", |_| " after its steps"));
            let known = self.faults.len();
            self.faults.extend(faults.map(|fault| format!("{what}: {fault}")));
            if self.faults.len() > known {
                let name = what.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
                println!("{what}: {}", self.browser.shot(&name));
            }
        }
    }

    /// Opens a screen; answers what it waited for in vain.
    fn opened(&mut self, screen: &Screen) -> Vec<String> {
        if self.changed || screen.steps.is_some() {
            // Another document: what was opened above the screen before is left behind.
            self.browser.goto("/samples/");
        }
        self.changed = screen.steps.is_some();
        look::turn(&self.browser);
        self.browser.goto(&screen.path);
        let Some(steps) = screen.steps else {
            return look::drawn(&self.browser, screen.shows, &screen.holds);
        };
        let mut faults = look::drawn(&self.browser, screen.shows, &[]);
        steps(&self.browser);
        faults.extend(look::drawn(&self.browser, "body", &screen.holds));
        self.dialogs.extend(look::dialogs(&self.browser));
        faults
    }

    #[track_caller]
    fn end(self) {
        assert!(self.faults.is_empty(), "{:#?}", self.faults);
    }
}

/// Each of the screens that a page knows is among those that are taken.
#[track_caller]
fn assert_routes_taken(routes: &[String], list: &[Screen]) {
    for route in routes {
        let taken = list.iter().any(|screen| screen.route() == Some(route));
        assert!(taken, "nobody takes the screen {route}");
    }
}

#[test]
fn every_screen_of_the_console_is_sound_in_every_look() {
    let mut walk = Walk::begin(true);
    let list = console::screens(&walk.office);
    assert_routes_taken(&screens::console_routes(), &list);
    walk.through(&list, look::everywhere);
    walk.through(&screens::pages(), look::everywhere);
    screens::assert_pages_taken();
    screens::assert_dialogs_taken("js/console", &walk.dialogs);
    screens::assert_dialogs_taken("js/base", &walk.dialogs);
    walk.end();
}

#[test]
fn every_screen_of_the_administration_is_sound_in_every_look() {
    let mut walk = Walk::begin(true);
    let list = admin::screens(&walk.office);
    walk.browser.goto("/admin/");
    assert_routes_taken(&admin::routes(&walk.browser), &list);
    walk.through(&list, look::everywhere);
    screens::assert_dialogs_taken("js/admin", &walk.dialogs);
    walk.end();
}

#[test]
fn every_screen_speaks_english() {
    let mut walk = Walk::begin(false);
    walk.browser.language("en");
    walk.browser.goto("/samples/");
    let mut list = console::screens(&walk.office);
    list.extend(admin::screens(&walk.office));
    list.extend(screens::pages().into_iter().take(2));
    walk.through(&list, look::in_english);
    walk.end();
}
