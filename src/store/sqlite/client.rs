//! Writes by clients: a new row, a changed row.
//!
//! Invariant: row, audit, event and the rows kept for look-ups change in one transaction, or
//! nothing does. Never: runs single-field checks (the draft has passed them).

use super::tx::Tx;
use super::{activation, answered, audit, customer, event, gram, outbox, read, row, users};
use crate::push::{ChangedRow, EventKind, envelope_of_change};
use crate::resource::catalog::{ACTIVATION, CALL, CUSTOMER, DELIVERY, USER};
use crate::resource::json::write_tagged;
use crate::resource::official;
use crate::resource::order::Order;
use crate::resource::{
    Draft, Fault, Kind, Mode, Record, Tag, Value, check_row, complete, merge,
    only_read_only_changes, words,
};
use crate::store::{
    Actor, Added, Expected, NewDelivery, NewEvent, Once, StoreError, WriteError, refusal,
};

/// Room for a usual row.
const ROW_BYTES: usize = 1024;

/// A new row, or the first answer to an order that was carried out already.
pub(super) fn add(
    tx: &mut Tx<'_>,
    draft: &Draft,
    once: Option<&Once>,
    actor: &Actor,
) -> Result<Added, WriteError> {
    users::check_authority(tx, actor)?;
    let Some(once) = once else { return insert(tx, draft, actor) };
    if let Some(added) = answered::find(tx, draft.resource.uri, once, actor)? {
        return Ok(added);
    }
    let added = insert(tx, draft, actor)?;
    answered::remember(tx, draft.resource.uri, once, actor, added)?;
    Ok(added)
}

/// A new row of somebody who may write.
pub(super) fn insert(tx: &mut Tx<'_>, draft: &Draft, actor: &Actor) -> Result<Added, WriteError> {
    let mut record = complete(draft);
    let key = tx.next_key(draft.resource)?;
    record.set("id", Value::Int(key));
    stamp(&mut record, "created_at", tx.now);
    stamp(&mut record, "updated_at", tx.now);
    let mut faults = missing_references(tx, draft)?;
    faults.extend(check_row(None, &record));
    if !faults.is_empty() {
        return Err(WriteError::Faults(faults));
    }
    if *record.resource == ACTIVATION {
        activation::judge(tx, &mut record)?;
    }
    official::note(None, &mut record);
    if *record.resource == USER {
        users::check_insert(tx, &mut record)?;
    }
    row::insert(tx, &record)?;
    let tag = written(tx, None, record, actor)?;
    Ok(Added { key, tag, repeated: false })
}

/// Changes a row.
pub(super) fn update(
    tx: &mut Tx<'_>,
    key: i64,
    draft: &Draft,
    expected: &Expected,
    actor: &Actor,
) -> Result<Tag, WriteError> {
    users::check_authority(tx, actor)?;
    let before = stored(tx, draft.resource, key)?;
    if !expected.fits(&before) {
        return Err(WriteError::Changed);
    }
    if let Some(faults) = only_read_only_changes(draft, &before) {
        return Err(WriteError::Faults(faults));
    }
    let mut after = merge(&before, draft).map_err(WriteError::Faults)?;
    let mut faults = missing_references(tx, draft)?;
    faults.extend(check_row(Some(&before), &after));
    if *after.resource == DELIVERY {
        faults.extend(send_again(&before, &mut after, tx.now));
    }
    if !faults.is_empty() {
        return Err(WriteError::Faults(faults));
    }
    if *after.resource == ACTIVATION {
        activation::judge(tx, &mut after)?;
    }
    official::note(Some(&before), &mut after);
    if *after.resource == USER {
        users::check_update(tx, &before, &mut after)?;
    }
    if *after.resource == CALL {
        name_customer(tx, &before, &mut after)?;
    }
    change(tx, before, after, actor)
}

/// Writes what a client's order has made of a row; answers its tag.
pub(super) fn change(
    tx: &mut Tx<'_>,
    before: Record,
    mut after: Record,
    actor: &Actor,
) -> Result<Tag, WriteError> {
    stamp(&mut after, "updated_at", tx.now);
    row::update(tx, &before, &after, true)?;
    written(tx, Some(before), after, actor)
}

/// A message that belongs to no call.
pub(super) fn send_test(
    tx: &mut Tx<'_>,
    message: &NewDelivery,
    actor: &Actor,
) -> Result<i64, WriteError> {
    users::check_authority(tx, actor)?;
    outbox::insert(tx, 0, message)?;
    let (resource, key) = (message.target.resource, message.target.id);
    audit::note(tx, words::audit_action::RUN, resource, key, message.timing.to_owned(), actor)?;
    Ok(tx.memory.keys.delivery)
}

/// A call that a person sends on; answers the delivery's key, of the first one where this is a repeat.
pub(super) fn forward(
    tx: &mut Tx<'_>,
    call_id: i64,
    message: &NewDelivery,
    once: Option<&Once>,
    actor: &Actor,
) -> Result<i64, WriteError> {
    users::check_authority(tx, actor)?;
    let address = format!("{}/{call_id}/{}", CALL.uri, Order::Forward.word());
    if let Some(once) = once
        && let Some(first) = answered::find(tx, &address, once, actor)?
    {
        return Ok(first.key);
    }
    stored(tx, &CALL, call_id)?;
    outbox::insert(tx, call_id, message)?;
    let to = format!("{} {}/{}", message.timing, message.target.resource, message.target.id);
    audit::note(tx, words::audit_action::RUN, CALL.uri, call_id, to, actor)?;
    let key = tx.memory.keys.delivery;
    if let Some(once) = once {
        answered::remember(tx, &address, once, actor, Added::without_tag(key))?;
    }
    Ok(key)
}

/// The row as it stands, secrets in clear.
pub(super) fn stored(
    tx: &Tx<'_>,
    resource: &'static crate::resource::Resource,
    key: i64,
) -> Result<Record, WriteError> {
    let shared = &tx.memory.shared;
    if shared.hidden.hides(resource, key) {
        return Err(WriteError::NotFound);
    }
    let plan = shared.plans.of(resource)?;
    read::record(tx.connection, plan, &shared.seal, key)?.ok_or(WriteError::NotFound)
}

/// Everything that follows a written row; answers its tag.
fn written(
    tx: &mut Tx<'_>,
    before: Option<Record>,
    mut after: Record,
    actor: &Actor,
) -> Result<Tag, WriteError> {
    let mut shown = Vec::with_capacity(ROW_BYTES);
    let tag = write_tagged(after.resource, &after, &mut shown);
    audit::change(tx, before.as_ref(), Some(&after), actor)?;
    if *after.resource == CUSTOMER {
        customer::set_phones(tx, before.as_ref(), Some(&after))?;
        gram::mark(tx, before.as_ref(), Some(&after))?;
        tell(tx, None, ChangedRow::Customer(&shown));
        return Ok(tag);
    }
    if *after.resource == CALL {
        gram::mark(tx, before.as_ref(), Some(&after))?;
        tell(tx, Some(after.int("line_no")), ChangedRow::Call(&shown));
        return Ok(tag);
    }
    for (field, value) in after.resource.fields.iter().zip(&mut after.values) {
        if field.mode == Mode::WriteOnly {
            *value = Value::Empty;
        }
    }
    tx.memory.small.set(after);
    Ok(tag)
}

/// An 更新 event, handed on after the commit.
pub(super) fn tell(tx: &mut Tx<'_>, line: Option<i64>, row: ChangedRow<'_>) {
    event::insert(tx, NewEvent { kind: EventKind::Updated, line, json: envelope_of_change(row) });
}

/// Writes the time into a read-only field, where the resource has it.
fn stamp(record: &mut Record, column: &str, now: i64) {
    let field = record.resource.index(column).and_then(|index| record.resource.fields.get(index));
    if field.is_some_and(|field| field.mode == Mode::ReadOnly) {
        record.set(column, Value::Int(now));
    }
}

/// References of the draft to rows that do not exist.
fn missing_references(tx: &Tx<'_>, draft: &Draft) -> Result<Vec<Fault>, StoreError> {
    let mut faults = Vec::new();
    for (field, value) in draft.resource.fields.iter().zip(&draft.values) {
        let (Kind::Ref(uri), Some(Value::Int(key))) = (field.kind, value) else { continue };
        let plan = tx.memory.shared.plans.by_uri(uri)?;
        let hidden = tx.memory.shared.hidden.hides(plan.resource, *key);
        if *key != 0 && (hidden || !read::exists(tx.connection, plan, *key)?) {
            faults.push(refusal::no_such_row(field, uri, *key));
        }
    }
    Ok(faults)
}

/// The order 再送: waiting again from now on, with as long a life as it had; attempts go on counting.
fn send_again(before: &Record, after: &mut Record, now: i64) -> Option<Fault> {
    if after.text("state") != words::delivery_state::RESEND {
        return None;
    }
    if before.text("state") == words::delivery_state::SENDING {
        let field = DELIVERY.index("state").and_then(|index| DELIVERY.fields.get(index));
        return field.map(refusal::being_sent);
    }
    if [words::delivery_state::DELIVERED, words::delivery_state::ACCEPTED]
        .contains(&before.text("state"))
    {
        // Whoever knows a repeat by its id would take this for one and show nothing.
        let id = uuid::Uuid::new_v4().simple().to_string();
        after.set_hidden("idempotency_key", Value::Text(id));
        after.set_hidden("progress", Value::Text(String::new()));
        let payload = alone(before.hidden("payload").text());
        after.set_hidden("payload", Value::Text(payload));
    }
    let life = (before.hidden("expires_at").int() - before.int("created_at")).max(0);
    after.set("state", Value::Text(words::delivery_state::WAITING.into()));
    after.set("due_at", Value::Int(now));
    after.set("completed_at", Value::Empty);
    after.set("reason", Value::Empty);
    after.set_hidden("expires_at", Value::Int(now + life));
    after.set_hidden("owner", Value::Empty);
    after.set_hidden("lease_until", Value::Empty);
    after.set_hidden("digest", Value::Empty);
    None
}

/// A message that goes out again goes alone: the others of its letter have theirs.
fn alone(payload: &str) -> String {
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(payload) {
        Ok(mut message) => {
            message.remove("together");
            serde_json::Value::Object(message).to_string()
        }
        Err(_) => payload.to_owned(),
    }
}

/// A call that gets another customer by hand gets his names too, and counts among his; without a
/// customer it has none.
fn name_customer(tx: &Tx<'_>, before: &Record, after: &mut Record) -> Result<(), WriteError> {
    let (customer, old) = (after.int("customer_id"), before.int("customer_id"));
    if customer == old {
        return Ok(());
    }
    let (name, company) = if customer == 0 {
        (Value::Empty, Value::Empty)
    } else {
        let customer = stored(tx, &CUSTOMER, customer)?;
        (customer.get("name").clone(), customer.get("company").clone())
    };
    after.set("customer_name", name);
    after.set("company", company);
    customer::move_call(tx, before, old, customer)?;
    Ok(())
}
