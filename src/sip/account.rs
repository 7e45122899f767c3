//! What a registration knows of its row, and what it shows there.
//!
//! Invariant: holds values only. Never: can be printed with its password.

use std::time::Instant;

use super::event::RegistrationState;

/// What the machine needs to know about its row.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Request-URI of REGISTER.
    pub uri: String,
    /// Digest user name.
    pub username: String,
    /// Digest password; empty = cannot answer challenges.
    pub password: String,
    /// Only this realm's challenges are answered; empty = any.
    pub realm: String,
    /// Expires to ask for, in seconds.
    pub expires: u32,
    /// TCP or TLS: no retransmissions.
    pub reliable: bool,
}

/// What the row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// 登録状態.
    pub state: RegistrationState,
    /// 最終応答コード; 0 = none yet.
    pub code: u16,
    /// 最終エラー.
    pub error: String,
    /// When the next REGISTER goes out.
    pub next: Option<Instant>,
}
