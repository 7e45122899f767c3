//! 伝言メモ: a call sent on with a note, and what can be seen of its attempts.

use serde_json::json;

use crate::deliveries::add_chat;
use crate::harness::{Caller, Invite, Outcome, Receiver, SOON, wait_for};
use crate::office::{self, CUSTOMER, LINE};

#[test]
fn a_call_is_sent_on_with_a_note_and_every_attempt_is_shown() {
    let service = office::open();
    let receiver = Receiver::start([
        Outcome::Ok(String::new()),
        Outcome::Status(503, "Retry-After: 1\r\n".to_owned(), "busy".to_owned()),
        Outcome::Ok("received".to_owned()),
    ]);
    // 不在時 only, so that nothing goes out by itself.
    let missed = json!({"タイミング": "不在時"});
    let room = add_chat(&service, "Slack", &receiver.url("/room"), &missed);
    Caller::new(service.sip()).ring(&Invite::new(CUSTOMER, LINE));
    let call = wait_for("a record", SOON, || {
        Some(service.get("ReceivedCall-Record")[0]["ID"].as_str()?.to_owned())
    });
    let path = format!("ReceivedCall-Record/{call}/Forward");
    let note = "<!channel> 折返しを\nお願いします";
    let body = json!({"資源": "Notification-Chat", "宛先ID": room, "伝言": note});
    let key = ("Idempotency-Key", "note-1");
    let answer = service.send("POST", &path, &[key], &body.to_string()).ok().json();
    assert!(answer["msg"].as_str().unwrap().contains("成功"), "{answer}");
    let again = service.send("POST", &path, &[key], &body.to_string()).ok().json();
    assert_eq!(again, answer, "sent again under its key it is the same message");
    let other = json!({"資源": "Notification-Chat", "宛先ID": room, "伝言": "別"}).to_string();
    assert_eq!(service.send("POST", &path, &[key], &other).status, 422);
    let sent = receiver.wait_for(1)[0].json();
    let text = sent.to_string();
    assert!(text.contains("【伝言】") && text.contains("折返しを"), "{text}");
    assert!(text.contains("和歌山 花子") && !text.contains("<!channel>"), "{text}");
    // Once more: it is another delivery, and its first attempt fails.
    let answer = service.send("POST", &path, &[], &body.to_string()).ok().json();
    assert_eq!(answer["result"], "True", "{answer}");
    let delivery = wait_for("the second one", SOON, || {
        let rows = service.get("Notification-Delivery?タイミング=転送");
        let mut rows = rows.as_array()?.iter();
        rows.find(|row| row["試行回数"] == "2" && row["状態"] == "成功").cloned()
    });
    assert_eq!(delivery["着信記録ID"], json!(call));
    let id = delivery["ID"].as_str().unwrap();
    let attempts = service.get(&format!("Notification-Delivery/{id}/Attempts"));
    assert_eq!(attempts.as_array().unwrap().len(), 2, "{attempts}");
    assert_eq!((&attempts[0]["回"], &attempts[0]["状態"]), (&json!("1"), &json!("待機")));
    assert!(attempts[0]["最終応答"].as_str().unwrap().contains("503"), "{attempts}");
    assert_eq!(attempts[1]["状態"], "成功");
    assert!(attempts[1]["終了日時"].as_str().unwrap().len() == 19, "{attempts}");
    let audit = service.get("Audit-Log?操作=実行&資源=ReceivedCall-Record");
    assert_eq!(audit.as_array().unwrap().len(), 2, "{audit}");
    service.put("Notification-Delivery", id, &json!({"状態": "再送"}));
    receiver.wait_for(4);
}

#[test]
fn a_forward_that_cannot_be_says_why() {
    let service = office::open();
    let path = "ReceivedCall-Record/1/Forward";
    let body = json!({"資源": "Notification-Chat", "宛先ID": "9", "伝言": ""}).to_string();
    assert_eq!(service.send("POST", path, &[], &body).status, 404, "no call yet");
    Caller::new(service.sip()).ring(&Invite::new(CUSTOMER, LINE));
    wait_for("a record", SOON, || service.get("ReceivedCall-Record")[0]["ID"].as_str().map(drop));
    for (body, part) in [
        (body.as_str(), "宛先ID"),
        (r#"{"資源":"IncomingCall-Command","宛先ID":"1"}"#, "資源"),
        ("{}", "資源"),
        ("", "本文"),
    ] {
        let answer = service.send("POST", path, &[], body);
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert!(answer.text().contains(part), "{part}: {}", answer.text());
    }
}

#[test]
fn templates_are_shown_with_a_sample_and_with_a_real_call() {
    let service = office::open();
    let preview = |path: &str, body: &serde_json::Value| {
        service.send("POST", &format!("{path}/Preview"), &[], &body.to_string())
    };
    let text = json!({"本文": "{{回線名}} {{顧客名}} {{相手TEL表示}}"});
    let shown = preview("MessDef-Chat/1", &text).ok().json();
    assert_eq!(shown["data"]["本文"], "本店 和歌山 花子 090-0000-0001");
    assert_ne!(service.row("MessDef-Chat", "1")["本文"], text["本文"], "nothing is written");
    let mail = json!({"本文": "{{顧客名}}", "本文形式": "HTML", "件名": "着信\n{{顧客名}}"});
    let shown = preview("MessDef-Mail/1", &mail).ok().json();
    assert_eq!(shown["data"]["件名"], "着信 和歌山 花子");
    let url = json!({"名称": "crm", "URL": "https://crm.example.com/?n={{顧客名}}"});
    let shown = preview("IncomingCall-URL/0", &url).ok().json();
    assert!(shown["data"]["URL"].as_str().unwrap().contains("n=%E5%92%8C"), "{shown}");
    let shown = preview("Output-CSV/1", &json!({})).ok().json();
    assert_eq!(shown["data"]["ファイル名"], "着信記録_20250401");
    let faulty = preview("MessDef-Chat/1", &json!({"本文": "{{顧客名前}}"}));
    assert_eq!(faulty.status, 400);
    assert!(
        faulty.text().contains("顧客名前") && faulty.text().contains("顧客名"),
        "{}",
        faulty.text()
    );
    let endless = json!({"本文": "{% for a in 備考 %}{% for b in 備考 %}{% for c in 備考 %}{% for d in 備考 %}{% for e in 備考 %}{% for f in 備考 %}x{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}"});
    let answer = preview("MessDef-Chat/1", &endless);
    assert!(answer.status == 400 || answer.text().contains("差込できません"), "{}", answer.text());
    assert_eq!(preview("MessDef-Chat/77", &json!({})).status, 404);
    assert_eq!(preview("MessDef-Chat/1", &json!({"知らない": "1"})).status, 400);
    Caller::new(service.sip()).ring(&Invite::new(CUSTOMER, LINE));
    wait_for("a record", SOON, || service.get("ReceivedCall-Record")[0]["ID"].as_str().map(drop));
    let body = json!({"本文": "{{着信記録ID}} {{会社名}} {{着信回数}} {{記録URL}}"}).to_string();
    let shown = service.send("POST", "MessDef-Chat/1/Preview?call=1", &[], &body).ok().json();
    let text = shown["data"]["本文"].as_str().unwrap();
    assert!(text.starts_with("1 ") && text.contains("/#call=1"), "{text}");
    let missing = service.send("POST", "MessDef-Chat/1/Preview?call=9", &[], "{}");
    assert_eq!(missing.status, 400, "{}", missing.text());
}
