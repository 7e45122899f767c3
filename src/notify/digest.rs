//! One message for several calls: a digest at its time, a backlog that is longer than its target can
//! take.
//!
//! Invariant: it says how many calls there are, also where it does not name each.
//! Never: says of a call what its record does not say.

use super::target::{Target, target_name, target_of};
use super::{Occasion, Site, Wording, retry, values};
use crate::clock::japan;
use crate::resource::Record;
use crate::resource::catalog::{CALL, LINE};
use crate::resource::words::{call_state, handling, timing};
use crate::store::{Facts, Gathered, NewDelivery, NumberHistory, Occasioned};
use crate::telephone::TelephoneNumber;

/// Notices of one target that may wait before they are joined.
pub const BURST: usize = 10;
/// Calls that one message names.
const LINES_MAX: usize = 20;
/// Who has no name.
const NOBODY: &str = "未登録";

/// The message of several deliveries; `None` where the target is gone, switched off, or no longer
/// one that this service sends to.
pub fn compose(occasioned: &Occasioned<'_>) -> Option<NewDelivery> {
    let Occasioned { now, snapshot, target: to, members, held } = *occasioned;
    let row = snapshot.find(to.resource, to.id).filter(|row| row.is("enabled"))?;
    let target: &dyn Target = target_of(row)?;
    let wording = wording(members, held);
    let facts = Facts {
        call_id: 0,
        now,
        snapshot,
        current: None,
        customers: Vec::new(),
        candidates: 0,
        exact: false,
        history: NumberHistory::default(),
    };
    let empty = Record::empty(&CALL);
    let call = members.iter().rev().find_map(|member| member.call.as_ref()).unwrap_or(&empty);
    let occasion = Occasion {
        call,
        line: snapshot.find(LINE.uri, call.int("line_no")),
        rule: None,
        timing: timing::DIGEST,
        facts: &facts,
        site: &Site::default(),
        wording: Some(&wording),
    };
    let latest = members.iter().map(|member| member.expires_at).max().unwrap_or(now);
    Some(NewDelivery {
        target: to.clone(),
        target_name: target_name(row),
        timing: timing::DIGEST,
        in_place_of: None,
        payload: target.compose(row, &occasion, &values(&occasion)).to_text(),
        due_at: now,
        expires_at: if held { retry::expires_at(false, now) } else { latest },
    })
}

fn wording(members: &[Gathered], held: bool) -> Wording {
    let calls: Vec<Record> = members.iter().filter_map(|member| member.call.clone()).collect();
    let missed = calls.iter().all(|call| call.text("state") == call_state::MISSED);
    let what = if missed && !calls.is_empty() { "不在着信" } else { "着信" };
    let count = members.len();
    let heading = match held {
        true => format!("【まとめ】{what} {count}件"),
        false => format!("【着信多数】{what} {count}件をまとめてお知らせします"),
    };
    let mut lines: Vec<String> = calls.iter().take(LINES_MAX).map(line).collect();
    let further = count.saturating_sub(lines.len());
    if further > 0 {
        lines.push(format!("他 {further}件"));
    }
    Wording::Digest { heading, lines, calls }
}

/// When, where, who, how it ended, and whether somebody has taken care of it.
fn line(call: &Record) -> String {
    let at = japan(call.int("received_at")).format("%m/%d %H:%M").to_string();
    let name = ["customer_name", "company"].map(|column| call.text(column));
    let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or(NOBODY);
    let number = match TelephoneNumber::parse(call.text("caller_number")) {
        Ok(number) => number.hyphenated(),
        Err(_) => call.text("presentation").to_owned(),
    };
    let taken = match call.text("handling") {
        "" | handling::OPEN => String::new(),
        taken => format!("[{taken}]"),
    };
    let parts = [&at, call.text("line_name"), name, &number, call.text("state"), &taken];
    let filled: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    filled.join(" ")
}
