//! The read-only fields of a SIP connection.
//!
//! Invariant: a change is told by a 接続 event of the same transaction.
//! Never: wakes those who wait for changed settings (they would register again and again).

use super::tx::Tx;
use super::{event, read, row};
use crate::push::{Envelope, EventKind, envelope};
use crate::resource::Value;
use crate::resource::catalog::SIP_CONNECTION;
use crate::store::{NewEvent, RegistrationRow, StoreError};

/// Stores how a registration stands; nothing where the row is gone or nothing changed.
pub(super) fn record(tx: &mut Tx<'_>, registration: &RegistrationRow) -> Result<(), StoreError> {
    let shared = tx.memory.shared.clone();
    let plan = shared.plans.of(&SIP_CONNECTION)?;
    let key = registration.connection_id;
    let Some(before) = read::record(tx.connection, plan, &shared.seal, key)? else {
        return Ok(());
    };
    let mut after = before.clone();
    after.set("registration", text(registration.state));
    let code = if registration.code == 0 { Value::Empty } else { Value::Int(registration.code) };
    after.set("last_code", code);
    after.set("last_error", text(&registration.error));
    after.set("next_refresh_at", registration.next_refresh.map_or(Value::Empty, Value::Int));
    if before == after {
        return Ok(());
    }
    row::update(tx, &before, &after, false)?;
    let told = ["registration", "last_code", "last_error"];
    if told.iter().any(|column| before.get(column) != after.get(column)) {
        let parts = Envelope { connection: Some(&after), ..Envelope::default() };
        let kind = EventKind::Line;
        event::insert(tx, NewEvent { kind, line: None, json: envelope(kind, &parts) });
    }
    tx.memory.small.set_silently(after);
    Ok(())
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}
