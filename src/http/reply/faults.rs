//! What a fault of the store is to a client.

use super::Refusal;
use crate::store::{StoreError, WriteError};

impl From<StoreError> for Refusal {
    /// Logs what an operator can act on; the client learns only what it can do.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            StoreError::ReadOnly(why) => {
                log::error!("the store cannot write: {why} (check free disk space and rights)");
                Self::CannotWrite
            }
            StoreError::Unavailable => Self::Unavailable,
            error => {
                log::error!("request failed: {error}: {:?}", std::error::Error::source(&error));
                Self::Unavailable
            }
        }
    }
}

impl From<WriteError> for Refusal {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NotFound => Self::NoSuchRow,
            WriteError::Faults(faults) => Self::Faults(faults),
            WriteError::Conflict(fault) => Self::Taken(fault),
            WriteError::Changed => Self::PreconditionFailed,
            WriteError::Reused => Self::IdempotencyKeyReused,
            WriteError::LastAdministrator => Self::LastAdministrator,
            WriteError::SetUpOver => Self::SetUpOver,
            WriteError::Store(error) => error.into(),
        }
    }
}
