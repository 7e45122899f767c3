//! Hosts, addresses and URLs.

use std::net::{IpAddr, Ipv4Addr};

use super::check::echo;

/// Most characters of a URL.
const URL_MAX: usize = 2_000;
/// Most characters of a host name (RFC 1035 §2.3.4, without the final dot).
const HOST_MAX: usize = 253;
/// Most characters of one label (RFC 1035 §2.3.4).
const LABEL_MAX: usize = 63;
/// Most characters of a mail address (RFC 5321 §4.5.3.1.3, without the brackets).
const EMAIL_MAX: usize = 254;

/// A host name or an address; an IPv6 address loses its brackets.
pub(super) fn host(value: &str) -> Result<String, String> {
    let text = value.trim();
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    if is_host_name(text) {
        return Ok(text.to_owned());
    }
    Err(format!("ホスト名かIPアドレスで指定してください(値: {})", echo(value)))
}

fn is_host_name(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| {
        (1..=LABEL_MAX).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    // A name whose last label is a number is a mistyped address (192.168.1.999).
    let last_is_number =
        name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    name.len() <= HOST_MAX && name.split('.').all(label) && !last_is_number
}

/// An IPv4 or IPv6 address in its usual form.
pub(super) fn ip(value: &str) -> Result<String, String> {
    value
        .trim()
        .parse::<IpAddr>()
        .map(|address| address.to_string())
        .map_err(|_| format!("IPアドレスで指定してください(値: {})", echo(value)))
}

/// One mail address. Dots may stand anywhere before the @: Japanese mobile carriers gave out such addresses.
pub(super) fn email(value: &str) -> Result<String, String> {
    let text = value.trim();
    let valid = text.rsplit_once('@').is_some_and(|(local, domain)| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        !local.is_empty() && local.len() <= 64 && local.bytes().all(allowed) && is_domain(domain)
    });
    if valid && text.len() <= EMAIL_MAX {
        return Ok(text.to_owned());
    }
    Err(format!(
        "メールアドレスを1件、name@example.com の形で指定してください(値: {})",
        echo(value)
    ))
}

fn is_domain(domain: &str) -> bool {
    let literal = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']'));
    match literal {
        Some(address) => address.parse::<Ipv4Addr>().is_ok(),
        None => is_host_name(domain) && !domain.ends_with('.') && !domain.contains('_'),
    }
}

/// An http or https URL without userinfo and white space; kept as it was written.
pub(super) fn url(value: &str) -> Result<String, String> {
    let text = value.trim();
    if text.chars().count() > URL_MAX {
        return Err(format!("URLは{URL_MAX}文字以内で指定してください"));
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("URLに空白や改行は使えません".into());
    }
    authority(text).and_then(|authority| check_authority(&authority))?;
    reqwest::Url::parse(text).map_err(|_| not_a_url())?;
    Ok(text.to_owned())
}

/// Checks that a URL template begins with http or https and a host without placeholders, so that
/// a value of a call cannot choose where the request goes.
pub(in crate::resource) fn url_start(text: &str) -> Result<(), String> {
    let authority = authority(text)?;
    if authority.contains("{{") || authority.contains("{%") {
        return Err("URLのホスト名に差込は使えません".into());
    }
    check_authority(&authority)
}

/// What stands between `//` and the path, in a URL of a protocol we speak.
fn authority(text: &str) -> Result<String, String> {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let start = match lower {
        _ if lower.starts_with("https://") => 8,
        _ if lower.starts_with("http://") => 7,
        _ => return Err(not_a_url()),
    };
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    Ok(rest.get(..end).unwrap_or_default().to_owned())
}

fn check_authority(authority: &str) -> Result<(), String> {
    if authority.contains('@') {
        return Err("URLに利用者名やパスワード(…@)は書けません".into());
    }
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (authority, None),
    };
    let port_ok = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number > 0));
    if port_ok && host(name).is_ok() { Ok(()) } else { Err(not_a_url()) }
}

fn not_a_url() -> String {
    "http:// か https:// で始まる正しいURLで指定してください".into()
}

/// `https://host:port`, without userinfo; `None` where `text` is no URL.
pub(super) fn origin(text: &str) -> Option<String> {
    let authority = authority(text).ok()?;
    let scheme = text.split_once("://")?.0;
    let host = authority.rsplit('@').next().unwrap_or_default();
    Some([scheme, "://", host].concat())
}
