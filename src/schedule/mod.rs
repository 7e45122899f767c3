//! What is done by the clock: backups, exports, and the removal of what is old.
//!
//! Invariant: a slot that passed while nobody looked is made up for once, and only the last one;
//! every run is told in its row and in the audit log. Never: writes outside the allowed folders.

mod backup;
mod draft;
mod export;
mod place;
mod retention;
mod run;
mod slot;
#[cfg(test)]
mod tests;
mod texts;

pub use draft::{DraftFile, journal_of, path_of as draft_of};
pub use run::{Ran, Scheduler, Settings};
