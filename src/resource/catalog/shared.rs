//! Fields that several resources have alike, declared once.

use super::notation::{field, flag, int, key, shown_text, text, word};
use crate::resource::{Field, Hidden, HiddenType, Kind};

/// The key of most resources.
pub(super) const ID: Field = key("ID").example("1");

/// The key of resources whose first row is reserved.
pub(super) const ID_FROM_2: Field = key("ID").example("2");

/// Whether the row takes effect.
pub(super) const ENABLED: Field =
    flag("使用する", "enabled").default("True").meaning("この行を有効にする").example("True");

/// Lines whose calls are told.
pub(super) const LINES: Field = field("対象回線No", "lines", Kind::LineList)
    .meaning("通知を出す回線(空=全回線)。無い番号は無視")
    .example("1,2");

/// Callers whose calls are told.
pub(super) const CONDITION: Field = word(
    "条件",
    "condition",
    &["すべて", "登録済み", "未登録", "番号通知のみ", "非通知のみ", "VIPのみ", "要注意のみ"],
)
.default("すべて")
.meaning("発信者による絞り込み")
.example("すべて");

/// When a target was tried last.
pub(super) const TRIED_AT: Field = field("最終実行日時", "last_run_at", Kind::DateTime)
    .read_only()
    .meaning("最後に試みた時刻")
    .example("2025/04/01 09:15:02");

/// How the last try ended.
pub(super) const TRY_RESULT: Field = shown_text("最終結果", "last_result")
    .meaning("成功、または理由(停止中はその理由)")
    .example("成功");

/// Place in lists.
pub(super) const POSITION: Field =
    int("表示順", "position", 0, 9999).default("0").meaning("並び").example("10");

/// When the work was done last.
pub(super) const LAST_RUN_AT: Field =
    field("最終実行日時", "last_run_at", Kind::DateTime).read_only().example("2025/04/01 09:15:02");

/// How the work ended last.
pub(super) const LAST_RESULT: Field = shown_text("最終結果", "last_result").example("成功");

/// When a call is told.
pub(super) const TIMING: Field =
    word("タイミング", "timing", &["着信時", "応答時", "不在時", "終了時"])
        .default("着信時")
        .meaning("出す時点")
        .example("着信時");

/// As `TIMING`, with the digest.
pub(super) const TIMING_OR_DIGEST: Field =
    word("タイミング", "timing", &["着信時", "応答時", "不在時", "終了時", "まとめ"])
        .default("着信時")
        .meaning("出す時点。まとめ = 営業カレンダーの時刻に不在着信をまとめて")
        .example("着信時");

/// At what hours a call is told.
pub(super) const HOURS: Field =
    word("時間帯", "hours", &["いつでも", "営業時間内のみ", "営業時間外のみ"])
        .default("いつでも")
        .meaning("営業カレンダーで絞る")
        .example("いつでも");

/// As `HOURS`, with sending later.
pub(super) const HOURS_OR_LATER: Field = word(
    "時間帯",
    "hours",
    &["いつでも", "営業時間内のみ", "営業時間外のみ", "時間外はまとめて後で"],
)
.default("いつでも")
.meaning("営業カレンダーで絞る")
.example("いつでも");

/// Day of a monthly run.
pub(super) const MONTH_DAY: Field =
    int("日", "month_day", 1, 31).default("1").meaning("毎月のとき(月末は丸め)").example("1");

/// The order to run at once.
pub(super) const RUN_NOW: Field = flag("今すぐ実行", "run_now")
    .write_only()
    .default("False")
    .meaning("True を書くと直ちに実行し、終わってから答える(10分まで)")
    .example("False");

/// The file written last.
pub(super) const LAST_FILE: Field = shown_text("最終ファイル", "last_file");

/// Free text.
pub(super) const NOTE: Field = text("備考", "note", 500).meaning("自由記述");

/// The moment of the clock up to which the work is done: what lies after it is due.
pub(super) const SCHEDULED_AT: Hidden =
    Hidden { column: "scheduled_at", kind: HiddenType::OptionalInteger };
