//! Rules over several fields, one line each: what a POST says and which names are faulty.

use super::*;
use crate::resource::{Verb, check_row, complete, merge, parse};

/// Names of the fields that a POST of `body` is refused for.
#[track_caller]
fn faults(resource: &'static Resource, body: &str) -> Vec<String> {
    let draft = parse(resource, body.as_bytes(), Verb::Post);
    let draft = draft.unwrap_or_else(|faults| panic!("{body}: {faults:?}"));
    let faults = check_row(None, &complete(&draft));
    for fault in &faults {
        assert!(fault.message.chars().any(|c| ('ぁ'..='ん').contains(&c)), "{fault}");
    }
    faults.into_iter().map(|fault| fault.name).collect()
}

#[track_caller]
fn refuses(resource: &'static Resource, body: &str, names: &[&str]) {
    assert_eq!(faults(resource, body), names, "{body}");
}

#[track_caller]
fn takes(resource: &'static Resource, body: &str) {
    refuses(resource, body, &[]);
}

#[test]
fn a_line_needs_a_number_or_an_extension() {
    refuses(&catalog::LINE, r#"{"回線名":"本店"}"#, &["着信TEL"]);
    takes(&catalog::LINE, r#"{"着信TEL":"0731235678"}"#);
    takes(&catalog::LINE, r#"{"代理内線番号":"30"}"#);
}

#[test]
fn what_is_required_is_not_blank() {
    for (resource, body, name) in [
        (
            &catalog::SEARCH_SITE,
            r#"{"サイト名":"　","URL":"https://example.com/{{相手TEL}}"}"#,
            "サイト名",
        ),
        (&catalog::LINE_MESSAGE, r#"{"名称":"a","本文":" \n"}"#, "本文"),
        (&catalog::CHAT_TARGET, r#"{"名称":" ","URL":"https://chat.example.com/hooks/1"}"#, "名称"),
    ] {
        let faults = parse(resource, body.as_bytes(), Verb::Post).unwrap_err();
        assert_eq!(
            faults.into_iter().map(|fault| fault.name).collect::<Vec<_>>(),
            [name],
            "{body}"
        );
    }
    refuses(&catalog::CUSTOMER, r#"{"氏名":" ","会社名":"　"}"#, &["氏名"]);
}

#[test]
fn a_registration_needs_an_extension() {
    let body =
        |more: &str| format!("{{\"接続名\":\"x\",\"SIPサーバーアドレス\":\"192.0.2.1\"{more}}}");
    refuses(&catalog::SIP_CONNECTION, &body(""), &["内線番号"]);
    takes(&catalog::SIP_CONNECTION, &body(",\"内線番号\":\"7\""));
    takes(&catalog::SIP_CONNECTION, &body(",\"登録しない\":true"));
}

#[test]
fn a_customer_needs_a_name() {
    refuses(&catalog::CUSTOMER, r#"{"電話番号1":"0731234567"}"#, &["氏名"]);
    takes(&catalog::CUSTOMER, r#"{"氏名":"和歌山 花子"}"#);
    takes(&catalog::CUSTOMER, r#"{"会社名":"紀州商店"}"#);
}

#[test]
fn a_line_target_needs_a_token_or_a_channel_and_recipients() {
    let line = &catalog::LINE_TARGET;
    refuses(line, r#"{"名称":"x"}"#, &["アクセストークン", "送信先ID"]);
    takes(line, r#"{"名称":"x","アクセストークン":"t","送信先ID":"U1"}"#);
    takes(line, r#"{"名称":"x","アクセストークン":"t","方式":"broadcast"}"#);
    takes(line, r#"{"名称":"x","チャネルID":"1","チャネルシークレット":"s","方式":"broadcast"}"#);
    refuses(line, r#"{"名称":"x","チャネルID":"1","方式":"broadcast"}"#, &["チャネルシークレット"]);
    refuses(line, r#"{"名称":"x","チャネルシークレット":"s","方式":"broadcast"}"#, &["チャネルID"]);
    for two in ["U1,U2", "U1、U2", "U1，U2", "U1\\nU2"] {
        let body = format!("{{\"名称\":\"x\",\"アクセストークン\":\"t\",\"送信先ID\":\"{two}\"}}");
        refuses(line, &body, &["送信先ID"]);
    }
    takes(line, r#"{"名称":"x","アクセストークン":"t","方式":"multicast","送信先ID":"U1, U2"}"#);
    for room in ["C", "R"] {
        let ids = format!("U{0},{room}{0}", "0123456789abcdef".repeat(2));
        let to = |method: &str, ids: &str| {
            format!(r#"{{"名称":"x","アクセストークン":"t","方式":"{method}","送信先ID":"{ids}"}}"#)
        };
        refuses(line, &to("multicast", &ids), &["送信先ID"]);
        takes(line, &to("push", &ids[34..]));
    }
    let many = vec!["U"; 501].join(",");
    let body = format!(
        "{{\"名称\":\"x\",\"アクセストークン\":\"t\",\"方式\":\"multicast\",\"送信先ID\":\"{many}\"}}"
    );
    refuses(line, &body, &["送信先ID"]);
}

#[test]
fn the_service_calls_only_addresses_that_no_caller_chooses() {
    let body = |url: &str, more: &str| format!("{{\"名称\":\"x\",\"URL\":\"{url}\"{more}}}");
    takes(&catalog::URL_CALL, &body("https://crm.example.com/?tel={{相手TEL}}", ""));
    refuses(&catalog::URL_CALL, &body("https://{{相手TEL}}.example.com/", ""), &["URL"]);
    takes(
        &catalog::URL_CALL,
        &body("https://{{相手TEL}}.example.com/", ",\"動作\":\"クライアントで開く\""),
    );
    let json = |text: &str| {
        body("https://example.com/", &format!(",\"本文形式\":\"JSON\",\"本文\":{text:?}"))
    };
    takes(&catalog::URL_CALL, &json("{\"tel\":{{相手TEL}}}"));
    refuses(&catalog::URL_CALL, &json("{\"tel\":"), &["本文"]);
}

#[test]
fn a_search_site_needs_the_number_in_its_address() {
    let body = |url: &str| format!("{{\"サイト名\":\"x\",\"URL\":{url:?}}}");
    takes(&catalog::SEARCH_SITE, &body("https://example.com/{{相手TEL}}"));
    takes(&catalog::SEARCH_SITE, &body("https://example.com/?q={{ 相手TEL | urlencode }}"));
    refuses(&catalog::SEARCH_SITE, &body("https://example.com/相手TEL"), &["URL"]);
    refuses(&catalog::SEARCH_SITE, &body("https://example.com/{{相手TEL表示}}"), &["URL"]);
}

#[test]
fn a_log_in_name_is_plain() {
    let body = |login: &str| {
        format!("{{\"ユーザーID\":{login:?},\"ユーザー名\":\"x\",\"パスワード\":\"0123456789\"}}")
    };
    takes(&catalog::USER, &body("taro.k-1_"));
    refuses(&catalog::USER, &body("太郎"), &["ユーザーID"]);
    refuses(&catalog::USER, &body("a b"), &["ユーザーID"]);
}

#[test]
fn an_export_needs_dates_and_keys_that_belong_together() {
    let csv = &catalog::CSV_EXPORT;
    takes(csv, "{}");
    refuses(csv, r#"{"期間":"指定"}"#, &["開始日", "終了日"]);
    refuses(csv, r#"{"期間":"指定","開始日":"2025/04/02","終了日":"2025/04/01"}"#, &["終了日"]);
    takes(csv, r#"{"期間":"指定","開始日":"2025/04/01","終了日":"2025/04/01"}"#);
    takes(csv, r#"{"項目":"着信日時,相手TEL"}"#);
    refuses(csv, r#"{"項目":"着信日時,氏名"}"#, &["項目"]);
    takes(csv, r#"{"出力対象":"顧客アドレス帳","項目":"氏名"}"#);
    refuses(&catalog::EXCEL_EXPORT, r#"{"シート名":"a/b"}"#, &["シート名"]);
    refuses(&catalog::EXCEL_EXPORT, r#"{"シート名":"'a"}"#, &["シート名"]);
}

#[test]
fn each_chat_service_names_what_it_needs() {
    let body = |kind: &str, more: &str| format!("{{\"名称\":\"x\",\"種別\":{kind:?}{more}}}");
    let url = ",\"URL\":\"https://chat.example.com/\"";
    for kind in
        ["JANDI", "Slack", "Teams", "Discord", "Mattermost", "Google Chat", "LINE WORKS", "Webhook"]
    {
        refuses(&catalog::CHAT_TARGET, &body(kind, ""), &["URL"]);
        takes(&catalog::CHAT_TARGET, &body(kind, url));
    }
    refuses(&catalog::CHAT_TARGET, &body("Chat&Messenger", url), &["トークン", "宛先"]);
    refuses(&catalog::CHAT_TARGET, &body("Slack", ",\"トークン\":\"xoxb-0\""), &["宛先"]);
    let channel = ",\"トークン\":\"xoxb-0\",\"宛先\":\"C0123456789\"";
    takes(&catalog::CHAT_TARGET, &body("Slack", channel));
    let bot = ",\"URL\":\"https://www.worksapis.com/v1.0/bots/1\",\"トークン\":\"a b\"";
    refuses(&catalog::CHAT_TARGET, &body("LINE WORKS", bot), &["ユーザーID", "パスワード", "宛先"]);
    refuses(&catalog::CHAT_TARGET, &body("Chatwork", ""), &["トークン", "宛先"]);
    takes(&catalog::CHAT_TARGET, &body("Chatwork", ",\"トークン\":\"t\",\"宛先\":\"1\""));
    refuses(&catalog::CHAT_TARGET, &body("Rocket.Chat", url), &["ユーザーID", "トークン", "宛先"]);
    let login = format!("{url},\"ユーザーID\":\"u\",\"宛先\":\"GENERAL\"");
    takes(&catalog::CHAT_TARGET, &body("Rocket.Chat", &format!("{login},\"パスワード\":\"p\"")));
    takes(&catalog::CHAT_TARGET, &body("Rocket.Chat", ",\"URL\":\"https://x.example/hooks/a/b\""));
    refuses(&catalog::CHAT_TARGET, &body("ntfy", url), &["宛先"]);
    takes(&catalog::CHAT_TARGET, &body("ntfy", ",\"URL\":\"https://ntfy.example/office\""));
}

#[test]
fn a_caller_rule_is_a_number_its_beginning_or_a_word() {
    let body = |pattern: &str| format!("{{\"番号\":{pattern:?}}}");
    for pattern in
        ["0120*", "0*", "+1*", "03-1234-5678", "非通知", "公衆電話", "117", "０１２０＊", "+81 90*"]
    {
        takes(&catalog::CALLER_RULE, &body(pattern));
    }
    for pattern in ["*", "0120**", "勧誘", "01*20", "12", "0x*"] {
        refuses(&catalog::CALLER_RULE, &body(pattern), &["番号"]);
    }
}

#[test]
fn a_calendar_lists_days_and_times() {
    let put = |body: &str| {
        let draft = parse(&catalog::BUSINESS_CALENDAR, body.as_bytes(), Verb::Put).unwrap();
        let row = merge(&Record::empty(&catalog::BUSINESS_CALENDAR), &draft).unwrap();
        check_row(None, &row).into_iter().map(|fault| fault.name).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    for days in [
        "12/29-01/03,08/13-08/15",
        "2026/05/01",
        "2026/05/01-2026/05/06",
        "2026/5/6-2026/05/10",
        "１２／２９～１／３，８／１３",
        "12/29\n12/30",
        "02/29",
        "",
    ] {
        assert_eq!(put(&format!("{{\"休業日\":{days:?}}}")), none, "{days}");
    }
    for days in [
        "2025/02/29",
        "13/01",
        "2026/05/06-2026/05/01",
        "2026/5/10-2026/5/9",
        "2026/05/01-05/06",
        "毎週",
        "1-2-3",
    ] {
        assert_eq!(put(&format!("{{\"休業日\":{days:?}}}")), ["休業日"], "{days}");
    }
    assert_eq!(put(r#"{"まとめ時刻":"12:00,18:00"}"#), none);
    assert_eq!(put(r#"{"まとめ時刻":"25:00"}"#), ["まとめ時刻"]);
}

#[test]
fn of_a_delivery_only_sending_again_may_be_written() {
    let mut stored = Record::empty(&catalog::DELIVERY);
    stored.set("state", Value::Text("失敗".into()));
    let put = |state: &str| {
        let body = format!("{{\"状態\":{state:?}}}");
        let draft = parse(&catalog::DELIVERY, body.as_bytes(), Verb::Put).unwrap();
        check_row(Some(&stored), &merge(&stored, &draft).unwrap()).len()
    };
    assert_eq!((put("再送"), put("失敗"), put("成功")), (0, 0, 1));
}

#[test]
fn a_masked_secret_is_kept_on_put_and_absent_on_post() {
    let mut stored = complete(
        &parse(
            &catalog::CHAT_TARGET,
            r#"{"名称":"x","URL":"https://chat.example.com/hooks/abc","トークン":"sekret"}"#
                .as_bytes(),
            Verb::Post,
        )
        .unwrap(),
    );
    stored.set("id", Value::Int(1));
    let put = |body: &str| {
        let draft = parse(&catalog::CHAT_TARGET, body.as_bytes(), Verb::Put).unwrap();
        merge(&stored, &draft)
    };
    let kept =
        put(r#"{"名称":"y","URL":"https://chat.example.com/********","トークン":"********"}"#)
            .unwrap();
    assert_eq!((kept.text("token"), kept.text("name")), ("sekret", "y"));
    assert_eq!(kept.text("url"), "https://chat.example.com/hooks/abc");
    assert_eq!(put(r#"{"トークン":""}"#).unwrap().text("token"), "");
    assert_eq!(put(r#"{"トークン":"new"}"#).unwrap().text("token"), "new");
    let other = put(r#"{"URL":"https://other.example/********"}"#).unwrap_err();
    assert_eq!(other.iter().map(|fault| fault.name.as_str()).collect::<Vec<_>>(), ["URL"]);
    let odd = parse(&catalog::CHAT_TARGET, r#"{"トークン":"********abc"}"#.as_bytes(), Verb::Put);
    assert_eq!(odd.unwrap_err().len(), 1);
}
