//! Log-ins that last.
//!
//! Invariant: a session belongs to a user of this very epoch, and goes with its user.
//! Never: knows what the browser holds, only its hash.

use rusqlite::{Connection, OptionalExtension};

use super::tx::Tx;
use super::{audit, users};
use crate::resource::catalog::USER;
use crate::resource::words::audit_action::LOG_IN;
use crate::store::{Actor, Session, SessionHash, StoreError};

/// Sessions of one user at once; one more ends his oldest.
const SESSIONS_MAX: i64 = 50;

/// Begins a session; false where the user is not any more as the session says.
pub(super) fn open(
    tx: &mut Tx<'_>,
    hash: SessionHash,
    session: Session,
    actor: &Actor,
) -> Result<bool, StoreError> {
    let Session { user_id, epoch, ends_at } = session;
    let user = tx.snapshot()?.find(USER.uri, user_id);
    let fits =
        user.is_some_and(|user| user.is("enabled") && user.hidden("session_epoch").int() == epoch);
    if !fits {
        return Ok(false);
    }
    tx.execute("DELETE FROM session WHERE ends_at<=?1", [tx.now])?;
    tx.execute(
        "DELETE FROM session WHERE hash IN (SELECT hash FROM session WHERE user_id=?1
           ORDER BY started_at DESC LIMIT -1 OFFSET ?2)",
        (user_id, SESSIONS_MAX - 1),
    )?;
    tx.execute(
        "INSERT INTO session(hash, user_id, epoch, started_at, ends_at) VALUES(?1, ?2, ?3, ?4, ?5)",
        (hash, user_id, epoch, tx.now, ends_at),
    )?;
    users::note_sign_in(tx, &USER, user_id)?;
    audit::note(tx, LOG_IN, USER.uri, user_id, String::new(), actor)?;
    Ok(true)
}

/// Ends one session.
pub(super) fn close(tx: &Tx<'_>, hash: SessionHash) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE hash=?1", [hash])?;
    Ok(())
}

/// Ends every session of a user.
pub(super) fn close_all(tx: &Tx<'_>, user_id: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM session WHERE user_id=?1", [user_id])?;
    Ok(())
}

/// The session with this hash.
pub(super) fn find(
    connection: &Connection,
    hash: &SessionHash,
) -> Result<Option<Session>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT user_id, epoch, ends_at FROM session WHERE hash=?1")?;
    let session = statement.query_row([hash], |row| {
        Ok(Session { user_id: row.get(0)?, epoch: row.get(1)?, ends_at: row.get(2)? })
    });
    Ok(session.optional()?)
}
