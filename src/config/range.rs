//! Address ranges in CIDR notation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Bits of an IPv4 address.
const IPV4_BITS: u8 = 32;
/// Bits of an IPv6 address.
const IPV6_BITS: u8 = 128;

/// A CIDR range such as `192.168.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    /// First address.
    pub base: IpAddr,
    /// Prefix length in bits.
    pub prefix: u8,
}

/// Why a text is no address range; the text tells how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeFault {
    /// Neither `address` nor `address/bits`.
    #[error("{0:?} is no address range; write it like 192.168.0.0/16 or fd00::/8")]
    Form(String),
    /// The base has bits set behind its prefix, so the author meant something else.
    #[error("{given} names one machine inside a range; write {meant} for the whole range")]
    HostBits {
        /// As written.
        given: String,
        /// The range that holds it.
        meant: String,
    },
}

impl AddressRange {
    /// Whether `address` lies in the range. An IPv4 address that came in over an IPv6 socket
    /// (`::ffff:192.0.2.1`) counts as the IPv4 address it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                masked_v4(base, self.prefix) == masked_v4(address, self.prefix)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                masked_v6(base, self.prefix) == masked_v6(address, self.prefix)
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for AddressRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

impl FromStr for AddressRange {
    type Err = RangeFault;

    /// Reads `address` (one machine) or `address/bits`.
    fn from_str(text: &str) -> Result<Self, RangeFault> {
        let form = || RangeFault::Form(text.to_owned());
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let base: IpAddr = address.parse().map_err(|_| form())?;
        let most = if base.is_ipv4() { IPV4_BITS } else { IPV6_BITS };
        let prefix = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most).ok_or_else(form)?,
            None => most,
        };
        let first = match base {
            IpAddr::V4(base) => IpAddr::V4(masked_v4(base, prefix)),
            IpAddr::V6(base) => IpAddr::V6(masked_v6(base, prefix)),
        };
        if first != base {
            let meant = Self { base: first, prefix }.to_string();
            return Err(RangeFault::HostBits { given: text.to_owned(), meant });
        }
        Ok(Self { base, prefix })
    }
}

/// `address` with every bit behind the prefix cleared.
fn masked_v4(address: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    let hidden = u32::from(IPV4_BITS.saturating_sub(prefix));
    Ipv4Addr::from(address.to_bits() & u32::MAX.checked_shl(hidden).unwrap_or(0))
}

/// `address` with every bit behind the prefix cleared.
fn masked_v6(address: Ipv6Addr, prefix: u8) -> Ipv6Addr {
    let hidden = u32::from(IPV6_BITS.saturating_sub(prefix));
    Ipv6Addr::from(address.to_bits() & u128::MAX.checked_shl(hidden).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> AddressRange {
        text.parse().unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_holds_its_own_addresses_only() {
        for (text, inside, outside) in [
            ("192.168.0.0/16", "192.168.255.1", "192.169.0.1"),
            ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("::1/128", "::1", "::2"),
            ("192.0.2.0/24", "::ffff:192.0.2.9", "::ffff:192.0.3.9"),
        ] {
            assert!(range(text).contains(ip(inside)), "{text} holds {inside}");
            assert!(!range(text).contains(ip(outside)), "{text} does not hold {outside}");
        }
    }

    #[test]
    fn a_prefix_of_zero_holds_one_family() {
        assert!(range("0.0.0.0/0").contains(ip("203.0.113.7")));
        assert!(!range("0.0.0.0/0").contains(ip("2001:db8::1")));
        assert!(range("::/0").contains(ip("2001:db8::1")));
    }

    #[test]
    fn faults_say_what_to_write() {
        for bad in ["", "192.168.0.0/33", "192.168.0/16", "::1/129", "10.0.0.0/-1", "lan"] {
            assert!(matches!(bad.parse::<AddressRange>(), Err(RangeFault::Form(_))), "{bad}");
        }
        let fault = "192.168.1.5/24".parse::<AddressRange>().unwrap_err();
        assert!(fault.to_string().contains("192.168.1.0/24"), "{fault}");
    }
}
