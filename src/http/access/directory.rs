//! Users and tokens, ready to be looked up: made once per change of the store's snapshot.
//!
//! Invariant: an account that is switched off, or a token past its last day, is not found.
//! Never: holds a token (only its hash) or a password (only its argon2id text).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{Days, NaiveDate};

use super::token::{TOKEN_HASH_BYTES, hash_from_hex};
use crate::clock::{UnixMs, from_japan};
use crate::resource::Record;
use crate::resource::words::role;
use crate::store::{SessionHash, Snapshot};

/// How often the use of one account is noted.
const NOTE_EVERY_MS: i64 = 60_000;

/// 権限.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 管理者.
    Administrator,
    /// 一般.
    Operator,
    /// 参照のみ.
    Reader,
}

impl Role {
    /// Reads the stored word; anything unknown gives the least rights.
    pub fn from_word(word: &str) -> Self {
        match word {
            role::ADMINISTRATOR => Self::Administrator,
            role::OPERATOR => Self::Operator,
            _ => Self::Reader,
        }
    }

    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Administrator => role::ADMINISTRATOR,
            Self::Operator => role::OPERATOR,
            Self::Reader => role::READER,
        }
    }
}

/// What an account logs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// ユーザーID and password.
    Password,
    /// A token with this hash.
    Token([u8; TOKEN_HASH_BYTES]),
    /// The cookie of a session with this hash.
    Session(SessionHash),
}

/// Somebody with credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The key of its row.
    pub key: i64,
    /// What it logs in with.
    pub credential: Credential,
    /// ユーザーID, or the name of the token.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// 回線No that he may see; empty = all.
    pub lines: Vec<i64>,
    /// When its use was last noted.
    pub noted: Noted,
}

/// When the use of an account was last noted in its row.
#[derive(Debug, Default)]
pub struct Noted(AtomicI64);

impl Noted {
    /// Noted at this time.
    pub fn at(time: UnixMs) -> Self {
        Self(AtomicI64::new(time))
    }

    /// Whether a use at `now` is to be noted: true once in [`NOTE_EVERY_MS`].
    pub(super) fn is_due(&self, now: UnixMs) -> bool {
        let last = self.0.load(Ordering::Relaxed);
        let due = !(0..NOTE_EVERY_MS).contains(&now.saturating_sub(last));
        due && self.0.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

impl Clone for Noted {
    fn clone(&self) -> Self {
        Self::at(self.0.load(Ordering::Relaxed))
    }
}

impl PartialEq for Noted {
    /// An account is the same whenever it was used.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Noted {}

/// A user as the log-in needs him.
#[derive(Debug)]
pub(super) struct User {
    pub(super) account: Arc<Account>,
    /// Sessions of another epoch are over.
    pub(super) epoch: i64,
    /// argon2id, PHC text.
    pub(super) password: String,
}

/// A token as the lookup needs it.
#[derive(Debug)]
struct Token {
    account: Arc<Account>,
    /// First moment at which it counts no more; `None` = never.
    ends_at: Option<UnixMs>,
}

/// Everybody with credentials, as of one snapshot.
#[derive(Debug, Default)]
pub struct Directory {
    /// At least one user is stored, switched off or not.
    pub(super) users_exist: bool,
    users: HashMap<String, User>,
    logins: HashMap<i64, String>,
    tokens: HashMap<[u8; TOKEN_HASH_BYTES], Token>,
}

impl Directory {
    /// Reads the users and tokens of a snapshot.
    pub fn of(snapshot: &Snapshot) -> Self {
        let users = snapshot.of("UserManagement");
        let enabled = || users.iter().filter(|row| row.is("enabled"));
        let login = |row: &Record| row.text("login").to_owned();
        let tokens = snapshot.of("API-Token").iter();
        Self {
            users_exist: !users.is_empty(),
            users: enabled().map(|row| (login(row), user(row))).collect(),
            logins: enabled().map(|row| (row.key(), login(row))).collect(),
            tokens: tokens.filter_map(|row| token(row)).collect(),
        }
    }

    /// Whether an account that was let in earlier would be let in again.
    pub(super) fn still_knows(&self, account: &Arc<Account>, now: UnixMs) -> bool {
        let known = match &account.credential {
            Credential::Password => self.user(&account.name).map(|user| &user.account),
            Credential::Token(hash) => self.token(hash, now),
            // The gate asks the store.
            Credential::Session(_) => None,
        };
        known.is_some_and(|known| known == account)
    }

    /// The enabled user with this ユーザーID.
    pub(super) fn user(&self, login: &str) -> Option<&User> {
        self.users.get(login)
    }

    /// The enabled user with this key.
    pub(super) fn user_by_key(&self, key: i64) -> Option<&User> {
        self.user(self.logins.get(&key)?)
    }

    /// Whose token has this hash, if it still counts at `now`.
    pub(super) fn token(
        &self,
        hash: &[u8; TOKEN_HASH_BYTES],
        now: UnixMs,
    ) -> Option<&Arc<Account>> {
        let token = self.tokens.get(hash)?;
        token.ends_at.is_none_or(|end| now < end).then_some(&token.account)
    }
}

fn user(row: &Record) -> User {
    let account = Account {
        key: row.key(),
        noted: Noted::at(row.int("last_login_at")),
        credential: Credential::Password,
        name: row.text("login").to_owned(),
        role: Role::from_word(row.text("role")),
        lines: row.text("lines").split(',').filter_map(|line| line.trim().parse().ok()).collect(),
    };
    User {
        account: Arc::new(account),
        epoch: row.hidden("session_epoch").int(),
        password: row.text("password").to_owned(),
    }
}

fn token(row: &Record) -> Option<([u8; TOKEN_HASH_BYTES], Token)> {
    let hash = hash_from_hex(row.hidden("hash").text())?;
    let account = Account {
        key: row.key(),
        noted: Noted::at(row.int("last_used_at")),
        credential: Credential::Token(hash),
        name: row.text("name").to_owned(),
        role: Role::from_word(row.text("role")),
        lines: Vec::new(),
    };
    let ends_at = match row.text("expires_on") {
        "" => None,
        // A date that cannot be read counts as past: a token must not live longer than meant.
        day => Some(end_of(day).unwrap_or(UnixMs::MIN)),
    };
    Some((hash, Token { account: Arc::new(account), ends_at }))
}

/// The first moment after a Japanese day `yyyy/MM/dd`.
fn end_of(day: &str) -> Option<UnixMs> {
    let day = NaiveDate::parse_from_str(day, "%Y/%m/%d").ok()?;
    Some(from_japan(day.checked_add_days(Days::new(1))?.and_hms_opt(0, 0, 0)?))
}

#[cfg(test)]
mod tests {
    use super::super::token::{fresh_token, hash_of};
    use super::*;
    use crate::resource::{Value, catalog};

    fn row(uri: &str, cells: &[(&str, &str)]) -> Record {
        let mut row = Record::empty(catalog::find(uri).unwrap());
        for (column, text) in cells {
            row.set(column, Value::Text((*text).to_owned()));
        }
        row
    }

    fn snapshot(users: Vec<Record>, tokens: Vec<Record>) -> Snapshot {
        let shared = |rows: Vec<Record>| Arc::new(rows.into_iter().map(Arc::new).collect());
        let rows = [("UserManagement", shared(users)), ("API-Token", shared(tokens))];
        Snapshot { number: 1, rows: rows.into_iter().collect() }
    }

    #[test]
    fn a_user_who_is_switched_off_is_not_found_but_ends_set_up() {
        let mut off = row("UserManagement", &[("login", "off"), ("role", "管理者")]);
        off.set("enabled", Value::Int(0));
        let mut on = row("UserManagement", &[("login", "on"), ("role", "一般"), ("lines", "1,2")]);
        on.set("enabled", Value::Int(1));
        let directory = Directory::of(&snapshot(vec![off.clone(), on], vec![]));
        assert!(directory.user("off").is_none());
        let account = &directory.user("on").unwrap().account;
        assert_eq!((account.role, account.lines.as_slice()), (Role::Operator, [1, 2].as_slice()));
        assert!(Directory::of(&snapshot(vec![off], vec![])).users_exist);
        assert!(!Directory::of(&snapshot(vec![], vec![])).users_exist);
    }

    #[test]
    fn a_use_is_noted_once_a_minute() {
        let noted = Noted::at(1_000);
        let due = [1_000, 60_999, 61_000, 61_001, 120_999, 121_000, 0].map(|now| noted.is_due(now));
        // A clock that was set back does not silence it.
        assert_eq!(due, [false, false, true, false, false, true, true]);
    }

    #[test]
    fn a_token_counts_until_the_end_of_its_last_day_in_japan() {
        let token = fresh_token();
        let mut stored = row("API-Token", &[("name", "見本"), ("expires_on", "2025/04/01")]);
        stored.hidden[0] = Value::Text(token.hash_hex.clone());
        let directory = Directory::of(&snapshot(vec![], vec![stored]));
        let hash = hash_of(&token.text);
        let end = from_japan("2025-04-02T00:00:00".parse().unwrap());
        assert_eq!(directory.token(&hash, end - 1).unwrap().name, "見本");
        assert!(directory.token(&hash, end).is_none());
        assert!(directory.token(&hash_of("another"), 0).is_none());
    }
}
