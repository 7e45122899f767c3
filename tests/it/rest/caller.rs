//! `/Caller/(number)`: how a call would be treated, without anything happening.

use serde_json::json;

use super::Api;
use super::api::refusal;
use super::rights::{basic, with_administrator};

/// A line, a customer, a rule and a target.
fn office(api: &Api) {
    for name in ["本店", "支店"] {
        api.post("ContainmentLine", &json!({"着信TEL": "0731235678", "回線名": name}));
    }
    api.post(
        "CustomerAddress",
        &json!({"氏名": "和歌山 花子", "電話番号1": "0312345678", "電話番号2": "073-123-4567"}),
    );
    api.post("Caller-Rule", &json!({"番号": "0120*", "動作": "通知しない"}));
    let target = json!({
        "名称": "台帳", "URL": "https://crm.example.com/?tel=#相手TEL#", "対象回線No": "1",
        "使用する": "True"
    });
    api.post("IncomingCall-URL", &target);
}

#[test]
fn an_exact_number_names_customer_line_and_targets() {
    let api = Api::start();
    office(&api);
    for written in ["0731234567", "073-123-4567", "%2B81-73-123-4567", "０７３（１２３）４５６７"]
    {
        let answer = api.get(&format!("Caller/{written}"));
        assert_eq!(answer["正規化番号"], "0731234567", "{written}");
        assert_eq!(answer["国際形式"], "+81731234567");
        assert_eq!(answer["ハイフン付き"], "073-123-4567");
        assert_eq!(answer["番号種別"], "固定");
        assert_eq!(answer["一致"], "完全一致");
        assert_eq!(answer["候補数"], "1");
        assert_eq!(answer["顧客"][0]["一致項目"], "電話番号2");
        assert_eq!(answer["顧客"][0]["行"]["氏名"], "和歌山 花子");
        assert_eq!(answer["回線"][0]["回線No"], "1");
        assert_eq!(answer["ルール"], json!([]));
        assert_eq!(answer["画面表示"], "True");
        assert_eq!(answer["通知先"].as_array().unwrap().len(), 1, "{answer}");
        assert_eq!(answer["通知先"][0]["宛先名"], "台帳");
        assert_eq!(answer["通知先"][0]["タイミング"], "着信時");
        assert_eq!(answer["着信記録"], json!([]));
    }
    let other_line = api.get("caller/0731234567?line=2");
    assert_eq!(other_line["回線"][0]["回線名"], "支店");
    assert_eq!(other_line["通知先"], json!([]));
    assert_eq!(api.get("Caller/0731234567?line=0")["回線"], json!([]));
}

#[test]
fn a_notice_that_waits_says_why_and_until_when() {
    let api = Api::start();
    office(&api);
    // Never open, with one time for digests.
    let closed = json!({"月": "", "火": "", "水": "", "木": "", "金": "", "土": "", "日": "",
        "まとめ時刻": "18:00"});
    let calendar = api.get("Business-Calendar")[0]["ID"].as_str().unwrap().to_owned();
    api.send("PUT", &format!("Business-Calendar/{calendar}"), &[], &closed.to_string()).ok();
    let chat = |name: &str, timing: &str, hours: &str| {
        let url = "http://127.0.0.1:9/x";
        let row = json!({"名称": name, "種別": "Webhook", "URL": url, "タイミング": timing,
            "時間帯": hours});
        api.post("Notification-Chat", &row);
    };
    chat("束", "まとめ", "いつでも");
    chat("朝", "着信時", "時間外はまとめて後で");
    let answer = api.get("Caller/0731234567");
    let told = |name: &str| {
        let rows = answer["通知先"].as_array().unwrap();
        rows.iter().find(|row| row["宛先名"] == name).unwrap_or(&serde_json::Value::Null).clone()
    };
    let (at_once, digest, later) = (told("台帳"), told("束"), told("朝"));
    assert_eq!((&at_once["次回試行日時"], &at_once["理由"]), (&json!(""), &json!("")));
    assert!(digest["次回試行日時"].as_str().unwrap().ends_with(" 18:00:00"), "{answer}");
    assert!(digest["理由"].as_str().unwrap().contains("まとめ時刻"), "{answer}");
    assert_eq!((&digest["タイミング"], &later["タイミング"]), (&json!("不在時"), &json!("着信時")));
    assert!(later["理由"].as_str().unwrap().contains("営業時間外"), "{answer}");
    assert_ne!(later["次回試行日時"], "");
}

#[test]
fn candidates_strangers_and_callers_without_a_number() {
    let api = Api::start();
    office(&api);
    assert_eq!(api.get("Caller/%2B1-973-123-4567")["一致"], "候補");
    let candidate = api.get("Caller/1840731234567");
    assert_eq!(candidate["一致"], "候補");
    assert_eq!(candidate["顧客"][0]["一致"], "候補");
    assert_eq!(candidate["顧客"][0]["一致項目"], "電話番号2");
    let ruled = api.get("Caller/0120000001");
    assert_eq!(ruled["一致"], "なし");
    assert_eq!(ruled["ルール"][0]["動作"], "通知しない");
    assert_eq!(ruled["通知先"], json!([]));
    let withheld = api.get("Caller/非通知");
    assert_eq!((&withheld["番号通知"], &withheld["正規化番号"]), (&json!("非通知"), &json!("")));
    assert_eq!(withheld["顧客"], json!([]));
}

#[test]
fn nothing_happens() {
    let api = Api::start();
    office(&api);
    let before = (api.get("Audit-Log"), api.get("Caller-Rule"));
    api.get("Caller/0120000001");
    api.get("Caller/0731234567");
    assert_eq!(api.get("ReceivedCall-Record"), json!([]));
    assert_eq!(api.get("Notification-Delivery"), json!([]));
    assert_eq!((api.get("Audit-Log"), api.get("Caller-Rule")), before);
    assert_eq!(api.get("CustomerAddress")[0]["着信回数"], "0");
}

#[test]
fn what_cannot_be_read_is_refused() {
    let api = Api::start();
    for path in [
        "Caller/12",
        "Caller/abc",
        "Caller/通知",
        "Caller/0731234567?line=9",
        "Caller/0731234567?line=x",
    ] {
        api.refused(400, "GET", path, "");
    }
    for path in ["Caller", "Caller/0731234567/1"] {
        api.refused(404, "GET", path, "");
    }
    api.refused(405, "POST", "Caller/0731234567", "{}");
}

#[test]
fn a_user_of_some_lines_asks_for_those_only() {
    let api = Api::start();
    office(&api);
    let pass = with_administrator(&api);
    let user = json!({
        "ユーザーID": "uketsuke", "ユーザー名": "受付", "パスワード": "battery-staple",
        "権限": "一般", "対象回線No": "2"
    });
    api.send("POST", "UserManagement", &[("Authorization", &pass)], &user.to_string()).ok();
    let user = basic("uketsuke", "battery-staple");
    let headers = [("Authorization", user.as_str())];
    let own = api.send("GET", "Caller/0731234567", &headers, "").json();
    assert_eq!(own["回線"][0]["回線No"], "2");
    refusal(api.send("GET", "Caller/0731234567?line=1", &headers, ""), 403);
    super::lines::ring_all(&api, [1, 2, 2].into_iter());
    let administrator = [("Authorization", pass.as_str())];
    for (headers, count) in [(&headers, "2"), (&administrator, "3")] {
        let seen = api.send("GET", "Caller/09000000001", headers, "").json();
        assert_eq!(seen["着信回数計"], count);
        assert_eq!(seen["着信記録"].as_array().unwrap().len().to_string(), count);
    }
}
