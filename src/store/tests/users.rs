//! Rules over all users.

use super::{Bench, draft};
use crate::resource::Verb;
use crate::resource::catalog::{LINE, USER};
use crate::store::{Actor, Authority, WriteError};

const ADMINISTRATOR: [(&str, &str); 4] =
    [("login", "admin"), ("name", "a"), ("password", "correct horse"), ("role", "管理者")];

fn set_up() -> Actor {
    Actor { user: String::new(), ip: "127.0.0.1".into(), authority: Authority::SetUp }
}

#[tokio::test]
async fn of_parallel_first_users_exactly_one_wins() {
    let bench = Bench::new();
    let mut tries = Vec::new();
    for number in 0..8 {
        let mut texts = ADMINISTRATOR;
        let login = format!("admin{number}");
        texts[0].1 = &login;
        let draft = draft(&USER, &texts, Verb::Post);
        let store = bench.store.clone();
        tries.push(tokio::spawn(async move { store.insert(draft, set_up()).await }));
    }
    let mut won = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert!(matches!(error, WriteError::SetUpOver), "{error:?}"),
        }
    }
    assert_eq!((won, bench.all(&USER).await.len()), (1, 1));
}

#[tokio::test]
async fn set_up_rights_end_with_the_first_user() {
    let bench = Bench::new();
    let line = || draft(&LINE, &[("called_number", "0731235678")], Verb::Post);
    let key = bench.store.insert(line(), set_up()).await.unwrap();
    bench.post(&USER, &ADMINISTRATOR).await;
    let over = |error| matches!(error, WriteError::SetUpOver);
    assert!(over(bench.store.insert(line(), set_up()).await.unwrap_err()));
    let change = draft(&LINE, &[("name", "x")], Verb::Put);
    assert!(over(bench.store.update(key, change, set_up()).await.unwrap_err()));
    assert!(over(bench.store.delete(&LINE, key, set_up()).await.unwrap_err()));
}

#[tokio::test]
async fn the_first_user_is_an_enabled_administrator() {
    let bench = Bench::new();
    let mut reader = ADMINISTRATOR;
    reader[3].1 = "参照のみ";
    let refused = bench.try_post(&USER, &reader).await;
    assert!(matches!(refused, Err(WriteError::Faults(faults)) if faults[0].name == "権限"));
    let disabled = [&ADMINISTRATOR[..], &[("enabled", "False")]].concat();
    let refused = bench.try_post(&USER, &disabled).await;
    assert!(matches!(refused, Err(WriteError::Faults(faults)) if faults[0].name == "使用する"));
    assert!(bench.all(&USER).await.is_empty());
}

#[tokio::test]
async fn a_login_is_taken_in_any_letter_case() {
    let bench = Bench::new();
    bench.post(&USER, &ADMINISTRATOR).await;
    let mut second = ADMINISTRATOR;
    second[0].1 = "ADMIN";
    let taken = bench.try_post(&USER, &second).await;
    assert!(matches!(taken, Err(WriteError::Conflict(fault)) if fault.name == "ユーザーID"));
    second[0].1 = "other";
    let key = bench.post(&USER, &second).await;
    let taken = bench.put(&USER, key, &[("login", "Admin")]).await;
    assert!(matches!(taken, Err(WriteError::Conflict(_))));
    bench.put(&USER, key, &[("login", "OTHER")]).await.unwrap();
}

#[tokio::test]
async fn the_last_enabled_administrator_stays() {
    let bench = Bench::new();
    let first = bench.post(&USER, &ADMINISTRATOR).await;
    let last = |result| matches!(result, Err(WriteError::LastAdministrator));
    assert!(last(bench.delete(&USER, first).await));
    assert!(last(bench.put(&USER, first, &[("role", "一般")]).await));
    assert!(last(bench.put(&USER, first, &[("enabled", "False")]).await));
    let mut second = ADMINISTRATOR;
    second[0].1 = "second";
    bench.post(&USER, &second).await;
    bench.put(&USER, first, &[("enabled", "False")]).await.unwrap();
    assert!(last(bench.delete(&USER, 2).await));
    bench.delete(&USER, first).await.unwrap();
}

#[tokio::test]
async fn a_new_password_and_a_new_user_end_old_sessions() {
    let bench = Bench::new();
    let key = bench.post(&USER, &ADMINISTRATOR).await;
    let snapshot = bench.store.snapshot();
    let epoch = snapshot.find(USER.uri, key).unwrap().hidden("session_epoch").int();
    assert_ne!(epoch, 0);
    bench.clock.set(super::NOW + 1);
    bench.put(&USER, key, &[("name", "b")]).await.unwrap();
    let now = || bench.store.snapshot().find(USER.uri, key).unwrap().hidden("session_epoch").int();
    assert_eq!(now(), epoch);
    bench.put(&USER, key, &[("password", "another horse")]).await.unwrap();
    assert_ne!(now(), epoch);
}

#[tokio::test]
async fn a_sign_in_is_noted_without_waking_anybody() {
    let bench = Bench::new();
    let key = bench.post(&USER, &ADMINISTRATOR).await;
    let number = bench.store.snapshot().number;
    bench.store.note_sign_in(&USER, key).await.unwrap();
    bench.store.note_sign_in(&USER, 99).await.unwrap();
    assert_eq!(bench.get(&USER, key).await["最終ログイン日時"], "2025/04/01 09:15:02");
    let snapshot = bench.store.snapshot();
    assert_eq!(snapshot.number, number);
    assert_eq!(snapshot.find(USER.uri, key).unwrap().int("last_login_at"), super::NOW);
    assert_eq!(bench.all(&crate::resource::catalog::AUDIT).await.len(), 1);
}
