//! What the service does on this machine, as a table (run by benches/run).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a measurement that cannot go on ends
#![allow(clippy::print_stdout)] // the table
#![allow(clippy::disallowed_methods)] // a measurement may read the machine's clock

mod cards;
#[path = "../../tests/it/browser"]
#[allow(dead_code)] // shared with the tests of the pages
mod chromium {
    pub mod arrival;
    mod driver;
    mod elements;

    pub use driver::Browser;

    /// Browsers at the same time.
    const AT_ONCE: usize = 1;
}
#[path = "../../tests/it/crash.rs"]
#[allow(dead_code)] // its test is the suite's
mod crash;
#[path = "../../tests/it/deliveries.rs"]
#[allow(dead_code, unused_imports)]
mod deliveries;
#[path = "../../tests/it/harness/mod.rs"]
#[allow(dead_code, unused_imports)] // shared with the tests, which use all of it
mod harness;
mod history;
mod latency;
#[path = "../../tests/it/office.rs"]
#[allow(dead_code)]
mod office;
mod outbox;
mod peer_data;
mod peers;
mod push;
mod rest;
mod rung;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [mode, port] = words.as_slice()
        && mode == "bare"
    {
        return rest::serve_bare(port.parse().unwrap());
    }
    if words == ["kills"] {
        println!("\nkill -9 a hundred times, 50 calls/s, three targets");
        return crash::survive(100);
    }
    if words == ["peers"] {
        return peers::measure();
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    if wanted("rung") {
        rung::measure();
    }
    if wanted("latency") {
        latency::measure();
    }
    if wanted("outbox") {
        outbox::measure();
    }
    if wanted("push") {
        push::measure();
    }
    if wanted("cards") {
        cards::measure();
    }
    if wanted("history") {
        history::measure();
    }
    if wanted("rest") {
        rest::measure();
    }
}
