//! `doctor` and its canary call.

use serde_json::json;

use super::{nowhere, run};
use crate::deliveries::add_chat;
use crate::harness::{Certificate, Receiver, Service};
use crate::office;

#[test]
fn what_is_in_order_and_what_is_not_is_told_apart() {
    let hook = Receiver::start([]);
    let mut service = office::open();
    run(&service.data_dir(), &["doctor"], "").ends_with(1).says("[異常] SIP接続 gateway");
    // our own listener answers OPTIONS like any other SIP server
    let port = service.sip().port().to_string();
    service.put("SIP-ServerConnection", "2", &json!({"SIPサーバーポート": port}));
    add_chat(&service, "Webhook", &hook.url("/in"), &json!({}));
    let good = run(&service.data_dir(), &["doctor"], "").ok();
    let good = good.says("動いています").says("[ OK ] SIP接続 gateway").says("何も送っていません");
    assert!(good.out().contains("登録状態"), "{}", good.out());
    assert!(hook.requests().is_empty());
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    add_chat(&service, "Webhook", &format!("http://{nobody}/x"), &json!({}));
    let bad = run(&service.data_dir(), &["doctor"], "").ends_with(1);
    bad.says(&format!("{nobody} に接続できません")).says("異常が 1 件");
    service.stop();
    run(&service.data_dir(), &["doctor"], "").ends_with(1).says("動いていません");
}

#[test]
fn an_empty_place_is_no_fault_and_stays_empty() {
    let (_folder, data_dir) = nowhere();
    run(&data_dir, &["doctor"], "").ok().says("まだありません");
    assert!(!data_dir.exists());
}

#[test]
fn a_database_without_its_key_is_a_fault() {
    let mut service = Service::start();
    service.stop();
    std::fs::remove_file(service.data_dir().join("secret.key")).unwrap();
    run(&service.data_dir(), &["doctor"], "").ends_with(1).says("秘密の鍵");
}

#[test]
fn a_canary_call_shows_every_step_and_leaves_no_trace() {
    let service = Service::start();
    for _ in 0..2 {
        let steps = run(&service.data_dir(), &["doctor", "--call"], "").ok();
        assert_eq!(steps.said(), "", "the canary's own service keeps quiet");
        assert!(!steps.out().contains("(4 KB)"), "the log holds rows too: {}", steps.out());
        for step in ["100 が返る", "180 が返る", "画面に届く", "Webhook に届く", "487 が返る"]
        {
            let line = steps.out();
            let line = line.lines().find(|line| line.contains(step)).map(str::to_owned);
            assert!(line.is_some_and(|line| line.contains("ミリ秒")), "{step}: {}", steps.out());
        }
    }
    assert_eq!(service.get("ReceivedCall-Record"), json!([]));
    assert!(!service.data_dir().join("doctor.tmp").exists());
}

#[test]
fn the_certificate_of_the_operator_is_looked_at() {
    let (folder, data_dir) = nowhere();
    let made = Certificate::write(folder.path(), &["localhost"]);
    let settings = "tls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n";
    std::fs::write(folder.path().join("smartconnect.toml"), settings).unwrap();
    run(&data_dir, &["doctor"], "").ok().says("[ OK ] HTTPSの証明書 cert.pem");
    std::fs::write(made.key, "no key").unwrap();
    run(&data_dir, &["doctor"], "").ends_with(1).says("[異常] HTTPSの証明書").says("key.pem");
}
