//! オンラインアクティベーション.

use super::notation::{PLAIN, field, secret, shown_text, text, word};
use super::shared::ID_FROM_2;
use crate::resource::{Kind, Resource};

/// Licence keys.
pub static ACTIVATION: Resource = Resource {
    uri: "Online-Activation",
    title: "オンラインアクティベーション",
    table: "activation",
    first_key: 2,
    note: "IDは2以上。鍵は base64url(本文JSON {name, expires}) + \".\" + base64url(Ed25519署名)。[activation] public_key があれば手元で検証、server_url があれば登録・更新時にそこへPOSTして答えを保存。どちらも無ければ オープン版。機能は制限しない。",
    fields: &[
        ID_FROM_2,
        secret("ライセンスキー", "license_key", 4).meaning("GETでは末尾4字のみ"),
        text("登録名", "name", 80).example("紀州商店"),
        field("登録メールアドレス", "email", Kind::Email),
        text("コンピューター名", "computer_name", 80).example("CTI-SV"),
        shown_text("端末識別", "device_id").example("9f2c"),
        word("認証状態", "state", &["オープン版", "未認証", "認証済", "期限切れ", "無効"])
            .read_only()
            .example("オープン版"),
        field("認証日時", "verified_at", Kind::DateTime).read_only().example("2025/04/01 09:00:00"),
        field("有効期限", "expires_on", Kind::Date).read_only(),
    ],
    initial: &[("state", "オープン版")],
    ..PLAIN
};
