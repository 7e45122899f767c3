//! The cookie of a signed-in browser.
//!
//! Invariant: the cookie holds 256 random bits and the store only their hash; scripts cannot read
//! it and requests of other sites do not carry it (SameSite, RFC 6265bis).
//! Never: is looked at for a page that is not our own.

use actix_web::http::header::{self, HeaderMap, HeaderValue};

use crate::clock::UnixMs;
use crate::resource::openapi::COOKIE as NAME;

/// How long a session lasts (security.md).
pub(super) const SESSION_MS: UnixMs = 12 * 60 * 60 * 1000;

/// What our cookie holds; the first one where a browser sends several.
pub(super) fn cookie_of(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim() == NAME).map(|(_, value)| value.trim())
}

/// `Set-Cookie` of a new session.
pub(super) fn kept(id: &str, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let seconds = SESSION_MS / 1000;
    let text = format!("{NAME}={id}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

/// `Set-Cookie` that makes a browser forget a session that is over.
pub(in crate::http) fn forgotten() -> Option<HeaderValue> {
    let text = format!("{NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_cookie_is_found_among_others() {
        for (lines, expected) in [
            (&["smartconnect_session=abc"][..], Some("abc")),
            (&["a=b; smartconnect_session=abc; c=d"], Some("abc")),
            (&["a=b", "smartconnect_session=abc"], Some("abc")),
            (&["smartconnect_session="], Some("")),
            (&["xsmartconnect_session=abc", "smartconnect_session2=abc", "a", ""], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, HeaderValue::from_static(line));
            }
            assert_eq!(cookie_of(&headers), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_cookie_is_bound_to_this_host_and_hidden_from_scripts() {
        let plain = "smartconnect_session=abc; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax";
        assert_eq!(kept("abc", false).unwrap(), plain);
        assert_eq!(kept("abc", true).unwrap(), format!("{plain}; Secure"));
        assert!(forgotten().unwrap().to_str().unwrap().contains("Max-Age=0"));
    }
}
