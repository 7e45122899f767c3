//! What the commands say to people.

use std::path::Path;
use std::time::Duration;

use super::doctor::Step;
use crate::clock::japan_text;
use crate::control::UserLine;
use crate::notify::Reached;
use crate::sip::Probe;
use crate::store::{CopyError, Inspection, KeyState};

/// The database is in use by something that does not answer.
pub(super) fn in_use() -> String {
    "データフォルダーは別の smartconnect が使っています。終わるのを待つか、止めてからやり直してください".into()
}

pub(super) fn failed(error: &anyhow::Error) -> String {
    format!("できませんでした: {}", causes(error))
}

/// What went wrong and why; a cause that the text before it ends with is not told again.
pub(super) fn causes(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.ends_with(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

pub(super) fn faults(faults: &[String]) -> String {
    format!("指定に誤りがあります: {}", faults.join(" / "))
}

pub(super) fn no_such_user() -> String {
    "そのユーザーIDはありません(smartconnect user list で一覧)".into()
}

pub(super) fn no_json(error: &serde_json::Error) -> String {
    format!("引数がJSONではありません({error})")
}

pub(super) fn no_such_target(id: i64) -> String {
    format!("通知先チャットに ID {id} の行はありません")
}

pub(super) fn no_such_function(function: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return "この行の種別に呼び出せる機能はありません".into();
    }
    format!("{function} という機能はありません。この行で呼び出せるのは {} です", known.join("、"))
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

pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> String {
    format!("ファイルを読めません: {}: {error}", file.display())
}

pub(super) fn unwritable(file: &Path, error: &std::io::Error) -> String {
    format!("ファイルを書けません: {}: {error}", file.display())
}

/// What is wrong with a file of customers, a line each.
pub(super) fn faulty_file(faults: &[String]) -> String {
    format!("ファイルに誤りがあります。何も追加していません:\n  {}", faults.join("\n  "))
}

pub(super) fn checking(rows: i64) -> String {
    format!("{rows} 件を確かめました")
}

pub(super) fn exported(title: &str, rows: u64, file: &Path) -> String {
    format!("{title} {rows} 件を書き出しました: {}", file.display())
}

/// `cards` = address cards can be written too.
pub(super) fn unknown_ending(cards: bool) -> String {
    let endings = if cards { ".csv .xlsx .vcf" } else { ".csv .xlsx" };
    format!("ファイル名の終わりで形式を選びます。次のどれかにしてください: {endings}")
}

/// Why a file was not copied, put back or filled; `None` = trouble of the store, told as it is.
pub(super) fn copy_error(error: &CopyError) -> Option<String> {
    Some(match error {
        CopyError::NothingThere(folder) => format!(
            "データフォルダー {} にデータベースがありません。--data-dir(環境変数 SMARTCONNECT_DATA_DIR)を確かめてください",
            folder.display()
        ),
        CopyError::NoDatabase => "このファイルは SQLite データベースではありません。何も変えていません".into(),
        CopyError::Foreign => {
            "このファイルは smartconnect のデータベースではありません。何も変えていません".into()
        }
        CopyError::Newer { version, known } => format!(
            "このファイルは新しい版で作られています(スキーマ {version}、この版は {known} まで)。新しい版の smartconnect で戻してください。何も変えていません"
        ),
        CopyError::Damaged(faults) => {
            format!("データベースが壊れています:\n  {}", faults.join("\n  "))
        }
        CopyError::HasLog => {
            "このファイルの隣に -wal ファイルがあります。動作中のファイルを写したものは戻せません。smartconnect backup で控えを取り直してください".into()
        }
        CopyError::Itself => "使用中のデータベースそのものは控えの宛先にできません".into(),
        CopyError::Name => "控えの宛先にファイル名を指定してください".into(),
        CopyError::Busy => "同じファイルへの控えが別に動いています".into(),
        CopyError::NotEmpty => {
            "データベースが空ではありません。見本のデータは空のデータベースだけに入れられます(--data-dir で別のフォルダーを指定できます)".into()
        }
        CopyError::Store(error) if error.is_in_use() => {
            "サービスが動いています。止めてからやり直してください".into()
        }
        CopyError::Store(_) => return None,
    })
}

pub(super) fn backed_up(file: &Path, bytes: u64, key: &Path) -> String {
    format!(
        "控えを取りました: {}({})\n秘密の鍵 {} は控えに入っていません。控えとは別の安全な場所に写しておいてください(戻すときに要ります)",
        file.display(),
        size(bytes),
        key.display()
    )
}

pub(super) fn restored(file: &Path, aside: Option<&Path>) -> String {
    let done = format!("データベースを戻しました: {}", file.display());
    match aside {
        Some(aside) => format!("{done}\nこれまでのデータベース: {}", aside.display()),
        None => done,
    }
}

/// What to do about the key file after a restore.
pub(super) fn key_after_restore(state: KeyState, key: &Path) -> Option<String> {
    let key = key.display();
    match state {
        KeyState::Fits => {
            Some(format!("秘密の鍵 {key} は戻したデータベースのものです。このまま起動できます"))
        }
        KeyState::NotNeeded => None,
        KeyState::Missing => Some(format!(
            "秘密の鍵 {key} がありません。控えを取った機械の secret.key をここに置いてから起動してください(権限 0600)"
        )),
        KeyState::Other => Some(format!(
            "秘密の鍵 {key} は戻したデータベースのものではありません。控えを取った機械の secret.key に置き換えてから起動してください(今の鍵も捨てずに取っておいてください)"
        )),
    }
}

/// The report of `check`.
pub(super) fn inspection(found: &Inspection) -> String {
    let key = match found.key {
        KeyState::Fits | KeyState::NotNeeded => "合っています",
        KeyState::Missing => "ありません(控えておいた secret.key を戻してください)",
        KeyState::Other => "別のデータベースのものです(控えておいた secret.key を戻してください)",
    };
    let mut lines = vec![
        "整合性: 異常なし".to_owned(),
        format!("大きさ: {}", size(found.size)),
        format!("スキーマ: {}", found.version),
        format!("秘密の鍵: {key}"),
        "件数:".to_owned(),
    ];
    lines.extend(found.rows.iter().map(|(resource, rows)| format!("  {}: {rows}", resource.title)));
    lines.push("配送の状態:".to_owned());
    lines.extend(found.deliveries.iter().map(|(state, rows)| format!("  {state}: {rows}")));
    if found.deliveries.is_empty() {
        lines.push("  なし".to_owned());
    }
    lines.join("\n")
}

pub(super) fn key_does_not_fit() -> String {
    "秘密の鍵がデータベースに合わないため、サービスは起動できません".into()
}

pub(super) fn too_many_customers(most: i64) -> String {
    format!("--customers は {most} までです")
}

pub(super) fn indexing() -> String {
    "索引を作っています".into()
}

pub(super) fn filled(customers: i64, calls: i64, seconds: f64) -> String {
    format!("架空のデータを入れました: 顧客 {customers} 件、着信 {calls} 件({seconds:.1} 秒)")
}

pub(super) fn settings_are_sound(data_dir: &Path) -> String {
    format!("設定: 読めました(データフォルダー {})", data_dir.display())
}

pub(super) fn service_runs() -> String {
    "サービス: 動いています".into()
}

pub(super) fn service_stands() -> String {
    "サービス: 動いていません".into()
}

pub(super) fn no_database_yet() -> String {
    "データベース: まだありません(最初の起動で作られます)".into()
}

pub(super) fn database_is_sound(found: &Inspection) -> String {
    format!("データベース: 異常なし、秘密の鍵も合っています({})", size(found.size))
}

pub(super) fn no_connection() -> String {
    "SIP接続: 使用する接続がありません。着信は受けられません".into()
}

/// `doctor`: the certificate of the HTTP server can be used.
pub(super) fn certificate_is_sound(path: &Path) -> String {
    format!("HTTPSの証明書 {} と鍵を使えます", path.display())
}

/// `doctor`: it cannot.
pub(super) fn certificate_is_not_sound(error: &std::io::Error) -> String {
    format!("HTTPSの証明書か鍵を使えません({error})。--tls-cert と --tls-key を確認してください")
}

/// `registration` = what the running service has noted.
pub(super) fn connection(name: &str, registration: Option<&str>, probe: &Probe) -> String {
    let state = registration.map_or_else(String::new, |state| format!("登録状態 {state}、"));
    let found = match probe {
        Probe::Answered { address, status, after } => {
            format!("{address} が {} ミリ秒で応答しました({status})", after.as_millis())
        }
        Probe::Silent(address) => format!(
            "{address} から応答がありません(OPTIONS に答えない機器もあります。アドレスと電源、ファイアウォールを確かめてください)"
        ),
        Probe::Refused(address, why) => {
            format!("{address} に届きません({why})。アドレスとポート、待受を確かめてください")
        }
        Probe::Unknown(why) => format!("サーバー名を引けません({why})"),
    };
    format!("SIP接続 {name}: {state}{found}")
}

pub(super) fn target(kind: &str, name: &str, reached: &Reached) -> String {
    let found = match reached {
        Reached::Open(address) => format!("{address} に接続できました(何も送っていません)"),
        Reached::NotServed => "この種別は接続の確認をしません".into(),
        Reached::NoUrl => "URLの形が正しくありません".into(),
        Reached::Unknown => "宛先の名前を引けません。URLとDNSを確かめてください".into(),
        Reached::Refused => {
            "このアドレスへは送れません(プライベート宛先と [outbound] deny を確かめてください)"
                .into()
        }
        Reached::Closed(address) => format!("{address} に接続できません"),
    };
    format!("{kind} {name}: {found}")
}

pub(super) fn program(name: &str, why_not: Option<&String>) -> String {
    match why_not {
        None => format!("着信時コマンド {name}: 実行できます(実行していません)"),
        Some(why) => format!("着信時コマンド {name}: {why}"),
    }
}

pub(super) fn canary_step(step: Step, after: Duration) -> String {
    let step = match step {
        Step::Trying => "INVITE に 100 が返るまで",
        Step::Recorded => "記録されて 180 が返るまで",
        Step::Shown => "画面に届くまで",
        Step::Delivered => "Webhook に届くまで",
        Step::Ended => "切ってから 487 が返るまで",
    };
    format!("試験着信: {step} {:.1} ミリ秒", after.as_secs_f64() * 1000.0)
}

pub(super) fn canary_failed(error: &anyhow::Error) -> String {
    format!("試験着信: 途中で止まりました: {error:#}")
}

pub(super) fn faults_found(count: usize) -> String {
    format!("異常が {count} 件あります")
}

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    match bytes {
        0..=0xf_ffff => format!("{} KB", bytes.div_ceil(1 << 10)),
        _ => format!("{} MB", bytes.div_ceil(1 << 20)),
    }
}
