//! The words of the fictional office: places for surnames, so that nobody is meant.

/// (surname, its kana).
pub(super) const SURNAMES: [(&str, &str); 16] = [
    ("和歌山", "ワカヤマ"),
    ("熊野", "クマノ"),
    ("白浜", "シラハマ"),
    ("高野", "コウヤ"),
    ("紀ノ川", "キノカワ"),
    ("那智", "ナチ"),
    ("田辺", "タナベ"),
    ("有田", "アリダ"),
    ("串本", "クシモト"),
    ("新宮", "シングウ"),
    ("御坊", "ゴボウ"),
    ("海南", "カイナン"),
    ("橋本", "ハシモト"),
    ("龍神", "リュウジン"),
    ("湯浅", "ユアサ"),
    ("日高", "ヒダカ"),
];
/// (given name, its kana).
pub(super) const GIVEN_NAMES: [(&str, &str); 8] = [
    ("花子", "ハナコ"),
    ("太郎", "タロウ"),
    ("次郎", "ジロウ"),
    ("三郎", "サブロウ"),
    ("一花", "イチカ"),
    ("見本", "ミホン"),
    ("例", "レイ"),
    ("試", "タメシ"),
];
/// (company, its kana); a number follows.
pub(super) const COMPANIES: [(&str, &str); 6] = [
    ("見本商店", "ミホンショウテン"),
    ("紀州商店", "キシュウショウテン"),
    ("例題工業", "レイダイコウギョウ"),
    ("試作製菓", "シサクセイカ"),
    ("架空運輸", "カクウウンユ"),
    ("サンプル設備", "サンプルセツビ"),
];
/// 電話種別.
pub(super) const MOBILE: &str = "携帯";
pub(super) const OFFICE: &str = "会社";
/// 顧客ランク beside the usual one.
pub(super) const RANKS: [&str; 2] = ["VIP", "要注意"];
pub(super) const PREFECTURE: &str = "和歌山県";
pub(super) const TOWN: &str = "見本町";
pub(super) const CATEGORIES: [&str; 4] = ["得意先", "新規", "仕入先", "個人"];
pub(super) const STAFF: [&str; 4] = ["担当A", "担当B", "担当C", "担当D"];
pub(super) const NOTE: &str = "架空の顧客です(smartconnect demo)";
/// 対応状況 of missed calls.
pub(super) const HANDLING: [&str; 4] = ["未対応", "折返し要", "折返し済", "対応済"];
pub(super) const MEMOS: [&str; 6] = [
    "見積の依頼",
    "納期の問い合わせ",
    "注文の変更",
    "請求書について",
    "折返しを希望",
    "見学の予約",
];

/// A row: columns with texts as a person would type them.
pub(super) type Texts = &'static [(&'static str, &'static str)];

pub(super) const CONNECTION: Texts = &[
    ("name", "見本の主装置(停止中)"),
    ("server", "192.0.2.1"),
    ("extension", "30"),
    ("password", "demo-password"),
    ("enabled", "False"),
];
pub(super) const LINES: [Texts; 3] = [
    &[
        ("called_number", "0731235678"),
        ("main_number", "0731237777"),
        ("extension", "30"),
        ("name", "本店"),
        ("color", "#0A84FF"),
    ],
    &[
        ("called_number", "0731235679"),
        ("main_number", "0731237777"),
        ("extension", "31"),
        ("name", "支店"),
        ("color", "#34C759"),
    ],
    &[
        ("called_number", "0731235670"),
        ("main_number", "0731237777"),
        ("kind", "FAX"),
        ("extension", "32"),
        ("name", "FAX"),
        ("notify", "False"),
    ],
];
pub(super) const CHATS: [Texts; 2] = [
    &[
        ("name", "営業(見本、停止中)"),
        ("kind", "JANDI"),
        ("url", "https://wh.example.com/connect-api/webhook/TEAM/TOKEN"),
        ("enabled", "False"),
    ],
    &[
        ("name", "社内システム(見本、停止中)"),
        ("kind", "Webhook"),
        ("url", "https://hooks.example.com/calls"),
        ("timing", "終了時"),
        ("enabled", "False"),
    ],
];
pub(super) const URL_CALLS: [Texts; 1] = [&[
    ("name", "社内CRM(見本、停止中)"),
    ("url", "https://crm.example.com/?tel={{相手TEL}}"),
    ("enabled", "False"),
]];
