//! Files in and out over the wire.

use serde_json::{Value, json};

use super::Api;
use super::api::refusal;

const IMPORT: &str = "CustomerAddress/Import";

fn shift_jis(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

/// Sends a file; answers result and msg.
fn import(api: &Api, query: &str, kind: &str, body: &[u8]) -> (String, String) {
    let path = format!("{}/{IMPORT}{query}", crate::harness::BASE);
    let answer = api.raw("POST", &path, &[("Content-Type", kind)], body);
    let json = answer.json();
    let result = json["result"].as_str().unwrap().to_owned();
    assert_eq!(answer.status, if result == "True" { 200 } else { 400 }, "{json}");
    (result, json["msg"].as_str().unwrap().to_owned())
}

fn customers(api: &Api) -> Vec<Value> {
    api.get("CustomerAddress").as_array().unwrap().clone()
}

#[test]
fn a_table_comes_in_after_a_dry_run_and_all_at_once() {
    let api = Api::start();
    let table =
        "氏名,電話番号1,備考\n山田 一郎,03-0000-0001,'=1\n表 花子,090-0000-0002,\"二\n行\"\n";
    for (kind, body) in [
        ("text/csv", table.as_bytes().to_vec()),
        ("text/csv; charset=Shift_JIS", shift_jis(table)),
        ("application/x-www-form-urlencoded", table.as_bytes().to_vec()),
    ] {
        let before = customers(&api).len();
        let (result, text) = import(&api, "?dryrun=true", kind, &body);
        assert!(result == "True" && text.starts_with("2件を追加できます"), "{text}");
        for query in ["?dryrun=True", "?dryrun=1"] {
            assert_eq!(import(&api, query, kind, &body).0, "True");
        }
        for query in ["?dryrun=yes", "?dryrun", "?dryrun=", "?dryrun=tru"] {
            let (result, text) = import(&api, query, kind, &body);
            assert!(result == "False" && text.contains("dryrun"), "{query}: {text}");
        }
        assert_eq!(customers(&api).len(), before, "a dry run writes nothing");
        let (result, text) = import(&api, "?dryrun=False", kind, &body);
        assert!(result == "True" && text.starts_with("2件を追加しました"), "{text}");
        let rows = customers(&api);
        assert_eq!(rows.len(), before + 2);
        let last = &rows[rows.len() - 1];
        assert_eq!(last["氏名"], "表 花子");
        assert_eq!(last["備考"], "二\n行");
        assert_eq!(rows[rows.len() - 2]["備考"], "=1");
        assert_eq!(last["顧客ID"], (before + 2).to_string());
    }
    let audit = api.get("Audit-Log");
    let audit = audit.as_array().unwrap();
    assert_eq!(audit.len(), 3, "one row an import");
    assert_eq!(audit[2]["変更後"], "2件を追加しました");
    assert_eq!((&audit[2]["資源"], &audit[2]["操作"]), (&json!("CustomerAddress"), &json!("追加")));
}

#[test]
fn one_fault_keeps_everything_out_and_every_fault_is_told() {
    let api = Api::start();
    let table = "氏名,電話番号1\n山田,03-0000-0001\n川,abc\n,\n,117\n";
    let (result, text) = import(&api, "", "text/csv", table.as_bytes());
    assert_eq!(result, "False");
    assert!(text.contains("3行目 電話番号1: ") && text.contains("abc"), "{text}");
    assert!(text.contains("5行目 氏名: "), "{text}");
    assert_eq!(customers(&api).len(), 0);
    assert_eq!(api.get("Audit-Log"), json!([]));
    let (_, text) = import(&api, "?dryrun=true", "text/csv", b"");
    assert!(text.contains("空"), "{text}");
    for (kind, workbook) in
        [("text/csv", &b"PK\x03\x04\x14\0"[..]), ("", b"\xd0\xcf\x11\xe0\xa1\xb1")]
    {
        let (result, text) = import(&api, "", kind, workbook);
        assert!(result == "False" && text.contains("CSV UTF-8"), "{kind}: {text}");
    }
    let (_, text) = import(&api, "", "multipart/form-data; boundary=x", b"--x");
    assert!(text.contains("multipart"), "{text}");
    refusal(api.send("GET", IMPORT, &[], ""), 405);
}

#[test]
fn cards_come_in_with_and_without_their_type() {
    let api = Api::start();
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:和歌山;花子;;;\r\nTEL;TYPE=CELL:090-0000-0001\r\nEND:VCARD\r\n";
    for kind in ["text/vcard", "text/x-vcard; charset=utf-8", "application/octet-stream"] {
        let (result, text) = import(&api, "", kind, card.as_bytes());
        assert_eq!(result, "True", "{text}");
    }
    let wide: Vec<u8> =
        ["\u{feff}", card].concat().encode_utf16().flat_map(u16::to_le_bytes).collect();
    for kind in ["text/vcard", "application/octet-stream"] {
        let (result, text) = import(&api, "", kind, &wide);
        assert_eq!(result, "True", "{text}");
    }
    let rows = customers(&api);
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[4]["氏名"], "和歌山 花子");
    assert_eq!(rows[2]["氏名"], "和歌山 花子");
    assert_eq!(rows[2]["電話番号1"], "09000000001");
}

#[test]
fn what_is_taken_out_comes_in_again() {
    let api = Api::start();
    let hostile = json!({
        "氏名": "=1+1", "会社名": "'@x", "敬称": "", "電話番号1": "+1 202-555-0123", "電話種別1": "会社",
        "郵便番号": "0010010", "備考": "\tTAB\n\"引用\",カンマ", "表示色": "#0A84FF", "顧客ランク": "VIP"
    });
    api.post("CustomerAddress", &hostile);
    for query in ["?format=csv", "?format=CSV&charset=shift_jis"] {
        let file = api.send("GET", &format!("CustomerAddress{query}"), &[], "");
        assert_eq!(file.status, 200);
        assert!(file.header("content-type").unwrap().starts_with("text/csv; charset="));
        let name = file.header("content-disposition").unwrap();
        assert_eq!(name, "attachment; filename=\"CustomerAddress.csv\"");
        let (result, text) = import(&api, "", "text/csv", &file.body);
        assert_eq!(result, "True", "{text}");
    }
    let rows = customers(&api);
    assert_eq!(rows.len(), 4, "one, copied to two, copied to four");
    for row in &rows {
        for (name, value) in rows[0].as_object().unwrap() {
            let own = ["顧客ID", "登録日時", "更新日時"].contains(&name.as_str());
            assert!(own || row[name] == *value, "{name}: {} is not {value}", row[name]);
        }
    }
}

#[test]
fn lists_and_searches_are_files_of_the_same_rows() {
    let api = Api::start();
    api.post("ContainmentLine", &json!({"着信TEL": "0312345678", "回線名": "本店"}));
    let csv = api.send("GET", "ContainmentLine?format=csv", &[], "");
    let text = csv.text();
    assert!(text.starts_with("\u{feff}回線No,着信TEL,"), "{text}");
    assert!(text.contains("\r\n1,0312345678,,電話,,本店,"), "{text}");
    let xlsx = api.send("GET", "ContainmentLine?format=xlsx", &[], "");
    assert!(xlsx.body.starts_with(b"PK\x03\x04"));
    assert!(xlsx.header("content-type").unwrap().contains("spreadsheetml"));
    for path in ["ReceivedCall-Record?format=csv", "ReceivedCall-Record/5/True/0/Null?format=csv"] {
        let file = api.send("GET", path, &[], "");
        assert!(file.text().starts_with("\u{feff}ID,着信日時,"), "{}", file.text());
        assert_eq!(file.text().lines().count(), 1);
    }
    for (path, word) in [
        ("ContainmentLine?format=pdf", "format"),
        ("ContainmentLine?format=csv&charset=latin1", "charset"),
        ("Caller-Rule?format=csv", "format"),
    ] {
        let text = api.refused(400, "GET", path, "");
        assert!(text.contains(word), "{path}: {text}");
    }
    assert_eq!(api.get("ContainmentLine?format=json").as_array().unwrap().len(), 1);
}

#[test]
fn a_file_of_many_rows_goes_out_and_in_page_by_page() {
    const ROWS: usize = 5_000;
    let api = Api::start();
    let mut table = String::from("氏名,電話番号1\r\n");
    for number in 0..ROWS {
        table.push_str(&format!("客{number},0900000{number:04}\r\n"));
    }
    let (result, text) = import(&api, "", "text/csv", table.as_bytes());
    assert!(result == "True" && text.starts_with("5000件"), "{text}");
    let file = api.send("GET", "CustomerAddress?format=csv", &[], "");
    let mut lines = file.text().lines();
    assert_eq!(lines.clone().count(), ROWS + 1);
    assert!(lines.next_back().unwrap().starts_with("5000,客4999,"));
    let book = api.send("GET", "CustomerAddress?format=xlsx", &[], "");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book.body)).unwrap();
    let mut sheet = String::new();
    let mut part = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
    std::io::Read::read_to_string(&mut part, &mut sheet).unwrap();
    assert_eq!(sheet.matches("<row ").count(), ROWS + 1);
    assert!(sheet.contains("<t>09000004999</t>"));
    let leftovers = std::fs::read_dir(api.folder.path()).unwrap();
    let names: Vec<String> =
        leftovers.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.contains("tmp")), "{names:?}");
}
