//! How many requests an address may get in a stretch of time, as pure bookkeeping.
//!
//! A request counts from its start until a full window after its *end*: the receiver counted it
//! somewhere in between, so whatever its clock says, it never sees more than the limit in a window.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// At most `count` requests in any stretch of `length`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The stretch.
    pub length: Duration,
    /// The limit.
    pub count: usize,
}

/// Added to every window as a part of it, for clocks that run at slightly different speeds.
const SLACK_PART: u32 = 60;
/// The most that is added.
const SLACK_MAX: Duration = Duration::from_secs(1);
/// The least: timers wake late by some milliseconds.
const SLACK_MIN: Duration = Duration::from_millis(50);
/// Asked again after this time where only requests under way fill the window.
const UNDER_WAY: Duration = Duration::from_millis(500);
/// Most requests remembered for one address; the largest window count must not exceed it.
const REMEMBERED_MAX: usize = 6000;

/// A request that was let through; hand it back by [`Pace::done`].
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket {
    address: String,
    number: u64,
}

impl Ticket {
    /// The address it was given for.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// The requests to each address.
#[derive(Debug, Default)]
pub struct Pace {
    addresses: HashMap<String, Log>,
    numbers: u64,
}

#[derive(Debug, Default)]
struct Log {
    /// In order of their start; `None` = under way.
    requests: VecDeque<(u64, Option<Instant>)>,
    /// The receiver asked for quiet until then.
    held_until: Option<Instant>,
}

impl Pace {
    /// Lets one request to `address` through, or says when to ask again.
    pub fn take(
        &mut self,
        address: &str,
        windows: &[Window],
        now: Instant,
    ) -> Result<Ticket, Instant> {
        if let Some(until) = self.blocked(address, windows, now) {
            return Err(until);
        }
        self.numbers += 1;
        if !windows.is_empty() {
            let log = self.addresses.entry(address.to_owned()).or_default();
            log.requests.push_back((self.numbers, None));
        }
        Ok(Ticket { address: address.to_owned(), number: self.numbers })
    }

    /// Until when nothing may go to `address`.
    pub fn blocked(&mut self, address: &str, windows: &[Window], now: Instant) -> Option<Instant> {
        let log = self.addresses.get_mut(address)?;
        log.forget(windows, now);
        let held = log.held_until.filter(|until| *until > now);
        windows.iter().filter_map(|window| log.full_until(*window, now)).chain(held).max()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// The request has ended.
    pub fn done(&mut self, ticket: &Ticket, now: Instant) {
        let Some(log) = self.addresses.get_mut(&ticket.address) else { return };
        if let Some(request) = log.requests.iter_mut().find(|(number, _)| *number == ticket.number)
        {
            request.1 = Some(now);
        }
    }

    /// The receiver asked for quiet (Retry-After).
    pub fn hold(&mut self, address: &str, until: Instant) {
        let log = self.addresses.entry(address.to_owned()).or_default();
        log.held_until = log.held_until.max(Some(until));
    }

    /// Forgets addresses that have nothing to remember; called now and then.
    pub fn tidy(&mut self, longest: Duration, now: Instant) {
        self.addresses.retain(|_, log| {
            log.requests.retain(|(_, ended)| ended.is_none_or(|at| at + with_slack(longest) > now));
            log.held_until = log.held_until.filter(|until| *until > now);
            !log.requests.is_empty() || log.held_until.is_some()
        });
    }
}

impl Log {
    /// Drops what no window looks at any more.
    fn forget(&mut self, windows: &[Window], now: Instant) {
        let longest = windows.iter().map(|window| window.length).max().unwrap_or_default();
        let longest = with_slack(longest);
        self.requests.retain(|(_, ended)| ended.is_none_or(|at| at + longest > now));
        while self.requests.len() > REMEMBERED_MAX {
            self.requests.pop_front();
        }
    }

    /// When this window has room again; `None` = it has.
    fn full_until(&self, window: Window, now: Instant) -> Option<Instant> {
        let length = with_slack(window.length);
        let mut frees: Vec<Option<Instant>> = self
            .requests
            .iter()
            .map(|(_, ended)| ended.map(|at| at + length))
            .filter(|free| free.is_none_or(|at| at > now))
            .collect();
        if frees.len() < window.count.max(1) {
            return None;
        }
        // Requests under way free their place last of all.
        frees.sort_by_key(|free| (free.is_none(), *free));
        let must_go = frees.len() - window.count.max(1);
        frees.get(must_go).map(|free| free.unwrap_or(now + UNDER_WAY))
    }
}

fn with_slack(length: Duration) -> Duration {
    length + (length / SLACK_PART).clamp(SLACK_MIN, SLACK_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Window = Window { length: Duration::from_secs(60), count: 60 };
    const TEN_MINUTES: Window = Window { length: Duration::from_secs(600), count: 500 };

    /// Sends as fast as allowed for `span`, each request taking `takes`; answers when each began
    /// and ended.
    fn run(span: Duration, takes: Duration) -> Vec<(Instant, Instant)> {
        let start = Instant::now();
        let (mut pace, mut now, mut sent) = (Pace::default(), start, Vec::new());
        while now < start + span {
            match pace.take("a", &[MINUTE, TEN_MINUTES], now) {
                Ok(ticket) => {
                    let begun = now;
                    now += takes;
                    pace.done(&ticket, now);
                    sent.push((begun, now));
                }
                Err(until) => {
                    assert!(until > now);
                    now = until;
                }
            }
        }
        sent
    }

    #[test]
    fn no_window_ever_holds_more_wherever_the_receiver_counts() {
        let sent = run(Duration::from_secs(3600), Duration::from_millis(250));
        for window in [MINUTE, TEN_MINUTES] {
            for pair in sent.windows(window.count + 1) {
                let (first, last) = (pair[0], pair[window.count]);
                // Counted at the end of the first and at the beginning of the last.
                assert!(last.0 - first.1 > window.length, "{window:?}");
            }
        }
        // And the limit is used: 500 in each ten minutes but for slack and request times.
        assert!(sent.len() > 2900, "{}", sent.len());
    }

    #[test]
    fn requests_under_way_count() {
        let now = Instant::now();
        let two = [Window { length: Duration::from_secs(60), count: 2 }];
        let mut pace = Pace::default();
        let first = pace.take("a", &two, now).unwrap();
        let _second = pace.take("a", &two, now).unwrap();
        assert_eq!(pace.take("a", &two, now), Err(now + UNDER_WAY));
        pace.done(&first, now);
        assert_eq!(pace.take("a", &two, now), Err(now + Duration::from_secs(61)));
        assert!(pace.take("b", &two, now).is_ok());
        assert!(pace.take("a", &two, now + Duration::from_secs(61)).is_ok());
    }

    #[test]
    fn retry_after_holds_an_address_even_without_windows() {
        let now = Instant::now();
        let mut pace = Pace::default();
        pace.hold("a", now + Duration::from_secs(9));
        pace.hold("a", now + Duration::from_secs(5));
        assert_eq!(pace.take("a", &[], now), Err(now + Duration::from_secs(9)));
        assert!(pace.take("a", &[], now + Duration::from_secs(9)).is_ok());
        pace.tidy(Duration::from_secs(600), now + Duration::from_secs(9));
        assert!(pace.addresses.is_empty());
    }
}
