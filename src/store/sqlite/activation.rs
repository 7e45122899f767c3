//! The read-only fields of licence keys.
//!
//! Invariant: a row shows what its key, the settings and the day make of it.
//! Never: wakes those who wait for changed settings.

use rusqlite::OptionalExtension;

use super::tx::Tx;
use super::{read, row};
use crate::config::Activation;
use crate::resource::catalog::ACTIVATION;
use crate::resource::licence::{self, Answer};
use crate::resource::{Record, Value};
use crate::store::StoreError;

/// Name of the fact that tells this installation from others.
const DEVICE: &str = "device_id";

/// Judges a row that a client writes.
pub(super) fn judge(tx: &Tx<'_>, row: &mut Record) -> Result<(), StoreError> {
    licence::judge(row, settings(tx), tx.now);
    row.set("device_id", Value::Text(device(tx)?));
    Ok(())
}

/// Judges every row again: the day or the settings may have changed.
pub(super) fn judge_all(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let rows = tx.snapshot()?.of(ACTIVATION.uri).to_vec();
    for before in rows {
        let mut after = Record::clone(&before);
        if licence::judge_again(&mut after, settings(tx), tx.now) {
            row::update(tx, &before, &after, false)?;
            tx.memory.small.set_silently(after);
        }
    }
    Ok(())
}

/// Notes what the server said, if the row still has the key that it was asked about.
pub(super) fn note_answer(
    tx: &mut Tx<'_>,
    key: i64,
    asked: &str,
    answer: &Answer,
) -> Result<(), StoreError> {
    let shared = tx.memory.shared.clone();
    let plan = shared.plans.of(&ACTIVATION)?;
    let found = read::record(tx.connection, plan, &shared.seal, key)?;
    let Some(before) = found.filter(|row| row.text("license_key") == asked) else { return Ok(()) };
    let mut after = before.clone();
    licence::note_answer(&mut after, answer, tx.now);
    row::update(tx, &before, &after, false)?;
    tx.memory.small.set_silently(after);
    Ok(())
}

fn settings<'t>(tx: &'t Tx<'_>) -> &'t Activation {
    static NONE: Activation = Activation { public_key: None, server_url: None };
    tx.memory.shared.activation.get().unwrap_or(&NONE)
}

/// 端末識別: drawn once for each database.
fn device(tx: &Tx<'_>) -> Result<String, StoreError> {
    let mut known = tx.connection.prepare_cached("SELECT value FROM meta WHERE name=?1")?;
    if let Some(id) = known.query_row([DEVICE], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let id = format!("{:08x}", rand::random::<u32>());
    tx.execute("INSERT INTO meta(name, value) VALUES(?1, ?2)", (DEVICE, &id))?;
    Ok(id)
}
