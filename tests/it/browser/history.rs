//! The call history: what a person narrows down, pages through, writes and sends on.

use serde_json::{Value, json};
use thirtyfour::Key;

use super::Browser;
use crate::deliveries::add_chat;
use crate::harness::{Caller, Invite, Outcome, Receiver, Service};
use crate::office::{self, CUSTOMER, LINE};

/// Rows of a page (static/js/console/history/query.js).
const PAGE: usize = 50;
/// More calls than a page has.
const CALLS: usize = PAGE + 6;
/// A caller whose name is markup.
const HOSTILE: &str = "<img src=x onerror=alert(1)>";
/// His number.
const HOSTILE_NUMBER: &str = "0312345678";

/// Fills the history; the last call is the hostile one's.
fn fill(service: &Service) {
    let caller = Caller::new(service.sip());
    for at in 1..CALLS {
        let other = format!("03111100{at:02}");
        let from = if at % 20 == 0 { CUSTOMER } else { &other };
        caller.ring(&Invite::new(from, LINE));
    }
    let line = format!("From: \"{HOSTILE}\" <sip:{HOSTILE_NUMBER}@gw.example>;tag=h1");
    let invite = Invite::new(HOSTILE_NUMBER, LINE).caller_line(line);
    caller.ring(&invite);
    office::call(service, &invite.call_id);
}

/// The IDs of the rows that are shown, in their order.
fn shown(browser: &Browser) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('.calls tbody tr')].map(row => row.dataset.id)";
    serde_json::from_value(browser.run(script, &[])).unwrap()
}

/// The IDs that an address of the service answers.
fn asked(service: &Service, address: &str) -> Vec<String> {
    let path = address.split("/RestService/").nth(1).unwrap();
    let rows: Value = service.get(path);
    let id = |row: &Value| row["ID"].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn a_history_is_narrowed_paged_and_sent_on() {
    let service = office::open();
    fill(&service);
    let browser = Browser::open(&service);
    browser.goto("/#/history?period=all");
    browser.wait_text(".pagehead", &CALLS.to_string());
    assert_eq!(shown(&browser).len(), PAGE);
    let first = shown(&browser);
    pages(&browser, &first);
    numbers(&browser, &service);
    // What was asked stands in the address: whoever gets it sees the same.
    let place = browser.place();
    let found = shown(&browser);
    browser.goto("/#/desk");
    browser.wait("main h1");
    browser.goto(&place);
    browser.wait_text(".calls .caller", "和歌山 花子");
    assert_eq!(shown(&browser), found);
    columns(&browser);
}

fn pages(browser: &Browser, first: &[String]) {
    browser.click(".pager .btn:last-child");
    browser.wait_place("after=");
    browser.wait_text(".pager", &format!("{}–{CALLS}", PAGE + 1));
    let rest = shown(browser);
    assert_eq!(rest.len(), CALLS - PAGE);
    assert!(rest.iter().all(|id| !first.contains(id)));
    browser.click(".pager .btn:nth-last-child(2)");
    browser.wait_text(".pager", &format!("1–{PAGE}"));
    assert!(!browser.place().contains("after="), "{}", browser.place());
    assert_eq!(shown(browser), first);
}

/// The headings of the table in their order.
fn headings(browser: &Browser) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('.calls thead th')].map(th => th.textContent.trim())";
    let texts: Vec<String> = serde_json::from_value(browser.run(script, &[])).unwrap();
    texts.into_iter().filter(|text| !text.is_empty()).collect()
}

/// Columns are added, moved and taken away; the choice is kept until the delivered ones are wanted.
fn columns(browser: &Browser) {
    let delivered = headings(browser);
    browser.click(".pagehead [popovertarget]");
    browser.click(".menu [data-focus='show-会社名']");
    browser.wait_text(".calls tbody", "紀州商店");
    assert_eq!(headings(browser).last().unwrap(), "会社名");
    browser.click(".menu [data-focus='up-会社名']");
    browser.click(".menu [data-focus='show-対応者']");
    browser.click(".menu [data-focus='up-着信日時']");
    assert!(!browser.shows(".menu [data-focus='show-相手']:enabled"), "the caller opens a record");
    let wanted = ["日時", "状態", "相手", "回線", "秒数", "対応状況", "会社名", "メモ"];
    assert_eq!(headings(browser), wanted);
    browser.check("columns of the history");
    browser.reload();
    browser.wait_text(".calls tbody", "紀州商店");
    assert_eq!(headings(browser), wanted);
    browser.click(".pagehead [popovertarget]");
    browser.click(".menuhead .btn");
    browser.wait_gone(".calls td.extra");
    assert_eq!(headings(browser), delivered);
    browser.keys(Key::Escape);
}

/// Numbers as people type them; the addresses shown answer the same rows.
fn numbers(browser: &Browser, service: &Service) {
    browser.write(".numbers input", "０９０－００００－０００１　03-1111-0005");
    browser.keys(Key::Enter);
    browser.wait_place("09000000001");
    browser.wait_text(".pagehead", "3");
    let rest = || browser.attribute(".rest code", "data-address").unwrap();
    assert!(rest().ends_with("/50/True/0/09000000001&0311110005"), "{}", rest());
    assert_eq!(shown(browser), asked(service, &rest()));
    // With a line the original's four parts cannot say it: the list does.
    browser.choose(".filters select[name=line]", "1");
    browser.wait_place("No=1");
    browser.wait_text(".rest", "limit=");
    assert_eq!(shown(browser), asked(service, &rest()));
    assert_eq!(shown(browser).len(), 3);
    let csv = browser.attribute(".pagehead a[href*='format=csv']", "href").unwrap();
    let path = csv.split("/RestService/").nth(1).unwrap().to_owned();
    let file = service.send("GET", &path, &[], "");
    assert_eq!(file.status, 200);
    assert_eq!(file.text().lines().count(), 4, "{}", file.text());
    browser.write(".numbers input", "1 2 3 4 5 6 7");
    browser.keys(Key::Enter);
    browser.wait_text(".numbers .err", "6 件まで");
    assert!(!browser.place().contains("1%2C2"), "{}", browser.place());
    browser.write(".numbers input", "09000000001 0311110005");
    browser.keys(Key::Enter);
    browser.wait_gone(".numbers .err");
    browser.wait_place("09000000001%2C0311110005");
    browser.wait_text(".pagehead", "3");
}

#[test]
fn a_record_is_written_in_its_place_and_others_see_it() {
    let service = office::open();
    let (caller, invite) = office::ring(&service);
    caller.hang_up(&invite, None);
    office::call_in_state(&service, &invite.call_id, "不在");
    let line = format!("From: \"{HOSTILE}\" <sip:{HOSTILE_NUMBER}@gw.example>;tag=h1");
    let hostile = Invite::new(HOSTILE_NUMBER, LINE).caller_line(line);
    caller.ring(&hostile);
    let hostile = office::call(&service, &hostile.call_id)["ID"].as_str().unwrap().to_owned();
    let browser = Browser::open(&service);
    let other = browser.beside(&service);
    for each in [&browser, &other] {
        each.goto("/#/history?period=all");
        each.wait_text(".calls .caller", "和歌山 花子");
        each.wait_text("#feed", "ライブ");
    }
    browser.click("tr:last-child .memo button");
    browser.write(".memoedit textarea", "見積の件");
    browser.keys(Key::Enter);
    other.wait_text("tr:last-child .memo", "見積の件");
    many_at_once(&browser, &service);
    new_calls_wait(&browser, &service);
    hostile_name(&browser, &hostile);
    beside_the_list(&browser, &service);
}

/// Two records are done with one press, and the press is taken back.
fn many_at_once(browser: &Browser, service: &Service) {
    browser.click("th .pick input, th.pick input");
    browser.click(".bulk .pri");
    browser.wait_text(".calls tr:last-child .hd", "対応済");
    browser.click_text(".toast .btn", "元に戻す");
    browser.wait_text(".calls tr:last-child .hd", "未対応");
    let states = office::calls(service);
    assert!(states.iter().all(|call| call["対応状況"] != "対応済"), "{states:?}");
}

/// A call that comes in meanwhile moves nothing until that is wanted.
fn new_calls_wait(browser: &Browser, service: &Service) {
    Caller::new(service.sip()).ring(&Invite::new("0311112222", LINE));
    browser.wait_text(".news", "1 件の新しい着信");
    assert_eq!(browser.count(".calls tbody tr"), 2);
    browser.click(".news");
    browser.wait_text(".calls .caller", "03-1111-2222");
}

/// Markup in a name is text in the list, beside it and on paper.
fn hostile_name(browser: &Browser, id: &str) {
    browser.wait_text(".calls .caller", HOSTILE);
    browser.click(&format!("tr[data-id='{id}'] .linklike"));
    browser.wait_text(".recordhead .name", HOSTILE);
    assert!(browser.place().starts_with(&format!("/#/history/{id}")), "{}", browser.place());
    browser.keys(Key::Escape);
    browser.wait_gone("dialog");
    assert!(browser.focus().contains("linklike"), "the focus returns: {}", browser.focus());
    back_and_forth(browser, id);
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    browser.wait_text(".calls .caller", HOSTILE);
    browser.wait(".paper");
    assert!(!browser.shows(".nav a") && !browser.shows(".filters"));
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "" }));
    assert_eq!(browser.run("return document.querySelectorAll('img').length", &[]), 0);
    browser.assert_quiet("a hostile name");
}

/// The way back closes a record, and on opens it again; what is written there is asked about.
fn back_and_forth(browser: &Browser, id: &str) {
    let list = "/#/history?period=all";
    browser.wait_place(list);
    browser.run("history.forward()", &[]);
    browser.wait_text(".recordhead .name", HOSTILE);
    browser.wait_place(&format!("/#/history/{id}"));
    browser.write(".handling textarea", "書きかけ");
    browser.run("history.back()", &[]);
    browser.wait_text("dialog:last-of-type", "書いたものを捨てますか");
    browser.click("dialog:last-of-type button[value='']");
    browser.wait_place(&format!("/#/history/{id}"));
    assert_eq!(browser.value(".handling textarea"), "書きかけ");
    browser.run("history.back()", &[]);
    browser.click("dialog:last-of-type button[value=yes]");
    browser.wait_gone("dialog");
    browser.wait_place(list);
}

/// What two people write at once is not lost: the second hears of the first.
fn beside_the_list(browser: &Browser, service: &Service) {
    browser.click("tr:last-child .linklike");
    browser.wait(".handling");
    browser.write(".handling textarea", "納期の件");
    let id = shown(browser).pop().unwrap();
    service.put("ReceivedCall-Record", &id, &json!({"メモ": "別の人のメモ"}));
    browser.wait_text(".handling .err", "ほかの人");
    browser.keys(Key::Control + Key::Enter);
    browser.wait_text(".handling .err", "別の人のメモ");
    browser.click(".handling .pri");
    browser.wait_text(".toast", "保存しました");
    assert_eq!(service.row("ReceivedCall-Record", &id)["メモ"], "納期の件");
    // 412 is told on the console by the browser itself.
    browser.faults();
    sent_on(browser, service);
}

/// 伝言メモ: nobody to send to is told, then a room gets the call with the note.
fn sent_on(browser: &Browser, service: &Service) {
    let open = || browser.click_text(".record .btn", "伝言を送る");
    open();
    browser.wait_text(".forward .empty", "通知先を登録");
    browser.keys(Key::Escape);
    browser.wait_gone(".forward");
    let receiver = Receiver::start([Outcome::Ok("ok".to_owned())]);
    // 不在時 only, so that nothing goes out by itself.
    let missed = json!({"タイミング": "不在時", "名称": "営業ルーム"});
    add_chat(service, "Slack", &receiver.url("/room"), &missed);
    open();
    browser.wait_text(".forward .target", "営業ルーム");
    browser.click_text(".forward .chip", "折返しお願いします。");
    // The note goes out and its answer is lost: whoever presses again sends no second one.
    browser.lose_answer("/Forward");
    browser.click(".forward .pri");
    browser.wait_text(".forward .err", "送れませんでした");
    browser.click(".forward .pri");
    browser.wait_text(".toast", "営業ルーム に伝言を送りました");
    let notes = service.get("Notification-Delivery?タイミング=転送");
    assert_eq!(notes.as_array().unwrap().len(), 1, "{notes}");
    let text = receiver.wait_for(1)[0].json().to_string();
    assert!(text.contains("折返しお願いします。") && text.contains("和歌山 花子"), "{text}");
}
