//! What a desk knows and does about one call: who it is, what was before, pages, call-back, a note
//! to a colleague.

use std::time::Duration;

use serde_json::json;
use thirtyfour::Key;

use super::Browser;
use super::arrival::live;
use super::desk::patient_office;
use crate::deliveries::add_chat;
use crate::harness::{Caller, Invite, Receiver, Service, wait_until};
use crate::office::{self, CUSTOMER, LINE};

/// How long a step may take on a slow machine.
const LIMIT: Duration = Duration::from_secs(30);

/// Two customers of one number, a page that opens by itself, two rooms.
fn equipped(crm: &Receiver, rooms: &Receiver) -> Service {
    let service = patient_office();
    service.post("CustomerAddress", &json!({"氏名": "和歌山 太郎", "電話番号1": CUSTOMER}));
    let page = json!({"名称": "CRM", "URL": crm.url("/card?tel={{相手TEL}}"), "動作": "クライアントで開く"});
    service.post("IncomingCall-URL", &page);
    let after = json!({"名称": "不在", "URL": crm.url("/missed"), "動作": "クライアントで開く", "タイミング": "不在時"});
    service.post("IncomingCall-URL", &after);
    for room in ["営業", "受付"] {
        // 不在時 of another line, so that nothing goes out by itself.
        let missed = json!({"タイミング": "不在時", "対象回線No": "9", "名称": room});
        add_chat(&service, "Webhook", &rooms.url(&format!("/{room}")), &missed);
    }
    service
}

#[test]
fn a_call_shows_who_it_may_be_what_was_before_and_where_to_look() {
    let (crm, rooms) = (Receiver::start([]), Receiver::start([]));
    let service = equipped(&crm, &rooms);
    let before = before(&service);
    let browser = Browser::open(&service);
    live(&browser, "/");
    let (caller, invite) = office::ring(&service);
    crm.wait_for(1);
    browser.click_text(".calls .call", "和歌山");
    browser.wait_text("#tabpanel .tl", "前回の件");
    who(&service, &browser, &invite);
    let site = browser.attribute(".sites a", "href").unwrap();
    assert!(site.contains(CUSTOMER), "{site}");
    pages(&service, &browser, &crm);
    called_back(&service, &browser, &invite);
    caller.hang_up(&invite, None);
    browser.wait_text(".cust .pill", "不在");
    let missed = || crm.requests().iter().any(|request| request.path == "/missed");
    wait_until("the page of a missed call", LIMIT, missed);
    only_open(&service, &browser, &before);
    sent_to_a_room(&service, &browser, &rooms, &invite);
    nameless(&service, &browser);
    // The choice holds for the number: who was chosen last is who calls.
    let (caller, invite) = office::ring(&service);
    browser.wait_text(".calls .who", "和歌山 太郎");
    caller.hang_up(&invite, None);
    browser.assert_quiet("a card");
}

/// An older call of the customer, with a memo; answers its ID.
fn before(service: &Service) -> String {
    let (caller, invite) = office::ring(service);
    caller.hang_up(&invite, None);
    let call = office::call_in_state(service, &invite.call_id, "不在");
    let id = call["ID"].as_str().unwrap().to_owned();
    service.put("ReceivedCall-Record", &id, &json!({"メモ": "前回の件"}));
    id
}

/// Who it is of two people with one number is chosen, and stands in the record.
fn who(service: &Service, browser: &Browser, invite: &Invite) {
    browser.wait_text(".cust .name", "和歌山 花子");
    browser.wait_text(".others", "ほかに 1 名");
    browser.click(".others button");
    browser.click_text(".choices .rowbtn", "和歌山 太郎");
    browser.wait_text(".cust .name", "和歌山 太郎");
    let call = office::call(service, &invite.call_id);
    office::assert_values(&call, &[("顧客ID", "2"), ("顧客名", "和歌山 太郎")]);
}

/// A page of the office opens by itself, once, and learns nothing of us; not while somebody types.
fn pages(service: &Service, browser: &Browser, crm: &Receiver) {
    // A browser also asks for the icon of a page.
    let opened = || {
        let requests = crm.requests().into_iter();
        requests.filter(|request| request.path.starts_with("/card")).collect::<Vec<_>>()
    };
    let requests = opened();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!(requests[0].path, format!("/card?tel={CUSTOMER}"));
    let told = |name: &str| requests[0].headers.iter().any(|(key, _)| key == name);
    assert!(!told("referer") && !told("cookie"), "{requests:?}");
    browser.write("#memo", "書いている途中");
    let (caller, invite) = (Caller::new(service.sip()), Invite::new("0312345678", LINE));
    caller.ring(&invite);
    browser.wait_text(".calls li", "03-1234-5678");
    browser.keys(Key::Alt + "2");
    browser.wait_text("cti-search-sites a.pri", "127.0.0.1");
    browser.wait_text("cti-search-sites", "押して開いてください");
    assert_eq!(opened().len(), 1, "nothing opens under the fingers of somebody who types");
    caller.hang_up(&invite, None);
    browser.keys(Key::Alt + "1");
    browser.wait_text(".cust .name", "和歌山 太郎");
    assert_eq!(browser.value("#memo"), "書いている途中");
}

/// A promised time makes the call wait for its call-back.
fn called_back(service: &Service, browser: &Browser, invite: &Invite) {
    browser.click_text(".soon .chip", "明日 9:00");
    browser.wait(".chip[data-word='折返し要'][aria-pressed=true]");
    browser.click(".memo [type=submit]");
    browser.wait_text(".toast", "保存しました");
    let call = office::call(service, &invite.call_id);
    office::assert_values(&call, &[("対応状況", "折返し要"), ("メモ", "書いている途中")]);
    let when = call["折返し日時"].as_str().unwrap();
    assert!(when.ends_with(" 09:00:00"), "{when}");
}

/// Of the recent calls only those that somebody still has to look after.
fn only_open(service: &Service, browser: &Browser, before: &str) {
    service.put("ReceivedCall-Record", before, &json!({"対応状況": "対応済"}));
    browser.wait_gone(".list li:last-child .pill");
    assert_eq!(browser.count(".list .rowbtn"), 3);
    browser.click_text("cti-recent header button", "未対応のみ");
    wait_until("the open calls", LIMIT, || browser.count(".list .rowbtn") == 2);
    browser.wait_text(".list", "折返し要");
    let closed = json!({"対応状況": "対応済"});
    service.put("ReceivedCall-Record", "3", &closed);
    wait_until("a call that was closed elsewhere to go", LIMIT, || {
        browser.count(".list .rowbtn") == 1
    });
    browser.click_text("cti-recent header button", "未対応のみ");
    wait_until("all calls", LIMIT, || browser.count(".list .rowbtn") == 3);
}

/// 伝言メモ: the room is chosen among several, what was typed is not lost by Esc, and the other
/// desk sees in the record that it went out, and sends it once more.
fn sent_to_a_room(service: &Service, browser: &Browser, rooms: &Receiver, invite: &Invite) {
    let id = office::call(service, &invite.call_id)["ID"].as_str().unwrap().to_owned();
    let other = browser.beside(service);
    live(&other, &format!("/#/history/{id}"));
    other.wait_text(".record .part summary", "送った通知");
    other.wait_text(".side", "開いている画面 2 台");
    browser.click_text(".memo button", "伝言メモ");
    browser.wait_text(".forward .about", "和歌山 太郎");
    browser.click_text(".forward .target", "受付");
    browser.write(".forward textarea", "明日の朝お願いします");
    browser.keys(Key::Escape + "");
    browser.click_text("dialog button", "続けて書く");
    assert_eq!(browser.value(".forward textarea"), "明日の朝お願いします");
    browser.click(".forward .pri");
    browser.wait_text(".toast", "受付 に伝言を送りました");
    let sent = rooms.wait_for(1);
    assert_eq!(sent[0].path, "/%E5%8F%97%E4%BB%98");
    let text = String::from_utf8(sent[0].body.clone()).unwrap();
    assert!(text.contains("明日の朝お願いします"), "{text}");
    // The next message goes to the same room unless another one is chosen.
    browser.click_text(".memo button", "伝言メモ");
    browser.wait(".forward .target:has(input:checked)");
    assert!(browser.text(".forward .target:has(input:checked)").contains("受付"));
    browser.keys(Key::Escape + "");
    browser.wait_gone(".forward");
    other.click_text(".record .part summary", "送った通知");
    other.wait_text(".sent li", "受付");
    other.click_text(".sent button", "試行 1 回");
    other.wait_text(".sent ol li", "成功");
    other.click_text(".sent button", "送りなおす");
    assert_eq!(rooms.wait_for(2)[1].path, sent[0].path);
    other.assert_quiet("the other desk");
}

/// Who tells no number is named by why; there is nothing to look up and nobody to register.
fn nameless(service: &Service, browser: &Browser) {
    for (display, word) in [("Anonymous", "非通知"), ("Coin line/payphone", "公衆電話")] {
        let line = format!("From: \"{display}\" <sip:anonymous@anonymous.invalid>;tag=n1");
        let invite = Invite::new("anonymous", LINE).caller_line(line);
        let caller = Caller::new(service.sip());
        caller.ring(&invite);
        browser.click_text(".calls .call", word);
        browser.wait_text(".cust .name, .cust h2", word);
        browser.wait_text("#tabpanel", "番号が通知されていない");
        assert!(!browser.shows(".sites, [data-focus=adopt]"), "{word}");
        caller.hang_up(&invite, None);
    }
}
