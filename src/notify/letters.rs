//! Deliveries that go out as letters: which account, which people, and what the row of the account
//! says of it afterwards.

use std::sync::Arc;

use lettre::address::Address;

use super::carrier::{Carried, Carriers, LetterOrder};
use super::mail::{ACCOUNTS, Account, Fared, Letter, Role, address};
use super::payload::Payload;
use super::retry::{SendError, Sent};
use super::target::{secrets, shown};
use crate::clock::UnixMs;
use crate::resource::catalog::{MAIL_ACCOUNT, MAIL_TARGET};
use crate::resource::words::delivery_state;
use crate::resource::{Record, Value};
use crate::store::{ClaimedDelivery, Noted, Snapshot, Store};

/// What became of the deliveries of one letter.
pub struct Posted {
    /// One for each, in their order.
    pub each: Vec<Carried>,
    /// The server asked for quiet, not for one recipient's sake.
    pub hold: bool,
}

/// The left side of the Message-ID: the same for every attempt, and for every delivery of a letter.
pub fn letter_id(delivery: &ClaimedDelivery, together: &str) -> String {
    if together.is_empty() {
        return delivery.idempotency_key.clone();
    }
    // Digests of several addresses are one letter by their text, whichever of them leads.
    let created_at = if delivery.call_id == 0 { 0 } else { delivery.created_at };
    format!("{}.{created_at}.{together}", delivery.call_id)
}

/// Deliveries in the order of their claim, those of one letter side by side.
pub fn together(claimed: Vec<ClaimedDelivery>) -> Vec<Vec<ClaimedDelivery>> {
    let mut all: Vec<Vec<ClaimedDelivery>> = Vec::with_capacity(claimed.len());
    for delivery in claimed {
        // The store has claimed the mates of a letter right behind it.
        match all
            .last_mut()
            .filter(|last| last.first().is_some_and(|one| one_letter(one, &delivery)))
        {
            Some(last) => last.push(delivery),
            None => all.push(vec![delivery]),
        }
    }
    all
}

fn one_letter(one: &ClaimedDelivery, other: &ClaimedDelivery) -> bool {
    let alike = |one: &ClaimedDelivery| {
        // Digests of several addresses are written one after the other.
        let created_at = (one.call_id != 0).then_some(one.created_at);
        (one.target.resource, one.call_id, created_at, one.timing.clone())
    };
    // Nobody stands twice in one letter.
    let same = alike(one) == alike(other) && one.target != other.target;
    if one.target.resource != MAIL_TARGET.uri || !same {
        return false;
    }
    let name = |delivery: &ClaimedDelivery| {
        Payload::from_text(&delivery.payload).map(|payload| payload.together().to_owned())
    };
    matches!((name(one), name(other)), (Ok(one), Ok(other)) if !one.is_empty() && one == other)
}

/// The account that a row names, or the enabled one with the lowest ID.
pub fn account_of(snapshot: &Snapshot, named: i64) -> Option<&Record> {
    match named {
        0 => snapshot.of(ACCOUNTS).iter().map(AsRef::as_ref).find(|row| row.is("enabled")),
        named => snapshot.find(ACCOUNTS, named).filter(|row| row.is("enabled")),
    }
}

/// Sends the letter of these deliveries, which all say the same.
pub async fn post(
    store: &Store,
    carriers: &Arc<Carriers>,
    id: &str,
    orders: &[LetterOrder],
) -> Posted {
    let snapshot = store.snapshot();
    let Some(first) = orders.first() else { return Posted { each: Vec::new(), hold: false } };
    if first.address.is_empty() {
        return check(store, carriers, &snapshot, first.account).await;
    }
    let Some(row) = account_of(&snapshot, first.account) else {
        let why = "使えるメールアカウントがありません(登録するか、使用するを True にしてください)";
        return alike(&SendError::never(why), orders.len());
    };
    let account = match Account::read(row) {
        Ok(account) => account,
        Err(fault) => return alike(&fault, orders.len()),
    };
    // An address that is none fails alone.
    let addresses: Vec<Result<Address, SendError>> =
        orders.iter().map(|order| address(&order.address)).collect();
    let named: Vec<(Role, Address)> = orders
        .iter()
        .zip(&addresses)
        .filter_map(|(order, address)| Some((Role::of(&order.role), address.clone().ok()?)))
        .collect();
    if named.is_empty() {
        let each = addresses.into_iter().filter_map(Result::err).map(Carried::unanswered);
        return Posted { each: each.collect(), hold: false };
    }
    let to: Vec<Address> = named.iter().map(|(_, address)| address.clone()).collect();
    let at = carriers.clock.now();
    let message = first.message.as_ref();
    let letter = message.map(|message| Letter {
        id,
        at,
        subject: &message.subject,
        body: &message.body,
        html: message.html,
        recipients: &named,
    });
    let posted =
        carriers.post.send(&carriers.http, &account, letter.as_ref(), &to, first.failures).await;
    let secrets: Vec<String> = secrets(row).into_iter().map(str::to_owned).collect();
    note(store, row, at, summary(&posted.each)).await;
    renew(store, row, posted.renewed).await;
    let mut fared = posted.each.into_iter();
    let each = addresses.into_iter().filter_map(|address| match address {
        Ok(_) => fared.next().map(|fared| Carried {
            result: fared.result.map(|()| Sent::delivered()),
            answer: shown(fared.answer, &secrets),
        }),
        Err(fault) => Some(Carried::unanswered(fault)),
    });
    Posted { each: each.collect(), hold: posted.hold }
}

/// Connects and logs in with an account, and sends nothing; also with one that is switched off.
async fn check(store: &Store, carriers: &Carriers, snapshot: &Snapshot, account: i64) -> Posted {
    let Some(row) = snapshot.find(ACCOUNTS, account) else {
        return alike(&SendError::never("このメールアカウントはありません"), 1);
    };
    let account = match Account::read(row) {
        Ok(account) => account,
        Err(fault) => return alike(&fault, 1),
    };
    let (fared, renewed) = carriers.post.check(&carriers.http, &account).await;
    renew(store, row, renewed).await;
    let secrets: Vec<String> = secrets(row).into_iter().map(str::to_owned).collect();
    let carried = Carried {
        result: fared.result.map(|()| Sent::delivered()),
        answer: shown(fared.answer, &secrets),
    };
    Posted { each: vec![carried], hold: false }
}

/// 最終結果 of the account: a failure of one recipient is none of the account.
fn summary(each: &[Fared]) -> String {
    match each.iter().find(|one| one.result.is_ok()).or(each.first()) {
        Some(Fared { result: Err(fault), .. }) => fault.to_string(),
        _ => delivery_state::DELIVERED.to_owned(),
    }
}

/// Writes 最終実行日時 and 最終結果 of an account.
async fn note(store: &Store, row: &Record, at: UnixMs, said: String) {
    let cells = vec![("last_run_at", Value::Int(at)), ("last_result", Value::Text(said))];
    write(store, row, Noted { cells, unless_changed: None }).await;
}

/// Writes the refresh token that a provider gave in place of the row's.
async fn renew(store: &Store, row: &Record, renewed: Option<String>) {
    let Some(token) = renewed else { return };
    let noted = Noted {
        cells: vec![("refresh_token", Value::Text(token))],
        unless_changed: Some(("refresh_token", row.text("refresh_token").to_owned())),
    };
    write(store, row, noted).await;
}

async fn write(store: &Store, row: &Record, noted: Noted) {
    if let Err(fault) = store.note(&MAIL_ACCOUNT, row.key(), noted).await {
        log::warn!("{ACCOUNTS}/{}: what came of it cannot be stored: {fault}", row.key());
    }
}

fn alike(fault: &SendError, count: usize) -> Posted {
    let each = (0..count).map(|_| Carried::unanswered(fault.clone())).collect();
    Posted { each, hold: false }
}
