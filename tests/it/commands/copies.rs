//! `backup`, `restore` and `check`.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde_json::json;

use super::{nowhere, run};
use crate::harness::{BASE, Service, http};

/// The word of a sound database in the report.
const SOUND: &str = "異常なし";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// How many customers the report of a data folder counts.
#[track_caller]
pub(super) fn customers(data_dir: &Path) -> u32 {
    let report = run(data_dir, &["check"], "").ok().says(SOUND).out();
    let line = report.lines().find_map(|line| line.trim().strip_prefix("顧客アドレス帳: "));
    line.unwrap().parse().unwrap()
}

#[test]
fn a_backup_of_a_writing_service_holds_what_was_acknowledged_before_it() {
    let mut service = Service::start();
    let file = service.data_dir().parent().unwrap().join("copy.db");
    let (stop, written) = (AtomicBool::new(false), AtomicU32::new(0));
    let to = service.http();
    let before = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                let body = json!({"氏名": "和歌山 花子", "電話番号1": "09000000001"}).to_string();
                let path = format!("{BASE}/CustomerAddress");
                http::request(to, "POST", &path, &[], body.as_bytes()).unwrap().ok();
                written.fetch_add(1, Ordering::SeqCst);
            }
        });
        while written.load(Ordering::SeqCst) < 50 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let before = written.load(Ordering::SeqCst);
        run(&service.data_dir(), &["backup", text(&file)], "").ok().says("secret.key");
        run(&service.data_dir(), &["restore", text(&file)], "").ends_with(1).says("止めて");
        stop.store(true, Ordering::SeqCst);
        before
    });
    let all = written.load(Ordering::SeqCst);
    assert_eq!(customers(&service.data_dir()), all, "check works beside the service");
    service.stop();
    let restored = run(&service.data_dir(), &["restore", text(&file)], "").ok();
    restored.says("before-restore-").says("このまま起動できます");
    let kept = customers(&service.data_dir());
    assert!((before..=all).contains(&kept), "{before} <= {kept} <= {all}");
    service.restart();
    let customer = service.post("CustomerAddress", &json!({"氏名": "熊野 太郎"}));
    assert_eq!(customer, (kept + 1).to_string(), "keys go on where the copy ended");
}

#[test]
fn a_copy_is_for_its_owner_alone_and_replaces_the_one_before() {
    use std::os::unix::fs::PermissionsExt;
    let mut service = Service::start();
    service.stop();
    let file = service.data_dir().parent().unwrap().join("copy.db");
    std::fs::write(&file, "an older copy").unwrap();
    run(&service.data_dir(), &["backup", text(&file)], "").ok();
    let metadata = std::fs::metadata(&file).unwrap();
    assert!(metadata.len() > 4096);
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let database = service.data_dir().join("smartconnect.db");
    run(&service.data_dir(), &["backup", text(&database)], "").ends_with(1).says("そのもの");
    run(&service.data_dir(), &["backup", "."], "").ends_with(1).says("ファイル名");
    let refused = run(&service.data_dir(), &["backup", "no/such/folder/copy.db"], "").ends_with(1);
    assert_eq!(refused.said().matches("os error").count(), 1, "{}", refused.said());
}

#[test]
fn without_a_database_there_is_nothing_to_copy_or_check() {
    let (_folder, data_dir) = nowhere();
    run(&data_dir, &["backup", "copy.db"], "").ends_with(1).says("ありません");
    run(&data_dir, &["check"], "").ends_with(1).says("ありません");
    run(&data_dir, &["restore", "copy.db"], "").ends_with(1).says("copy.db");
    assert!(!data_dir.exists());
}

/// Files that are no backup of ours: (name, content).
fn wrong_files(good: &[u8]) -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let mut foreign = good.to_vec();
    foreign[68..72].copy_from_slice(&7_u32.to_be_bytes());
    let mut newer = good.to_vec();
    newer[60..64].copy_from_slice(&999_u32.to_be_bytes());
    let mut damaged = good.to_vec();
    let end = damaged.len();
    damaged[4096..end / 2].fill(0x5a);
    vec![
        ("empty.db", Vec::new(), "SQLite"),
        ("note.txt", b"SQLite format 3, they say".to_vec(), "SQLite"),
        ("foreign.db", foreign, "smartconnect のデータベースではありません"),
        ("newer.db", newer, "999"),
        ("damaged.db", damaged, "壊れて"),
        ("cut.db", good[..good.len() / 2].to_vec(), "壊れて"),
    ]
}

#[test]
fn a_wrong_file_changes_nothing() {
    let mut service = Service::start();
    service.post("CustomerAddress", &json!({"氏名": "和歌山 花子"}));
    service.stop();
    let data_dir = service.data_dir();
    let folder = data_dir.parent().unwrap();
    let good = folder.join("good.db");
    run(&data_dir, &["backup", text(&good)], "").ok();
    let names = || {
        let entries = std::fs::read_dir(&data_dir).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let database = std::fs::read(data_dir.join("smartconnect.db")).unwrap();
    let before = names();
    for (name, content, said) in wrong_files(&std::fs::read(&good).unwrap()) {
        let file = folder.join(name);
        std::fs::write(&file, &content).unwrap();
        run(&data_dir, &["restore", text(&file)], "").ends_with(1).says(said);
        assert_eq!(std::fs::read(&file).unwrap(), content, "{name} itself is left alone");
        assert_eq!(std::fs::read(data_dir.join("smartconnect.db")).unwrap(), database, "{name}");
        assert_eq!(names(), before, "{name}");
    }
    std::fs::write(folder.join("good.db-wal"), "x").unwrap();
    run(&data_dir, &["restore", text(&good)], "").ends_with(1).says("-wal");
    assert_eq!(names(), before);
}

#[test]
fn a_restore_says_what_to_do_about_the_key() {
    let mut service = Service::start();
    let mut other = Service::start();
    service.stop();
    other.stop();
    let file = service.data_dir().parent().unwrap().join("copy.db");
    run(&service.data_dir(), &["backup", text(&file)], "").ok();
    run(&other.data_dir(), &["restore", text(&file)], "").ok().says("置き換えて");
    run(&other.data_dir(), &["check"], "").ends_with(1).says("別のデータベース");
    let key = |service: &Service| service.data_dir().join("secret.key");
    std::fs::copy(key(&service), key(&other)).unwrap();
    run(&other.data_dir(), &["check"], "").ok().says(SOUND);
    other.restart();
    let (_folder, empty) = nowhere();
    run(&empty, &["restore", text(&file)], "").ok().says("ここに置いて");
    run(&empty, &["check"], "").ends_with(1).says("ありません");
}

#[test]
fn the_log_of_a_killed_service_does_not_get_into_a_restored_database() {
    let mut service = Service::start();
    service.post("CustomerAddress", &json!({"氏名": "和歌山 花子"}));
    let data_dir = service.data_dir();
    let file = data_dir.parent().unwrap().join("copy.db");
    run(&data_dir, &["backup", text(&file)], "").ok();
    for _ in 0..20 {
        service.post("CustomerAddress", &json!({"氏名": "熊野 太郎"}));
    }
    service.kill();
    assert!(std::fs::metadata(data_dir.join("smartconnect.db-wal")).unwrap().len() > 0);
    assert_eq!(customers(&data_dir), 21, "check reads the log too");
    run(&data_dir, &["restore", text(&file)], "").ok();
    assert_eq!(customers(&data_dir), 1);
    // and the database that was put aside has everything
    let entries = std::fs::read_dir(&data_dir).unwrap().map(|entry| entry.unwrap().path());
    let old = entries.filter(|path| text(path).contains("before-restore")).collect::<Vec<_>>();
    assert_eq!(old.len(), 1, "{old:?}");
    run(&data_dir, &["restore", text(&old[0])], "").ok();
    assert_eq!(customers(&data_dir), 21);
}
