//! Orders of this machine's administrator: what a command asks of the database, whether the
//! service has it open or not.
//!
//! The store keeps rows and keys in memory, so two processes must never write: while the service
//! runs it carries the orders out itself, and hears them on a socket file in the data folder.
//! Whoever may open that file may read the database and its key file too, so it proves enough.
//!
//! Invariant: only the process that holds the data folder writes.
//! Never: listens on a network; answers a password.

mod carry;
mod channel;

use serde::{Deserialize, Serialize};

use crate::transfer::Format;

pub use carry::carry_out;
pub use channel::{Channel, ask, is_heard};

/// What a command asks for.
#[derive(Serialize, Deserialize)]
pub enum Order {
    /// A new user.
    AddUser {
        /// ユーザーID.
        login: String,
        /// 権限.
        role: String,
        /// In clear: it is checked and hashed where the order is carried out.
        password: String,
    },
    /// Everybody who may log in.
    ListUsers,
    /// Another password.
    SetPassword {
        /// ユーザーID.
        login: String,
        /// In clear.
        password: String,
    },
    /// A new token.
    AddToken {
        /// 名称.
        name: String,
        /// 権限.
        role: String,
    },
    /// A file of customers, which follows the order.
    ImportCustomers {
        /// What it is written in; `None` = its beginning tells.
        format: Option<Format>,
        /// Its bytes: one that ends earlier was cut on its way.
        bytes: u64,
    },
}

impl Order {
    /// Bytes of the file that follows; `None` = no file does.
    fn file_bytes(&self) -> Option<u64> {
        match self {
            Self::ImportCustomers { bytes, .. } => Some(*bytes),
            _ => None,
        }
    }
}

/// What came of an order.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It is done and on disk.
    Done,
    /// The users, by key.
    Users(Vec<UserLine>),
    /// The token's text, to be shown once.
    Token(String),
    /// What was imported (Japanese).
    Imported(String),
    /// What is wrong with the given values (Japanese).
    Faults(Vec<String>),
    /// A value that must be unique is taken (Japanese).
    Taken(String),
    /// There is no such user.
    NoSuchUser,
    /// It would leave no administrator.
    LastAdministrator,
    /// The store could not do it; the cause in English.
    Failed(String),
}

/// A user as the list shows him.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserLine {
    /// ユーザーID.
    pub login: String,
    /// ユーザー名.
    pub name: String,
    /// 権限.
    pub role: String,
    /// 使用する.
    pub enabled: bool,
    /// 最終ログイン日時.
    pub last_login_at: Option<i64>,
}
