//! 接続中クライアント.

use super::notation::{PLAIN, field, key, shown_int, shown_text, text, word};
use crate::resource::{Kind, Methods, Resource, Source};

/// Connected clients, held in memory.
pub static CONNECTED_CLIENT: Resource = Resource {
    uri: "ConnectedClient",
    title: "接続中クライアント",
    table: "connected_client",
    methods: Methods { post: false, put: false, delete: false },
    note: "保存しない(メモリ上の一覧)。切断・書込失敗・10分無通信で消える。",
    source: Source::Live,
    fields: &[
        key("ID").read_only().meaning("接続ごとの番号").example("1"),
        text("クライアント名", "name", 64)
            .read_only()
            .meaning("Regist または ?name= の名前、重複可")
            .example("受付PC-1"),
        word("接続方式", "transport", &["WebSocket", "SSE"]).read_only().example("WebSocket"),
        field("IPアドレス", "ip", Kind::Ip).read_only().example("192.168.1.21"),
        field("接続日時", "connected_at", Kind::DateTime)
            .read_only()
            .example("2025/04/01 08:58:10"),
        field("最終応答日時", "last_seen_at", Kind::DateTime)
            .read_only()
            .meaning("KeepAlive/書込成功の時刻")
            .example("2025/04/01 09:14:55"),
        shown_text("ユーザーID", "login").meaning("認証した利用者").example("uketsuke"),
        shown_int("送信件数", "sent_count").example("12"),
    ],
    ..PLAIN
};
