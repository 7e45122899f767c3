//! Which Host names are ours. DNS rebinding needs a public name, so names that the public DNS
//! cannot hold are safe.
//!
//! Invariant: without a Host that is ours nothing is answered but 421. Never: resolves a name.

use std::net::IpAddr;

/// The Host rule of security.md.
#[derive(Clone, Debug, Default)]
pub struct HostRule {
    /// The machine's own name and `--allow-host`, in lower case.
    names: Vec<String>,
}

impl HostRule {
    /// Permits the machine's own name (may be empty) and these extra names.
    pub fn new(machine_name: &str, allow_hosts: &[String]) -> Self {
        let names = allow_hosts.iter().map(String::as_str).chain([machine_name]);
        let names = names.map(normal).filter(|name| !name.is_empty()).collect();
        Self { names }
    }

    /// Whether a `Host` value (`name`, `name:port`, `[v6]:port`) is ours.
    pub(super) fn permits(&self, host: Option<&str>) -> bool {
        let Some(name) = host.and_then(name_of) else { return false };
        is_local_name(name) || self.is_listed(name)
    }

    fn is_listed(&self, name: &str) -> bool {
        let name = name.strip_suffix('.').unwrap_or(name);
        name.to_ascii_lowercase().ends_with(".local")
            || self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

fn normal(name: &str) -> String {
    name.trim().trim_end_matches('.').to_ascii_lowercase()
}

/// The name or address in `name[:port]`; `None` where the text is neither.
pub(super) fn name_of(authority: &str) -> Option<&str> {
    let (name, rest) = match authority.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => match authority.find(':') {
            Some(colon) => authority.split_at(colon),
            None => (authority, ""),
        },
    };
    let port_is_fine = match rest.strip_prefix(':') {
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()),
        None => rest.is_empty(),
    };
    (port_is_fine && !name.is_empty()).then_some(name)
}

/// An IP literal, `localhost`, or a single label.
pub(super) fn is_local_name(name: &str) -> bool {
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let label = name.strip_suffix('.').unwrap_or(name);
    name.parse::<IpAddr>().is_ok() || (!label.is_empty() && label.bytes().all(is_label))
}

/// An address of this machine, `localhost`, or a name below it: what browsers trust without TLS
/// (W3C Secure Contexts 3.1).
pub(super) fn is_own_machine(name: &str) -> bool {
    let label = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let address = name.parse::<IpAddr>();
    address.map_or(label == "localhost" || label.ends_with(".localhost"), |own| own.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_rebinding_cannot_use_are_ours() {
        let rule = HostRule::new("cti-sv.office.example", &["PBX.example.com".to_owned()]);
        for (host, expected) in [
            ("127.0.0.1:55963", true),
            ("192.168.1.10", true),
            ("[::1]:55963", true),
            ("[fe80::1]", true),
            ("localhost:55963", true),
            ("LOCALHOST", true),
            ("cti-sv", true),
            ("cti-sv.local:80", true),
            ("CTI-SV.office.example:55963", true),
            ("pbx.example.com.", true),
            ("evil.example.com", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.nip.example", false),
            ("", false),
            (":80", false),
            (".", false),
            ("a b", false),
            ("cti-sv:80:90", false),
            ("[::1", false),
            ("user@localhost", false),
        ] {
            assert_eq!(rule.permits(Some(host)), expected, "{host:?}");
        }
        assert!(!rule.permits(None));
    }

    #[test]
    fn browsers_trust_this_machine_without_tls() {
        for name in ["127.0.0.1", "127.8.0.1", "::1", "localhost", "LOCALHOST.", "cti.localhost"] {
            assert!(is_own_machine(name), "{name}");
        }
        for name in ["192.168.1.10", "cti-sv", "cti-sv.local", "localhost.example", "fe80::1"] {
            assert!(!is_own_machine(name), "{name}");
        }
    }
}
