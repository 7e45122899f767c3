//! Secrets: sealed on disk, masked everywhere, bound to the key file.

use super::{Bench, NOW, actor, draft};
use crate::clock::Clock;
use crate::resource::Verb;
use crate::resource::catalog::{AUDIT, CHAT_TARGET, LINE, URL_CALL, USER};
use crate::store::{Store, StoreError, WriteError};

const TOKEN: &str = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0";

async fn chat(bench: &Bench) -> i64 {
    let url = "https://hooks.example.com/services/T0001/abcdef";
    bench.post(&CHAT_TARGET, &[("name", "営業"), ("url", url), ("token", TOKEN)]).await
}

/// Every byte of the data folder's database files.
fn disk(bench: &Bench) -> Vec<u8> {
    let files = std::fs::read_dir(bench.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let databases = files.filter(|path| path.to_str().unwrap().contains("smartconnect.db"));
    databases.flat_map(|path| std::fs::read(path).unwrap()).collect()
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn a_secret_is_nowhere_in_clear_but_in_the_snapshot() {
    let bench = Bench::new();
    let key = chat(&bench).await;
    bench.put(&CHAT_TARGET, key, &[("name", "営業2")]).await.unwrap();
    assert!(contains(&disk(&bench), "営業2"), "the test looks at the wrong files");
    assert!(!contains(&disk(&bench), TOKEN));
    assert!(!contains(&disk(&bench), "T0001/abcdef"));
    assert!(!bench.get(&CHAT_TARGET, key).await.to_string().contains(TOKEN));
    let audit = serde_json::to_string(&bench.all(&AUDIT).await).unwrap();
    assert!(audit.contains("営業2") && !audit.contains(TOKEN) && !audit.contains("T0001"));
    assert_eq!(bench.store.snapshot().find(CHAT_TARGET.uri, key).unwrap().text("token"), TOKEN);
    let bench = bench.reopen();
    assert_eq!(bench.store.snapshot().find(CHAT_TARGET.uri, key).unwrap().text("token"), TOKEN);
}

#[tokio::test]
async fn the_mask_keeps_a_secret_and_a_wrong_mask_is_a_fault() {
    let bench = Bench::new();
    let key = chat(&bench).await;
    let row = bench.get(&CHAT_TARGET, key).await;
    let shown: Vec<String> =
        ["URL", "トークン"].iter().map(|name| row[name].as_str().unwrap().to_owned()).collect();
    bench.put(&CHAT_TARGET, key, &[("url", &shown[0]), ("token", &shown[1])]).await.unwrap();
    let kept = bench.store.record(&CHAT_TARGET, key).await.unwrap().unwrap();
    assert_eq!(kept.text("token"), TOKEN);
    assert_eq!(kept.text("url"), "https://hooks.example.com/services/T0001/abcdef");
    let moved = bench.put(&CHAT_TARGET, key, &[("url", "https://evil.example.com/********")]).await;
    assert!(matches!(moved, Err(WriteError::Faults(faults)) if faults[0].name == "URL"));
    bench.put(&CHAT_TARGET, key, &[("token", "")]).await.unwrap();
    assert_eq!(bench.get(&CHAT_TARGET, key).await["トークン"], "");
}

#[tokio::test]
async fn a_secret_copied_to_another_row_does_not_open() {
    let bench = Bench::new();
    let (first, second) = (chat(&bench).await, chat(&bench).await);
    let super::Bench { store, clock, folder } = bench;
    drop(store);
    let raw = rusqlite::Connection::open(folder.path().join("smartconnect.db")).unwrap();
    raw.execute(
        "UPDATE chat_target SET token=(SELECT token FROM chat_target WHERE id=?1) WHERE id=?2",
        [first, second],
    )
    .unwrap();
    drop(raw);
    let store = Store::open(folder.path(), clock, 1).unwrap();
    assert_eq!(store.snapshot().find(CHAT_TARGET.uri, first).unwrap().text("token"), TOKEN);
    assert_eq!(store.snapshot().find(CHAT_TARGET.uri, second).unwrap().text("token"), "");
}

#[tokio::test]
async fn the_key_file_belongs_to_the_database() {
    let bench = Bench::new();
    let key_file = bench.folder.path().join("secret.key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["secret.key", "smartconnect.db", "smartconnect.db-wal"] {
            let mode = std::fs::metadata(bench.folder.path().join(name)).unwrap().permissions();
            assert_eq!(mode.mode() & 0o777, 0o600, "{name}");
        }
        let folder = std::fs::metadata(bench.folder.path()).unwrap().permissions().mode();
        assert_eq!(folder & 0o777, 0o700);
    }
    let super::Bench { store, folder, .. } = bench;
    drop(store);
    let key = std::fs::read(&key_file).unwrap();
    let open = || Store::open(folder.path(), Clock::manual(NOW), 1);
    std::fs::remove_file(&key_file).unwrap();
    assert!(matches!(open(), Err(StoreError::Secret(why)) if why.contains("missing")));
    assert!(!key_file.exists(), "a new key was made for a database that has one");
    let other = super::Folder::new();
    drop(Store::open(other.path(), Clock::manual(NOW), 1).unwrap());
    std::fs::copy(other.path().join("secret.key"), &key_file).unwrap();
    assert!(matches!(open(), Err(StoreError::Secret(why)) if why.contains("does not belong")));
    std::fs::write(&key_file, "nonsense").unwrap();
    assert!(matches!(open(), Err(StoreError::Secret(why)) if why.contains("damaged")));
    std::fs::write(&key_file, key).unwrap();
    assert!(open().is_ok());
}

#[tokio::test]
async fn headers_keep_their_masked_lines() {
    let bench = Bench::new();
    let headers = "X-Token: abc\nX-Other: def";
    let texts = [("name", "a"), ("url", "https://crm.example.com/"), ("headers", headers)];
    let key = bench.post(&URL_CALL, &texts).await;
    let shown = bench.get(&URL_CALL, key).await["ヘッダー"].as_str().unwrap().to_owned();
    assert!(shown.contains("X-Token") && !shown.contains("abc"));
    bench.put(&URL_CALL, key, &[("headers", &shown)]).await.unwrap();
    let kept = bench.store.record(&URL_CALL, key).await.unwrap().unwrap();
    assert_eq!(kept.text("headers"), headers);
}

#[tokio::test]
async fn every_write_of_a_client_is_audited_once() {
    let bench = Bench::new();
    let key = bench.post(&LINE, &[("called_number", "0731235678"), ("name", "本店")]).await;
    bench.put(&LINE, key, &[("name", "支店")]).await.unwrap();
    bench.delete(&LINE, key).await.unwrap();
    bench.try_post(&LINE, &[("name", "neither number nor extension")]).await.unwrap_err();
    bench.store.audit("ログイン失敗", "", 0, "who".into(), actor()).await.unwrap();
    let rows = bench.all(&AUDIT).await;
    let seen: Vec<_> = rows.iter().map(|row| row["操作"].as_str().unwrap()).collect();
    assert_eq!(seen, ["追加", "更新", "削除", "ログイン失敗"]);
    let change = &rows[1];
    assert_eq!((&change["資源"], &change["キー"]), (&LINE.uri.into(), &"1".into()));
    assert_eq!(
        (&change["ユーザーID"], &change["IPアドレス"]),
        (&"admin".into(), &"127.0.0.1".into())
    );
    assert_eq!(change["日時"], "2025/04/01 09:15:02");
    let parsed = |text: &serde_json::Value| -> serde_json::Value {
        serde_json::from_str(text.as_str().unwrap()).unwrap()
    };
    assert_eq!(parsed(&change["変更前"])["回線名"], "本店");
    assert_eq!(parsed(&change["変更後"])["回線名"], "支店");
    assert_eq!((&rows[0]["変更前"], &rows[2]["変更後"]), (&"".into(), &"".into()));
}

#[tokio::test]
async fn a_password_hash_is_never_shown() {
    let bench = Bench::new();
    let mut user = draft(
        &USER,
        &[
            ("login", "admin"),
            ("name", "管理者"),
            ("password", "correct horse"),
            ("role", "管理者"),
        ],
        Verb::Post,
    );
    user.set("password", crate::resource::Value::Text("$argon2id$v=19$hash".into()));
    bench.store.insert(user, actor()).await.unwrap();
    assert_eq!(bench.get(&USER, 1).await["パスワード"], "********");
    let audit = serde_json::to_string(&bench.all(&AUDIT).await).unwrap();
    assert!(!audit.contains("argon2id"));
    bench.put(&USER, 1, &[("password", "********"), ("name", "x")]).await.unwrap();
    let kept = bench.store.record(&USER, 1).await.unwrap().unwrap();
    assert_eq!(kept.text("password"), "$argon2id$v=19$hash");
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_was_copied_back_is_taken_from_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let key = bench.folder.path().join("secret.key");
    let mode = || std::fs::metadata(&key).unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(mode(), 0o644);
    let bench = bench.reopen();
    assert_eq!(mode(), 0o600);
    drop(bench);
}
