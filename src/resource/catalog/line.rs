//! 収容回線: the lines.

use super::notation::{PLAIN, field, flag, key, refer, text};
use super::rules::fault;
use super::shared::{NOTE, POSITION};
use crate::resource::{Fault, Kind, Record, Resource};

/// The telephone lines of the office.
pub static LINE: Resource = Resource {
    uri: "ContainmentLine",
    title: "収容回線",
    table: "line",
    note: "先頭5項目は原典の要求例のまま。回線の決め方は sip.md 5。",
    fields: &[
        key("回線No").example("1"),
        field("着信TEL", "called_number", Kind::Tel)
            .meaning("この回線の電話番号。着信TEL か 代理内線番号 のどちらかは必須。重複可(最小の回線Noが勝つ)")
            .example("0731235678"),
        field("代表TEL", "main_number", Kind::Tel)
            .meaning("代表の電話番号。通知文と集計に使う")
            .example("0731237777"),
        text("種別", "kind", 20)
            .suggest(&["電話", "FAX", "その他"])
            .default("電話")
            .meaning("回線の用途。候補 電話/FAX/その他、ほかの語も可")
            .example("電話"),
        field("代理内線番号", "extension", Kind::SipUser)
            .meaning("本サービスが代わりに登録する内線番号。着信先がこの番号のときの回線を決める")
            .example("30"),
        text("回線名", "name", 40).meaning("画面・通知に出す呼び名").example("本店"),
        refer("SIP接続ID", "connection_id", "SIP-ServerConnection")
            .meaning("着信を受けるSIP接続(0=どれでも)")
            .example("0"),
        flag("通知する", "notify")
            .default("True")
            .meaning("この回線で通知を出すか。POSTで省くと FAX を含む種別は False、ほかは True")
            .example("True"),
        field("表示色", "color", Kind::Color).meaning("トーストと一覧の色").example("#0A84FF"),
        POSITION,
        NOTE,
    ],
    check: Some(rules),
    ..PLAIN
};

/// A line is known by its number or by the extension that rings for it.
fn rules(row: &Record) -> Vec<Fault> {
    let unknown = row.get("called_number").is_empty() && row.get("extension").is_empty();
    unknown
        .then(|| {
            fault(row, "called_number", "着信TEL か 代理内線番号 のどちらかを指定してください")
        })
        .flatten()
        .into_iter()
        .collect()
}
