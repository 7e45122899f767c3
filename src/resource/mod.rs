//! What a resource is: every resource and field of the API, declared once.
//!
//! Invariant: a wire name stands once in `src/`, in `resource/catalog`.
//! Never: does I/O.

pub mod attempts;
mod body;
pub mod caller;
pub mod catalog;
mod credentials;
pub mod ddl;
pub mod described;
mod draft;
mod field;
pub mod json;
pub mod kind;
pub mod licence;
pub mod listing;
pub mod needle;
pub mod official;
pub mod openapi;
pub mod order;
mod record;
#[allow(clippy::module_inception)] // the descriptor is what the room is named after
mod resource;
mod row;
pub mod session;
pub mod statistics;
pub mod status;
mod tag;
#[cfg(test)]
mod tests;
pub mod unite;
mod value;
pub mod words;

pub use credentials::credentials;
pub use draft::{BODY_MAX, Draft, Fault, Verb, from_texts, parse};
pub use field::{Field, Kind, Mode};
pub use record::{Cells, Record};
pub use resource::{Access, Hidden, HiddenType, Methods, Resource, Source};
pub use row::{check_row, complete, merge, only_read_only_changes};
pub use tag::Tag;
pub use value::{Raw, Value};
