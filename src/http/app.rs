//! What request handlers share: all of them, and those of one worker thread.
//!
//! Invariant: made once at start. Never: is allocated per request.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::web::Data;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use super::access::Gate;
use super::health::Readiness;
use super::metrics::{Counts, Figures, Tables};
use super::prepared::Prepared;
use super::rest::Together;
use super::tls::Tls;
use crate::clock::{Clock, UnixMs};
use crate::notify::Services;
use crate::push::Hub;
use crate::resource::Record;
use crate::resource::status::Admitted;
use crate::schedule::Scheduler;
use crate::store::Store;

/// Why the telephone side cannot listen, with the way out (Japanese); `None` = it can, or need not.
pub type ListenerFault = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// How many calls wait in memory because the store cannot take them.
pub type CallsWaiting = Arc<dyn Fn() -> usize + Send + Sync>;

/// Asks the SIP server of a row of SIP-ServerConnection whether it is there.
pub type AskLine = Arc<dyn Fn(Record) -> BoxFuture<'static, LineFound> + Send + Sync>;

/// What became of asking a SIP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFound {
    /// It answered; any status shows that SIP is spoken there.
    Answered {
        /// From where.
        address: SocketAddr,
        /// With which SIP status.
        status: u16,
        /// After how many milliseconds.
        after_ms: u128,
    },
    /// Nothing came back.
    Silent(SocketAddr),
    /// Nobody listens there, or the way there is not to be trusted, and why (Japanese).
    Refused(SocketAddr, String),
    /// The name has no address, and why (Japanese).
    Unknown(String),
}

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
    pub(super) openapi: Prepared,
    /// `/catalogue.json`.
    pub(super) catalogue: Prepared,
    pub(super) clock: Clock,
    /// Who may connect beside the usual.
    pub(super) admitted: Admitted,
    /// When the service was started.
    pub(super) started_at: UnixMs,
    /// The machine's name.
    pub(super) machine_name: String,
    pub(super) readiness: Readiness,
    /// The data folder: files that are too large for memory wait in it.
    pub(super) data_dir: PathBuf,
    /// Turns of making or taking such a file.
    pub(super) files: Arc<Semaphore>,
    pub(super) ask_line: AskLine,
    /// Backups and exports that somebody orders.
    pub(super) scheduler: Scheduler,
    /// Functions of the services behind targets.
    pub(super) services: Services,
    pub(super) listener_fault: ListenerFault,
    pub(super) calls_waiting: CallsWaiting,
    /// What other rooms count.
    pub(super) figures: Figures,
    /// What the workers count.
    pub(super) counts: Tables,
    /// Whose certificate `/ca.crt` is.
    pub(super) authority: Option<Tls>,
}

/// What one worker thread has.
pub(super) struct Worker {
    pub(super) app: Data<App>,
    /// Its reads of single rows.
    pub(super) together: Together,
    /// Its answers by route and status.
    pub(super) counts: Arc<Counts>,
}

impl Worker {
    /// A worker's own things beside the shared ones.
    pub(super) fn new(app: Data<App>) -> Self {
        let together = Together::new(app.store.clone());
        let counts = app.counts.add();
        Self { app, together, counts }
    }
}
