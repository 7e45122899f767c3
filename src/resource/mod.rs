//! What a resource is: every resource and field of the API, declared once.
//!
//! Invariant: a wire name stands once in `src/`, in `resource/catalog`.
//! Never: does I/O.

pub mod catalog;
mod draft;
mod field;
mod record;
#[allow(clippy::module_inception)] // the descriptor is what the room is named after
mod resource;
mod value;
pub mod words;

pub use draft::{Draft, Fault};
pub use field::{Field, Kind, Mode};
pub use record::{Cells, Record};
pub use resource::{Access, Hidden, HiddenType, Methods, Resource, Source};
pub use value::{Raw, Value};
