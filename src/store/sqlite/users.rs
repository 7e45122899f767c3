//! Rules over all users.
//!
//! Invariant: once a user exists, an enabled administrator exists, and every ユーザーID differs.
//! Never: decides who may write (that is `http`'s).

use super::tx::Tx;
use super::{client, row, session};
use crate::resource::catalog::USER;
use crate::resource::{Field, Record, Resource, Value, words};
use crate::store::{Actor, Authority, StoreError, WriteError, refusal};

/// Refuses a write whose right rests on "no user exists" when one exists by now.
pub(super) fn check_authority(tx: &mut Tx<'_>, actor: &Actor) -> Result<(), WriteError> {
    let over = actor.authority == Authority::SetUp && !tx.snapshot()?.of(USER.uri).is_empty();
    if over { Err(WriteError::SetUpOver) } else { Ok(()) }
}

/// Notes the time of a sign-in in the row of a user or token; a row that is gone stays gone.
pub(super) fn note_sign_in(
    tx: &mut Tx<'_>,
    resource: &'static Resource,
    key: i64,
) -> Result<(), StoreError> {
    let before = match client::stored(tx, resource, key) {
        Ok(row) => row,
        Err(WriteError::Store(error)) => return Err(error),
        Err(_) => return Ok(()),
    };
    let mut after = before.clone();
    let column = if *resource == USER { "last_login_at" } else { "last_used_at" };
    after.set(column, Value::Int(tx.now));
    row::update(tx, &before, &after, false)?;
    tx.memory.small.set_silently(after);
    Ok(())
}

/// Rules of a new user.
pub(super) fn check_insert(tx: &mut Tx<'_>, user: &mut Record) -> Result<(), WriteError> {
    let users = tx.snapshot()?.of(USER.uri);
    if users.is_empty() && !is_administrator(user) {
        let column = if user.is("enabled") { "role" } else { "enabled" };
        return Err(WriteError::Faults(field(column).map(refusal::first_user).collect()));
    }
    check_login(tx, user)?;
    Ok(end_sessions(tx, user)?)
}

/// Rules of a changed user.
pub(super) fn check_update(
    tx: &mut Tx<'_>,
    before: &Record,
    after: &mut Record,
) -> Result<(), WriteError> {
    check_login(tx, after)?;
    if is_administrator(before) && !is_administrator(after) {
        check_not_last(tx, before.key())?;
    }
    let switched_off = before.is("enabled") && !after.is("enabled");
    if switched_off || before.get("password") != after.get("password") {
        end_sessions(tx, after)?;
    }
    Ok(())
}

/// Rules of a user who goes.
pub(super) fn check_delete(tx: &mut Tx<'_>, user: &Record) -> Result<(), WriteError> {
    if is_administrator(user) { check_not_last(tx, user.key()) } else { Ok(()) }
}

/// Whether the row lets somebody administrate.
fn is_administrator(user: &Record) -> bool {
    user.is("enabled") && user.text("role") == words::role::ADMINISTRATOR
}

fn check_not_last(tx: &mut Tx<'_>, key: i64) -> Result<(), WriteError> {
    let users = tx.snapshot()?.of(USER.uri);
    let others = users.iter().filter(|user| user.key() != key);
    let left = others.filter(|user| is_administrator(user)).count();
    if left == 0 { Err(WriteError::LastAdministrator) } else { Ok(()) }
}

fn check_login(tx: &mut Tx<'_>, user: &Record) -> Result<(), WriteError> {
    let login = user.text("login");
    let users = tx.snapshot()?.of(USER.uri);
    let mut others = users.iter().filter(|other| other.key() != user.key());
    let taken = others.any(|other| other.text("login").eq_ignore_ascii_case(login));
    match field("login").next() {
        Some(field) if taken => Err(WriteError::Conflict(refusal::login_taken(field, login))),
        _ => Ok(()),
    }
}

fn field(column: &str) -> impl Iterator<Item = &'static Field> {
    USER.index(column).and_then(|index| USER.fields.get(index)).into_iter()
}

/// Ends what a user's browsers hold. Sessions remember the epoch too; the time never comes back, so
/// a new user with an old key is not mistaken for the old user.
pub(super) fn end_sessions(tx: &Tx<'_>, user: &mut Record) -> Result<(), StoreError> {
    // Also where the clock was set back, or two changes fall into one millisecond.
    let epoch = tx.now.max(user.hidden("session_epoch").int() + 1);
    user.set_hidden("session_epoch", Value::Int(epoch));
    session::close_all(tx, user.key())
}
