//! A call is forwarded: JANDI, Webhook and URL targets, well or badly behaved.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::{Outcome, Receiver, Request, SOON, Service, wait_for, wait_until};
use crate::office::{self, CUSTOMER, assert_values};

/// The signing key of the Webhook target: 32 bytes.
pub const KEY: [u8; 32] = *b"0123456789abcdef0123456789abcdef";

/// The key as people write it (Standard Webhooks).
pub fn written_key() -> String {
    format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(KEY))
}

/// Adds a chat target of this kind.
pub fn add_chat(service: &Service, kind: &str, url: &str, further: &Value) -> String {
    let mut row = json!({"名称": kind, "種別": kind, "URL": url, "プライベート宛先": "True"});
    for (name, value) in further.as_object().unwrap() {
        row[name] = value.clone();
    }
    service.post("Notification-Chat", &row)
}

/// The delivery to a target once its 状態 is `state`.
#[track_caller]
fn delivery_in_state(service: &Service, target: &str, state: &str) -> Value {
    wait_for(&format!("a delivery to {target} in 状態 {state}"), SOON, || {
        let rows = service.get("Notification-Delivery");
        let mut rows = rows.as_array().unwrap().iter();
        rows.find(|row| row["宛先名"] == target && row["状態"] == state).cloned()
    })
}

/// Checks a request as a receiver of Standard Webhooks does.
#[track_caller]
pub fn verify(request: &Request) {
    let (id, at) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    assert!(!id.contains('.'), "{id}");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(at.parse().unwrap()) < 300, "{at} is not now");
    let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).unwrap();
    mac.update(format!("{id}.{at}.").as_bytes());
    mac.update(&request.body);
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    let expected = format!("v1,{signature}");
    let signatures = request.header("webhook-signature");
    assert!(signatures.split(' ').any(|one| one == expected), "{signatures} is not {expected}");
}

#[test]
fn jandi_gets_the_text_of_the_message_definition() {
    let service = office::open();
    let jandi = Receiver::start([Outcome::Ok(String::new())]);
    let message = service.post(
        "MessDef-Chat",
        &json!({"名称": "it", "用途": "既定", "本文": "{{回線名}} {{顧客名}} {{相手TEL表示}}", "タイトル": "着信"}),
    );
    let url = jandi.url("/connect-api/webhook/1/abc");
    let further = json!({"メッセージ定義ID": message, "色": "#FAC11B"});
    add_chat(&service, "JANDI", &url, &further);
    office::ring(&service);
    let request = &jandi.wait_for(1)[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/connect-api/webhook/1/abc")
    );
    assert_eq!(request.header("accept"), "application/vnd.tosslab.jandi-v2+json");
    assert!(request.header("content-type").starts_with("application/json"));
    let body = request.json();
    assert!(body["body"].as_str().unwrap().contains("本店 和歌山 花子 090-0000-0001"), "{body}");
    assert_eq!(body["connectColor"], "#FAC11B");
    assert_eq!(body["connectInfo"][0]["title"], "着信");
    delivery_in_state(&service, "JANDI", "成功");
    let record = service.row("ReceivedCall-Record", "1");
    assert!(record["通知結果"].as_str().unwrap().contains("成功"), "{record}");
    wait_until("最終結果", SOON, || {
        // The receiver is none of JANDI's own hosts, which stays in view beside the result.
        let result = &service.row("Notification-Chat", "1")["最終結果"];
        result.as_str().unwrap().starts_with("成功。注意: 送信先 127.0.0.1 は JANDI")
    });
}

#[test]
fn a_jandi_team_gets_one_message_a_person() {
    let service = office::open();
    let reply = |person: &str| {
        Outcome::Ok(json!({"validEmails": [person], "invalidEmails": []}).to_string())
    };
    let jandi = Receiver::start([reply("a@example.com"), reply("b@example.com")]);
    let url = jandi.url("/connect-api/team-webhook/1/abc");
    add_chat(&service, "JANDI", &url, &json!({"宛先": "a@example.com,b@example.com"}));
    office::ring(&service);
    let people: BTreeSet<String> = jandi
        .wait_for(2)
        .iter()
        .map(|request| request.json()["email"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(people, ["a@example.com", "b@example.com"].map(str::to_owned).into());
}

#[test]
fn a_webhook_is_signed_and_holds_the_record() {
    let service = office::open();
    let hook = Receiver::start([]);
    add_chat(&service, "Webhook", &hook.url("/in"), &json!({"トークン": written_key()}));
    office::ring(&service);
    let request = &hook.wait_for(1)[0];
    verify(request);
    let body = request.json();
    assert_eq!(body["type"], "call.incoming");
    assert!(body["timestamp"].as_str().unwrap().contains('T'), "{body}");
    assert!(body["data"].to_string().contains(CUSTOMER), "{body}");
}

#[test]
fn a_url_is_called_with_encoded_values() {
    let service = office::open();
    let crm = Receiver::start([]);
    let url = crm.url("/call?tel={{相手TEL}}&name={{顧客名}}");
    service
        .post("IncomingCall-URL", &json!({"名称": "CRM", "URL": url, "ヘッダー": "X-Token: abc"}));
    let post = json!({
        "名称": "CRM2", "URL": crm.url("/post"), "メソッド": "POST", "本文形式": "JSON",
        "本文": "{\"name\":{{顧客名}}}",
    });
    service.post("IncomingCall-URL", &post);
    let bare = json!({"名称": "CRM3", "URL": crm.url("/bare"), "メソッド": "PUT"});
    service.post("IncomingCall-URL", &bare);
    office::ring(&service);
    let requests = crm.wait_for(3);
    let get = requests.iter().find(|request| request.method == "GET").unwrap();
    let name = "%E5%92%8C%E6%AD%8C%E5%B1%B1%20%E8%8A%B1%E5%AD%90";
    assert_eq!(get.path, format!("/call?tel={CUSTOMER}&name={name}"));
    assert_eq!(get.header("x-token"), "abc");
    let post = requests.iter().find(|request| request.method == "POST").unwrap();
    assert_eq!(post.json(), json!({"name": "和歌山 花子"}));
    // Servers that want a length are told that there is nothing.
    let bare = requests.iter().find(|request| request.method == "PUT").unwrap();
    assert_eq!(bare.header("content-length"), "0");
    delivery_in_state(&service, "CRM", "成功");
}

#[test]
fn an_interrupted_send_is_repeated_with_the_same_id() {
    for outcome in [Outcome::DropAfterAccept, Outcome::Status(503, String::new(), String::new())] {
        let service = office::open();
        let hook = Receiver::start([outcome]);
        add_chat(&service, "Webhook", &hook.url("/in"), &json!({"トークン": written_key()}));
        office::ring(&service);
        let requests = hook.wait_for(2);
        requests.iter().for_each(verify);
        assert_eq!(requests[0].header("webhook-id"), requests[1].header("webhook-id"));
        let delivery = delivery_in_state(&service, "Webhook", "成功");
        assert_values(
            &delivery,
            &[("試行回数", "2"), ("着信記録ID", "1"), ("タイミング", "着信時")],
        );
    }
}

#[test]
fn a_final_refusal_is_not_repeated_and_says_why() {
    let service = office::open();
    let hook = Receiver::start([Outcome::Status(400, String::new(), "no such room".to_owned())]);
    add_chat(&service, "Webhook", &hook.url("/in"), &json!({}));
    office::ring(&service);
    let delivery = delivery_in_state(&service, "Webhook", "失敗");
    assert_values(&delivery, &[("試行回数", "1")]);
    assert!(!delivery["理由"].as_str().unwrap().is_empty(), "{delivery}");
    assert_eq!(hook.requests().len(), 1);
}

#[test]
fn a_redirect_is_never_followed() {
    let service = office::open();
    let elsewhere = Receiver::start([]);
    let location = format!("Location: {}\r\n", elsewhere.url("/"));
    let hook = Receiver::start([Outcome::Status(302, location, String::new())]);
    add_chat(&service, "Webhook", &hook.url("/in"), &json!({}));
    office::ring(&service);
    delivery_in_state(&service, "Webhook", "失敗");
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn a_slow_target_delays_no_other() {
    let service = office::open();
    let slow = Receiver::start(vec![Outcome::Slow(Duration::from_secs(8)); 50]);
    let quick = Receiver::start([]);
    let further = |name: &str| json!({"名称": name});
    add_chat(&service, "Webhook", &slow.url("/in"), &further("slow"));
    add_chat(&service, "Webhook", &quick.url("/in"), &further("quick"));
    let start = std::time::Instant::now();
    for _ in 0..20 {
        office::ring(&service);
    }
    quick.wait_for(20);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_target_gets_what_it_asked_for() {
    let service = office::open();
    let hook = Receiver::start([]);
    let add = |name: &str, further: Value| {
        let mut row = further;
        row["名称"] = name.into();
        add_chat(&service, "Webhook", &hook.url(&format!("/{name}")), &row)
    };
    add("strangers", json!({"条件": "未登録"}));
    add("line9", json!({"対象回線No": "9"}));
    add("off", json!({"使用する": "False"}));
    add("missed", json!({"タイミング": "不在時"}));
    add("known", json!({"条件": "登録済み", "対象回線No": "1"}));
    let (caller, invite) = office::ring(&service);
    assert_eq!(hook.wait_for(1)[0].path, "/known");
    // a ringing notice that is still under way when the call ends folds into a notice of its own
    delivery_in_state(&service, "known", "成功");
    caller.hang_up(&invite, None);
    let paths: Vec<String> = hook.wait_for(2).into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/known", "/missed"]);
    assert_eq!(service.get("Notification-Delivery").as_array().unwrap().len(), 2);
}

#[test]
fn a_deleted_targets_deliveries_are_cancelled() {
    let service = office::open();
    let busy = || Outcome::Status(503, "Retry-After: 60\r\n".to_owned(), String::new());
    let hook = Receiver::start([busy(), busy()]);
    let key = add_chat(&service, "Webhook", &hook.url("/in"), &json!({}));
    office::ring(&service);
    delivery_in_state(&service, "Webhook", "待機");
    hook.wait_for(1);
    service.delete("Notification-Chat", &key);
    delivery_in_state(&service, "Webhook", "取消");
}

#[test]
fn link_local_addresses_are_never_called() {
    let service = office::open();
    add_chat(&service, "Webhook", "http://169.254.169.254/latest", &json!({}));
    office::ring(&service);
    delivery_in_state(&service, "Webhook", "失敗");
}

#[test]
fn a_private_address_needs_the_rows_leave() {
    let service = office::open();
    let hook = Receiver::start([]);
    add_chat(&service, "Webhook", &hook.url("/in"), &json!({"プライベート宛先": "False"}));
    office::ring(&service);
    delivery_in_state(&service, "Webhook", "失敗");
    assert_eq!(hook.requests().len(), 0);
}

#[test]
fn a_proxy_of_the_environment_is_not_used() {
    let (proxy, hook) = (Receiver::start([]), Receiver::start([]));
    let address = proxy.url("");
    let names =
        ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let variables = names.map(|name| (name, address.as_str()));
    let service = Service::start_among(&variables);
    office::furnish(&service);
    add_chat(&service, "Webhook", &hook.url("/hook"), &json!({}));
    office::ring(&service);
    hook.wait_for(1);
    assert_eq!(proxy.requests().len(), 0, "the proxy has seen the caller");
}
