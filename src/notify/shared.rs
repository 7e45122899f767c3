//! What several deliveries use together and the other side gives out rarely: log-ins, lists of
//! rooms. One asks, the others wait for the same answer.
//!
//! Invariant: for one key one question is under way at most, and a failure is not asked for again
//! at once: services lock out who logs in wrongly again and again.
//! Never: grows beyond [`ENTRIES_MAX`]; shows what it keeps.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::retry::SendError;

/// Most things kept; the one used longest ago goes first.
const ENTRIES_MAX: usize = 256;
/// A refusal holds this long for everybody who asks.
const REFUSED: Duration = Duration::from_secs(60);
/// So long does trouble that may pass, for those who waited meanwhile.
const TROUBLED: Duration = Duration::from_secs(2);

/// Something that was asked for, and how long it holds; `None` = until somebody throws it away.
pub struct Made<T> {
    /// What is shared.
    pub value: T,
    /// How long it is good.
    pub good_for: Option<Duration>,
}

/// Shared things by key.
pub struct Shared<T> {
    entries: Mutex<HashMap<String, Entry<T>>>,
}

struct Entry<T> {
    slot: Arc<tokio::sync::Mutex<Slot<T>>>,
    used: Instant,
}

enum Slot<T> {
    Empty,
    Has { value: Arc<T>, until: Option<Instant> },
    Failed { fault: SendError, until: Instant },
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self { entries: Mutex::default() }
    }
}

/// A key that tells these parts apart from all others and shows none of them: passwords may be
/// among them, so that a new password is a new log-in.
pub fn key(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl<T> Shared<T> {
    /// What is kept under `key`, else what `make` brings; `make` does nothing before it is polled.
    pub async fn get<F>(&self, key: &str, make: F) -> Result<Arc<T>, SendError>
    where
        F: Future<Output = Result<Made<T>, SendError>>,
    {
        let slot = self.slot(key);
        let mut slot = slot.lock().await;
        let now = Instant::now();
        match &*slot {
            Slot::Has { value, until } if until.is_none_or(|until| now < until) => {
                return Ok(Arc::clone(value));
            }
            Slot::Failed { fault, until } if now < *until => return Err(fault.clone()),
            _ => {}
        }
        match make.await {
            Ok(Made { value, good_for }) => {
                let value = Arc::new(value);
                let until = good_for.map(|time| Instant::now() + time);
                *slot = Slot::Has { value: Arc::clone(&value), until };
                Ok(value)
            }
            Err(fault) => {
                let until = Instant::now() + pause(&fault);
                *slot = Slot::Failed { fault: fault.clone(), until };
                Err(fault)
            }
        }
    }

    /// Throws away what the other side no longer takes; what somebody else has put in its place
    /// meanwhile stays.
    pub async fn forget(&self, key: &str, stale: &Arc<T>) {
        let slot = self.slot(key);
        let mut slot = slot.lock().await;
        if matches!(&*slot, Slot::Has { value, .. } if Arc::ptr_eq(value, stale)) {
            *slot = Slot::Empty;
        }
    }

    fn slot(&self, key: &str) -> Arc<tokio::sync::Mutex<Slot<T>>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(entry) = entries.get_mut(key) {
            entry.used = now;
            return Arc::clone(&entry.slot);
        }
        if entries.len() >= ENTRIES_MAX {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.used);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                entries.remove(&oldest);
            }
        }
        let slot = Arc::new(tokio::sync::Mutex::new(Slot::Empty));
        entries.insert(key.to_owned(), Entry { slot: Arc::clone(&slot), used: now });
        slot
    }
}

fn pause(fault: &SendError) -> Duration {
    match fault {
        SendError::Never { .. } => REFUSED,
        SendError::Later { after, .. } => after.unwrap_or(TROUBLED).clamp(TROUBLED, REFUSED),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn made(value: usize) -> Result<Made<usize>, SendError> {
        Ok(Made { value, good_for: None })
    }

    #[tokio::test]
    async fn many_at_once_make_one() {
        let (shared, asked) = (Shared::default(), AtomicUsize::new(0));
        let ask = || {
            shared.get("a", async {
                tokio::task::yield_now().await;
                made(asked.fetch_add(1, Ordering::Relaxed))
            })
        };
        let all = futures_util::future::join_all((0..20).map(|_| ask())).await;
        assert!(all.iter().all(|one| **one.as_ref().unwrap() == 0));
        let stale = Arc::clone(all[0].as_ref().unwrap());
        shared.forget("a", &stale).await;
        assert_eq!(*ask().await.unwrap(), 1);
        // Somebody who still holds the old one does no harm to the new one.
        shared.forget("a", &stale).await;
        assert_eq!(*ask().await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_refusal_is_everybodys_for_a_while_and_things_end() {
        let (shared, asked) = (Shared::<usize>::default(), AtomicUsize::new(0));
        for _ in 0..5 {
            let refused = shared.get("a", async {
                asked.fetch_add(1, Ordering::Relaxed);
                Err(SendError::never("no"))
            });
            assert!(refused.await.is_err());
        }
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        let over = async { Ok(Made { value: 7, good_for: Some(Duration::ZERO) }) };
        assert_eq!(*shared.get("b", over).await.unwrap(), 7);
        assert_eq!(*shared.get("b", async { made(8) }).await.unwrap(), 8);
        let long = async { Ok(Made { value: 1, good_for: Some(Duration::from_secs(600)) }) };
        assert_eq!(*shared.get("c", long).await.unwrap(), 1);
        assert_eq!(*shared.get("c", async { made(2) }).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn it_does_not_grow() {
        let shared = Shared::default();
        for number in 0..2 * ENTRIES_MAX {
            shared.get(&number.to_string(), async { made(number) }).await.unwrap();
        }
        assert_eq!(shared.entries.lock().unwrap().len(), ENTRIES_MAX);
    }

    #[test]
    fn keys_tell_parts_apart() {
        assert_ne!(key(&["a", "bc"]), key(&["ab", "c"]));
        assert_eq!(key(&["a", "b"]), key(&["a", "b"]));
    }
}
