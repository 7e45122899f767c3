//! Passwords: hashing and verifying.
//!
//! Invariant: argon2id with m=19456 KiB, t=2, p=1 (security.md); at most [`AT_ONCE_MAX`] run at
//! once, so memory stays bounded. Never: runs on an async thread.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::http::Refusal;

/// Hashes computed at once; each takes 19 MiB.
const AT_ONCE_MAX: usize = 4;
/// Hashes that may wait for a place.
const WAITING_MAX: usize = 64;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE_MAX);
static QUEUE: Semaphore = Semaphore::const_new(WAITING_MAX);

/// Verified in place of an unknown user's password, so that both take the same time.
static NOBODYS_PASSWORD: LazyLock<String> =
    LazyLock::new(|| hash(&super::fresh_token().text).unwrap_or_default());

/// The argon2id text (PHC) of a new password.
pub async fn hash_password(password: String) -> Result<String, Refusal> {
    in_turn(move || hash(&password)).await?.ok_or(Refusal::Unavailable)
}

/// Computes what the first log-in would otherwise have to wait for.
pub(super) fn prepare() {
    LazyLock::force(&NOBODYS_PASSWORD);
}

/// Whether `password` belongs to `stored`; without `stored` it takes as long and answers no.
pub(super) async fn verify_password(
    password: String,
    stored: Option<String>,
) -> Result<bool, Refusal> {
    in_turn(move || match stored {
        Some(stored) => verify(&password, &stored),
        None => {
            verify(&password, &NOBODYS_PASSWORD);
            false
        }
    })
    .await
}

/// Runs costly work in the blocking pool when its turn comes.
async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let _waiting = QUEUE.try_acquire().map_err(|_| Refusal::Busy)?;
    let _place = PLACES.acquire().await.map_err(|_| Refusal::Unavailable)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Refusal::Unavailable)
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

fn hash(password: &str) -> Option<String> {
    argon2().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|stored| argon2().verify_password(password.as_bytes(), &stored).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_names_its_cost_and_verifies() {
        let stored = hash_password("正しい馬の電池のホチキス".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let verify = |password: &str, stored: Option<&String>| {
            verify_password(password.to_owned(), stored.cloned())
        };
        assert!(verify("正しい馬の電池のホチキス", Some(&stored)).await.unwrap());
        assert!(!verify("間違い", Some(&stored)).await.unwrap());
        assert!(!verify("正しい馬の電池のホチキス", None).await.unwrap());
        assert!(!verify("x", Some(&"no hash".to_owned())).await.unwrap());
    }
}
