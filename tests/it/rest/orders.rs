//! Orders about one row: 今すぐ実行, erasing.

use serde_json::json;

use super::api::{Api, refusal};
use crate::installed::python;

#[test]
fn a_backup_and_an_export_are_made_at_once() {
    let api = Api::start();
    for path in ["DataBackup/1/Run", "output-csv/1/run", "Output-EXCEL/1/Run/"] {
        let answer = api.send("POST", path, &[], "").ok().json();
        assert_eq!(answer["result"], "True", "{path}: {answer}");
        assert!(answer["msg"].as_str().unwrap().starts_with("成功: /"), "{path}: {answer}");
    }
    for (folder, resource) in
        [("backups", "DataBackup"), ("exports", "Output-CSV"), ("exports", "Output-EXCEL")]
    {
        let row = &api.get(&format!("{resource}/1"))[0];
        assert_eq!(row["最終結果"], "成功");
        let file = row["最終ファイル"].as_str().unwrap();
        assert!(file.contains(folder) && std::fs::metadata(file).is_ok(), "{file}");
    }
    let audit = api.get("Audit-Log?操作=実行");
    assert_eq!(audit.as_array().unwrap().len(), 3);
    assert_eq!(audit[0]["資源"], "DataBackup");
    api.refused(404, "POST", "DataBackup/7/Run", "");
    api.refused(405, "GET", "DataBackup/1/Run", "");
    api.refused(404, "POST", "ContainmentLine/1/Run", "");
}

#[test]
fn a_write_can_order_the_run_and_is_answered_after_it() {
    let api = Api::start();
    let row = json!({"出力対象": "収容回線", "今すぐ実行": "True"});
    let written = api.send("PUT", "Output-CSV/1", &[], &row.to_string()).ok();
    let tag = |path: &str| api.send("GET", path, &[], "").header("etag").map(str::to_owned);
    assert_eq!(written.header("etag").map(str::to_owned), tag("Output-CSV/1"));
    let answer = written.json();
    assert_eq!(answer["result"], "True", "{answer}");
    assert!(answer["msg"].as_str().unwrap().contains("収容回線_"), "{answer}");
    let row = json!({"出力先フォルダ": "/etc", "今すぐ実行": "True"});
    let written = api.send("POST", "Output-CSV", &[], &row.to_string());
    // The row is there, whatever became of the run.
    assert!(written.header("location").unwrap().ends_with("/Output-CSV/2"));
    assert_eq!(written.header("etag").map(str::to_owned), tag("Output-CSV/2"));
    let answer = written.json();
    assert_eq!(answer["result"], "False", "{answer}");
    assert!(answer["msg"].as_str().unwrap().contains("[files] allow"), "{answer}");
    assert_eq!(api.get("Output-CSV/2")[0]["最終結果"], answer["msg"]);
}

#[test]
fn an_export_of_customers_comes_in_again() {
    let api = Api::start();
    for (name, number) in [("和歌山 花子", "0731234567"), ("=紀伊 太郎", "+12025550123")] {
        api.post("CustomerAddress", &json!({"氏名": name, "電話番号1": number}));
    }
    for format in ["標準", "Googleコンタクト", "Outlook", "宛名ソフト"] {
        let row = json!({
            "出力対象": "顧客アドレス帳", "形式": format, "今すぐ実行": "True",
            "0落ち対策": "=\"…\"形式", "文字コード": "Shift_JIS",
        });
        api.send("PUT", "Output-CSV/1", &[], &row.to_string()).ok();
        let file = api.get("Output-CSV/1")[0]["最終ファイル"].as_str().unwrap().to_owned();
        let bytes = std::fs::read(file).unwrap();
        let path = format!("{}/CustomerAddress/Import", crate::harness::BASE);
        let answer = api.raw("POST", &path, &[("Content-Type", "text/csv")], &bytes).ok().json();
        assert_eq!(answer["result"], "True", "{format}: {answer}");
    }
    let customers = api.get("CustomerAddress");
    let of = |name: &str| {
        let rows = customers.as_array().unwrap().iter();
        let own = rows.filter(|row| row["氏名"] == name);
        own.map(|row| row["電話番号1"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("和歌山 花子").len(), 16, "each import doubles them");
    assert_eq!(of("=紀伊 太郎"), ["+12025550123"; 16]);
}

#[test]
fn only_an_administrator_erases_a_customer() {
    let api = Api::start();
    let key = api.post("CustomerAddress", &json!({"氏名": "消える 花子"}));
    let answer = api.send("POST", &format!("CustomerAddress/{key}/Erase"), &[], "").ok().json();
    assert!(answer["msg"].as_str().unwrap().contains("0件"), "{answer}");
    assert_eq!(api.get("CustomerAddress"), json!([]));
    assert!(!api.get("Audit-Log").to_string().contains("消える"));
    api.refused(404, "POST", &format!("CustomerAddress/{key}/Erase"), "");
}

#[test]
fn a_customer_takes_over_what_another_row_holds_of_him() {
    let api = Api::start();
    let stays = json!({"氏名": "和歌山 花子", "電話番号1": "0731234567", "備考": "朝は留守"});
    let stays = api.post("CustomerAddress", &stays);
    let ends = json!({"氏名": "和歌山花子", "電話番号1": "09000000001", "備考": "犬がいる",
        "住所1": "本町1-1"});
    let ends = api.post("CustomerAddress", &ends);
    let body = json!({ "顧客ID": ends.to_string() }).to_string();
    let path = format!("CustomerAddress/{stays}/Merge");
    refusal(api.send("POST", &format!("{path}?dryrun=yes"), &[], &body), 400);
    let told = api.send("POST", &format!("{path}?dryrun=true"), &[], &body).ok().json();
    assert_eq!(told["data"]["引き継ぐ項目"], json!(["電話番号2", "住所1", "備考"]), "{told}");
    assert_eq!(told["data"]["残らない項目"], json!([]), "{told}");
    assert_eq!(told["data"]["顧客"]["備考"], "朝は留守\n犬がいる");
    assert_eq!(api.get("CustomerAddress").as_array().unwrap().len(), 2);
    let answer = api.send("POST", &path, &[], &body).ok().json();
    assert_eq!(answer["result"], "True", "{answer}");
    assert!(answer["msg"].as_str().unwrap().contains("電話番号2"), "{answer}");
    let rows = api.get("CustomerAddress");
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
    assert_eq!(rows[0]["電話番号2"], "09000000001");
    // Once more: there is nobody left to merge; nor is anybody merged with himself.
    api.refused(400, "POST", &path, &body);
    let himself = json!({ "顧客ID": stays.to_string() }).to_string();
    api.refused(400, "POST", &path, &himself);
    api.refused(400, "POST", &path, "{}");
    api.refused(404, "POST", "CustomerAddress/77/Merge", &himself);
    api.refused(405, "GET", &path, "");
}

#[test]
fn another_program_reads_the_workbook_with_numbers_as_texts() {
    let api = Api::start();
    let row = json!({
        "氏名": "=和歌山 花子", "電話番号1": "0731234567", "電話番号2": "+12025550123",
        "郵便番号": "001-0010", "外部ID": "007",
    });
    api.post("CustomerAddress", &row);
    let wanted = json!({
        "出力対象": "顧客アドレス帳", "シート名": "名簿", "今すぐ実行": "True",
        "項目": "顧客ID,氏名,電話番号1,電話番号2,郵便番号,外部ID",
    });
    api.send("PUT", "Output-EXCEL/1", &[], &wanted.to_string()).ok();
    let file = api.get("Output-EXCEL/1")[0]["最終ファイル"].as_str().unwrap().to_owned();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/peers/read_xlsx.py");
    let output = std::process::Command::new(python()).args([script, &file]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let read: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["sheet"], "名簿");
    assert_eq!((&read["frozen"], &read["filter"]), (&json!("A2"), &json!("A1:F2")));
    assert_eq!(read["rows"][0][2], json!(["s", "電話番号1"]));
    let expected = json!([
        ["n", 1],
        ["s", "=和歌山 花子"],
        ["s", "0731234567"],
        ["s", "+12025550123"],
        ["s", "001-0010"],
        ["s", "007"],
    ]);
    assert_eq!(read["rows"][1], expected);
}
