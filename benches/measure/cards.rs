//! From the INVITE on the wire to the card on the screens of an office with a hundred clients.

use crate::chromium::{Browser, arrival};
use crate::harness::{Caller, Invite};
use crate::office::{CUSTOMER, LINE};
use crate::push::{Crowd, service};

/// Clients of the feed, and how many of them are browsers that show the desk.
const CLIENTS: (usize, usize) = (100, 3);
/// Calls that each of them sees.
const CALLS: usize = 100;

/// Prints one row.
pub fn measure() {
    let (clients, pages) = CLIENTS;
    let service = service();
    let first = Browser::open(&service);
    let mut browsers: Vec<Browser> = (1..pages).map(|_| first.beside(&service)).collect();
    browsers.push(first);
    browsers.iter().for_each(arrival::watch);
    let _crowd = Crowd::gather(&service, clients - pages);
    let caller = Caller::new(service.sip());
    let mut taken = Vec::new();
    for _ in 0..CALLS {
        let invite = Invite::new(CUSTOMER, LINE);
        let rung = arrival::ring(&caller, &invite);
        let seen = browsers.iter().map(|browser| arrival::seen(browser, &invite));
        taken.extend(seen.map(|seen| seen.saturating_sub(rung)));
        caller.hang_up(&invite, None);
    }
    taken.sort_unstable();
    let at = |share: usize| taken[(taken.len() * share / 100).min(taken.len() - 1)];
    println!(
        "\nINVITE to card, {clients} clients, {pages} of them browsers, {CALLS} calls, in milliseconds"
    );
    println!("{:>8} {:>8} {:>8} {:>8}", "cards", "p50", "p95", "max");
    println!("{:>8} {:>8} {:>8} {:>8}", taken.len(), at(50), at(95), at(100));
}
