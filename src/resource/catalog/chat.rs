//! 通知先チャット.

use super::notation::{PLAIN, field, flag, int, refer, secret, text, word};
use super::rules::fault;
use super::shared::{
    CONDITION, ENABLED, HOURS_OR_LATER, ID, LINES, TIMING_OR_DIGEST, TRIED_AT, TRY_RESULT,
};
use crate::resource::{Fault, Kind, Record, Resource};

/// The services we can write to, the last one (Webhook) for any other.
pub const SERVICES: [&str; 12] = [
    "Chat&Messenger",
    "Rocket.Chat",
    "JANDI",
    "Slack",
    "Teams",
    "Discord",
    "Mattermost",
    "Chatwork",
    "Google Chat",
    "LINE WORKS",
    "ntfy",
    "Webhook",
];

/// Chat and webhook destinations.
pub static CHAT_TARGET: Resource = Resource {
    uri: "Notification-Chat",
    title: "通知先チャット",
    table: "chat_target",
    seed: false,
    note: "種別ごとの必須項目と送り方は facts/targets.md。Enterprise契約(Chat&Messenger)や有償チーム(JANDI)が要る相手では、401/403の説明にそれを書く。",
    fields: &[
        ID,
        text("名称", "name", 40).required().example("営業ルーム"),
        word("種別", "kind", &SERVICES).default("Webhook").example("Webhook"),
        field("URL", "url", Kind::SecretUrl)
            .meaning("serverURL または Webhook のURL(末尾の \\ と空白は除く)。Chatwork では空=公式。GETではホストまで示し残りは伏せる。トークンで送る Slack でも空=公式")
            .example("https://chat.example.com/hooks/abc"),
        secret("トークン", "token", 0)
            .meaning("x-cam-apiToken / authToken / X-ChatWorkToken / 署名鍵 whsec_…(空白区切りで2つ = 切替中)。Slack は xoxb-…(URLが空のとき)、ntfy は tk_…、LINE WORKS の bot は クライアントIDとシークレット(空白区切り)"),
        text("ユーザーID", "login", 200)
            .meaning("Rocket.Chat: トークン時は userId、パスワード時はログイン名。ntfy: パスワードと組の利用者名。LINE WORKS の bot: サービスアカウント"),
        secret("パスワード", "password", 0)
            .meaning("Rocket.Chat の login 用。同じURLとユーザーの行は1つのログインを分け合う。ntfy ではユーザーIDのパスワード、LINE WORKS の bot ではサービスアカウントの秘密鍵(1行)"),
        text("宛先", "destination", 2000)
            .meaning("ルーム名・ルームID・メール(カンマ)。@ を含めば人、含まなければルーム。JANDI は人ごとに1通。Slack(トークン時)と LINE WORKS の bot はチャンネルID、Chatwork はルームID、Mattermost はチャンネルか @利用者(空=Webhookの既定)、ntfy はトピック")
            .example("GENERAL"),
        text("メンション", "mentions", 2000).meaning("呼びかける利用者(カンマ)"),
        flag("封書", "sealed")
            .default("False")
            .meaning("Chat&Messenger の封書。電文の isOpened にそのまま入る")
            .example("False"),
        flag("会議URL", "meeting")
            .default("False")
            .meaning("Chat&Messenger の createQuickCall で会議URLを作り {{会議URL}} に入れる")
            .example("False"),
        int("会議期限分", "meeting_minutes", 5, 1440).default("60").example("60"),
        secret("会議パスワード", "meeting_password", 0).meaning("空=無作為"),
        text("プレフィックス", "prefix", 40).meaning("文頭に付ける語").example("☎"),
        field("色", "color", Kind::Color).meaning("JANDI connectColor 等").example("#FAC11B"),
        refer("メッセージ定義ID", "message_id", "MessDef-Chat")
            .meaning("0=用途で選ぶ")
            .example("0"),
        int("毎分上限", "per_minute", 0, 6000).default("0").meaning("0=種別の既定").example("0"),
        flag("プライベート宛先", "allow_private")
            .default("True")
            .meaning("LAN内の宛先を許す。リンクローカル・メタデータ番地は常に不可")
            .example("True"),
        ENABLED,
        LINES,
        CONDITION,
        TIMING_OR_DIGEST,
        HOURS_OR_LATER,
        TRIED_AT,
        TRY_RESULT,
    ],
    check: Some(rules),
    ..PLAIN
};

/// What each service cannot do without (the wire forms stand in `notify`).
fn rules(row: &Record) -> Vec<Fault> {
    let has = |column| !row.get(column).is_empty();
    let needed: &[&str] = match row.text("kind") {
        "Chat&Messenger" => &["url", "token", "destination"],
        "Chatwork" => &["token", "destination"],
        // A bot signs in by its service account.
        "LINE WORKS" if row.text("url").contains("/bots/") => {
            &["url", "login", "token", "password", "destination"]
        }
        // With a token the Web API is asked, at its own address where none is given.
        "Slack" if has("token") && !row.text("url").contains("/services/") => &["destination"],
        // A hook's address says who writes and where; the API has to be told.
        "Rocket.Chat" if row.text("url").contains("/hooks/") => &["url"],
        "Rocket.Chat" if has("password") => &["url", "login", "destination"],
        "Rocket.Chat" => &["url", "login", "token", "destination"],
        // The topic may stand in the address.
        "ntfy" if !has_path(row.text("url")) => &["url", "destination"],
        _ => &["url"],
    };
    let missing = needed.iter().filter(|column| !has(column));
    let message = format!("種別が {} のときは必須です", row.text("kind"));
    missing.filter_map(|column| fault(row, column, &message)).collect()
}

/// Whether an address goes on behind its host.
fn has_path(url: &str) -> bool {
    let rest = url.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
    rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
}
