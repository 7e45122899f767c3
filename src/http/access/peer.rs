//! Which peers stand in the closed network.
//!
//! Invariant: an IPv4 address in IPv6 clothes counts as the IPv4 address.
//! Never: trusts an address behind a proxy header.

use std::net::IpAddr;

use crate::config::OpenLan;

/// The address without IPv6 clothes (`::ffff:192.0.2.1` → `192.0.2.1`).
pub(super) fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Whether the client itself sits at this machine.
pub(super) fn is_this_machine(peer: IpAddr, forwarded: bool) -> bool {
    plain(peer).is_loopback() && !forwarded
}

/// Whether 原典互換 covers this peer.
pub(super) fn covers(open_lan: &OpenLan, peer: IpAddr, forwarded: bool) -> bool {
    let peer = plain(peer);
    if forwarded {
        return false;
    }
    match open_lan {
        OpenLan::Off => false,
        OpenLan::Private => peer.is_loopback() || is_private(peer),
        OpenLan::Ranges(ranges) => {
            peer.is_loopback() || ranges.iter().any(|range| range.contains(peer))
        }
    }
}

/// RFC 1918, RFC 3927, RFC 4193, RFC 4291 link-local.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_peers_are_those_of_a_closed_network() {
        for (peer, expected) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("10.0.0.1", true),
            ("172.31.255.255", true),
            ("172.32.0.1", false),
            ("192.168.1.2", true),
            ("169.254.1.1", true),
            ("fe80::1", true),
            ("fd00::1", true),
            ("8.8.8.8", false),
            ("2001:db8::1", false),
            ("100.64.0.1", false),
        ] {
            let peer: IpAddr = peer.parse().unwrap();
            assert_eq!(covers(&OpenLan::Private, peer, false), expected, "{peer}");
            assert!(!covers(&OpenLan::Off, peer, false));
            assert!(!covers(&OpenLan::Private, peer, true), "{peer} behind a proxy");
        }
    }

    #[test]
    fn listed_ranges_replace_the_private_ones() {
        let ranges = OpenLan::Ranges(vec!["192.168.4.0/22".parse().unwrap()]);
        for (peer, expected) in [
            ("192.168.4.1", true),
            ("192.168.7.255", true),
            ("192.168.8.0", false),
            ("10.0.0.1", false),
            ("::ffff:192.168.5.5", true),
            ("127.0.0.1", true),
            ("fd00::1", false),
        ] {
            assert_eq!(covers(&ranges, peer.parse().unwrap(), false), expected, "{peer}");
        }
        let everything = OpenLan::Ranges(vec!["0.0.0.0/0".parse().unwrap()]);
        assert!(covers(&everything, "8.8.8.8".parse().unwrap(), false));
    }
}
