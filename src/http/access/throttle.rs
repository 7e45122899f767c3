//! Ten tries to log in a minute, per account and per address (/64 for IPv6).
//!
//! Invariant: a try counts before its password is verified; a right password gives it back.
//! Never: grows beyond [`ENTRIES_MAX`] entries.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use super::peer::plain;
use super::token::{TOKEN_HASH_BYTES, hash_of};
use crate::clock::UnixMs;

/// Tries a minute.
const TRIES_MAX: u32 = 10;
/// The minute.
const WINDOW_MS: i64 = 60_000;
/// Accounts, and addresses, remembered at once.
const ENTRIES_MAX: usize = 10_000;

/// Counts tries.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    /// By hash: a tried name may be of any length.
    accounts: HashMap<[u8; TOKEN_HASH_BYTES], Window>,
    addresses: HashMap<IpAddr, Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began_at: UnixMs,
    tries: u32,
}

impl Throttle {
    /// Counts a try, or answers in how many seconds the next one counts.
    pub(super) fn count(&self, account: &str, peer: IpAddr, now: UnixMs) -> Result<(), u64> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (account, address) = (hash_of(account), network_of(peer));
        let wait =
            wait_ms(&counts.accounts, &account, now).max(wait_ms(&counts.addresses, &address, now));
        if wait > 0 {
            return Err(u64::try_from(wait).unwrap_or(0).div_ceil(1000));
        }
        note(&mut counts.accounts, account, now);
        note(&mut counts.addresses, address, now);
        Ok(())
    }

    /// Whether an address has tries left.
    pub(super) fn is_open(&self, peer: IpAddr, now: UnixMs) -> bool {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        wait_ms(&counts.addresses, &network_of(peer), now) == 0
    }

    /// Gives a try back: the password was right.
    pub(super) fn give_back(&self, account: &str, peer: IpAddr) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = counts.accounts.get_mut(&hash_of(account)) {
            window.tries = window.tries.saturating_sub(1);
        }
        if let Some(window) = counts.addresses.get_mut(&network_of(peer)) {
            window.tries = window.tries.saturating_sub(1);
        }
    }
}

/// An IPv4 address, or the /64 of an IPv6 address.
pub(super) fn network_of(peer: IpAddr) -> IpAddr {
    match plain(peer) {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
    }
}

/// How long until a try counts; a full table makes newcomers wait.
fn wait_ms<K: Hash + Eq>(windows: &HashMap<K, Window>, key: &K, now: UnixMs) -> i64 {
    match windows.get(key) {
        Some(window) if window.tries >= TRIES_MAX => {
            // A clock that was set back must not lock anybody out for longer than a window.
            (window.began_at + WINDOW_MS - now).clamp(0, WINDOW_MS)
        }
        Some(_) => 0,
        None if windows.len() < ENTRIES_MAX => 0,
        None => {
            let full = windows.values().all(|window| is_current(window, now));
            if full { WINDOW_MS } else { 0 }
        }
    }
}

fn is_current(window: &Window, now: UnixMs) -> bool {
    (0..WINDOW_MS).contains(&(now - window.began_at))
}

fn note<K: Hash + Eq>(windows: &mut HashMap<K, Window>, key: K, now: UnixMs) {
    if windows.len() >= ENTRIES_MAX {
        windows.retain(|_, window| is_current(window, now));
    }
    let window = windows.entry(key).or_insert(Window { began_at: now, tries: 0 });
    if !is_current(window, now) {
        *window = Window { began_at: now, tries: 0 };
    }
    window.tries += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_eleventh_try_of_a_minute_waits_per_account() {
        let throttle = Throttle::default();
        for n in 0..10 {
            let peer = ip(&format!("192.0.2.{n}"));
            assert_eq!(throttle.count("admin", peer, n), Ok(()));
        }
        assert_eq!(throttle.count("admin", ip("192.0.2.99"), 30_000), Err(30));
        assert_eq!(throttle.count("other", ip("192.0.2.99"), 30_000), Ok(()));
        assert_eq!(throttle.count("admin", ip("192.0.2.99"), 60_000), Ok(()));
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let throttle = Throttle::default();
        for n in 0..10 {
            let peer = ip(&format!("2001:db8:1:2::{n}"));
            assert_eq!(throttle.count(&format!("user{n}"), peer, 0), Ok(()));
        }
        assert!(throttle.count("more", ip("2001:db8:1:2:ffff::1"), 0).is_err());
        assert!(throttle.count("more", ip("2001:db8:1:3::1"), 0).is_ok());
        assert!(!throttle.is_open(ip("2001:db8:1:2:ffff::1"), 0));
        assert!(throttle.is_open(ip("2001:db8:1:3::1"), 0));
    }

    #[test]
    fn a_right_password_gives_the_try_back() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            assert_eq!(throttle.count("admin", ip("192.0.2.1"), 0), Ok(()));
            throttle.give_back("admin", ip("192.0.2.1"));
        }
    }

    #[test]
    fn the_table_is_bounded_and_frees_itself() {
        let throttle = Throttle::default();
        for n in 0..20_000_u32 {
            let peer = IpAddr::V4(std::net::Ipv4Addr::from_bits(n));
            let _ = throttle.count(&n.to_string(), peer, 0);
        }
        assert!(throttle.counts.lock().unwrap().accounts.len() <= ENTRIES_MAX);
        assert!(throttle.count("late", ip("192.0.2.1"), 0).is_err());
        assert!(throttle.count("late", ip("192.0.2.1"), WINDOW_MS).is_ok());
    }
}
