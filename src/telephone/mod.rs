//! Telephone numbers and caller-ID presentation.
//!
//! Invariant: a [`TelephoneNumber`] is always normalised (Japanese rules of resources.md, kind `tel`).
//! Never: knows SIP, customers or the database.

mod area;
mod number;
mod pattern;
mod presentation;

pub use number::{Category, NumberFault, TelephoneNumber, is_separator};
pub use pattern::NumberPattern;
pub use presentation::Presentation;
