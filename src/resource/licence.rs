//! What a licence key says (Online-Activation, its note in the catalogue). Pure.
//!
//! Invariant: nothing in the program depends on the verdict; it is only shown. Never: shows the key.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::Deserialize;

use super::words::activation_state as state;
use super::{Kind, Record, Value};
use crate::clock::{UnixMs, japan};
use crate::config::Activation;

/// What the server that knows the licences said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// 認証状態: one of `words::activation_state`.
    pub state: &'static str,
    /// 有効期限 (yyyy/MM/dd); empty = none.
    pub expires_on: String,
}

/// The signed part of a key.
#[derive(Debug, Deserialize)]
struct Body {
    name: String,
    expires: String,
}

/// Writes the read-only fields of a row that a client has just written.
pub fn judge(row: &mut Record, settings: &Activation, now: UnixMs) {
    let key = row.text("license_key").to_owned();
    let (state, expires_on, holder) = verdict(&key, settings, now);
    set_verdict(row, state, &expires_on, Some(now));
    if row.get("name").is_empty() && !holder.is_empty() {
        row.set("name", Value::Text(holder));
    }
}

/// Writes them as time and settings have made them; true = something changed.
pub fn judge_again(row: &mut Record, settings: &Activation, now: UnixMs) -> bool {
    let before = row.clone();
    let key = row.text("license_key").to_owned();
    let (fresh, mut expires_on, _) = verdict(&key, settings, now);
    let mut shown = fresh;
    // What a server said once stands until the day it named, or until the row changes.
    let answered = settings.server_url.is_some() && !row.get("verified_at").is_empty();
    if fresh == state::UNVERIFIED && answered {
        expires_on = row.text("expires_on").to_owned();
        shown = known(row.text("state")).unwrap_or(fresh);
        if shown == state::VERIFIED && is_over(&expires_on, now) {
            shown = state::EXPIRED;
        }
    }
    if shown != before.text("state") || expires_on != before.text("expires_on") {
        set_verdict(row, shown, &expires_on, None);
        if shown == state::VERIFIED && before.get("verified_at").is_empty() {
            row.set("verified_at", Value::Int(now));
        }
    }
    *row != before
}

/// Writes what the server said about the key that the row has.
pub fn note_answer(row: &mut Record, answer: &Answer, now: UnixMs) {
    set_verdict(row, answer.state, &answer.expires_on, None);
    row.set("verified_at", Value::Int(now));
}

/// Whether the server has to be asked about a row.
pub fn is_to_be_asked(row: &Record) -> bool {
    row.text("state") == state::UNVERIFIED && !row.get("license_key").is_empty()
}

/// The word of the API for a state that somebody else named.
pub fn known(word: &str) -> Option<&'static str> {
    [state::UNVERIFIED, state::VERIFIED, state::EXPIRED, state::INVALID]
        .into_iter()
        .find(|known| *known == word)
}

/// State, 有効期限 and holder of a key, before any server was asked.
fn verdict(key: &str, settings: &Activation, now: UnixMs) -> (&'static str, String, String) {
    let nothing = |state| (state, String::new(), String::new());
    let Some(public_key) = &settings.public_key else {
        let open = settings.server_url.is_none();
        return nothing(if open { state::OPEN } else { state::UNVERIFIED });
    };
    if key.is_empty() {
        return nothing(state::UNVERIFIED);
    }
    let Some(Body { name, expires }) = signed_body(key, public_key) else {
        return nothing(state::INVALID);
    };
    let Ok(Value::Text(expires_on)) = Kind::Date.check(&expires) else {
        return nothing(state::INVALID);
    };
    let state = if is_over(&expires_on, now) {
        state::EXPIRED
    } else if settings.server_url.is_some() {
        state::UNVERIFIED
    } else {
        state::VERIFIED
    };
    (state, expires_on, name)
}

/// The body of a key whose signature is right.
fn signed_body(key: &str, public_key: &[u8]) -> Option<Body> {
    let (body, signature) = key.trim().split_once('.')?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok();
    let (body, signature) = (decode(body)?, decode(signature)?);
    UnparsedPublicKey::new(&ED25519, public_key).verify(&body, &signature).ok()?;
    serde_json::from_slice(&body).ok()
}

/// Whether that day (yyyy/MM/dd, empty = never) has passed in Japan.
fn is_over(day: &str, now: UnixMs) -> bool {
    !day.is_empty() && day < japan(now).format("%Y/%m/%d").to_string().as_str()
}

/// `judged_at` = when a client wrote the row; `None` leaves 認証日時.
fn set_verdict(row: &mut Record, state: &str, expires_on: &str, judged_at: Option<UnixMs>) {
    row.set("state", Value::Text(state.to_owned()));
    let day = if expires_on.is_empty() { Value::Empty } else { Value::Text(expires_on.to_owned()) };
    row.set("expires_on", day);
    if let Some(now) = judged_at {
        let verified = state == state::VERIFIED;
        row.set("verified_at", if verified { Value::Int(now) } else { Value::Empty });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::catalog::ACTIVATION;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    const NOW: UnixMs = 1_800_000_000_000; // 2027/01/15 in Japan

    fn signer() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
    }

    fn key(expires: &str) -> String {
        let body = format!(r#"{{"name":"紀州商店","expires":"{expires}"}}"#);
        let signature = signer().sign(body.as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&body), URL_SAFE_NO_PAD.encode(signature))
    }

    fn settings(local: bool, server: bool) -> Activation {
        let public_key = signer().public_key().as_ref().to_vec();
        Activation {
            public_key: local.then_some(public_key),
            server_url: server.then(|| "https://licences.example/".to_owned()),
        }
    }

    fn judged(key: &str, settings: &Activation) -> Record {
        let mut row = Record::empty(&ACTIVATION);
        row.set("license_key", Value::Text(key.to_owned()));
        judge(&mut row, settings, NOW);
        row
    }

    #[test]
    fn a_key_is_verified_where_the_public_key_is_known() {
        let local = settings(true, false);
        for (key, expected, expires_on) in [
            (key("2027/01/15"), state::VERIFIED, "2027/01/15"),
            (key("2027-12-31"), state::VERIFIED, "2027/12/31"),
            (key("2027/01/14"), state::EXPIRED, "2027/01/14"),
            (key("soon"), state::INVALID, ""),
            (format!("{}x", key("2027/12/31")), state::INVALID, ""),
            (key("2027/12/31").replace('.', "A."), state::INVALID, ""),
            ("nonsense".to_owned(), state::INVALID, ""),
            (String::new(), state::UNVERIFIED, ""),
        ] {
            let row = judged(&key, &local);
            assert_eq!(
                (row.text("state"), row.text("expires_on")),
                (expected, expires_on),
                "{key}"
            );
            assert_eq!(row.get("verified_at").is_empty(), expected != state::VERIFIED);
        }
        assert_eq!(judged(&key("2027/12/31"), &local).text("name"), "紀州商店");
    }

    #[test]
    fn without_settings_it_is_the_open_edition_and_a_server_has_the_last_word() {
        assert_eq!(judged("x", &settings(false, false)).text("state"), state::OPEN);
        assert_eq!(judged("x", &settings(true, true)).text("state"), state::INVALID);
        let server = settings(true, true);
        let mut row = judged(&key("2027/12/31"), &server);
        assert!(is_to_be_asked(&row) && !is_to_be_asked(&judged("", &server)));
        let answer = Answer { state: state::VERIFIED, expires_on: "2027/02/01".into() };
        note_answer(&mut row, &answer, NOW);
        assert!(!judge_again(&mut row, &server, NOW), "what the server said stands");
        let spring = NOW + 60 * 24 * 3600 * 1000;
        assert!(judge_again(&mut row, &server, spring));
        assert_eq!(row.text("state"), state::EXPIRED);
    }

    #[test]
    fn time_and_new_settings_change_the_verdict() {
        let local = settings(true, false);
        let mut row = judged(&key("2027/01/20"), &local);
        assert!(!judge_again(&mut row, &local, NOW));
        let later = NOW + 6 * 24 * 3600 * 1000;
        assert!(judge_again(&mut row, &local, later));
        assert_eq!(row.text("state"), state::EXPIRED);
        assert!(judge_again(&mut row, &settings(false, false), later));
        assert_eq!(row.text("state"), state::OPEN);
        let mut early = judged(&key("2027/12/31"), &settings(false, false));
        assert!(judge_again(&mut early, &local, NOW));
        assert_eq!((early.text("state"), early.int("verified_at")), (state::VERIFIED, NOW));
    }
}
