//! What became of an order that reaches out to others.
//!
//! Invariant: status 200 (the order was carried out); result tells whether it succeeded.
//! Never: shows more of another service's answer than 通知履歴 does.

use actix_web::HttpResponse;

use super::{failed_body, json, told};

/// The outcome of a test, with the reason and the other side's answer where there are any.
pub(in crate::http) fn tested(
    came_through: bool,
    state: &str,
    reason: &str,
    answer: &str,
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
    if came_through { told(&text) } else { json(failed_body(&text)) }
}

/// A test whose outcome is not known yet.
pub(in crate::http) fn not_yet(delivery: i64) -> HttpResponse {
    let text = format!(
        "まだ結果が出ていません。前の通知の失敗や送信間隔のため、待っていることがあります。\
         通知履歴の ID {delivery} で確かめてください"
    );
    json(failed_body(&text))
}
