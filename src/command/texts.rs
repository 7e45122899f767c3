//! What the commands say to people.

use crate::clock::japan_text;
use crate::control::UserLine;

/// The database is in use by something that does not answer.
pub(super) fn in_use() -> String {
    "データフォルダーは別の smartconnect が使っています。終わるのを待つか、止めてからやり直してください".into()
}

pub(super) fn failed(error: &anyhow::Error) -> String {
    format!("できませんでした: {error:#}")
}

pub(super) fn faults(faults: &[String]) -> String {
    format!("指定に誤りがあります: {}", faults.join(" / "))
}

pub(super) fn no_such_user() -> String {
    "そのユーザーIDはありません(smartconnect user list で一覧)".into()
}

pub(super) fn last_administrator() -> String {
    "有効な管理者がいなくなるため、できません".into()
}

pub(super) fn password() -> String {
    "パスワード(10字以上): ".into()
}

pub(super) fn password_again() -> String {
    "もう一度: ".into()
}

pub(super) fn passwords_differ() -> String {
    "2回のパスワードが違います。やり直してください".into()
}

pub(super) fn user_added(login: &str) -> String {
    format!("ユーザー {login} を追加しました")
}

pub(super) fn password_changed(login: &str) -> String {
    format!("ユーザー {login} のパスワードを変えました。ログイン中の画面は入り直しになります")
}

pub(super) fn no_users() -> String {
    "ユーザーはまだいません(smartconnect user add 名前 --role 管理者 で追加)".into()
}

pub(super) fn user_line(user: &UserLine) -> String {
    let state = if user.enabled { "有効" } else { "停止中" };
    let last = user.last_login_at.map_or_else(|| "なし".to_owned(), japan_text);
    format!("{}\t{}\t{}\t{state}\t最終ログイン {last}", user.login, user.role, user.name)
}

pub(super) fn token_shown_once() -> String {
    "このトークンは二度と表示されません。今すぐ安全な場所に控えてください".into()
}
