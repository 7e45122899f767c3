//! Who is told, by table.

use super::*;
use crate::notify::payload::Payload;
use crate::notify::target::target_of;
use crate::notify::{open_urls, search_sites, toast};
use crate::push::{OpenedSite, Toast};
use crate::resource::catalog::{
    BUSINESS_CALENDAR, CALLER_RULE, LINE_TARGET, MAIL_TARGET, SEARCH_SITE, TOAST_MESSAGE,
};
use crate::resource::{Kind, openapi};
use crate::template::{VOCABULARY, Word};

/// How many deliveries a webhook with these cells gets.
fn told(scene: &mut Scene, cells: &[(&str, &str)]) -> usize {
    let mut all = WEBHOOK.to_vec();
    all.extend(cells);
    scene.put(&CHAT_TARGET, &[&all]);
    scene.plan().len()
}

#[test]
fn filters_of_a_target() {
    let quiet: fn() -> Scene = || {
        let mut scene = Scene::new();
        scene.put(
            &LINE,
            &[&[("name", "FAX"), ("called_number", "0731235678"), ("notify", "False")]],
        );
        scene
    };
    let extension: fn() -> Scene = || {
        let mut scene = Scene::new().unknown();
        scene.call.set("caller_number", Value::Text("11".into()));
        scene.call.set("presentation", Value::Text("内線".into()));
        scene
    };
    let vip: fn() -> Scene = || {
        let mut scene = Scene::new();
        scene.customers[0].set("rank", Value::Text("VIP".into()));
        scene
    };
    let known: fn() -> Scene = Scene::new;
    let unknown: fn() -> Scene = || Scene::new().unknown();
    let withheld: fn() -> Scene = || Scene::new().withheld();
    let missed: fn() -> Scene = || Scene::new().missed();
    for (name, scene, cells, expected) in [
        ("as it is", known, vec![], 1),
        ("disabled", known, vec![("enabled", "False")], 0),
        ("its line", known, vec![("lines", "2,1")], 1),
        ("another line", known, vec![("lines", "2,11")], 0),
        ("a quiet line", quiet, vec![], 0),
        ("an extension", extension, vec![], 0),
        ("registered", known, vec![("condition", "登録済み")], 1),
        ("registered, unknown", unknown, vec![("condition", "登録済み")], 0),
        ("unregistered, known", known, vec![("condition", "未登録")], 0),
        ("unregistered, unknown", unknown, vec![("condition", "未登録")], 1),
        ("unregistered, withheld", withheld, vec![("condition", "未登録")], 0),
        ("with number", known, vec![("condition", "番号通知のみ")], 1),
        ("with number, withheld", withheld, vec![("condition", "番号通知のみ")], 0),
        ("without number", withheld, vec![("condition", "非通知のみ")], 1),
        ("without number, known", known, vec![("condition", "非通知のみ")], 0),
        ("VIP", vip, vec![("condition", "VIPのみ")], 1),
        ("VIP, ordinary", known, vec![("condition", "VIPのみ")], 0),
        ("warning, VIP", vip, vec![("condition", "要注意のみ")], 0),
        ("missed, ringing", known, vec![("timing", "不在時")], 0),
        ("missed, missed", missed, vec![("timing", "不在時")], 1),
        ("ringing, missed: in place of the ringing notice", missed, vec![], 1),
        ("ended, missed", missed, vec![("timing", "終了時")], 0),
        ("digest", known, vec![("timing", "まとめ")], 0),
        ("open", known, vec![("hours", "営業時間内のみ")], 1),
        ("closed", known, vec![("hours", "営業時間外のみ")], 0),
        ("closed later", known, vec![("hours", "時間外はまとめて後で")], 1),
    ] {
        assert_eq!(told(&mut scene(), &cells), expected, "{name}");
    }
}

#[test]
fn the_openapi_page_names_the_functions_that_there_are() {
    let kind = CHAT_TARGET.fields[CHAT_TARGET.index("kind").unwrap()].kind;
    let Kind::Enum(kinds) = kind else { panic!("{kind:?}") };
    let mut functions: Vec<&str> = Vec::new();
    for kind in kinds {
        if let Some(target) = target_of(&row(&CHAT_TARGET, 1, &[("name", "x"), ("kind", kind)])) {
            functions.extend(target.functions());
        }
    }
    assert_eq!(functions, openapi::called(&CHAT_TARGET));
    let line = target_of(&row(&LINE_TARGET, 1, &[("name", "x")])).unwrap();
    assert_eq!(line.functions(), openapi::called(&LINE_TARGET));
}

#[test]
fn outside_the_hours() {
    let mut scene = Scene::new();
    scene.put(&BUSINESS_CALENDAR, &[&[("closed_days", "04/01")]]);
    for (hours, expected) in
        [("営業時間内のみ", 0), ("営業時間外のみ", 1), ("時間外はまとめて後で", 1), ("いつでも", 1)]
    {
        assert_eq!(told(&mut scene, &[("hours", hours)]), expected, "{hours}");
        let planned = scene.plan();
        let held = planned.iter().any(|delivery| delivery.timing == timing::DIGEST);
        assert_eq!(held, hours == "時間外はまとめて後で", "{hours}");
    }
}

#[test]
fn caller_rules_quieten_mark_and_raise() {
    for (action, deliveries, has_toast) in [
        ("通知しない", 0, true),
        ("記録のみ", 0, false),
        ("要注意表示", 1, true),
        ("VIP通知", 1, true),
    ] {
        let mut scene = Scene::new();
        scene.rule = Some(row(&CALLER_RULE, 1, &[("pattern", "090*"), ("action", action)]));
        assert_eq!(told(&mut scene, &[]), deliveries, "{action}");
        let shown = scene.with(|occasion| toast(occasion, &values(occasion)));
        assert_eq!(shown.is_some(), has_toast, "{action}");
    }
    let mut scene = Scene::new();
    scene.rule = Some(row(&CALLER_RULE, 1, &[("pattern", "090*"), ("action", "VIP通知")]));
    assert_eq!(told(&mut scene, &[("condition", "VIPのみ")]), 1);
}

#[test]
fn what_clients_open_makes_no_row_and_the_others_come_in_order() {
    let mut scene = full();
    scene.put(&MAIL_TARGET, &[&[("email", "shop@example.com")]]);
    let mut crm = CRM.to_vec();
    crm.push(("action", "クライアントで開く"));
    scene.put(&URL_CALL, &[CRM, &crm]);
    let resources: Vec<&str> =
        scene.plan().iter().map(|delivery| delivery.target.resource).collect();
    assert_eq!(
        resources,
        [
            "IncomingCall-URL",
            "Notification-Email-Address",
            "Notification-Chat",
            "Notification-Chat"
        ]
    );
}

#[test]
fn deliveries_expire_by_timing() {
    for (scene, expiry) in [(full(), 120_000), (full().missed(), 86_400_000)] {
        let mut scene = scene;
        let mut cells = WEBHOOK.to_vec();
        cells.push(("timing", scene.timing));
        scene.put(&CHAT_TARGET, &[&cells]);
        scene.put(&URL_CALL, &[]);
        let planned = scene.plan();
        assert_eq!(planned[0].timing, scene.timing);
        assert_eq!(planned[0].target_name, "基幹");
        assert_eq!(planned[0].expires_at - planned[0].due_at, expiry);
    }
}

#[test]
fn a_missed_call_stands_in_for_a_ringing_notice_that_did_not_come_through() {
    let missed = full().missed();
    let folded: Vec<_> = missed.plan().iter().map(|one| (one.timing, one.in_place_of)).collect();
    assert_eq!(folded, [("不在時", Some("着信時")); 3]);
    assert!(full().plan().iter().all(|one| one.in_place_of.is_none()));
}

#[test]
fn the_definition_by_purpose_and_by_name() {
    let definitions: &[&[(&str, &str)]] = &[
        &[("name", "1"), ("purpose", "既定"), ("body", "既定")],
        &[("name", "2"), ("purpose", "不在"), ("body", "不在")],
        &[("name", "3"), ("purpose", "非通知"), ("body", "非通知")],
        &[("name", "4"), ("purpose", "登録済み"), ("body", "登録済み")],
        &[("name", "5"), ("purpose", "未登録"), ("body", "未登録")],
        &[("name", "6"), ("purpose", "未登録"), ("body", "二番目")],
    ];
    let body = |mut scene: Scene, named: &str| {
        let mut cells = JANDI.to_vec();
        cells.extend([("message_id", named), ("timing", scene.timing)]);
        scene.put(&CHAT_TARGET, &[&cells]);
        match Payload::from_text(&scene.plan()[0].payload).unwrap() {
            Payload::Chat(message) => message.body,
            other => panic!("{other:?}"),
        }
    };
    let office = || {
        let mut scene = Scene::new();
        scene.put(&CHAT_MESSAGE, definitions);
        scene
    };
    assert_eq!(body(office(), "0"), "登録済み");
    assert_eq!(body(office().unknown(), "0"), "未登録");
    assert_eq!(body(office().withheld(), "0"), "非通知");
    assert_eq!(body(office().withheld().missed(), "0"), "不在");
    assert_eq!(body(office(), "6"), "二番目");
    let mut few = Scene::new().missed();
    few.put(&CHAT_MESSAGE, &[&[("name", "1"), ("body", "{{状態}} {{呼出秒数}}秒")]]);
    assert_eq!(body(few, "0"), "不在 29秒");
    let mut none = Scene::new().missed();
    none.put(&CHAT_MESSAGE, &[&[("name", "1"), ("body", "x"), ("enabled", "False")]]);
    assert_eq!(body(none, "1"), "【不在】本店 和歌山 花子 090-0000-0001");
}

#[test]
fn values_of_a_known_caller() {
    let scene = Scene::new();
    let all = scene.with(values);
    for (word, expected) in [
        (Word::CallId, "5012"),
        (Word::ReceivedAt, "2025/04/01 09:15:02"),
        (Word::ReceivedTime, "09:15"),
        (Word::Weekday, "火"),
        (Word::CallerNumberShown, "090-0000-0001"),
        (Word::CallerNumberInternational, "+819000000001"),
        (Word::NumberKind, "携帯"),
        (Word::CalledNumberShown, "073-123-5678"),
        (Word::Honorific, "様"),
        (Word::Rank, "通常"),
        (Word::Registered, "登録済み"),
        (Word::CandidateList, "和歌山 花子"),
        (Word::CallCount, "8"),
        (Word::RingSeconds, ""),
        (Word::RecordUrl, "http://192.0.2.1:55963/#call=5012"),
        (Word::SearchUrl, "https://www.telnavi.jp/phone/09000000001"),
        (Word::ServerName, "CTI-SV"),
        (Word::DateAndTime, "20250401_091502"),
    ] {
        assert_eq!(all.get(word), expected, "{word:?}");
    }
    let withheld = Scene::new().withheld().with(values);
    assert_eq!(withheld.get(Word::CallerNumberShown), "非通知");
    assert_eq!(withheld.get(Word::SearchUrl), "");
    assert_eq!(withheld.get(Word::CallCount), "");
    assert_eq!(VOCABULARY.len(), 57);
}

#[test]
fn a_company_without_a_person_has_a_name() {
    let mut scene = Scene::new();
    scene.customers[0].set("name", Value::Empty);
    assert_eq!(scene.with(values).get(Word::CustomerName), "紀州商店");
}

#[test]
fn a_candidate_is_named_but_not_registered() {
    let mut scene = Scene::new();
    scene.call.set("customer_id", Value::Int(0));
    let all = scene.with(|occasion| {
        let facts = Facts {
            exact: false,
            customers: scene.customers.clone(),
            history: NumberHistory::default(),
            current: None,
            ..*occasion.facts
        };
        values(&Occasion { facts: &facts, ..*occasion })
    });
    assert_eq!(all.get(Word::Registered), "候補");
    assert_eq!(all.get(Word::CustomerName), "和歌山 花子");
}

/// Toast, opened URLs and search sites.
fn look(scene: &Scene) -> (Option<Toast>, Vec<String>, Vec<OpenedSite>) {
    scene.with(|occasion| {
        let values = values(occasion);
        (toast(occasion, &values), open_urls(occasion, &values), search_sites(occasion, &values))
    })
}

#[test]
fn toasts_links_and_sites() {
    let mut scene = full();
    let mut crm = CRM.to_vec();
    crm.push(("action", "クライアントで開く"));
    scene.put(&URL_CALL, &[CRM, &crm]);
    let (shown, urls, sites) = look(&scene);
    let shown = shown.unwrap();
    assert_eq!((shown.title.as_str(), shown.seconds), ("本店 着信", 20));
    assert_eq!(shown.body, "和歌山 花子 090-0000-0001");
    let name = "%E5%92%8C%E6%AD%8C%E5%B1%B1%20%E8%8A%B1%E5%AD%90";
    assert_eq!(urls, [format!("https://crm.example.com/?tel=09000000001&name={name}")]);
    assert_eq!(sites.len(), 3);
    assert_eq!(sites[0].url, "https://www.telnavi.jp/phone/09000000001");

    let mut ended = scene.missed();
    assert_eq!(look(&ended).0, None);
    ended.put(
        &TOAST_MESSAGE,
        &[&[("name", "不在"), ("purpose", "不在"), ("title", "不在着信"), ("body", "x")]],
    );
    assert_eq!(look(&ended).0.unwrap().title, "不在着信");
}

#[test]
fn search_sites_write_the_number_as_each_wants_it() {
    let mut unknown = Scene::new().unknown();
    unknown.put(
        &SEARCH_SITE,
        &[
            &[
                ("name", "後"),
                ("url", "https://b.example/{{相手TEL}}"),
                ("position", "20"),
                ("number_format", "国際(+81)"),
                ("auto_open", "True"),
            ],
            &[
                ("name", "先"),
                ("url", "https://a.example/{{相手TEL}}"),
                ("position", "10"),
                ("number_format", "ハイフン付き"),
            ],
            &[
                ("name", "無"),
                ("url", "https://c.example/{{相手TEL}}"),
                ("enabled", "False"),
                ("auto_open", "True"),
            ],
        ],
    );
    let (_, urls, sites) = look(&unknown);
    let shown: Vec<&str> = sites.iter().map(|site| site.url.as_str()).collect();
    assert_eq!(shown, ["https://a.example/090-0000-0001", "https://b.example/%2B819000000001"]);
    assert_eq!(urls, ["https://b.example/%2B819000000001"]);
    assert!(look(&Scene::new().withheld()).2.is_empty());
}
