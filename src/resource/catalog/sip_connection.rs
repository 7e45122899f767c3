//! SIPサーバー接続設定.

use super::notation::{PLAIN, field, flag, int, secret, shown_int, shown_text, text, word};
use super::rules::fault;
use super::shared::{ENABLED, ID_FROM_2, NOTE};
use crate::resource::{Fault, Hidden, HiddenType, Kind, Record, Resource};

/// Registrations at SIP servers.
pub static SIP_CONNECTION: Resource = Resource {
    uri: "SIP-ServerConnection",
    title: "SIPサーバー接続設定",
    table: "sip_connection",
    first_key: 2,
    note: "IDは2以上。1は予約行: GETでは無く、PUT/DELETEは404。",
    fields: &[
        ID_FROM_2,
        text("接続名", "name", 40).required().meaning("呼び名").example("事務所HGW"),
        word(
            "接続先種別",
            "kind",
            &["ひかり電話HGW", "VoIPゲートウェイ", "IP-PBX", "クラウドPBX", "その他"],
        )
        .default("ひかり電話HGW")
        .meaning("挙動の初期値")
        .example("ひかり電話HGW"),
        field("SIPサーバーアドレス", "server", Kind::Host)
            .required()
            .meaning("登録先のIPまたはホスト名")
            .example("192.168.1.1"),
        int("SIPサーバーポート", "port", 1, 65535).default("5060").example("5060"),
        word("トランスポート", "transport", &["UDP", "TCP", "TLS"]).default("UDP").example("UDP"),
        flag("TLS検証", "verify_tls").default("True").meaning("証明書を検証する").example("True"),
        field("ドメイン", "domain", Kind::Host).meaning("From/Toのホスト部(空=サーバーアドレス)"),
        field("内線番号", "extension", Kind::SipUser)
            .meaning("AORのユーザー部。登録しない=False のとき必須")
            .example("7"),
        text("ユーザーID", "auth_user", 64)
            .meaning("Digestのusername(空=内線番号)")
            .example("0007"),
        secret("パスワード", "password", 0).meaning("Digestのパスワード(空=Digestなし)"),
        text("レルム", "realm", 64).meaning("空=相手の提示に従う"),
        int("登録有効期間", "expires_seconds", 60, 86400)
            .default("3600")
            .meaning("REGISTERのExpires(秒)")
            .example("3600"),
        field("ローカルIPアドレス", "local_ip", Kind::Ip).meaning("空=自動"),
        int("ローカルポート", "local_port", 0, 65535)
            .default("0")
            .meaning("0=共通のSIP待受(--sip-listen)")
            .example("0"),
        word("応答動作", "answer_mode", &["見るだけ", "100のみ", "486"])
            .default("見るだけ")
            .meaning("INVITEへの最終応答の方針")
            .example("見るだけ"),
        int("呼出上限秒", "ring_limit_seconds", 30, 600)
            .default("180")
            .meaning("CANCELが来ないまま終わりとみなす秒数")
            .example("180"),
        word("無応答判定", "unanswered_as", &["自動", "不在とみなす", "不明とする"])
            .default("自動")
            .meaning("ReasonのないCANCELの読み方(sip.md 3)")
            .example("自動"),
        flag("登録しない", "no_register")
            .default("False")
            .meaning("REGISTERせず、このアドレスから届くINVITEだけを受ける")
            .example("False"),
        ENABLED,
        word("登録状態", "registration", &["未登録", "登録中", "登録済", "失敗", "停止"])
            .read_only()
            .example("登録済"),
        shown_int("最終応答コード", "last_code").meaning("直近のSIP応答").example("200"),
        shown_text("最終エラー", "last_error").meaning("人が読める理由"),
        field("次回更新日時", "next_refresh_at", Kind::DateTime)
            .read_only()
            .example("2025/04/01 10:00:00"),
        NOTE,
    ],
    hidden: &[Hidden { column: "reason_shown", kind: HiddenType::Integer }],
    initial: &[("registration", "未登録")],
    check: Some(rules),
    ..PLAIN
};

/// Registering needs a name to register.
fn rules(row: &Record) -> Vec<Fault> {
    let nameless = !row.is("no_register") && row.get("extension").is_empty();
    let message = "必須です(登録しない=True のときだけ空にできます)";
    nameless.then(|| fault(row, "extension", message)).flatten().into_iter().collect()
}
