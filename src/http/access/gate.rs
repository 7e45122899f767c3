//! The gate: reads a request's facts and credentials, and asks [`decide()`].
//!
//! Invariant: users and tokens are read anew as soon as the store has changed them.
//! Never: verifies a password for a request that its Host or Origin already rules out.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use actix_web::dev::RequestHead;
use arc_swap::ArcSwap;

use super::heads::Heads;
use super::password::prepare;
use super::peer::is_this_machine;
use super::throttle::Throttle;
use super::ticket::Tickets;
use super::token::hash_of;
use super::verified::Verified;
use super::{Account, Credential, Directory, Facts, HostRule, Policy, Proof, Rule, SetUpKey, Who};
use super::{Screened, decide, screen};
use crate::clock::{Clock, UnixMs};
use crate::config::{OpenLan, Settings};
use crate::http::method::Verb;
use crate::http::routes::takes_ticket;
use crate::http::{Refusal, query};
use crate::resource::catalog::{API_TOKEN, USER};
use crate::store::{Snapshot, Store};

/// Lets requests in.
pub struct Gate {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) policy: Policy,
    set_up_key: SetUpKey,
    pub(super) throttle: Throttle,
    pub(super) verified: Verified,
    pub(super) tickets: Tickets,
    people: ArcSwap<People>,
}

/// The directory and the snapshot it was made from.
struct People {
    snapshot: Arc<Snapshot>,
    directory: Arc<Directory>,
}

impl People {
    fn of(snapshot: Arc<Snapshot>) -> Self {
        let directory = Arc::new(Directory::of(&snapshot));
        Self { snapshot, directory }
    }

    /// Whether users and tokens are the same in another snapshot. One with the same number differs
    /// at most in what the service noted itself, such as the time of a log-in.
    fn fit(&self, snapshot: &Snapshot) -> bool {
        let same_number = self.snapshot.number == snapshot.number;
        same_number
            || [USER.uri, API_TOKEN.uri].iter().all(|uri| {
                match (self.snapshot.rows.get(uri), snapshot.rows.get(uri)) {
                    (Some(one), Some(other)) => Arc::ptr_eq(one, other),
                    (None, None) => true,
                    (Some(_), None) | (None, Some(_)) => false,
                }
            })
    }
}

impl Gate {
    /// A gate with a fresh set-up key. `machine_name` may be empty.
    pub fn new(store: Store, clock: Clock, settings: &Settings, machine_name: &str) -> Self {
        prepare();
        let origin = |origin: &String| origin.trim_end_matches('/').to_ascii_lowercase();
        let policy = Policy {
            open_lan: settings.open_lan.clone(),
            hosts: HostRule::new(machine_name, &settings.allow_hosts),
            allow_origins: settings.allow_origins.iter().map(origin).collect(),
        };
        let people = ArcSwap::from_pointee(People::of(store.snapshot()));
        let set_up_key = SetUpKey::fresh(&clock);
        Self {
            store,
            clock,
            policy,
            set_up_key,
            throttle: Throttle::default(),
            verified: Verified::default(),
            tickets: Tickets::default(),
            people,
        }
    }

    /// The set-up key, as long as it is of use: no user exists.
    pub fn set_up_key(&self) -> Option<&SetUpKey> {
        (!self.users_exist()).then_some(&self.set_up_key)
    }

    /// Whether no user exists yet.
    pub(in crate::http) fn is_new(&self) -> bool {
        !self.users_exist()
    }

    /// Whether a closed network needs no log-in (原典互換).
    pub(in crate::http) fn is_open(&self) -> bool {
        self.policy.open_lan != OpenLan::Off
    }

    /// Facts of a request.
    pub(in crate::http) fn facts<'a>(&self, request: &'a RequestHead) -> Facts<'a> {
        let heads = Heads::of(&request.headers);
        Facts {
            peer: peer_of(request),
            forwarded: heads.forwarded,
            host: heads.host.or_else(|| authority(request)),
            origin: heads.origin,
            fetch_site: heads.fetch_site,
            // An upgrade opens a channel that a page can read: no plain reading.
            safe: request.method.is_safe() && !heads.upgrade,
            states_token: heads.credentials.token().is_some() || stated_ticket(request).is_some(),
            credentials: heads.credentials,
            users_exist: self.users_exist(),
        }
    }

    /// Host only: preflights may come from any page.
    pub(in crate::http) fn screen_host(&self, facts: &Facts<'_>) -> Result<(), Refusal> {
        if self.policy.hosts.permits(facts.host) { Ok(()) } else { Err(Refusal::UnknownHost) }
    }

    /// Host and Origin.
    pub(in crate::http) fn screen<'a>(&self, facts: Facts<'a>) -> Result<Screened<'a>, Refusal> {
        screen(facts, &self.policy)
    }

    /// Checks the credentials and decides.
    pub(in crate::http) async fn admit(
        &self,
        request: &RequestHead,
        facts: &Screened<'_>,
        rule: Rule,
        verb: Verb,
    ) -> Result<Who, Refusal> {
        let proof = match rule {
            Rule::Open => Proof::Absent,
            Rule::Reader | Rule::Administrator | Rule::Resource(_) => {
                self.proof(request, facts).await?
            }
        };
        if let Proof::Known(account) = &proof {
            self.note_use(account);
        }
        decide(facts, &self.policy, &proof, rule, verb)
    }

    /// Writes the time of a log-in or of a token's use into its row, behind the request's back.
    fn note_use(&self, account: &Account) {
        let resource = match account.credential {
            Credential::Password => &USER,
            Credential::Token(_) => &API_TOKEN,
            // The store noted it when the session began.
            Credential::Session(_) => return,
        };
        if !account.noted.is_due(self.clock.now()) {
            return;
        }
        let (store, key) = (self.store.clone(), account.key);
        actix_web::rt::spawn(async move {
            if let Err(error) = store.note_sign_in(resource, key).await {
                log::warn!("the use of {} {key} was not noted: {error}", resource.uri);
            }
        });
    }

    /// Whether somebody who was let in some time ago would still be let in.
    pub(in crate::http) async fn still_holds(&self, who: &Who) -> bool {
        let directory = self.directory();
        match who {
            Who::Anyone | Who::Lan => true,
            Who::SetUp => !directory.users_exist,
            Who::Account(account) => match account.credential {
                Credential::Session(hash) => {
                    let now = self.session_account(hash).await;
                    now.is_ok_and(|now| now.as_ref() == Some(account))
                }
                Credential::Password | Credential::Token(_) => {
                    directory.still_knows(account, self.clock.now())
                }
            },
        }
    }

    /// The time by which rights end.
    pub(in crate::http) fn now(&self) -> UnixMs {
        self.clock.now()
    }

    /// Whether the client sits at this machine (readiness details).
    pub(in crate::http) fn is_this_machine(facts: &Facts<'_>) -> bool {
        is_this_machine(facts.peer, facts.forwarded)
    }

    pub(super) fn directory(&self) -> Arc<Directory> {
        self.with_directory(Arc::clone)
    }

    fn users_exist(&self) -> bool {
        self.with_directory(|directory| directory.users_exist)
    }

    fn with_directory<T>(&self, read: impl FnOnce(&Arc<Directory>) -> T) -> T {
        let people = self.people.load();
        if self.store.is_newest(&people.snapshot) {
            return read(&people.directory);
        }
        let snapshot = self.store.snapshot();
        let fresh = if people.fit(&snapshot) {
            People { snapshot, directory: Arc::clone(&people.directory) }
        } else {
            People::of(snapshot)
        };
        let found = read(&fresh.directory);
        self.people.store(Arc::new(fresh));
        found
    }

    async fn proof(&self, request: &RequestHead, facts: &Facts<'_>) -> Result<Proof, Refusal> {
        let credentials = &facts.credentials;
        if let Some(token) = credentials.token() {
            let directory = self.directory();
            let account = directory.token(&hash_of(token), self.clock.now());
            return Ok(account.map_or(Proof::Wrong, |account| Proof::Known(Arc::clone(account))));
        }
        if let Some(ticket) = stated_ticket(request) {
            let who = self.tickets.take(&ticket, self.clock.now());
            return Ok(match who {
                Some(who) if Box::pin(self.still_holds(&who)).await => Proof::Ticket(who),
                Some(_) | None => Proof::Wrong,
            });
        }
        if let Some(basic) = credentials.basic() {
            return match basic {
                Some((login, password)) => {
                    Box::pin(self.log_in(&login, password, facts.peer)).await
                }
                None => Ok(Proof::Wrong),
            };
        }
        if let Some(key) = credentials.set_up_key {
            let right = self.set_up_key.accepts(key, self.clock.now());
            return Ok(if right { Proof::SetUpKey } else { Proof::Wrong });
        }
        if !credentials.cookie {
            return Ok(Proof::Absent);
        }
        let Some(hash) = self.cookie(&request.headers, facts) else { return Ok(Proof::Absent) };
        Ok(self.session_account(hash).await?.map_or(Proof::SessionEnded, Proof::Known))
    }
}

/// The peer's address; one that cannot be told is treated as a stranger's.
pub(in crate::http) fn peer_of(request: &RequestHead) -> IpAddr {
    let stranger = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    request.peer_addr.map_or(stranger, |address| address.ip().to_canonical())
}

/// Authority of the request line (absolute form, HTTP/2).
fn authority(request: &RequestHead) -> Option<&str> {
    request.uri.authority().map(|authority| authority.as_str())
}

/// The ticket of `?ticket=`, where one is taken.
fn stated_ticket(request: &RequestHead) -> Option<String> {
    if !takes_ticket(request.uri.path()) {
        return None;
    }
    query::value_of(request.uri.query().unwrap_or_default(), "ticket")
}
