//! The REST API of a server, with log-in.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{quiet, reason};
use crate::notify::carrier::{Carriers, Directory, LogIn};
use crate::notify::http::{Answer, Request, TOTAL_TIMEOUT, form};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::notify::shared::{Made, key};
use crate::notify::target::{answer, summary};
use crate::resource::Record;

/// The list of rooms is asked for again after this time.
const ROOMS_GOOD_FOR: Duration = Duration::from_secs(600);
/// A room that is not in a list older than this is looked for in a new one.
const ROOMS_FRESH: Duration = Duration::from_secs(60);
/// What an administrator looks at after 401.
const HINT: &str = "ユーザーIDとパスワード(またはパーソナルアクセストークン)を確かめてください";
/// The same where the server wants a second factor.
const HINT_TOTP: &str = "2段階認証のユーザーです。パーソナルアクセストークンをトークンに、そのユーザーIDをユーザーIDに書いてください";

/// The server's address, without slashes and `/api/v1` at its end.
pub fn base(row: &Record) -> &str {
    let url = row.text("url").trim_end_matches(['\\', ' ', '/']);
    url.strip_suffix("/api/v1").unwrap_or(url)
}

/// A server as one row sees it.
pub struct Api {
    carriers: Arc<Carriers>,
    base: String,
    login: String,
    password: String,
    token: String,
    private: bool,
    /// What the server said last, on one line.
    pub last: String,
}

impl Api {
    /// Nothing is asked yet.
    pub fn new(carriers: Arc<Carriers>, row: &Record) -> Self {
        Self {
            carriers,
            base: base(row).to_owned(),
            login: row.text("login").to_owned(),
            password: row.text("password").to_owned(),
            token: row.text("token").to_owned(),
            private: row.is("allow_private"),
            last: String::new(),
        }
    }

    /// Sends a message to a room, if it is not there already.
    pub async fn send(
        &mut self,
        room: &str,
        mut message: Map<String, Value>,
        id: &str,
        repeated: bool,
    ) -> Result<Sent, SendError> {
        // Nothing has been sent before the last step.
        let room = self.room(room).await.map_err(unsent)?;
        if repeated && self.has_message(id).await.map_err(unsent)? {
            return Ok(Sent::Delivered(id.to_owned()));
        }
        message.insert("_id".to_owned(), id.into());
        message.insert("rid".to_owned(), room.into());
        let body = json!({ "message": message });
        let reply = self.ask(Method::POST, "chat.sendMessage", Some(&body)).await;
        let refused = matches!(reply, Err(SendError::Never { scope: Scope::Delivery, .. }));
        if repeated && refused && self.has_message(id).await.unwrap_or(false) {
            return Ok(Sent::Delivered(id.to_owned()));
        }
        let reply = reply?;
        let given = reply.pointer("/message/_id").and_then(Value::as_str).unwrap_or(id);
        Ok(Sent::Delivered(given.to_owned()))
    }

    /// The id of a room: by name, by the other person of a direct message, or as it is.
    pub async fn room(&mut self, name: &str) -> Result<String, SendError> {
        let name = name.trim_start_matches('#');
        let key = key(&["rocket rooms", &self.base, &self.login, &self.token, &self.password]);
        let mut rooms = self.rooms(&key).await?;
        if !rooms.ids.contains_key(name) && rooms.at.elapsed() > ROOMS_FRESH {
            self.carriers.directories.forget(&key, &rooms).await;
            rooms = self.rooms(&key).await?;
        }
        rooms.ids.get(name).cloned().ok_or_else(|| SendError::Never {
            why: format!(
                "{name} というルームがないか、投稿するユーザーが参加していません(個人なら一度ダイレクトメッセージを開いてください)"
            ),
            scope: Scope::Recipient,
        })
    }

    async fn rooms(&mut self, key: &str) -> Result<Arc<Directory>, SendError> {
        let carriers = Arc::clone(&self.carriers);
        let make = async {
            let reply = self.rooms_reply().await?;
            let value = Directory { ids: names(&reply, &self.login), at: Instant::now() };
            Ok(Made { value, good_for: Some(ROOMS_GOOD_FOR) })
        };
        carriers.directories.get(key, make).await
    }

    /// The reply to rooms.get as it came.
    pub async fn rooms_reply(&mut self) -> Result<Value, SendError> {
        self.ask(Method::GET, super::ROOMS_GET, None).await
    }

    async fn has_message(&mut self, id: &str) -> Result<bool, SendError> {
        let path = format!("chat.getMessage?msgId={id}");
        match self.ask(Method::GET, &path, None).await {
            Ok(reply) => Ok(reply.pointer("/message/_id").and_then(Value::as_str) == Some(id)),
            // 400 and 404 say that there is none.
            Err(SendError::Never { scope: Scope::Delivery, .. }) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// One request with the log-in's headers. A log-in that is no longer taken is done once more.
    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, SendError> {
        let key = key(&["rocket", &self.base, &self.login, &self.password]);
        for last in [false, true] {
            let log_in = self.log_in(&key).await.map_err(unsent)?;
            let answer = self.request(&log_in, method.clone(), path, body).await?;
            if answer.status == 401 && !last && self.token.is_empty() {
                self.carriers.log_ins.forget(&key, &log_in).await;
                continue;
            }
            return judge(&answer);
        }
        Err(SendError::parks(HINT))
    }

    async fn request(
        &mut self,
        log_in: &LogIn,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, SendError> {
        let mut headers = vec![
            ("X-User-Id".to_owned(), log_in.user.clone()),
            ("X-Auth-Token".to_owned(), log_in.token.clone()),
        ];
        if body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.send_one(method, path, headers, body).await
    }

    async fn send_one(
        &mut self,
        method: Method,
        path: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Result<Answer, SendError> {
        self.last.clear();
        let url = format!("{}/api/v1/{path}", self.base);
        let request =
            Request { method, url, headers, body, timeout: TOTAL_TIMEOUT, private: self.private };
        let answer = self.carriers.http.send(request).await?;
        self.last = summary(&answer);
        Ok(answer)
    }

    /// The row's own token, or one log-in for all rows with this address, user and password.
    async fn log_in(&mut self, key: &str) -> Result<Arc<LogIn>, SendError> {
        if self.password.is_empty() {
            return Ok(Arc::new(LogIn { user: self.login.clone(), token: self.token.clone() }));
        }
        // A password is asked for only where there is no token to use.
        self.token.clear();
        let carriers = Arc::clone(&self.carriers);
        let make = async {
            let fields = form(&[("user", &self.login), ("password", &self.password)]);
            let media_type = "application/x-www-form-urlencoded".to_owned();
            let headers = vec![("content-type".to_owned(), media_type)];
            let answer = self.send_one(Method::POST, "login", headers, fields).await?;
            // The answer holds the token: nothing of it is kept but in memory.
            self.last = format!("{} login", answer.status);
            Ok(Made { value: logged_in(&judge(&answer)?)?, good_for: None })
        };
        carriers.log_ins.get(key, make).await
    }
}

/// A step before the message was sent: whatever failed, it cannot have arrived.
fn unsent(fault: SendError) -> SendError {
    match fault {
        SendError::Later { after, why, .. } => SendError::Later { after, why, ambiguous: false },
        never => never,
    }
}

fn logged_in(reply: &Value) -> Result<LogIn, SendError> {
    let text = |path| reply.pointer(path).and_then(Value::as_str).map(str::to_owned);
    match (text("/data/userId"), text("/data/authToken")) {
        (Some(user), Some(token)) => Ok(LogIn { user, token }),
        _ => Err(SendError::never(
            "ログインの応答に userId と authToken がありません。URLが Rocket.Chat のものか確かめてください",
        )),
    }
}

/// Names and ids of the rooms in a reply; the real one holds them under `update`, that of seed 003
/// is the list itself.
fn names(reply: &Value, login: &str) -> HashMap<String, String> {
    let rooms = reply.get("update").unwrap_or(reply).as_array();
    let mut ids = HashMap::new();
    for room in rooms.into_iter().flatten() {
        let text = |key: &str| room.get(key).and_then(Value::as_str);
        let Some(id) = text("_id").or_else(|| text("rid")) else { continue };
        let own = [text("name"), text("fname"), Some(id)];
        for name in own.into_iter().flatten() {
            ids.entry(name.to_owned()).or_insert_with(|| id.to_owned());
        }
        if text("t") == Some("d") {
            let users = room.get("usernames").and_then(Value::as_array);
            let users = users.into_iter().flatten().filter_map(Value::as_str);
            let others: Vec<&str> = users.filter(|user| *user != login).collect();
            if let [other] = others.as_slice() {
                ids.insert(format!("@{other}"), id.to_owned());
            }
        }
    }
    ids
}

/// The reply of a request that worked, or why it did not.
pub fn judge(answer: &Answer) -> Result<Value, SendError> {
    let reply = answer.json();
    let why = reason(&reply);
    match answer.status {
        200..=299 if reply.is_null() => Err(SendError::never(
            "応答がJSONではありません。URLが Rocket.Chat のものか確かめてください",
        )),
        200..=299 if reply.get("success") == Some(&Value::Bool(false)) => {
            Err(SendError::never(format!("Rocket.Chat が断りました({why})")))
        }
        200..=299 => Ok(reply),
        401 if why.contains("totp") => Err(SendError::parks(HINT_TOTP)),
        401 => Err(SendError::parks(format!("Rocket.Chat が 401 を返しました({why}): {HINT}"))),
        403 => Err(SendError::Never {
            why: format!("Rocket.Chat が 403 を返しました({why}): 投稿する権限を確かめてください"),
            scope: Scope::Recipient,
        }),
        400 => Err(SendError::never(format!("Rocket.Chat が 400 を返しました({why})"))),
        429 => {
            Err(SendError::later("Rocket.Chat が 429 を返しました(送りすぎ)", Some(quiet(answer))))
        }
        _ => answer::of_service(answer, HINT, None).map(|_| reply),
    }
}
