//! The one list of routes, each with its methods and its access rule.
//!
//! Invariant: what [`resolve`] finds is in [`routes`], and a route without a rule does not compile.
//! Never: looks at a method or a header.

use super::access::Rule;
use super::method::Allow;
use super::percent::decode;
use super::rest::{CallSearch, search};
use super::{Refusal, pages};
use crate::resource::attempts::ADDRESS as ATTEMPTS;
use crate::resource::described::ADDRESS as CATALOGUE;
use crate::resource::openapi::{
    AUTHORITY, CALL, EVENTS, HEALTH, IMPORT, LOG_IN, LOG_OUT, METRICS, PAGE, READY, SERVICE,
    SESSION, TICKET, WEBSOCKET, called,
};
use crate::resource::order::Order;
use crate::resource::statistics::ADDRESS as STATISTICS;
use crate::resource::{Resource, catalog, openapi, status};

/// Base of the REST service (seed).
pub(super) const REST_BASE: &str = openapi::BASE;
/// URI of the one resource with a search path (seed).
const SEARCHED: &str = "ReceivedCall-Record";
/// How a call from a number would be treated (rest.md, Decisions).
const CALLER: &str = "Caller";
/// Users' own pages.
const USER_PAGES: &str = "/pages";

/// One kind of address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Route {
    /// `/R`.
    List(&'static Resource),
    /// `/R/(key)`.
    Row(&'static Resource),
    /// `/ReceivedCall-Record/(TOP)/(DESCENDING)/(K_ID)/(FROM)`.
    CallSearch(&'static Resource),
    /// `/Caller/(number)`.
    Caller,
    /// `/R/(key)/(word)`: an order about a row.
    Order(Order, &'static Resource),
    /// `/R/(key)/Call/(function)`.
    Call(&'static Resource),
    /// `/Notification-Delivery/(key)/Attempts`.
    Attempts,
    /// `/Statistics`.
    Statistics,
    /// `/CustomerAddress/Import`.
    Import(&'static Resource),
    /// Server-sent events.
    Events,
    /// The original's WebSocket.
    WebSocket,
    /// Log-in.
    LogIn,
    /// Log-out.
    LogOut,
    /// A ticket for one of the event transports.
    Ticket,
    /// Who is signed in.
    Session,
    /// How the service stands.
    Status,
    /// `/healthz`.
    Health,
    /// `/readyz`.
    Ready,
    /// `/metrics`.
    Metrics,
    /// `/openapi.json`.
    OpenApi,
    /// `/catalogue.json`: what our own pages know of the resources.
    Catalogue,
    /// `/ca.crt`: the own certificate authority.
    Authority,
    /// A page of ours.
    Page(&'static pages::Page),
    /// A file of the data folder's `pages/`.
    UserPage,
}

/// What a path names beside its route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// Nothing.
    None,
    /// A key; one that no row can have for numbers beyond 64 bits.
    Key(i64),
    /// A key and the name of a function.
    Function(i64, String),
    /// The parts of a call search.
    Search(CallSearch),
    /// The decoded number of a foreseen call.
    Number(String),
    /// The decoded path below `/pages/`.
    File(String),
}

impl Route {
    /// Who may use it.
    pub fn rule(self) -> Rule {
        match self {
            Self::List(resource)
            | Self::Row(resource)
            | Self::CallSearch(resource)
            | Self::Import(resource)
            | Self::Call(resource) => Rule::Resource(resource.access),
            Self::Order(order, resource) => Rule::Resource(order.access(resource)),
            Self::Caller | Self::Statistics | Self::Attempts => Rule::Reader,
            Self::Events | Self::WebSocket | Self::Ticket | Self::Session => Rule::Reader,
            Self::Status => Rule::Administrator,
            // Whoever is nobody yet must get in, and may always leave.
            Self::LogIn | Self::LogOut => Rule::Open,
            // Pages hold no data; what they show they ask for with the visitor's own rights.
            Self::Page(_) | Self::UserPage => Rule::Open,
            // The catalogue is public; a probe must work before anybody has logged in.
            // They look themselves at who asks: this machine needs no log-in for them.
            Self::Metrics => Rule::Open,
            // Whoever shall trust us gets our certificate before he can log in.
            Self::OpenApi | Self::Catalogue => Rule::Open,
            Self::Authority | Self::Health | Self::Ready => Rule::Open,
        }
    }

    /// Which methods it answers.
    pub fn allow(self) -> Allow {
        match self {
            Self::List(resource) => Allow::list(resource),
            Self::Row(resource) => Allow::row(resource),
            Self::LogIn
            | Self::LogOut
            | Self::Ticket
            | Self::Import(_)
            | Self::Order(..)
            | Self::Call(_) => Allow::ORDER,
            Self::CallSearch(_)
            | Self::Caller
            | Self::Attempts
            | Self::Statistics
            | Self::Events
            | Self::WebSocket
            | Self::Session
            | Self::Status
            | Self::Health
            | Self::Ready
            | Self::Metrics
            | Self::OpenApi
            | Self::Catalogue
            | Self::Authority
            | Self::Page(_)
            | Self::UserPage => Allow::READ,
        }
    }

    /// An address of this route, with `key` where a row is named.
    pub fn example(self, key: i64) -> String {
        match self {
            Self::List(resource) => format!("{REST_BASE}/{}", resource.uri),
            Self::Row(resource) => format!("{REST_BASE}/{}/{key}", resource.uri),
            Self::CallSearch(resource) => format!("{REST_BASE}/{}/10/True/0/Null", resource.uri),
            Self::Caller => format!("{REST_BASE}/{CALLER}/0731234567"),
            Self::Order(order, resource) => {
                format!("{REST_BASE}/{}/{key}/{}", resource.uri, order.word())
            }
            Self::Call(resource) => {
                let function = called(resource).first().unwrap_or(&CALL);
                format!("{REST_BASE}/{}/{key}/{CALL}/{function}", resource.uri)
            }
            Self::Attempts => format!("{REST_BASE}/{}/{key}/{ATTEMPTS}", catalog::DELIVERY.uri),
            Self::Statistics => format!("{REST_BASE}/{STATISTICS}"),
            Self::Import(resource) => format!("{REST_BASE}/{}/{IMPORT}", resource.uri),
            Self::Events => EVENTS.to_owned(),
            Self::WebSocket => format!("{WEBSOCKET}/"),
            Self::LogIn => LOG_IN.to_owned(),
            Self::LogOut => LOG_OUT.to_owned(),
            Self::Ticket => TICKET.to_owned(),
            Self::Session => SESSION.to_owned(),
            Self::Status => status::ADDRESS.to_owned(),
            Self::Health => HEALTH.to_owned(),
            Self::Ready => READY.to_owned(),
            Self::Metrics => METRICS.to_owned(),
            Self::OpenApi => PAGE.to_owned(),
            Self::Catalogue => CATALOGUE.to_owned(),
            Self::Authority => AUTHORITY.to_owned(),
            Self::Page(page) => page.path.clone(),
            Self::UserPage => format!("{USER_PAGES}/"),
        }
    }
}

/// Every route.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for resource in catalog::ALL {
        routes.extend([Route::List(resource), Route::Row(resource)]);
        if resource.uri == SEARCHED {
            routes.push(Route::CallSearch(resource));
        }
        if *resource == catalog::CUSTOMER {
            routes.push(Route::Import(resource));
        }
        routes.extend(Order::of(resource).map(|order| Route::Order(order, resource)));
        if !called(resource).is_empty() {
            routes.push(Route::Call(resource));
        }
    }
    routes.extend([
        Route::Caller,
        Route::Attempts,
        Route::Statistics,
        Route::Events,
        Route::WebSocket,
    ]);
    routes.extend([Route::LogIn, Route::LogOut, Route::Ticket, Route::Session, Route::Status]);
    routes.extend([Route::Health, Route::Ready, Route::Authority]);
    routes.extend([Route::OpenApi, Route::Catalogue, Route::Metrics, Route::UserPage]);
    routes.extend(pages::all().iter().map(Route::Page));
    routes
}

/// Whether a path belongs to the REST service, where every answer is `{result,msg}` or rows.
pub(super) fn is_rest(path: &str) -> bool {
    below(path, REST_BASE).is_some()
}

/// Reads a raw (percent-encoded) path.
pub(super) fn resolve(path: &str) -> Result<(Route, Argument), Refusal> {
    if let Some(rest) = below(path, REST_BASE) {
        return resolve_rest(rest.trim_matches('/'));
    }
    if let Some(file) = below(path, USER_PAGES) {
        return decode(file).map(|file| (Route::UserPage, Argument::File(file.into_owned())));
    }
    let fixed = |route| Ok((route, Argument::None));
    let plain = if path.len() > 1 { path.strip_suffix('/').unwrap_or(path) } else { path };
    match plain {
        _ if below(plain, SERVICE).is_some() => service(plain),
        HEALTH => fixed(Route::Health),
        READY => fixed(Route::Ready),
        METRICS => fixed(Route::Metrics),
        PAGE => fixed(Route::OpenApi),
        CATALOGUE => fixed(Route::Catalogue),
        AUTHORITY => fixed(Route::Authority),
        _ => pages::find(path).map_or(Err(Refusal::UnknownPath), |page| fixed(Route::Page(page))),
    }
}

/// The row, or without a key the list, that a raw path names in the plain way, which [`resolve`]
/// reads too, among others.
pub(super) fn plain_row(path: &str) -> Option<(&'static Resource, Option<i64>)> {
    let name = below(path, REST_BASE)?.strip_prefix('/')?;
    let Some((name, key)) = name.split_once('/') else { return Some((catalog::find(name)?, None)) };
    let resource = catalog::find(name)?;
    let is_plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| (resource, Some(key.parse().unwrap_or(i64::MAX))))
}

/// The addresses beside the resources.
fn service(path: &str) -> Result<(Route, Argument), Refusal> {
    let found = [
        (EVENTS, Route::Events),
        (WEBSOCKET, Route::WebSocket),
        (LOG_IN, Route::LogIn),
        (LOG_OUT, Route::LogOut),
        (TICKET, Route::Ticket),
        (SESSION, Route::Session),
        (status::ADDRESS, Route::Status),
    ]
    .into_iter()
    .find(|(address, _)| path.eq_ignore_ascii_case(address));
    found.map(|(_, route)| (route, Argument::None)).ok_or(Refusal::UnknownPath)
}

/// Whether an address takes `?ticket=`: those that browsers open without headers.
pub(super) fn takes_ticket(path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    [EVENTS, WEBSOCKET].iter().any(|address| path.eq_ignore_ascii_case(address))
}

/// What follows `base` in a path (empty or beginning with `/`), in any letter case as the
/// original's framework matches.
fn below<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    let (head, rest) = path.split_at_checked(base.len())?;
    let fits = head.eq_ignore_ascii_case(base) && (rest.is_empty() || rest.starts_with('/'));
    fits.then_some(rest)
}

fn resolve_rest(path: &str) -> Result<(Route, Argument), Refusal> {
    let mut segments = path.split('/');
    let name = decode(segments.next().unwrap_or_default())?;
    if name.is_empty() {
        return Err(Refusal::UnknownPath);
    }
    let segments: Vec<&str> = segments.collect();
    if name.eq_ignore_ascii_case(CALLER) {
        let [number] = segments.as_slice() else { return Err(Refusal::UnknownPath) };
        return Ok((Route::Caller, Argument::Number(decode(number)?.into_owned())));
    }
    if name.eq_ignore_ascii_case(STATISTICS) {
        let route = (Route::Statistics, Argument::None);
        return if segments.is_empty() { Ok(route) } else { Err(Refusal::UnknownPath) };
    }
    let resource = catalog::find(&name).ok_or(Refusal::UnknownResource)?;
    if let [key, word] = segments.as_slice()
        && *resource == catalog::DELIVERY
        && decode(word)?.eq_ignore_ascii_case(ATTEMPTS)
    {
        return Ok((Route::Attempts, Argument::Key(key_of(&decode(key)?)?)));
    }
    if let [key, word] = segments.as_slice()
        && let Some(order) = Order::find(resource, &decode(word)?)
    {
        return Ok((Route::Order(order, resource), Argument::Key(key_of(&decode(key)?)?)));
    }
    match segments.as_slice() {
        [] => Ok((Route::List(resource), Argument::None)),
        [last] if *resource == catalog::CUSTOMER && decode(last)?.eq_ignore_ascii_case(IMPORT) => {
            Ok((Route::Import(resource), Argument::None))
        }
        [key, call, function]
            if !called(resource).is_empty() && decode(call)?.eq_ignore_ascii_case(CALL) =>
        {
            let argument =
                Argument::Function(key_of(&decode(key)?)?, decode(function)?.into_owned());
            Ok((Route::Call(resource), argument))
        }
        [key] => Ok((Route::Row(resource), Argument::Key(key_of(&decode(key)?)?))),
        parts if resource.uri == SEARCHED => {
            Ok((Route::CallSearch(resource), Argument::Search(search(parts)?)))
        }
        _ => Err(Refusal::UnknownPath),
    }
}

/// A key is decimal digits; a number too large for any row is a key that no row has.
fn key_of(text: &str) -> Result<i64, Refusal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::KeyIsNoNumber);
    }
    Ok(text.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
