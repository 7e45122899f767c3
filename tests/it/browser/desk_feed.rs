//! When something is away: the feed (said on the screen, summed up once), the store's disk.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use serde_json::json;

use super::Browser;
use super::arrival::live;
use crate::harness::{Caller, Invite, Service, SmallDisk, wait_for, wait_until};
use crate::office;

/// How long a browser may take to notice, and to come back.
const LIMIT: Duration = Duration::from_secs(60);
/// Calls that ring while the browser hears nothing.
const UNHEARD: usize = 3;

#[test]
fn a_lost_feed_is_told_and_what_was_missed_is_summed_up_once() {
    let mut service = office::open();
    let browser = Browser::open(&service);
    live(&browser, "/");
    let heard = Invite::new(office::CUSTOMER, office::LINE);
    let caller = Caller::new(service.sip());
    caller.ring(&heard);
    browser.wait_text(".calls li", "和歌山 花子");
    caller.hang_up(&heard, None);
    browser.wait_text(".list .rowbtn", "和歌山 花子");

    service.kill();
    wait_for("the banner", LIMIT, || browser.shows("[data-banner=feed]").then_some(()));
    assert_ne!(
        browser.run("return document.querySelector('#feed .dot').className.trim()", &[]),
        "dot"
    );
    // The same office where the browser does not look.
    let there = service.http();
    let elsewhere = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    service.restart_at(elsewhere);
    for number in 0..UNHEARD {
        let caller = Caller::new(service.sip());
        let invite = Invite::new(&format!("031234567{number}"), office::LINE);
        caller.ring(&invite);
        caller.hang_up(&invite, Some("Reason: Q.850;cause=19"));
        office::call_in_state(&service, &invite.call_id, "不在");
    }
    service.stop();
    service.restart_at(there);
    wait_for("the summary", LIMIT, || browser.shows("[data-banner=missed]").then_some(()));
    browser.wait_gone("[data-banner=feed]");
    let said = browser.text("[data-banner=missed]");
    assert!(said.contains(&format!("着信 {UNHEARD} 件(不在 {UNHEARD} 件)")), "{said}");
    assert_eq!(browser.count(".toast"), 0, "no notice for each of them");
    browser.wait_text(".list .rowbtn", "03-1234-5672");
    // And the next call is heard as ever.
    let next = Invite::new("0312345680", office::LINE);
    let caller = Caller::new(service.sip());
    caller.ring(&next);
    browser.wait_text(".calls li", "03-1234-5680");
    caller.hang_up(&next, None);
}

#[test]
fn a_call_that_cannot_be_recorded_is_shown_and_its_memo_waits() {
    let disk = SmallDisk::limited();
    let service = Service::start_on(&disk);
    office::furnish(&service);
    let browser = Browser::open(&service);
    live(&browser, "/");
    disk.fill(service.pid());
    let row = json!({"氏名": "新しい 顧客"}).to_string();
    wait_until("a write to be refused", LIMIT, || {
        service.send("POST", "CustomerAddress", &[], &row).status == 503
    });
    let (caller, invite) = office::ring(&service);
    browser.wait_text(".cust .name", "和歌山 花子");
    browser.wait_text(".memo header", "記録待ち");
    browser.write("#memo", "記録の前に書いた");
    let save = ".memo [type=submit]";
    assert!(browser.attribute(save, "disabled").is_some(), "nothing to save it into yet");

    disk.free(service.pid());
    let enabled = || browser.attribute(save, "disabled").is_none();
    wait_until("the record", LIMIT, enabled);
    browser.wait_place("call=");
    assert_eq!(browser.value("#memo"), "記録の前に書いた");
    assert_eq!(browser.count(".calls li"), 1, "the same card");
    browser.click(save);
    wait_until("the memo's record", LIMIT, || {
        office::call(&service, &invite.call_id)["メモ"] == "記録の前に書いた"
    });
    caller.hang_up(&invite, None);
}
