//! What the service does on this machine, as a table (run by benches/run).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a measurement that cannot go on ends
#![allow(clippy::print_stdout)] // the table

#[path = "../../tests/it/harness/mod.rs"]
#[allow(dead_code, unused_imports)] // shared with the tests, which use all of it
mod harness;
mod history;
mod latency;
mod peer_data;
mod peers;
mod rest;
mod rung;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [mode, port] = words.as_slice()
        && mode == "bare"
    {
        return rest::serve_bare(port.parse().unwrap());
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
    if wanted("history") {
        history::measure();
    }
    if wanted("rest") {
        rest::measure();
    }
}
