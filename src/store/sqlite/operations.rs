//! What the facade asks of SQLite: each operation as one read or one job of the writer.
//!
//! Invariant: nothing here decides; it only picks the connection.

use super::tx::Tx;
use super::{
    Database, activation, audit, calls, client, delete, event, listing, note, outbox, read,
    registration, ring, schema, session, statistics, users,
};
use crate::clock::UnixMs;
use crate::resource::licence::Answer;
use crate::resource::listing::Period;
use crate::resource::{Draft, Record, Resource, Tag};
use crate::store::{
    Actor, Added, CallQuery, CallSums, CallerCount, ClaimedDelivery, Compose, Expected, Facts,
    NewDelivery, Noted, Once, Page, Part, Query, RegistrationRow, Replay, Rung, Session,
    SessionHash, Settled, Standing, StoreError, TargetRef, WriteError,
};

/// Reading, on the calling thread.
impl Database {
    pub(in crate::store) fn row_json(
        &self,
        resource: &'static Resource,
        key: i64,
        out: &mut Vec<u8>,
    ) -> Result<Option<Tag>, StoreError> {
        self.read_of(resource, |connection, plan, shared| {
            read::row_json(connection, plan, shared, key, out)
        })
    }

    pub(in crate::store) fn page_json(
        &self,
        resource: &'static Resource,
        after: i64,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read_of(resource, |connection, plan, shared| {
            let (first, last) = shared.hidden.range(resource);
            if first > last {
                return read::page(connection, &plan.page, (after, limit));
            }
            read::page(connection, &plan.page_around, (after, limit, first, last))
        })
    }

    pub(in crate::store) fn list_json(
        &self,
        resource: &'static Resource,
        query: &Query,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Part, StoreError> {
        self.read_of(resource, |connection, plan, shared| {
            listing::part(connection, plan, shared, query, after, limit)
        })
    }

    pub(in crate::store) fn total(
        &self,
        resource: &'static Resource,
        query: &Query,
    ) -> Result<Option<i64>, StoreError> {
        self.read_of(resource, |connection, plan, shared| {
            listing::total(connection, plan, shared, query)
        })
    }

    pub(in crate::store) fn sums_by(
        &self,
        period: Period,
        lines: &[i64],
        key: impl Fn(i64, i64) -> i64,
    ) -> Result<Vec<(i64, CallSums)>, StoreError> {
        self.read(|connection, _| statistics::by_hour_and_line(connection, period, lines, key))
    }

    pub(in crate::store) fn sums_by_operator(
        &self,
        period: Period,
        lines: &[i64],
    ) -> Result<Vec<(String, CallSums)>, StoreError> {
        self.read(|connection, _| statistics::by_operator(connection, period, lines))
    }

    pub(in crate::store) fn top_callers(
        &self,
        period: Period,
        lines: &[i64],
        limit: usize,
    ) -> Result<Result<Vec<CallerCount>, i64>, StoreError> {
        self.read(|connection, _| statistics::callers(connection, period, lines, limit))
    }

    pub(in crate::store) fn calls_json(
        &self,
        query: &CallQuery,
        after: i64,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.read_of(&crate::resource::catalog::CALL, |connection, plan, _| {
            calls::page(connection, plan, query, after, limit)
        })
    }

    pub(in crate::store) fn call_json(
        &self,
        key: i64,
        lines: &[i64],
        out: &mut Vec<u8>,
    ) -> Result<Option<Tag>, StoreError> {
        self.read_of(&crate::resource::catalog::CALL, |connection, plan, shared| {
            if !calls::is_of_lines(connection, key, lines)? {
                return Ok(None);
            }
            read::row_json(connection, plan, shared, key, out)
        })
    }

    pub(in crate::store) fn foresee<T>(
        &self,
        number: &str,
        look: impl FnOnce(&Facts<'_>) -> T,
    ) -> Result<T, StoreError> {
        self.read(|connection, shared| ring::foresee(connection, shared, number, look))
    }

    pub(in crate::store) fn session(
        &self,
        hash: &SessionHash,
    ) -> Result<Option<Session>, StoreError> {
        self.read(|connection, _| session::find(connection, hash))
    }

    pub(in crate::store) fn record(
        &self,
        resource: &'static Resource,
        key: i64,
    ) -> Result<Option<Record>, StoreError> {
        if self.shared().hidden.hides(resource, key) {
            return Ok(None);
        }
        self.read_of(resource, |connection, plan, shared| {
            read::record(connection, plan, &shared.seal, key)
        })
    }

    pub(in crate::store) fn events_since(
        &self,
        since: i64,
        limit: usize,
    ) -> Result<Replay, StoreError> {
        self.read(|connection, _| event::since(connection, since, limit))
    }

    pub(in crate::store) fn calls_left_ringing(&self) -> Result<Vec<i64>, StoreError> {
        self.read(|connection, _| ring::left_ringing(connection))
    }

    pub(in crate::store) fn open_deliveries(&self) -> Result<i64, StoreError> {
        self.read(|connection, _| outbox::open(connection))
    }

    pub(in crate::store) fn standing(&self, since: UnixMs) -> Result<Standing, StoreError> {
        self.read(|connection, _| {
            let bytes = schema::size(connection)?;
            Ok(Standing { bytes, deliveries: outbox::by_state(connection, since)? })
        })
    }

    pub(in crate::store) fn next_due(
        &self,
        skip: &[TargetRef],
    ) -> Result<Option<UnixMs>, StoreError> {
        self.read(|connection, _| outbox::next_due(connection, skip))
    }
}

/// Writing, through the writer thread.
impl Database {
    pub(in crate::store) async fn insert(
        &self,
        draft: Draft,
        actor: Actor,
    ) -> Result<i64, WriteError> {
        Ok(self.insert_once(draft, None, actor).await?.key)
    }

    pub(in crate::store) fn insert_once(
        &self,
        draft: Draft,
        once: Option<Once>,
        actor: Actor,
    ) -> impl Future<Output = Result<Added, WriteError>> + Send + use<> {
        self.write(move |tx: &mut Tx<'_>| client::add(tx, &draft, once.as_ref(), &actor))
    }

    pub(in crate::store) fn update(
        &self,
        key: i64,
        draft: Draft,
        expected: Expected,
        actor: Actor,
    ) -> impl Future<Output = Result<Tag, WriteError>> + Send + use<> {
        self.write(move |tx: &mut Tx<'_>| client::update(tx, key, &draft, &expected, &actor))
    }

    pub(in crate::store) async fn delete(
        &self,
        resource: &'static Resource,
        key: i64,
        expected: Expected,
        actor: Actor,
    ) -> Result<(), WriteError> {
        self.write(move |tx: &mut Tx<'_>| delete::delete(tx, resource, key, &expected, &actor))
            .await
    }

    pub(in crate::store) async fn audit(
        &self,
        action: &'static str,
        resource: &'static str,
        key: i64,
        note: String,
        actor: Actor,
    ) -> Result<(), StoreError> {
        self.write(move |tx: &mut Tx<'_>| {
            audit::note(tx, action, resource, key, note.clone(), &actor)
        })
        .await
    }

    pub(in crate::store) async fn open_session(
        &self,
        hash: SessionHash,
        session: Session,
        actor: Actor,
    ) -> Result<bool, StoreError> {
        self.write(move |tx: &mut Tx<'_>| session::open(tx, hash, session, &actor)).await
    }

    pub(in crate::store) async fn close_session(
        &self,
        hash: SessionHash,
    ) -> Result<(), StoreError> {
        self.write(move |tx: &mut Tx<'_>| session::close(tx, hash)).await
    }

    pub(in crate::store) async fn note_sign_in(
        &self,
        resource: &'static Resource,
        key: i64,
    ) -> Result<(), StoreError> {
        self.write(move |tx: &mut Tx<'_>| users::note_sign_in(tx, resource, key)).await
    }

    pub(in crate::store) async fn check_writable(&self) -> Result<(), StoreError> {
        self.write(|tx: &mut Tx<'_>| {
            tx.execute(
                "INSERT OR REPLACE INTO meta(name, value) VALUES('written_at', ?1)",
                [tx.now],
            )
            .map(|_| ())
        })
        .await
    }

    pub(in crate::store) async fn ring(
        &self,
        number: String,
        compose: Compose,
    ) -> Result<Rung, StoreError> {
        self.write(move |tx: &mut Tx<'_>| ring::ring(tx, &number, &compose)).await
    }

    pub(in crate::store) async fn change_call(
        &self,
        call_id: i64,
        compose: Compose,
    ) -> Result<Rung, StoreError> {
        self.write(move |tx: &mut Tx<'_>| ring::change(tx, call_id, &compose)).await
    }

    pub(in crate::store) async fn record_registration(
        &self,
        row: RegistrationRow,
    ) -> Result<(), StoreError> {
        self.write(move |tx: &mut Tx<'_>| registration::record(tx, &row)).await
    }

    pub(in crate::store) async fn send_test(
        &self,
        message: NewDelivery,
        actor: Actor,
    ) -> Result<i64, WriteError> {
        self.write(move |tx: &mut Tx<'_>| client::send_test(tx, &message, &actor)).await
    }

    pub(in crate::store) async fn judge_licences(&self) -> Result<(), StoreError> {
        self.write(|tx: &mut Tx<'_>| activation::judge_all(tx)).await
    }

    pub(in crate::store) async fn note_licence(
        &self,
        key: i64,
        asked: String,
        answer: Answer,
    ) -> Result<(), StoreError> {
        self.write(move |tx: &mut Tx<'_>| activation::note_answer(tx, key, &asked, &answer)).await
    }

    pub(in crate::store) async fn note(
        &self,
        resource: &'static Resource,
        key: i64,
        noted: Noted,
    ) -> Result<(), StoreError> {
        self.write(move |tx: &mut Tx<'_>| note::note(tx, resource, key, &noted)).await
    }

    pub(in crate::store) async fn release_leases(&self) -> Result<usize, StoreError> {
        self.write(|tx: &mut Tx<'_>| outbox::release(tx)).await
    }

    pub(in crate::store) async fn claim_deliveries(
        &self,
        owner: String,
        lease_ms: i64,
        limit: usize,
        per_target: usize,
        rooms: Vec<(TargetRef, usize)>,
    ) -> Result<Vec<ClaimedDelivery>, StoreError> {
        self.write(move |tx: &mut Tx<'_>| {
            outbox::claim(tx, &owner, lease_ms, limit, per_target, &rooms)
        })
        .await
    }

    pub(in crate::store) async fn settle_deliveries(
        &self,
        all: Vec<Settled>,
    ) -> Result<Vec<bool>, StoreError> {
        self.write(move |tx: &mut Tx<'_>| outbox::settle(tx, &all)).await
    }

    pub(in crate::store) async fn expire_deliveries(&self) -> Result<usize, StoreError> {
        self.write(|tx: &mut Tx<'_>| outbox::expire(tx)).await
    }
}
