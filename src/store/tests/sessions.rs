//! Sessions: what ends them, and that they outlive a restart.

use super::{Bench, NOW, actor};
use crate::clock::HOUR_MS;
use crate::resource::catalog::{AUDIT, USER};
use crate::store::Session;

/// An administrator (who stays) and a user with the key 2.
async fn users(bench: &Bench) {
    for (login, role) in [("admin", "管理者"), ("uketsuke", "一般")] {
        let texts =
            [("login", login), ("name", login), ("password", "correct horse"), ("role", role)];
        bench.post(&USER, &texts).await;
    }
}

/// The session that user 2 would get now.
fn next(bench: &Bench) -> Session {
    let snapshot = bench.store.snapshot();
    let epoch = snapshot.find(USER.uri, 2).unwrap().hidden("session_epoch").int();
    Session { user_id: 2, epoch, ends_at: bench.clock.now() + HOUR_MS }
}

async fn open(bench: &Bench, mark: u8) -> bool {
    bench.store.open_session([mark; 32], next(bench), actor()).await.unwrap()
}

async fn lives(bench: &Bench, mark: u8) -> bool {
    bench.store.session(&[mark; 32]).await.unwrap().is_some()
}

#[tokio::test]
async fn a_session_is_found_by_its_hash_also_after_a_restart() {
    let bench = Bench::new();
    users(&bench).await;
    let session = next(&bench);
    assert!(open(&bench, 1).await);
    let bench = bench.reopen();
    assert_eq!(bench.store.session(&[1; 32]).await.unwrap(), Some(session));
    assert_eq!(bench.get(&USER, 2).await["最終ログイン日時"], "2025/04/01 09:15:02");
    let audit = bench.all(&AUDIT).await;
    assert_eq!((&audit[2]["操作"], &audit[2]["キー"]), (&"ログイン".into(), &"2".into()));
    bench.store.close_session([1; 32]).await.unwrap();
    assert!(!lives(&bench, 1).await);
}

#[tokio::test]
async fn a_password_a_switch_and_a_delete_end_all_sessions_of_that_user() {
    let bench = Bench::new();
    users(&bench).await;
    for texts in [("password", "another horse"), ("enabled", "False")] {
        assert!(open(&bench, 1).await && open(&bench, 2).await);
        let before = next(&bench);
        bench.put(&USER, 2, &[("name", "b"), ("role", "参照のみ")]).await.unwrap();
        assert!(lives(&bench, 1).await);
        bench.put(&USER, 2, &[texts]).await.unwrap();
        assert!(!lives(&bench, 1).await && !lives(&bench, 2).await, "{texts:?}");
        // A log-in that was verified before comes too late, though the clock stands still.
        assert!(!bench.store.open_session([3; 32], before, actor()).await.unwrap());
    }
    assert!(!open(&bench, 1).await, "switched off");
    bench.put(&USER, 2, &[("enabled", "True")]).await.unwrap();
    assert!(open(&bench, 1).await);
    let late = next(&bench);
    bench.delete(&USER, 2).await.unwrap();
    assert!(!lives(&bench, 1).await);
    assert!(!bench.store.open_session([3; 32], late, actor()).await.unwrap());
}

#[tokio::test]
async fn old_sessions_make_room() {
    let bench = Bench::new();
    users(&bench).await;
    for mark in 0..60 {
        bench.clock.set(NOW + i64::from(mark));
        assert!(open(&bench, mark).await);
    }
    assert!(!lives(&bench, 9).await && lives(&bench, 10).await, "fifty stay");
    bench.clock.set(NOW + 2 * HOUR_MS);
    assert!(open(&bench, 60).await);
    assert!(!lives(&bench, 59).await, "those that are over are swept");
}
