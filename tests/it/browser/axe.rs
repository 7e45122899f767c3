//! What every screen must be: accessible, quiet on the console, no wider than the window.

use serde_json::json;

use super::Browser;
use crate::installed::node_modules;

/// The rules of axe-core that hold.
pub(super) const RULES: [&str; 6] =
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/// Widths at which a screen is looked at.
pub(super) const WIDTHS: [u32; 3] = [1440, 1024, 390];
/// The narrowest window that must do without scrolling sideways (WCAG 1.4.10).
pub(super) const NARROWEST: u32 = 320;
pub(super) const HEIGHT: u32 = 900;

impl Browser {
    /// Looks at the screen that is shown: axe-core in light and dark at three widths, no sideways
    /// scroll down to 320 px, no error on the console since the last look. Leaves it light at
    /// 1440 × 900.
    #[track_caller]
    pub fn check(&self, name: &str) {
        for width in WIDTHS {
            self.size(width, HEIGHT);
            for dark in [false, true] {
                self.dark(dark);
                let faults = self.axe();
                let colours = if dark { "dark" } else { "light" };
                assert!(faults.is_empty(), "{name}, {width} px, {colours}: {faults:#?}");
            }
            self.assert_fits(name, width);
        }
        self.size(NARROWEST, HEIGHT);
        self.assert_fits(name, NARROWEST);
        self.size(WIDTHS[0], HEIGHT);
        self.dark(false);
        self.assert_quiet(name);
    }

    /// No error was written to the console since the last look.
    #[track_caller]
    pub fn assert_quiet(&self, name: &str) {
        let faults = self.faults();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
    }

    #[track_caller]
    fn assert_fits(&self, name: &str, width: u32) {
        let script = "return document.documentElement.scrollWidth";
        let needed = self.run(script, &[]).as_u64().unwrap();
        assert!(needed <= u64::from(width), "{name} needs {needed} px of {width}");
    }

    /// What axe-core finds wrong with the page as it is: rule, element and why, one a line.
    #[track_caller]
    pub fn axe(&self) -> Vec<String> {
        if self.run("return typeof axe", &[]) == "undefined" {
            let file = node_modules().join("axe-core/axe.min.js");
            let script = std::fs::read_to_string(file).unwrap();
            self.run(&script, &[]);
        }
        let script = "const [tags, done] = arguments;
            axe.run(document, { runOnly: tags, resultTypes: ['violations'] })
              .then(found => found.violations.flatMap(rule => rule.nodes.map(node =>
                `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`)), String)
              .then(done)";
        let found = self.run_async(script, &[json!(RULES)]);
        serde_json::from_value(found).unwrap()
    }

    /// Japanese that a person sees in English outside data (`.data`, `[data-data]`), fields and what
    /// says that it is Japanese (`lang=ja`).
    #[track_caller]
    pub fn japanese_left(&self) -> Vec<String> {
        let script = r"const data = '.data, [data-data], [lang=ja]';
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const japanese = /[\u3040-\u30ff\u3400-\u9fff\uff01-\uff9f]/;
            const left = [];
            for (let node = walk.nextNode(); node; node = walk.nextNode()) {
              const at = node.parentElement;
              if (!japanese.test(node.data) || at.closest(`${data}, textarea, script`)) continue;
              if (at.checkVisibility()) left.push(node.data.trim());
            }
            for (const name of ['aria-label', 'title', 'placeholder']) {
              for (const at of document.querySelectorAll(`[${name}]`)) {
                if (at.closest(data) || !at.checkVisibility()) continue;
                if (japanese.test(at.getAttribute(name))) left.push(`${name}=${at.getAttribute(name)}`);
              }
            }
            return left";
        serde_json::from_value(self.run(script, &[])).unwrap()
    }
}
