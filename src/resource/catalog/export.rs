//! CSV and EXCEL データ出力.

use super::notation::{PLAIN, field, file_template, flag, shown_int, text, word};
use super::rules::fault;
use super::shared::{
    ENABLED, ID, LAST_FILE, LAST_RESULT, LAST_RUN_AT, MONTH_DAY, RUN_NOW, SCHEDULED_AT,
};
use super::{CALL, CUSTOMER, LINE};
use crate::resource::words::{format, period};
use crate::resource::{Fault, Field, Kind, Methods, Record, Resource};

const TARGET: Field = word("出力対象", "target", &["着信記録", "顧客アドレス帳", "収容回線"])
    .default("着信記録")
    .example("着信記録");
const FOLDER: Field = field("出力先フォルダ", "folder", Kind::Path)
    .meaning("空=データフォルダの exports。[files] allow の配下のみ");
const FILE_NAME: Field = file_template("ファイル名", "file_name", 120)
    .default("{{出力対象}}_{{日付}}")
    .meaning("差込可(拡張子なし)")
    .example("着信記録_{{日付}}");
const PERIOD: Field = word("期間", "period", &["全期間", "当日", "前日", "当月", "前月", "指定"])
    .default("全期間")
    .example("前日");
const FROM_DATE: Field = field("開始日", "from_date", Kind::Date).meaning("期間=指定 のとき");
const TO_DATE: Field = field("終了日", "to_date", Kind::Date).meaning("開始日以上");
const KEYS: Field = field("項目", "keys", Kind::KeyList)
    .meaning("出すキー(空=全部)、順序どおり")
    .example("着信日時,相手TEL,顧客名,状態,メモ");
const SORT_ORDER: Field =
    word("並び順", "sort_order", &["昇順", "降順"]).default("昇順").example("昇順");
const HEADING: Field = flag("見出し行", "heading").default("True").example("True");
const CYCLE: Field =
    word("周期", "cycle", &["しない", "毎日", "毎週", "毎月"]).default("しない").example("しない");
const RUN_TIME: Field = field("実行時刻", "run_time", Kind::Time).default("23:50").example("23:50");
const WEEKDAY: Field = word("曜日", "weekday", &["月", "火", "水", "木", "金", "土", "日"])
    .default("月")
    .meaning("毎週のとき")
    .example("月");
const LAST_ROWS: Field = shown_int("最終件数", "last_rows").example("0");

/// CSV files made by the service.
pub static CSV_EXPORT: Resource = Resource {
    uri: "Output-CSV",
    title: "CSVデータ出力",
    table: "csv_export",
    methods: Methods { post: true, put: true, delete: false },
    note: "先頭が = + - @ TAB CR の値は ' を付けて式の実行を防ぐ。初回に 周期=しない の1行を入れる。",
    fields: &[
        ID,
        TARGET,
        FOLDER,
        FILE_NAME,
        PERIOD,
        FROM_DATE,
        TO_DATE,
        KEYS,
        SORT_ORDER,
        HEADING,
        word("形式", "format", &["標準", "Googleコンタクト", "Outlook", "宛名ソフト"])
            .default("標準")
            .example("標準"),
        word("文字コード", "encoding", &["UTF-8(BOM)", "UTF-8", "Shift_JIS"])
            .default("UTF-8(BOM)")
            .example("UTF-8(BOM)"),
        word("区切り文字", "separator", &["カンマ", "タブ"]).default("カンマ").example("カンマ"),
        word("改行", "newline", &["CRLF", "LF"]).default("CRLF").example("CRLF"),
        word("囲み", "quoting", &["必要時", "常に"]).default("必要時").example("必要時"),
        word("0落ち対策", "keep_zeros", &["なし", "=\"…\"形式"]).default("なし").example("なし"),
        CYCLE,
        RUN_TIME,
        WEEKDAY,
        MONTH_DAY,
        RUN_NOW,
        ENABLED,
        LAST_FILE,
        LAST_ROWS,
        LAST_RUN_AT,
        LAST_RESULT,
    ],
    hidden: &[SCHEDULED_AT],
    first_rows: &[&[("cycle", "しない")]],
    check: Some(csv_rules),
    ..PLAIN
};

/// Excel files made by the service.
pub static EXCEL_EXPORT: Resource = Resource {
    uri: "Output-EXCEL",
    title: "EXCELデータ出力",
    table: "excel_export",
    methods: Methods { post: true, put: true, delete: false },
    note: "xlsx。電話番号・郵便番号は文字列セル。初回に 周期=しない の1行を入れる。",
    fields: &[
        ID,
        TARGET,
        FOLDER,
        FILE_NAME,
        PERIOD,
        FROM_DATE,
        TO_DATE,
        KEYS,
        SORT_ORDER,
        HEADING,
        text("シート名", "sheet_name", 31)
            .default("データ")
            .meaning("禁止文字なし")
            .example("着信記録"),
        flag("見出し固定", "freeze_heading").default("True").example("True"),
        flag("オートフィルタ", "auto_filter").default("True").example("True"),
        flag("列幅自動", "auto_width").default("True").example("True"),
        CYCLE,
        RUN_TIME,
        WEEKDAY,
        MONTH_DAY,
        RUN_NOW,
        ENABLED,
        LAST_FILE,
        LAST_ROWS,
        LAST_RUN_AT,
        LAST_RESULT,
    ],
    hidden: &[SCHEDULED_AT],
    first_rows: &[&[("cycle", "しない")]],
    check: Some(excel_rules),
    ..PLAIN
};

/// Characters that Excel forbids in the names of sheets.
const SHEET_FORBIDDEN: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];

/// The resource that an export holds.
pub fn exported(row: &Record) -> &'static Resource {
    match row.text("target") {
        "顧客アドレス帳" => &CUSTOMER,
        "収容回線" => &LINE,
        _ => &CALL,
    }
}

/// Dates belong together; keys are those of the exported resource.
fn rules(row: &Record) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut add = |column, message: &str| faults.extend(fault(row, column, message));
    let (from, to) = (row.text("from_date"), row.text("to_date"));
    if row.text("period") == period::GIVEN {
        for (column, date) in [("from_date", from), ("to_date", to)] {
            if date.is_empty() {
                add(column, "期間が 指定 のときは必須です");
            }
        }
    }
    // yyyy/MM/dd sorts as text.
    if !from.is_empty() && !to.is_empty() && to < from {
        add("to_date", "開始日 以降の日付にしてください");
    }
    let resource = exported(row);
    let unknown: Vec<&str> = row
        .text("keys")
        .split(',')
        .filter(|key| !key.is_empty() && resource.index_of_name(key).is_none())
        .collect();
    if !unknown.is_empty() {
        let message = format!("{} に無いキーがあります: {}", resource.title, unknown.join(", "));
        add("keys", &message);
    }
    faults
}

/// As every export, and other programs' tables hold people.
fn csv_rules(row: &Record) -> Vec<Fault> {
    let mut faults = rules(row);
    if row.text("format") != format::OWN && *exported(row) != CUSTOMER {
        let message = format!("{} 以外は、{} を出すときだけ使えます", format::OWN, CUSTOMER.title);
        faults.extend(fault(row, "format", &message));
    }
    faults
}

/// As every export, and the name of a sheet is one that Excel opens.
fn excel_rules(row: &Record) -> Vec<Fault> {
    let mut faults = rules(row);
    let sheet = row.text("sheet_name");
    let quoted = sheet.starts_with('\'') || sheet.ends_with('\'');
    if quoted || sheet.contains(SHEET_FORBIDDEN) || sheet.contains(char::is_control) {
        let message = "シート名に [ ] : * ? / \\ と改行、両端の ' は使えません";
        faults.extend(fault(row, "sheet_name", message));
    }
    faults
}
