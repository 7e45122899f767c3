//! One look at a screen: everything that must hold of it, in all its sizes and colours.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Browser;
use super::super::axe::{HEIGHT, NARROWEST, RULES, WIDTHS};
use crate::installed::node_modules;

/// How long a screen may take to be drawn on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);
/// Pause between two looks at whether it is.
const PAUSE: Duration = Duration::from_millis(10);
/// The rules of axe-core that colours can break.
const COLOURS: [&str; 2] = ["color-contrast", "link-in-text-block"];
/// Elements that a screen may have (the frame with it).
const ELEMENTS_MAX: u64 = 1_500;

/// Runs before the scripts of every page: counts the requests that are under way, notes what a
/// hostile text would call, and gathers everything that stands on the page.
const WATCH: &str = "window.harmed = []; window.underway = 0;
    window.harm = what => window.harmed.push(String(what));
    for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => window.harm(name);
    const fetched = window.fetch;
    window.fetch = (...all) => {
      window.underway += 1;
      return fetched(...all).finally(() => { window.underway -= 1; });
    };
    window.held = () => [document.title, document.body.textContent,
      ...[...document.querySelectorAll('input, textarea')].map(field => field.value)].join('\\n');";

/// Answers what the screen still waits for, or nothing: requests, an element, what is busy, texts.
const WAITS: &str = "const [css, texts] = arguments;
    if (document.readyState !== 'complete' || window.underway > 0) return 'requests';
    const fresh = each => each.checkVisibility() && !window.before?.has(each);
    if (![...document.querySelectorAll(css)].some(fresh)) return css;
    const busy = document.querySelector('[aria-busy=true]');
    if (busy?.checkVisibility()) return 'busy: ' + busy.className;
    const held = window.held();
    return texts.find(text => !held.includes(text)) ?? ''";

/// Looks once, when what was changed has been laid out.
const LOOK: &str = "const [rules, done] = arguments;
    const frame = () => new Promise(requestAnimationFrame);
    const made = 'img, iframe, object, embed, base';
    const acts = each => each.getAttributeNames().some(name => name.startsWith('on'))
      || (each.matches('script') && each.textContent.includes('harm('));
    const turns = /[\\u202a-\\u202e]/;
    (async () => {
      await frame(); await frame();
      const found = rules ? (await axe.run(document,
        { runOnly: rules, resultTypes: ['violations'], preload: false })).violations : [];
      const all = [...document.querySelectorAll('*')];
      const wide = [...document.querySelectorAll('html, main, dialog[open]')].filter(each =>
        each.scrollWidth > each.clientWidth);
      // Screens scroll inside the frame: a page that is higher has a second bar beside theirs.
      const high = document.querySelector('body > .app') && document.documentElement.scrollHeight - innerHeight;
      const bars = all.filter(each => each.matches('[role=tablist]') && each.scrollHeight > each.clientHeight
        && getComputedStyle(each).overflowY !== 'hidden');
      done({
        faults: [
          ...bars.map(each => `${each.className} can be scrolled up and down`),
          ...found.flatMap(rule => rule.nodes.map(node =>
            `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`)),
          ...wide.map(each => `${each.tagName} needs ${each.scrollWidth} px of ${each.clientWidth}`),
          ...(high > 0 ? [`the page is ${high} px higher than the window`] : []),
          ...window.harmed.map(what => `a text ran: ${what}`),
          ...all.filter(each => each.matches(made) || acts(each)).map(each => `made: ${each.outerHTML}`),
          ...all.filter(each => turned(each, turns)).map(each => `turned round: ${each.outerHTML}`),
        ],
        elements: all.length,
      });
    })().catch(fault => done({ faults: [String(fault)], elements: 0 }));
    function turned(element, turns) {
      if (element.matches('title, textarea, option, script, style')) return false;
      const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
      if (!own.some(node => turns.test(node.data.replace(/\\u2068[^\\u2069]*\\u2069/g, '')))) return false;
      let box = element;
      const ends = ({ unicodeBidi, display }) => unicodeBidi.startsWith('isolate') || !display.startsWith('inline');
      while (!ends(getComputedStyle(box))) box = box.parentElement;
      return box.textContent.trim() !== own.map(node => node.data).join('').trim();
    }";

/// What a look found.
#[derive(Deserialize)]
struct Found {
    faults: Vec<String>,
    elements: u64,
}

/// Has every page that is loaded from now on watched, and axe-core at hand.
pub fn watch(browser: &Browser, axe: bool) {
    let mut source = WATCH.to_owned();
    if axe {
        let file = node_modules().join("axe-core/axe.min.js");
        source.push_str(&std::fs::read_to_string(file).unwrap());
    }
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
}

/// What is on the page now belongs to the screen before: the next one is not drawn by it.
pub fn turn(browser: &Browser) {
    browser.run("window.before = new WeakSet(document.querySelectorAll('main *, dialog *'))", &[]);
}

/// The headings of the dialogs that are open.
pub fn dialogs(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('dialog[open] h2')].map(h => h.textContent)";
    serde_json::from_value(browser.run(script, &[])).unwrap()
}

/// Waits until a screen is drawn: the element is there, nothing is being loaded, the texts stand on
/// it. Answers what is missing where that never comes.
pub fn drawn(browser: &Browser, css: &str, texts: &[String]) -> Vec<String> {
    let start = Instant::now();
    loop {
        let wanted = browser.run(WAITS, &[json!(css), json!(texts)]);
        match wanted.as_str() {
            Some("") => return Vec::new(),
            _ if start.elapsed() > LIMIT => return vec![format!("waited in vain for {wanted}")],
            _ => std::thread::sleep(PAUSE),
        }
    }
}

/// Looks at the screen that is shown in light and dark at three widths, and at 320 px. Answers what
/// is wrong: rules of axe-core, sideways scroll, too many elements, what a text made or ran, errors
/// on the console.
pub fn everywhere(browser: &Browser) -> Vec<String> {
    let mut faults = Vec::new();
    for width in WIDTHS {
        browser.size(width, HEIGHT);
        faults.extend(look(browser, &format!("{width} px"), &json!(RULES)));
        browser.dark(true);
        // Dark changes colours and nothing else.
        faults.extend(look(browser, &format!("{width} px, dark"), &json!(COLOURS)));
        browser.dark(false);
    }
    browser.size(NARROWEST, HEIGHT);
    faults.extend(look(browser, "320 px", &Value::Null));
    browser.size(WIDTHS[0], HEIGHT);
    faults.extend(browser.faults());
    faults
}

/// Looks at the screen that is shown at the narrow widths, in the language that it speaks.
pub fn in_english(browser: &Browser) -> Vec<String> {
    let mut faults = Vec::new();
    for width in [WIDTHS[2], NARROWEST] {
        browser.size(width, HEIGHT);
        faults.extend(look(browser, &format!("{width} px, English"), &Value::Null));
    }
    browser.size(WIDTHS[0], HEIGHT);
    faults.extend(browser.japanese_left());
    faults.extend(browser.faults());
    faults
}

fn look(browser: &Browser, how: &str, rules: &Value) -> Vec<String> {
    let found = browser.run_async(LOOK, std::slice::from_ref(rules));
    let found: Found = serde_json::from_value(found).unwrap();
    let many = found.elements > ELEMENTS_MAX;
    let many = many.then(|| format!("{} elements", found.elements));
    found.faults.into_iter().chain(many).map(|fault| format!("{how}: {fault}")).collect()
}
