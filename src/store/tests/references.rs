//! A delete settles every reference.

use super::calling::{compose, record, ring};
use super::{Bench, NOW, draft};
use crate::resource::Verb;
use crate::resource::catalog::{
    CALL, CALLER_RULE, CHAT_MESSAGE, CHAT_TARGET, CUSTOMER, DELIVERY, LINE, SIP_CONNECTION,
    URL_CALL, USER,
};
use crate::store::{AttemptOutcome, Settled, WriteError};

const SIP: [(&str, &str); 3] = [("name", "a"), ("server", "192.0.2.1"), ("extension", "7")];
const URL: [(&str, &str); 2] = [("name", "a"), ("url", "https://crm.example.com/")];

#[tokio::test]
async fn references_must_exist() {
    let bench = Bench::new();
    let texts = [("called_number", "0731235678"), ("connection_id", "5")];
    let refused = bench.try_post(&LINE, &texts).await;
    let Err(WriteError::Faults(faults)) = refused else { panic!("accepted") };
    assert_eq!((faults.len(), faults[0].name.as_str()), (1, "SIP接続ID"));
    assert!(faults[0].message.contains("SIP-ServerConnection"));
    let key = bench.post(&LINE, &texts[..1]).await;
    assert!(bench.put(&LINE, key, &texts[1..]).await.is_err());
    assert_eq!(bench.get(&LINE, key).await["SIP接続ID"], "0");
}

#[tokio::test]
async fn a_connection_leaves_its_lines() {
    let bench = Bench::new();
    let connection = bench.post(&SIP_CONNECTION, &SIP).await.to_string();
    let line = [("called_number", "0731235678"), ("connection_id", connection.as_str())];
    let key = bench.post(&LINE, &line).await;
    bench.delete(&SIP_CONNECTION, 2).await.unwrap();
    assert_eq!(bench.get(&LINE, key).await["SIP接続ID"], "0");
    assert_eq!(bench.store.snapshot().find(LINE.uri, key).unwrap().int("connection_id"), 0);
}

#[tokio::test]
async fn a_message_leaves_its_targets() {
    let bench = Bench::new();
    let message = bench.post(&CHAT_MESSAGE, &[("name", "b"), ("body", "x")]).await.to_string();
    let url = ("url", "https://chat.example.com/h/1");
    let target = [("name", "a"), url, ("message_id", message.as_str())];
    let key = bench.post(&CHAT_TARGET, &target).await;
    bench.delete(&CHAT_MESSAGE, message.parse().unwrap()).await.unwrap();
    assert_eq!(bench.get(&CHAT_TARGET, key).await["メッセージ定義ID"], "0");
}

#[tokio::test]
async fn a_customers_calls_keep_the_name_only() {
    let bench = Bench::new();
    let key = bench.post(&CUSTOMER, &[("name", "和歌山 花子")]).await;
    let mut call = record("09000000001", key);
    call.set("customer_name", crate::resource::Value::Text("和歌山 花子".into()));
    bench.store.ring(String::new(), Box::new(move |_| compose(Some(call.clone())))).await.unwrap();
    bench.delete(&CUSTOMER, key).await.unwrap();
    let row = bench.get(&CALL, 1).await;
    assert_eq!((&row["顧客ID"], &row["顧客名"]), (&"0".into(), &"和歌山 花子".into()));
}

#[tokio::test]
async fn a_line_leaves_every_list_of_lines() {
    let bench = Bench::new();
    for _ in 0..12 {
        bench.post(&LINE, &[("called_number", "0731235678")]).await;
    }
    let two = bench.post(&URL_CALL, &[&URL[..], &[("lines", "1,2,12")]].concat()).await;
    let rule = bench.post(&CALLER_RULE, &[("pattern", "0120*"), ("lines", "12,2")]).await;
    bench.delete(&LINE, 2).await.unwrap();
    assert_eq!(bench.get(&URL_CALL, two).await["対象回線No"], "1,12");
    assert_eq!(bench.get(&CALLER_RULE, rule).await["対象回線No"], "12");
    assert_eq!(bench.store.snapshot().find(URL_CALL.uri, two).unwrap().text("lines"), "1,12");
    assert_eq!(bench.get(&URL_CALL, two).await["使用する"], "True");
}

#[tokio::test]
async fn a_row_for_a_deleted_line_alone_stops_instead_of_meaning_every_line() {
    let bench = Bench::new();
    bench.post(&LINE, &[("called_number", "0731235678")]).await;
    let only = bench.post(&URL_CALL, &[&URL[..], &[("lines", "1")]].concat()).await;
    let admin =
        [("login", "admin"), ("name", "a"), ("password", "correct horse"), ("role", "管理者")];
    bench.post(&USER, &[&admin[..], &[("lines", "1")]].concat()).await;
    let reader = [("login", "r"), ("name", "r"), ("password", "correct horse"), ("lines", "1")];
    bench.post(&USER, &reader).await;
    bench.delete(&LINE, 1).await.unwrap();
    let row = bench.get(&URL_CALL, only).await;
    assert_eq!((&row["対象回線No"], &row["使用する"]), (&"".into(), &"False".into()));
    assert!(!row["最終結果"].as_str().unwrap().is_empty());
    assert_eq!(bench.get(&USER, 2).await["使用する"], "False");
    assert_eq!(bench.get(&USER, 1).await["使用する"], "True");
}

#[tokio::test]
async fn a_targets_open_deliveries_are_cancelled() {
    let bench = Bench::new();
    bench.post(&URL_CALL, &URL).await;
    ring(&bench, "", &[("IncomingCall-URL", 1), ("IncomingCall-URL", 2)]).await;
    ring(&bench, "", &[("IncomingCall-URL", 1)]).await;
    let store = &bench.store;
    let sent = store.claim_deliveries("w".into(), 1000, 1, 1, Vec::new()).await.unwrap().remove(0);
    assert_eq!(sent.target.id, 1);
    bench.delete(&URL_CALL, 1).await.unwrap();
    let rows = bench.all(&DELIVERY).await;
    let states: Vec<_> = rows.iter().map(|row| row["状態"].as_str().unwrap()).collect();
    assert_eq!(states, ["取消", "待機", "取消"]);
    assert_eq!(bench.get(&CALL, 2).await["通知結果"], "宛先1:取消");
    // What was under way cannot come back for a new target with the same key.
    let late = Settled {
        id: sent.id,
        owner: sent.owner,
        attempts: sent.attempts,
        started_at: NOW,
        outcome: AttemptOutcome::Retry(NOW),
        response: String::new(),
        reason: String::new(),
        progress: String::new(),
        counted: 0,
    };
    assert!(!store.settle_delivery(late).await.unwrap());
}

#[tokio::test]
async fn a_deleted_key_comes_back_without_a_past() {
    let bench = Bench::new();
    bench.post(&CUSTOMER, &[("name", "a"), ("phone_1", "0312345678")]).await;
    bench.delete(&CUSTOMER, 1).await.unwrap();
    assert_eq!(bench.post(&CUSTOMER, &[("name", "b")]).await, 1);
    let phones = draft(&CUSTOMER, &[("phone_2", "0312345679")], Verb::Put);
    bench.store.update(1, phones, super::actor()).await.unwrap();
    assert_eq!(bench.get(&CUSTOMER, 1).await["電話番号1"], "");
}
