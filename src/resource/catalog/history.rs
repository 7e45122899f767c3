//! 通知履歴 and 監査ログ.

use super::notation::{PLAIN, field, key, shown_int, shown_text, word};
use crate::resource::{Access, Hidden, HiddenType, Kind, Methods, Resource};

/// What was sent to whom.
pub static DELIVERY: Resource = Resource {
    uri: "Notification-Delivery",
    title: "通知履歴",
    table: "delivery",
    large: true,
    keys_once: true,
    methods: Methods { post: false, put: true, delete: false },
    seed: false,
    note: "成功=届いた、受付=相手が受けただけで到達は不明。",
    fields: &[
        key("ID").read_only().meaning("配送ID").example("1"),
        shown_int("着信記録ID", "call_id").example("5012"),
        shown_text("資源", "target_resource").meaning("宛先の資源名").example("Notification-Chat"),
        shown_int("宛先ID", "target_id").example("3"),
        shown_text("宛先名", "target_name").meaning("当時の名称").example("営業ルーム"),
        word(
            "タイミング",
            "timing",
            &["着信時", "応答時", "不在時", "終了時", "まとめ", "テスト", "転送"],
        )
        .read_only()
        .example("着信時"),
        word(
            "状態",
            "state",
            &["待機", "送信中", "成功", "受付", "失敗", "期限切れ", "取消", "再送"],
        )
        .meaning("書けるのは 再送 だけ")
        .example("成功"),
        shown_int("試行回数", "attempts").example("1"),
        field("次回試行日時", "due_at", Kind::DateTime).read_only(),
        shown_text("最終応答", "last_response").meaning("応答の要約(秘密は伏せる)").example("200"),
        shown_text("理由", "reason"),
        field("作成日時", "created_at", Kind::DateTime).read_only(),
        field("完了日時", "completed_at", Kind::DateTime).read_only(),
    ],
    hidden: &[
        Hidden { column: "payload", kind: HiddenType::Text },
        Hidden { column: "idempotency_key", kind: HiddenType::Text },
        Hidden { column: "progress", kind: HiddenType::Text },
        Hidden { column: "owner", kind: HiddenType::OptionalText },
        Hidden { column: "lease_until", kind: HiddenType::OptionalInteger },
        Hidden { column: "expires_at", kind: HiddenType::Integer },
        Hidden { column: "interrupted", kind: HiddenType::Integer },
        // 0 = held for the next digest, else the delivery that tells of this one.
        Hidden { column: "digest", kind: HiddenType::OptionalInteger },
    ],
    initial: &[("attempts", "0")],
    ..PLAIN
};

/// Who changed what.
pub static AUDIT: Resource = Resource {
    uri: "Audit-Log",
    title: "監査ログ",
    table: "audit",
    large: true,
    keys_once: true,
    methods: Methods { post: false, put: false, delete: false },
    access: Access::AdministratorOnly,
    seed: false,
    note: "書込みは全て1行。管理者のみ。秘密の値は残さない。",
    fields: &[
        key("ID").read_only().example("1"),
        field("日時", "at", Kind::DateTime).read_only(),
        shown_text("ユーザーID", "login").example("admin"),
        field("IPアドレス", "ip", Kind::Ip).read_only().example("127.0.0.1"),
        word("操作", "action", &["追加", "更新", "削除", "ログイン", "ログイン失敗", "実行"])
            .read_only()
            .example("更新"),
        shown_text("資源", "resource").example("ContainmentLine"),
        shown_int("キー", "row_key").example("2"),
        shown_text("変更前", "value_before").meaning("JSON"),
        shown_text("変更後", "value_after").meaning("JSON"),
    ],
    ..PLAIN
};
