//! Who may do what (contract: security.md).
//!
//! One rule stands behind all others: authority that a browser attaches by itself (a cookie, Basic,
//! being on this machine or network) counts only for our own pages; authority that a program states
//! itself (a token, a ticket) counts from anywhere.
//!
//! Invariant: [`decide()`] is pure and the only place that says yes.
//! Never: lets a presented but wrong credential fall back to what the peer could do without it.

mod decide;
#[cfg(test)]
mod decide_tests;
mod directory;
mod gate;
mod heads;
mod host;
mod origin;
mod password;
mod peer;
mod session;
mod setup;
mod sign_in;
mod throttle;
mod ticket;
mod token;
mod verified;

pub use decide::{Facts, Policy, Proof, Rule, Screened, Who, decide, screen};
pub use directory::{Account, Credential, Directory, Noted, Role};
pub use gate::Gate;
pub(super) use gate::peer_of;
pub use host::HostRule;
pub use password::hash_password;
pub(super) use session::forgotten;
pub use setup::SetUpKey;
pub(super) use sign_in::is_secure_context;
pub use token::{FreshToken, fresh_token};
