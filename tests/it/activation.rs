//! Online-Activation acts as its note in the catalogue says.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use crate::harness::{Outcome, Receiver, SOON, Service, wait_for};
use crate::office::assert_values;

const RESOURCE: &str = "Online-Activation";

fn signer() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap()
}

fn public_key() -> String {
    STANDARD.encode(signer().public_key().as_ref())
}

/// A key that the signer gave to 紀州商店.
fn key(expires: &str) -> String {
    let body = json!({"name": "紀州商店", "expires": expires}).to_string();
    let signature = signer().sign(body.as_bytes());
    format!("{}.{}", URL_SAFE_NO_PAD.encode(&body), URL_SAFE_NO_PAD.encode(signature))
}

/// The row, once its 認証状態 is `state`.
#[track_caller]
fn row_in_state(service: &Service, id: &str, state: &str) -> Value {
    wait_for(state, SOON, || Some(service.row(RESOURCE, id)).filter(|row| row["認証状態"] == state))
}

#[test]
fn without_settings_it_is_the_open_edition() {
    let service = Service::start();
    let id = service.post(RESOURCE, &json!({"ライセンスキー": key("2099/12/31")}));
    assert_eq!(id, "2", "the first key is 2");
    let row = service.row(RESOURCE, &id);
    let expected = [("認証状態", "オープン版"), ("認証日時", ""), ("有効期限", "")];
    assert_values(&row, &expected);
    assert_eq!(row["端末識別"].as_str().unwrap().len(), 8);
    let second = service.post(RESOURCE, &json!({}));
    assert_eq!(service.row(RESOURCE, &second)["端末識別"], row["端末識別"]);
}

#[test]
fn a_key_is_verified_by_the_public_key() {
    let settings = format!("[activation]\npublic_key = \"{}\"\n", public_key());
    let service = Service::start_with(&[], &settings);
    let id = service.post(RESOURCE, &json!({"ライセンスキー": key("2099/12/31")}));
    let row = service.row(RESOURCE, &id);
    let expected = [("認証状態", "認証済"), ("有効期限", "2099/12/31"), ("登録名", "紀州商店")];
    assert_values(&row, &expected);
    assert_ne!(row["認証日時"], "");
    assert!(row["ライセンスキー"].as_str().unwrap().starts_with("********"), "{row}");
    for (written, state) in [
        (key("2020/12/31"), "期限切れ"),
        (format!("{}AAAA", key("2099/12/31")), "無効"),
        (String::new(), "未認証"),
        (key("2099/01/01"), "認証済"),
    ] {
        service.put(RESOURCE, &id, &json!({"ライセンスキー": written}));
        assert_eq!(service.row(RESOURCE, &id)["認証状態"], state);
    }
    let masked = service.row(RESOURCE, &id);
    service.put(RESOURCE, &id, &masked);
    assert_eq!(service.row(RESOURCE, &id)["認証状態"], "認証済", "the mask keeps the key");
}

#[test]
fn a_key_goes_to_the_server_with_every_write_and_its_answer_is_kept() {
    let said = json!({"認証状態": "認証済", "有効期限": "2099/03/31"}).to_string();
    let refusal = Outcome::Status(404, String::new(), "unknown key".to_owned());
    let server = Receiver::start([Outcome::Ok(said), refusal]);
    let settings = format!("[activation]\nserver_url = \"{}\"\n", server.url("/licences"));
    let mut service = Service::start_with(&[], &settings);
    let written = json!({"ライセンスキー": "AAAA-BBBB-CCCC-1234", "登録名": "紀州商店"});
    let id = service.post(RESOURCE, &written);
    let row = row_in_state(&service, &id, "認証済");
    assert_eq!(row["有効期限"], "2099/03/31");
    assert_ne!(row["認証日時"], "");
    let asked = &server.wait_for(1)[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/licences"));
    let told = asked.json();
    assert_values(&told, &[("ライセンスキー", "AAAA-BBBB-CCCC-1234"), ("登録名", "紀州商店")]);
    assert_eq!(told["端末識別"], row["端末識別"]);
    service.put(RESOURCE, &id, &json!({"コンピューター名": "CTI-SV"}));
    assert_eq!(row_in_state(&service, &id, "無効")["有効期限"], "");
    assert_eq!(server.wait_for(2)[1].json()["コンピューター名"], "CTI-SV");
    service.stop();
    assert!(!service.log().contains("AAAA-BBBB"), "{}", service.log());
    service.restart();
    assert_eq!(service.row(RESOURCE, &id)["認証状態"], "無効");
    assert_eq!(server.requests().len(), 2, "an answer is not asked for again");
}
