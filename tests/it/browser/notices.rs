//! Notices of the system: where the connection allows them, and what the pages say where it does not.

use std::time::Duration;

use serde_json::json;

use super::Browser;
use super::arrival::live;
use super::desk::patient_office;
use crate::harness::{Service, wait_until};
use crate::https::Secure;
use crate::office;

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);
/// A name that is no address of this machine, so that http to it is no secure context.
const NAME: &str = "cti.test";
/// Notices of the system are kept instead of shown; somebody else has the screen.
const KEPT: &str = "window.told = [];
    document.hasFocus = () => false;
    window.Notification = class {
      static permission = localStorage.getItem('granted') ? 'granted' : 'default';
      static async requestPermission() {
        localStorage.setItem('granted', '1');
        Notification.permission = 'granted';
        return 'granted';
      }
      constructor(title, options) {
        Object.assign(this, options, { title, closed: false });
        window.told.push(this);
      }
      close() { this.closed = true; }
    }";

#[test]
fn a_call_is_told_by_the_system_when_the_screen_is_not_in_front() {
    let service = patient_office();
    let browser = Browser::open(&service);
    browser.before_pages(KEPT);
    live(&browser, "/#/settings");
    assert!(!browser.shows(".way"), "this connection is good enough");
    browser.click_text(".settingsgrid button", "OS の通知を許可する");
    browser.wait_text(".settingsgrid label", "OS の通知を出す");
    browser.click_text(".settingsgrid button", "試しに通知を出す");
    let told = || {
        browser
            .run("return window.told.map(({ title, body, closed }) => [title, body, closed])", &[])
    };
    wait_until("a notice for a try", LIMIT, || told()[0][1] == "試しの通知です");
    let (caller, invite) = office::ring(&service);
    wait_until("the notice of a call", LIMIT, || told().as_array().unwrap().len() == 2);
    assert_eq!(told()[1], json!(["本店 着信", "和歌山 花子 090-0000-0001", false]));
    // A press on the notice leads to the call.
    browser.run("window.told[1].onclick()", &[]);
    browser.wait_place("#/desk?call=1");
    browser.wait_text(".cust .name", "和歌山 花子");
    caller.hang_up(&invite, None);
    // Who is answered elsewhere needs nobody's eye any more.
    let (caller, invite) = office::ring(&service);
    wait_until("the notice of the next call", LIMIT, || told().as_array().unwrap().len() == 3);
    caller.hang_up(&invite, Some("Reason: SIP;cause=200;text=\"Call completed elsewhere\""));
    wait_until("the end of the notice", LIMIT, || told()[2][2] == true);
    browser.assert_quiet("notices of the system");
}

#[test]
fn without_https_the_pages_say_what_is_missing_and_how_to_get_it() {
    let service = Service::start_with(&["--allow-host", NAME], "");
    office::furnish(&service);
    let flag = format!("--host-resolver-rules=MAP {NAME} 127.0.0.1");
    let origin = format!("http://{NAME}:{}", service.http().port());
    let browser = Browser::open_at(&origin, &[&flag]);
    browser.goto("/");
    let banner = ".banner[role=note]";
    browser.wait_text(banner, "OS の通知を使えません");
    assert_eq!(browser.axe(), Vec::<String>::new(), "the banner");
    browser.click(&format!("{banner} button"));
    browser.wait_gone(banner);
    browser.reload();
    browser.wait("cti-call-stack");
    assert!(!browser.shows(banner), "who has read it is left in peace");
    browser.goto("/#/settings");
    browser.wait_text(".way", "https://cti.test");
    browser.click_text(".way a", "https の設定");
    browser.wait_text(".screen.tls h1", "HTTPS");
    browser.wait_text(".screen.tls", "暗号化されていません");
    browser.wait_text(".screen.tls", "smartconnect --tls-self-signed");
    assert!(!browser.shows("a[href='/ca.crt']"), "there is no authority of our own to trust");
    browser.click_text(".more summary", "Windows");
    browser.wait_text(".more li", "信頼されたルート証明機関");
    // What else browsers keep for https works without it.
    browser.goto("/#/history?period=all");
    browser.click_text(".rest button", "コピー");
    browser.wait_text(".toast", "コピーしました");
    browser.assert_quiet("a connection without https");
}

#[test]
fn behind_its_own_authority_the_way_to_trust_it_is_a_download() {
    let service = Secure::start(&["--tls-self-signed"]);
    let browser = Browser::open_at(&service.origin(), &["--ignore-certificate-errors"]);
    let files = browser.save_files();
    browser.goto("/admin/#/tls");
    browser.wait_text(".facts", "HTTPS(自前の認証局)");
    browser.wait_text(".screen.tls", "この画面は暗号化されています");
    browser.click("a[href='/ca.crt']");
    let (name, bytes) = files.take();
    assert_eq!(name, "smartconnect-ca.crt");
    assert!(
        bytes.starts_with(b"-----BEGIN CERTIFICATE-----"),
        "{}",
        String::from_utf8_lossy(&bytes)
    );
    browser.goto("/#/settings");
    browser.wait_text(".settingsgrid button", "OS の通知を許可する");
    browser.wait_text("#feed", "ライブ");
}
