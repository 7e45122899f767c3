//! Functions of the services behind targets, for administrators: a room is picked rather than
//! typed.
//!
//! Invariant: a function is called with the row's own credentials, at the row's own address.
//! Never: writes anything of ours; answers a secret.

use std::sync::Arc;

use serde_json::Value;

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
pub struct Services(Arc<Carriers>);

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
        Ok(Self::of(Arc::new(Carriers::new(Http::new(deny, clock.clone())?, clock))))
    }

    /// Those that the outbox uses.
    pub(super) fn of(carriers: Arc<Carriers>) -> Self {
        Self(carriers)
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
        let call = Call { row: row.clone(), function, arguments, carriers: Arc::clone(&self.0) };
        target.call(call).await.map_err(|fault| match fault {
            SendError::Later { why, .. } | SendError::Never { why, .. } => CallFault::Refused(why),
        })
    }
}
