//! Our own pages: files of `static/`, part of the program.
//!
//! Invariant: a page runs only the script and style that stand in its file (their hashes are in
//! its Content-Security-Policy), so that a page saved as one file still works.
//! Never: loads anything from elsewhere.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::reply::{NO_SNIFF, OWN_ORIGIN};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// One page, ready to be sent.
#[derive(Debug)]
pub struct Page {
    /// Its address.
    pub path: String,
    content: Bytes,
    content_type: &'static str,
    etag: HeaderValue,
    policy: HeaderValue,
}

impl PartialEq for Page {
    /// Two pages never share an address.
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

/// Every page, by its address.
static PAGES: LazyLock<Vec<Page>> =
    LazyLock::new(|| Files::iter().filter_map(|f| load(&f)).collect());
static BY_PATH: LazyLock<HashMap<&'static str, &'static Page>> =
    LazyLock::new(|| PAGES.iter().map(|page| (page.path.as_str(), page)).collect());

/// All pages.
pub(super) fn all() -> &'static [Page] {
    &PAGES
}

/// The page at a path.
pub(super) fn find(path: &str) -> Option<&'static Page> {
    BY_PATH.get(path).copied()
}

/// Sends a page, or 304 where the browser has it.
pub(super) fn serve(request: &HttpRequest, page: &'static Page) -> HttpResponse {
    let known = request.headers().get(header::IF_NONE_MATCH);
    let same = known.is_some_and(|tags| holds_tag(tags, &page.etag));
    let mut builder = if same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    builder
        .insert_header((header::ETAG, page.etag.clone()))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_TYPE, page.content_type))
        .insert_header((header::CONTENT_SECURITY_POLICY, page.policy.clone()))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CROSS_ORIGIN_RESOURCE_POLICY, OWN_ORIGIN));
    if same { builder.finish() } else { builder.body(page.content.clone()) }
}

/// Whether an `If-None-Match` list holds our tag (weak comparison, RFC 9110 §8.8.3.2).
fn holds_tag(tags: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (tags.to_str(), etag.to_str()) else { return false };
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// The address of a file: `index.html` stands at its folder's, a page at the top without its ending.
fn address(file: &str) -> String {
    let plain = file.strip_suffix("index.html").or_else(|| {
        let top = !file.contains('/');
        file.strip_suffix(".html").filter(|_| top)
    });
    format!("/{}", plain.unwrap_or(file))
}

/// Reads a file of the program.
fn load(file: &str) -> Option<Page> {
    let content = Files::get(file)?.data.into_owned();
    let hash = STANDARD.encode(Sha256::digest(&content));
    let policy = policy(std::str::from_utf8(&content).unwrap_or_default());
    Some(Page {
        path: address(file),
        content_type: content_type(file),
        etag: HeaderValue::from_str(&format!("\"{}\"", hash.get(..22)?)).ok()?,
        policy: HeaderValue::from_str(&policy).ok()?,
        content: content.into(),
    })
}

/// The type of a file by its ending.
pub(super) fn content_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("html" | "htm") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("txt" | "md" | "csv") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wav") => "audio/wav",
        Some("mp3") => "audio/mpeg",
        _ => "application/octet-stream",
    }
}

/// The Content-Security-Policy of a page: itself, its own inline script and style, our own API.
fn policy(html: &str) -> String {
    let scripts = hashes(html, "script");
    let styles = hashes(html, "style");
    format!(
        "default-src 'none'; script-src 'self'{scripts}; style-src 'self'{styles}; \
         connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
}

/// ` 'sha256-…'` for the text inside every `<tag>…</tag>`.
fn hashes(html: &str, tag: &str) -> String {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let inner = html.split(&open).skip(1).filter_map(|rest| rest.split(&close).next());
    inner.map(|text| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_exactly_the_inline_parts() {
        let policy =
            policy("<style>a{}</style><p>x</p><script>alert(1)</script><script>2</script>");
        assert_eq!(policy.matches("'sha256-").count(), 3);
        let hash = STANDARD.encode(Sha256::digest("alert(1)"));
        assert!(policy.contains(&format!("script-src 'self' 'sha256-{hash}'")), "{policy}");
        assert!(!policy.contains("unsafe"));
    }

    #[test]
    fn pages_hold_no_handler_attributes_and_nothing_from_elsewhere() {
        for page in all().iter().filter(|page| page.content_type.starts_with("text/html")) {
            let html = std::str::from_utf8(&page.content).unwrap();
            for bad in [" onclick=", " onload=", " style=", "innerHTML", "document.write", "eval("]
            {
                assert!(!html.contains(bad), "{} holds {bad}", page.path);
            }
            for outside in ["src=\"http", "href=\"http", "url(http"] {
                assert!(!html.contains(outside), "{} holds {outside}", page.path);
            }
            assert!(html.contains("<html lang=\"ja\">"), "{}", page.path);
        }
    }

    #[test]
    fn the_start_page_and_the_four_samples_are_there() {
        for path in ["/", "/login", "/samples/", "/samples/get.html", "/samples/post.html"]
            .iter()
            .chain(&["/samples/put.html", "/samples/delete.html"])
        {
            assert!(find(path).is_some(), "{path}");
        }
        assert!(find("/samples/index.html").is_none());
    }
}
