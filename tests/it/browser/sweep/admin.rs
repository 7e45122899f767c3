//! The screens of the administration, and what opens above them.

use serde_json::{Value, json};

use super::super::Browser;
use super::super::import::choose_file;
use super::office::{self, BREAKOUT, MARKUP, Office, TURNING};
use super::screens::{Screen, screen, wizard_steps};

const LIST: &str = "main .screen h1";
const FORM: &str = "main form.drawer";
const SAVE: &str = ".drawer footer button[type=submit]";
/// Its rows come and go with the browsers.
const CLIENTS: &str = "ConnectedClient";
/// Resources whose screens are logs.
const LOGS: [&str; 2] = ["Notification-Delivery", "Audit-Log"];

/// Every screen of the administration.
pub fn screens(office: &Office) -> Vec<Screen> {
    let all = [resources(office), above(), logs(office), own(), wizard()];
    all.into_iter().flatten().collect()
}

/// The screens that the menu knows by their names in the address; a page of it must be open.
pub fn routes(browser: &Browser) -> Vec<String> {
    let script = "const done = arguments[arguments.length - 1];
        import('/js/admin/menu.js').then(menu => done(Object.keys(menu.screens())), String)";
    serde_json::from_value(browser.run_async(script, &[])).unwrap()
}

/// The list of every resource, the form of a new row, and the form of the row with most hostile texts.
fn resources(office: &Office) -> Vec<Screen> {
    let all = office::resources(&office.service).into_iter();
    let all = all.filter(|resource| !LOGS.contains(&resource["uri"].as_str().unwrap()));
    all.flat_map(|resource| of_resource(office, &resource)).collect()
}

fn of_resource(office: &Office, resource: &Value) -> Vec<Screen> {
    let uri = resource["uri"].as_str().unwrap();
    let list = format!("/admin/#/{uri}");
    let mut all = vec![screen(&list, LIST)];
    if resource["methods"].as_array().unwrap().contains(&json!("POST")) {
        all.push(screen(format!("{list}/new"), FORM));
    }
    if uri == CLIENTS {
        all.push(screen("/admin/#/overview", LIST).holding(&[MARKUP]).after(own_screen));
        return all;
    }
    let rows = office.rows(&format!("{uri}?order=desc&limit=100"));
    let row = rows.iter().max_by_key(|row| Office::hostile_in(row).len());
    let row = row.unwrap_or_else(|| panic!("the office has no {uri}"));
    let key = row[resource["key"].as_str().unwrap()].as_str().unwrap();
    let mut form = screen(format!("{list}/{key}"), FORM);
    form.holds = Office::hostile_in(row);
    all.push(form);
    all
}

/// This browser's own screen among those that are open: its row lives as long as its feed.
fn own_screen(browser: &Browser) {
    browser.wait("#feed .dot:not(.wait, .off)");
    browser.run(&format!("location.hash = '#/{CLIENTS}'"), &[]);
    browser.click("tbody tr:last-child .idlink");
    browser.wait(FORM);
}

/// What opens above a list or a form.
fn above() -> Vec<Screen> {
    let columns = |browser: &Browser| {
        browser.click("[popovertarget]");
        browser.wait(".menu .order li");
    };
    let erase = |browser: &Browser| {
        browser.click("thead input[type=checkbox]");
        browser.click(".bulk .bad");
        browser.wait("dialog .btn.danger");
    };
    let discard = |browser: &Browser| {
        browser.write("[data-field=回線名] input", "x");
        browser.click(".nav a[data-screen=overview]");
        browser.wait("dialog .btn.danger");
    };
    let token = |browser: &Browser| {
        browser.write("[data-field=名称] input", MARKUP);
        browser.click(SAVE);
        browser.wait("dialog pre");
    };
    vec![
        screen("/admin/#/CustomerAddress", "tbody tr").after(columns),
        screen("/admin/#/ContainmentLine", "tbody tr").holding(&[MARKUP]).after(erase),
        screen("/admin/#/ContainmentLine/1", FORM).after(discard),
        screen("/admin/#/API-Token/new", FORM).after(token),
        screen("/admin/#/ContainmentLine?q=nothing", ".empty"),
    ]
}

fn logs(office: &Office) -> Vec<Screen> {
    let again = |browser: &Browser| {
        browser.click(".logbar > .btn:last-of-type");
        browser.wait("dialog form");
    };
    let mut all = Vec::new();
    for uri in LOGS {
        let row = office.newest_with(uri, MARKUP);
        all.push(screen(format!("/admin/#/{uri}"), ".logtable tbody tr").holding(&[MARKUP]));
        all.push(screen(format!("/admin/#/{uri}/{row}"), ".drawer .body").holding(&[MARKUP]));
    }
    all.push(screen("/admin/#/Notification-Delivery", ".logtable tbody tr").after(again));
    all
}

fn own() -> Vec<Screen> {
    let send = |browser: &Browser| {
        browser.click(".apigrid .btn.pri");
        browser.wait("dialog form");
    };
    vec![
        screen("/admin/#/overview", LIST).holding(&[MARKUP]),
        screen("/admin/#/import", ".dropzone"),
        screen("/admin/#/import", ".dropzone")
            .holding(&[MARKUP, BREAKOUT, TURNING])
            .after(rehearse),
        screen("/admin/#/import", ".dropzone").after(refused),
        screen("/admin/#/import", ".dropzone").after(leave_import),
        screen("/admin/#/explorer", ".oplist summary"),
        screen("/admin/#/explorer/listContainmentLine", ".optitle"),
        screen("/admin/#/explorer/deleteContainmentLine", ".optitle").after(send),
        screen("/admin/#/tls", ".card"),
        screen("/admin/#/origins", ".card"),
        screen("/admin/#/find", LIST),
        screen("/admin/#/find?q=harm", ".hits a").holding(&[MARKUP, BREAKOUT]),
    ]
}

/// A file of hostile customers is rehearsed.
fn rehearse(browser: &Browser) {
    let quoted = BREAKOUT.replace('"', "\"\"");
    let rows = [MARKUP, &format!("\"{quoted}\""), TURNING];
    let rows = rows.map(|name| format!("{name},{name},03-0000-0001\n")).concat();
    choose_file(browser, &format!("氏名,会社名,電話番号1\n{rows}"));
    browser.wait("[data-rehearsal=good]");
}

/// A file with a hostile value that is no telephone number.
fn refused(browser: &Browser) {
    choose_file(browser, &format!("氏名,電話番号1\n{MARKUP},{MARKUP}\n"));
    browser.wait("[data-rehearsal=faults]");
    // The browser itself tells of an answer that is no 2xx.
    browser.faults();
}

/// Somebody leaves while a file is being sent.
fn leave_import(browser: &Browser) {
    browser.run("XMLHttpRequest.prototype.send = () => {}", &[]);
    choose_file(browser, "氏名\n山田\n");
    browser.wait("progress");
    browser.click(".nav a[data-screen=overview]");
    browser.wait("dialog .btn.danger");
}

/// Every step of the first run.
fn wizard() -> Vec<Screen> {
    let at = |step: String| screen(format!("/admin/#/start?step={step}"), ".step .body > *");
    let half = screen("/admin/#/start?step=lines", ".step .body > *").after(|browser| {
        browser.write("[name=回線名]", "x");
        browser.click(".nav a[data-screen=overview]");
        browser.wait("dialog .btn.danger");
    });
    wizard_steps().into_iter().map(at).chain([half]).collect()
}
