//! How the service stands, for whoever looks after it.
//!
//! Invariant: every value is a text, as everywhere; numbers of bytes are plain digits.
//! Never: shows what is in a row beyond the name of a target.

use serde_json::{Value as Json, json};

use super::caller::name;
use super::catalog::{BACKUP, DELIVERY, LINE_TARGET};
use super::openapi;

/// Where it is.
pub const ADDRESS: &str = "/CTI_SmartConnectService/Status";

/// The service was started.
const STARTED_AT: &str = "起動日時";
/// The store can write.
const WRITABLE: &str = "書込可能";
/// Why the telephone side cannot listen.
const LISTENER: &str = "電話の受付";
/// Calls that wait in memory because the store cannot take them.
const CALLS_WAITING: &str = "記録待ちの着信";
/// Connected clients.
const CLIENTS: &str = "接続中クライアント";
/// Bytes of the database.
const DATABASE: &str = "データベースの大きさ";
/// Bytes that are free where it is.
const FREE: &str = "空き容量";
/// Deliveries by state.
const DELIVERIES: &str = "通知";
/// How many.
const COUNT: &str = "件数";
/// Parked targets.
const PARKED: &str = "停止中の通知先";
/// The last backup.
const LAST_BACKUP: &str = "最終バックアップ";

/// Ranges whose peers need no log-in.
const OPEN_RANGES: &str = "原典互換の範囲";
/// Host names that `--allow-host` adds.
const HOSTS: &str = "許可するホスト";
/// Origins that `--allow-origin` adds.
const ORIGINS: &str = "許可するオリジン";

/// A target that gets nothing until somebody mends it.
#[derive(Clone, Debug)]
pub struct Parked {
    /// URI of its resource.
    pub resource: &'static str,
    /// Its key.
    pub id: i64,
    /// How people call it.
    pub name: String,
    /// Why.
    pub why: String,
}

/// Who may connect beside the usual, as the settings say; lists with commas.
#[derive(Clone, Debug, Default)]
pub struct Admitted {
    /// Address ranges whose peers need no log-in (`--open-lan`).
    pub open_ranges: String,
    /// Names of this service (`--allow-host`).
    pub hosts: String,
    /// Web origins (`--allow-origin`).
    pub origins: String,
}

/// What is told.
#[derive(Clone, Debug)]
pub struct Status<'a> {
    /// Since when it runs, as people write it.
    pub started_at: String,
    /// Whether the store can write.
    pub writable: bool,
    /// Why the telephone side cannot listen; empty = it can, or need not.
    pub listener: String,
    /// Calls that wait in memory.
    pub calls_waiting: usize,
    /// Connected clients.
    pub clients: usize,
    /// Bytes of the database.
    pub database: u64,
    /// Free bytes of its disk; `None` = unknown.
    pub free: Option<u64>,
    /// Deliveries: those that are open, and those that ended within a day, by state.
    pub deliveries: Vec<(String, i64)>,
    /// Parked targets.
    pub parked: Vec<Parked>,
    /// Who may connect beside the usual.
    pub admitted: &'a Admitted,
    /// When a backup was last made, and what came of it; empty = never.
    pub last_backup: (String, String),
}

impl Status<'_> {
    /// The row as pages read it.
    pub fn row(&self) -> Json {
        let delivery = |column| name(&DELIVERY, column);
        let [resource, id, state] = ["target_resource", "target_id", "state"].map(delivery);
        let deliveries = self.deliveries.iter();
        let deliveries = deliveries
            .map(|(word, count)| json!({ state: word, COUNT: count.to_string() }))
            .collect::<Vec<Json>>();
        let parked = self.parked.iter().map(|parked| {
            json!({
                resource: parked.resource, id: parked.id.to_string(),
                name(&LINE_TARGET, "name"): parked.name, delivery("reason"): parked.why,
            })
        });
        let (at, result) = &self.last_backup;
        json!({
            STARTED_AT: self.started_at,
            WRITABLE: if self.writable { "True" } else { "False" },
            LISTENER: self.listener,
            CALLS_WAITING: self.calls_waiting.to_string(),
            CLIENTS: self.clients.to_string(),
            DATABASE: self.database.to_string(),
            FREE: self.free.map(|bytes| bytes.to_string()).unwrap_or_default(),
            OPEN_RANGES: self.admitted.open_ranges,
            HOSTS: self.admitted.hosts,
            ORIGINS: self.admitted.origins,
            DELIVERIES: deliveries,
            PARKED: parked.collect::<Vec<Json>>(),
            LAST_BACKUP: {
                name(&BACKUP, "last_run_at"): at, name(&BACKUP, "last_result"): result,
            },
        })
    }
}

/// What it looks like, for the OpenAPI page.
pub(super) fn schema() -> Json {
    let number =
        |text: &str| json!({ "type": "string", "pattern": "^[0-9]*$", "description": text });
    let text = |text: &str| json!({ "type": "string", "description": text });
    let delivery = |column| name(&DELIVERY, column);
    let [resource, id, state, reason] =
        ["target_resource", "target_id", "state", "reason"].map(delivery);
    let fixed: [(&str, Json); 13] = [
        (STARTED_AT, text("サービスを起動した日時")),
        (WRITABLE, json!({ "type": "string", "enum": ["True", "False"] })),
        (LISTENER, text("電話を受けられない理由。空 = 受けられるか、その必要が無い")),
        (CALLS_WAITING, number("書き込めないためにメモリーで待つ着信の件数")),
        (CLIENTS, number("接続中のクライアントの数")),
        (DATABASE, number("データベースのバイト数")),
        (FREE, number("データフォルダのあるディスクの空きバイト数。空 = 不明")),
        (OPEN_RANGES, text("ログインなしで使えるアドレスの範囲(--open-lan)。カンマ区切り")),
        (HOSTS, text("--allow-host で加えた名前。カンマ区切り")),
        (ORIGINS, text("--allow-origin で加えたオリジン。カンマ区切り")),
        (
            DELIVERIES,
            object(
                &[(state, text("")), (COUNT, number(""))],
                "待っている通知と、この24時間に終わった通知の件数",
            ),
        ),
        (
            PARKED,
            object(
                &[
                    (resource, text("")),
                    (id, number("")),
                    (name(&LINE_TARGET, "name"), text("")),
                    (reason, text("")),
                ],
                "行を直すまで何も送らない通知先",
            ),
        ),
        (LAST_BACKUP, {
            let [at, result] = ["last_run_at", "last_result"].map(|column| name(&BACKUP, column));
            members(&[(at, text("")), (result, text(""))], "最後のバックアップ。空 = まだ無い")
        }),
    ];
    members(&fixed, "サービスの様子")
}

/// An array of objects.
fn object(parts: &[(&str, Json)], text: &str) -> Json {
    json!({ "type": "array", "description": text, "items": members(parts, "") })
}

/// An object of these members, all of them there.
fn members(parts: &[(&str, Json)], text: &str) -> Json {
    let mut schema = openapi::object(parts.iter().map(|(name, part)| (*name, part.clone())));
    schema["description"] = text.into();
    schema
}
