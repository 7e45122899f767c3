//! What every request handler shares.
//!
//! Invariant: made once at start; nothing here is allocated per request.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use super::access::Gate;
use super::health::Readiness;
use crate::push::Hub;
use crate::store::Store;

/// Why the telephone side cannot listen, with the way out (Japanese); `None` = it can, or need not.
pub type ListenerFault = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// Shared by all workers.
pub(super) struct App {
    pub(super) store: Store,
    pub(super) hub: Hub,
    pub(super) gate: Gate,
    /// Every refusal below the REST base is answered with 200.
    pub(super) legacy_status: bool,
    /// The data folder's `pages/`.
    pub(super) user_pages: PathBuf,
    /// `/openapi.json`.
    pub(super) openapi: Bytes,
    pub(super) readiness: Readiness,
    pub(super) listener_fault: ListenerFault,
}
