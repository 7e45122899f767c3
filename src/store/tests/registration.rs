//! The read-only fields of SIP connections.

use super::{Bench, NOW};
use crate::push::EventKind;
use crate::resource::catalog::{AUDIT, SIP_CONNECTION};
use crate::store::RegistrationRow;

fn row(state: &'static str, next_refresh: i64) -> RegistrationRow {
    RegistrationRow {
        connection_id: 2,
        state,
        code: 200,
        error: String::new(),
        next_refresh: Some(next_refresh),
    }
}

#[tokio::test]
async fn a_registration_is_shown_and_told_without_waking_the_agent() {
    let bench = Bench::new();
    let sip = [("name", "a"), ("server", "192.0.2.1"), ("extension", "7"), ("password", "geheim")];
    let key = bench.post(&SIP_CONNECTION, &sip).await;
    let number = bench.store.snapshot().number;
    let mut pushed = bench.store.pushed();
    bench.store.record_registration(row("登録済", NOW)).await.unwrap();
    let event = pushed.try_recv().unwrap().remove(0);
    assert_eq!((event.kind, event.line), (EventKind::Line, None));
    let json = String::from_utf8(event.json.to_vec()).unwrap();
    assert!(json.contains("登録済") && !json.contains("geheim"), "{json}");
    let shown = bench.get(&SIP_CONNECTION, key).await;
    assert_eq!((&shown["登録状態"], &shown["最終応答コード"]), (&"登録済".into(), &"200".into()));
    assert_eq!(shown["次回更新日時"], "2025/04/01 09:15:02");
    let snapshot = bench.store.snapshot();
    assert_eq!(snapshot.number, number);
    assert_eq!(snapshot.find(SIP_CONNECTION.uri, key).unwrap().text("registration"), "登録済");
    assert_eq!(snapshot.find(SIP_CONNECTION.uri, key).unwrap().text("password"), "geheim");
    assert_eq!(bench.all(&AUDIT).await.len(), 1, "the service's own writes are no audit rows");
}

#[tokio::test]
async fn a_refresh_alone_is_no_news() {
    let bench = Bench::new();
    let sip = [("name", "a"), ("server", "192.0.2.1"), ("extension", "7")];
    bench.post(&SIP_CONNECTION, &sip).await;
    let mut pushed = bench.store.pushed();
    bench.store.record_registration(row("登録済", NOW)).await.unwrap();
    assert!(pushed.try_recv().is_ok());
    bench.store.record_registration(row("登録済", NOW + 1000)).await.unwrap();
    assert_eq!(bench.get(&SIP_CONNECTION, 2).await["次回更新日時"], "2025/04/01 09:15:03");
    let gone = RegistrationRow { connection_id: 9, ..row("停止", NOW) };
    bench.store.record_registration(gone).await.unwrap();
    assert!(pushed.try_recv().is_err());
}
