//! 着信時URL呼出 and 着信時コマンド呼出.

use super::notation::{
    PLAIN, args_template, field, int, shown_int, template, text, url_template, word,
};
use super::rules::fault;
use super::shared::{CONDITION, ENABLED, HOURS, ID, LINES, POSITION, TIMING, TRIED_AT, TRY_RESULT};
use crate::resource::kind::url_start;
use crate::resource::{Access, Fault, Kind, Record, Resource};
use crate::template::{self, Landing};

/// URLs called when the telephone rings.
pub static URL_CALL: Resource = Resource {
    uri: "IncomingCall-URL",
    title: "着信時URL呼出",
    table: "url_call",
    fields: &[
        ID,
        text("名称", "name", 40).required().example("社内CRM"),
        url_template("URL", "url", 2000)
            .required()
            .meaning("差込値はURLエンコードされる")
            .example("https://crm.example.com/?tel={{相手TEL}}"),
        word("動作", "action", &["サーバーから呼出", "クライアントで開く"])
            .default("サーバーから呼出")
            .meaning("だれが呼ぶか")
            .example("サーバーから呼出"),
        word("メソッド", "method", &["GET", "POST", "PUT"]).default("GET").example("GET"),
        field("ヘッダー", "headers", Kind::SecretHeaders { max: 2000 })
            .meaning("1行1件 名前: 値。GETでは値を伏せる。Host/Content-Length不可")
            .example("X-Token: abc"),
        word("本文形式", "body_format", &["なし", "JSON", "フォーム", "テキスト"])
            .default("なし")
            .example("なし"),
        template("本文", "body", 16000)
            .meaning("JSONでは {{x}} が引用符付きの文字列になる")
            .example("{\"tel\":{{相手TEL}}}"),
        int("タイムアウト秒", "timeout_seconds", 1, 60).default("5").example("5"),
        POSITION,
        ENABLED,
        LINES,
        CONDITION,
        TIMING,
        HOURS,
        TRIED_AT,
        TRY_RESULT,
    ],
    check: Some(url_rules),
    ..PLAIN
};

/// Programs started when the telephone rings.
pub static COMMAND_CALL: Resource = Resource {
    uri: "IncomingCall-Command",
    title: "着信時コマンド呼出",
    table: "command_call",
    access: Access::DangerousToWrite,
    fields: &[
        ID,
        text("名称", "name", 40).required().example("顧客ソフト起動"),
        field("コマンド", "command", Kind::Path)
            .required()
            .meaning("[commands] allow に書いたフォルダ配下の実行ファイルの絶対パス。差込不可。設定が空(既定)なら実行せず 最終結果 に理由")
            .example("/opt/cti/bin/popup"),
        args_template("引数", "arguments", 2000)
            .meaning("空白区切り(引用符可)。差込は1引数の中に閉じる。シェルは通さない")
            .example("--tel {{相手TEL}} --id {{顧客ID}}"),
        field("作業フォルダ", "working_folder", Kind::Path).meaning("空=データフォルダ"),
        int("タイムアウト秒", "timeout_seconds", 1, 300)
            .default("10")
            .meaning("超過でプロセス群を終了")
            .example("10"),
        int("同時実行数", "max_parallel", 1, 10).default("2").example("2"),
        POSITION,
        ENABLED,
        LINES,
        CONDITION,
        TIMING,
        HOURS,
        TRIED_AT,
        TRY_RESULT,
        shown_int("最終終了コード", "last_exit_code").example("0"),
    ],
    ..PLAIN
};

/// The service itself calls web addresses only, on hosts that no caller can choose.
fn url_rules(row: &Record) -> Vec<Fault> {
    let mut faults = Vec::new();
    if row.text("action") == "サーバーから呼出"
        && let Err(message) = url_start(row.text("url"))
    {
        faults.extend(fault(row, "url", &message));
    }
    if row.text("body_format") == "JSON"
        && let Err(message) = template::check(row.text("body"), Landing::Json)
    {
        faults.extend(fault(row, "body", &message));
    }
    faults
}
