//! The screens of the operator console, and what opens above them.

use thirtyfour::Key;

use super::super::Browser;
use super::office::{BREAKOUT, MARKUP, Office, TURNING, hostile};
use super::screens::{Screen, screen};

/// The small square that chooses every row.
const ALL: &str = "thead input[type=checkbox]";

/// Every screen of the console.
pub fn screens(office: &Office) -> Vec<Screen> {
    let all = [desk(office), history(office), work(), customers(office), others(office)];
    all.into_iter().flatten().collect()
}

fn desk(office: &Office) -> Vec<Screen> {
    let stranger = format!("/#/desk?call={}", office.ringing);
    let known = format!("/#/desk?call={}", office.call);
    vec![
        screen("/#/desk", "cti-call-stack .call").holding(&[MARKUP]),
        screen(&stranger, ".cust h2").holding(&[MARKUP]),
        screen(&known, ".cust h2").holding(&[MARKUP, BREAKOUT, TURNING]),
        screen("/#/mini", "cti-call-stack .call").holding(&[MARKUP, TURNING]),
        screen("/#/wallboard", ".bigcall").holding(&[MARKUP, TURNING]),
        screen("/#/desk", "cti-call-stack .call").after(|browser| {
            browser.keys("?");
            browser.wait("dialog .keys");
        }),
        screen(&stranger, "#memo").holding(&[MARKUP]).after(clash),
    ]
}

/// Somebody else saved while a memo was written.
fn clash(browser: &Browser) {
    browser.write("#memo", "わたしのメモ");
    let script = "const [memo, done] = arguments;
        const id = new URLSearchParams(location.hash.split('?')[1]).get('call');
        fetch(`/CTI_SmartConnectService/RestService/ReceivedCall-Record/${id}`, {
          method: 'PUT', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ メモ: memo }),
        }).then(answer => done(answer.status), String)";
    assert_eq!(browser.run_async(script, &[format!("{MARKUP} 2").into()]), 200);
    browser.wait(".changed");
    browser.click(".memo [type=submit]");
    browser.wait("dialog .clash");
}

fn history(office: &Office) -> Vec<Screen> {
    const LIST: &str = "/#/history?period=all";
    const ROWS: &str = ".calls tbody tr";
    let record = format!("/#/history/{}?period=all", office.call);
    let long = hostile(3, 80);
    vec![
        screen("/#/history", ROWS),
        screen(LIST, ROWS).holding(&[MARKUP, BREAKOUT, TURNING, &long]),
        screen(LIST, ROWS).after(|browser| {
            browser.click(ALL);
            browser.wait(".bulk");
        }),
        screen(LIST, ROWS).after(|browser| {
            browser.click("tbody tr:first-child .memo button");
            browser.wait(".memoedit textarea");
        }),
        screen(LIST, ROWS).after(|browser| {
            browser.click(".pagehead [popovertarget]");
            browser.wait(".menu .order li");
        }),
        screen("/#/history?from=2001/01/01&to=2001/01/02", ".empty p"),
        screen(&record, "dialog .handling").holding(&[MARKUP, BREAKOUT, TURNING]),
        screen(&record, "dialog .handling").after(|browser| {
            browser.write(".handling textarea", "納期の件");
            browser.keys(Key::Escape + "");
            browser.wait("dialog .btn.danger");
        }),
    ]
}

fn work() -> Vec<Screen> {
    /// Opens what a button of the first hostile job leads to.
    fn act(browser: &Browser, name: &str, shows: &str) {
        browser.click(&format!(".job.late [data-act={name}]"));
        browser.wait(shows);
    }
    const JOBS: &str = ".job.late";
    vec![
        screen("/#/work", ".job").holding(&[MARKUP, BREAKOUT, TURNING]),
        screen("/#/work?tab=over", ".jobs li"),
        screen("/#/work", JOBS).after(|browser| {
            act(browser, "promise", "dialog cti-date");
            browser.click("dialog cti-date button");
            browser.wait(".calendar");
        }),
        screen("/#/work", JOBS).after(|browser| act(browser, "note", "dialog textarea")),
        screen("/#/work", JOBS)
            .holding(&[MARKUP, BREAKOUT, TURNING])
            .after(|browser| act(browser, "forward", "dialog .target")),
    ]
}

fn customers(office: &Office) -> Vec<Screen> {
    let card = format!("/#/customers/{}", office.customer);
    let adopt = format!("/#/customers?new=05033334400&call={}", office.ringing);
    let shows = "article h2";
    vec![
        screen("/#/customers", ".plist a").holding(&[MARKUP, BREAKOUT, TURNING]),
        screen("/#/customers/new", "form.cform"),
        screen(&adopt, "form.cform"),
        screen(&card, ".same button").holding(&[MARKUP, BREAKOUT, TURNING]),
        screen(&card, shows).holding(&[MARKUP, BREAKOUT, TURNING]).after(|browser| {
            browser.click("[data-act=edit]");
            browser.wait("form.cform");
        }),
        screen(&card, shows).after(|browser| {
            browser.click("[data-act=edit]");
            browser.write("form.cform [data-field=備考] textarea", "x");
            browser.run("location.hash = '#/settings'", &[]);
            browser.wait("dialog .btn.danger");
        }),
        screen(&card, ".phone button").after(|browser| {
            browser.click(".phone button");
            browser.wait("dialog .treat");
        }),
        screen(&card, shows).after(|browser| {
            browser.click("[data-act=merge]");
            browser.wait("dialog .prow");
        }),
        screen(&card, ".same button").holding(&[MARKUP, BREAKOUT, TURNING]).after(|browser| {
            browser.click(".same button");
            browser.wait("dialog .compare");
        }),
        screen(&card, shows).holding(&[MARKUP]).after(|browser| {
            browser.click("[data-act=erase]");
            browser.wait("dialog .btn.danger");
        }),
    ]
}

fn others(office: &Office) -> Vec<Screen> {
    let tables = |browser: &Browser| {
        let open =
            "for (const each of document.querySelectorAll('.panel details')) each.open = true";
        browser.run(open, &[]);
        browser.wait(".panel:last-of-type table");
    };
    let hour = |browser: &Browser| {
        let click = "document.querySelector('cti-heatmap .hit').dispatchEvent(new Event('click'))";
        browser.wait("cti-heatmap svg");
        browser.run(click, &[]);
        browser.wait("dialog .days a");
    };
    let reset = |browser: &Browser| {
        browser.click(".settingsgrid .btn.bad");
        browser.wait("dialog .btn.danger");
    };
    let long = hostile(3, 80);
    let known = format!("/#/desk?call={}", office.call);
    vec![
        screen("/#/statistics", ".rank a").holding(&[MARKUP, BREAKOUT, &long]),
        screen("/#/statistics", ".rank a").holding(&[&long]).after(tables),
        screen("/#/statistics", ".rank a").after(hour),
        screen("/#/statistics?from=2001/01/01&to=2001/01/02", ".empty, .nothing"),
        screen("/#/settings", "main h1"),
        screen("/#/settings", ".settingsgrid").after(reset),
        // Once more among the sheets of all the others.
        screen(known, ".cust h2").holding(&[MARKUP, BREAKOUT, TURNING]),
    ]
}
