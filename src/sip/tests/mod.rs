//! Tests of the room over several of its modules.

mod agent;
mod hostile;
mod late;
mod reading;
mod registration;
mod tls;

use std::path::PathBuf;
use std::time::Duration;

use super::{Behaviour, Connection, Transport};

/// The messages that lie beside the checkout for developers; `None` elsewhere.
fn shared_fixtures(folder: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared", "../../shared"]
        .iter()
        .map(|shared| root.join(shared).join("fixtures").join(folder))
        .find(|path| path.is_dir())?;
    let mut files: Vec<_> = std::fs::read_dir(found)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    Some(files)
}

/// An enabled row that registers over UDP from the shared listener.
pub(in crate::sip) fn connection(id: i64, server: &str, port: u16) -> Connection {
    Connection {
        id,
        server: server.into(),
        port,
        transport: Transport::Udp,
        verify_certificate: true,
        domain: String::new(),
        extension: "7".into(),
        username: "0007".into(),
        password: "secret".into(),
        realm: String::new(),
        expires_seconds: 3600,
        local_ip: None,
        local_port: 0,
        behaviour: Behaviour::Watch,
        ring_limit: Duration::from_secs(180),
        register: true,
    }
}
