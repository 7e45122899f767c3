//! What became of an order that reaches out to others.
//!
//! Invariant: status 200 (the order was carried out); result tells whether it succeeded.
//! Never: shows more of another service's answer than 通知履歴 does.

use actix_web::HttpResponse;

use super::{DONE, failed_body, json, result_body, told};
use crate::http::app::LineFound;
use crate::resource::catalog::{CALL, CUSTOMER};
use crate::resource::json::write_object;
use crate::resource::words::registration_state;
use crate::resource::{Record, order};
use crate::store::Merged;

/// The outcome of a test, with the reason, the other side's answer, and a warning about its address
/// where there are any.
pub(in crate::http) fn tested(
    came_through: bool,
    state: &str,
    reason: &str,
    answer: &str,
    warning: &str,
) -> HttpResponse {
    let mut text = state.to_owned();
    if !reason.is_empty() {
        text.push_str(": ");
        text.push_str(reason);
    }
    if !answer.is_empty() {
        text.push_str("(相手の応答: ");
        text.push_str(answer);
        text.push(')');
    }
    if !warning.is_empty() {
        text.push(' ');
        text.push_str(warning);
    }
    if came_through { told(&text) } else { json(failed_body(&text)) }
}

/// The address that clients open, where it can be made.
pub(in crate::http) fn opened(url: &Result<String, String>) -> HttpResponse {
    match url {
        Ok(url) => told(&format!("着信すると、画面で次のURLを開きます: {url}")),
        Err(fault) => json(failed_body(&format!("URLを差込できません({fault})"))),
    }
}

/// What a SIP server did, beside what its row knows of the registration.
pub(in crate::http) fn line_tested(found: &LineFound, row: &Record) -> HttpResponse {
    let registered = row.text("registration") == registration_state::REGISTERED;
    let (good, mut text) = match found {
        LineFound::Answered { address, status, after_ms } => {
            (true, format!("{address} が応答しました(SIP {status}、{after_ms}ミリ秒)"))
        }
        LineFound::Silent(address) => (
            registered,
            format!("{address} から応答がありません(登録していない相手を無視する機器もあります)"),
        ),
        LineFound::Refused(address, why) => (false, format!("{address} に接続できません: {why}")),
        LineFound::Unknown(why) => (false, format!("アドレスが分かりません: {why}")),
    };
    if row.is("enabled") {
        text.push_str("。登録状態: ");
        text.push_str(row.text("registration"));
        let error = row.text("last_error");
        if !error.is_empty() {
            text.push('(');
            text.push_str(error);
            text.push(')');
        }
    }
    let failed = row.is("enabled") && row.text("registration") == registration_state::FAILED;
    if good && !failed { told(&text) } else { json(failed_body(&text)) }
}

/// How a run ended.
pub(in crate::http) fn ran(good: bool, text: &str) -> HttpResponse {
    if good { told(text) } else { json(failed_body(text)) }
}

/// A customer was erased with his calls.
pub(in crate::http) fn erased(calls: usize) -> HttpResponse {
    told(&format!(
        "顧客と着信記録{calls}件を消去しました。すでにあるバックアップと出力ファイルには残っています"
    ))
}

/// Two customers became one.
pub(in crate::http) fn merged(other: i64, merged: &Merged) -> HttpResponse {
    told(&format!("顧客{other}を統合しました。{}", taken_over(other, merged)))
}

/// What a merge would do, with the survivor's row as it would be.
pub(in crate::http) fn would_merge(other: i64, merged: &Merged) -> HttpResponse {
    let text = format!("統合すると、{}", taken_over(other, merged));
    let united = &merged.united;
    let mut row = Vec::new();
    write_object(&CUSTOMER, &united.row, &mut row);
    let data = serde_json::json!({
        order::TAKEN: united.taken,
        order::LEFT: united.left,
        CALL.title: merged.calls.to_string(),
        order::SURVIVOR: serde_json::from_slice::<serde_json::Value>(&row).unwrap_or_default(),
    });
    with_data(&text, &data)
}

fn taken_over(other: i64, merged: &Merged) -> String {
    let mut text = format!("着信記録{}件を移し、顧客{other}を消します", merged.calls);
    let Merged { united, .. } = merged;
    for (name, fields) in [(order::TAKEN, &united.taken), (order::LEFT, &united.left)] {
        if !fields.is_empty() {
            text.push_str(&format!("。{name}: {}", fields.join("、")));
        }
    }
    text
}

/// A message that takes its time.
pub(in crate::http) fn on_its_way(delivery: i64) -> HttpResponse {
    told(&format!("送信待ちです。結果は通知履歴の ID {delivery} に出ます"))
}

/// The row of a forward is not there, or takes nothing.
pub(in crate::http) const NO_TARGET: &str =
    "この番号の宛先が無いか、使用する=False です。宛先の一覧を確かめてください";
/// `?call=` names no call.
pub(in crate::http) const BAD_CALL: &str = "call には着信記録のIDを指定してください。";
/// A template that was accepted does not get on with these values.
pub(in crate::http) const NOT_RENDERED: &str =
    "この着信の値では差込できません。式や繰返しを短くしてください";

/// A test whose outcome is not known yet.
pub(in crate::http) fn not_yet(delivery: i64) -> HttpResponse {
    let text = format!(
        "まだ結果が出ていません。前の通知の失敗や送信間隔のため、待っていることがあります。\
         通知履歴の ID {delivery} で確かめてください"
    );
    json(failed_body(&text))
}

/// What a service answered to its function: result, msg and data.
pub(in crate::http) fn called(data: &serde_json::Value) -> HttpResponse {
    with_data(DONE, data)
}

fn with_data(message: &str, data: &serde_json::Value) -> HttpResponse {
    let mut body = result_body("True", message);
    body.pop();
    body.extend_from_slice(b",\"data\":");
    body.extend_from_slice(data.to_string().as_bytes());
    body.push(b'}');
    json(body)
}

/// The service said no, or the arguments were none of its.
pub(in crate::http) fn not_called(why: &str) -> HttpResponse {
    json(failed_body(why))
}

/// Which functions there are.
pub(super) fn no_such_function(known: &[&str]) -> String {
    if known.is_empty() {
        return "この種別に呼び出せる機能はありません。".to_owned();
    }
    format!("その機能はありません。この種別で呼び出せるのは {} です。", known.join("、"))
}
