//! The fictional calls of the year before.

use super::dice::Dice;
use super::names;
use super::office::person;
use crate::clock::{DAY_MS, UnixMs, from_japan, japan};
use crate::resource::catalog::{CALL, CUSTOMER, SIP_CONNECTION};
use crate::resource::words::call_state;
use crate::resource::{Draft, Record, Value, complete};
use crate::telephone::Presentation;

/// Days that the calls are spread over; the last one is yesterday.
const DAYS: i64 = 365;
/// The office opens at nine and closes nine hours later.
const OPENS_MS: i64 = 9 * 60 * 60 * 1000;
const OPEN_MS: i64 = 9 * 60 * 60 * 1000;
/// Numbers of callers that nobody knows.
const FIRST_STRANGER: i64 = 9_009_000_001;
const STRANGERS: i64 = 900_000;
/// How finely the skew towards frequent callers is drawn.
const SKEW: i64 = 1000;

/// Makes calls in the order of their time.
pub(super) struct Calls {
    dice: Dice,
    seed: u64,
    customers: i64,
    count: i64,
    first_day: UnixMs,
    lines: Vec<Record>,
    blank: Record,
}

impl Calls {
    pub(super) fn new(
        seed: u64,
        customers: i64,
        count: i64,
        now: UnixMs,
        lines: Vec<Record>,
    ) -> Self {
        let midnight = japan(now).date_naive().and_time(chrono::NaiveTime::MIN);
        let first_day = from_japan(midnight) - DAYS * DAY_MS;
        let blank = complete(&Draft::empty(&CALL));
        let dice = Dice::new(seed.rotate_left(17));
        Self { dice, seed, customers, count, first_day, lines, blank }
    }

    /// The call with this number, from 0; numbers come in order.
    pub(super) fn call(&mut self, index: i64) -> Record {
        let mut row = self.blank.clone();
        let at = self.time(index);
        row.set("id", Value::Int(CALL.first_key + index));
        row.set("received_at", Value::Int(at));
        row.set("sip_call_id", text(format!("demo-{}-{index}", self.seed)));
        row.set("connection_id", Value::Int(SIP_CONNECTION.first_key));
        self.who(&mut row);
        self.line(&mut row);
        self.end(&mut row, at);
        row
    }

    /// Evenly over the days and over the hours of each.
    fn time(&mut self, index: i64) -> UnixMs {
        let count = self.count.max(1);
        let day = index * DAYS / count;
        let first = (day * count + DAYS - 1) / DAYS;
        let next = ((day + 1) * count + DAYS - 1) / DAYS;
        let slot = OPEN_MS / (next - first).max(1);
        self.first_day + day * DAY_MS + OPENS_MS + (index - first) * slot + self.dice.below(slot)
    }

    fn who(&mut self, row: &mut Record) {
        let draw = self.dice.below(100);
        let presentation = match draw {
            0..=91 => Presentation::Presented,
            92..=97 => Presentation::Withheld,
            _ => Presentation::Payphone,
        };
        row.set("presentation", text(presentation.word()));
        row.set("candidates", Value::Int(0));
        if draw < 72 && self.customers > 0 {
            // a few customers call often: the cube crowds towards the first ones
            let skew = self.dice.below(SKEW);
            let skewed = self.customers * skew / SKEW * skew / SKEW * skew / SKEW;
            let spread = self.dice.below(self.customers / SKEW + 1);
            let index = (skewed + spread).min(self.customers - 1);
            let person = person(self.seed, index);
            debug_assert_eq!(person.key, CUSTOMER.first_key + index);
            row.set("caller_number", Value::Text(person.number));
            row.set("customer_id", Value::Int(person.key));
            row.set("customer_name", Value::Text(person.name));
            row.set("company", Value::Text(person.company));
            row.set("candidates", Value::Int(1));
        } else if draw <= 91 {
            let number = FIRST_STRANGER + self.dice.below(STRANGERS);
            row.set("caller_number", text(format!("0{number}")));
        }
    }

    fn line(&mut self, row: &mut Record) {
        let count = i64::try_from(self.lines.len()).unwrap_or_default();
        let index = usize::try_from(self.dice.below(count)).unwrap_or_default();
        let Some(line) = self.lines.get(index) else { return };
        row.set("line_no", Value::Int(line.key()));
        row.set("line_name", line.get("name").clone());
        row.set("called_number", line.get("called_number").clone());
        row.set("main_number", line.get("main_number").clone());
        row.set("line_kind", line.get("kind").clone());
    }

    fn end(&mut self, row: &mut Record, at: UnixMs) {
        let seconds = self.dice.below(38) + 2;
        let ended = at + seconds * 1000;
        let state = match self.dice.below(100) {
            0..=29 => call_state::MISSED,
            30..=94 => call_state::ANSWERED_ELSEWHERE,
            _ => call_state::UNKNOWN,
        };
        row.set("state", text(state));
        row.set("ring_seconds", Value::Int(seconds));
        row.set("ended_at", Value::Int(ended));
        row.set("updated_at", Value::Int(ended));
        if state == call_state::ANSWERED_ELSEWHERE {
            row.set("answered_at", Value::Int(ended));
        }
        if state == call_state::MISSED {
            row.set("handling", text(self.dice.one(&names::HANDLING)));
        }
        if self.dice.chance(25) {
            row.set("operator", text(self.dice.one(&names::STAFF)));
            row.set("memo", text(self.dice.one(&names::MEMOS)));
        }
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

#[cfg(test)]
mod tests {
    use super::super::office::furniture;
    use super::*;
    use crate::resource::catalog::LINE;

    const NOW: UnixMs = 1_750_000_000_000;

    fn calls(seed: u64, customers: i64, count: i64) -> Vec<Record> {
        let lines = furniture().into_iter().filter(|row| *row.resource == LINE).collect();
        let mut calls = Calls::new(seed, customers, count, NOW, lines);
        (0..count).map(|index| calls.call(index)).collect()
    }

    #[test]
    fn the_same_seed_makes_the_same_calls() {
        assert_eq!(calls(3, 50, 500), calls(3, 50, 500));
        assert_ne!(calls(3, 50, 500), calls(4, 50, 500));
    }

    #[test]
    fn calls_come_in_order_within_the_last_year() {
        for count in [1, 7, 365, 366, 5000] {
            let calls = calls(1, 10, count);
            let times: Vec<i64> = calls.iter().map(|call| call.int("received_at")).collect();
            assert!(times.is_sorted(), "{count}");
            assert!(times.iter().all(|at| (NOW - (DAYS + 1) * DAY_MS..NOW).contains(at)));
        }
    }

    #[test]
    fn every_value_is_one_that_the_catalogue_takes() {
        for call in calls(5, 100, 2000) {
            for (field, value) in CALL.fields.iter().zip(&call.values) {
                if let Value::Text(text) = value
                    && !text.is_empty()
                {
                    assert_eq!(field.check(text), Ok(value.clone()), "{}", field.name);
                }
            }
            let known = call.int("customer_id") > 0;
            assert_eq!(call.int("candidates"), i64::from(known));
            assert!(!known || !call.text("caller_number").is_empty());
        }
    }

    #[test]
    fn without_customers_there_are_strangers() {
        assert!(calls(1, 0, 300).iter().all(|call| call.int("customer_id") == 0));
    }
}
