//! Functions of the services behind targets, for administrators: a room is picked rather than
//! typed.
//!
//! Invariant: a function is called with the row's own credentials, at the row's own address.
//! Never: writes anything of ours; answers a secret.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Notify;

use super::carrier::Carriers;
use super::http::Http;
use super::retry::SendError;
use super::target::{Call, target_of};
use super::worker::StartError;
use crate::clock::Clock;
use crate::config::AddressRange;
use crate::resource::Record;

/// The services of all targets; clones share their log-ins.
#[derive(Clone)]
pub struct Services {
    carriers: Arc<Carriers>,
    /// The outbox worker, where there is one.
    outbox: Option<Arc<Notify>>,
}

/// Why a function gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallFault {
    /// The row's kind has no function of this name, but these.
    #[error("no such function")]
    NoSuchFunction(&'static [&'static str]),
    /// The arguments or the service said no, and why (Japanese).
    #[error("{0}")]
    Refused(String),
}

impl Services {
    /// For a program without an outbox.
    pub fn new(deny: Vec<AddressRange>, clock: Clock) -> Result<Self, StartError> {
        let carriers = Arc::new(Carriers::new(Http::new(deny, clock.clone())?, clock));
        Ok(Self { carriers, outbox: None })
    }

    /// Those that the outbox uses; `outbox` wakes it.
    pub(super) fn of(carriers: Arc<Carriers>, outbox: Arc<Notify>) -> Self {
        Self { carriers, outbox: Some(outbox) }
    }

    /// Tells the outbox that somebody waits for a delivery that was committed; without it he would
    /// wait for its next look at the table.
    pub fn wake(&self) {
        if let Some(outbox) = &self.outbox {
            outbox.notify_one();
        }
    }

    /// Calls a function; answers the service's JSON, or its text where it is none.
    pub async fn call(
        &self,
        row: &Record,
        function: &str,
        arguments: Value,
    ) -> Result<Value, CallFault> {
        let Some(target) = target_of(row) else { return Err(CallFault::NoSuchFunction(&[])) };
        let known = target.functions();
        let function = known.iter().find(|own| own.eq_ignore_ascii_case(function));
        let function = *function.ok_or(CallFault::NoSuchFunction(known))?;
        let call =
            Call { row: row.clone(), function, arguments, carriers: Arc::clone(&self.carriers) };
        target.call(call).await.map_err(|fault| match fault {
            SendError::Later { why, .. } | SendError::Never { why, .. } => CallFault::Refused(why),
        })
    }
}
