//! SIP over TLS at kamailio's TLS listener, with and without a trusted certificate (sip.md 2, 12).

use serde_json::{Value, json};

use crate::harness::{Kamailio, SOON, Service, Sipp, wait_for, wait_until};
use crate::office::{self, CUSTOMER, LINE, assert_values};
use crate::registration;

const CONNECTION: &str = "SIP-ServerConnection";

/// A row that registers cti1 over TLS at the server of this name.
fn row(kamailio: &Kamailio, server: &str) -> Value {
    let mut row = registration::row(kamailio, "cti1");
    row["SIPサーバーアドレス"] = server.into();
    row["SIPサーバーポート"] = kamailio.tls_port().into();
    row["トランスポート"] = "TLS".into();
    row
}

/// The row's 最終エラー, once it is 失敗.
#[track_caller]
fn refused(service: &Service, key: &str) -> String {
    wait_for("登録状態 失敗", SOON, || {
        let shown = service.row(CONNECTION, key);
        (shown["登録状態"] == "失敗").then(|| shown["最終エラー"].as_str().unwrap().to_owned())
    })
}

/// A call that kamailio hands on to us.
fn call(kamailio: &Kamailio, service: &Service) {
    let (feed, to) = (service.feed(None), kamailio.address());
    let (scenario, user, caller) = ("uac_cancel.xml", "cti1", CUSTOMER);
    Sipp { scenario, to, user, caller, called: LINE, calls: 1, rate: 10, ring_ms: 300 }.run();
    let ringing = feed.next_named("ringing");
    let expected = [("相手TEL", CUSTOMER), ("着信TEL", LINE), ("回線名", "本店"), ("顧客ID", "1")];
    assert_values(&ringing.data["着信記録"], &expected);
    assert_eq!(feed.next_named("ended").data["着信記録"]["ID"], "1");
}

#[test]
fn a_trusted_server_registers_us_and_rings_through_the_same_connection() {
    let kamailio = Kamailio::start_with_tls(&["localhost", "127.0.0.1"]);
    let mut service = Service::start_trusting(&kamailio.authority());
    office::add_line(&service);
    office::add_customer(&service);
    let key = service.post(CONNECTION, &row(&kamailio, "localhost"));
    registration::wait_state(&service, &key, "登録済");
    assert!(kamailio.knows("cti1"));
    assert_eq!(service.row(CONNECTION, &key)["最終エラー"], "");
    call(&kamailio, &service);
    service.stop();
    assert!(!kamailio.knows("cti1"), "a stop unregisters");
}

#[test]
fn an_untrusted_server_is_refused_until_the_row_says_not_to_check() {
    let kamailio = Kamailio::start_with_tls(&["localhost", "127.0.0.1"]);
    let service = Service::start();
    office::add_line(&service);
    office::add_customer(&service);
    let key = service.post(CONNECTION, &row(&kamailio, "127.0.0.1"));
    let why = refused(&service, &key);
    assert!(why.contains("発行元") && why.contains("TLS検証"), "{why}");
    assert!(!kamailio.knows("cti1"), "nothing is said to a server that is not trusted");
    service.put(CONNECTION, &key, &json!({"TLS検証": "False"}));
    registration::wait_state(&service, &key, "登録済");
    call(&kamailio, &service);
}

#[test]
fn a_certificate_of_another_name_and_a_port_without_tls_are_told() {
    let kamailio = Kamailio::start_with_tls(&["pbx.example"]);
    let service = Service::start_trusting(&kamailio.authority());
    let key = service.post(CONNECTION, &row(&kamailio, "127.0.0.1"));
    let why = refused(&service, &key);
    assert!(why.contains("別の名前") && why.contains("SIPサーバーアドレス"), "{why}");
    let mut closed = row(&kamailio, "127.0.0.1");
    closed["SIPサーバーポート"] = service.http().port().into();
    let key = service.post(CONNECTION, &closed);
    let why = refused(&service, &key);
    assert!(why.contains("TLS") && why.contains("ポート"), "{why}");
    service.put(CONNECTION, &key, &json!({"登録しない": "True"}));
    wait_until("TLS without registration to be told", SOON, || {
        refused(&service, &key).contains("登録しない")
    });
}

#[test]
fn a_server_that_comes_back_gets_a_new_connection() {
    let mut kamailio = Kamailio::start_with_tls(&["127.0.0.1"]);
    let service = Service::start_trusting(&kamailio.authority());
    let key = service.post(CONNECTION, &row(&kamailio, "127.0.0.1"));
    registration::wait_state(&service, &key, "登録済");
    kamailio.stop();
    wait_until("the loss to be seen", SOON, || {
        service.row(CONNECTION, &key)["登録状態"] != "登録済"
    });
    kamailio.restart();
    wait_until("the new registration", SOON * 4, || kamailio.knows("cti1"));
    registration::wait_state(&service, &key, "登録済");
}
