//! A LINE channel: its token, its quota, and the questions that send nothing.
//!
//! Invariant: a 15-minute token is asked for once for all rows of a channel, and again at once when
//! LINE no longer takes it. Never: asks a third time within one attempt.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::line::{classify, used_up};
use super::post::Post;
use super::{Call, summary};
use crate::notify::carrier::{Carried, Carriers, LogIn, Outgoing};
use crate::notify::http::Answer;
use crate::notify::retry::SendError;
use crate::notify::shared::{Made, key};
use crate::resource::Record;

/// LINE's own address, where エンドポイント is empty.
const API: &str = "https://api.line.me";
/// Functions that an administrator may call.
pub const FUNCTIONS: [&str; 1] = [QUOTA];
/// How many messages the month has left.
const QUOTA: &str = "quota";
/// Longest use of a token that lives 15 minutes.
const TOKEN_USE_MAX: Duration = Duration::from_secs(13 * 60);
/// Left unused at the end of a token's life.
const TOKEN_MARGIN: Duration = Duration::from_secs(2 * 60);
/// What an administrator looks at when no token is given out.
const HINT: &str = "LINE のチャネルIDとチャネルシークレットを確かめてください";

/// Where the row sends to, without a `/` at the end.
pub fn base(row: &Record) -> &str {
    match row.text("endpoint").trim_end_matches(['\\', ' ', '/']) {
        "" => API,
        endpoint => endpoint,
    }
}

/// What requests to a channel need.
pub struct Account {
    base: String,
    private: bool,
    token: String,
    id: String,
    secret: String,
}

impl Account {
    /// The channel of a row.
    pub fn of(row: &Record) -> Self {
        let text = |column| row.text(column).trim().to_owned();
        Self {
            base: base(row).to_owned(),
            private: !row.get("endpoint").is_empty(),
            token: text("access_token"),
            id: text("channel_id"),
            secret: text("channel_secret"),
        }
    }

    /// The token that needs no asking; `None` = the channel has id and secret.
    pub fn long_lived(&self) -> Option<&str> {
        self.id.is_empty().then_some(self.token.as_str())
    }

    /// Sends a request with the channel's token.
    pub async fn ask(&self, carriers: &Carriers, post: &Post) -> Result<Answer, SendError> {
        if let Some(token) = self.long_lived() {
            return carriers.http.send(post.clone().bearer(token).request()).await;
        }
        let key = key(&[&self.base, &self.id, &self.secret]);
        let first = carriers.log_ins.get(&key, self.sign_in(carriers)).await?;
        let answer = carriers.http.send(post.clone().bearer(&first.token).request()).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        carriers.log_ins.forget(&key, &first).await;
        let second = carriers.log_ins.get(&key, self.sign_in(carriers)).await?;
        carriers.http.send(post.clone().bearer(&second.token).request()).await
    }

    /// Asks for a stateless token (POST /oauth2/v3/token).
    async fn sign_in(&self, carriers: &Carriers) -> Result<Made<LogIn>, SendError> {
        let post = Post::new(&format!("{}/oauth2/v3/token", self.base), self.private).form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &self.id),
            ("client_secret", &self.secret),
        ]);
        // Whatever became of this request: no message was on its way.
        let answer = carriers.http.send(post.request()).await.map_err(SendError::not_sent)?;
        let said = answer.json();
        let token = said["access_token"].as_str().filter(|_| answer.status == 200);
        match (answer.status, token) {
            (_, Some(token)) => {
                let life = Duration::from_secs(said["expires_in"].as_u64().unwrap_or(0));
                let good_for = Some(life.saturating_sub(TOKEN_MARGIN).min(TOKEN_USE_MAX));
                let value = LogIn { user: String::new(), token: token.to_owned() };
                Ok(Made { value, good_for })
            }
            (400 | 401 | 403, _) => {
                let why = format!("LINE がトークンを出しません({}): {HINT}", summary(&answer));
                Err(SendError::parks(why))
            }
            (status, _) => {
                let why = format!("LINE がトークンの要求に {status} を返しました");
                Err(SendError::later(why, answer.retry_after))
            }
        }
    }

    fn get(&self, path: &str) -> Post {
        Post::new(&format!("{}{path}", self.base), self.private).get()
    }

    /// `{"type","value"?,"totalUsage","remaining"?}`.
    async fn quota(&self, carriers: &Carriers) -> Result<Value, SendError> {
        let quota = self.ask(carriers, &self.get("/v2/bot/message/quota")).await?;
        classify(&quota)?;
        let used = self.ask(carriers, &self.get("/v2/bot/message/quota/consumption")).await?;
        classify(&used)?;
        let (quota, used) = (quota.json(), used.json()["totalUsage"].as_i64());
        let mut out = quota.as_object().cloned().unwrap_or_default();
        out.insert("totalUsage".to_owned(), json!(used));
        if let (Some(value), Some(used)) = (quota["value"].as_i64(), used) {
            out.insert("remaining".to_owned(), json!(value.saturating_sub(used).max(0)));
        }
        Ok(Value::Object(out))
    }

    /// POST /v2/bot/message/validate/push: LINE looks at token and message and sends nothing.
    fn validate(&self) -> Post {
        let mut body = Map::new();
        body.insert("messages".to_owned(), json!([{"type": "text", "text": "テスト送信"}]));
        Post::new(&format!("{}/v2/bot/message/validate/push", self.base), self.private).json(&body)
    }
}

/// A test: LINE checks token and message, and says what the month has left.
pub fn check(row: &Record) -> Outgoing {
    let account = Account::of(row);
    Outgoing::Talk(Box::new(move |carriers| {
        Box::pin(async move {
            let answer = match account.ask(&carriers, &account.validate()).await {
                Ok(answer) => answer,
                Err(fault) => return Carried::unanswered(fault),
            };
            let mut result = classify(&answer);
            let mut said = summary(&answer);
            if result.is_ok() {
                // Whoever cannot say what is left may still send; whoever says "none" would refuse.
                let left = account.quota(&carriers).await.ok();
                if left.as_ref().is_some_and(|left| left["remaining"] == 0) {
                    result = Err(used_up());
                }
                said =
                    format!("{} 検査だけで、送信はしていません{}", answer.status, left_text(left));
            }
            Carried { result, answer: said }
        })
    }))
}

fn left_text(quota: Option<Value>) -> String {
    let Some(quota) = quota else { return String::new() };
    let number = |name: &str| quota[name].as_i64();
    match (number("remaining"), number("value"), number("totalUsage")) {
        (Some(left), Some(value), Some(used)) => {
            format!("。今月の残り {left} 通(上限 {value}、送信済み {used})")
        }
        (None, _, Some(used)) => format!("。今月の送信済み {used} 通(上限なし)"),
        _ => String::new(),
    }
}

/// A function that an administrator called.
pub async fn call(call: Call) -> Result<Value, SendError> {
    match call.function {
        QUOTA => Account::of(&call.row).quota(&call.carriers).await,
        _ => Err(SendError::never("この機能はありません")),
    }
}
