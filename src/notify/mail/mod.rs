//! The post office: letters over SMTP (facts/targets.md §15).
//!
//! Invariant: every attempt ends within the account's タイムアウト秒. Never: keeps more than one idle
//! connection an account, or uses it for a row that has changed.

mod account;
mod fault;
mod html;
mod letter;
mod session;
mod token;

#[cfg(test)]
pub mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lettre::address::Address;
use lettre::transport::smtp::extension::ClientId;
use tokio::time::{Instant, timeout};

use account::Proof;
pub use account::{ACCOUNTS, Account};
use fault::{Phase, is_stale_token, judge, shown};
pub use letter::{Letter, Role, address};
pub use session::Fared;
use session::{LogInFault, Order, Session};
use token::Tokens;

use super::http::Http;
use super::retry::SendError;
use crate::config::AddressRange;

/// How long an idle connection is kept for the next letter.
const IDLE_MAX: Duration = Duration::from_secs(20);
/// Letters over one connection; servers end long ones.
const LETTERS_MAX: u32 = 50;
/// Idle connections in all.
const IDLE_CONNECTIONS_MAX: usize = 16;
/// Time to ask an idle connection whether it is alive.
const ALIVE_LIMIT: Duration = Duration::from_secs(3);

/// Sends letters; one for the whole service.
pub struct PostOffice {
    deny: Arc<[AddressRange]>,
    hello: ClientId,
    tokens: Tokens,
    idle: Arc<Mutex<HashMap<i64, Idle>>>,
}

/// A connection that waits for the next letter.
struct Idle {
    account: Account,
    session: Session,
    letters: u32,
    since: Instant,
}

/// What became of a letter.
pub struct Posted {
    /// One for each recipient, in their order.
    pub each: Vec<Fared>,
    /// A refresh token that takes the place of the row's.
    pub renewed: Option<String>,
    /// The server asked for quiet, and not for one recipient's sake.
    pub hold: bool,
}

/// What a log-in led to.
struct LoggedIn {
    session: Session,
    letters: u32,
    renewed: Option<String>,
}

/// A failure before a letter was handed over.
struct Early {
    fault: SendError,
    answer: String,
    renewed: Option<String>,
}

impl From<SendError> for Early {
    fn from(fault: SendError) -> Self {
        Self { fault, answer: String::new(), renewed: None }
    }
}

impl PostOffice {
    /// An office that reaches nothing of `deny`, and calls itself `host` in EHLO.
    pub fn new(deny: Arc<[AddressRange]>, host: &str) -> Self {
        let clean = !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        let hello = if clean { ClientId::Domain(host.to_owned()) } else { ClientId::default() };
        Self { deny, hello, tokens: Tokens::default(), idle: Arc::default() }
    }

    /// Sends a letter to `to`; without a letter the server is asked whether it would take them,
    /// and gets nothing. Tokens are fetched by `http`.
    pub async fn send(
        &self,
        http: &Http,
        account: &Account,
        letter: Option<&Letter<'_>>,
        to: &[Address],
        failures: u32,
    ) -> Posted {
        let composed = letter.map(|letter| letter::compose(account, letter)).transpose();
        let prepared = composed.and_then(|bytes| Ok((bytes, address(&account.email)?)));
        let (bytes, from) = match prepared {
            Ok(prepared) => prepared,
            Err(fault) => return alike(&fault.into(), to.len()),
        };
        let begun = AtomicBool::new(false);
        let order = Order {
            account,
            from: &from,
            recipients: to,
            letter: bytes.as_deref(),
            failures,
            begun: &begun,
        };
        match timeout(account.timeout, self.attempt(http, &order)).await {
            Ok(Ok(posted)) => posted,
            Ok(Err(early)) => alike(&early, to.len()),
            Err(_) => {
                let why = "メールサーバーの応答が時間内に来ません".to_owned();
                let ambiguous = begun.load(Ordering::Relaxed);
                alike(&SendError::Later { after: None, why, ambiguous }.into(), to.len())
            }
        }
    }

    /// Connects and logs in, and sends nothing. Answers a rotated refresh token too.
    pub async fn check(&self, http: &Http, account: &Account) -> (Fared, Option<String>) {
        let fared = |result, answer| Fared { result, answer };
        match timeout(account.timeout, self.log_in(http, account, 0)).await {
            Ok(Ok(LoggedIn { session, renewed, .. })) => {
                let _ = timeout(ALIVE_LIMIT, session.close()).await;
                (fared(Ok(()), String::new()), renewed)
            }
            Ok(Err(early)) => (fared(Err(early.fault), early.answer), early.renewed),
            Err(_) => {
                let why = "メールサーバーの応答が時間内に来ません";
                (fared(Err(SendError::later(why, None)), String::new()), None)
            }
        }
    }

    async fn attempt(&self, http: &Http, order: &Order<'_>) -> Result<Posted, Early> {
        let account = order.account;
        let LoggedIn { mut session, letters, renewed } = match self.idle(account).await {
            Some(kept) => kept,
            None => self.log_in(http, account, order.failures).await?,
        };
        let handed = session.hand_over(order).await;
        let letters = letters + 1;
        if letters < LETTERS_MAX && session.reset().await {
            self.keep(account, session, letters);
        }
        Ok(Posted { each: handed.each, renewed, hold: handed.hold })
    }

    /// A new connection that is logged in. A token that is refused is fetched anew once.
    async fn log_in(
        &self,
        http: &Http,
        account: &Account,
        failures: u32,
    ) -> Result<LoggedIn, Early> {
        let mut again = matches!(account.proof, Proof::Token(_));
        let mut renewed = None;
        loop {
            let mut token = String::new();
            if let Proof::Token(grant) = &account.proof {
                let granted = self.tokens.token(http, account.id, grant).await?;
                renewed = granted.renewed.or(renewed);
                token = granted.token;
            }
            let mut session = Session::open(account, &self.hello, &self.deny).await?;
            let error = match session.log_in(account, &token).await {
                Ok(()) => return Ok(LoggedIn { session, letters: 0, renewed }),
                Err(LogInFault::Unencrypted) => return Err(unencrypted().into()),
                Err(LogInFault::Refused(error)) => error,
            };
            session.close().await;
            if is_stale_token(&error, account) {
                self.tokens.forget(account.id);
                if std::mem::take(&mut again) {
                    continue;
                }
            }
            let fault = judge(&error, account, Phase::LogIn, failures);
            return Err(Early { fault, answer: shown(&error), renewed });
        }
    }

    /// The connection that is kept for this account, if it is alive.
    async fn idle(&self, account: &Account) -> Option<LoggedIn> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).remove(&account.id)?;
        let Idle { account: made_for, mut session, letters, since } = kept;
        if made_for != *account || since.elapsed() > IDLE_MAX {
            return None;
        }
        let alive = timeout(ALIVE_LIMIT, session.is_alive()).await == Ok(true);
        alive.then_some(LoggedIn { session, letters, renewed: None })
    }

    /// Keeps a connection for a moment; it is closed when nobody needs it.
    fn keep(&self, account: &Account, session: Session, letters: u32) {
        let since = Instant::now();
        let id = account.id;
        {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() >= IDLE_CONNECTIONS_MAX && !idle.contains_key(&id) {
                return;
            }
            idle.insert(id, Idle { account: account.clone(), session, letters, since });
        }
        let idle = Arc::clone(&self.idle);
        tokio::spawn(async move {
            tokio::time::sleep(IDLE_MAX).await;
            let ended = {
                let mut idle = idle.lock().unwrap_or_else(PoisonError::into_inner);
                idle.get(&id).is_some_and(|kept| kept.since == since).then(|| idle.remove(&id))
            };
            if let Some(Some(kept)) = ended {
                let _ = timeout(ALIVE_LIMIT, kept.session.close()).await;
            }
        });
    }
}

/// The same failure for every recipient.
fn alike(early: &Early, recipients: usize) -> Posted {
    let fares = Fared { result: Err(early.fault.clone()), answer: early.answer.clone() };
    Posted {
        each: vec![fares; recipients],
        renewed: early.renewed.clone(),
        hold: !early.answer.is_empty(),
    }
}

fn unencrypted() -> SendError {
    SendError::parks(
        "暗号化が「なし」のままでは、社外のメールサーバーへパスワードを送りません。暗号化を STARTTLS か TLS にしてください",
    )
}
