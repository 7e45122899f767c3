//! The first run: from nothing to a signed-in administrator who sees a call arrive.

use serde_json::json;

use super::Browser;
use super::import::choose_file;
use crate::harness::{Caller, Invite, SOON};
use crate::harness::{Receiver, Service, http, wait_until};
use crate::office::LINE;
use crate::set_up::basic;

const PASSWORD: &str = "correct-horse";

#[test]
fn the_first_run_leads_from_nothing_to_a_call_on_the_screen() {
    let service = Service::start();
    let browser = Browser::open(&service);
    browser.goto("/admin/#/start");
    browser.wait_text("h2", "最初の管理者");
    browser.check("first administrator");
    // Who wants to do without is told what that means.
    browser.click_text(".step summary", "原典互換");
    browser.wait_text(".step", "誰でも顧客と着信を見て書き換えられます");
    browser.wait_text(".step", "smartconnect --open-lan");
    register(&browser);
    browser.wait_text(".who", "管理 太郎");
    browser.wait_text("h2", "電話をつなぐ");
    browser.check("gateway");
    browser.write("[name=SIPサーバーアドレス]", "127.0.0.1");
    browser.write("[name=内線番号]", "7");
    browser.click_text(".stepform button", "つなぐ");
    browser.wait(".step [data-connection]");
    browser.click_text(".step [data-connection] button", "直す");
    browser.wait("[name=接続名]");
    listen_only(&service);
    browser.wait_text(".step [data-connection]", "待受中");
    assert_eq!(browser.value("[name=内線番号]"), "7", "the form stays while the state changes");
    browser.click_text(".step .acts button", "次へ");
    browser.write("[name=着信TEL]", "073-123-5678");
    browser.click_text(".stepform button", "追加");
    browser.wait_text(".step .rowlist", "073-123-5678");
    browser.click_text(".step .acts button", "次へ");
    browser.wait_text(".ringwait", "073-123-5678");
    browser.check("test call");
    let caller = Caller::new(service.sip());
    let invite = Invite::new("09000000001", LINE);
    caller.ring(&invite);
    browser.wait_text("[data-call]", "090-0000-0001");
    caller.hang_up(&invite, None);
    browser.click_text(".step .acts button", "次へ");
    browser.wait_text("h2", "顧客");
    browser.click_text(".step a", "ファイルから取り込む");
    choose_file(&browser, "氏名,電話番号1\n和歌山 花子,090-0000-0001\n");
    browser.click("[data-rehearsal=good] .btn");
    browser.click_text("[data-import=done] a", "はじめの設定に戻る");
    browser.wait_text("h2", "最初の通知先");
    first_target(&browser);
    browser.wait_text("h2", "準備ができました");
    browser.wait_text(".step", "全ての設定が済みました");
    browser.check("end of the first run");
}

/// Two passwords that differ are refused, equal ones are taken.
fn register(browser: &Browser) {
    browser.write("[name=ユーザー名]", "管理 太郎");
    browser.write("[name=パスワード]", PASSWORD);
    browser.write("[name=again]", "another-password");
    browser.click(".stepform .btn.pri");
    browser.wait_text(".stepform .banner", "違います");
    browser.write("[name=again]", PASSWORD);
    browser.click(".stepform .btn.pri");
}

/// Makes the connection take calls without registering: no exchange stands behind it.
fn listen_only(service: &Service) {
    let pass = basic("admin", PASSWORD);
    let headers = [("Authorization", pass.as_str())];
    let row = json!({"登録しない": "True"}).to_string();
    service.send("PUT", "SIP-ServerConnection/2", &headers, &row).ok();
    wait_until("the listener", SOON, || {
        let rows = service.send("GET", "SIP-ServerConnection/2", &headers, "").json();
        rows[0]["最終エラー"] == ""
    });
}

/// A target that is tried at once.
fn first_target(browser: &Browser) {
    let receiver = Receiver::start([]);
    browser.click("[data-kind=Notification-Chat]");
    browser.choose("[name=種別]", "Webhook");
    browser.write("[name=URL]", &receiver.url("/hook"));
    browser.click(".stepform .btn.pri");
    browser.wait_text(".step .banner", "うまくいきました");
    assert_eq!(receiver.requests().len(), 1);
    browser.check("first target");
    browser.click_text(".step .acts button", "次へ");
}

#[test]
fn from_another_machine_the_set_up_key_is_asked_for() {
    let service = Service::start();
    let log = service.log();
    let key = log.split("X-Setup-Key: ").nth(1).unwrap().split(' ').next().unwrap();
    let browser = Browser::open(&service);
    browser.goto("/samples/");
    // A proxy in between: the peer is this machine, the client is not.
    browser.cdp("Network.enable", json!({}));
    let elsewhere = json!({"headers": {"X-Forwarded-For": "192.0.2.1"}});
    browser.cdp("Network.setExtraHTTPHeaders", elsewhere);
    browser.goto("/");
    browser.write("[name=key]", "not-the-key");
    browser.click(".stepform .btn.pri");
    browser.wait_text(".stepform .banner", "キーが違う");
    browser.write("[name=key]", key);
    browser.faults();
    browser.check("set-up key");
    browser.click(".stepform .btn.pri");
    browser.wait_text("h2", "最初の管理者");
    assert!(!browser.shows(".banners .banner, #feed"), "no feed is missed before anybody exists");
    browser.assert_quiet("first administrator from another machine");
    register(&browser);
    browser.wait_text(".who", "管理 太郎");
    let refused = http::request(
        service.http(),
        "GET",
        "/CTI_SmartConnectService/Session",
        &[("X-Setup-Key", key)],
        b"",
    );
    assert_eq!(refused.unwrap().status, 401, "the key is over");
}
