//! What an HTTP status means for a delivery, where the target has no meaning of its own.

use std::time::Duration;

use crate::notify::http::Answer;
use crate::notify::retry::{SendError, Sent};

/// 2xx is success and nothing else is. `hint` tells an administrator what to look at after
/// 401/403; `quiet` is the wait after 429 where the receiver names none.
pub fn classify(answer: &Answer, hint: &str, quiet: Option<Duration>) -> Result<Sent, SendError> {
    let status = answer.status;
    let never = |why: String| Err(SendError::never(why));
    match status {
        200..=299 => Ok(Sent::delivered()),
        300..=399 => never(format!(
            "相手が {status} を返しました: 転送は追いません。URLを転送先のアドレスに直してください"
        )),
        401 | 403 => Err(SendError::parks(format!("相手が {status} を返しました: {hint}"))),
        410 => Err(SendError::parks(
            "相手が 410 を返しました: この宛先は廃止されています。URLを直すまで送りません",
        )),
        408 | 425 | 500..=599 => Err(SendError::Later {
            after: answer.retry_after,
            why: format!("相手が {status} を返しました"),
            ambiguous: false,
        }),
        429 => Err(SendError::Later {
            after: answer.retry_after.or(quiet),
            why: "相手が 429 を返しました(送りすぎ)".to_owned(),
            ambiguous: false,
        }),
        404 => never(
            "相手が 404 を返しました: URLが正しいか、相手の設定が消されていないかを確かめてください"
                .to_owned(),
        ),
        _ => never(format!("相手が {status} を返しました: URLと本文を確かめてください")),
    }
}

/// As [`classify`], for a service that never answers by a page for people: one that comes with a
/// success is from a log-in page of the network or from another server, and the message may still
/// be taken when the way is free.
pub fn of_service(answer: &Answer, hint: &str, quiet: Option<Duration>) -> Result<Sent, SendError> {
    let sent = classify(answer, hint, quiet)?;
    if is_page(&answer.body) { Err(no_service()) } else { Ok(sent) }
}

/// What answered is not the service.
pub fn no_service() -> SendError {
    let why = "相手の応答がサービスのものではありません(ネットワークのログイン画面など)。URLとネットワークを確かめてください";
    SendError::later(why, None)
}

/// How a page for people begins, behind blanks and a byte order mark.
const PAGES: [&str; 5] = ["<!doctype html", "<html", "<head", "<meta", "<script"];

fn is_page(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    let begins = |start: &&str| {
        body.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
    };
    PAGES.iter().any(begins)
}
