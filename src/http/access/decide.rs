//! The decision: facts of a request × policy × proof × rule of the route → who, or a refusal.
//!
//! Invariant: pure. Never: grants set-up rights to a page that is not our own.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use super::directory::{Account, Credential, Role};
use super::heads::Credentials;
use super::host::HostRule;
use super::origin::{Site, site_of};
use super::peer::{covers, is_this_machine};
use crate::config::OpenLan;
use crate::http::Refusal;
use crate::http::method::Verb;
use crate::resource::Access;
use crate::store::Authority;

/// What is known of a request before any credential is checked.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Address of the TCP peer.
    pub peer: IpAddr,
    /// A proxy header is present (`Forwarded`, `X-Forwarded-*`, `Via`): the peer is not the client.
    pub forwarded: bool,
    /// `Host` (or the request line's authority).
    pub host: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
    /// It only reads.
    pub safe: bool,
    /// It states a token itself (`Authorization: Bearer`, `X-API-Key`, a feed's `?ticket=`).
    pub states_token: bool,
    /// The credentials that came in headers.
    pub credentials: Credentials<'a>,
    /// At least one user is stored at this time.
    pub users_exist: bool,
}

/// What does not change from request to request.
#[derive(Clone, Debug)]
pub struct Policy {
    /// 原典互換.
    pub open_lan: OpenLan,
    /// Which Host names are ours.
    pub hosts: HostRule,
    /// Extra browser origins (`--allow-origin`), without a trailing slash, in lower case.
    pub allow_origins: Vec<String>,
}

/// What came of the credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// None were presented.
    Absent,
    /// They are wrong, expired or switched off.
    Wrong,
    /// They belong to a user or a token.
    Known(Arc<Account>),
    /// The `X-Setup-Key` of this start.
    SetUpKey,
    /// A ticket that carries these rights.
    Ticket(Who),
    /// A cookie whose session is over: counts as nothing, but is told.
    SessionEnded,
}

/// The access rule of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Everybody (pages, health).
    Open,
    /// Every role.
    Reader,
    /// 管理者, and whoever has his rights by his place (set-up, 原典互換).
    Administrator,
    /// By role, as the resource says.
    Resource(Access),
}

/// Who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody in particular, on an open route.
    Anyone,
    /// Full rights because no user exists.
    SetUp,
    /// A peer of the closed network (原典互換).
    Lan,
    /// A user or a token.
    Account(Arc<Account>),
}

impl Who {
    /// ユーザーID or the token's name; empty without log-in.
    pub fn name(&self) -> &str {
        match self {
            Self::Account(account) => &account.name,
            Self::Anyone | Self::SetUp | Self::Lan => "",
        }
    }

    /// 回線No that he may see; empty = all.
    pub fn lines(&self) -> &[i64] {
        match self {
            Self::Account(account) => &account.lines,
            Self::Anyone | Self::SetUp | Self::Lan => &[],
        }
    }

    /// The word of his role; empty without log-in.
    pub fn role_word(&self) -> &'static str {
        match self {
            Self::Account(account) => account.role.word(),
            Self::Anyone | Self::SetUp | Self::Lan => "",
        }
    }

    /// The key of his row; `None` without log-in, and for tokens.
    pub fn user_key(&self) -> Option<i64> {
        match self {
            Self::Account(account) => match account.credential {
                Credential::Password | Credential::Session(_) => Some(account.key),
                Credential::Token(_) => None,
            },
            Self::Anyone | Self::SetUp | Self::Lan => None,
        }
    }

    /// What a write of his rests on.
    pub fn authority(&self) -> Authority {
        match self {
            Self::SetUp => Authority::SetUp,
            Self::Anyone | Self::Lan | Self::Account(_) => Authority::Granted,
        }
    }
}

/// Facts of a request whose Host and Origin are none to refuse it for.
#[derive(Clone, Copy, Debug)]
pub struct Screened<'a> {
    facts: Facts<'a>,
    /// The kind of page behind it.
    site: Site,
}

impl<'a> Deref for Screened<'a> {
    type Target = Facts<'a>;

    fn deref(&self) -> &Facts<'a> {
        &self.facts
    }
}

/// Host and Origin: what can be said before the body is read or a password is verified.
pub fn screen<'a>(facts: Facts<'a>, policy: &Policy) -> Result<Screened<'a>, Refusal> {
    if !policy.hosts.permits(facts.host) {
        return Err(Refusal::UnknownHost);
    }
    match site_of(&facts, policy) {
        Site::Foreign if !facts.states_token => Err(Refusal::ForeignOrigin),
        site => Ok(Screened { facts, site }),
    }
}

/// Lets a request in, or says why not.
pub fn decide(
    facts: &Screened<'_>,
    policy: &Policy,
    proof: &Proof,
    rule: Rule,
    verb: Verb,
) -> Result<Who, Refusal> {
    let (access, verb) = match rule {
        Rule::Open => return Ok(Who::Anyone),
        Rule::Reader => (None, verb),
        // As if he wrote what administrators write.
        Rule::Administrator => (Some(Access::AdministratorWrites), Verb::Change),
        Rule::Resource(access) => (Some(access), verb),
    };
    match proof {
        Proof::Known(account) if role_permits(account.role, access, verb) => {
            Ok(Who::Account(Arc::clone(account)))
        }
        // A stated token gives what it gives; a signed-in user may do what his place may do anyway.
        Proof::Known(_) if !facts.states_token && lan_permits(facts, policy, access, verb) => {
            Ok(Who::Lan)
        }
        Proof::Known(_) => Err(Refusal::Forbidden),
        Proof::SetUpKey if !facts.users_exist => Ok(Who::SetUp),
        Proof::SetUpKey | Proof::Wrong => Err(Refusal::WrongCredentials),
        Proof::Ticket(who) => redeemed(facts, policy, who, access),
        Proof::SessionEnded => {
            let found = without_credentials(facts, policy, access, verb);
            found.map_err(|refusal| match refusal {
                Refusal::SignInNeeded => Refusal::SessionEnded,
                other => other,
            })
        }
        Proof::Absent if facts.states_token => Err(Refusal::WrongCredentials),
        Proof::Absent => without_credentials(facts, policy, access, verb),
    }
}

/// What a ticket gives: a feed, and nothing else. Rights that rest on a place stay there.
fn redeemed(
    facts: &Screened<'_>,
    policy: &Policy,
    who: &Who,
    access: Option<Access>,
) -> Result<Who, Refusal> {
    match (who, access) {
        (_, Some(_)) | (Who::Anyone, None) => Err(Refusal::WrongCredentials),
        (Who::Lan, None) => without_credentials(facts, policy, None, Verb::Read),
        (Who::SetUp | Who::Account(_), None) => Ok(who.clone()),
    }
}

/// What the place a request comes from may do.
fn without_credentials(
    facts: &Screened<'_>,
    policy: &Policy,
    access: Option<Access>,
    verb: Verb,
) -> Result<Who, Refusal> {
    let own_page = matches!(facts.site, Site::Own | Site::Listed);
    let at_this_machine = is_this_machine(facts.peer, facts.forwarded);
    if !facts.users_exist && at_this_machine && own_page {
        return Ok(Who::SetUp);
    }
    if lan_permits(facts, policy, access, verb) {
        return Ok(Who::Lan);
    }
    if facts.users_exist { Err(Refusal::SignInNeeded) } else { Err(Refusal::SetUpNeeded) }
}

/// 原典互換: everything but users, tokens, audit and writing 着信時コマンド.
fn lan_permits(facts: &Screened<'_>, policy: &Policy, access: Option<Access>, verb: Verb) -> bool {
    let dangerous = match access {
        Some(Access::AdministratorOnly) => true,
        Some(Access::DangerousToWrite) => verb != Verb::Read,
        Some(Access::AdministratorWrites | Access::OperatorWrites) | None => false,
    };
    !dangerous
        && covers(&policy.open_lan, facts.peer, facts.forwarded)
        && facts.site != Site::Foreign
}

/// security.md, Roles.
fn role_permits(role: Role, access: Option<Access>, verb: Verb) -> bool {
    let Some(access) = access else { return true };
    match (role, access) {
        (Role::Administrator, _) => true,
        (Role::Operator | Role::Reader, Access::AdministratorOnly) => false,
        (Role::Operator, Access::OperatorWrites) => true,
        (
            Role::Operator | Role::Reader,
            Access::AdministratorWrites | Access::OperatorWrites | Access::DangerousToWrite,
        ) => verb == Verb::Read,
    }
}
