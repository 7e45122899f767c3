//! ユーザー管理 and APIトークン.

use super::notation::{PLAIN, field, shown_text, text, word};
use super::rules::fault;
use super::shared::{ENABLED, ID};
use crate::resource::{Access, Fault, Hidden, HiddenType, Kind, Methods, Record, Resource};

/// Who may log in.
pub static USER: Resource = Resource {
    uri: "UserManagement",
    title: "ユーザー管理",
    table: "user",
    access: Access::AdministratorOnly,
    note: "最後の有効な管理者は消せない・降格できない・無効にできない(409)。最初の1人は管理者でなければならない。",
    fields: &[
        ID,
        text("ユーザーID", "login", 32)
            .required()
            .meaning("ログイン名、一意(重複は409)、[A-Za-z0-9._-]{1,32}")
            .example("admin"),
        text("ユーザー名", "name", 40).required().meaning("表示名").example("管理者"),
        field("パスワード", "password", Kind::Password)
            .required()
            .meaning("10字以上。POST必須。保存はargon2id"),
        word("権限", "role", &["管理者", "一般", "参照のみ"]).default("参照のみ").example("管理者"),
        field("メールアドレス", "email", Kind::Email),
        field("内線番号", "extension", Kind::SipUser).example("11"),
        field("対象回線No", "lines", Kind::LineList).meaning("見える回線(空=全部)"),
        ENABLED,
        field("最終ログイン日時", "last_login_at", Kind::DateTime)
            .read_only()
            .example("2025/04/01 08:55:00"),
    ],
    hidden: &[Hidden { column: "session_epoch", kind: HiddenType::Integer }],
    check: Some(rules),
    ..PLAIN
};

/// Tokens of programs.
pub static API_TOKEN: Resource = Resource {
    uri: "API-Token",
    title: "APIトークン",
    table: "api_token",
    methods: Methods { post: true, put: false, delete: true },
    access: Access::AdministratorOnly,
    seed: false,
    note: "POSTの応答の msg が発行したトークン(1回だけ)。Idempotency-Key は無視する。保存はハッシュ。",
    fields: &[
        ID,
        text("名称", "name", 40).required().meaning("用途").example("受付PCの見本ページ"),
        word("権限", "role", &["管理者", "一般", "参照のみ"])
            .default("参照のみ")
            .example("参照のみ"),
        field("有効期限", "expires_on", Kind::Date).meaning("空=無期限"),
        shown_text("末尾", "last_four").meaning("見分け用の末尾4字").example("ab12"),
        field("最終使用日時", "last_used_at", Kind::DateTime).read_only(),
        field("登録日時", "created_at", Kind::DateTime).read_only(),
    ],
    hidden: &[Hidden { column: "hash", kind: HiddenType::Text }],
    ..PLAIN
};

/// Most characters of a log-in name.
const LOGIN_MAX: usize = 32;

/// A log-in name is typed on every keyboard and stands in headers.
fn rules(row: &Record) -> Vec<Fault> {
    let login = row.text("login");
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let valid = (1..=LOGIN_MAX).contains(&login.len()) && login.bytes().all(allowed);
    let message = "半角英数字と . _ - の32文字以内で指定してください";
    (!valid).then(|| fault(row, "login", message)).flatten().into_iter().collect()
}
