//! `{result,msg}` and the one table of refusals: code → status → Japanese text.
//!
//! Invariant: every error under the base has this shape, whoever noticed it.
//! Never: tells a secret, a path of this machine or an SQL text.

mod detailed;
mod faults;
mod orders;
mod tagged;

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

use futures_util::Stream;

use super::access::forgotten;
use super::method::Allow;
use super::prepared::Prepared;
use crate::resource::Fault;
use crate::resource::json::write_escaped;
pub(super) use detailed::{NO_LINE_REGISTERED, detailed};
pub(super) use orders::{
    BAD_CALL, NO_TARGET, NOT_RENDERED, called, erased, line_tested, merged, not_called, not_yet,
    on_its_way, opened, ran, tested, would_merge,
};
pub(super) use tagged::{changed, created, not_modified, of_row, tagged_json};

/// Body of a successful write.
const DONE: &str = "正常終了";

/// Seconds after which a client that met a busy store may try again.
const BUSY_RETRY_SECONDS: u64 = 2;
/// Seconds after which a client may try again when the store cannot write (disk full).
const READ_ONLY_RETRY_SECONDS: u64 = 30;

/// JSON as every answer of the API has it.
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
/// Answers of the API are never kept by caches.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// Browsers take an answer for what it says it is, and for nothing else.
pub(super) const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
/// Foreign pages cannot embed an answer without asking (CORS).
pub(super) const OWN_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

/// Why a request was not done: what the caller can do about it decides the variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400: every fault of the body.
    Faults(Vec<Fault>),
    /// 400: a part of the path or query that cannot be read, and why.
    BadPath(&'static str),
    /// 400: the body broke off.
    BrokenBody,
    /// 408: the body came too slowly (RFC 9110 §15.5.9).
    SlowBody,
    /// 401: no credentials.
    SignInNeeded,
    /// 401: credentials that are wrong, expired or switched off.
    WrongCredentials,
    /// 401: a log-in with a wrong name or password, or of a user who is switched off.
    WrongPassword,
    /// 401: a browser's session is over.
    SessionEnded,
    /// 401: no user exists and the peer has no set-up rights.
    SetUpNeeded,
    /// 401: set-up rights, but somebody created the first user meanwhile.
    SetUpOver,
    /// 403: the role does not allow it.
    Forbidden,
    /// 403: a page of another site without a token.
    ForeignOrigin,
    /// 404: unknown path.
    UnknownPath,
    /// 404: no such resource.
    UnknownResource,
    /// 404: the row's kind has no such function, but these.
    NoSuchFunction(&'static [&'static str]),
    /// 404: the key is no number.
    KeyIsNoNumber,
    /// 404: no such row.
    NoSuchRow,
    /// 405: the resource lacks the method.
    MethodNotAllowed(Allow),
    /// 409: a unique value is taken.
    Taken(Fault),
    /// 409: no enabled administrator would be left.
    LastAdministrator,
    /// 412: `If-Match` names another version.
    PreconditionFailed,
    /// 413: the body is larger than allowed.
    BodyTooLarge,
    /// 413: an import file beyond its own limit.
    FileTooLarge,
    /// 421: a Host that is not ours.
    UnknownHost,
    /// 422: an `Idempotency-Key` came again with another body.
    IdempotencyKeyReused,
    /// 429: too many tries to log in.
    TooManyTries {
        /// Seconds until the next try counts.
        retry_after: u64,
    },
    /// 503: too much to do at once.
    Busy,
    /// 503: the store cannot write now.
    CannotWrite,
    /// 503: the telephone side cannot listen, and the way out (readyz only).
    NotListening(String),
    /// 503: the service is stopping, or the store failed.
    Unavailable,
}

impl Refusal {
    /// The one table: status and text. Variants with names in them build their text.
    fn row(&self) -> (StatusCode, Cow<'static, str>) {
        let (status, text) = match self {
            Self::Faults(faults) => return (StatusCode::BAD_REQUEST, faults_text(faults).into()),
            Self::BadPath(text) => (StatusCode::BAD_REQUEST, *text),
            Self::BrokenBody => (StatusCode::BAD_REQUEST, BROKEN_BODY),
            Self::SlowBody => (StatusCode::REQUEST_TIMEOUT, SLOW_BODY),
            Self::SignInNeeded => (StatusCode::UNAUTHORIZED, SIGN_IN_NEEDED),
            Self::WrongCredentials => (StatusCode::UNAUTHORIZED, WRONG_CREDENTIALS),
            Self::WrongPassword => (StatusCode::UNAUTHORIZED, WRONG_PASSWORD),
            Self::SessionEnded => (StatusCode::UNAUTHORIZED, SESSION_ENDED),
            Self::SetUpNeeded => (StatusCode::UNAUTHORIZED, SET_UP_NEEDED),
            Self::SetUpOver => (StatusCode::UNAUTHORIZED, SET_UP_OVER),
            Self::Forbidden => (StatusCode::FORBIDDEN, "この操作を行う権限がありません。"),
            Self::ForeignOrigin => (StatusCode::FORBIDDEN, FOREIGN_ORIGIN),
            Self::UnknownPath => (StatusCode::NOT_FOUND, "このURIはありません。"),
            Self::UnknownResource => (StatusCode::NOT_FOUND, "この名前のデータはありません。"),
            Self::NoSuchFunction(known) => {
                return (StatusCode::NOT_FOUND, orders::no_such_function(known).into());
            }
            Self::KeyIsNoNumber => {
                (StatusCode::NOT_FOUND, "URI末尾のキーは数字で指定してください。")
            }
            Self::NoSuchRow => (StatusCode::NOT_FOUND, "指定されたキーのデータはありません。"),
            Self::MethodNotAllowed(allow) => {
                let text = format!("このURIで使えるメソッドは {allow} です。");
                return (StatusCode::METHOD_NOT_ALLOWED, text.into());
            }
            Self::Taken(fault) => {
                return (StatusCode::CONFLICT, faults_text(std::slice::from_ref(fault)).into());
            }
            Self::LastAdministrator => (StatusCode::CONFLICT, LAST_ADMINISTRATOR),
            Self::PreconditionFailed => (StatusCode::PRECONDITION_FAILED, PRECONDITION_FAILED),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, BODY_TOO_LARGE),
            Self::FileTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, FILE_TOO_LARGE),
            Self::UnknownHost => (StatusCode::MISDIRECTED_REQUEST, UNKNOWN_HOST),
            Self::IdempotencyKeyReused => (StatusCode::UNPROCESSABLE_ENTITY, IDEMPOTENCY_REUSED),
            Self::TooManyTries { retry_after } => {
                let text = format!(
                    "ログインの試行が多すぎます。{retry_after}秒たってからやり直してください。"
                );
                return (StatusCode::TOO_MANY_REQUESTS, text.into());
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, BUSY),
            Self::CannotWrite => (StatusCode::SERVICE_UNAVAILABLE, CANNOT_WRITE),
            Self::NotListening(why) => {
                return (StatusCode::SERVICE_UNAVAILABLE, why.clone().into());
            }
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE),
        };
        (status, Cow::Borrowed(text))
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.row().0
    }

    /// Its text for people.
    pub fn message(&self) -> Cow<'static, str> {
        self.row().1
    }

    /// Seconds for `Retry-After`, where trying again helps.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyTries { retry_after } => Some(*retry_after),
            Self::Busy => Some(BUSY_RETRY_SECONDS),
            Self::CannotWrite | Self::Unavailable => Some(READ_ONLY_RETRY_SECONDS),
            _ => None,
        }
    }

    /// The answer; with `legacy` (the setting `legacy_status`) its status is 200.
    pub fn response(&self, legacy: bool) -> HttpResponse {
        let (status, message) = self.row();
        let mut builder = HttpResponse::build(if legacy { StatusCode::OK } else { status });
        if status == StatusCode::REQUEST_TIMEOUT {
            builder.force_close(); // the rest of the body may still come, and is no request
        }
        if let Self::MethodNotAllowed(allow) = self {
            builder.insert_header((header::ALLOW, allow.to_string()));
        }
        if status == StatusCode::UNAUTHORIZED {
            builder.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let (Self::SessionEnded, Some(cookie)) = (self, forgotten()) {
            builder.insert_header((header::SET_COOKIE, cookie));
        }
        if let Some(seconds) = self.retry_after() {
            builder.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        finish_json(&mut builder, result_body("False", &message))
    }
}

/// 400 for a call search with two, three or more than four parts.
pub(super) const BAD_SEARCH: &str = "着信記録の検索は /ReceivedCall-Record/(TOP)/(DESCENDING)/(K_ID)/(FROM) の形で指定してください。";
/// 400 for TOP.
pub(super) const BAD_TOP: &str = "TOP は 0 以上の数字で指定してください(0 = 全件)。";
/// 400 for DESCENDING.
pub(super) const BAD_DESCENDING: &str =
    "DESCENDING は True(true) か False(false) で指定してください。";
/// 400 for K_ID.
pub(super) const BAD_CUSTOMER: &str = "K_ID は 0 以上の数字で指定してください(0 = 全顧客)。";
/// 400 for FROM.
pub(super) const BAD_NUMBERS: &str =
    "FROM は Null、または & で区切った電話番号(それぞれ3〜15桁)で指定してください。";
/// 400 for more than six numbers.
pub(super) const TOO_MANY_NUMBERS: &str = "FROM に指定できる相手TELは6つまでです。";
/// 400 for the number of a foreseen call.
pub(super) const BAD_CALLER: &str =
    "番号は電話番号(3〜15桁)か、番号通知の語(非通知、公衆電話など)で指定してください。";
/// 400 for its `?line=`.
pub(super) const BAD_LINE: &str =
    "line は収容回線にある回線Noで指定してください(0 = 登録のない回線)。";
/// 400 for a plain request to the WebSocket.
pub(super) const NO_WEBSOCKET: &str = "このURIには WebSocket で接続してください。";
/// A WebSocket message that is no command.
pub(super) const UNKNOWN_COMMAND: &str =
    "Regist('名前')、UnRegist('名前')、KeepAlive('名前') のどれかを送ってください。";
/// UnRegist or KeepAlive of a name that is not registered on this connection.
pub(super) const NOT_REGISTERED: &str =
    "この名前では登録されていません。先に Regist('名前') を送ってください。";
/// Why a WebSocket was closed (at most 123 bytes, RFC 6455 §5.5).
pub(super) const RIGHTS_ENDED: &str = "ログインの有効期間が終わりました。";
/// 400 for a header that names an order.
pub(super) const BAD_ORDER_NAME: &str =
    "Idempotency-Key は 1〜255 文字の英数字と記号で指定してください。";
/// 400 for arguments of a function that are no JSON.
pub(super) const BAD_ARGUMENTS: &str =
    "本文には機能の引数をJSONで書いてください(引数がなければ空)。";
/// 400 for `?since=`.
pub(super) const BAD_SINCE: &str = "since は 0 以上の数字で指定してください。";

/// 400 for `?dryrun=`.
pub(super) const BAD_DRY_RUN: &str = "dryrun は true か false で指定してください。";
/// 400 for `?format=`.
pub(super) const BAD_FORMAT: &str = "format は csv か xlsx で指定してください。";
/// 400 for `?charset=`.
pub(super) const BAD_CHARSET: &str = "charset は utf-8 か shift_jis で指定してください。";
/// 400 for a file of a resource that has none.
pub(super) const NO_FILE: &str =
    "format で取り出せるのは、着信記録・顧客アドレス帳・収容回線 の一覧だけです。";
/// 400 for a form instead of a file.
pub(super) const MULTIPART: &str =
    "フォーム(multipart)ではなく、ファイルの中身をそのまま本文にして送ってください。";

const FILE_TOO_LARGE: &str = "ファイルが大きすぎます。1GiB以下に分けて取り込んでください。";
const BROKEN_BODY: &str = "本文を最後まで受け取れませんでした。";
const SLOW_BODY: &str =
    "本文が届くのに時間がかかりすぎています。通信の状態を確かめてやり直してください。";
const SIGN_IN_NEEDED: &str = "ログインが必要です。ブラウザーでは /login を開き、\
     プログラムでは APIトークン(Authorization: Bearer …)を付けてください。";
const WRONG_PASSWORD: &str = "ユーザーIDかパスワードが違うか、利用が停止されています。\
     大文字・小文字と全角・半角を確かめて、もう一度入力してください。";
const SESSION_ENDED: &str =
    "ログインの有効期間が終わりました。お手数ですが、もう一度ログインしてください。";
const WRONG_CREDENTIALS: &str =
    "ユーザーIDとパスワード、またはAPIトークンが違うか、期限が切れているか、停止されています。";
const SET_UP_NEEDED: &str = "まだ利用者が登録されていません。次のどちらかを行ってください。\
     (1) サービスを実行中のパソコンで、または起動時のログにある X-Setup-Key を付けて、\
     最初の管理者をユーザー管理に登録する。\
     (2) 閉じたネットワークなら、原典互換(--open-lan)で起動する。";
const SET_UP_OVER: &str =
    "最初の利用者がすでに登録されました。ログインまたはAPIトークンを付けてやり直してください。";
const FOREIGN_ORIGIN: &str = "ほかのサイトやファイルのページからは、APIトークン\
     (Authorization: Bearer …)を付けたときだけ使えます。";
const LAST_ADMINISTRATOR: &str =
    "有効な管理者が1人もいなくなるため、この変更はできません。先に別の管理者を登録してください。";
const PRECONDITION_FAILED: &str =
    "ほかの人が先に変更しました。最新のデータを読み直してからやり直してください。";
const BODY_TOO_LARGE: &str = "本文が大きすぎます。64KiB以下にしてください。";
const UNKNOWN_HOST: &str = "このホスト名では受け付けません。IPアドレスを使うか、\
     設定 --allow-host にホスト名を加えてください。";
const IDEMPOTENCY_REUSED: &str = "同じ Idempotency-Key が別の内容で使われています。";
const BUSY: &str = "混み合っています。少し待ってからやり直してください。";
const CANNOT_WRITE: &str =
    "いまは書き込めません。サーバーのディスクの空きを確かめてからやり直してください。";
const UNAVAILABLE: &str = "いまは応答できません。少し待ってからやり直してください。";

/// One msg for all faults; each names its field.
fn faults_text(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join(" / ")
}

/// `{"result":"…","msg":"…"}`.
fn result_body(result: &str, message: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 40);
    out.extend_from_slice(b"{\"result\":\"");
    out.extend_from_slice(result.as_bytes());
    out.extend_from_slice(b"\",\"msg\":");
    out.push(b'"');
    write_escaped(message, &mut out);
    out.extend_from_slice(b"\"}");
    out
}

/// The headers of every answer of the API.
fn api_headers(builder: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    builder
        .insert_header((header::CONTENT_TYPE, JSON))
        .insert_header((header::CACHE_CONTROL, NO_STORE))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
        .insert_header((header::CROSS_ORIGIN_RESOURCE_POLICY, OWN_ORIGIN))
}

/// Ends an answer of the API.
fn finish_json(builder: &mut HttpResponseBuilder, body: impl Into<bytes::Bytes>) -> HttpResponse {
    api_headers(builder).body(body.into())
}

/// 200 with JSON.
pub(super) fn json(body: impl Into<bytes::Bytes>) -> HttpResponse {
    finish_json(&mut HttpResponse::Ok(), body)
}

/// 200 with JSON that never changes while the program runs, or 304.
pub(super) fn prepared(request: &HttpRequest, body: &Prepared) -> HttpResponse {
    body.answer(request, |builder| {
        builder
            .insert_header((header::CONTENT_TYPE, JSON))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
            .insert_header((header::CROSS_ORIGIN_RESOURCE_POLICY, OWN_ORIGIN));
    })
}

/// 200 with JSON that is made while it is sent.
pub(super) fn json_stream<E>(
    chunks: impl Stream<Item = Result<bytes::Bytes, E>> + 'static,
) -> HttpResponse
where
    E: Into<Box<dyn std::error::Error>> + 'static,
{
    api_headers(&mut HttpResponse::Ok()).streaming(chunks)
}

/// 200 with a file to be saved, made or read while it is sent.
pub(super) fn file<E>(
    kind: &str,
    name: &str,
    pieces: impl Stream<Item = Result<bytes::Bytes, E>> + 'static,
) -> HttpResponse
where
    E: Into<Box<dyn std::error::Error>> + 'static,
{
    let mut builder = HttpResponse::Ok();
    api_headers(&mut builder)
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(pieces)
}

/// A file could not be written or read: most likely the disk is full.
pub(super) fn no_room(error: impl std::fmt::Display) -> Refusal {
    log::error!("a file in the data folder: {error} (check free disk space and rights)");
    Refusal::CannotWrite
}

/// 200 after a write.
pub(super) fn done() -> HttpResponse {
    json(done_body())
}

/// 200 with something to tell in place of 正常終了.
pub(super) fn told(message: &str) -> HttpResponse {
    json(result_body("True", message))
}

/// `{"result":"True","msg":"正常終了"}`.
pub(super) fn done_body() -> Vec<u8> {
    result_body("True", DONE)
}

/// `{"result":"False","msg":"…"}`, where there is no status.
pub(super) fn failed_body(message: &str) -> Vec<u8> {
    result_body("False", message)
}

#[cfg(test)]
mod tests;
