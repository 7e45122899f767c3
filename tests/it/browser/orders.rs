//! Orders given to the service: try it, run it now, choose a room, delete, erase.

use std::time::Duration;

use serde_json::{Value, json};

use super::Browser;
use super::arrival::live;
use crate::deliveries::add_chat;
use crate::harness::{Outcome, Receiver, Request, Service, wait_until};
use crate::office;

/// How long a step may take; a delete is sent 8 seconds after it was asked for.
const LIMIT: Duration = Duration::from_secs(60);
const RESULT: &str = ".orders .result";

/// Presses the button of an order and answers what came of it.
fn ordered(browser: &Browser, button: &str, look: &str) -> String {
    browser.click_text(".orders button", button);
    browser.wait(&format!("{RESULT}.{look}"));
    browser.text(RESULT)
}

#[test]
fn a_target_is_tried_and_says_what_came_of_it() {
    let service = office::open();
    let refused = Outcome::Status(404, String::new(), "no such hook".to_owned());
    let receiver = Receiver::start([Outcome::Ok("ok".to_owned()), refused]);
    let key = add_chat(&service, "Webhook", &receiver.url("/hook"), &json!({"名称": "営業"}));
    let browser = Browser::open(&service);
    browser.goto(&format!("/admin/#/Notification-Chat/{key}"));
    let said = ordered(&browser, "テスト", "ok");
    assert!(said.contains("成功"), "{said}");
    assert_eq!(receiver.requests().len(), 1, "one press, one message");
    browser.wait_text(".told", "成功");
    let said = ordered(&browser, "テスト", "bad");
    assert!(said.contains("404") && said.contains("no such hook"), "{said}");
    assert!(browser.focus().starts_with("button"), "{}", browser.focus());
    assert_eq!(browser.axe(), Vec::<String>::new(), "a target that was tried");
    // What is not saved is not tried.
    browser.write("[data-field='名称'] input", "営業ルーム");
    browser.wait_text(".orders", "保存してから試せます");
    assert!(browser.attribute(".orders button", "disabled").is_some());
    browser.click(".drawer footer button[type=submit]");
    browser.wait(".drawer footer .state.ok");
    assert_eq!(receiver.requests().len(), 2);
    browser.click_text(".orders a", "送った記録");
    browser.wait_place("#/Notification-Delivery?");
    text_and_line(&service, &browser, &receiver);
    browser.assert_quiet("targets that are tried");
}

/// A text is tried through a target that uses it; a telephone line by asking the exchange.
fn text_and_line(service: &Service, browser: &Browser, receiver: &Receiver) {
    browser.goto("/admin/#/MessDef-Chat/1");
    browser.wait_text(".orders select", "営業ルーム");
    let said = ordered(browser, "テスト送信", "ok");
    assert!(said.contains("成功"), "{said}");
    assert_eq!(receiver.requests().len(), 3);
    let line = service.post(
        "SIP-ServerConnection",
        // Nobody listens on this port of a machine that runs tests.
        &json!({"接続名": "支店", "SIPサーバーアドレス": "127.0.0.1", "内線番号": "7",
            "SIPサーバーポート": "1", "トランスポート": "TCP"}),
    );
    // The test tells what its row knows: the registration has been refused by then.
    wait_until("the registration is refused", LIMIT, || {
        service.row("SIP-ServerConnection", &line)["登録状態"] == "失敗"
    });
    browser.goto(&format!("/admin/#/SIP-ServerConnection/{line}"));
    let said = ordered(browser, "テスト", "bad");
    assert!(said.contains("接続できません") && said.contains("ポート"), "{said}");
}

/// A chat server with two rooms.
fn chat_server(request: &Request) -> Outcome {
    let answer = if request.path.contains("login") {
        json!({"status": "success", "data": {"userId": "u1", "authToken": "token-0001"}})
    } else {
        json!({"update": [{"_id": "r1", "t": "c", "name": "営業"}, {"_id": "r2", "t": "c", "name": "受付"}],
            "remove": [], "success": true})
    };
    Outcome::Ok(answer.to_string())
}

#[test]
fn a_room_is_chosen_backups_and_tables_are_made_now_and_rules_are_deleted_together() {
    let service = office::open();
    let server = Receiver::serving([], chat_server);
    let further = json!({"名称": "社内", "ユーザーID": "cti", "パスワード": "himitsu-password",
        "宛先": "営業"});
    let key = add_chat(&service, "Rocket.Chat", &server.url(""), &further);
    for number in ["0120*", "0570*", "0900000000*"] {
        service.post("Caller-Rule", &json!({"番号": number, "名称": "勧誘"}));
    }
    let browser = Browser::open(&service);
    browser.goto(&format!("/admin/#/Notification-Chat/{key}"));
    browser.click_text(".orders button", "ルームを選ぶ");
    browser.click_text(".rooms .chip", "受付");
    assert_eq!(browser.value("[data-field='宛先'] :is(input, textarea)"), "r2");
    browser.click(".drawer footer button[type=submit]");
    browser.wait(".drawer footer .state.ok");
    assert_eq!(service.row("Notification-Chat", &key)["宛先"], "r2");
    deleted_together(&service, &browser);
    // Meanwhile the delete waits, on whichever screen one is.
    run_now(&service, &browser);
    let left = || service.get("Caller-Rule").as_array().unwrap().len();
    wait_until("the rules to be deleted", LIMIT, || left() == 1);
    assert_eq!(service.get("Caller-Rule")[0]["番号"], "0120*");
    browser.assert_quiet("orders");
}

/// Two of three rules: taken back at first, then not.
fn deleted_together(service: &Service, browser: &Browser) {
    browser.click(".nav a[data-screen='Caller-Rule']");
    let ask = || {
        browser.click("tbody tr[data-key='2'] input[type=checkbox]");
        browser.click("tbody tr[data-key='3'] input[type=checkbox]");
        browser.wait_text(".bulk", "2 件");
        browser.click_text(".bulk button", "削除");
        browser.wait_text("dialog", "2 件を削除しますか");
    };
    ask();
    browser.click("dialog button[value='']");
    browser.wait_gone("dialog");
    assert_eq!(browser.count("tbody tr"), 3);
    browser.click_text(".bulk button", "選択を解除");
    for taken_back in [true, false] {
        browser.patient(taken_back);
        ask();
        browser.click("dialog .btn.danger");
        browser.wait_gone("tbody tr[data-key='3']");
        assert_eq!(browser.count("tbody tr"), 1);
        if taken_back {
            assert_eq!(service.get("Caller-Rule").as_array().unwrap().len(), 3, "not sent yet");
            browser.click_text(".toast button", "元に戻す");
            browser.wait("tbody tr[data-key='3']");
            assert_eq!(browser.count("tbody tr"), 3);
        }
    }
}

fn run_now(service: &Service, browser: &Browser) {
    for (resource, file) in [("DataBackup", "backups"), ("Output-CSV", "exports")] {
        browser.click(&format!(".nav a[data-screen='{resource}']"));
        browser.wait(&format!(".screen.{resource} .drawer"));
        let said = ordered(browser, "今すぐ実行", "ok");
        let row = service.row(resource, "1");
        let path = row["最終ファイル"].as_str().unwrap();
        assert!(std::fs::metadata(path).unwrap().len() > 0, "{path}");
        assert!(path.contains(file) && said.contains(path), "{said}: {path}");
        browser.wait_text(".told", "成功");
    }
    // A file stands where the folder of the tables should be.
    let folder = service.data_dir().join("exports");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "x").unwrap();
    let said = ordered(browser, "今すぐ実行", "bad");
    assert!(said.contains("exports はフォルダではありません"), "{said}");
    assert_eq!(browser.axe(), Vec::<String>::new(), "a run that failed");
}

#[test]
fn a_person_is_erased_only_after_a_question_and_from_every_record() {
    let service = office::open();
    let (caller, invite) = office::ring(&service);
    caller.hang_up(&invite, None);
    let call = office::call_in_state(&service, &invite.call_id, "不在");
    let id = call["ID"].as_str().unwrap();
    service.put("ReceivedCall-Record", id, &json!({"メモ": "花子さんの秘密"}));
    let browser = Browser::open(&service);
    let other = browser.beside(&service);
    live(&other, "/");
    other.wait_text(".list .rowbtn", "和歌山 花子");
    let history = browser.beside(&service);
    live(&history, "/#/history");
    history.wait_text("tbody", "和歌山 花子");
    browser.goto("/#/customers/1");
    browser.click("[data-act=erase]");
    browser.wait_text("dialog", "元に戻せません");
    assert_eq!(browser.axe(), Vec::<String>::new(), "the question before a person is erased");
    browser.click("dialog button[value='']");
    browser.wait_gone("dialog");
    service.row("CustomerAddress", "1");
    browser.click("[data-act=erase]");
    browser.click("dialog .btn.danger");
    browser.wait_text(".toast", "消去しました");
    browser.wait_text(".toast", "1件");
    browser.wait_gone(".plist [data-key='1']");
    assert_eq!(service.get("CustomerAddress"), json!([]));
    assert_eq!(office::calls(&service), Vec::<Value>::new(), "his calls go with him");
    // Who looks at another desk or at the history stops seeing him at once.
    history.wait_text(".empty", "着信はありません");
    assert!(!history.text("main").contains("花子"));
    other.wait_text(".list .empty", "");
    other.wait_gone(".list .rowbtn");
    assert!(!other.text("main").contains("花子"));
    browser.assert_quiet("erased");
}
