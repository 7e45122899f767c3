//! Which addresses an outgoing request may reach (security.md, Outgoing).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::config::AddressRange;

/// What an address is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The internet.
    Public,
    /// This machine or a private network: only where the row says so.
    Private,
    /// Link-local, cloud metadata, multicast, reserved: never.
    Never,
}

/// IPv4 ranges that are not public (RFC 6890 and later entries of the same registry).
const RANGES_V4: [(Ipv4Addr, u32, Reach); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, Reach::Never),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Reach::Private),
    (Ipv4Addr::new(100, 100, 100, 200), 32, Reach::Never), // metadata of a cloud
    (Ipv4Addr::new(100, 64, 0, 0), 10, Reach::Private),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Reach::Private),
    (Ipv4Addr::new(168, 63, 129, 16), 32, Reach::Never), // metadata of a cloud
    (Ipv4Addr::new(169, 254, 0, 0), 16, Reach::Never),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Reach::Private),
    (Ipv4Addr::new(192, 0, 0, 192), 32, Reach::Never), // metadata of a cloud
    (Ipv4Addr::new(192, 0, 0, 0), 24, Reach::Private),
    (Ipv4Addr::new(192, 88, 99, 0), 24, Reach::Private),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Reach::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, Reach::Private),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Reach::Private),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Reach::Private),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Reach::Private),
    (Ipv4Addr::new(224, 0, 0, 0), 3, Reach::Never),
];

/// What `address` is; IPv6 forms that carry an IPv4 address count as that address.
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(v4) => reach_v4(v4),
        IpAddr::V6(v6) => match carried_v4(v6) {
            Some(v4) => reach_v4(v4),
            None => reach_v6(v6),
        },
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    RANGES_V4
        .iter()
        .find(|(base, bits, _)| {
            u32::from(*base) >> (32 - bits) == u32::from(address) >> (32 - bits)
        })
        .map_or(Reach::Public, |(_, _, reach)| *reach)
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let [first, second, ..] = address.segments();
    if address == Ipv6Addr::LOCALHOST {
        return Reach::Private;
    }
    if address == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254) {
        return Reach::Never; // metadata of a cloud
    }
    match first {
        0 => Reach::Never,
        0xfe80..=0xfebf => Reach::Never,
        0xff00..=0xffff => Reach::Never,
        0xfec0..=0xfeff | 0xfc00..=0xfdff => Reach::Private,
        0x0100 => Reach::Never,
        0x2001 if second == 0xdb8 || second < 0x200 => Reach::Private,
        _ => Reach::Public,
    }
}

/// The IPv4 address inside mapped, compatible, NAT64 (RFC 6052) and 6to4 (RFC 3056) forms.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => Some(v4(g, h)),
        (0, 0, 0, 0, 0, 0) if g != 0 => Some(v4(g, h)),
        (0x2002, high, low, ..) => Some(v4(high, low)),
        _ => None,
    }
}

/// Whether a request that may or may not reach private networks may go to `address`.
pub fn allowed(address: IpAddr, private: bool, deny: &[AddressRange]) -> bool {
    let denied = deny.iter().any(|range| contains(range, address));
    match reach(address) {
        _ if denied => false,
        Reach::Public => true,
        Reach::Private => private,
        Reach::Never => false,
    }
}

/// Whether `range` holds `address`, or the IPv4 address that it carries.
fn contains(range: &AddressRange, address: IpAddr) -> bool {
    let carried = match address {
        IpAddr::V6(v6) => carried_v4(v6).map(IpAddr::V4),
        IpAddr::V4(_) => None,
    };
    range.contains(address) || carried.is_some_and(|v4| range.contains(v4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn every_special_range_is_known() {
        for (text, expected) in [
            ("127.0.0.1", Reach::Private),
            ("127.255.255.254", Reach::Private),
            ("::1", Reach::Private),
            ("::ffff:127.0.0.1", Reach::Private),
            ("0.0.0.0", Reach::Never),
            ("0.1.2.3", Reach::Never),
            ("::", Reach::Never),
            ("10.9.8.7", Reach::Private),
            ("172.15.0.1", Reach::Public),
            ("172.16.0.1", Reach::Private),
            ("172.31.255.255", Reach::Private),
            ("172.32.0.1", Reach::Public),
            ("192.168.1.1", Reach::Private),
            ("169.254.169.254", Reach::Never),
            ("::ffff:169.254.169.254", Reach::Never),
            ("64:ff9b::a9fe:a9fe", Reach::Never),
            ("2002:a9fe:a9fe::1", Reach::Never),
            ("::169.254.169.254", Reach::Never),
            ("fe80::1", Reach::Never),
            ("fd00:ec2::254", Reach::Never),
            ("fd12::1", Reach::Private),
            ("fec0::1", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("100.100.100.200", Reach::Never),
            ("168.63.129.16", Reach::Never),
            ("192.0.0.1", Reach::Private),
            ("192.0.0.192", Reach::Never),
            ("192.88.99.1", Reach::Private),
            ("198.18.0.1", Reach::Private),
            ("198.20.0.1", Reach::Public),
            ("224.0.0.1", Reach::Never),
            ("240.0.0.1", Reach::Never),
            ("255.255.255.255", Reach::Never),
            ("ff02::1", Reach::Never),
            ("2001:0:4136:e378::1", Reach::Private),
            ("1.1.1.1", Reach::Public),
            ("2606:4700::1111", Reach::Public),
        ] {
            assert_eq!(reach(ip(text)), expected, "{text}");
        }
    }

    #[test]
    fn denied_ranges_win() {
        let deny = [
            AddressRange { base: ip("192.168.5.0"), prefix: 24 },
            AddressRange { base: ip("2606:4700::"), prefix: 32 },
            AddressRange { base: ip("8.8.8.8"), prefix: 32 },
        ];
        for (text, private, expected) in [
            ("192.168.5.9", true, false),
            ("::ffff:192.168.5.9", true, false),
            ("192.168.6.9", true, true),
            ("192.168.6.9", false, false),
            ("2606:4700::1111", true, false),
            ("8.8.8.8", false, false),
            ("8.8.4.4", false, true),
            ("169.254.169.254", true, false),
        ] {
            assert_eq!(allowed(ip(text), private, &deny), expected, "{text}");
        }
        let all = [AddressRange { base: ip("0.0.0.0"), prefix: 0 }];
        assert!(!allowed(ip("1.1.1.1"), true, &all));
    }
}
