//! Two rows of one customer become one.
//!
//! Invariant: calls, numbers, audit rows and events change in one transaction, or nothing does.
//! Never: decides what a row takes over (`resource::unite` does).

use rusqlite::Connection;

use super::tx::Tx;
use super::{Database, audit, client, delete, users};
use crate::resource::catalog::{CALL, CUSTOMER};
use crate::resource::unite::{United, unite};
use crate::resource::{Record, check_row, order, words};
use crate::store::{Actor, Expected, Merged, StoreError, WriteError, refusal};

impl Database {
    pub(in crate::store) async fn merge_customers(
        &self,
        survivor: i64,
        other: i64,
        actor: Actor,
    ) -> Result<Merged, WriteError> {
        self.write(move |tx: &mut Tx<'_>| merge(tx, survivor, other, &actor)).await
    }

    pub(in crate::store) fn foresee_merge(
        &self,
        survivor: i64,
        other: i64,
    ) -> Result<Merged, WriteError> {
        let own = self.record(&CUSTOMER, survivor)?.ok_or(WriteError::NotFound)?;
        let more = self.record(&CUSTOMER, other)?.filter(|_| survivor != other);
        let more = more.ok_or_else(|| nobody(other))?;
        let united = united(&own, &more)?;
        let calls = self.read(|connection, _| calls_of(connection, other))?;
        Ok(Merged { united, calls })
    }
}

fn merge(tx: &mut Tx<'_>, survivor: i64, other: i64, actor: &Actor) -> Result<Merged, WriteError> {
    users::check_authority(tx, actor)?;
    let before = client::stored(tx, &CUSTOMER, survivor)?;
    let more = match client::stored(tx, &CUSTOMER, other) {
        Ok(more) if survivor != other => more,
        Ok(_) | Err(WriteError::NotFound) => return Err(nobody(other)),
        Err(error) => return Err(error),
    };
    let united = united(&before, &more)?;
    let calls = calls_of(tx.connection, other)?;
    delete::move_references(tx, &CUSTOMER, other, survivor)?;
    delete::delete(tx, &CUSTOMER, other, &Expected::Any, actor)?;
    client::change(tx, before, united.row.clone(), actor)?;
    let note =
        format!("{{\"{}\":\"{other}\",\"{}\":\"{calls}\"}}", order::merge_name(), CALL.title);
    audit::note(tx, words::audit_action::RUN, CUSTOMER.uri, survivor, note, actor)?;
    Ok(Merged { united, calls })
}

/// What becomes of the survivor, as a write of it would be checked.
fn united(survivor: &Record, other: &Record) -> Result<United, WriteError> {
    let united = unite(survivor, other).map_err(WriteError::Faults)?;
    let faults = check_row(Some(survivor), &united.row);
    if faults.is_empty() { Ok(united) } else { Err(WriteError::Faults(faults)) }
}

/// How many calls name a customer.
fn calls_of(connection: &Connection, customer: i64) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM call WHERE customer_id=?1 AND customer_id<>0";
    Ok(connection.prepare_cached(sql)?.query_row([customer], |row| row.get(0))?)
}

/// There is no such other customer.
fn nobody(other: i64) -> WriteError {
    let field = CUSTOMER.key_field();
    WriteError::Faults(
        field.map(|field| refusal::nobody_to_merge(field, other)).into_iter().collect(),
    )
}
