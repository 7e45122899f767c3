//! Who may ring us, and how often (contract sip.md 3 and 10).
//!
//! Invariant: every table here is bounded, whoever sends. Never: looks at a number or a name.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// Most sources that are remembered; beyond them strangers get silence.
const SOURCES_MAX: usize = 10_000;
/// A stranger is told 403 this often.
const REFUSAL_EVERY: Duration = Duration::from_secs(60);
/// Window of the rate limit.
const RATE_WINDOW: Duration = Duration::from_secs(1);

/// What of a row decides whether an INVITE is for it.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Key of the row.
    pub id: i64,
    /// Random user part of its Contact.
    pub contact_user: &'a str,
    /// Addresses of its server.
    pub addresses: &'a [IpAddr],
    /// 内線番号.
    pub extension: &'a str,
}

/// What of an INVITE decides to which row it belongs.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    /// User part of the Request-URI.
    pub uri_user: &'a [u8],
    /// User part of To.
    pub to_user: &'a [u8],
    /// Where it came from.
    pub source: IpAddr,
}

/// The row that `knock` belongs to: by its Contact user, else by the server's address and To,
/// else the lowest key among that server's rows. `None` = a stranger.
pub fn choose<'a>(
    rows: impl Iterator<Item = Candidate<'a>> + Clone,
    knock: Knock<'_>,
) -> Option<i64> {
    let by_contact = rows.clone().find(|row| row.contact_user.as_bytes() == knock.uri_user);
    if let Some(row) = by_contact.filter(|row| !row.contact_user.is_empty()) {
        return Some(row.id);
    }
    let source = knock.source.to_canonical();
    let servers = rows.filter(|row| row.addresses.contains(&source));
    // false sorts first: a row whose 内線番号 is called wins
    servers
        .min_by_key(|row| {
            let called = !row.extension.is_empty() && row.extension.as_bytes() == knock.to_user;
            (!called, row.id)
        })
        .map(|row| row.id)
}

/// What each source may still do.
#[derive(Debug)]
pub struct Doorkeeper {
    per_second: u32,
    /// Start of the window and INVITEs in it.
    rates: HashMap<IpAddr, (Instant, u32)>,
    /// When a source was last told 403.
    refusals: HashMap<IpAddr, Instant>,
    /// A full table is swept once in its period, not for every packet of a flood.
    rates_swept: Option<Instant>,
    refusals_swept: Option<Instant>,
}

impl Doorkeeper {
    /// Lets `per_second` INVITEs of one source pass; 0 = any number (cli.md, `[limits]`).
    pub fn new(per_second: u32) -> Self {
        let per_second = NonZeroU32::new(per_second).map_or(u32::MAX, NonZeroU32::get);
        Self {
            per_second,
            rates: HashMap::new(),
            refusals: HashMap::new(),
            rates_swept: None,
            refusals_swept: None,
        }
    }

    /// Counts a new INVITE from `source`, which may ring us; false = over its limit.
    pub fn within_rate(&mut self, source: IpAddr, now: Instant) -> bool {
        let fresh = |since: Instant| now.saturating_duration_since(since) < RATE_WINDOW;
        if !self.rates.contains_key(&source) && self.rates.len() >= SOURCES_MAX {
            if !self.rates_swept.is_some_and(fresh) {
                self.rates_swept = Some(now);
                self.rates.retain(|_, (since, _)| fresh(*since));
            }
            if self.rates.len() >= SOURCES_MAX {
                return false;
            }
        }
        let (since, count) = self.rates.entry(source).or_insert((now, 0));
        if !fresh(*since) {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= self.per_second
    }

    /// Whether a stranger is to be told 403 now, or gets silence.
    pub fn may_refuse(&mut self, source: IpAddr, now: Instant) -> bool {
        let recent = |at: Instant| now.saturating_duration_since(at) < REFUSAL_EVERY;
        if self.refusals.get(&source).is_some_and(|at| recent(*at)) {
            return false;
        }
        if self.refusals.len() >= SOURCES_MAX {
            if !self.refusals_swept.is_some_and(recent) {
                self.refusals_swept = Some(now);
                self.refusals.retain(|_, at| recent(*at));
            }
            if self.refusals.len() >= SOURCES_MAX {
                return false;
            }
        }
        self.refusals.insert(source, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn ip(last: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, 2, last).into()
    }

    #[test]
    fn the_contact_wins_then_address_and_to_then_the_lowest_row() {
        let gateway = [ip(1)];
        let other = [ip(2)];
        let row = |id, contact_user, addresses, extension| Candidate {
            id,
            contact_user,
            addresses,
            extension,
        };
        let rows = [
            row(5, "five", &gateway[..], "5"),
            row(3, "three", &gateway[..], "3"),
            row(4, "", &other[..], ""),
        ];
        let ask = |uri_user: &'static str, to_user: &'static str, source| {
            let knock =
                Knock { uri_user: uri_user.as_bytes(), to_user: to_user.as_bytes(), source };
            choose(rows.iter().copied(), knock)
        };
        assert_eq!(ask("five", "3", ip(9)), Some(5));
        assert_eq!(ask("x", "5", ip(1)), Some(5));
        assert_eq!(ask("x", "0312345678", ip(1)), Some(3));
        assert_eq!(ask("", "", ip(2)), Some(4));
        assert_eq!(ask("", "", ip(9)), None);
        let mapped = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(ask("x", "", mapped), Some(3));
    }

    #[test]
    fn a_source_has_its_share_of_each_second() {
        let mut door = Doorkeeper::new(2);
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let passed: Vec<bool> =
            [0, 1, 2, 999, 1000].into_iter().map(|ms| door.within_rate(ip(1), at(ms))).collect();
        assert_eq!(passed, [true, true, false, false, true]);
        assert!(door.within_rate(ip(2), at(2)));
    }

    #[test]
    fn strangers_are_told_once_a_minute_and_the_tables_stay_bounded() {
        let mut door = Doorkeeper::new(1);
        let start = Instant::now();
        assert!(door.may_refuse(ip(1), start));
        assert!(!door.may_refuse(ip(1), start + Duration::from_secs(59)));
        assert!(door.may_refuse(ip(1), start + Duration::from_secs(60)));
        for number in 0..30_000_u32 {
            let source = IpAddr::V4(Ipv4Addr::from_bits(number));
            door.may_refuse(source, start);
            door.within_rate(source, start);
        }
        assert!(door.refusals.len() <= SOURCES_MAX && door.rates.len() <= SOURCES_MAX);
        let later = start + Duration::from_secs(61);
        assert!(door.may_refuse(ip(77), later) && door.within_rate(ip(77), later));
    }

    #[test]
    fn a_limit_of_zero_is_none() {
        let mut door = Doorkeeper::new(0);
        let now = Instant::now();
        assert!((0..10_000).all(|_| door.within_rate(ip(1), now)));
    }
}
