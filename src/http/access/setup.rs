//! The set-up key: full rights from another machine as long as no user exists.
//!
//! Invariant: 128 random bits, valid for 30 minutes from the start, ends with the first user.
//! Never: is written anywhere but to the log of the start.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::clock::{Clock, UnixMs};

/// Bits / 8.
const KEY_BYTES: usize = 16;
/// How long it counts.
const VALID_MS: i64 = 30 * 60 * 1000;

/// The key of this start.
#[derive(Clone)]
pub struct SetUpKey {
    text: String,
    ends_at: UnixMs,
}

impl SetUpKey {
    /// A fresh key that counts from now on.
    pub fn fresh(clock: &Clock) -> Self {
        let bytes: [u8; KEY_BYTES] = rand::random();
        Self { text: URL_SAFE_NO_PAD.encode(bytes), ends_at: clock.now() + VALID_MS }
    }

    /// What to send as `X-Setup-Key`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether this is the key and it still counts; in constant time.
    pub(super) fn accepts(&self, text: &str, now: UnixMs) -> bool {
        let same: bool = self.text.as_bytes().ct_eq(text.as_bytes()).into();
        same && now < self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_counts_for_thirty_minutes() {
        let key = SetUpKey::fresh(&Clock::manual(1000));
        assert_eq!(URL_SAFE_NO_PAD.decode(key.text()).unwrap().len(), 16);
        assert!(key.accepts(key.text(), 1000 + VALID_MS - 1));
        assert!(!key.accepts(key.text(), 1000 + VALID_MS));
        assert!(!key.accepts("", 1000));
        assert!(!key.accepts(&key.text()[1..], 1000));
    }
}
