//! データバックアップ.

use super::notation::{PLAIN, field, file_template, flag, int, shown_int, word};
use super::shared::{
    ENABLED, ID, LAST_FILE, LAST_RESULT, LAST_RUN_AT, MONTH_DAY, RUN_NOW, SCHEDULED_AT,
};
use crate::resource::{Kind, Methods, Resource};

/// Backups of the database.
pub static BACKUP: Resource = Resource {
    uri: "DataBackup",
    title: "データバックアップ",
    table: "backup",
    methods: Methods { post: true, put: true, delete: false },
    note: "初回に 毎日 03:00 の1行を入れる。",
    fields: &[
        ID,
        field("出力先フォルダ", "folder", Kind::Path)
            .meaning("空=データフォルダの backups。[files] allow の配下のみ"),
        file_template("ファイル名", "file_name", 120)
            .default("smartconnect_{{日時}}")
            .example("smartconnect_{{日時}}"),
        word("周期", "cycle", &["しない", "毎日", "毎週", "毎月", "起動時"])
            .default("毎日")
            .example("毎日"),
        field("実行時刻", "run_time", Kind::Time).default("03:00").example("03:00"),
        word("曜日", "weekday", &["月", "火", "水", "木", "金", "土", "日"])
            .default("日")
            .meaning("毎週のとき")
            .example("日"),
        MONTH_DAY,
        int("保存世代数", "generations", 1, 365).default("7").example("7"),
        flag("圧縮", "compress").default("True").example("True"),
        RUN_NOW,
        ENABLED,
        LAST_FILE,
        shown_int("最終サイズ", "last_size").meaning("バイト").example("482133"),
        LAST_RUN_AT,
        LAST_RESULT,
    ],
    hidden: &[SCHEDULED_AT],
    first_rows: &[&[("cycle", "毎日"), ("run_time", "03:00")]],
    ..PLAIN
};
