//! Whom a call concerns: the filters that every target has.

use super::Occasion;
use super::calendar::{is_open, next_digest, next_opening};
use super::values::{RANK_REJECTED, RANK_VIP, RANK_WARNING, is_registered, rank};
use crate::clock::UnixMs;
use crate::resource::Record;
use crate::resource::words::{rule_action, timing};
use crate::telephone::Presentation;

/// 条件 of targets; すべて has no rule of its own.
mod condition {
    pub const REGISTERED: &str = "登録済み";
    pub const UNREGISTERED: &str = "未登録";
    pub const WITH_NUMBER: &str = "番号通知のみ";
    pub const WITHOUT_NUMBER: &str = "非通知のみ";
    pub const VIP: &str = "VIPのみ";
    pub const WARNING: &str = "要注意のみ";
}

/// 時間帯 of targets.
mod hours {
    pub const OPEN: &str = "営業時間内のみ";
    pub const CLOSED: &str = "営業時間外のみ";
    pub const CLOSED_LATER: &str = "時間外はまとめて後で";
}

/// Whether the screens show the call at all, with toast and links.
pub(super) fn on_screen(occasion: &Occasion<'_>) -> bool {
    let rule = occasion.rule.map_or("", |rule| rule.text("action"));
    rule != rule_action::RECORD_ONLY && concerns_people(occasion)
}

/// Whether anybody outside the screens may be told.
pub(super) fn outside(occasion: &Occasion<'_>) -> bool {
    let rule = occasion.rule.map_or("", |rule| rule.text("action"));
    on_screen(occasion) && rule != rule_action::NO_NOTIFICATION
}

/// Not for lines that stay quiet (通知する) and not for calls between extensions.
fn concerns_people(occasion: &Occasion<'_>) -> bool {
    let quiet_line = occasion.line.is_some_and(|line| !line.is("notify"));
    let extension = occasion.call.text("presentation") == Presentation::Extension.word();
    !quiet_line && !extension
}

/// Whether a row with 使用する, 対象回線No, 条件, タイミング and 時間帯 applies.
pub(super) fn applies(row: &Record, occasion: &Occasion<'_>) -> bool {
    applies_at(row, occasion, occasion.timing)
}

/// As [`applies`], at this タイミング.
pub(super) fn applies_at(row: &Record, occasion: &Occasion<'_>, timing: &str) -> bool {
    row.is("enabled")
        && row.text("timing") == timing
        && meets(row.text("condition"), occasion)
        && has_line(row.text("lines"), occasion.call.int("line_no"))
        && in_hours(row.text("hours"), occasion)
}

/// When a row that does not apply now is told of the call together with others; `None` = never.
pub(super) fn held_until(row: &Record, occasion: &Occasion<'_>) -> Option<UnixMs> {
    let now = occasion.facts.now;
    let calendar = occasion.facts.snapshot.of("Business-Calendar").first()?;
    let later = row.text("hours") == hours::CLOSED_LATER;
    let concerned = row.is("enabled")
        && meets(row.text("condition"), occasion)
        && has_line(row.text("lines"), occasion.call.int("line_no"));
    let digest = row.text("timing") == timing::DIGEST && occasion.timing == timing::MISSED;
    if !concerned {
        None
    } else if digest && (later || in_hours(row.text("hours"), occasion)) {
        Some(next_digest(calendar, now, later))
    } else if later && row.text("timing") == occasion.timing && !in_hours(hours::OPEN, occasion) {
        Some(next_opening(calendar, now))
    } else {
        None
    }
}

/// Whether `1,2` names the line; empty = every line.
fn has_line(lines: &str, number: i64) -> bool {
    lines.is_empty() || lines.split(',').any(|line| line.trim().parse() == Ok(number))
}

fn meets(wanted: &str, occasion: &Occasion<'_>) -> bool {
    let has_number = !occasion.call.text("caller_number").is_empty();
    match wanted {
        condition::REGISTERED => is_registered(occasion),
        // A call without a number is neither: 非通知のみ is for those.
        condition::UNREGISTERED => has_number && !is_registered(occasion),
        condition::WITH_NUMBER => has_number,
        condition::WITHOUT_NUMBER => !has_number,
        condition::VIP => rank(occasion) == RANK_VIP,
        condition::WARNING => [RANK_WARNING, RANK_REJECTED].contains(&rank(occasion)),
        _ => true,
    }
}

fn in_hours(wanted: &str, occasion: &Occasion<'_>) -> bool {
    let open = || {
        let calendar = occasion.facts.snapshot.of("Business-Calendar").first();
        // Without a calendar the office counts as open: a notice too many is milder than none.
        calendar.is_none_or(|calendar| is_open(calendar, occasion.call.int("received_at")))
    };
    match wanted {
        // What 時間外はまとめて後で collects outside the hours belongs to the digest.
        hours::OPEN | hours::CLOSED_LATER => open(),
        hours::CLOSED => !open(),
        _ => true,
    }
}
