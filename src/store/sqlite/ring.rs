//! Calls: what is known of the caller, and the rows of a call, in one transaction.
//!
//! Invariant: record, event and deliveries of a call are committed together.
//! Never: parses JSON or reads more rows than the caller has customers.

use rusqlite::{Connection, OptionalExtension};

use super::tx::{Shared, Tx};
use super::{customer, event, gram, outbox, read, row, settled};
use crate::resource::catalog::{CALL, CALLER_RULE, SIP_CONNECTION};
use crate::resource::{Record, Value, words};
use crate::store::{Compose, Composed, Facts, NumberHistory, Rung, StoreError};

/// A new call.
pub(super) fn ring(tx: &mut Tx<'_>, number: &str, compose: &Compose) -> Result<Rung, StoreError> {
    let call_id = tx.next_key(&CALL)?;
    let mut composed = decide(tx, call_id, number, None, compose)?;
    if let Some(record) = &mut composed.record {
        record.set("id", Value::Int(call_id));
        row::insert(tx, record)?;
        gram::mark(tx, None, Some(record))?;
        count(tx, record)?;
    }
    follow(tx, call_id, composed)
}

/// A change of a call by the service; a call that does not exist changes nothing.
pub(super) fn change(tx: &mut Tx<'_>, call_id: i64, compose: &Compose) -> Result<Rung, StoreError> {
    let shared = tx.memory.shared.clone();
    let plan = shared.plans.of(&CALL)?;
    let Some(before) = read::record(tx.connection, plan, &shared.seal, call_id)? else {
        return Ok(Rung { call_id, deliveries: 0 });
    };
    let number = before.text("caller_number").to_owned();
    let mut composed = decide(tx, call_id, &number, Some(before.clone()), compose)?;
    if let Some(after) = &mut composed.record {
        after.set("id", Value::Int(call_id));
        row::update(tx, &before, after, false)?;
        gram::mark(tx, Some(&before), Some(after))?;
    }
    follow(tx, call_id, composed)
}

fn decide(
    tx: &mut Tx<'_>,
    call_id: i64,
    number: &str,
    current: Option<Record>,
    compose: &Compose,
) -> Result<Composed, StoreError> {
    let matches = customer::find(tx.connection, &tx.memory.shared, number)?;
    let history = history(tx.connection, number, call_id, current.is_some())?;
    let now = tx.now;
    let facts = Facts {
        call_id,
        now,
        snapshot: tx.snapshot()?,
        current,
        customers: matches.customers,
        candidates: matches.count,
        exact: matches.exact,
        history,
    };
    Ok(compose(&facts))
}

/// What a call from this number would find now; its key is none.
pub(super) fn foresee<T>(
    connection: &Connection,
    shared: &Shared,
    number: &str,
    look: impl FnOnce(&Facts<'_>) -> T,
) -> Result<T, StoreError> {
    let matches = customer::find(connection, shared, number)?;
    let history = history(connection, number, i64::MAX, false)?;
    let facts = Facts {
        call_id: 0,
        now: shared.clock.now(),
        snapshot: &shared.snapshot.load(),
        current: None,
        customers: matches.customers,
        candidates: matches.count,
        exact: matches.exact,
        history,
    };
    Ok(look(&facts))
}

/// Earlier calls of a number; `counted` = the call itself is in the count already.
fn history(
    connection: &Connection,
    number: &str,
    call_id: i64,
    counted: bool,
) -> Result<NumberHistory, StoreError> {
    if number.is_empty() {
        return Ok(NumberHistory::default());
    }
    let mut statement = connection.prepare_cached("SELECT calls FROM caller WHERE number=?1")?;
    let calls: Option<i64> = statement.query_row([number], |row| row.get(0)).optional()?;
    let count = (calls.unwrap_or(0) - i64::from(counted)).max(0);
    if count == 0 {
        return Ok(NumberHistory::default());
    }
    let mut statement = connection.prepare_cached(
        "SELECT received_at, operator, memo FROM call
         WHERE caller_number=?1 AND caller_number<>'' AND id<?2 ORDER BY id DESC LIMIT 1",
    )?;
    let last = statement.query_row((number, call_id), |row| {
        Ok(NumberHistory {
            count,
            last_at: row.get(0)?,
            last_operator: row.get(1)?,
            last_memo: row.get(2)?,
        })
    });
    Ok(last.optional()?.unwrap_or(NumberHistory { count, ..NumberHistory::default() }))
}

/// The counters that a new record moves.
fn count(tx: &Tx<'_>, record: &Record) -> Result<(), StoreError> {
    let number = record.text("caller_number");
    if !number.is_empty() {
        tx.execute(
            "INSERT INTO caller(number, calls, last_call_id) VALUES(?1, 1, ?2)
             ON CONFLICT(number) DO UPDATE SET calls=calls+1, last_call_id=?2",
            (number, record.key()),
        )?;
    }
    let customer = record.int("customer_id");
    if customer != 0 {
        customer::count_call(tx, customer, record.int("received_at"))?;
    }
    Ok(())
}

/// Everything beside the record.
fn follow(tx: &mut Tx<'_>, call_id: i64, composed: Composed) -> Result<Rung, StoreError> {
    if let Some(rule) = composed.matched_rule {
        tx.execute(
            "UPDATE caller_rule SET match_count=coalesce(match_count,0)+1 WHERE id=?1",
            [rule],
        )?;
        tx.memory.small.amend(&CALLER_RULE, rule, |row| {
            row.set("match_count", Value::Int(row.int("match_count") + 1));
        });
    }
    if let Some(connection) = composed.reason_shown_by
        && tx.execute(
            "UPDATE sip_connection SET reason_shown=1 WHERE id=?1 AND reason_shown=0",
            [connection],
        )? > 0
    {
        tx.memory.small.forget(&SIP_CONNECTION);
    }
    if composed.expire_ringing {
        outbox::expire_ringing(tx, call_id)?;
    }
    let mut deliveries = 0;
    for delivery in &composed.deliveries {
        deliveries += outbox::insert(tx, call_id, delivery)?;
    }
    if let Some(event) = composed.event {
        event::insert(tx, event);
    }
    if let (Some(settles), Some(call)) = (composed.settles, &composed.record) {
        settled::settle_earlier(tx, call, settles)?;
    }
    Ok(Rung { call_id, deliveries })
}

/// Calls that a stopped process left ringing.
pub(super) fn left_ringing(connection: &Connection) -> Result<Vec<i64>, StoreError> {
    // The literal lets SQLite use the index that holds only ringing calls.
    let ringing = words::call_state::RINGING;
    let sql = format!("SELECT id FROM call WHERE state='{ringing}' ORDER BY id");
    let mut statement = connection.prepare(&sql)?;
    let keys = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(keys)
}
