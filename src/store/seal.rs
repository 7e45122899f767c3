//! Secrets at rest: ChaCha20-Poly1305 under the key file `secret.key`.
//!
//! Invariant: a sealed value opens only in the table, column and row it was sealed for.
//! Never: logs a key or a clear value.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};

use super::StoreError;

/// Bytes of a ChaCha20-Poly1305 key (RFC 8439 §2.8).
const KEY_BYTES: usize = 32;

/// Bytes of its nonce; random for every value, so far fewer than 2^32 values may be sealed.
const NONCE_BYTES: usize = 12;

/// First byte of a sealed value: tells the form of the rest.
const FORM: u8 = 1;

/// What [`Seal::check_value`] seals; opening it proves that the key belongs to the database.
const CHECK_TEXT: &str = "smartconnect";

/// Seals and opens secrets.
pub(super) struct Seal {
    cipher: ChaCha20Poly1305,
}

/// Where a secret lives; bound to the ciphertext as associated data, so that a value copied to
/// another row or column does not open there.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) table: &'a str,
    pub(super) column: &'a str,
    pub(super) key: i64,
}

impl Place<'_> {
    fn associated_data(&self) -> String {
        format!("{}/{}/{}", self.table, self.column, self.key)
    }
}

/// The place of the check value, in the table of facts about the database.
const CHECK_PLACE: Place<'static> = Place { table: "meta", column: "key_check", key: 0 };

impl Seal {
    /// Reads the key file.
    pub(super) fn read(path: &Path) -> Result<Self, StoreError> {
        let text = fs::read_to_string(path).map_err(|source| StoreError::file(path, source))?;
        let key = BASE64.decode(text.trim()).ok().filter(|key| key.len() == KEY_BYTES);
        let key = key.ok_or_else(|| {
            StoreError::Secret(format!(
                "{} is damaged: put back the key file that belongs to this database",
                path.display()
            ))
        })?;
        Self::from_key(&key)
    }

    /// Makes a key file, readable by its owner alone and on disk before this returns.
    /// The caller holds the lock of the data folder, so nobody else makes one meanwhile.
    pub(super) fn create(path: &Path) -> Result<Self, StoreError> {
        let key: [u8; KEY_BYTES] = rand::random();
        let draft = path.with_extension("key.new");
        write_private(&draft, format!("{}\n", BASE64.encode(key)).as_bytes())
            .and_then(|()| fs::rename(&draft, path))
            .and_then(|()| File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all())
            .map_err(|source| StoreError::file(path, source))?;
        Self::from_key(&key)
    }

    fn from_key(key: &[u8]) -> Result<Self, StoreError> {
        let cipher = ChaCha20Poly1305::new_from_slice(key)
            .map_err(|_| StoreError::Secret("the key has a wrong length".into()))?;
        Ok(Self { cipher })
    }

    /// Seals `clear` for `place`: form byte, nonce, ciphertext with tag.
    pub(super) fn seal(&self, place: &Place<'_>, clear: &str) -> Result<Vec<u8>, StoreError> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let aad = place.associated_data();
        let payload = Payload { msg: clear.as_bytes(), aad: aad.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| StoreError::Secret("a secret is too long to seal".into()))?;
        let mut out = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
        out.push(FORM);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what [`Seal::seal`] made for the same place.
    pub(super) fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<String, StoreError> {
        let refused = || {
            StoreError::Secret(format!(
                "a secret in {}.{} of row {} does not open: the row was altered outside the service",
                place.table, place.column, place.key
            ))
        };
        let rest = sealed.strip_prefix(&[FORM]).ok_or_else(refused)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(refused)?;
        let aad = place.associated_data();
        let payload = Payload { msg: sealed, aad: aad.as_bytes() };
        let clear = self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| refused())?;
        String::from_utf8(clear).map_err(|_| refused())
    }

    /// A value to keep in the database, by which [`Seal::fits`] knows its key again.
    pub(super) fn check_value(&self) -> Result<Vec<u8>, StoreError> {
        self.seal(&CHECK_PLACE, CHECK_TEXT)
    }

    /// Whether `check` was made with this key.
    pub(super) fn fits(&self, check: &[u8]) -> bool {
        self.open(&CHECK_PLACE, check).is_ok_and(|text| text == CHECK_TEXT)
    }
}

/// Writes and syncs a file that no one but its owner may read; a leftover of a broken start is
/// replaced.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place { table: "chat_target", column: "token", key: 7 };

    fn seal() -> Seal {
        Seal::from_key(&[7; KEY_BYTES]).unwrap()
    }

    #[test]
    fn a_secret_opens_where_it_was_sealed() {
        let sealed = seal().seal(&HERE, "秘密").unwrap();
        assert_eq!(seal().open(&HERE, &sealed).unwrap(), "秘密");
    }

    #[test]
    fn a_secret_moved_elsewhere_does_not_open() {
        let sealed = seal().seal(&HERE, "x").unwrap();
        for place in [
            Place { key: 8, ..HERE },
            Place { column: "password", ..HERE },
            Place { table: "mail_account", ..HERE },
        ] {
            assert!(seal().open(&place, &sealed).is_err());
        }
    }

    #[test]
    fn damaged_or_short_values_do_not_open() {
        let mut sealed = seal().seal(&HERE, "x").unwrap();
        *sealed.last_mut().unwrap() ^= 1;
        assert!(seal().open(&HERE, &sealed).is_err());
        assert!(seal().open(&HERE, &[FORM, 1, 2]).is_err());
        assert!(seal().open(&HERE, &[]).is_err());
    }

    #[test]
    fn equal_secrets_are_sealed_differently() {
        assert_ne!(seal().seal(&HERE, "x").unwrap(), seal().seal(&HERE, "x").unwrap());
    }

    #[test]
    fn the_check_value_knows_its_key() {
        let check = seal().check_value().unwrap();
        assert!(seal().fits(&check));
        assert!(!Seal::from_key(&[8; KEY_BYTES]).unwrap().fits(&check));
    }
}
