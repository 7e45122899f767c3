//! Letters as they look, and servers that misbehave.

mod faults;
mod letters;
pub mod server;

use std::time::Duration;

use lettre::address::Address;
use lettre::transport::smtp::authentication::Mechanism;

use super::account::{Account, Encryption, Grant, Proof};
use super::letter::{Letter, Role};

/// An account of a server on this machine, without encryption.
pub fn account(port: u16) -> Account {
    Account {
        id: 1,
        server: "127.0.0.1".to_owned(),
        port,
        encryption: Encryption::None,
        login: "cti@example.com".to_owned(),
        proof: Proof::Password(Mechanism::Plain, "pässw0rd".to_owned()),
        sender_name: "CTI通知".to_owned(),
        email: "cti@example.com".to_owned(),
        reply_to: "desk@example.com".to_owned(),
        timeout: Duration::from_secs(20),
    }
}

/// An account that logs in with tokens from `url`.
pub fn with_tokens(port: u16, url: String) -> Account {
    let grant = Grant {
        url,
        client_id: "client".to_owned(),
        client_secret: "hidden-secret".to_owned(),
        refresh_token: "refresh-1".to_owned(),
        scope: String::new(),
    };
    Account { proof: Proof::Token(grant), ..account(port) }
}

pub fn people(list: &[(Role, &str)]) -> Vec<(Role, Address)> {
    list.iter().map(|(role, address)| (*role, address.parse().unwrap())).collect()
}

pub fn letter<'a>(recipients: &'a [(Role, Address)]) -> Letter<'a> {
    Letter {
        id: "5012.1",
        at: 1_743_466_502_000,
        subject: "【着信】花子",
        body: "本店に花子から着信",
        html: false,
        recipients,
    }
}
