//! Names become addresses that may be reached: for everything that opens a connection of its own.
//!
//! Invariant: whoever connects connects to an address that stands in the answer, so the address
//! that was checked is the address that is connected to.

use std::net::SocketAddr;

use tokio::net::lookup_host;

use super::address::allowed;
use crate::config::AddressRange;

/// Most addresses of one name that are looked at.
const ADDRESSES_MAX: usize = 16;

/// Why a name leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// The name has no address, or the resolver does not answer.
    #[error("the name has no address")]
    Unknown,
    /// Every address is one that may not be reached.
    #[error("every address of the name is refused")]
    Refused,
}

/// The addresses of `host` (a name, or an address in any spelling that the system's resolver
/// knows) that may be reached, in the resolver's order; never empty.
pub async fn resolve(
    host: &str,
    port: u16,
    private: bool,
    deny: &[AddressRange],
) -> Result<Vec<SocketAddr>, Unresolved> {
    let host = host.trim_matches(['[', ']']);
    let found = lookup_host((host, port)).await.map_err(|_| Unresolved::Unknown)?;
    let found: Vec<SocketAddr> = found.take(ADDRESSES_MAX).collect();
    if found.is_empty() {
        return Err(Unresolved::Unknown);
    }
    let passed: Vec<SocketAddr> =
        found.into_iter().filter(|address| allowed(address.ip(), private, deny)).collect();
    if passed.is_empty() { Err(Unresolved::Refused) } else { Ok(passed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_addresses_that_may_be_reached_come_back() {
        let deny = ["127.0.0.9/32".parse().unwrap()];
        for (host, private, expected) in [
            ("127.0.0.1", true, Ok("127.0.0.1:25")),
            ("[::1]", true, Ok("[::1]:25")),
            ("127.0.0.1", false, Err(Unresolved::Refused)),
            ("127.0.0.9", true, Err(Unresolved::Refused)),
            ("2852039166", true, Err(Unresolved::Refused)), // 169.254.169.254
            ("0xa9fea9fe", true, Err(Unresolved::Refused)),
            ("0251.0376.0251.0376", true, Err(Unresolved::Refused)),
            ("::ffff:169.254.169.254", true, Err(Unresolved::Refused)),
            ("0", true, Err(Unresolved::Refused)),
            ("", true, Err(Unresolved::Unknown)),
        ] {
            let found = resolve(host, 25, private, &deny).await;
            let found = found.map(|addresses| addresses[0].to_string());
            assert_eq!(found, expected.map(str::to_owned), "{host}");
        }
    }
}
