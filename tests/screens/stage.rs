//! What the pictures show: a fictional office of some years, and two calls that ring.

use serde_json::json;

use crate::chromium::Browser;
use crate::harness::{Caller, Invite, Outcome, Receiver, Service, http};

/// Who looks at the pages.
const LOGIN: &str = "admin";
const PASSWORD: &str = "correct-horse";

/// The office and its callers, who ring on as long as this lives.
pub struct Stage {
    /// The service.
    pub service: Service,
    _ringing: Vec<(Caller, Invite)>,
    _targets: [Receiver; 2],
}

/// Fills a database, starts the service on it and lets two people ring.
pub fn set() -> Stage {
    let service = Service::start_with_demo(300, 15_000);
    let gateway = json!({
        "接続名": "事務所HGW", "SIPサーバーアドレス": "127.0.0.1", "登録しない": "True",
        "無応答判定": "不在とみなす",
    });
    service.post("SIP-ServerConnection", &gateway);
    let (room, gone) = targets(&service);
    service.send("POST", "DataBackup/1/Run", &[], "").ok();
    let lines = service.get("ContainmentLine");
    let line = lines.as_array().unwrap().iter().find_map(|line| line["着信TEL"].as_str());
    let line = line.expect("the demo has a line with a number").to_owned();
    let customer = service.row("CustomerAddress", "3");
    let number = customer["電話番号1"].as_str().unwrap().to_owned();
    let known = json!({
        "顧客ランク": "VIP", "注意メッセージ": "入金確認が済むまで、新規の受注は担当者へつないでください。",
        "担当者": "受付", "会社名": customer["会社名"], "敬称": "様",
    });
    service.put("CustomerAddress", "3", &known);
    let ringing = ["0735550123", number.as_str()].map(|from| {
        let caller = Caller::new(service.sip());
        let invite = Invite::new(from, &line);
        caller.ring(&invite);
        (caller, invite)
    });
    let people = [
        (LOGIN, "和歌山 管理", "管理者"),
        ("uketsuke", "受付 一花", "一般"),
        ("eigyo", "営業 太郎", "参照のみ"),
    ];
    room.wait_for(2);
    gone.wait_for(1);
    let stage = Stage { service, _ringing: ringing.into(), _targets: [room, gone] };
    for (login, name, role) in people {
        let row = json!({ "ユーザーID": login, "ユーザー名": name, "パスワード": PASSWORD, "権限": role });
        let pass = stage.pass();
        let headers = [("Cookie", pass.as_str())];
        let headers = if login == LOGIN { &[][..] } else { &headers[..] };
        stage.service.send("POST", "UserManagement", headers, &row.to_string()).ok();
    }
    stage
}

/// A chat that takes what it gets, and one whose address is gone.
fn targets(service: &Service) -> (Receiver, Receiver) {
    let room = Receiver::start([]);
    let gone = Receiver::start([Outcome::Status(404, String::new(), "no such hook".to_owned())]);
    for (name, receiver) in [("営業ルーム", &room), ("旧ルーム", &gone)] {
        let row = json!({
            "名称": name, "種別": "Webhook", "URL": receiver.url("/hook"), "プライベート宛先": "True",
        });
        service.post("Notification-Chat", &row);
    }
    (room, gone)
}

impl Stage {
    /// The cookie of somebody who may do everything; empty as long as nobody exists.
    fn pass(&self) -> String {
        let body = json!({ "ユーザーID": LOGIN, "パスワード": PASSWORD }).to_string();
        let path = "/CTI_SmartConnectService/Login";
        let answer = http::request(self.service.http(), "POST", path, &[], body.as_bytes());
        let answer = answer.unwrap();
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        cookie.unwrap_or_default().to_owned()
    }

    /// A browser in which the administrator is signed in.
    pub fn browser(&self) -> Browser {
        let browser = Browser::open(&self.service);
        browser.goto("/login");
        browser.sign_in(LOGIN, PASSWORD);
        browser.wait("nav a");
        browser
    }
}
