//! Tables for the decision: Host × Origin × Sec-Fetch-Site × credentials × 原典互換.

use std::sync::Arc;

use super::heads::Credentials;
use super::*;
use crate::config::OpenLan;
use crate::http::Refusal;
use crate::http::method::Verb;
use crate::resource::Access;

const LOOPBACK: &str = "127.0.0.1";
const OFFICE: &str = "192.168.1.20";
const STRANGER: &str = "203.0.113.9";
const READ_LINES: (Rule, Verb) = (Rule::Resource(Access::AdministratorWrites), Verb::Read);

/// Facts of a program's GET at this peer, users exist.
fn facts(peer: &str) -> Facts<'static> {
    Facts {
        peer: peer.parse().unwrap(),
        forwarded: false,
        host: Some("192.168.1.10:55963"),
        origin: None,
        fetch_site: None,
        safe: true,
        states_token: false,
        credentials: Credentials::default(),
        users_exist: true,
    }
}

fn policy(open_lan: OpenLan) -> Policy {
    let allow_origins = vec!["https://crm.example.com".to_owned()];
    Policy { open_lan, hosts: HostRule::new("", &[]), allow_origins }
}

fn account(role: Role) -> Arc<Account> {
    let credential = Credential::Password;
    let (name, noted) = ("uketsuke".to_owned(), Noted::default());
    Arc::new(Account { key: 1, credential, name, role, lines: vec![], noted })
}

fn known(role: Role) -> Proof {
    Proof::Known(account(role))
}

/// What a safe or unsafe request with this origin comes to before credentials count.
fn screened(facts: Facts<'_>, open_lan: OpenLan) -> Result<(), Refusal> {
    screen(facts, &policy(open_lan)).map(|_| ())
}

/// Both steps.
fn decide(
    facts: &Facts<'_>,
    policy: &Policy,
    proof: &Proof,
    rule: Rule,
    verb: Verb,
) -> Result<Who, Refusal> {
    super::decide(&screen(*facts, policy)?, policy, proof, rule, verb)
}

#[test]
fn hosts_come_first() {
    for (host, expected) in [
        (Some("evil.example.com"), Err(Refusal::UnknownHost)),
        (None, Err(Refusal::UnknownHost)),
        (Some("localhost:55963"), Ok(())),
    ] {
        let facts = Facts { host, states_token: true, ..facts(LOOPBACK) };
        assert_eq!(screened(facts, OpenLan::Private), expected, "{host:?}");
    }
}

#[test]
fn foreign_pages_need_a_token() {
    let refused = Err(Refusal::ForeignOrigin);
    // origin, without 原典互換, with it from the office, with it from a stranger
    for (origin, off, lan, stranger) in [
        ("http://192.168.1.10:55963", Ok(()), Ok(()), Ok(())),
        ("http://192.168.1.10", refused.clone(), Ok(()), refused.clone()),
        ("https://crm.example.com", Ok(()), Ok(()), Ok(())),
        ("https://crm.example.com:8443", refused.clone(), refused.clone(), refused.clone()),
        ("https://evil.example.com", refused.clone(), refused.clone(), refused.clone()),
        ("http://192.168.1.10.evil.example", refused.clone(), refused.clone(), refused.clone()),
        ("null", refused.clone(), Ok(()), refused.clone()),
        ("file://", refused.clone(), Ok(()), refused.clone()),
        ("http://pc-7", refused.clone(), Ok(()), refused.clone()),
        ("http://localhost:3000", refused.clone(), Ok(()), refused.clone()),
        ("http://[::1]:3000", refused.clone(), Ok(()), refused.clone()),
        ("chrome-extension://abc", refused.clone(), refused.clone(), refused.clone()),
        ("", refused.clone(), refused.clone(), refused.clone()),
    ] {
        let with = |peer| Facts { origin: Some(origin), ..facts(peer) };
        assert_eq!(screened(with(LOOPBACK), OpenLan::Off), off, "{origin} off");
        assert_eq!(screened(with(OFFICE), OpenLan::Private), lan, "{origin} lan");
        assert_eq!(screened(with(STRANGER), OpenLan::Private), stranger, "{origin} stranger");
        let token = Facts { states_token: true, ..with(STRANGER) };
        assert_eq!(screened(token, OpenLan::Off), Ok(()), "{origin} with a token");
    }
}

#[test]
fn own_origin_survives_proxies_and_default_ports() {
    for (origin, host) in [
        ("https://pbx", "pbx"),
        ("https://pbx", "pbx:443"),
        ("http://pbx:80", "pbx"),
        ("http://PBX:55963", "pbx:55963"),
    ] {
        let facts = Facts { origin: Some(origin), host: Some(host), ..facts(OFFICE) };
        assert_eq!(screened(facts, OpenLan::Off), Ok(()), "{origin} at {host}");
    }
}

#[test]
fn without_origin_the_browser_still_says_where_an_unsafe_request_comes_from() {
    let refused = Err(Refusal::ForeignOrigin);
    for (site, safe, expected) in [
        (Some("cross-site"), false, refused.clone()),
        (Some("same-site"), false, refused.clone()),
        (Some("same-origin"), false, Ok(())),
        (Some("none"), false, Ok(())),
        (None, false, Ok(())),
        (Some("cross-site"), true, Ok(())),
    ] {
        let facts = Facts { fetch_site: site, safe, ..facts(LOOPBACK) };
        for open_lan in [OpenLan::Off, OpenLan::Private] {
            assert_eq!(screened(facts, open_lan), expected, "{site:?} safe={safe}");
        }
    }
}

#[test]
fn set_up_is_for_this_machine_and_our_own_pages() {
    let nobody = |peer| Facts { users_exist: false, ..facts(peer) };
    let own = Some("http://192.168.1.10:55963");
    let needed = Err(Refusal::SetUpNeeded);
    for (facts, open_lan, expected) in [
        (nobody(LOOPBACK), OpenLan::Off, Ok(Who::SetUp)),
        (nobody("::1"), OpenLan::Off, Ok(Who::SetUp)),
        (nobody("::ffff:127.0.0.1"), OpenLan::Off, Ok(Who::SetUp)),
        (Facts { origin: own, ..nobody(LOOPBACK) }, OpenLan::Off, Ok(Who::SetUp)),
        (Facts { forwarded: true, ..nobody(LOOPBACK) }, OpenLan::Private, needed.clone()),
        (nobody(OFFICE), OpenLan::Off, needed.clone()),
        (nobody(STRANGER), OpenLan::Private, needed.clone()),
        (nobody(OFFICE), OpenLan::Private, Ok(Who::Lan)),
        // A saved file on this machine has the rights of the closed network, not those of set-up.
        (Facts { origin: Some("null"), ..nobody(LOOPBACK) }, OpenLan::Private, Ok(Who::Lan)),
        (facts(LOOPBACK), OpenLan::Off, Err(Refusal::SignInNeeded)),
    ] {
        let (rule, verb) = READ_LINES;
        let found = decide(&facts, &policy(open_lan), &Proof::Absent, rule, verb);
        assert_eq!(found, expected, "{facts:?}");
    }
}

#[test]
fn the_set_up_key_ends_with_the_first_user() {
    let rule = Rule::Resource(Access::AdministratorOnly);
    for (users_exist, expected) in [(false, Ok(Who::SetUp)), (true, Err(Refusal::WrongCredentials))]
    {
        let facts = Facts { users_exist, ..facts(STRANGER) };
        let found = decide(&facts, &policy(OpenLan::Off), &Proof::SetUpKey, rule, Verb::Add);
        assert_eq!(found, expected);
    }
}

#[test]
fn a_wrong_credential_never_falls_back_to_the_place() {
    let (rule, verb) = READ_LINES;
    for users_exist in [false, true] {
        let facts = Facts { users_exist, ..facts(LOOPBACK) };
        let found = decide(&facts, &policy(OpenLan::Private), &Proof::Wrong, rule, verb);
        assert_eq!(found, Err(Refusal::WrongCredentials));
        let stated = Facts { states_token: true, ..facts };
        let found = decide(&stated, &policy(OpenLan::Private), &Proof::Absent, rule, verb);
        assert_eq!(found, Err(Refusal::WrongCredentials), "a token that nobody looked up");
    }
}

#[test]
fn roles_do_what_the_contract_says() {
    use Role::{Administrator, Operator, Reader};
    let all = [Administrator, Operator, Reader];
    for (access, verb, permitted) in [
        (Access::AdministratorWrites, Verb::Read, all.as_slice()),
        (Access::AdministratorWrites, Verb::Add, &[Administrator]),
        (Access::AdministratorWrites, Verb::Change, &[Administrator]),
        (Access::AdministratorWrites, Verb::Remove, &[Administrator]),
        (Access::OperatorWrites, Verb::Read, &all),
        (Access::OperatorWrites, Verb::Add, &[Administrator, Operator]),
        (Access::OperatorWrites, Verb::Change, &[Administrator, Operator]),
        (Access::OperatorWrites, Verb::Remove, &[Administrator, Operator]),
        (Access::AdministratorOnly, Verb::Read, &[Administrator]),
        (Access::AdministratorOnly, Verb::Change, &[Administrator]),
        (Access::DangerousToWrite, Verb::Read, &all),
        (Access::DangerousToWrite, Verb::Add, &[Administrator]),
    ] {
        for role in all {
            let found = decide(
                &facts(STRANGER),
                &policy(OpenLan::Off),
                &known(role),
                Rule::Resource(access),
                verb,
            );
            let expected = if permitted.contains(&role) {
                Ok(Who::Account(account(role)))
            } else {
                Err(Refusal::Forbidden)
            };
            assert_eq!(found, expected, "{role:?} {verb:?} {access:?}");
        }
    }
}

#[test]
fn the_closed_network_may_do_all_but_what_is_dangerous() {
    let needed = Err(Refusal::SignInNeeded);
    for (access, verb, expected) in [
        (Access::AdministratorWrites, Verb::Remove, Ok(Who::Lan)),
        (Access::OperatorWrites, Verb::Add, Ok(Who::Lan)),
        (Access::DangerousToWrite, Verb::Read, Ok(Who::Lan)),
        (Access::DangerousToWrite, Verb::Change, needed.clone()),
        (Access::AdministratorOnly, Verb::Read, needed.clone()),
        (Access::AdministratorOnly, Verb::Add, needed.clone()),
    ] {
        let rule = Rule::Resource(access);
        let policy = policy(OpenLan::Private);
        let found = decide(&facts(OFFICE), &policy, &Proof::Absent, rule, verb);
        assert_eq!(found, expected, "{access:?} {verb:?}");
        let found = decide(&facts(STRANGER), &policy, &Proof::Absent, rule, verb);
        assert_eq!(found, needed, "a stranger, {access:?} {verb:?}");
    }
}

#[test]
fn signing_in_takes_nothing_away_but_a_token_gives_only_what_it_gives() {
    let (rule, policy) = (Rule::Resource(Access::AdministratorWrites), policy(OpenLan::Private));
    let reader = known(Role::Reader);
    let found = decide(&facts(OFFICE), &policy, &reader, rule, Verb::Change);
    assert_eq!(found, Ok(Who::Lan));
    for origin in [None, Some("https://evil.example.com")] {
        let token = Facts { states_token: true, origin, ..facts(OFFICE) };
        let found = decide(&token, &policy, &reader, rule, Verb::Change);
        assert_eq!(found, Err(Refusal::Forbidden), "{origin:?}");
    }
}

#[test]
fn open_routes_ask_for_nothing_but_a_host() {
    let facts = facts(STRANGER);
    for proof in [Proof::Absent, Proof::Wrong] {
        let found = decide(&facts, &policy(OpenLan::Off), &proof, Rule::Open, Verb::Read);
        assert_eq!(found, Ok(Who::Anyone));
    }
    let found = decide(&facts, &policy(OpenLan::Off), &Proof::Absent, Rule::Reader, Verb::Read);
    assert_eq!(found, Err(Refusal::SignInNeeded));
}

#[test]
fn a_ended_session_counts_as_nothing_but_is_told() {
    let (rule, verb) = READ_LINES;
    let nobody = Facts { users_exist: false, ..facts(LOOPBACK) };
    for (facts, open_lan, expected) in [
        (facts(OFFICE), OpenLan::Off, Err(Refusal::SessionEnded)),
        (facts(OFFICE), OpenLan::Private, Ok(Who::Lan)),
        (nobody, OpenLan::Off, Ok(Who::SetUp)),
    ] {
        let found = decide(&facts, &policy(open_lan), &Proof::SessionEnded, rule, verb);
        assert_eq!(found, expected, "{facts:?}");
    }
}

#[test]
fn a_ticket_opens_a_feed_and_nothing_else() {
    let wrong = Err(Refusal::WrongCredentials);
    let own = Who::Account(account(Role::Reader));
    let stated = Facts { states_token: true, ..facts(STRANGER) };
    let foreign = Facts { origin: Some("https://evil.example.com"), ..stated };
    let office = Facts { states_token: true, ..facts(OFFICE) };
    let lines = Rule::Resource(Access::AdministratorWrites);
    for (facts, who, rule, expected) in [
        (stated, own.clone(), Rule::Reader, Ok(own.clone())),
        (foreign, own.clone(), Rule::Reader, Ok(own.clone())),
        (stated, own, lines, wrong.clone()),
        (stated, Who::SetUp, Rule::Reader, Ok(Who::SetUp)),
        (stated, Who::Anyone, Rule::Reader, wrong),
        (office, Who::Lan, Rule::Reader, Ok(Who::Lan)),
        // What rests on a place stays there.
        (stated, Who::Lan, Rule::Reader, Err(Refusal::SignInNeeded)),
    ] {
        let policy = policy(OpenLan::Private);
        let found = decide(&facts, &policy, &Proof::Ticket(who.clone()), rule, Verb::Read);
        assert_eq!(found, expected, "{who:?} {rule:?} {facts:?}");
    }
}
