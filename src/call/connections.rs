//! Rows of SIP-ServerConnection become connections of the telephone side. Pure.

use std::time::Duration;

use crate::resource::words::answer_mode;
use crate::resource::{Record, catalog};
use crate::sip::{Behaviour, Connection, Transport};
use crate::store::Snapshot;

/// The enabled connections of a snapshot.
pub fn connections(snapshot: &Snapshot) -> Vec<Connection> {
    let rows = snapshot.of(catalog::SIP_CONNECTION.uri);
    rows.iter().filter(|row| row.is("enabled")).map(|row| connection(row)).collect()
}

/// The connection of a row, switched on or not.
pub fn connection(row: &Record) -> Connection {
    let or = |column: &str, other: &str| match row.text(column) {
        "" => row.text(other).to_owned(),
        text => text.to_owned(),
    };
    Connection {
        id: row.key(),
        server: row.text("server").to_owned(),
        port: port(row.int("port")),
        transport: transport(row.text("transport")),
        verify_certificate: row.is("verify_tls"),
        domain: or("domain", "server"),
        extension: row.text("extension").to_owned(),
        username: or("auth_user", "extension"),
        password: row.text("password").to_owned(),
        realm: row.text("realm").to_owned(),
        expires_seconds: u32::try_from(row.int("expires_seconds")).unwrap_or(u32::MAX),
        local_ip: row.text("local_ip").parse().ok(),
        local_port: port(row.int("local_port")),
        behaviour: behaviour(row.text("answer_mode")),
        ring_limit: Duration::from_secs(row.int("ring_limit_seconds").unsigned_abs()),
        register: !row.is("no_register"),
    }
}

/// The catalogue's range keeps ports within 16 bits.
fn port(number: i64) -> u16 {
    u16::try_from(number).unwrap_or_default()
}

fn transport(word: &str) -> Transport {
    match word {
        "TCP" => Transport::Tcp,
        "TLS" => Transport::Tls,
        _ => Transport::Udp,
    }
}

fn behaviour(word: &str) -> Behaviour {
    match word {
        answer_mode::TRYING_ONLY => Behaviour::TryingOnly,
        answer_mode::BUSY => Behaviour::Busy,
        _ => Behaviour::Watch,
    }
}
