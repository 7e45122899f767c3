//! What the store itself says to people: refusals that need the stored rows, and the reasons it
//! writes into rows.
//!
//! Invariant: every text tells the way out. Never: decides anything.

use crate::resource::{Fault, Field};

/// Why waiting deliveries of a deleted target will not be sent.
pub(super) const TARGET_DELETED: &str = "宛先が削除されたため取り消しました";

/// Why a delivery was not sent in time.
pub(super) const TOO_LATE: &str = "期限までに送れませんでした。再送 を書くともう一度送ります";

/// Why a notice of ringing is not sent any more.
pub(super) const FOLDED_INTO_MISSED: &str = "不在の通知にまとめました";

/// Why a missed-call notice that stood in for a ringing notice is not sent.
pub(super) const RINGING_WAS_TOLD: &str = "着信時の通知で済んだため取り消しました";

/// Why a delivery has the outcome of another one.
pub(super) fn told_together(digest: i64, why: &str) -> String {
    let told = format!("まとめて送りました(ID {digest})");
    if why.is_empty() { told } else { format!("{told}: {why}") }
}

/// Why held deliveries will not be sent: their target takes none any more.
pub(super) const NO_DIGEST: &str =
    "宛先が停止または変更されたため、まとめて送れませんでした。再送 を書くと1件ずつ送ります";

/// What a delivery waits for.
pub(super) const HELD: &str = "まとめて送るため待っています";

/// Why a row whose only line was deleted takes no effect: an empty list would mean every line.
pub(super) const LINES_GONE: &str = "対象の回線がすべて削除されたため停止しました";

/// Who changed a call in the audit log, where a later call has settled it: no ユーザーID has such signs.
pub(super) const BY_A_LATER_CALL: &str = "(自動: 後の着信で応答)";

/// The rows of an import are not as many as they were when they were checked.
pub(super) fn file_changed() -> Fault {
    Fault::body("取り込む間にファイルが変わりました。もう一度取り込んでください")
}

/// A reference to a row that does not exist.
pub(super) fn no_such_row(field: &Field, uri: &str, key: i64) -> Fault {
    Fault::of(field, format!("{key} は {uri} にありません。0 か、ある番号を指定してください"))
}

/// A merge with a customer who is not there, or is the survivor himself.
pub(super) fn nobody_to_merge(field: &Field, key: i64) -> Fault {
    Fault::of(
        field,
        format!("{key} という別の顧客はいません。統合して消す顧客の番号を確かめてください"),
    )
}

/// A user id that another user has.
pub(super) fn login_taken(field: &Field, login: &str) -> Fault {
    Fault::of(field, format!("{login} はほかの利用者が使っています。別の値にしてください"))
}

/// The first user is no enabled administrator.
pub(super) fn first_user(field: &Field) -> Fault {
    Fault::of(field, "最初の利用者は、使用する=True の管理者にしてください")
}

/// The order to send again while it is being sent.
pub(super) fn being_sent(field: &Field) -> Fault {
    Fault::of(field, "いま送信中です。終わってからもう一度指定してください")
}
