//! 着信記録.

use super::notation::{PLAIN, field, key, refer, shown_int, shown_text, text, word};
use crate::resource::{Access, Kind, Methods, Resource};

/// Received calls.
pub static CALL: Resource = Resource {
    uri: "ReceivedCall-Record",
    title: "着信記録",
    table: "call",
    large: true,
    keys_once: true,
    methods: Methods { post: false, put: true, delete: false },
    access: Access::OperatorWrites,
    note: "顧客名などの控えは顧客が消えても残る。",
    fields: &[
        key("ID").read_only().example("5012"),
        field("着信日時", "received_at", Kind::DateTime)
            .read_only()
            .meaning("INVITE受信時刻")
            .example("2025/04/01 09:15:02"),
        field("相手TEL", "caller_number", Kind::Tel)
            .read_only()
            .meaning("発信者番号。通知なしなら空。検索FROMの対象")
            .example("09000000001"),
        word(
            "番号通知",
            "presentation",
            &["通知", "非通知", "公衆電話", "表示圏外", "通知不可", "内線", "不明"],
        )
        .read_only()
        .meaning("番号の有無と理由")
        .example("通知"),
        shown_text("相手表示名", "display_name").meaning("From/PAIの表示名"),
        field("着信TEL", "called_number", Kind::Tel)
            .read_only()
            .meaning("かけられた番号")
            .example("0731235678"),
        shown_int("回線No", "line_no").meaning("未登録=0").example("1"),
        shown_text("回線名", "line_name").meaning("当時の回線名").example("本店"),
        field("代表TEL", "main_number", Kind::Tel).read_only().example("0731237777"),
        shown_text("着信種別", "line_kind")
            .meaning("当時の回線の種別、または 内線")
            .example("電話"),
        refer("顧客ID", "customer_id", "CustomerAddress")
            .meaning("一致した顧客(K_ID)。未登録=0。後から紐付け可")
            .example("101"),
        shown_text("顧客名", "customer_name").meaning("当時の氏名(控え)").example("和歌山 花子"),
        shown_text("会社名", "company").meaning("当時の会社名").example("紀州商店"),
        shown_int("候補数", "candidates").meaning("同番号の顧客数").example("1"),
        word(
            "状態",
            "state",
            &["呼出中", "応答", "不在", "他で応答", "話中", "拒否", "切断", "不明"],
        )
        .read_only()
        .meaning("応答/話中/拒否/切断 はSIPの聴取では起こらず、ほかの取込元のため")
        .example("不在"),
        field("応答日時", "answered_at", Kind::DateTime).read_only(),
        field("終了日時", "ended_at", Kind::DateTime).read_only().example("2025/04/01 09:15:31"),
        shown_int("呼出秒数", "ring_seconds").example("29"),
        shown_int("通話秒数", "talk_seconds"),
        word(
            "対応状況",
            "handling",
            &["", "未対応", "対応中", "折返し要", "折返し済", "対応済", "対応不要"],
        )
        .meaning("不在になったとき 未対応 が入る")
        .example("折返し要"),
        text("対応者", "operator", 40).example("鈴木"),
        field("折返し日時", "call_back_at", Kind::DateTime)
            .meaning("予定または実績")
            .example("2025/04/01 10:00:00"),
        text("タグ", "tags", 200).meaning("用件、カンマ区切り").example("見積"),
        text("メモ", "memo", 4000).meaning("応対メモ").example("納期の件"),
        shown_text("通知結果", "notification_result")
            .meaning("宛先別の結果要約")
            .example("LINE:成功 メール:失敗(535)"),
        shown_int("SIP接続ID", "connection_id").meaning("受けた接続").example("2"),
        shown_text("SIPコールID", "sip_call_id").meaning("Call-ID").example("a84b4c76e66710"),
        field("更新日時", "updated_at", Kind::DateTime).read_only().example("2025/04/01 09:20:00"),
    ],
    ..PLAIN
};
