//! What a person does on a page: looks for things, clicks, types.
//!
//! Each step waits for what it needs, because pages draw themselves when answers have come.

use std::time::Duration;

use thirtyfour::prelude::*;

use super::Browser;
use crate::harness::wait_for;

/// How long a test waits for what should come soon, on a machine that has much to do.
const LIMIT: Duration = Duration::from_secs(30);

impl Browser {
    /// The first element that is shown, once there is one.
    #[track_caller]
    pub fn wait(&self, css: &str) -> WebElement {
        wait_for(&format!("{css} on {}", self.place()), LIMIT, || {
            self.shown(css).into_iter().next()
        })
    }

    /// The first element that is shown and holds this text, once there is one.
    #[track_caller]
    pub fn wait_text(&self, css: &str, text: &str) -> WebElement {
        let what = format!("{text:?} in {css} on {}", self.place());
        wait_for(&what, LIMIT, || self.holding(css, text))
    }

    /// Fills in the log-in page and sends it.
    #[track_caller]
    pub fn sign_in(&self, login: &str, password: &str) {
        self.write("#login", login);
        self.write("#password", password);
        self.click("button[type=submit]");
    }

    /// Waits until nothing that CSS finds is shown.
    #[track_caller]
    pub fn wait_gone(&self, css: &str) {
        let what = format!("the end of {css} on {}", self.place());
        wait_for(&what, LIMIT, || self.shown(css).is_empty().then_some(()));
    }

    /// Waits until the place (path, query, fragment) holds this text.
    #[track_caller]
    pub fn wait_place(&self, text: &str) {
        wait_for(&format!("the place {text}"), LIMIT, || self.place().contains(text).then_some(()));
    }

    /// Whether something is shown now.
    #[track_caller]
    pub fn shows(&self, css: &str) -> bool {
        !self.shown(css).is_empty()
    }

    /// How many are shown now.
    #[track_caller]
    pub fn count(&self, css: &str) -> usize {
        self.shown(css).len()
    }

    /// The text of the first element that is shown.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        let read = |element: WebElement| self.runtime.block_on(element.text()).ok();
        let found = || self.shown(css).into_iter().next().and_then(read);
        wait_for(&format!("a text in {css}"), LIMIT, found)
    }

    /// The value of a field.
    #[track_caller]
    pub fn value(&self, css: &str) -> String {
        let element = self.wait(css);
        self.runtime.block_on(element.prop("value")).unwrap().unwrap_or_default()
    }

    /// An attribute of the first element that is shown.
    #[track_caller]
    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        let element = self.wait(css);
        self.runtime.block_on(element.attr(name)).unwrap()
    }

    /// Clicks the first element that is shown, as soon as it can be clicked.
    #[track_caller]
    pub fn click(&self, css: &str) {
        let what = format!("a click on {css} on {}", self.place());
        wait_for(&what, LIMIT, || {
            let element = self.shown(css).into_iter().next()?;
            self.runtime.block_on(element.click()).ok()
        });
    }

    /// Clicks the first element that is shown and holds this text.
    #[track_caller]
    pub fn click_text(&self, css: &str, text: &str) {
        let what = format!("a click on {text:?} in {css} on {}", self.place());
        wait_for(&what, LIMIT, || {
            let element = self.holding(css, text)?;
            self.runtime.block_on(element.click()).ok()
        });
    }

    /// Writes a text into a field in place of what it held.
    #[track_caller]
    pub fn write(&self, css: &str, text: &str) {
        let what = format!("a field {css} to write into on {}", self.place());
        wait_for(&what, LIMIT, || {
            let element = self.shown(css).into_iter().next()?;
            self.runtime.block_on(async {
                element.clear().await.ok()?;
                element.send_keys(text).await.ok()
            })
        });
    }

    /// Chooses an option of a select by its value.
    #[track_caller]
    pub fn choose(&self, css: &str, value: &str) {
        self.wait(css);
        let script =
            "const field = document.querySelector(arguments[0]); field.value = arguments[1];
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true })); return field.value";
        let chosen = self.run(script, &[css.into(), value.into()]);
        assert_eq!(chosen, value, "{css} has no such option");
    }

    /// Sends keys to whatever has the focus; `Key::…` may be joined by `+`.
    #[track_caller]
    pub fn keys(&self, keys: impl Into<TypingData>) {
        let keys = keys.into();
        self.runtime
            .block_on(async { self.driver().active_element().await?.send_keys(keys).await })
            .unwrap();
    }

    /// What has the focus, as a CSS selector of tag, id and classes.
    #[track_caller]
    pub fn focus(&self) -> String {
        let script = "const e = document.activeElement; return e.tagName.toLowerCase()
            + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join('')";
        self.run(script, &[]).as_str().unwrap().to_owned()
    }

    /// Waits until nothing is being loaded and what was drawn is to be seen.
    #[track_caller]
    pub fn settle(&self) {
        self.wait_gone("[aria-busy=true]");
        let script = "const done = arguments[arguments.length - 1];
            document.fonts.ready.then(() =>
              requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.run_async(script, &[]);
    }

    /// All that CSS finds and that is shown.
    fn shown(&self, css: &str) -> Vec<WebElement> {
        self.runtime.block_on(async {
            let mut shown = Vec::new();
            for element in self.driver().find_all(By::Css(css)).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    shown.push(element);
                }
            }
            shown
        })
    }

    fn holding(&self, css: &str, text: &str) -> Option<WebElement> {
        self.shown(css).into_iter().find(|element| {
            self.runtime.block_on(element.text()).is_ok_and(|held| held.contains(text))
        })
    }
}
