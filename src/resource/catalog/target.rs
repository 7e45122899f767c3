//! 通知先 of LINE and mail.

use super::notation::{PLAIN, field, flag, int, refer, secret, shown_int, text, word};
use super::rules::fault;
use super::shared::{
    CONDITION, ENABLED, HOURS_OR_LATER, ID, LINES, TIMING_OR_DIGEST, TRIED_AT, TRY_RESULT,
};
use crate::resource::{Fault, Kind, Record, Resource};

/// LINE destinations.
pub static LINE_TARGET: Resource = Resource {
    uri: "Notification-LINE-AccessToken",
    title: "通知先LINEアクセストークン",
    table: "line_target",
    fields: &[
        ID,
        text("名称", "name", 40).required().meaning("宛先の呼び名").example("店長LINE"),
        secret("アクセストークン", "access_token", 4)
            .meaning("チャネルアクセストークン。GETでは末尾4字のみ。チャネルID を使うとき以外は必須。LINE Notify(2025-03-31終了)のトークンは送信時に分かる文で断る"),
        word("方式", "method", &["push", "multicast", "broadcast"])
            .default("push")
            .meaning("送信API")
            .example("push"),
        text("送信先ID", "destinations", 20000)
            .meaning("userId/groupId/roomId。push/multicast で必須、multicast はカンマ区切り")
            .example("U0123456789abcdef0123456789abcdef"),
        text("チャネルID", "channel_id", 40)
            .meaning("チャネルシークレットと組で、15分トークンを自動取得"),
        secret("チャネルシークレット", "channel_secret", 0),
        field("エンドポイント", "endpoint", Kind::Url).meaning("空=公式"),
        flag("通知音なし", "silent").default("False").example("False"),
        int("月間上限", "monthly_limit", 0, 10_000_000)
            .default("0")
            .meaning("0=LINEの上限(quota API)に従う")
            .example("0"),
        shown_int("当月送信数", "sent_this_month").example("17"),
        refer("メッセージ定義ID", "message_id", "MessDef-Line")
            .meaning("0=用途で選ぶ")
            .example("0"),
        ENABLED,
        LINES,
        CONDITION,
        TIMING_OR_DIGEST,
        HOURS_OR_LATER,
        TRIED_AT,
        TRY_RESULT,
    ],
    initial: &[("sent_this_month", "0")],
    check: Some(line_rules),
    ..PLAIN
};

/// Mail destinations.
pub static MAIL_TARGET: Resource = Resource {
    uri: "Notification-Email-Address",
    title: "通知先メールアドレス",
    table: "mail_target",
    fields: &[
        ID,
        text("名称", "name", 40).example("本店受付"),
        field("メールアドレス", "email", Kind::Email)
            .required()
            .meaning("送信先、1件")
            .example("shop@example.com"),
        word("宛先種別", "recipient_kind", &["To", "Cc", "Bcc"])
            .default("To")
            .meaning("同じ定義の行は1通にまとめる")
            .example("To"),
        refer("メールアカウントID", "account_id", "Mail-Account")
            .meaning("0=有効な最小ID")
            .example("0"),
        refer("メッセージ定義ID", "message_id", "MessDef-Mail")
            .meaning("0=用途で選ぶ")
            .example("0"),
        ENABLED,
        LINES,
        CONDITION,
        TIMING_OR_DIGEST,
        HOURS_OR_LATER,
        TRIED_AT,
        TRY_RESULT,
    ],
    ..PLAIN
};

/// How many users one multicast reaches (LINE Messaging API).
const MULTICAST_MAX: usize = 500;
/// What people write between recipients.
pub const BETWEEN_NAMES: [char; 4] = [',', '，', '、', '\n'];

/// Characters of an id of LINE: a letter and 32 hex digits.
const ID_CHARACTERS: usize = 33;

/// A group or a room: LINE takes a multicast to users only, and refuses the whole of it otherwise.
fn is_room(id: &str) -> bool {
    let id = id.trim();
    id.len() == ID_CHARACTERS && id.starts_with(['C', 'R'])
}

/// A channel is reached by its token, or by id and secret; push and multicast need recipients.
fn line_rules(row: &Record) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut add = |column, message: &str| faults.extend(fault(row, column, message));
    let id = !row.get("channel_id").is_empty();
    let secret = !row.get("channel_secret").is_empty();
    match (id, secret) {
        (false, false) if row.get("access_token").is_empty() => {
            add(
                "access_token",
                "必須です(チャネルID と チャネルシークレット を使うときだけ空にできます)",
            );
        }
        (true, false) => add("channel_secret", "チャネルID を使うときは必須です"),
        (false, true) => add("channel_id", "チャネルシークレット を使うときは必須です"),
        _ => {}
    }
    let recipients = row
        .text("destinations")
        .split(BETWEEN_NAMES)
        .filter(|recipient| !recipient.trim().is_empty())
        .count();
    match (row.text("method"), recipients) {
        ("push" | "multicast", 0) => {
            add("destinations", "方式が push か multicast のときは必須です")
        }
        ("push", 2..) => add(
            "destinations",
            "push の送信先は1件です。複数に送るときは方式を multicast にしてください",
        ),
        ("multicast", count) if count > MULTICAST_MAX => {
            add("destinations", "multicast の送信先は500件以内にしてください");
        }
        ("multicast", _) if row.text("destinations").split(BETWEEN_NAMES).any(is_room) => add(
            "destinations",
            "multicast で送れるのは利用者(U…)だけです。グループ(C…)とトークルーム(R…)は、1件ずつ push の行にしてください",
        ),
        _ => {}
    }
    faults
}
