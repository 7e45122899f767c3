//! The headers on which rights rest, found in one pass: every request asks for all of them.
//!
//! Invariant: of a repeated header the first counts; one that is no plain text counts as present but
//! empty, so that it never passes for an absent one.
//! Never: shows a credential when it is formatted.

use std::fmt;

use actix_web::http::header::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What was found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heads<'a> {
    pub(super) host: Option<&'a str>,
    pub(super) origin: Option<&'a str>,
    pub(super) fetch_site: Option<&'a str>,
    pub(super) upgrade: bool,
    /// A proxy speaks for somebody else.
    pub(super) forwarded: bool,
    pub(super) credentials: Credentials<'a>,
}

/// The headers that carry credentials.
#[derive(Clone, Copy, Default)]
pub struct Credentials<'a> {
    authorization: Option<&'a str>,
    api_key: Option<&'a str>,
    pub(super) set_up_key: Option<&'a str>,
    /// There are cookies, ours or others.
    pub(super) cookie: bool,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

impl<'a> Heads<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Self {
        let mut heads = Self::default();
        for (name, value) in headers {
            let slot = match name.as_str() {
                "host" => &mut heads.host,
                "origin" => &mut heads.origin,
                "sec-fetch-site" => &mut heads.fetch_site,
                "authorization" => &mut heads.credentials.authorization,
                "x-api-key" => &mut heads.credentials.api_key,
                "x-setup-key" => &mut heads.credentials.set_up_key,
                "cookie" => {
                    heads.credentials.cookie = true;
                    continue;
                }
                "upgrade" => {
                    heads.upgrade = true;
                    continue;
                }
                name => {
                    heads.forwarded |= is_of_a_proxy(name);
                    continue;
                }
            };
            slot.get_or_insert(value.to_str().unwrap_or(""));
        }
        heads
    }
}

fn is_of_a_proxy(name: &str) -> bool {
    matches!(name, "forwarded" | "via" | "x-real-ip") || name.starts_with("x-forwarded")
}

impl<'a> Credentials<'a> {
    /// The token of `Authorization: Bearer` or `X-API-Key`.
    pub(super) fn token(&self) -> Option<&'a str> {
        let bearer = self.authorization.and_then(|value| scheme(value, "bearer"));
        bearer.or(self.api_key).map(str::trim).filter(|token| !token.is_empty())
    }

    /// ユーザーID and password of `Authorization: Basic` (RFC 7617, UTF-8); `Some(None)` where the
    /// header says something else.
    pub(super) fn basic(&self) -> Option<Option<(String, String)>> {
        self.authorization.map(read_basic)
    }
}

fn read_basic(value: &str) -> Option<(String, String)> {
    let encoded = scheme(value, "basic")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (login, password) = decoded.split_once(':')?;
    Some((login.to_owned(), password.to_owned()))
}

/// What follows the scheme's name.
fn scheme<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let (scheme, rest) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case(name).then_some(rest)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&str, &[u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn the_first_of_a_repeated_header_counts() {
        let headers = headers(&[("Host", b"localhost"), ("Host", b"evil.example.com")]);
        assert_eq!(Heads::of(&headers).host, Some("localhost"));
    }

    #[test]
    fn what_is_no_text_is_present_but_empty() {
        let headers = headers(&[("Origin", b"\xff"), ("Authorization", b"\xff")]);
        let heads = Heads::of(&headers);
        assert_eq!(heads.origin, Some(""));
        assert_eq!((heads.credentials.token(), heads.credentials.basic()), (None, Some(None)));
    }

    #[test]
    fn proxies_and_upgrades_are_seen() {
        for name in ["Forwarded", "Via", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto"] {
            assert!(Heads::of(&headers(&[(name, b"x")])).forwarded, "{name}");
        }
        let plain = headers(&[("Accept", b"*/*"), ("Upgrade", b"websocket"), ("Cookie", b"a=b")]);
        let heads = Heads::of(&plain);
        assert!(!heads.forwarded && heads.upgrade && heads.credentials.cookie);
    }

    #[test]
    fn tokens_come_in_two_headers() {
        for (name, value, token) in [
            ("Authorization", "Bearer  abc ", Some("abc")),
            ("Authorization", "bearer abc", Some("abc")),
            ("Authorization", "Basic YTpi", None),
            ("X-API-Key", " abc", Some("abc")),
            ("X-API-Key", "", None),
        ] {
            let headers = headers(&[(name, value.as_bytes())]);
            assert_eq!(Heads::of(&headers).credentials.token(), token, "{name}: {value}");
        }
        let headers = headers(&[("Authorization", b"Basic YTpiOmM=")]);
        let basic = Heads::of(&headers).credentials.basic();
        assert_eq!(basic, Some(Some(("a".to_owned(), "b:c".to_owned()))));
    }
}
