//! 発信者ルール.

use super::notation::{PLAIN, field, shown_int, text, word};
use super::rules::fault;
use super::shared::{ENABLED, ID};
use crate::resource::{Access, Fault, Kind, Record, Resource};
use crate::telephone::{NumberPattern, Presentation};

/// Rules for single callers.
pub static CALLER_RULE: Resource = Resource {
    uri: "Caller-Rule",
    title: "発信者ルール",
    table: "caller_rule",
    access: Access::OperatorWrites,
    seed: false,
    note: "優先: 完全一致 > 長い前方一致 > 区分、同順は小さいID。",
    fields: &[
        ID,
        text("番号", "pattern", 40)
            .required()
            .meaning("完全一致、末尾*の前方一致、または番号通知の語(非通知 等)")
            .example("0120*"),
        text("名称", "name", 40).example("勧誘"),
        word("動作", "action", &["通知しない", "記録のみ", "要注意表示", "VIP通知"])
            .default("通知しない")
            .meaning("通知しない=外への通知なし(画面には出す)、記録のみ=画面にも出さない、要注意表示、VIP通知")
            .example("通知しない"),
        field("対象回線No", "lines", Kind::LineList),
        ENABLED,
        shown_int("一致回数", "match_count").example("3"),
    ],
    initial: &[("match_count", "0")],
    check: Some(rules),
    ..PLAIN
};

/// A pattern is a number, the beginning of one, or a word of 番号通知.
fn rules(row: &Record) -> Vec<Fault> {
    let pattern = row.text("pattern");
    let word = Presentation::ALL.iter().any(|presentation| presentation.word() == pattern);
    let valid = word || NumberPattern::parse(pattern).is_ok();
    let message = "電話番号、末尾を * にした番号の先頭(0120*)、または番号通知の語(非通知 など)で指定してください";
    (!valid).then(|| fault(row, "pattern", message)).flatten().into_iter().collect()
}
