//! The program: reads what it is to do, and does it.

use std::io::Write;
use std::process::ExitCode;

use smartconnect::command;
use smartconnect::config::{self, SettingsFault};

/// Usage or settings are wrong (cli.md).
const EXIT_SETTINGS: u8 = 2;

fn main() -> ExitCode {
    let start = match config::load() {
        Ok(start) => start,
        Err(SettingsFault::Usage(usage)) => usage.exit(), // prints; 0 for --help, 2 for a fault
        Err(fault) => {
            eprintln!("smartconnect: {fault}");
            return ExitCode::from(EXIT_SETTINGS);
        }
    };
    start_log(&start.settings.log);
    command::run(start.command, start.settings)
}

/// One line an event: line ends and control characters of a message are shown escaped.
fn start_log(filter: &str) {
    let line = |out: &mut env_logger::fmt::Formatter, record: &log::Record<'_>| {
        let (at, level) = (out.timestamp_millis(), record.level());
        let text: String = record.args().to_string().chars().flat_map(shown).collect();
        writeln!(out, "{at} {level:<5} {} {text}", record.target())
    };
    env_logger::Builder::new()
        .filter_module("actix_server", log::LevelFilter::Warn) // its start-up lines tell nobody here anything
        .filter_module("actix_http::h1", log::LevelFilter::Off) // an error for each broken request that a stranger sends
        .parse_filters(filter)
        .format(line)
        .init();
}

fn shown(c: char) -> impl Iterator<Item = char> {
    let plain = (!c.is_control()).then_some(c);
    plain.into_iter().chain(c.escape_default().filter(move |_| plain.is_none()))
}
