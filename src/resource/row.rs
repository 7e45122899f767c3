//! From a draft to a complete row, and the rules a complete row keeps.

use std::sync::LazyLock;

use super::catalog::Each;
use super::kind::resolve_mask;
use super::{
    Cells, Draft, Fault, HiddenType, Mode, Raw, Record, Resource, Value, catalog, json, kind,
};

/// The complete row of a POST: what the draft says, else the defaults. The key is still empty.
pub fn complete(draft: &Draft) -> Record {
    let resource = draft.resource;
    let mut record = BLANKS.of(resource).cloned().unwrap_or_else(|| blank(resource));
    for (slot, value) in record.values.iter_mut().zip(&draft.values) {
        if let Some(value) = value {
            slot.clone_from(value);
        }
    }
    catalog::compute_defaults(&mut record, draft);
    set_hidden(&mut record, draft);
    record
}

static BLANKS: LazyLock<Each<Record>> = LazyLock::new(|| Each::new(blank));

/// A row of defaults.
fn blank(resource: &'static Resource) -> Record {
    let mut record = Record::empty(resource);
    for (slot, field) in record.values.iter_mut().zip(resource.fields) {
        *slot = field.default_value();
    }
    for (column, text) in resource.initial {
        if let Some(field) = resource.index(column).and_then(|index| resource.fields.get(index)) {
            record.set(column, field.kind.check(text).unwrap_or(Value::Empty));
        }
    }
    for (slot, hidden) in record.hidden.iter_mut().zip(resource.hidden) {
        *slot = match hidden.kind {
            HiddenType::Integer => Value::Int(0),
            _ => Value::Empty,
        };
    }
    record
}

/// The complete row of a PUT: the stored row (secrets in clear) changed by the draft; masks are
/// compared with what they must stand for.
pub fn merge(current: &Record, draft: &Draft) -> Result<Record, Vec<Fault>> {
    let mut record = current.clone();
    let mut faults = Vec::new();
    let fields = draft.resource.fields;
    for ((slot, value), field) in record.values.iter_mut().zip(&draft.values).zip(fields) {
        match value {
            Some(value) => slot.clone_from(value),
            // An order of an earlier request is no order of this one.
            None if field.mode == Mode::WriteOnly => *slot = field.default_value(),
            None => {}
        }
    }
    for (index, sent) in &draft.masks {
        let (Some(slot), Some(field)) = (record.values.get_mut(*index), fields.get(*index)) else {
            continue;
        };
        match resolve_mask(field.kind, sent, slot.text()) {
            Ok(value) => *slot = value,
            Err(message) => faults.push(Fault::of(field, message)),
        }
    }
    set_hidden(&mut record, draft);
    if faults.is_empty() { Ok(record) } else { Err(faults) }
}

fn set_hidden(record: &mut Record, draft: &Draft) {
    for (column, value) in &draft.hidden {
        let index = record.resource.hidden.iter().position(|hidden| hidden.column == *column);
        debug_assert!(index.is_some(), "no hidden column {column}");
        if let Some(slot) = index.and_then(|index| record.hidden.get_mut(index)) {
            slot.clone_from(value);
        }
    }
}

/// The rules over several fields of a complete row; `before` is the stored row on PUT.
pub fn check_row(before: Option<&Record>, after: &Record) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (field, value) in after.resource.fields.iter().zip(&after.values) {
        if field.required && value.is_empty() {
            faults.push(Fault::of(field, "必須です。値を入れてください"));
        }
    }
    if let Some(check) = after.resource.check {
        faults.extend(check(after));
    }
    faults.extend(catalog::check_change(before, after));
    faults
}

/// The faults of a body that holds nothing but read-only keys whose values differ from the
/// stored ones (rest.md); `None` where the body is fine.
pub fn only_read_only_changes(draft: &Draft, current: &Record) -> Option<Vec<Fault>> {
    let says_something = draft.values.iter().any(Option::is_some) || !draft.masks.is_empty();
    if says_something || draft.read_only.is_empty() {
        return None;
    }
    let mut faults = Vec::new();
    for (index, sent) in &draft.read_only {
        let (Some(field), Some(stored)) =
            (draft.resource.fields.get(*index), current.values.get(*index))
        else {
            continue;
        };
        // What GET shows counts: a moment is stored with more digits than it is shown with.
        let normal = match sent.as_str() {
            "" => Ok(Value::Empty),
            sent => field.kind.check(sent),
        };
        let sent =
            normal.map_or_else(|_| sent.clone(), |value| json::shown(field.kind, &value.raw()));
        if sent != json::shown(field.kind, &stored.raw()) {
            faults.push(Fault::of(field, "読み取り専用です。変更できません"));
        }
    }
    (!faults.is_empty()).then_some(faults)
}

impl Cells for Record {
    fn cell(&self, index: usize) -> Raw<'_> {
        let (Some(value), Some(field)) = (self.values.get(index), self.resource.fields.get(index))
        else {
            return Raw::Null;
        };
        match value {
            Value::Text(text) if field.kind.is_masked() => {
                Raw::Text(kind::mask(field.kind, text).into())
            }
            value => value.raw(),
        }
    }

    fn secret(&self, index: usize) -> Option<&str> {
        let masked = self.resource.fields.get(index)?.kind.is_masked();
        self.values.get(index).filter(|_| masked).map(Value::text)
    }
}
