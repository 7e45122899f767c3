//! Names and passwords, and the sessions that come of them.
//!
//! Invariant: a password is verified only for a request whose Host and Origin passed, and a refused
//! one costs as long for a name that nobody has.
//! Never: begins a session for a page that is not our own.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderMap, HeaderValue};

use super::gate::Gate;
use super::host::{is_own_machine, name_of};
use super::origin::{Site, site_of};
use super::password::verify_password;
use super::session::{self, SESSION_MS, cookie_of};
use super::token::hash_of;
use super::{Account, Credential, Facts, Proof, Who, fresh_token};
use crate::http::Refusal;
use crate::resource::words::audit_action::LOG_IN_FAILED;
use crate::store::{Actor, Authority, Session, SessionHash};

/// Most characters of a tried ユーザーID that the audit log keeps.
const TRIED_NAME_MAX: usize = 64;

impl Gate {
    /// A name and a password: from memory when verified a moment ago, else argon2 in the blocking
    /// pool. A refused try counts and goes to the audit log.
    pub(super) async fn log_in(
        &self,
        login: &str,
        password: String,
        peer: IpAddr,
    ) -> Result<Proof, Refusal> {
        let directory = self.directory();
        let now = self.clock.now();
        // Where tries are used up, memory must not tell a right guess from a wrong one.
        if self.throttle.is_open(peer, now)
            && let Some(account) = self.verified.find(&directory, login, &password, peer, now)
        {
            return Ok(Proof::Known(account));
        }
        let counted = self.throttle.count(login, peer, now);
        counted.map_err(|retry_after| Refusal::TooManyTries { retry_after })?;
        let stored = directory.user(login).map(|user| user.password.clone());
        if verify_password(password.clone(), stored).await?
            && let Some(user) = directory.user(login)
        {
            self.throttle.give_back(login, peer);
            self.verified.note(&directory, login, &password, peer, &user.account, now);
            return Ok(Proof::Known(Arc::clone(&user.account)));
        }
        self.note_failure(login, peer).await;
        Ok(Proof::Wrong)
    }

    /// A refused log-in goes to the audit log; a store that cannot write must not hide the refusal.
    async fn note_failure(&self, login: &str, peer: IpAddr) {
        let audit =
            self.store.audit(LOG_IN_FAILED, "UserManagement", 0, String::new(), actor(login, peer));
        if let Err(error) = audit.await {
            log::warn!("a refused log-in from {peer} is not in the audit log: {error}");
        }
    }

    /// Begins a session: the `Set-Cookie` of its cookie.
    pub(in crate::http) async fn open_session(
        &self,
        request: &HttpRequest,
        facts: &Facts<'_>,
        login: &str,
        password: String,
    ) -> Result<Option<HeaderValue>, Refusal> {
        if site_of(facts, &self.policy) != Site::Own {
            return Err(Refusal::ForeignOrigin);
        }
        if !facts.users_exist {
            return Err(Refusal::SetUpNeeded);
        }
        // Taken before the password is looked at: if the user changes meanwhile, the store refuses.
        let directory = self.directory();
        let Proof::Known(_) = self.log_in(login, password, facts.peer).await? else {
            return Err(Refusal::WrongPassword);
        };
        let user = directory.user(login).ok_or(Refusal::WrongPassword)?;
        self.close_session(request, facts).await?;
        let id = fresh_token().text;
        let ends_at = self.clock.now() + SESSION_MS;
        let session = Session { user_id: user.account.key, epoch: user.epoch, ends_at };
        let opened = self.store.open_session(hash_of(&id), session, actor(login, facts.peer));
        if !opened.await? {
            return Err(Refusal::WrongPassword);
        }
        Ok(session::kept(&id, is_secure(request)))
    }

    /// Ends the session whose cookie our own page sent, if there is one.
    pub(in crate::http) async fn close_session(
        &self,
        request: &HttpRequest,
        facts: &Facts<'_>,
    ) -> Result<(), Refusal> {
        if let Some(hash) = self.cookie(request.headers(), facts) {
            self.store.close_session(hash).await?;
        }
        Ok(())
    }

    /// Hash of the cookie that one of our own pages sent.
    pub(super) fn cookie(&self, headers: &HeaderMap, facts: &Facts<'_>) -> Option<SessionHash> {
        let own = site_of(facts, &self.policy) == Site::Own;
        cookie_of(headers).filter(|_| own).map(hash_of)
    }

    /// The user of a session that still counts, with the rights he has now.
    pub(super) async fn session_account(
        &self,
        hash: SessionHash,
    ) -> Result<Option<Arc<Account>>, Refusal> {
        let Some(session) = self.store.session(&hash).await? else { return Ok(None) };
        let lasts = (1..=SESSION_MS).contains(&(session.ends_at - self.clock.now()));
        let directory = self.directory();
        let user = directory
            .user_by_key(session.user_id)
            .filter(|user| lasts && user.epoch == session.epoch);
        Ok(user.map(|user| {
            let account = Account::clone(&user.account);
            Arc::new(Account { credential: Credential::Session(hash), ..account })
        }))
    }

    /// A ticket with somebody's rights.
    pub(in crate::http) fn ticket(&self, who: &Who) -> Result<String, Refusal> {
        self.tickets.issue(who, self.clock.now()).ok_or(Refusal::Busy)
    }
}

/// Who tried, from where; the audit log keeps no text of any length.
fn actor(login: &str, peer: IpAddr) -> Actor {
    let user = login.chars().filter(|c| !c.is_control()).take(TRIED_NAME_MAX).collect();
    Actor { user, ip: peer.to_string(), authority: Authority::Granted }
}

/// Whether browsers take a page that is asked for like this for a secure context.
pub(in crate::http) fn is_secure_context(request: &HttpRequest) -> bool {
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    is_secure(request) || host.and_then(name_of).is_some_and(is_own_machine)
}

/// Whether the browser speaks TLS, to us or to a proxy in front of us.
fn is_secure(request: &HttpRequest) -> bool {
    let forwarded = request.headers().get("x-forwarded-proto");
    request.app_config().secure() || forwarded.is_some_and(|scheme| scheme == "https")
}
