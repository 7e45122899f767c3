//! Work by a clock that the test sets.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::run::{Scheduler, Settings};
use crate::clock::{Clock, DAY_MS, HOUR_MS};
use crate::config::Retention;
use crate::resource::catalog::{AUDIT, BACKUP, CSV_EXPORT, CUSTOMER, EXCEL_EXPORT};
use crate::resource::{Record, Resource, Verb, from_texts};
use crate::store::{Actor, Authority, Composed, Query, Store};

/// 2025-04-01 09:15:02 in Japan.
const NOW: i64 = 1_743_466_502_000;

struct Bench {
    store: Store,
    clock: Clock,
    folder: TempDir,
    scheduler: Scheduler,
    seen: HashMap<(&'static str, i64), super::run::Seen>,
}

fn actor() -> Actor {
    Actor { user: "admin".into(), ip: "127.0.0.1".into(), authority: Authority::Granted }
}

impl Bench {
    fn new() -> Self {
        Self::at(TempDir::new().unwrap(), Clock::manual(NOW))
    }

    fn at(folder: TempDir, clock: Clock) -> Self {
        let store = Store::open(folder.path(), clock.clone(), 2).unwrap();
        let settings = Settings {
            data_dir: folder.path().to_owned(),
            files_allow: vec![folder.path().join("allowed")],
            retention: Retention::default(),
        };
        let scheduler = Scheduler::new(store.clone(), clock.clone(), settings);
        Self { store, clock, folder, scheduler, seen: HashMap::new() }
    }

    /// Stops and starts again `after` milliseconds later.
    async fn restart(self, after: i64) -> Self {
        let Self { store, clock, folder, .. } = self;
        store.close().await;
        drop(store);
        clock.set(clock.now() + after);
        Self::at(folder, clock)
    }

    async fn look(&mut self) {
        self.scheduler.look(&mut self.seen).await;
    }

    fn row(&self, resource: &'static Resource, key: i64) -> Record {
        self.store.snapshot().find(resource.uri, key).unwrap().clone()
    }

    async fn change(&self, resource: &'static Resource, key: i64, texts: &[(&str, &str)]) {
        let draft = from_texts(resource, texts.iter().copied(), Verb::Put).unwrap();
        self.store.update(key, draft, actor()).await.unwrap();
    }

    async fn run(&self, resource: &'static Resource) -> super::Ran {
        self.scheduler.run_now(self.row(resource, 1), actor()).await
    }

    async fn customer(&self, name: &str, number: &str) {
        let texts = [("氏名", name), ("電話番号1", number), ("郵便番号", "001-0010")];
        let draft = from_texts(&CUSTOMER, texts, Verb::Post).unwrap();
        self.store.insert(draft, actor()).await.unwrap();
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| {
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_is_made_once_a_slot_also_after_downtime_and_clock_changes() {
    let mut bench = Bench::new();
    let backups = bench.folder.path().canonicalize().unwrap().join("backups");
    bench.look().await;
    bench.look().await;
    assert_eq!(files(&backups), [""; 0], "the first slot is the next 03:00");
    bench.clock.set(NOW + 18 * HOUR_MS); // 2025-04-02 03:15:02
    bench.look().await;
    bench.look().await;
    assert_eq!(files(&backups), ["smartconnect_20250402_031502.db.gz"]);
    let row = bench.row(&BACKUP, 1);
    assert_eq!(row.text("last_result"), "成功");
    assert!(row.text("last_file").ends_with("backups/smartconnect_20250402_031502.db.gz"));
    assert!(row.int("last_size") > 1000);
    assert_eq!(row.int("last_run_at"), bench.clock.now());
    for moved in [-2 * HOUR_MS, 2 * HOUR_MS, -23 * HOUR_MS, 23 * HOUR_MS] {
        bench.clock.set(bench.clock.now() + moved);
        bench.look().await;
    }
    assert_eq!(files(&backups).len(), 1, "the clock was changed, the slot is done");
    let mut bench = bench.restart(3 * DAY_MS).await;
    bench.look().await;
    bench.look().await;
    assert_eq!(files(&backups).len(), 2, "three missed slots are made up for once");
    let runs = bench.store.list_json(&AUDIT, &Query::default(), None, 100).await.unwrap();
    let runs = String::from_utf8(runs.page.json).unwrap();
    assert_eq!(runs.matches("\"実行\"").count(), 2, "{runs}");
}

#[tokio::test]
async fn changed_times_count_from_the_change_on_and_generations_are_kept() {
    let mut bench = Bench::new();
    let backups = bench.folder.path().join("backups");
    bench.look().await;
    let texts = [("実行時刻", "09:00"), ("保存世代数", "2"), ("圧縮", "False")];
    bench.change(&BACKUP, 1, &texts).await;
    bench.look().await;
    assert_eq!(files(&backups), [""; 0], "09:00 of today lies before the change");
    fs::create_dir_all(&backups).unwrap();
    for left in
        [".smartconnect_20250331_030000.db.part", ".smartconnect_20250330_030000.db.gz.part"]
    {
        fs::write(backups.join(left), "half of what was killed").unwrap();
    }
    for day in 1..=4 {
        bench.clock.set(NOW + day * DAY_MS);
        bench.look().await;
    }
    let kept = ["smartconnect_20250404_091502.db", "smartconnect_20250405_091502.db"];
    assert_eq!(files(&backups), kept);
}

#[tokio::test]
async fn what_a_kill_left_goes_when_the_service_starts_again() {
    let bench = Bench::new();
    let backups = bench.folder.path().join("backups");
    bench.scheduler.at_start().await;
    assert!(!backups.exists(), "nothing is made");
    fs::create_dir(&backups).unwrap();
    let left = [
        ".smartconnect-backup.db",
        "..smartconnect-backup.db.part",
        "..smartconnect-backup.db.part-journal",
        ".smartconnect_20250331_030000.db.gz.part",
    ];
    for name in left.iter().chain(&["smartconnect_20250331_030000.db.gz", ".mine"]) {
        fs::write(backups.join(name), "x").unwrap();
    }
    bench.scheduler.at_start().await;
    assert_eq!(files(&backups), [".mine", "smartconnect_20250331_030000.db.gz"]);
}

#[tokio::test]
async fn a_compressed_backup_can_be_restored() {
    let bench = Bench::new();
    bench.customer("控え 花子", "0731234567").await;
    let ran = bench.run(&BACKUP).await;
    assert!(ran.good, "{}", ran.text);
    let file = bench.row(&BACKUP, 1).text("last_file").to_owned();
    bench.store.close().await;
    let other = TempDir::new().unwrap();
    fs::copy(bench.folder.path().join("secret.key"), other.path().join("secret.key")).unwrap();
    crate::store::restore(other.path(), Path::new(&file), NOW).unwrap();
    let store = Store::open(other.path(), Clock::manual(NOW), 2).unwrap();
    let customer = store.record(&CUSTOMER, 1).await.unwrap().unwrap();
    assert_eq!(customer.text("name"), "控え 花子");
    let cut = other.path().join("cut.db.gz");
    let bytes = fs::read(&file).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    store.close().await;
    drop(store);
    assert!(crate::store::restore(other.path(), &cut, NOW).is_err());
}

#[tokio::test]
async fn what_goes_wrong_is_told_with_the_way_out() {
    let bench = Bench::new();
    bench.change(&BACKUP, 1, &[("出力先フォルダ", "/etc/smartconnect")]).await;
    let ran = bench.run(&BACKUP).await;
    assert!(!ran.good && ran.text.contains("[files] allow"), "{}", ran.text);
    assert_eq!(bench.row(&BACKUP, 1).text("last_result"), ran.text);
    let allowed = bench.folder.path().join("allowed");
    fs::create_dir(&allowed).unwrap();
    let deeper = allowed.join("deeper");
    bench.change(&BACKUP, 1, &[("出力先フォルダ", deeper.to_str().unwrap())]).await;
    let ran = bench.run(&BACKUP).await;
    assert!(ran.good, "{}", ran.text);
    assert_eq!(files(&deeper).len(), 1);
}

#[tokio::test]
async fn exports_hold_the_rows_and_columns_that_were_asked_for() {
    let bench = Bench::new();
    for (name, number) in [("和歌山 花子", "0731234567"), ("紀伊 太郎", "0731230001")] {
        bench.customer(name, number).await;
    }
    let exports = bench.folder.path().join("exports");
    let texts = [
        ("出力対象", "顧客アドレス帳"),
        ("項目", "電話番号1,氏名"),
        ("並び順", "降順"),
        ("改行", "LF"),
        ("文字コード", "UTF-8"),
    ];
    bench.change(&CSV_EXPORT, 1, &texts).await;
    let ran = bench.run(&CSV_EXPORT).await;
    assert!(ran.good && ran.text.contains("2件"), "{}", ran.text);
    let text = fs::read_to_string(exports.join("顧客アドレス帳_20250401.csv")).unwrap();
    assert_eq!(text, "電話番号1,氏名\n0731230001,紀伊 太郎\n0731234567,和歌山 花子\n");
    assert_eq!(bench.row(&CSV_EXPORT, 1).int("last_rows"), 2);
    let texts = [("出力対象", "顧客アドレス帳"), ("シート名", "名簿")];
    bench.change(&EXCEL_EXPORT, 1, &texts).await;
    let ran = bench.run(&EXCEL_EXPORT).await;
    assert!(ran.good, "{}", ran.text);
    let file = fs::read(exports.join("顧客アドレス帳_20250401.xlsx")).unwrap();
    assert!(file.starts_with(b"PK"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(exports.join("顧客アドレス帳_20250401.xlsx")).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_slot_made_up_for_exports_the_day_it_was_for() {
    let mut bench = Bench::new();
    let texts = [("周期", "毎日"), ("実行時刻", "23:50"), ("期間", "当日")];
    bench.change(&CSV_EXPORT, 1, &texts).await;
    bench.look().await;
    let compose = || -> crate::store::Compose {
        Box::new(|facts| {
            let mut record = Record::empty(&crate::resource::catalog::CALL);
            record.set("received_at", crate::resource::Value::Int(facts.now));
            Composed { record: Some(record), ..Composed::default() }
        })
    };
    bench.store.ring(String::new(), compose()).await.unwrap();
    bench.clock.set(NOW + DAY_MS); // the evening passed while nobody looked
    bench.store.ring(String::new(), compose()).await.unwrap();
    let mut bench = bench.restart(0).await;
    bench.look().await;
    assert_eq!(bench.row(&CSV_EXPORT, 1).int("last_rows"), 1, "the call of the day before");
    let name = bench.row(&CSV_EXPORT, 1).text("last_file").to_owned();
    assert!(name.ends_with("着信記録_20250401.csv"), "{name}");
}

#[tokio::test]
async fn what_is_older_than_the_settings_say_goes_and_the_audit_log_tells() {
    let bench = Bench::new();
    let ring = || {
        let compose = |facts: &crate::store::Facts<'_>| {
            let mut record = Record::empty(&crate::resource::catalog::CALL);
            record.set("received_at", crate::resource::Value::Int(facts.now));
            Composed { record: Some(record), ..Composed::default() }
        };
        bench.store.ring(String::new(), Box::new(compose))
    };
    for _ in 0..250 {
        ring().await.unwrap();
    }
    bench.clock.set(NOW + 31 * DAY_MS);
    ring().await.unwrap();
    super::retention::run(&bench.store, &Retention::default(), &bench.clock).await;
    let all = Query::default();
    let calls = || bench.store.total(&crate::resource::catalog::CALL, &all);
    assert_eq!(calls().await.unwrap(), Some(251), "0 = for ever");
    let retention = Retention { calls_days: 30, ..Retention::default() };
    super::retention::run(&bench.store, &retention, &bench.clock).await;
    assert_eq!(calls().await.unwrap(), Some(1));
    let audit = bench.store.list_json(&AUDIT, &Query::default(), None, 10).await.unwrap();
    let audit = String::from_utf8(audit.page.json).unwrap();
    assert!(audit.contains("30日を過ぎた250件を削除"), "{audit}");
}
