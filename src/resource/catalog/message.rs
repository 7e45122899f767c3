//! メッセージ定義: the texts of the notices.

use super::notation::{PLAIN, field, int, template, text, url_template, word};
use super::rules::fault;
use super::shared::{ENABLED, ID};
use crate::resource::{Fault, Field, Kind, Methods, Record, Resource};
use crate::template::{self, Landing};

const MESSAGE_NAME: Field = text("名称", "name", 40).required().example("標準");
const PURPOSE: Field = word("用途", "purpose", &["既定", "登録済み", "未登録", "非通知", "不在"])
    .default("既定")
    .meaning("どの着信に使うか。同じ用途が複数あれば有効な最小ID")
    .example("既定");
const UPDATED_AT: Field =
    field("更新日時", "updated_at", Kind::DateTime).read_only().example("2025/04/01 09:00:00");

/// Texts of mails.
pub static MAIL_MESSAGE: Resource = Resource {
    uri: "MessDef-Mail",
    title: "メッセージ定義_メール用",
    table: "mail_message",
    methods: Methods { post: true, put: true, delete: false },
    note: "初回に 用途=既定 の1行を入れる(4つのMessDefとも)。",
    fields: &[
        ID,
        MESSAGE_NAME,
        PURPOSE,
        template("件名", "subject", 200)
            .required()
            .meaning("改行は除く")
            .example("【着信】{{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
        template("本文", "body", 8000)
            .required()
            .example("{{着信日時}} {{回線名}}に{{顧客名 or \"未登録\"}}({{相手TEL表示}})から着信"),
        word("本文形式", "body_format", &["テキスト", "HTML"])
            .default("テキスト")
            .meaning("HTMLでは差込値をエスケープ")
            .example("テキスト"),
        ENABLED,
        UPDATED_AT,
    ],
    first_rows: &[&[
        ("name", "標準"),
        ("purpose", "既定"),
        ("subject", "【着信】{{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
        ("body", "{{着信日時}} {{回線名}}に{{顧客名 or \"未登録\"}}({{相手TEL表示}})から着信"),
    ]],
    check: Some(mail_rules),
    ..PLAIN
};

/// Texts for LINE.
pub static LINE_MESSAGE: Resource = Resource {
    uri: "MessDef-Line",
    title: "メッセージ定義_LINE用",
    table: "line_message",
    methods: Methods { post: true, put: true, delete: false },
    fields: &[
        ID,
        MESSAGE_NAME,
        PURPOSE,
        template("本文", "body", 5000)
            .required()
            .example("{{回線名}} {{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
        ENABLED,
        UPDATED_AT,
    ],
    first_rows: &[&[
        ("name", "標準"),
        ("purpose", "既定"),
        ("body", "{{回線名}} {{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
    ]],
    ..PLAIN
};

/// Texts of toasts.
pub static TOAST_MESSAGE: Resource = Resource {
    uri: "MessDef-Toast",
    title: "メッセージ定義_トースト用",
    table: "toast_message",
    methods: Methods { post: true, put: true, delete: false },
    fields: &[
        ID,
        MESSAGE_NAME,
        PURPOSE,
        template("タイトル", "title", 100).required().example("{{回線名}} 着信"),
        template("本文", "body", 1000)
            .required()
            .example("{{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
        int("表示秒数", "show_seconds", 0, 3600)
            .default("20")
            .meaning("0=手動で閉じる")
            .example("20"),
        int("文字サイズ", "font_size", 8, 72).default("14").example("14"),
        word("音", "sound", &["なし", "標準"]).default("標準").example("標準"),
        url_template("クリック時URL", "click_url", 2000),
        ENABLED,
        UPDATED_AT,
    ],
    first_rows: &[&[
        ("name", "標準"),
        ("purpose", "既定"),
        ("title", "{{回線名}} 着信"),
        ("body", "{{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
    ]],
    ..PLAIN
};

/// Texts for chat services.
pub static CHAT_MESSAGE: Resource = Resource {
    uri: "MessDef-Chat",
    title: "メッセージ定義_チャット用",
    table: "chat_message",
    methods: Methods { post: true, put: true, delete: false },
    seed: false,
    fields: &[
        ID,
        MESSAGE_NAME,
        PURPOSE,
        template("タイトル", "title", 200).meaning("JANDI connectInfo.title、Slack等の見出し"),
        template("本文", "body", 4000)
            .required()
            .meaning("JANDI body")
            .example("{{回線名}} {{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
        template("詳細", "details", 2000).meaning("JANDI connectInfo.description 等"),
        url_template("画像URL", "image_url", 2000).meaning("JANDI connectInfo.imageUrl 等"),
        ENABLED,
        UPDATED_AT,
    ],
    first_rows: &[&[
        ("name", "標準"),
        ("purpose", "既定"),
        ("body", "{{回線名}} {{顧客名 or \"未登録\"}} {{相手TEL表示}}"),
    ]],
    ..PLAIN
};

/// A text whose values are escaped for HTML is checked as such.
fn mail_rules(row: &Record) -> Vec<Fault> {
    if row.text("body_format") != "HTML" {
        return Vec::new();
    }
    let checked = template::check(row.text("body"), Landing::Html);
    checked.err().and_then(|message| fault(row, "body", &message)).into_iter().collect()
}
