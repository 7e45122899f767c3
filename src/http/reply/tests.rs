//! The table of refusals and the shape of answers.

use super::*;
use crate::store::{StoreError, WriteError};

fn fault(name: &str, message: &str) -> Fault {
    Fault { name: name.into(), message: message.into() }
}

fn header(refusal: &Refusal, name: header::HeaderName) -> Option<String> {
    let response = refusal.response(false);
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
}

#[test]
fn the_table_holds_every_status_of_the_contract() {
    for (refusal, status) in [
        (Refusal::Faults(vec![fault("着信TEL", "数字で")]), 400),
        (Refusal::BadPath(BAD_TOP), 400),
        (Refusal::BrokenBody, 400),
        (Refusal::SlowBody, 408),
        (Refusal::SignInNeeded, 401),
        (Refusal::WrongCredentials, 401),
        (Refusal::WrongPassword, 401),
        (Refusal::SessionEnded, 401),
        (Refusal::SetUpNeeded, 401),
        (Refusal::SetUpOver, 401),
        (Refusal::Forbidden, 403),
        (Refusal::ForeignOrigin, 403),
        (Refusal::UnknownPath, 404),
        (Refusal::UnknownResource, 404),
        (Refusal::KeyIsNoNumber, 404),
        (Refusal::NoSuchRow, 404),
        (Refusal::MethodNotAllowed(Allow::READ), 405),
        (Refusal::Taken(fault("ユーザーID", "使われています")), 409),
        (Refusal::LastAdministrator, 409),
        (Refusal::PreconditionFailed, 412),
        (Refusal::BodyTooLarge, 413),
        (Refusal::FileTooLarge, 413),
        (Refusal::UnknownHost, 421),
        (Refusal::IdempotencyKeyReused, 422),
        (Refusal::TooManyTries { retry_after: 42 }, 429),
        (Refusal::Busy, 503),
        (Refusal::CannotWrite, 503),
        (Refusal::Unavailable, 503),
    ] {
        assert_eq!(refusal.status().as_u16(), status, "{refusal:?}");
        assert_eq!(refusal.response(false).status().as_u16(), status);
        assert_eq!(refusal.response(true).status().as_u16(), 200, "legacy_status");
        assert!(!refusal.message().is_ascii(), "{refusal:?} has no Japanese text");
        let retry = matches!(status, 429 | 503);
        assert_eq!(header(&refusal, header::RETRY_AFTER).is_some(), retry, "{refusal:?}");
        let bearer = (status == 401).then(|| "Bearer".to_owned());
        assert_eq!(header(&refusal, header::WWW_AUTHENTICATE), bearer, "{refusal:?}");
    }
}

#[test]
fn all_faults_stand_in_one_message() {
    let faults = vec![fault("着信TEL", "数字で"), fault("", "本文が空です")];
    assert_eq!(Refusal::Faults(faults).message(), "着信TEL: 数字で / 本文が空です");
    assert_eq!(
        header(&Refusal::MethodNotAllowed(Allow::READ), header::ALLOW).unwrap(),
        "GET, HEAD, OPTIONS"
    );
}

#[test]
fn store_errors_become_what_a_client_can_do() {
    for (error, expected) in [
        (StoreError::Busy, Refusal::Busy),
        (StoreError::ReadOnly("disk full".into()), Refusal::CannotWrite),
        (StoreError::Unavailable, Refusal::Unavailable),
        (StoreError::Secret("key".into()), Refusal::Unavailable),
    ] {
        assert_eq!(Refusal::from(WriteError::Store(error)), expected);
    }
    assert_eq!(Refusal::from(WriteError::SetUpOver), Refusal::SetUpOver);
}

#[test]
fn texts_are_escaped() {
    let body = result_body("False", "a\"b\\c\n");
    assert_eq!(body, br#"{"result":"False","msg":"a\"b\\c\n"}"#);
}
