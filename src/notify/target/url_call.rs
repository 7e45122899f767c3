//! 着信時URL呼出: any URL, called by the server.

use std::time::Duration;

use reqwest::Method;

use super::{Attempt, Prepared, Target, answer};
use crate::notify::Occasion;
use crate::notify::carrier::Outgoing;
use crate::notify::http::{Answer, Request};
use crate::notify::pace::Window;
use crate::notify::payload::Payload;
use crate::notify::retry::{SendError, Sent};
use crate::resource::Record;
use crate::store::TargetRef;
use crate::template::{Landing, RenderFault, Values, render};

/// 動作 of rows that the server calls.
pub const CALLED_BY_SERVER: &str = "サーバーから呼出";
/// What an administrator looks at after 401/403.
const HINT: &str = "相手の認証に合うよう、URLかヘッダー(トークンなど)を確かめてください";
/// Carries the delivery's id: the same in every repeat.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// 本文形式; なし has no body.
mod body_format {
    pub const JSON: &str = "JSON";
    pub const FORM: &str = "フォーム";
    pub const TEXT: &str = "テキスト";
}

/// Rows that the server calls.
pub struct UrlCall;

impl Target for UrlCall {
    fn compose(&self, row: &Record, _occasion: &Occasion<'_>, values: &Values) -> Payload {
        compose(row, values)
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let Payload::Call { method, url, content_type, body } = payload else {
            return Err(super::other_kind());
        };
        let request = request(row, (method, url, content_type, body), attempt)?;
        Ok(Prepared { outgoing: Outgoing::Http(request), recipient: String::new() })
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        answer::classify(answer, HINT, None)
    }

    /// Every call is an event of its own.
    fn may_join(&self) -> bool {
        false
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        true
    }

    fn windows(&self, _row: &Record) -> Vec<Window> {
        Vec::new()
    }

    fn pace_address(&self, _row: &Record, target: &TargetRef) -> String {
        format!("{}/{}", target.resource, target.id)
    }

    fn may_be_private(&self, _row: &Record) -> bool {
        true
    }
}

/// Fills in URL and body; a template that fails makes a delivery that fails and says why.
fn compose(row: &Record, values: &Values) -> Payload {
    match call(row, values) {
        Ok(payload) => payload,
        Err(fault) => {
            log::warn!("{}/{} cannot be rendered: {fault}", row.resource.uri, row.key());
            Payload::Unusable { why: format!("差込に失敗しました({fault})") }
        }
    }
}

fn call(row: &Record, values: &Values) -> Result<Payload, RenderFault> {
    let (content_type, landing) = match row.text("body_format") {
        body_format::JSON => ("application/json", Some(Landing::Json)),
        body_format::FORM => ("application/x-www-form-urlencoded", Some(Landing::Form)),
        body_format::TEXT => ("text/plain; charset=utf-8", Some(Landing::Plain)),
        _ => ("", None),
    };
    let body = match landing {
        Some(landing) => render(row.text("body"), landing, values)?,
        None => String::new(),
    };
    Ok(Payload::Call {
        method: row.text("method").to_owned(),
        url: render(row.text("url"), Landing::Url, values)?,
        content_type: content_type.to_owned(),
        body,
    })
}

/// The request; the row's own headers replace ours, and two of one name both go out, in their order
/// (RFC 9110 §5.3).
fn request(
    row: &Record,
    (method, url, content_type, body): (&String, &String, &String, &String),
    attempt: &Attempt<'_>,
) -> Result<Request, SendError> {
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| SendError::never("メソッドが正しくありません"))?;
    // A body of GET has no meaning (RFC 9110 §9.3.1).
    let body = if method == Method::GET { "" } else { body.as_str() };
    let mut headers = vec![(IDEMPOTENCY_KEY.to_owned(), attempt.id.to_owned())];
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), content_type.clone()));
    }
    let own: Vec<_> = own_headers(row.text("headers")).collect();
    headers.retain(|(ours, _)| !own.iter().any(|(name, _)| name.eq_ignore_ascii_case(ours)));
    headers.extend(own);
    let seconds = u64::try_from(row.int("timeout_seconds")).unwrap_or(0).max(1);
    Ok(Request {
        method,
        url: url.clone(),
        headers,
        body: body.as_bytes().to_vec(),
        timeout: Duration::from_secs(seconds),
        private: true,
    })
}

/// `名前: 値`, one a line.
fn own_headers(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, _)| !name.is_empty())
}
