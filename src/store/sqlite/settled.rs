//! Missed calls that are settled because the same number was spoken to later.
//!
//! Invariant: they change in the transaction in which the later call ends, each with its audit row
//! and its event. Never: touches what somebody has begun to handle, or what somebody wrote.

use rusqlite::Connection;

use super::client;
use super::tx::Tx;
use crate::clock::UnixMs;
use crate::resource::catalog::CALL;
use crate::resource::words::handling;
use crate::resource::{Record, Value};
use crate::store::{Actor, Authority, Settles, StoreError, WriteError, refusal};

/// How many calls of the number before this one are looked at: what lies further back was settled
/// by the answered calls between, or is a number that many people call from.
const LOOKED_AT_MAX: i64 = 100;

/// Earlier calls of a call's number that await somebody become settled.
pub(super) fn settle_earlier(
    tx: &mut Tx<'_>,
    call: &Record,
    settles: Settles,
) -> Result<(), StoreError> {
    let number = call.text("caller_number");
    if number.is_empty() {
        return Ok(());
    }
    for key in open_before(tx.connection, number, call.key(), settles.since)? {
        match settle(tx, key, settles.at) {
            Ok(()) | Err(WriteError::NotFound) => {}
            Err(WriteError::Store(error)) => return Err(error),
            // A call that cannot be written by these rules stays open; its later one ends all the same.
            Err(other) => log::warn!("call {key} stays open: {other}"),
        }
    }
    Ok(())
}

fn settle(tx: &mut Tx<'_>, key: i64, at: UnixMs) -> Result<(), WriteError> {
    let before = client::stored(tx, &CALL, key)?;
    let mut after = before.clone();
    after.set("handling", Value::Text(handling::DONE.to_owned()));
    if before.get("call_back_at").is_empty() {
        after.set("call_back_at", Value::Int(at));
    }
    let actor = Actor {
        user: refusal::BY_A_LATER_CALL.to_owned(),
        ip: String::new(),
        authority: Authority::Granted,
    };
    client::change(tx, before, after, &actor).map(drop)
}

/// Open calls of a number before a key that came in since a moment, oldest first.
fn open_before(
    connection: &Connection,
    number: &str,
    key: i64,
    since: UnixMs,
) -> Result<Vec<i64>, StoreError> {
    let sql = format!(
        "SELECT id, received_at, handling FROM call
         WHERE caller_number=?1 AND caller_number<>'' AND id<?2 ORDER BY id DESC LIMIT {LOOKED_AT_MAX}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((number, key))?;
    let mut open = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get::<_, Option<i64>>(1)?.unwrap_or(0) < since {
            break;
        }
        if [handling::OPEN, handling::CALL_BACK].contains(&row.get_ref(2)?.as_str().unwrap_or("")) {
            open.push(row.get(0)?);
        }
    }
    open.reverse();
    Ok(open)
}
