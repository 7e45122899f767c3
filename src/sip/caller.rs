//! Who calls, and whom: the reading of an INVITE (facts: `番号通知` by TTC JJ-90.22, RFC 3323,
//! RFC 3325; order of the rules: contract sip.md 5 and 6).
//!
//! Invariant: a withheld number is never taken from P-Asserted-Identity, nor is a name.
//! Never: logs a caller.

use std::borrow::Cow;

use super::address::{Address, Uri};
use super::event::Caller;
use super::grammar::{parts, text};
use super::message::Name;
use super::request::Request;
use crate::telephone::{Presentation, TelephoneNumber};

/// Longest extension number.
const EXTENSION_DIGITS_MAX: usize = 4;
/// Longest display name that is kept, in characters.
const DISPLAY_CHARACTERS_MAX: usize = 80;

/// Display names that say why there is no number.
const REASONS: [(&str, Presentation); 4] = [
    ("anonymous", Presentation::Withheld),
    ("coin line/payphone", Presentation::Payphone),
    ("unavailable", Presentation::OutOfArea),
    ("interaction with other service", Presentation::Conflict),
];

/// Whom an INVITE calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// User parts of P-Called-Party-ID, To and Request-URI in this order, numbers normalised,
    /// without repetitions.
    pub candidates: Vec<String>,
    /// User part of To.
    pub to_user: String,
}

/// Reads who calls.
pub fn read_caller(request: &Request<'_>) -> Caller {
    let shown = display_text(&request.from.display);
    if let Some(presentation) = withheld(request, &shown) {
        return Caller { number: String::new(), presentation, display_name: String::new() };
    }
    let user = text(&request.from.uri.user);
    if is_extension(&user) && read_called(request).candidates.first().is_some_and(is_extension) {
        let display_name = name_beside(&shown, &user);
        return Caller { number: user, presentation: Presentation::Extension, display_name };
    }
    let asserted = asserted_identities(request);
    let asserted_name = || asserted.iter().map(|(name, _)| name).find(|name| !name.is_empty());
    let name = if shown.is_empty() { asserted_name().cloned().unwrap_or_default() } else { shown };
    let number = telephone(&user)
        .or_else(|| telephone(&name))
        .or_else(|| asserted.iter().find_map(|(_, user)| telephone(user)));
    let presentation =
        if number.is_some() { Presentation::Presented } else { Presentation::Unknown };
    let number = number.unwrap_or_default();
    Caller { display_name: name_beside(&name, &number), number, presentation }
}

/// Reads who is called. The agent takes its own Contact user out of the candidates.
pub fn read_called(request: &Request<'_>) -> Called {
    let dialled = request.message.first(Name::PCalledPartyId).and_then(Address::read);
    let to_user = called_user(&request.to.uri);
    let mut candidates = Vec::with_capacity(3);
    let named = dialled.map(|address| called_user(&address.uri));
    for user in named.into_iter().chain([to_user.clone(), called_user(&request.uri)]) {
        if !user.is_empty() && !candidates.contains(&user) {
            candidates.push(user);
        }
    }
    Called { candidates, to_user }
}

/// Why the number is missing on purpose: the reason in the name, an anonymous address, or Privacy.
fn withheld(request: &Request<'_>, shown: &str) -> Option<Presentation> {
    let reason = REASONS.iter().find(|(name, _)| shown.eq_ignore_ascii_case(name));
    if let Some((_, presentation)) = reason {
        return Some(*presentation);
    }
    let uri = &request.from.uri;
    let anonymous = uri.user.eq_ignore_ascii_case(b"anonymous")
        || uri.host.eq_ignore_ascii_case(b"anonymous.invalid");
    (anonymous || asks_for_privacy(request)).then_some(Presentation::Withheld)
}

/// `Privacy: id` (RFC 3325 §9.3), alone or in a list.
fn asks_for_privacy(request: &Request<'_>) -> bool {
    request
        .message
        .all(Name::Privacy)
        .flat_map(|value| value.split(|byte| matches!(byte, b';' | b',')))
        .any(|word| word.trim_ascii().eq_ignore_ascii_case(b"id"))
}

/// Names and user parts of every P-Asserted-Identity, across header lines and lists.
fn asserted_identities(request: &Request<'_>) -> Vec<(String, String)> {
    request
        .message
        .all(Name::PAssertedIdentity)
        .flat_map(|value| parts(value, b','))
        .filter_map(Address::read)
        .map(|address| (display_text(&address.display), text(&address.uri.user)))
        .collect()
}

fn telephone(user: &str) -> Option<String> {
    TelephoneNumber::parse(user).ok().map(|number| number.as_str().to_owned())
}

fn called_user(uri: &Uri<'_>) -> String {
    let user = text(&uri.user);
    telephone(&user).unwrap_or(user)
}

/// One to four digits that do not begin with 0.
fn is_extension(user: impl AsRef<str>) -> bool {
    let user = user.as_ref();
    (1..=EXTENSION_DIGITS_MAX).contains(&user.len())
        && !user.starts_with('0')
        && user.bytes().all(|byte| byte.is_ascii_digit())
}

/// `name`, or nothing where it only repeats `number`.
fn name_beside(name: &str, number: &str) -> String {
    let repeats = name == number || telephone(name).is_some_and(|own| own == number);
    if repeats { String::new() } else { name.to_owned() }
}

/// A display name as text: RFC 2047 words, else UTF-8, else Shift_JIS; no control characters.
fn display_text(display: &[u8]) -> String {
    let decoded = match std::str::from_utf8(display) {
        Ok(plain) if plain.contains("=?") => super::encoded_word::decode(plain),
        Ok(plain) => Cow::Borrowed(plain),
        Err(_) => encoding_rs::SHIFT_JIS.decode_without_bom_handling(display).0,
    };
    let shown: String = decoded.chars().filter(|character| !character.is_control()).collect();
    shown.trim().chars().take(DISPLAY_CHARACTERS_MAX).collect()
}
