//! The one outgoing HTTP client.
//!
//! Invariant: the address that was checked is the address that is connected to. Never: follows a
//! redirect, uses a proxy, reads more than [`ANSWER_BYTES_MAX`], or puts a secret into an error.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Once};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Url, redirect};

use super::address::allowed;
use super::retry::{SendError, read_retry_after};
use crate::clock::{Clock, UnixMs};
use crate::config::AddressRange;

/// Time to resolve and connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for a whole request where the row says nothing else.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest time for a whole request, whatever the row says (タイムアウト秒).
const TIMEOUT_MAX: Duration = Duration::from_secs(60);
/// Most of an answer that is read.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Idle connections kept for each host.
const IDLE_PER_HOST_MAX: usize = 32;
/// How long they are kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// A request as a target prepared it.
#[derive(Clone)]
pub struct Request {
    /// GET, POST or PUT.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Headers in order; a later one replaces an earlier one of the same name.
    pub headers: Vec<(String, String)>,
    /// The body; empty = none.
    pub body: Vec<u8>,
    /// For the whole request.
    pub timeout: Duration,
    /// Whether loopback and private networks may be reached.
    pub private: bool,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// All headers, for a receiver's own signals.
    pub headers: HeaderMap,
    /// `Retry-After`, read.
    pub retry_after: Option<Duration>,
    /// When the head came.
    pub at: UnixMs,
    /// At most [`ANSWER_BYTES_MAX`].
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A body of `application/x-www-form-urlencoded`.
pub fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    // The address is only borrowed for its encoder; a fixed one always parses.
    let Ok(mut url) = Url::parse("http://form.invalid/") else { return Vec::new() };
    url.query_pairs_mut().extend_pairs(fields);
    // Both spellings of a space are read by all, this one also by those who only know URLs.
    url.query().unwrap_or_default().replace('+', "%20").into_bytes()
}

/// Two clients, so that a connection made for a row that may reach private networks is never
/// reused for one that may not.
pub struct Http {
    public: reqwest::Client,
    private: reqwest::Client,
    deny: Arc<[AddressRange]>,
    clock: Clock,
    /// No request takes longer.
    longest: Duration,
}

impl Http {
    /// Builds the clients; errors when the system's certificate store cannot be read.
    pub fn new(deny: Vec<AddressRange>, clock: Clock) -> Result<Self, reqwest::Error> {
        install_tls();
        let deny: Arc<[AddressRange]> = deny.into();
        Ok(Self {
            public: client(Arc::clone(&deny), false)?,
            private: client(Arc::clone(&deny), true)?,
            deny,
            clock,
            longest: TIMEOUT_MAX,
        })
    }

    /// The ranges that nothing reaches, for other carriers.
    pub fn deny(&self) -> Arc<[AddressRange]> {
        Arc::clone(&self.deny)
    }

    /// Sends one request.
    pub async fn send(&self, request: Request) -> Result<Answer, SendError> {
        let url = checked_url(&request.url)?;
        if literal(&url).is_some_and(|address| !allowed(address, request.private, &self.deny)) {
            return Err(refused());
        }
        let headers = header_map(&request.headers)?;
        let client = if request.private { &self.private } else { &self.public };
        let timeout = request.timeout.min(self.longest);
        let bare = request.body.is_empty();
        let has_length = bare && request.method != Method::GET;
        let mut building = client.request(request.method, url).headers(headers).timeout(timeout);
        if !bare {
            building = building.body(request.body);
        } else if has_length {
            // Said of an empty body too (RFC 9110 §8.6): many servers answer 411 without it.
            building = building.header(CONTENT_LENGTH, 0);
        }
        let mut response = building.send().await.map_err(|error| transport_fault(&error))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let at = self.clock.now();
        let retry_after = headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| read_retry_after(text, at));
        // The status alone decides where the rest of the answer does not come.
        let body = read_body(&mut response).await;
        Ok(Answer { status, headers, retry_after, at, body })
    }
}

#[cfg(test)]
impl Http {
    /// For receivers that do not answer: no test waits longer than this.
    pub fn no_longer_than(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }
}

/// Installs the ring provider once for the process; an already installed one stays.
fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            log::debug!("a TLS provider was already installed");
        }
    });
}

fn client(deny: Arc<[AddressRange]>, private: bool) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .user_agent(concat!("smartconnect/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .dns_resolver(Arc::new(Gatekeeper { deny, private }))
        .build()
}

/// Resolves names with the system's resolver and lets only allowed addresses through.
struct Gatekeeper {
    deny: Arc<[AddressRange]>,
    private: bool,
}

/// No address of a name may be reached.
#[derive(Debug, thiserror::Error)]
#[error("every address of the name is refused")]
struct AddressRefused;

/// A name has no address, or the resolver does not answer.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address")]
struct NameUnknown;

impl Resolve for Gatekeeper {
    fn resolve(&self, name: Name) -> Resolving {
        let (deny, private) = (Arc::clone(&self.deny), self.private);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|_| NameUnknown)?.collect();
            let passed: Vec<SocketAddr> =
                found.into_iter().filter(|address| allowed(address.ip(), private, &deny)).collect();
            if passed.is_empty() {
                return Err(AddressRefused.into());
            }
            Ok(Box::new(passed.into_iter()) as Addrs)
        })
    }
}

fn checked_url(text: &str) -> Result<Url, SendError> {
    let fault = || SendError::never("URLの形が正しくありません(http:// か https:// で始める)");
    // The parser turns decimal, hex and short forms of IPv4 addresses into the address itself.
    let url = Url::parse(text.trim_end_matches(['\\', ' ']).trim()).map_err(|_| fault())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(fault());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SendError::never("URLにユーザー名やパスワードは書けません"));
    }
    Ok(url)
}

/// The address where the host is one: literals never reach the resolver.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

fn refused() -> SendError {
    SendError::never(
        "この宛先のアドレスへは送れません(LAN内なら「プライベート宛先」を True に。リンクローカル・メタデータ番地と [outbound] deny の範囲は常に不可)",
    )
}

fn header_map(headers: &[(String, String)]) -> Result<HeaderMap, SendError> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let fault = || SendError::never(format!("ヘッダー {} の形が正しくありません", shown(name)));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| fault())?;
        // Refuses CR, LF and NUL.
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| fault())?;
        map.append(name, value);
    }
    Ok(map)
}

/// A header name for people, without control characters.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

async fn read_body(response: &mut reqwest::Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = ANSWER_BYTES_MAX - body.len();
        body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if body.len() >= ANSWER_BYTES_MAX {
            break;
        }
    }
    body
}

/// Says what went wrong without the URL, which may be secret.
fn transport_fault(error: &reqwest::Error) -> SendError {
    if causes(error).any(|cause| cause.is::<AddressRefused>()) {
        return refused();
    }
    let later =
        |why: &str, ambiguous| SendError::Later { after: None, why: why.to_owned(), ambiguous };
    if error.is_builder() {
        return SendError::never("この要求は組み立てられません(URLとヘッダーを確かめてください)");
    }
    if error.is_connect() {
        let why = if causes(error).any(|cause| cause.is::<rustls::Error>()) {
            "TLSの接続に失敗しました(証明書を確かめてください)"
        } else if causes(error).any(|cause| cause.is::<NameUnknown>()) {
            "ホスト名を引けません(URLのつづりとDNSを確かめてください)"
        } else {
            "接続できません"
        };
        return later(why, false);
    }
    if error.is_timeout() {
        return later("時間内に応答がありません", true);
    }
    later("応答の前に接続が切れました", true)
}

/// The error and everything below it; an I/O error's inner error too.
pub(super) fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str, private: bool) -> Request {
        Request {
            method: Method::GET,
            url: url.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout: Duration::from_secs(2),
            private,
        }
    }

    #[tokio::test]
    async fn addresses_are_checked_in_every_spelling() {
        let http = Http::new(vec!["127.0.0.2".parse().unwrap()], Clock::system()).unwrap();
        for (url, private) in [
            ("http://169.254.169.254/latest/meta-data/", true),
            ("http://[::ffff:169.254.169.254]/", true),
            ("http://2852039166/", true),
            ("http://0xa9fea9fe/", true),
            ("http://0251.0376.0251.0376/", true),
            ("http://[fe80::1]/", true),
            ("http://0/", true),
            ("http://127.0.0.1/", false),
            ("http://127.1/", false),
            ("http://2130706433/", false),
            ("http://[::1]/", false),
            ("http://[::ffff:127.0.0.1]/", false),
            ("http://localhost/", false),
            ("http://10.0.0.1/", false),
            ("http://127.0.0.2/", true),
        ] {
            assert_eq!(http.send(request(url, private)).await, Err(refused()), "{url}");
        }
    }

    #[tokio::test]
    async fn urls_and_headers_that_are_none_are_refused_for_good() {
        let http = Http::new(Vec::new(), Clock::system()).unwrap();
        for url in ["", "ftp://h/", "//h", "file:///etc/passwd", "http://u:p@127.0.0.1/"] {
            let fault = http.send(request(url, true)).await.unwrap_err();
            assert!(matches!(fault, SendError::Never { .. }), "{url}");
        }
        for (name, value) in [("X-A", "b\r\nBcc: c"), ("X A", "b"), ("X-A\r\nY", "b")] {
            let mut request = request("http://127.0.0.1:1/", true);
            request.headers.push((name.to_owned(), value.to_owned()));
            let fault = http.send(request).await.unwrap_err();
            assert!(matches!(&fault, SendError::Never { why, .. } if !why.contains('\r')));
        }
    }

    #[tokio::test]
    async fn a_closed_port_is_tried_again_and_not_ambiguous() {
        let http = Http::new(Vec::new(), Clock::system()).unwrap();
        let fault = http.send(request("http://127.0.0.1:1/", true)).await.unwrap_err();
        let why = "接続できません".to_owned();
        assert_eq!(fault, SendError::Later { after: None, why, ambiguous: false });
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_told_from_a_closed_port() {
        let http = Http::new(Vec::new(), Clock::system()).unwrap();
        // A label of more than 63 characters is refused without asking anybody.
        let url = format!("http://{}.invalid/", "a".repeat(64));
        let fault = http.send(request(&url, true)).await.unwrap_err();
        assert!(fault.to_string().contains("ホスト名"), "{fault}");
        assert!(matches!(fault, SendError::Later { ambiguous: false, .. }));
    }
}
