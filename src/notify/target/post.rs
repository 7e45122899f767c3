//! Building the requests of the cloud kinds, and what their texts have in common.

use std::time::Duration;

use reqwest::{Method, Url};
use serde_json::{Map, Value};

use super::Prepared;
use crate::notify::carrier::Outgoing;
use crate::notify::http::{Answer, Request, TOTAL_TIMEOUT};
use crate::notify::retry::Sent;
use crate::resource::Record;
use crate::template::percent_encode;

/// Longest word of a service that a reason repeats.
const CODE_MAX: usize = 60;

/// A request in the making.
#[derive(Clone)]
pub struct Post(Request);

impl Post {
    /// POST to `url`, which is sent as it stands but for the `\` and blanks of a slip at its end.
    pub fn new(url: &str, private: bool) -> Self {
        Self(Request {
            method: Method::POST,
            url: url.trim_end_matches(['\\', ' ']).trim().to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout: TOTAL_TIMEOUT,
            private,
        })
    }

    /// As [`Post::new`], to the private network only where a row of Notification-Chat says so.
    pub fn of(row: &Record, url: &str) -> Self {
        Self::new(url, row.is("allow_private"))
    }

    /// GET instead, without a body.
    pub fn get(mut self) -> Self {
        self.0.method = Method::GET;
        self
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// `Authorization: Bearer`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {}", token.trim()))
    }

    /// A JSON body.
    pub fn json(mut self, body: &Map<String, Value>) -> Self {
        self.0.body = serde_json::to_vec(body).unwrap_or_default();
        self.header("content-type", "application/json; charset=utf-8")
    }

    /// A form body: every value percent-encoded.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let pairs = fields.iter().map(|(name, value)| format!("{name}={}", percent_encode(value)));
        self.0.body = pairs.collect::<Vec<_>>().join("&").into_bytes();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// The request itself.
    pub fn request(self) -> Request {
        self.0
    }

    /// Ready to be sent for `recipient`; empty = the target is the one recipient.
    pub fn to(self, recipient: &str) -> Prepared {
        Prepared { outgoing: Outgoing::Http(self.0), recipient: recipient.to_owned() }
    }
}

/// `url` with these query parameters added; the rest stays as it stands. `None` = it is no URL.
pub fn with_query(url: &str, parameters: &[(&str, &str)]) -> Option<String> {
    let url = url.trim_end_matches(['\\', ' ']).trim();
    let parsed = Url::parse(url).ok()?;
    let has = |name: &str| parsed.query_pairs().any(|(key, _)| key == name);
    let (address, fragment) = url.split_once('#').map_or((url, ""), |(left, right)| (left, right));
    let mut out = address.to_owned();
    for (name, value) in parameters.iter().filter(|(name, _)| !has(name)) {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.extend([*name, "=", *value]);
    }
    if !fragment.is_empty() {
        out.extend(["#", fragment]);
    }
    Some(out)
}

/// The host of an address in lower case; empty where it has none.
pub fn host(url: &str) -> String {
    let url = Url::parse(url.trim()).ok();
    url.as_ref().and_then(Url::host_str).unwrap_or_default().to_ascii_lowercase()
}

/// The texts on one line each, the mentions before the first.
pub fn headed(mentions: &[String], text: &str) -> String {
    if mentions.is_empty() {
        return text.to_owned();
    }
    format!("{} {text}", mentions.join(" "))
}

/// `details` and then one line a collected call.
pub fn with_items(details: &str, items: &[String]) -> String {
    let lines = std::iter::once(details).chain(items.iter().map(String::as_str));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What a service said, short and on one line, for a reason.
pub fn code(text: &str) -> String {
    let text = text.trim();
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    crate::notify::message::cut(line, CODE_MAX)
}

/// It was delivered with this id; where `X-RateLimit-Remaining` says that no more is taken, `wait`
/// says for how long.
pub fn delivered(answer: &Answer, id: &str, wait: impl Fn(&Answer) -> Duration) -> Sent {
    match answer.header("x-ratelimit-remaining").map(str::trim) {
        Some("0") => Sent::Spent(id.to_owned(), wait(answer)),
        _ => Sent::Delivered(id.to_owned()),
    }
}

/// `#RRGGBB` as a number; `None` where there is no colour.
pub fn color_number(color: &str) -> Option<u32> {
    u32::from_str_radix(color.strip_prefix('#')?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_added_and_the_rest_stays() {
        for (url, expected) in [
            ("https://h/a", "https://h/a?wait=true"),
            ("https://h/a?sig=x%2By \\ ", "https://h/a?sig=x%2By&wait=true"),
            ("https://h/a?wait=false#f", "https://h/a?wait=false#f"),
            ("https://h/a#f", "https://h/a?wait=true#f"),
        ] {
            assert_eq!(with_query(url, &[("wait", "true")]).as_deref(), Some(expected));
        }
        assert_eq!(with_query("nowhere", &[]), None);
    }

    #[test]
    fn a_form_and_a_colour() {
        let request = Post::new("https://h/", false).form(&[("body", "花 & [a]+%")]).request();
        assert_eq!(request.body, b"body=%E8%8A%B1%20%26%20%5Ba%5D%2B%25");
        assert_eq!(color_number("#FAC11B"), Some(0xFA_C1_1B));
        assert_eq!(color_number(""), None);
    }
}
