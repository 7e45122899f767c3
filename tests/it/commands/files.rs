//! `import` and `export`.

use serde_json::json;

use super::copies::customers;
use super::{nowhere, run};
use crate::harness::Service;

const TABLE: &str =
    "氏名,電話番号1,敬称,備考\n山田 一郎,03-0000-0001,,'=1\n表 花子,090-0000-0002,様,\"二\n行\"\n";

/// Imports this content from a file of this name.
fn import(data_dir: &std::path::Path, name: &str, content: &[u8], flags: &[&str]) -> super::Ran {
    let path = data_dir.parent().unwrap().join(name);
    std::fs::write(&path, content).unwrap();
    let words = [&["import", "customers", path.to_str().unwrap()], flags].concat();
    run(data_dir, &words, "")
}

fn orders(data_dir: &std::path::Path, before: i64) {
    let shift_jis = encoding_rs::SHIFT_JIS.encode(TABLE).0.into_owned();
    import(data_dir, "a.csv", TABLE.as_bytes(), &["--dry-run"]).ok().says("2件を追加できます");
    import(data_dir, "a.csv", TABLE.as_bytes(), &[]).ok().says("2件を追加しました");
    import(data_dir, "b.csv", &shift_jis, &[]).ok().says("2件を追加しました");
    let card = "BEGIN:VCARD\nVERSION:3.0\nN:和歌山;花子;;;\nTEL:0731234567\nEND:VCARD\n";
    import(data_dir, "c.txt", card.as_bytes(), &[]).ok().says("1件を追加しました");
    import(data_dir, "c.txt", card.as_bytes(), &["--format", "vcard"]).ok();
    let faulty = "氏名,電話番号1\n山田,03-0000-0001\n川,abc\n,117\n";
    for flags in [&[][..], &["--dry-run"]] {
        let ran = import(data_dir, "d.csv", faulty.as_bytes(), flags).ends_with(1);
        ran.says("3行目 電話番号1: ").says("4行目 氏名: ").says("何も追加していません");
    }
    import(data_dir, "c.txt", card.as_bytes(), &["--format", "csv"]).ends_with(1);
    assert_eq!(customers(data_dir), u32::try_from(before).unwrap() + 6);
}

/// Exports to a file of this name; answers its bytes.
fn export(data_dir: &std::path::Path, what: &str, name: &str) -> Vec<u8> {
    let path = data_dir.parent().unwrap().join(name);
    run(data_dir, &["export", what, path.to_str().unwrap()], "").ok().says("書き出しました");
    std::fs::read(path).unwrap()
}

#[test]
fn customers_go_in_while_the_service_runs_and_while_it_does_not() {
    let mut service = Service::start();
    orders(&service.data_dir(), 0);
    let rows = service.get("CustomerAddress");
    assert_eq!(rows[0]["氏名"], "山田 一郎");
    assert_eq!(rows[1]["備考"], "二\n行");
    assert_eq!(rows[3]["氏名"], "表 花子");
    assert_eq!(service.get("CustomerAddress").as_array().unwrap().len(), 6);
    let audit = service.get("Audit-Log").to_string();
    assert!(audit.contains("command-line") && audit.contains("2件を追加しました"), "{audit}");
    service.stop();
    orders(&service.data_dir(), 6);
    service.restart();
    assert_eq!(service.post("CustomerAddress", &json!({"氏名": "熊野 太郎"})), "13");
}

#[test]
fn what_goes_out_comes_in_again_from_a_table_and_from_cards() {
    let service = Service::start();
    let data_dir = service.data_dir();
    let hostile = json!({
        "氏名": "=1+1", "会社名": "'@x; y", "敬称": "", "電話番号1": "+1 202-555-0123", "電話種別1": "会社",
        "郵便番号": "0010010", "備考": "TAB\n\"引用\",カンマ", "表示色": "#0A84FF", "顧客ランク": "VIP"
    });
    service.post("CustomerAddress", &hostile);
    let table = export(&data_dir, "customers", "out.csv");
    import(&data_dir, "in.csv", &table, &[]).ok().says("1件");
    let cards = export(&data_dir, "customers", "out.VCF");
    assert_eq!(String::from_utf8_lossy(&cards).matches("BEGIN:VCARD\r\n").count(), 2);
    import(&data_dir, "in.vcf", &cards, &[]).ok().says("2件");
    let rows = service.get("CustomerAddress");
    assert_eq!(rows.as_array().unwrap().len(), 4);
    for row in rows.as_array().unwrap() {
        for (name, value) in rows[0].as_object().unwrap() {
            let own = ["顧客ID", "登録日時", "更新日時"].contains(&name.as_str());
            assert!(own || row[name] == *value, "{name}: {} is not {value}", row[name]);
        }
    }
}

#[test]
fn lists_are_written_whole_with_and_without_the_service() {
    use std::os::unix::fs::PermissionsExt;
    let mut service = Service::start();
    service.stop();
    let data_dir = service.data_dir();
    run(&data_dir, &["demo", "--customers", "10", "--calls", "5000"], "").ok();
    for running in [false, true] {
        if running {
            service.restart();
        }
        let calls = String::from_utf8(export(&data_dir, "calls", "calls.csv")).unwrap();
        assert!(calls.starts_with("\u{feff}ID,着信日時,"));
        let last = calls.lines().next_back().unwrap();
        assert!(last.starts_with("5000,"), "{last}");
        assert!(export(&data_dir, "lines", "lines.xlsx").starts_with(b"PK\x03\x04"));
        let file = data_dir.parent().unwrap().join("calls.csv");
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        let names = std::fs::read_dir(data_dir.parent().unwrap()).unwrap();
        let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| !name.to_string_lossy().contains("tmp")), "{names:?}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (folder, data_dir) = nowhere();
    run(&data_dir, &["export", "customers", "x.csv"], "").ends_with(1).says("ありません");
    run(&data_dir, &["export", "customers", "x.pdf"], "").ends_with(2).says(".vcf");
    run(&data_dir, &["export", "calls", "x.vcf"], "").ends_with(2).says(".xlsx");
    run(&data_dir, &["export", "people", "x.csv"], "").ends_with(2).says("people");
    run(&data_dir, &["import", "customers", "no-such-file"], "").ends_with(1).says("no-such-file");
    run(&data_dir, &["import", "calls", "x.csv"], "").ends_with(2).says("calls");
    run(&data_dir, &["import", "customers", "x", "--format", "xml"], "").ends_with(2).says("xml");
    import(&data_dir, "a.csv", TABLE.as_bytes(), &["--dry-run"]).ok();
    assert!(!data_dir.exists(), "a dry run needs no database");
    assert!(!folder.path().join("x.csv").exists());
}
