//! LINE Messaging API: push, multicast, broadcast.
//!
//! Every try of a delivery carries the same `X-Line-Retry-Key`, so that LINE takes it once: 409 says
//! that it has it already. 429 means two things: too fast, or the month's messages are used up.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::line_account::{self, Account, base};
use super::post::{Post, code, host};
use super::{Attempt, Call, Prepared, Target, answer};
use crate::clock::{UnixMs, japan_month};
use crate::notify::Occasion;
use crate::notify::carrier::{Carried, Outgoing};
use crate::notify::http::Answer;
use crate::notify::message::{Limit, choose, text};
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::resource::Record;
use crate::store::TargetRef;
use crate::template::{Landing, Values};

/// The one kind of Notification-LINE-AccessToken.
pub struct Line;

/// What payloads are marked with.
const KIND: &str = "LINE";
/// Longest text of a message.
const TEXT: Limit = Limit::utf16(5000);
/// Ten a second: LINE takes 2,000 of the channel in all, its guidelines forbid floods.
const WINDOWS: [Window; 1] = [Window { length: Duration::from_secs(1), count: 10 }];
/// 60 an hour is what LINE takes of broadcasts.
const BROADCAST: [Window; 1] = [Window { length: Duration::from_secs(3600), count: 60 }];
/// Begins LINE's answer where the month's messages are used up.
const USED_UP: &str = "You have reached your monthly limit";
/// What is said then.
const USED_UP_HINT: &str = "LINE の今月の送信数の上限に達しました。来月まで送りません(プランを上げたら、この行のテストを行うと再開します)";
/// A token of LINE Notify: 43 letters and digits, nothing else.
const NOTIFY_TOKEN_LENGTH: usize = 43;
/// Host of LINE Notify.
const NOTIFY_HOST: &str = "notify-api.line.me";
/// What is said of both.
const NOTIFY_HINT: &str = "これは LINE Notify のトークン(またはアドレス)です。LINE Notify は 2025-03-31 に終了しました。LINE公式アカウントの Messaging API を有効にし、チャネルアクセストークンと送信先ID(U…/C…/R…)を登録してください";
/// What an administrator looks at after a refusal.
const HINT: &str =
    "LINE のチャネルアクセストークン(またはチャネルIDとシークレット)を確かめてください";

impl Target for Line {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        let definition = choose(occasion, "MessDef-Line", row.int("message_id"));
        // A message of LINE has no mark-up: values stand as they are.
        let body = text(occasion, definition, "body", Landing::Plain, values);
        Payload::Chat(ChatMessage {
            kind: KIND.to_owned(),
            body: TEXT.cut(body),
            ..ChatMessage::default()
        })
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        refuse_notify(row)?;
        let outgoing = match payload {
            Payload::Check => line_account::check(row),
            _ => {
                let message = super::chat::message(payload, KIND, false)?;
                refuse_beyond_limit(row, attempt.at)?;
                send(row, message_post(row, message, attempt)?)
            }
        };
        Ok(Prepared { outgoing, recipient: String::new() })
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        classify(answer)
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        true
    }

    fn has_check(&self, _row: &Record) -> bool {
        true
    }

    fn counted(&self, row: &Record) -> i64 {
        messages(row)
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        match row.text("method") {
            "broadcast" => BROADCAST.to_vec(),
            _ => WINDOWS.to_vec(),
        }
    }

    /// The channel: LINE counts per channel and way of sending.
    fn pace_address(&self, row: &Record, _target: &TargetRef) -> String {
        let channel = match row.text("channel_id") {
            "" => row.text("access_token"),
            id => id,
        };
        format!("{}/{} {channel}", base(row), row.text("method"))
    }

    fn url<'a>(&self, row: &'a Record) -> &'a str {
        base(row)
    }

    /// A row that names another endpoint than LINE's own means a relay of the office.
    fn may_be_private(&self, row: &Record) -> bool {
        !row.get("endpoint").is_empty()
    }

    fn functions(&self) -> &'static [&'static str] {
        &line_account::FUNCTIONS
    }

    fn call(&self, call: Call) -> BoxFuture<'static, Result<Value, SendError>> {
        Box::pin(line_account::call(call))
    }
}

/// What an answer means; 409 says that an earlier try was taken.
pub fn classify(answer: &Answer) -> Result<Sent, SendError> {
    let id = |header| answer.header(header).unwrap_or_default().to_owned();
    let said = answer.json();
    let text = said["message"].as_str().or_else(|| said["error_description"].as_str());
    let text = text.unwrap_or_default();
    let why =
        || format!("LINE が {} {} を返しました", answer.status, code(text)).replace("  ", " ");
    match answer.status {
        409 => Ok(Sent::Delivered(id("x-line-accepted-request-id"))),
        429 if text.starts_with(USED_UP) => Err(used_up()),
        401 | 403 => Err(SendError::parks(format!("{}: {HINT}", why()))),
        400 => {
            let detail = said["details"][0]["message"].as_str().unwrap_or_default();
            let hint = "送信先IDと本文を確かめてください";
            Err(SendError::never(format!("{} {}: {hint}", why(), code(detail)).replace(" :", ":")))
        }
        _ => {
            answer::of_service(answer, HINT, None).map(|_| Sent::Delivered(id("x-line-request-id")))
        }
    }
}

/// LINE takes no more messages this month.
pub(super) fn used_up() -> SendError {
    SendError::Never { why: USED_UP_HINT.to_owned(), scope: Scope::Month }
}

/// The request of a message, not yet signed in.
fn message_post(
    row: &Record,
    message: &ChatMessage,
    attempt: &Attempt<'_>,
) -> Result<Post, SendError> {
    let key = Uuid::parse_str(attempt.id)
        .map_err(|_| SendError::never("この通知の番号がUUIDではありません"))?;
    let method = row.text("method");
    let mut body = Map::new();
    match (method, ids(row).as_slice()) {
        ("broadcast", _) => {}
        (_, []) => return Err(SendError::never("送信先IDがありません")),
        ("push", [id, ..]) => {
            body.insert("to".to_owned(), json!(id));
        }
        (_, ids) => {
            body.insert("to".to_owned(), json!(ids));
        }
    }
    body.insert("messages".to_owned(), json!([{"type": "text", "text": message.whole()}]));
    body.insert("notificationDisabled".to_owned(), row.is("silent").into());
    let url = format!("{}/v2/bot/message/{method}", base(row));
    let post = Post::new(&url, Line.may_be_private(row));
    Ok(post.header("x-line-retry-key", &key.hyphenated().to_string()).json(&body))
}

/// 送信先ID, each once.
fn ids(row: &Record) -> Vec<String> {
    super::chat::list(row.text("destinations"))
}

/// The request with its token; a channel with id and secret asks for one first.
fn send(row: &Record, post: Post) -> Outgoing {
    let account = Account::of(row);
    if let Some(token) = account.long_lived() {
        return Outgoing::Http(post.bearer(token).request());
    }
    Outgoing::Talk(Box::new(move |carriers| {
        Box::pin(async move {
            match account.ask(&carriers, &post).await {
                Ok(answer) => {
                    Carried { result: classify(&answer), answer: super::summary(&answer) }
                }
                Err(fault) => Carried::unanswered(fault),
            }
        })
    }))
}

/// A token or an address of the service that ended.
fn refuse_notify(row: &Record) -> Result<(), SendError> {
    let token = row.text("access_token").trim();
    let letters = token.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_token =
        token.len() == NOTIFY_TOKEN_LENGTH && letters && row.get("channel_id").is_empty();
    if is_token || host(row.text("endpoint")) == NOTIFY_HOST {
        return Err(SendError::parks(NOTIFY_HINT));
    }
    Ok(())
}

/// 月間上限 of the row; 0 = LINE's own limit is the only one.
fn refuse_beyond_limit(row: &Record, at: UnixMs) -> Result<(), SendError> {
    let limit = row.int("monthly_limit");
    if limit == 0 || sent_this_month(row, at) + messages(row) <= limit {
        return Ok(());
    }
    let why = format!(
        "月間上限 {limit} 通に達しました。来月まで送りません(月間上限を上げると再開します)"
    );
    Err(SendError::Never { why, scope: Scope::Month })
}

/// How many messages LINE counts for one delivery: one a recipient. How many people a group or a
/// broadcast reaches is not known here and counts as one.
fn messages(row: &Record) -> i64 {
    match row.text("method") {
        "multicast" => i64::try_from(ids(row).len()).unwrap_or(i64::MAX),
        _ => 1,
    }
}

/// 当月送信数, which is of the month of the last try.
fn sent_this_month(row: &Record, at: UnixMs) -> i64 {
    let tried = row.get("last_run_at");
    let this_month = !tried.is_empty() && tried.int() >= japan_month(at, 0);
    if this_month { row.int("sent_this_month") } else { 0 }
}
