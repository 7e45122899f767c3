//! What kind of page a request comes from.
//!
//! Invariant: a page we know nothing about is foreign. Never: looks at credentials.

use super::decide::{Facts, Policy};
use super::host::{is_local_name, name_of};
use super::peer::covers;

/// The kind of page behind a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// Our own page, or no page at all (a program).
    Own,
    /// `--allow-origin`.
    Listed,
    /// Under 原典互換: a saved file, or a page of a machine of the closed network.
    Lan,
    /// Any other page.
    Foreign,
}

/// Reads `Origin`, or in its absence `Sec-Fetch-Site`.
pub(super) fn site_of(facts: &Facts<'_>, policy: &Policy) -> Site {
    let Some(origin) = facts.origin else {
        // Browsers that leave Origin out still say where an unsafe request comes from.
        let elsewhere = matches!(facts.fetch_site, Some("cross-site" | "same-site"));
        return if elsewhere && !facts.safe { Site::Foreign } else { Site::Own };
    };
    if is_own(origin, facts.host) {
        return Site::Own;
    }
    let plain = origin.trim_end_matches('/');
    if policy.allow_origins.iter().any(|listed| listed.eq_ignore_ascii_case(plain)) {
        return Site::Listed;
    }
    if covers(&policy.open_lan, facts.peer, facts.forwarded) && is_lan_origin(origin) {
        return Site::Lan;
    }
    Site::Foreign
}

/// Scheme and authority of a web origin; `None` for `null`, `file://` and oddities.
fn web_origin(origin: &str) -> Option<(&str, &str)> {
    let (scheme, authority) = origin.split_once("://")?;
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (web && !authority.contains('/')).then_some((scheme, authority))
}

/// Whether the origin names the very Host that was asked. The scheme is not compared: a proxy may
/// speak TLS for us, and whoever owns the other scheme of our name owns our name.
fn is_own(origin: &str, host: Option<&str>) -> bool {
    let (Some((scheme, authority)), Some(host)) = (web_origin(origin), host) else {
        return false;
    };
    let default_port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    without(authority, default_port).eq_ignore_ascii_case(without(host, default_port))
}

/// An authority without the port that its scheme implies.
fn without<'a>(authority: &'a str, default_port: &str) -> &'a str {
    authority.strip_suffix(default_port).unwrap_or(authority)
}

/// `null`, `file://`, an IP literal, `localhost` or a single-label name.
fn is_lan_origin(origin: &str) -> bool {
    if origin == "null" || origin.to_ascii_lowercase().starts_with("file://") {
        return true;
    }
    web_origin(origin).and_then(|(_, authority)| name_of(authority)).is_some_and(is_local_name)
}
