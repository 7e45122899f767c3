//! 顧客アドレス帳.

use super::notation::{PLAIN, field, kana, key, shown_int, text, word};
use super::rules::fault;
use crate::resource::{Access, Fault, Field, Kind, Record, Resource};

/// Columns of a customer's telephone numbers and their types.
pub const PHONES: [(&str, &str); 6] = [
    ("phone_1", "phone_type_1"),
    ("phone_2", "phone_type_2"),
    ("phone_3", "phone_type_3"),
    ("phone_4", "phone_type_4"),
    ("phone_5", "phone_type_5"),
    ("phone_6", "phone_type_6"),
];
/// Columns of a customer's mail addresses.
pub const EMAILS: [&str; 2] = ["email_1", "email_2"];

/// One of the six telephone numbers by which callers are matched.
const fn phone(name: &'static str, column: &'static str) -> Field {
    field(name, column, Kind::Tel).meaning("照合に使う。数字で保存し数字で返す")
}

/// What kind of telephone it is.
const fn phone_type(name: &'static str, column: &'static str) -> Field {
    word(name, column, &["", "自宅", "会社", "携帯", "FAX", "代表", "その他"])
}

/// The address book.
pub static CUSTOMER: Resource = Resource {
    uri: "CustomerAddress",
    title: "顧客アドレス帳",
    table: "customer",
    large: true,
    sparse: true,
    access: Access::OperatorWrites,
    note: "1番号に複数の顧客がいてよい(家族、会社代表)。",
    fields: &[
        key("顧客ID").example("101"),
        text("氏名", "name", 80).meaning("氏名か会社名のどちらか必須").example("和歌山 花子"),
        kana("フリガナ", "kana", 80).example("ワカヤマ ハナコ"),
        text("敬称", "honorific", 10).default("様").example("様"),
        text("会社名", "company", 80).example("紀州商店"),
        kana("会社名フリガナ", "company_kana", 80).example("キシュウショウテン"),
        text("部署", "department", 80),
        text("役職", "job_title", 40),
        phone("電話番号1", "phone_1").example("0731234567"),
        phone_type("電話種別1", "phone_type_1").example("自宅"),
        phone("電話番号2", "phone_2").example("09000000001"),
        phone_type("電話種別2", "phone_type_2").example("携帯"),
        phone("電話番号3", "phone_3"),
        phone_type("電話種別3", "phone_type_3"),
        phone("電話番号4", "phone_4"),
        phone_type("電話種別4", "phone_type_4"),
        phone("電話番号5", "phone_5"),
        phone_type("電話種別5", "phone_type_5"),
        phone("電話番号6", "phone_6"),
        phone_type("電話種別6", "phone_type_6"),
        field("郵便番号", "zip", Kind::Zip).meaning("123-4567 の形で返す").example("640-8000"),
        text("都道府県", "prefecture", 10).example("和歌山県"),
        text("住所1", "address_1", 120).meaning("市区町村・番地").example("和歌山市本町1-1"),
        text("住所2", "address_2", 120).meaning("建物"),
        field("メールアドレス1", "email_1", Kind::Email).example("hanako@example.com"),
        field("メールアドレス2", "email_2", Kind::Email),
        field("URL", "url", Kind::Url).meaning("顧客ページ"),
        field("生年月日", "birthday", Kind::Date),
        text("分類", "category", 200).meaning("グループ、カンマ区切り").example("得意先"),
        word("顧客ランク", "rank", &["通常", "VIP", "要注意", "着信拒否"])
            .default("通常")
            .example("VIP"),
        text("注意メッセージ", "warning", 200)
            .meaning("ポップアップで目立たせる文")
            .example("入金待ち"),
        text("担当者", "staff", 40).meaning("社内担当").example("鈴木"),
        field("表示色", "color", Kind::Color),
        text("外部ID", "external_id", 64).meaning("他システムのキー").example("C-00101"),
        text("備考", "note", 4000).meaning("自由記述"),
        field("最終着信日時", "last_call_at", Kind::DateTime)
            .read_only()
            .meaning("集計")
            .example("2025/04/01 09:15:02"),
        shown_int("着信回数", "call_count").meaning("集計").example("8"),
        field("登録日時", "created_at", Kind::DateTime).read_only().example("2025/01/10 10:00:00"),
        field("更新日時", "updated_at", Kind::DateTime).read_only().example("2025/03/20 11:30:00"),
    ],
    initial: &[("call_count", "0")],
    check: Some(rules),
    ..PLAIN
};

/// A customer has a name, his own or his company's.
fn rules(row: &Record) -> Vec<Fault> {
    let blank = |column| row.text(column).trim().is_empty();
    let nameless = blank("name") && blank("company");
    nameless
        .then(|| fault(row, "name", "氏名 か 会社名 のどちらかを指定してください"))
        .flatten()
        .into_iter()
        .collect()
}
