//! What a REGISTER proves, and to whom: to the registrar (401) and to a proxy before it (407), each
//! by a challenge of its own (RFC 3261 §22.2, §22.3).
//!
//! Invariant: of each side one answer per fresh nonce, a second one only to a stale one.
//! Never: forgets one side's challenge because the other one asks.

use super::account::Account;
use super::answer::Answer;
use super::digest::{Challenge, ChallengeFault, Credentials};
use super::reason;

/// The challenges of both sides as far as they are known.
#[derive(Default)]
pub struct Proof {
    registrar: Side,
    proxy: Side,
}

#[derive(Default)]
struct Side {
    challenge: Option<Challenge>,
    /// Challenges answered since [`Proof::begin_again`].
    answered: u32,
}

impl Proof {
    /// A new round: each side may challenge once more; what it asked before is still answered.
    pub fn begin_again(&mut self) {
        (self.registrar.answered, self.proxy.answered) = (0, 0);
    }

    /// Forgets what was asked.
    pub fn forget(&mut self) {
        (self.registrar.challenge, self.proxy.challenge) = (None, None);
    }

    /// The whole header lines that answer all known challenges; `cnonce` is fresh random text.
    pub fn lines(&mut self, account: &Account, cnonce: &str) -> Vec<String> {
        let who = Credentials { username: &account.username, password: &account.password };
        [&mut self.registrar, &mut self.proxy]
            .into_iter()
            .filter_map(|side| side.challenge.as_mut())
            .map(|challenge| challenge.answer(who, "REGISTER", &account.uri, cnonce))
            .collect()
    }

    /// Keeps the best challenge of each side that asks, where answering can help. Errors: what to
    /// tell the user.
    pub fn take(&mut self, answer: &Answer, account: &Account) -> Result<(), String> {
        if account.password.is_empty() {
            self.forget();
            return Err(reason::no_password(answer.code));
        }
        let registrar = best(answer, false, &account.realm);
        let proxy = best(answer, true, &account.realm);
        if let (Err(one), Err(other)) = (&registrar, &proxy) {
            let realm = [one, other].into_iter().find_map(|fault| match fault {
                ChallengeFault::Realm(offered) => Some(reason::other_realm(offered)),
                ChallengeFault::Unsupported => None,
            });
            self.forget();
            return Err(realm.unwrap_or_else(|| reason::unsupported_challenge(answer.code)));
        }
        let renewed = [(&mut self.registrar, registrar), (&mut self.proxy, proxy)]
            .map(|(side, found)| found.map_or(true, |found| side.renew(found)));
        if renewed.contains(&false) {
            self.forget();
            return Err(reason::wrong_credentials(answer.code));
        }
        Ok(())
    }
}

impl Side {
    /// Whether answering `found` can help.
    fn renew(&mut self, found: Challenge) -> bool {
        let previous = self.challenge.take();
        let fresh = previous.is_none_or(|previous| previous.nonce != found.nonce);
        let allowed = if found.stale { 2 } else { 1 };
        if !fresh || self.answered >= allowed {
            return false;
        }
        self.answered += 1;
        self.challenge = Some(found);
        true
    }
}

fn best(answer: &Answer, proxy: bool, realm: &str) -> Result<Challenge, ChallengeFault> {
    let own = answer.challenges.iter().filter(|(from_proxy, _)| *from_proxy == proxy);
    Challenge::best(own.map(|(from_proxy, value)| (*from_proxy, value.as_slice())), realm)
}
