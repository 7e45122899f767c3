//! Our own pages: the files of `static/`, part of the program.
//!
//! Invariant: a page runs only our own script and style: those in files beside it, and what stands
//! in it where it is meant to be saved as one file (its hashes are in its Content-Security-Policy).
//! Never: loads anything from elsewhere.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::access::is_secure_context;
use super::prepared::Prepared;
use super::reply::{NO_SNIFF, OWN_ORIGIN};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// One page or a file of one, ready to be sent.
#[derive(Debug)]
pub struct Page {
    /// Its address.
    pub path: String,
    content: Prepared,
    content_type: &'static str,
    policy: HeaderValue,
}

impl Page {
    /// Whether it is shown by itself, in a window of its own.
    fn is_document(&self) -> bool {
        self.content_type.starts_with("text/html")
    }
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

/// All pages. The first call reads and compresses them.
pub(super) fn all() -> &'static [Page] {
    &PAGES
}

/// The page at a path. A folder's page is also found without its last slash.
pub(super) fn find(path: &str) -> Option<&'static Page> {
    BY_PATH.get(path).or_else(|| BY_PATH.get(format!("{path}/").as_str())).copied()
}

/// Sends a page, or 304 where the browser has it. Without its last slash a folder's page leads to
/// its address, because what it names beside it would be sought one folder higher.
pub(super) fn serve(request: &HttpRequest, page: &'static Page) -> HttpResponse {
    if page.path.strip_suffix('/').is_some_and(|bare| bare == request.path()) && page.path != "/" {
        let query = request.query_string();
        let mark = if query.is_empty() { "" } else { "?" };
        let place = format!("{}{mark}{query}", page.path);
        return HttpResponse::PermanentRedirect()
            .insert_header((header::LOCATION, place))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .finish();
    }
    page.content.answer(request, |builder| {
        builder
            .insert_header((header::CONTENT_TYPE, page.content_type))
            .insert_header((header::CONTENT_SECURITY_POLICY, page.policy.clone()))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF))
            .insert_header((header::REFERRER_POLICY, OWN_ORIGIN))
            .insert_header((header::CROSS_ORIGIN_RESOURCE_POLICY, OWN_ORIGIN));
        // Elsewhere browsers ignore it, and say so on the console of every page.
        if page.is_document() && is_secure_context(request) {
            builder.insert_header((header::CROSS_ORIGIN_OPENER_POLICY, OWN_ORIGIN));
        }
    })
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
    let content_type = content_type(file);
    // A script has a policy too: a worker is bound by its own.
    let markup =
        std::str::from_utf8(&content).ok().filter(|_| content_type.starts_with("text/html"));
    let policy = policy(markup.unwrap_or_default());
    Some(Page {
        path: address(file),
        content_type,
        policy: HeaderValue::from_str(&policy).ok()?,
        content: Prepared::new(content),
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

/// The Content-Security-Policy of a page: our own files and API, and its own inline parts. Text
/// becomes markup nowhere: only the policy `cti` may make a script's address, for the worker.
fn policy(html: &str) -> String {
    let scripts = hashes(html, "script");
    let styles = hashes(html, "style");
    format!(
        "default-src 'none'; script-src 'self'{scripts}; style-src 'self'{styles}; \
         connect-src 'self'; worker-src 'self'; img-src 'self' data:; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types cti"
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
    fn a_folder_is_found_without_its_slash_and_a_file_is_not_found_with_one() {
        assert_eq!(find("/samples").map(|page| page.path.as_str()), Some("/samples/"));
        assert!(find("/login/").is_none() && find("/samples/get.html/").is_none());
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
