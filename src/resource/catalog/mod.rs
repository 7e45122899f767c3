//! Every resource of the API: one file a subject, one row a field.
//!
//! Invariant: rows say what a field is; what a kind means stands in `resource/kind`.
//! Never: holds behaviour beyond the rules over several fields of one row.

mod activation;
mod backup;
mod calendar;
mod call;
mod caller;
mod chat;
mod connected_client;
mod customer;
mod export;
mod history;
mod incoming;
mod line;
mod mail_account;
mod message;
mod notation;
mod rules;
mod search_site;
mod shared;
mod sip_connection;
mod target;
mod user;

use super::Resource;
pub use activation::ACTIVATION;
pub use backup::BACKUP;
pub use calendar::{BUSINESS_CALENDAR, ClosedDays, closed_days, digest_times};
pub use call::CALL;
pub use caller::CALLER_RULE;
pub use chat::{CHAT_TARGET, SERVICES as CHAT_SERVICES};
pub use connected_client::CONNECTED_CLIENT;
pub use customer::{CUSTOMER, EMAILS, PHONES};
pub use export::{CSV_EXPORT, EXCEL_EXPORT, exported};
pub use history::{AUDIT, DELIVERY};
pub use incoming::{COMMAND_CALL, URL_CALL};
pub use line::LINE;
pub use mail_account::MAIL_ACCOUNT;
pub use message::{CHAT_MESSAGE, LINE_MESSAGE, MAIL_MESSAGE, TOAST_MESSAGE};
pub(super) use rules::{check_change, compute_defaults};
pub use search_site::SEARCH_SITE;
pub use sip_connection::SIP_CONNECTION;
pub use target::{BETWEEN_NAMES, LINE_TARGET, MAIL_TARGET};
pub use user::{API_TOKEN, USER};

/// All resources, in the order of the contract.
pub static ALL: [&Resource; 26] = [
    &LINE,
    &SIP_CONNECTION,
    &CONNECTED_CLIENT,
    &CUSTOMER,
    &CALL,
    &URL_CALL,
    &COMMAND_CALL,
    &LINE_TARGET,
    &MAIL_TARGET,
    &SEARCH_SITE,
    &MAIL_MESSAGE,
    &LINE_MESSAGE,
    &TOAST_MESSAGE,
    &MAIL_ACCOUNT,
    &ACTIVATION,
    &BACKUP,
    &USER,
    &CSV_EXPORT,
    &EXCEL_EXPORT,
    &CHAT_TARGET,
    &CHAT_MESSAGE,
    &CALLER_RULE,
    &BUSINESS_CALENDAR,
    &DELIVERY,
    &AUDIT,
    &API_TOKEN,
];

/// Something made once for each resource of [`ALL`], found by the place in it.
pub struct Each<T>(Vec<T>);

impl<T> Each<T> {
    /// Makes it for all.
    pub fn new(make: impl Fn(&'static Resource) -> T) -> Self {
        Self(ALL.iter().copied().map(make).collect())
    }

    /// That of one resource; `None` for one that is not in [`ALL`].
    pub fn of(&self, resource: &Resource) -> Option<&T> {
        let place = ALL.iter().position(|known| std::ptr::eq(*known, resource))?;
        self.0.get(place)
    }
}

/// The resource with this URI, in any letter case.
pub fn find(uri: &str) -> Option<&'static Resource> {
    ALL.iter().copied().find(|resource| resource.uri.eq_ignore_ascii_case(uri))
}
