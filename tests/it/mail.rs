//! Letters through real mail servers: aiosmtpd for passwords, Node's smtp-server for tokens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::{Outcome, Receiver, SOON, Service, wait_for, wait_until};
use crate::mail_server::MailServer;
use crate::office::{self, assert_values};

/// How long a letter may take on a busy machine.
const LETTER_LIMIT: Duration = Duration::from_secs(20);
/// A server that puts off is asked again after a minute.
const PUT_OFF_LIMIT: Duration = Duration::from_secs(110);

/// A service that trusts the server's certificate and has an account there.
fn with_account(server: &MailServer, further: &Value) -> Service {
    let service = Service::start_trusting(&server.authority());
    office::furnish(&service);
    add_account(&service, server.port, further);
    service
}

fn add_account(service: &Service, port: u16, further: &Value) -> String {
    let mut row = json!({
        "アカウント名": "通知用", "送信者名": "CTI通知", "メールアドレス": "cti@example.com",
        "SMTPサーバー": "localhost", "SMTPポート": port.to_string(), "暗号化": "STARTTLS",
        "認証方式": "PLAIN", "ユーザー名": "u@example.jp", "パスワード": "pässw0rd",
    });
    for (name, value) in further.as_object().unwrap() {
        row[name] = value.clone();
    }
    service.post("Mail-Account", &row)
}

fn add_address(service: &Service, address: &str, role: &str) -> String {
    let row = json!({"名称": address, "メールアドレス": address, "宛先種別": role});
    service.post("Notification-Email-Address", &row)
}

/// The latest delivery to this address once it is over.
#[track_caller]
fn settled(service: &Service, address: &str) -> Value {
    wait_for(&format!("the end of the delivery to {address}"), LETTER_LIMIT, || {
        let rows = service.get("Notification-Delivery");
        let mut rows = rows.as_array().unwrap().iter().rev();
        let row = rows.find(|row| row["宛先名"] == address)?;
        (row["完了日時"] != "").then(|| row.clone())
    })
}

/// Headers of a letter, unfolded, one a line.
fn headers(letter: &Value) -> Vec<String> {
    let text = letter["text"].as_str().unwrap().replace("\r\n", "\n");
    let head = text.split_once("\n\n").unwrap().0.replace("\n ", " ").replace("\n\t", " ");
    head.lines().map(str::to_owned).collect()
}

#[track_caller]
fn header(letter: &Value, name: &str) -> String {
    let start = format!("{name}: ");
    let found = headers(letter).into_iter().find(|line| line.starts_with(&start));
    found.unwrap_or_else(|| panic!("no {name} in {letter:#}"))[start.len()..].to_owned()
}

/// What a text letter says.
fn body(letter: &Value) -> String {
    let text = letter["text"].as_str().unwrap().replace("\r\n", "\n");
    let encoded: String = text.split_once("\n\n").unwrap().1.split_whitespace().collect();
    String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
}

#[test]
fn rows_of_one_text_become_one_letter_and_each_fares_in_its_own_way() {
    let server = MailServer::start("starttls");
    let service = with_account(&server, &json!({}));
    for (address, role) in [
        ("shop@example.com", "To"),
        ("boss@example.com", "Cc"),
        ("log@example.com", "Bcc"),
        ("nobody@example.com", "To"),
    ] {
        add_address(&service, address, role);
    }
    let (caller, invite) = office::ring(&service);
    let letters = server.wait_for_letters(1, LETTER_LIMIT);
    let letter = &letters[0];
    assert_eq!(
        letter["recipients"],
        json!(["shop@example.com", "boss@example.com", "log@example.com"])
    );
    assert_eq!((&letter["tls"], &letter["login"]), (&json!(true), &json!("u@example.jp")));
    assert_eq!(letter["sender"], "cti@example.com");
    assert_eq!(header(letter, "To"), "shop@example.com, nobody@example.com");
    assert_eq!(header(letter, "Cc"), "boss@example.com");
    assert_eq!(header(letter, "Content-Type"), "text/plain; charset=utf-8");
    assert!(header(letter, "Message-ID").ends_with("@example.com>"));
    assert!(!letter["text"].as_str().unwrap().contains("log@example.com"), "{letter:#}");
    assert!(body(letter).contains("本店に和歌山 花子(090-0000-0001)から着信"), "{}", body(letter));
    for address in ["shop@example.com", "boss@example.com", "log@example.com"] {
        let row = settled(&service, address);
        assert_values(&row, &[("状態", "成功"), ("試行回数", "1")]);
        assert!(row["最終応答"].as_str().unwrap().starts_with("250 2.0.0 queued"), "{row:#}");
    }
    let refused = settled(&service, "nobody@example.com");
    assert_values(&refused, &[("状態", "失敗"), ("試行回数", "1")]);
    assert!(refused["理由"].as_str().unwrap().contains("550 5.1.1"), "{refused:#}");
    assert_eq!(service.row("Mail-Account", "1")["最終結果"], "成功");
    caller.hang_up(&invite, None);
    assert_eq!(server.letters().len(), 1);
    // What a person sends again is a letter of its own, which nobody takes for the first.
    let id = settled(&service, "boss@example.com")["ID"].as_str().unwrap().to_owned();
    service.put("Notification-Delivery", &id, &json!({"状態": "再送"}));
    let again = &server.wait_for_letters(2, LETTER_LIMIT)[1];
    assert_eq!(again["recipients"], json!(["boss@example.com"]));
    assert_ne!(header(again, "Message-ID"), header(letter, "Message-ID"));
}

#[test]
fn a_server_that_puts_off_is_asked_again() {
    let server = MailServer::start("tls");
    let service = with_account(&server, &json!({"暗号化": "TLS", "認証方式": "LOGIN"}));
    add_address(&service, "grey@example.com", "To");
    let _ringing = office::ring(&service);
    let letters = server.wait_for_letters(1, PUT_OFF_LIMIT);
    assert_eq!(letters[0]["recipients"], json!(["grey@example.com"]));
    let put_off = server.said().iter().filter(|line| line.get("put_off").is_some()).count();
    assert_eq!(put_off, 1);
    let row = settled(&service, "grey@example.com");
    assert_values(&row, &[("状態", "成功"), ("試行回数", "2"), ("理由", "")]);
}

#[test]
fn a_wrong_password_stops_the_account_until_it_is_mended() {
    let server = MailServer::start("starttls");
    let service = with_account(&server, &json!({"パスワード": "wrong-password"}));
    let target = add_address(&service, "shop@example.com", "To");
    let (caller, invite) = office::ring(&service);
    let row = settled(&service, "shop@example.com");
    assert_values(&row, &[("状態", "失敗"), ("試行回数", "1")]);
    let why = row["理由"].as_str().unwrap();
    assert!(why.contains("535") && why.contains("パスワード"), "{why}");
    caller.hang_up(&invite, None);
    // Nothing is tried again: servers lock out who guesses.
    let (caller, invite) = office::ring(&service);
    let stopped = service.row("Notification-Email-Address", &target);
    assert!(stopped["最終結果"].as_str().unwrap().contains("535"), "{stopped:#}");
    wait_for("the second delivery", LETTER_LIMIT, || {
        let rows = service.get("Notification-Delivery");
        let mut rows = rows.as_array().unwrap().iter();
        rows.find(|row| row["理由"].as_str().unwrap().starts_with("停止中: ")).cloned()
    });
    caller.hang_up(&invite, None);
    let tried = server.said().iter().filter(|line| line.get("good").is_some()).count();
    assert_eq!(tried, 1, "{:?}", server.said());
    service.put("Mail-Account", "1", &json!({"パスワード": "pässw0rd"}));
    let _ringing = office::ring(&service);
    server.wait_for_letters(1, LETTER_LIMIT);
}

#[test]
fn an_untrusted_certificate_is_no_trouble_that_passes() {
    let server = MailServer::start("starttls");
    let service = Service::start();
    office::furnish(&service);
    add_account(&service, server.port, &json!({}));
    add_address(&service, "shop@example.com", "To");
    let _ringing = office::ring(&service);
    let row = settled(&service, "shop@example.com");
    assert_values(&row, &[("状態", "失敗"), ("試行回数", "1")]);
    assert!(row["理由"].as_str().unwrap().contains("証明書"), "{row:#}");
    assert!(server.said().iter().all(|line| line.get("login").is_none()), "no password went out");
}

#[test]
fn tokens_are_fetched_and_fetched_anew_where_the_server_refuses_one() {
    let server = MailServer::with_token("good-token");
    let tokens = Receiver::start(
        [
            r#"{"access_token":"ended-token","expires_in":3600}"#,
            r#"{"access_token":"good-token","expires_in":61,"refresh_token":"refresh-2"}"#,
            r#"{"access_token":"good-token","expires_in":3600}"#,
        ]
        .map(|body| Outcome::Ok(body.to_owned())),
    );
    let service = with_account(
        &server,
        &json!({
            "認証方式": "XOAUTH2", "トークンURL": tokens.url("/token"), "クライアントID": "client",
            "リフレッシュトークン": "refresh-1", "スコープ": "https://mail.example/",
        }),
    );
    add_address(&service, "shop@example.com", "To");
    let (caller, invite) = office::ring(&service);
    server.wait_for_letters(1, LETTER_LIMIT);
    assert_eq!(settled(&service, "shop@example.com")["状態"], "成功");
    caller.hang_up(&invite, None);
    let used: Vec<Value> =
        server.said().iter().filter_map(|line| line.get("token").cloned()).collect();
    assert_eq!(used, [json!("ended-token"), json!("good-token")]);
    let asked: Vec<String> = tokens
        .wait_for(2)
        .iter()
        .map(|one| String::from_utf8_lossy(&one.body).into_owned())
        .collect();
    assert!(asked.iter().all(|form| form.contains("refresh_token=refresh-1")), "{asked:?}");
    // The provider has given another refresh token: the row has it from now on.
    wait_until("the token of one second to be over", SOON, || {
        service.send("POST", "Mail-Account/1/Test", &[], "").ok();
        tokens.requests().len() >= 3
    });
    let third = &tokens.requests()[2];
    assert!(String::from_utf8_lossy(&third.body).contains("refresh_token=refresh-2"));
    assert_eq!(service.row("Mail-Account", "1")["リフレッシュトークン"], "********");
}

#[test]
fn a_test_sends_nothing() {
    let server = MailServer::start("plain");
    let service = with_account(&server, &json!({"暗号化": "なし"}));
    let good = add_address(&service, "shop@example.com", "To");
    let bad = add_address(&service, "nobody@example.com", "To");
    let tested = |path: &str| {
        let answer = service.send("POST", &format!("{path}/Test"), &[], "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let json = answer.json();
        (json["result"] == "True", json["msg"].as_str().unwrap().to_owned())
    };
    let (fine, text) = tested("Mail-Account/1");
    assert!(fine, "{text}");
    let (fine, text) = tested(&format!("Notification-Email-Address/{good}"));
    assert!(fine && text.contains("送信せずに"), "{text}");
    let (fine, text) = tested(&format!("Notification-Email-Address/{bad}"));
    assert!(!fine && text.contains("550 5.1.1"), "{text}");
    service.put("Mail-Account", "1", &json!({"パスワード": "wrong-password"}));
    let (fine, text) = tested("Mail-Account/1");
    assert!(!fine && text.contains("535"), "{text}");
    assert!(service.row("Mail-Account", "1")["最終結果"].as_str().unwrap().contains("535"));
    service.put("Mail-Account", "1", &json!({"SMTPサーバー": "169.254.169.254"}));
    let (fine, text) = tested("Mail-Account/1");
    assert!(!fine && text.contains("リンクローカル"), "{text}");
    assert_eq!(server.letters(), Vec::<Value>::new());
    let audit = service.get("Audit-Log?操作=実行&資源=Mail-Account");
    assert_eq!(audit.as_array().unwrap().len(), 3);
    assert_eq!(service.send("POST", "Mail-Account/9/Test", &[], "").status, 404);
}
