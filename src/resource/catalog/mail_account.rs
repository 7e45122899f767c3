//! メールアカウント.

use super::notation::{PLAIN, field, int, secret, text, word};
use super::shared::{ENABLED, ID, LAST_RESULT, LAST_RUN_AT};
use crate::resource::{Kind, Methods, Resource};

/// Accounts that send mail.
pub static MAIL_ACCOUNT: Resource = Resource {
    uri: "Mail-Account",
    title: "メールアカウント",
    table: "mail_account",
    methods: Methods { post: true, put: true, delete: false },
    fields: &[
        ID,
        text("アカウント名", "name", 40).required().example("通知用"),
        text("送信者名", "sender_name", 80).example("CTI通知"),
        field("メールアドレス", "email", Kind::Email)
            .required()
            .meaning("From")
            .example("cti@example.com"),
        field("SMTPサーバー", "server", Kind::Host).required().example("smtp.example.com"),
        int("SMTPポート", "port", 1, 65535).default("587").example("587"),
        word("暗号化", "encryption", &["なし", "STARTTLS", "TLS"])
            .default("STARTTLS")
            .example("STARTTLS"),
        word("認証方式", "auth_method", &["なし", "PLAIN", "LOGIN", "XOAUTH2"])
            .default("PLAIN")
            .example("PLAIN"),
        text("ユーザー名", "login", 200).example("cti@example.com"),
        secret("パスワード", "password", 0),
        field("トークンURL", "token_url", Kind::Url).meaning("XOAUTH2"),
        text("クライアントID", "client_id", 200).meaning("XOAUTH2"),
        secret("クライアントシークレット", "client_secret", 0).meaning("XOAUTH2"),
        secret("リフレッシュトークン", "refresh_token", 0).meaning("XOAUTH2"),
        text("スコープ", "scope", 500).meaning("XOAUTH2"),
        field("返信先", "reply_to", Kind::Email).meaning("Reply-To"),
        int("タイムアウト秒", "timeout_seconds", 1, 60).default("15").example("15"),
        ENABLED,
        LAST_RUN_AT,
        LAST_RESULT,
    ],
    ..PLAIN
};
