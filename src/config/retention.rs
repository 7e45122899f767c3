//! How long things are kept (`[retention]` of the settings file).

use serde::Deserialize;

/// Days after which rows are removed by themselves; 0 = they are kept for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Calls, with everything that belongs to them.
    pub calls_days: u32,
    /// Deliveries that are over, with their attempts.
    pub deliveries_days: u32,
    /// The audit log.
    pub audit_days: u32,
}

impl Retention {
    /// Whether anything is ever removed.
    pub fn is_off(&self) -> bool {
        *self == Self::default()
    }
}
