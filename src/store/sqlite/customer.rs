//! Customers by telephone number.
//!
//! Invariant: `customer_number` holds exactly the numbers of the customers' rows.
//! Never: tells more than [`CUSTOMERS_MAX`] customers of one number.

use rusqlite::Connection;

use super::read;
use super::tx::{Shared, Tx};
use crate::resource::catalog::CUSTOMER;
use crate::resource::{Kind, Record};
use crate::store::{CUSTOMERS_MAX, StoreError};

/// Numbers shorter than this are extensions: they match only as a whole.
const CANDIDATE_DIGITS: usize = 9;

/// The customers of a number.
#[derive(Default)]
pub(super) struct Matches {
    /// Best first.
    pub(super) customers: Vec<Record>,
    /// How many there are in all.
    pub(super) count: i64,
    /// They have this very number, not only its last nine digits.
    pub(super) exact: bool,
}

/// Customers with this number, else with its last nine digits; the one who called last comes
/// first, then the lowest key (rest.md, "Several matches").
pub(super) fn find(
    connection: &Connection,
    shared: &Shared,
    number: &str,
) -> Result<Matches, StoreError> {
    if number.is_empty() {
        return Ok(Matches::default());
    }
    let exact = search(connection, shared, "last_nine=substr(?1,-9) AND number=?1", number)?;
    if exact.count > 0 {
        return Ok(Matches { exact: true, ..exact });
    }
    if number.chars().count() < CANDIDATE_DIGITS {
        return Ok(exact);
    }
    search(connection, shared, "last_nine=substr(?1,-9)", number)
}

fn search(
    connection: &Connection,
    shared: &Shared,
    condition: &str,
    number: &str,
) -> Result<Matches, StoreError> {
    let (first, last) = shared.hidden.range(&CUSTOMER);
    let ids = format!(
        "SELECT DISTINCT customer_id FROM customer_number \
         WHERE {condition} AND customer_id NOT BETWEEN ?2 AND ?3"
    );
    let mut count = connection.prepare_cached(&format!("SELECT count(*) FROM ({ids})"))?;
    let count: i64 = count.query_row((number, first, last), |row| row.get(0))?;
    if count == 0 {
        return Ok(Matches::default());
    }
    let plan = shared.plans.of(&CUSTOMER)?;
    // No last call sorts as smallest, so it comes last here.
    let sql = format!(
        "SELECT {} FROM customer WHERE id IN ({ids}) ORDER BY last_call_at DESC, id \
         LIMIT {CUSTOMERS_MAX}",
        plan.columns
    );
    let customers = read::records(connection, plan, &shared.seal, &sql, (number, first, last))?;
    Ok(Matches { customers, count, exact: false })
}

/// Brings the numbers of a customer up to date; `None` after = the customer is gone.
pub(super) fn set_phones(
    tx: &Tx<'_>,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Result<(), StoreError> {
    let old = before.map(phones).unwrap_or_default();
    let new = after.map(phones).unwrap_or_default();
    if old == new {
        return Ok(());
    }
    let Some(key) = after.or(before).map(Record::key) else { return Ok(()) };
    for (slot, number) in old {
        tx.execute(
            "DELETE FROM customer_number
             WHERE last_nine=substr(?1,-9) AND number=?1 AND customer_id=?2 AND slot=?3",
            (number, key, slot),
        )?;
    }
    for (slot, number) in new {
        tx.execute(
            "INSERT INTO customer_number(last_nine, number, customer_id, slot)
             VALUES(substr(?1,-9), ?1, ?2, ?3)",
            (number, key, slot),
        )?;
    }
    Ok(())
}

/// (slot from 1, number) of every telephone field that is filled.
fn phones(customer: &Record) -> Vec<(i64, &str)> {
    let fields = customer.resource.fields.iter().zip(&customer.values);
    fields
        .filter(|(field, _)| field.kind == Kind::Tel)
        .zip(1..)
        .filter(|((_, value), _)| !value.is_empty())
        .map(|((_, value), slot)| (slot, value.text()))
        .collect()
}

/// The statements that fill the empty `customer_number` from all customers.
pub(super) fn fill_numbers() -> impl Iterator<Item = String> {
    numbers().map(|select| format!("INSERT INTO customer_number {select}"))
}

/// The statements that forget the numbers of the customers with keys ?1 to ?2, who still exist.
pub(super) fn remove_numbers() -> impl Iterator<Item = String> {
    numbers().map(|select| {
        format!(
            "DELETE FROM customer_number WHERE (last_nine, number, customer_id, slot) IN \
             ({select} AND id BETWEEN ?1 AND ?2)"
        )
    })
}

/// For each telephone field the SELECT of its rows of `customer_number`.
fn numbers() -> impl Iterator<Item = String> {
    let fields = CUSTOMER.fields.iter().filter(|field| field.kind == Kind::Tel).zip(1..);
    fields.map(|(field, slot)| {
        let column = field.column;
        format!(
            "SELECT substr(\"{column}\",-9), \"{column}\", id, {slot} FROM customer \
             WHERE \"{column}\"<>''"
        )
    })
}

/// A call of this customer came in.
pub(super) fn count_call(tx: &Tx<'_>, customer: i64, at: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customer SET last_call_at=?2, call_count=coalesce(call_count,0)+1 WHERE id=?1",
        (customer, at),
    )?;
    Ok(())
}

/// A call goes from one customer to another (0 = none): what they are told of their calls follows, and
/// of several who share a number the one who was chosen last is found first.
pub(super) fn move_call(tx: &Tx<'_>, call: &Record, from: i64, to: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customer SET call_count=max(0,coalesce(call_count,0)-1),
           last_call_at=(SELECT received_at FROM call
             WHERE customer_id=?1 AND customer_id<>0 AND id<>?2 ORDER BY id DESC LIMIT 1)
         WHERE id=?1",
        (from, call.key()),
    )?;
    tx.execute(
        "UPDATE customer SET call_count=coalesce(call_count,0)+1,
           last_call_at=max(coalesce(last_call_at,?2),?2) WHERE id=?1",
        (to, call.int("received_at")),
    )?;
    Ok(())
}
