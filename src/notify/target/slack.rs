//! Slack: incoming webhooks, and chat.postMessage where the row has a token.
//!
//! A webhook answers by a plain-text code and an HTTP status; the Web API answers 200 whatever
//! happens and says in its JSON whether the message was taken.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::chat::{self, Form};
use super::post::{Post, code, headed, with_items};
use super::{Attempt, Prepared, Target, answer, next_recipient};
use crate::notify::Occasion;
use crate::notify::http::Answer;
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{Scope, SendError, Sent};
use crate::resource::Record;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "Slack";

/// Slack as a target.
pub struct Slack;

/// How texts are taken: a section block holds 3,000 characters.
const FORM: Form = Form { kind: KIND, landing: Landing::SlackText, limit: Limit::characters(3000) };
/// Longest `text`; Slack cuts at 40,000 and advises 4,000.
const TEXT: Limit = Limit::characters(4000);
/// The Web API, where URL is empty.
const API: &str = "https://slack.com/api";
/// One message a second; a burst of three is tolerated (docs.slack.dev, Rate limits).
const WINDOW: Window = Window { length: Duration::from_secs(3), count: 3 };
/// Wait after 429 without Retry-After.
const QUIET: Duration = Duration::from_secs(30);
/// What an administrator looks at after a refusal.
const HINT: &str = "Slack のURL(Incoming Webhook)かトークン(xoxb-)が取り消されていないか、アプリがチャンネルに入っているかを確かめてください";
/// Codes of the Web API that say that the token is no good.
const TOKEN_FAULTS: [&str; 9] = [
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "missing_scope",
    "no_permission",
    "org_login_required",
    "access_denied",
];
/// Codes of the Web API that may pass.
const PASSING: [&str; 5] = [
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
];
/// Codes of the Web API for too many requests.
const TOO_MANY: [&str; 2] = ["ratelimited", "rate_limited"];

impl Target for Slack {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        let mut message = chat::compose(FORM, row, occasion, values);
        if uses_api(row) {
            message.recipients = chat::list(row.text("destination"));
        }
        Payload::Chat(message)
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let token = row.text("token");
        if matches!(payload, Payload::Check) {
            let question = Post::of(row, &method_url(row, "auth.test")).bearer(token);
            return Ok(question.json(&Map::new()).to(""));
        }
        let message = chat::message(payload, KIND, false)?;
        if !uses_api(row) {
            return Ok(Post::of(row, row.text("url")).json(&body(message)).to(""));
        }
        let Some(channel) = next_recipient(&message.recipients, attempt.progress) else {
            return Err(SendError::never("トークンで送るときは、宛先にチャンネルIDが要ります"));
        };
        let mut body = body(message);
        body.insert("channel".to_owned(), Value::from(channel.as_str()));
        let post = Post::of(row, &method_url(row, "chat.postMessage")).bearer(token);
        Ok(post.json(&body).to(channel))
    }

    fn has_check(&self, row: &Record) -> bool {
        uses_api(row)
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn url<'a>(&self, row: &'a Record) -> &'a str {
        match row.text("url") {
            "" => API,
            url => url,
        }
    }

    fn classify(&self, answer: &Answer, recipient: &str) -> Result<Sent, SendError> {
        if answer.status == 200 && answer.json()["ok"].is_boolean() {
            return classify_api(answer, recipient);
        }
        // A message with a recipient went to the Web API, which always says `ok`.
        if (200..300).contains(&answer.status) && !recipient.is_empty() {
            return Err(answer::no_service());
        }
        answer::of_service(answer, HINT, Some(QUIET)).map_err(|fault| webhook_fault(answer, fault))
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &[WINDOW])
    }
}

/// Part of the path of incoming webhooks, whose address is all they need.
const WEBHOOK: &str = "/services/";

fn uses_api(row: &Record) -> bool {
    !row.get("token").is_empty() && !row.text("url").contains(WEBHOOK)
}

/// The address of a method of the Web API; the row may name the API or one of its methods.
fn method_url(row: &Record, method: &str) -> String {
    let url = row.text("url").trim_end_matches(['\\', ' ', '/']);
    let base = url.strip_suffix("/chat.postMessage").unwrap_or(url);
    format!("{}/{method}", if base.is_empty() { API } else { base })
}

/// `text` for notifications, a section for the body, the rest below in the row's colour.
fn body(message: &ChatMessage) -> Map<String, Value> {
    let calls: Vec<String> = message.mentions.iter().map(|name| mention(name)).collect();
    let text = headed(&calls, &message.body);
    let mut body = Map::new();
    body.insert("text".to_owned(), TEXT.cut(headed(&calls, &message.whole())).into());
    let section =
        json!({"type": "section", "text": {"type": "mrkdwn", "text": FORM.limit.cut(text)}});
    body.insert("blocks".to_owned(), json!([section]));
    let mut below = Map::new();
    let details = with_items(&message.details, &message.items);
    for (key, text) in [
        ("color", &message.color),
        ("title", &message.title),
        ("text", &TEXT.cut(details)),
        ("image_url", &message.image_url),
    ] {
        if !text.is_empty() {
            below.insert(key.to_owned(), Value::from(text.as_str()));
        }
    }
    if below.keys().any(|key| key != "color") {
        body.insert("attachments".to_owned(), json!([below]));
    }
    // Slack would fetch an address that a caller has as name.
    body.insert("unfurl_links".to_owned(), Value::from(false));
    body.insert("unfurl_media".to_owned(), Value::from(false));
    body
}

/// `U…` and `W…` are users, `S…` groups, `here`, `channel` and `everyone` all.
fn mention(name: &str) -> String {
    let name = name.trim_start_matches(['@', '!']);
    let id = name.len() > 1 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match name.chars().next() {
        Some('U' | 'W') if id => format!("<@{name}>"),
        Some('S') if id => format!("<!subteam^{name}>"),
        _ if ["here", "channel", "everyone"].contains(&name) => format!("<!{name}>"),
        _ => format!("@{}", name.replace(['<', '>', '&'], "")),
    }
}

/// What chat.postMessage or auth.test said.
fn classify_api(answer: &Answer, recipient: &str) -> Result<Sent, SendError> {
    let said = answer.json();
    if said["ok"] == true {
        return Ok(Sent::Delivered(said["ts"].as_str().unwrap_or_default().to_owned()));
    }
    let error = said["error"].as_str().unwrap_or("unknown_error");
    let why = format!("Slack が {} を返しました", code(error));
    if TOO_MANY.contains(&error) {
        return Err(SendError::later(why, answer.retry_after.or(Some(QUIET))));
    }
    if PASSING.contains(&error) {
        return Err(SendError::later(why, None));
    }
    if TOKEN_FAULTS.contains(&error) {
        return Err(SendError::parks(format!("{why}: {HINT}")));
    }
    let scope = if recipient.is_empty() { Scope::Delivery } else { Scope::Recipient };
    Err(SendError::Never { why: format!("{recipient}: {why}: {HINT}"), scope })
}

/// A webhook's own code says more than the status; 403, 404 and 410 speak of the webhook or its
/// channel and not of the message.
fn webhook_fault(answer: &Answer, fault: SendError) -> SendError {
    let said = code(&String::from_utf8_lossy(&answer.body));
    match answer.status {
        status @ (403 | 404 | 410) => {
            SendError::parks(format!("Slack が {status} {said} を返しました: {HINT}"))
        }
        400 => SendError::never(format!(
            "Slack が 400 {said} を返しました: URLと本文を確かめてください"
        )),
        _ => fault,
    }
}
