//! Passwords that were verified a moment ago, so that a client with HTTP Basic does not cost
//! an argon2 run per request.
//!
//! Invariant: any change of users or tokens forgets everything; what one network proved counts for no
//! other, which would have no limit on its guesses.
//! Never: holds a password, only a hash with a key that dies with the process.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::throttle::network_of;
use super::{Account, Directory};
use crate::clock::UnixMs;

/// How long a verified password counts.
const VALID_MS: i64 = 5 * 60 * 1000;
/// Entries at once; a full table is emptied.
const ENTRIES_MAX: usize = 1000;

/// Remembers verified passwords.
pub(super) struct Verified {
    key: [u8; 32],
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    /// The directory they were verified against.
    directory: Arc<Directory>,
    accounts: HashMap<[u8; 32], (Arc<Account>, UnixMs)>,
}

impl Default for Verified {
    fn default() -> Self {
        Self { key: rand::random(), entries: Mutex::default() }
    }
}

impl Verified {
    /// Who was verified with these credentials against this very directory.
    pub(super) fn find(
        &self,
        directory: &Arc<Directory>,
        login: &str,
        password: &str,
        peer: IpAddr,
        now: UnixMs,
    ) -> Option<Arc<Account>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&entries.directory, directory) {
            return None;
        }
        let (account, verified_at) = entries.accounts.get(&self.digest(login, password, peer))?;
        (0..VALID_MS).contains(&(now - verified_at)).then(|| Arc::clone(account))
    }

    /// Remembers that these credentials are right.
    pub(super) fn note(
        &self,
        directory: &Arc<Directory>,
        login: &str,
        password: &str,
        peer: IpAddr,
        account: &Arc<Account>,
        now: UnixMs,
    ) {
        let digest = self.digest(login, password, peer);
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&entries.directory, directory) || entries.accounts.len() >= ENTRIES_MAX {
            *entries = Entries { directory: Arc::clone(directory), accounts: HashMap::new() };
        }
        entries.accounts.insert(digest, (Arc::clone(account), now));
    }

    fn digest(&self, login: &str, password: &str, peer: IpAddr) -> [u8; 32] {
        let network = match network_of(peer) {
            IpAddr::V4(address) => address.to_ipv6_mapped(),
            IpAddr::V6(address) => address,
        };
        let hash = Sha256::new().chain_update(self.key).chain_update(network.octets());
        let hash = hash.chain_update(login.as_bytes());
        // A ユーザーID from Basic holds no colon, so the parts cannot be mixed up.
        hash.chain_update(b":").chain_update(password.as_bytes()).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Credential, Noted, Role};
    use super::*;

    #[test]
    fn a_verified_password_counts_for_five_minutes_and_one_directory() {
        let account = Arc::new(Account {
            key: 1,
            noted: Noted::default(),
            credential: Credential::Password,
            name: "admin".into(),
            role: Role::Administrator,
            lines: vec![],
        });
        let (directory, changed) = (Arc::new(Directory::default()), Arc::new(Directory::default()));
        let verified = Verified::default();
        let here = IpAddr::from([192, 0, 2, 1]);
        verified.note(&directory, "admin", "secret", here, &account, 0);
        let find =
            |directory, password, now| verified.find(directory, "admin", password, here, now);
        let elsewhere = IpAddr::from([192, 0, 2, 2]);
        assert_eq!(verified.find(&directory, "admin", "secret", elsewhere, 0), None);
        assert_eq!(find(&directory, "secret", VALID_MS - 1), Some(account));
        assert_eq!(find(&directory, "secret", VALID_MS), None);
        assert_eq!(find(&directory, "other", 0), None);
        assert_eq!(find(&changed, "secret", 0), None);
    }
}
