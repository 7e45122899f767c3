//! Addresses: `"name" <sip:user@host>;tag=…` and the URIs inside (RFC 3261 §20.10, §19.1; RFC 3966).
//!
//! Invariant: the quoted name is skipped as a quoted string, so that a `<` or `\"` in it can never
//! pass for the caller's address. Never: decodes text; names stay bytes.

use std::borrow::Cow;

use super::grammar::{before, cut, param, quoted_string, shift_jis_string, split_at_byte};

/// A name-addr or addr-spec with its header parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// Unquoted display name, bytes of unknown character set; empty = none.
    pub display: Cow<'a, [u8]>,
    /// Whom it names.
    pub uri: Uri<'a>,
    params: &'a [u8],
}

/// Which numbering a URI belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `sip:` and `sips:`.
    Sip,
    /// `tel:`.
    Tel,
    /// Any other.
    Other,
}

/// The parts of a URI that we read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uri<'a> {
    /// Kind of URI.
    pub scheme: Scheme,
    /// User part without password and parameters (`;isub=`, `;verstat=`), percent signs decoded;
    /// of a tel: URI the number. Empty = none.
    pub user: Cow<'a, [u8]>,
    /// Host without port; brackets of an IPv6 address included; empty for tel:.
    pub host: &'a [u8],
    /// Port, where one stands.
    pub port: Option<u16>,
    /// Whether it carries headers (`?name=value`), which a Request-URI must not.
    pub has_headers: bool,
}

impl<'a> Address<'a> {
    /// Reads one address; `None` where the grammar leaves no doubt that it is broken.
    pub fn read(value: &'a [u8]) -> Option<Self> {
        let value = value.trim_ascii();
        let bracket_follows = |(_, rest): &(_, &[u8])| rest.trim_ascii_start().starts_with(b"<");
        let quoted = quoted_string(value).filter(bracket_follows);
        let (display, rest) = match quoted.or_else(|| shift_jis_string(value)) {
            Some((display, rest)) => (display, rest.trim_ascii_start()),
            None if value.starts_with(b"\"") => return None,
            None => match cut(value, b'<') {
                (display, Some(_)) => {
                    let rest = value.get(display.len()..)?;
                    (Cow::Borrowed(display.trim_ascii()), rest)
                }
                (_, None) => return Self::bare(value),
            },
        };
        let (uri, after) = split_at_byte(rest.strip_prefix(b"<")?, b'>')?;
        let params = cut(after, b';').1.unwrap_or_default();
        Some(Self { display, uri: Uri::read(uri.trim_ascii())?, params })
    }

    /// An address without brackets: everything after `;` belongs to the header.
    fn bare(value: &'a [u8]) -> Option<Self> {
        let (uri, params) = cut(value, b';');
        let uri = Uri::read(uri.trim_ascii())?;
        let params = params.unwrap_or_default();
        (!uri.has_headers).then_some(Self { display: Cow::Borrowed(b""), uri, params })
    }

    /// The value of a header parameter such as `tag` or `expires`.
    pub fn param(&self, name: &str) -> Option<&'a [u8]> {
        param(self.params, name)
    }
}

impl<'a> Uri<'a> {
    /// Reads a URI; `None` where it is none.
    pub fn read(value: &'a [u8]) -> Option<Self> {
        let (scheme, rest) = split_at_byte(value, b':')?;
        let letters = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        if scheme.is_empty() || !scheme.iter().all(letters) || rest.is_empty() {
            return None;
        }
        if value.iter().any(|byte| matches!(byte, b'<' | b'>' | b'"') || byte.is_ascii_whitespace())
        {
            return None;
        }
        if scheme.eq_ignore_ascii_case(b"sip") || scheme.eq_ignore_ascii_case(b"sips") {
            return Self::sip(rest);
        }
        let tel = scheme.eq_ignore_ascii_case(b"tel");
        let number = if tel { before_any(rest, b";?") } else { b"" };
        let scheme = if tel { Scheme::Tel } else { Scheme::Other };
        let user = percent_decoded(number);
        Some(Self { scheme, user, host: b"", port: None, has_headers: false })
    }

    fn sip(rest: &'a [u8]) -> Option<Self> {
        let (user, hostport) = match split_at_byte(rest, b'@') {
            Some((user, hostport)) => (before_any(user, b";:"), hostport),
            None => (&b""[..], rest),
        };
        let address = before_any(hostport, b";?");
        let (host, port) = host_and_port(address)?;
        let has_headers = hostport.contains(&b'?');
        let user = percent_decoded(user);
        Some(Self { scheme: Scheme::Sip, user, host, port, has_headers })
    }
}

/// `host`, `host:port`, `[v6]` or `[v6]:port`.
pub(super) fn host_and_port(value: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let host_length = match value.strip_prefix(b"[") {
        Some(inner) => inner.iter().position(|&byte| byte == b']')? + 2,
        None => value.iter().position(|&byte| byte == b':').unwrap_or(value.len()),
    };
    let (host, rest) = value.split_at_checked(host_length)?;
    let host = host.trim_ascii();
    if host.is_empty() {
        return None;
    }
    if rest.trim_ascii().is_empty() {
        return Some((host, None));
    }
    let port = super::grammar::decimal(rest.trim_ascii_start().strip_prefix(b":")?)?;
    Some((host, Some(u16::try_from(port).ok()?)))
}

/// `value` up to the first of `stops`.
fn before_any<'a>(value: &'a [u8], stops: &[u8]) -> &'a [u8] {
    match value.iter().position(|byte| stops.contains(byte)) {
        Some(position) => before(value, position),
        None => value,
    }
}

/// Percent signs decoded; a percent sign without two hex digits stays.
fn percent_decoded(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'%') {
        return Cow::Borrowed(value);
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'%', [high, low, tail @ ..]) => match (hex_digit(*high), hex_digit(*low)) {
                (Some(high), Some(low)) => {
                    decoded.push(high * 16 + low);
                    rest = tail;
                }
                _ => decoded.push(byte),
            },
            _ => decoded.push(byte),
        }
    }
    Cow::Owned(decoded)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (display, user, host, tag) of an address.
    fn read(value: &str) -> Option<(String, String, String, String)> {
        let address = Address::read(value.as_bytes())?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let tag = text(address.param("tag").unwrap_or_default());
        Some((text(&address.display), text(&address.uri.user), text(address.uri.host), tag))
    }

    fn is(value: &str, display: &str, user: &str, host: &str, tag: &str) {
        let expected = (display.into(), user.into(), host.into(), tag.into());
        assert_eq!(read(value), Some(expected), "{value}");
    }

    #[test]
    fn addresses_in_every_dress_are_read() {
        is(
            "\"0312345678\" <sip:0312345678@gw;user=phone>;tag=1",
            "0312345678",
            "0312345678",
            "gw",
            "1",
        );
        is("sip:0312345678@gw;tag=1", "", "0312345678", "gw", "1");
        is("sip:gw", "", "", "gw", "");
        is("<tel:+81-3-1234-5678;phone-context=x>;tag=1", "", "+81-3-1234-5678", "", "1");
        is("tel:0312345678;tag=1", "", "0312345678", "", "1");
        is(
            "Taro Yamada <sips:201:pw@[2001:db8::1]:5061>",
            "Taro Yamada",
            "201",
            "[2001:db8::1]",
            "",
        );
        is("<sip:+81312345678;verstat=TN-Validation-Passed@x>", "", "+81312345678", "x", "");
        is("<sip:0312345678;isub=12@x>", "", "0312345678", "x", "");
        is("\"A \\\"B\\\" <c>\" <sip:0312345678@x>;tag=1", "A \"B\" <c>", "0312345678", "x", "1");
        is("\"a@b <sip:fake@h>\"<sip:real@h>", "a@b <sip:fake@h>", "real", "h", "");
        is("A \"<sip:fake@h>\" <sip:real@h>", "A \"<sip:fake@h>\"", "real", "h", "");
        is("<sip:%30%33%31@x>", "", "031", "x", "");
        is("<sip:100%x@x>", "", "100%x", "x", "");
    }

    #[test]
    fn broken_addresses_are_none() {
        for value in [
            "",
            "\"open <sip:a@b>",
            "<sip:a@b",
            "\"name\" sip:a@b",
            "sip:a@b?Route=x",
            "<a@b>",
            "<sip:>",
            "<sip:a@>",
            "<sip:a@b:99999>",
            "<sip:a b@c>",
            "<sip:a@[::1>",
        ] {
            assert_eq!(read(value), None, "{value}");
        }
    }
}
