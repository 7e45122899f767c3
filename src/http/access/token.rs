//! API tokens: 256 random bits, stored as SHA-256.
//!
//! Invariant: the token's text exists only in the answer that issues it.
//! Never: compares a token itself, only its hash, so that time tells nothing about it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Bits of a token / 8.
const TOKEN_BYTES: usize = 32;
/// SHA-256.
pub(super) const TOKEN_HASH_BYTES: usize = 32;
/// How many last characters are kept to tell tokens apart (resources.md §26).
const SHOWN_CHARACTERS: usize = 4;

/// A token that was just made.
#[derive(Clone)]
pub struct FreshToken {
    /// To be shown once.
    pub text: String,
    /// To be stored.
    pub hash_hex: String,
    /// 末尾.
    pub last_four: String,
}

/// Makes a token from the kernel-seeded generator.
pub fn fresh_token() -> FreshToken {
    let bytes: [u8; TOKEN_BYTES] = rand::random();
    let text = URL_SAFE_NO_PAD.encode(bytes);
    let hash_hex = hash_of(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    let last_four = text.chars().skip(text.len() - SHOWN_CHARACTERS).collect();
    FreshToken { text, hash_hex, last_four }
}

/// The stored form of a token's text.
pub(super) fn hash_of(text: &str) -> [u8; TOKEN_HASH_BYTES] {
    Sha256::digest(text.as_bytes()).into()
}

/// Reads a stored hash.
pub(super) fn hash_from_hex(hex: &str) -> Option<[u8; TOKEN_HASH_BYTES]> {
    let mut hash = [0; TOKEN_HASH_BYTES];
    if hex.len() != 2 * TOKEN_HASH_BYTES || !hex.is_ascii() {
        return None;
    }
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_256_bits_and_its_hash_reads_back() {
        let token = fresh_token();
        assert_eq!(URL_SAFE_NO_PAD.decode(&token.text).unwrap().len(), TOKEN_BYTES);
        assert_eq!(hash_from_hex(&token.hash_hex), Some(hash_of(&token.text)));
        assert!(token.text.ends_with(&token.last_four));
        assert_eq!(token.last_four.len(), 4);
        assert_ne!(token.text, fresh_token().text);
    }

    #[test]
    fn what_is_no_hash_is_no_hash() {
        assert_eq!(hash_from_hex(""), None);
        assert_eq!(hash_from_hex(&"g".repeat(64)), None);
        assert_eq!(hash_from_hex(&"あ".repeat(32)), None);
    }
}
