//! A test of a target: the message of a call that nobody made, on the way that real ones take.

use super::payload::Payload;
use super::screen::is_opened_by_client;
use super::target::{target_name, target_of};
use super::{Occasion, Site, values};
use crate::resource::catalog::{CALL, LINE};
use crate::resource::words::{call_state, delivery_timing};
use crate::resource::{Record, Value};
use crate::store::{Facts, NewDelivery, TargetRef};
use crate::telephone::Presentation;
use crate::template::{Landing, RenderFault, render};

/// How long a test may wait for its turn.
const LIFE_MS: i64 = 60_000;
/// Who seems to call: no subscriber has this number.
const CALLER: &str = "09000000001";
/// 顧客名 of the call.
const CALLER_NAME: &str = "テスト送信";

/// Why a target cannot be tested.
pub const NOT_SENT_TO: &str =
    "この行へはサービスから送信しないため、テストできません。種別か動作を確かめてください。";

/// The message to send now, or the question to ask where the provider has one; `None` where this service does not send to rows of this kind.
pub fn trial(row: &Record, facts: &Facts<'_>, site: &Site) -> Option<NewDelivery> {
    let target = target_of(row)?;
    let payload = on_trial(facts, site, |occasion| {
        if target.has_check(row) {
            Payload::Check
        } else {
            target.compose(row, occasion, &values(occasion))
        }
    });
    Some(NewDelivery {
        target: TargetRef { resource: row.resource.uri, id: row.key() },
        target_name: target_name(row),
        timing: delivery_timing::TEST,
        in_place_of: None,
        payload: payload.to_text(),
        due_at: facts.now,
        expires_at: facts.now + LIFE_MS,
    })
}

/// The address that a client would open for the call of a test; `None` where clients open none for
/// this row.
pub fn opened(row: &Record, facts: &Facts<'_>, site: &Site) -> Option<Result<String, RenderFault>> {
    if !is_opened_by_client(row) {
        return None;
    }
    let render = |occasion: &Occasion<'_>| render(row.text("url"), Landing::Url, &values(occasion));
    Some(on_trial(facts, site, render))
}

/// Does something with the call of a test.
fn on_trial<T>(facts: &Facts<'_>, site: &Site, work: impl FnOnce(&Occasion<'_>) -> T) -> T {
    let line = facts.snapshot.of(LINE.uri).first().map(AsRef::as_ref);
    let call = call(line, facts);
    work(&Occasion {
        call: &call,
        line,
        rule: None,
        timing: delivery_timing::TEST,
        facts,
        site,
        wording: None,
    })
}

/// The call that the message tells of; its key is none.
fn call(line: Option<&Record>, facts: &Facts<'_>) -> Record {
    let mut call = Record::empty(&CALL);
    call.set("id", Value::Int(0));
    call.set("received_at", Value::Int(facts.now));
    call.set("caller_number", Value::Text(CALLER.to_owned()));
    call.set("presentation", Value::Text(Presentation::Presented.word().to_owned()));
    call.set("customer_name", Value::Text(CALLER_NAME.to_owned()));
    call.set("state", Value::Text(call_state::RINGING.to_owned()));
    let Some(line) = line else { return call };
    call.set("line_no", Value::Int(line.key()));
    for (own, of_line) in [
        ("line_name", "name"),
        ("called_number", "called_number"),
        ("main_number", "main_number"),
        ("line_kind", "kind"),
    ] {
        call.set(own, line.get(of_line).clone());
    }
    call
}
