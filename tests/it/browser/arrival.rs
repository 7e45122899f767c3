//! When a call's card stands on the screen of a live desk.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::Browser;
use crate::harness::{Caller, Invite, wait_for};

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);
/// Notes in the page when each card was put on the screen.
const WATCH: &str = "window.seen = {};
    const look = () => { for (const card of document.querySelectorAll('.calls [data-call]'))
        window.seen[card.dataset.call] ??= Date.now(); };
    new MutationObserver(look).observe(document.querySelector('cti-call-stack'),
        { childList: true, subtree: true })";

/// Goes to a screen and waits until its feed is live, so that the next call is told to it.
#[track_caller]
pub fn live(browser: &Browser, path: &str) {
    browser.goto(path);
    let script = "return document.querySelector('#feed .dot')?.className.trim()";
    wait_for("a live feed", LIMIT, || (browser.run(script, &[]) == "dot").then_some(()));
}

/// Opens the desk, which notes from now on when each card comes.
pub fn watch(browser: &Browser) {
    live(browser, "/");
    browser.wait("cti-call-stack");
    browser.run(WATCH, &[]);
}

/// Rings; answers when, in milliseconds of the page's clock.
pub fn ring(caller: &Caller, invite: &Invite) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    caller.ring(invite);
    u64::try_from(now.as_millis()).unwrap()
}

/// When the call's card came, on the same clock.
pub fn seen(browser: &Browser, invite: &Invite) -> u64 {
    wait_for("the card", LIMIT, || {
        let script = "return window.seen[arguments[0]] ?? null";
        browser.run(script, &[json!(invite.call_id)]).as_u64()
    })
}
