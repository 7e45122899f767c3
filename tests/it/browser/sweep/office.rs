//! The office that the sweep looks at: demo data, calls that ring, and hostile texts in every field
//! that takes them.

use serde_json::{Value, json};

use super::super::Browser;
use crate::deliveries::add_chat;
use crate::harness::{Caller, Invite, Outcome, Receiver, SOON, Service, wait_for};
use crate::office;
use crate::set_up::basic;

/// A text that would be an element if it were taken as markup.
pub const MARKUP: &str = "<img src=x onerror=harm(1)>";
/// A text that would leave an attribute and run.
pub const BREAKOUT: &str = "\"><script>harm(2)</script>";
/// A text that turns around what is written behind it.
pub const TURNING: &str = "\u{202e}moc.elpmaxe 3333-222-1110";
/// What a long text is made of: no place to break a line.
const LONG: &str = "Wakayama_";
/// Shorter fields take no hostile text.
const SHORTEST: u64 = 30;
/// Fewest fields with a hostile text: nearly all that take any text.
const HOSTILE_MIN: usize = 40;

const LOGIN: &str = "admin";
const PASSWORD: &str = "correct-horse";
/// How often the most frequent caller calls: more than anybody of the demo data does in a month.
const FREQUENT: usize = 12;

/// The office, and what stands in it.
pub struct Office {
    /// The service.
    pub service: Service,
    /// Key of a customer with hostile texts who called; he shares his number with another one.
    pub customer: String,
    /// ID of a missed call of that customer, with a hostile memo.
    pub call: String,
    /// ID of a call that rings.
    pub ringing: String,
    _ringing: Vec<(Caller, Invite)>,
    _targets: [Receiver; 2],
}

/// The hostile text of this number with at most `max` characters.
pub fn hostile(number: usize, max: usize) -> String {
    match number % 4 {
        0 => MARKUP.to_owned(),
        1 => BREAKOUT.to_owned(),
        2 => TURNING.to_owned(),
        _ => LONG.chars().cycle().take(max.min(120)).collect(),
    }
}

/// Fills a database, starts the service on it, and has people call.
pub fn open() -> Office {
    let service = Service::start_with_demo(60, 600);
    office::add_gateway(&service, &json!({"呼出上限秒": "600"}));
    let targets = targets(&service);
    one_of_each(&service);
    everywhere_hostile(&service);
    let customer = customers(&service);
    let line = service.row("ContainmentLine", "1")["着信TEL"].as_str().unwrap().to_owned();
    let call = missed(&service, &line);
    let ringing = ringing(&service, &line);
    let id = office::call(&service, &ringing[0].1.call_id)["ID"].as_str().unwrap().to_owned();
    targets[0].wait_for(1);
    targets[1].wait_for(1);
    let name = json!({
        "ユーザーID": LOGIN, "ユーザー名": MARKUP, "パスワード": PASSWORD, "権限": "管理者",
    });
    service.post("UserManagement", &name);
    Office { service, customer, call, ringing: id, _ringing: ringing, _targets: targets }
}

/// A chat that takes what it gets, and one whose address is gone.
fn targets(service: &Service) -> [Receiver; 2] {
    let room = Receiver::start([]);
    let gone = Receiver::serving([], |_| {
        Outcome::Status(404, String::new(), format!("{MARKUP}{BREAKOUT}{TURNING}"))
    });
    for (number, receiver) in [&room, &gone].into_iter().enumerate() {
        let name = json!({ "名称": hostile(number, 40) });
        add_chat(service, "Webhook", &receiver.url("/hook"), &name);
    }
    [room, gone]
}

/// A row of each resource that the demo data have none of; nothing leaves the machine.
fn one_of_each(service: &Service) {
    let off = |mut row: Value| {
        row["使用する"] = json!("False");
        row
    };
    let program = off(json!({"名称": "x", "コマンド": "/bin/true"}));
    service.post("IncomingCall-Command", &program);
    let line = json!({"名称": "x", "アクセストークン": "secret", "方式": "broadcast"});
    service.post("Notification-LINE-AccessToken", &off(line));
    let account = json!({
        "アカウント名": "x", "メールアドレス": "cti@example.com", "SMTPサーバー": "smtp.example.com",
    });
    service.post("Mail-Account", &off(account));
    let address = off(json!({"名称": "x", "メールアドレス": "shop@example.com"}));
    service.post("Notification-Email-Address", &address);
    service.post("Online-Activation", &json!({"登録名": "x"}));
    service.post("Caller-Rule", &json!({"番号": "0120*", "名称": "x"}));
    service.post("API-Token", &json!({"名称": BREAKOUT}));
    service.send("POST", "DataBackup/1/Run", &[], "").ok();
}

/// Every text of the first row of every resource becomes a hostile one, where any text is taken.
fn everywhere_hostile(service: &Service) {
    let mut taken = 0;
    for resource in resources(service) {
        let uri = resource["uri"].as_str().unwrap();
        let puts = resource["methods"].as_array().unwrap().contains(&json!("PUT"));
        let row = service.get(&format!("{uri}?limit=1")).get(0).filter(|_| puts).cloned();
        let Some(row) = row else { continue };
        let key = row[resource["key"].as_str().unwrap()].as_str().unwrap();
        let fields = resource["fields"].as_array().unwrap().iter().filter(|field| is_text(field));
        for (number, field) in fields.enumerate() {
            let max = usize::try_from(field["max"].as_u64().unwrap()).unwrap();
            let text = json!({ field["name"].as_str().unwrap(): hostile(number, max) });
            let answer = service.send("PUT", &format!("{uri}/{key}"), &[], &text.to_string());
            assert!([200, 400].contains(&answer.status), "{uri} {text}: {}", answer.text());
            taken += usize::from(answer.status == 200);
        }
    }
    assert!(taken >= HOSTILE_MIN, "only {taken} fields took a hostile text");
}

/// Whether it is a text that somebody writes, and long enough for a hostile one.
fn is_text(field: &Value) -> bool {
    let max = field["max"].as_u64().unwrap_or_default();
    field["kind"] == "text" && field["mode"].is_null() && max >= SHORTEST
}

/// The resources of the catalogue.
pub fn resources(service: &Service) -> Vec<Value> {
    let page = crate::harness::http::request(service.http(), "GET", "/catalogue.json", &[], b"");
    page.unwrap().json()["resources"].as_array().unwrap().clone()
}

fn number_of(customer: usize) -> String {
    format!("07311122{customer:02}")
}

/// A customer with each of the hostile names; the first shares his number. Answers the first one's key.
fn customers(service: &Service) -> String {
    let keys = [0, 1, 2, 3].map(|at| {
        let row = json!({
            "氏名": hostile(at, 80), "会社名": hostile(at + 1, 80), "注意メッセージ": hostile(at + 2, 200),
            "電話番号1": number_of(at), "電話番号2": number_of(at % 2), "顧客ランク": "VIP",
            "分類": hostile(at + 3, 200), "担当者": hostile(at, 40), "備考": hostile(at + 1, 200),
            "敬称": "様", "メールアドレス1": "hanako@example.com",
        });
        service.post("CustomerAddress", &row)
    });
    keys[0].clone()
}

/// Calls that nobody took: unknown callers with hostile names, and the customers, the first one often.
/// Answers the ID of the last call of the first customer, which has a hostile memo.
fn missed(service: &Service, line: &str) -> String {
    let caller = Caller::new(service.sip());
    for at in 0..4 {
        let from = format!("05033344{at:02}");
        give_up(&caller, &named(&from, &hostile(at, 120), line));
        give_up(&caller, &Invite::new(&number_of(at), line));
    }
    for _ in 0..FREQUENT {
        give_up(&caller, &Invite::new(&number_of(3), line));
    }
    let last = Invite::new(&number_of(0), line);
    give_up(&caller, &last);
    let id =
        office::call_in_state(service, &last.call_id, "不在")["ID"].as_str().unwrap().to_owned();
    let written = json!({
        "メモ": format!("{MARKUP}\n{BREAKOUT}\n{TURNING}\n{}", hostile(3, 120)), "対応者": MARKUP,
        "タグ": BREAKOUT, "対応状況": "折返し要", "折返し日時": "2025/04/01 10:00:00",
    });
    service.put("ReceivedCall-Record", &id, &written);
    id
}

fn give_up(caller: &Caller, invite: &Invite) {
    caller.ring(invite);
    caller.hang_up(invite, None);
}

/// A call whose caller's telephone sends a name with it.
fn named(from: &str, name: &str, line: &str) -> Invite {
    let quoted = name.replace('"', "\\\"");
    let tag = from.len() + name.len();
    let header = format!("From: \"{quoted}\" <sip:{from}@gw.example>;tag=h{tag}");
    Invite::new(from, line).caller_line(header)
}

/// Two calls that ring on: a stranger's with a hostile name, and the first customer's.
fn ringing(service: &Service, line: &str) -> Vec<(Caller, Invite)> {
    let calls = [named("0503334400", MARKUP, line), Invite::new(&number_of(0), line)];
    calls
        .map(|invite| {
            let caller = Caller::new(service.sip());
            caller.ring(&invite);
            (caller, invite)
        })
        .into()
}

impl Office {
    /// The rows of a list, asked for as the administrator.
    pub fn rows(&self, path: &str) -> Vec<Value> {
        let pass = basic(LOGIN, PASSWORD);
        let answer = self.service.send("GET", path, &[("Authorization", &pass)], "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json().as_array().unwrap().clone()
    }

    /// The hostile texts among the values of a row.
    pub fn hostile_in(row: &Value) -> Vec<String> {
        let known = [MARKUP, BREAKOUT, TURNING, "Wakayama_Wakayama_"];
        let values = row.as_object().unwrap().values().filter_map(Value::as_str);
        let hostile = values.filter(|value| known.iter().any(|text| value.contains(text)));
        hostile.map(str::to_owned).collect()
    }

    /// Signs the browser in, under a hostile name of the screen.
    pub fn enter(&self, browser: &Browser) {
        browser.goto("/login");
        browser.wait("#login");
        let script = "localStorage.setItem('smartconnect',
            JSON.stringify({ clientName: arguments[0], toastSeconds: 1 }))";
        browser.run(script, &[json!(MARKUP)]);
        browser.sign_in(LOGIN, PASSWORD);
        browser.wait("nav a");
    }

    /// ID of the newest row of a log in which a text stands.
    pub fn newest_with(&self, resource: &str, text: &str) -> String {
        wait_for(&format!("{text} in {resource}"), SOON, || {
            let rows = self.rows(&format!("{resource}?order=desc&limit=100"));
            let holds = |value: &Value| value.as_str().is_some_and(|held| held.contains(text));
            let row = rows.iter().find(|row| row.as_object().unwrap().values().any(holds))?;
            Some(row["ID"].as_str()?.to_owned())
        })
    }
}
