//! The template values of a call.

use chrono::Datelike;

use super::Occasion;
use crate::clock::{UnixMs, japan, japan_text};
use crate::resource::words::{call_state, rule_action};
use crate::resource::{Record, Value};
use crate::telephone::TelephoneNumber;
use crate::template::{Values, Word};

/// Most customers that 候補一覧 names.
const CANDIDATES_LISTED_MAX: usize = 10;
/// Monday first.
const WEEKDAYS: &str = "月火水木金土日";
/// 登録状況: a customer has this number.
const REGISTERED: &str = "登録済み";
/// 登録状況: the last nine digits are those of a customer.
const CANDIDATE: &str = "候補";
/// 登録状況: nobody has it.
const UNREGISTERED: &str = "未登録";
/// 顧客ランク that conditions ask for.
pub(super) const RANK_VIP: &str = "VIP";
/// 顧客ランク that conditions ask for.
pub(super) const RANK_WARNING: &str = "要注意";
/// 顧客ランク of callers whom nobody wants; warned of like `RANK_WARNING`.
pub(super) const RANK_REJECTED: &str = "着信拒否";
/// 顧客ランク without a mark.
const RANK_ORDINARY: &str = "通常";

/// Every value that templates may use at this moment of the call.
pub fn values(occasion: &Occasion<'_>) -> Values {
    let mut values = Values::new();
    set_call(&mut values, occasion);
    set_numbers(&mut values, occasion.call);
    set_line(&mut values, occasion);
    set_customer(&mut values, occasion);
    set_history(&mut values, occasion);
    set_links(&mut values, occasion);
    values
}

/// The customer that the record names, else the best match.
pub(super) fn customer<'a>(occasion: &Occasion<'a>) -> Option<&'a Record> {
    let named = occasion.call.int("customer_id");
    let customers = occasion.facts.customers.as_slice();
    customers.iter().find(|customer| customer.key() == named).or_else(|| customers.first())
}

/// Whether the caller is a known customer, not merely a candidate.
pub(super) fn is_registered(occasion: &Occasion<'_>) -> bool {
    occasion.call.int("customer_id") != 0
        || (occasion.facts.exact && !occasion.facts.customers.is_empty())
}

/// 顧客ランク, raised by the caller rule.
pub(super) fn rank<'a>(occasion: &Occasion<'a>) -> &'a str {
    let own = customer(occasion).map_or("", |customer| customer.text("rank"));
    let ordinary = own.is_empty() || own == RANK_ORDINARY;
    match occasion.rule.map_or("", |rule| rule.text("action")) {
        rule_action::VIP if ordinary => RANK_VIP,
        rule_action::WARNING if ordinary => RANK_WARNING,
        _ => own,
    }
}

fn set_call(values: &mut Values, occasion: &Occasion<'_>) {
    let call = occasion.call;
    values.set(Word::CallId, occasion.facts.call_id.to_string());
    let received = call.int("received_at");
    let at = japan(received);
    values.set(Word::ReceivedAt, japan_text(received));
    values.set(Word::ReceivedDate, at.format("%Y/%m/%d").to_string());
    values.set(Word::ReceivedTime, at.format("%H:%M").to_string());
    let weekday = usize::try_from(at.weekday().num_days_from_monday()).unwrap_or(0);
    values.set(Word::Weekday, WEEKDAYS.chars().nth(weekday).map(String::from).unwrap_or_default());
    let now = japan(occasion.facts.now);
    values.set(Word::Date, now.format("%Y%m%d").to_string());
    values.set(Word::DateAndTime, now.format("%Y%m%d_%H%M%S").to_string());
    if call.text("state") != call_state::RINGING {
        values.set(Word::RingSeconds, shown(call.get("ring_seconds")));
        values.set(Word::EndedAt, time(call.get("ended_at")));
        values.set(Word::Handling, call.text("handling"));
    }
    values.set(Word::State, call.text("state"));
    values.set(Word::Operator, call.text("operator"));
    values.set(Word::Memo, call.text("memo"));
}

fn set_numbers(values: &mut Values, call: &Record) {
    let caller = call.text("caller_number");
    values.set(Word::CallerNumber, caller);
    values.set(Word::Presentation, call.text("presentation"));
    values.set(Word::CallerDisplayName, call.text("display_name"));
    values.set(Word::CallerNumberShown, caller);
    match TelephoneNumber::parse(caller) {
        Ok(number) => {
            values.set(Word::CallerNumberShown, number.hyphenated());
            values.set(Word::CallerNumberInternational, number.international());
            values.set(Word::Area, number.area().unwrap_or_default());
            values.set(Word::NumberKind, number.category().word());
        }
        Err(_) if caller.is_empty() => {
            values.set(Word::CallerNumberShown, call.text("presentation"));
        }
        // The digits of an extension are no telephone number.
        Err(_) => values.set(Word::CallerNumberInternational, caller),
    }
    let called = call.text("called_number");
    values.set(Word::CalledNumber, called);
    values.set(Word::CalledNumberShown, hyphenated(called));
}

fn set_line(values: &mut Values, occasion: &Occasion<'_>) {
    let call = occasion.call;
    values.set(Word::MainNumber, call.text("main_number"));
    values.set(Word::LineNumber, call.int("line_no").to_string());
    values.set(Word::LineName, call.text("line_name"));
    values.set(Word::CallKind, call.text("line_kind"));
    values.set(Word::Extension, occasion.line.map_or("", |line| line.text("extension")));
    let connection =
        occasion.facts.snapshot.find("SIP-ServerConnection", call.int("connection_id"));
    values.set(Word::ConnectionName, connection.map_or("", |row| row.text("name")));
}

fn set_customer(values: &mut Values, occasion: &Occasion<'_>) {
    values.set(Word::CandidateCount, occasion.facts.candidates.to_string());
    let registered = match (is_registered(occasion), occasion.facts.customers.is_empty()) {
        (true, _) => REGISTERED,
        (false, false) => CANDIDATE,
        (false, true) => UNREGISTERED,
    };
    values.set(Word::Registered, registered);
    values.set(Word::Rank, rank(occasion));
    let rule = occasion.rule.map_or("", |rule| rule.text("name"));
    let warns = occasion.rule.is_some_and(|rule| rule.text("action") == rule_action::WARNING);
    values.set(Word::Warning, if warns { rule } else { "" });
    // The snapshot in the record stays when the customer is gone.
    values.set(Word::CustomerName, occasion.call.text("customer_name"));
    values.set(Word::Company, occasion.call.text("company"));
    let Some(customer) = customer(occasion) else { return };
    values.set(Word::CustomerId, customer.key().to_string());
    values.set(Word::CustomerName, name(customer));
    for (word, column) in [
        (Word::CustomerKana, "kana"),
        (Word::Honorific, "honorific"),
        (Word::Company, "company"),
        (Word::Department, "department"),
        (Word::JobTitle, "job_title"),
        (Word::Category, "category"),
        (Word::StaffInCharge, "staff"),
        (Word::ZipCode, "zip"),
        (Word::MailAddress, "email_1"),
        (Word::CustomerUrl, "url"),
        (Word::ExternalId, "external_id"),
        (Word::Remarks, "note"),
    ] {
        values.set(word, customer.text(column));
    }
    if !customer.text("warning").is_empty() {
        values.set(Word::Warning, customer.text("warning"));
    }
    values.set(Word::Address, address(customer));
    let names: Vec<&str> =
        occasion.facts.customers.iter().take(CANDIDATES_LISTED_MAX).map(name).collect();
    values.set(Word::CandidateList, names.join("、"));
}

/// The building stands apart: its name may begin with a digit, like the house number's next part.
fn address(customer: &Record) -> String {
    let place = [customer.text("prefecture"), customer.text("address_1")].concat();
    let parts = [place.as_str(), customer.text("address_2")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// 氏名, or 会社名 of a customer without one.
fn name(customer: &Record) -> &str {
    let own = customer.text("name");
    if own.is_empty() { customer.text("company") } else { own }
}

fn set_history(values: &mut Values, occasion: &Occasion<'_>) {
    if occasion.call.text("caller_number").is_empty() {
        return;
    }
    let history = &occasion.facts.history;
    values.set(Word::CallCount, history.count.saturating_add(1).to_string());
    values.set(Word::LastCallAt, history.last_at.map(japan_text).unwrap_or_default());
    values.set(Word::LastOperator, &history.last_operator);
    values.set(Word::LastMemo, &history.last_memo);
}

fn set_links(values: &mut Values, occasion: &Occasion<'_>) {
    values.set(Word::ServerName, &occasion.site.server_name);
    if !occasion.site.base_url.is_empty() {
        let base = &occasion.site.base_url;
        let url = match occasion.facts.call_id {
            0 => format!("{base}/"), // a call that could not be recorded
            call_id => format!("{base}/#call={call_id}"),
        };
        values.set(Word::RecordUrl, url);
    }
    let first = super::screen::sites(occasion.facts.snapshot, values).next();
    let url = first.map(|site| site.url).unwrap_or_default();
    values.set(Word::SearchUrl, url);
}

fn hyphenated(digits: &str) -> String {
    match TelephoneNumber::parse(digits) {
        Ok(number) => number.hyphenated(),
        Err(_) => digits.to_owned(),
    }
}

fn shown(value: &Value) -> String {
    if value.is_empty() { String::new() } else { value.int().to_string() }
}

fn time(value: &Value) -> String {
    if value.is_empty() { String::new() } else { japan_text(UnixMs::from(value.int())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::catalog::CUSTOMER;

    #[test]
    fn a_floor_is_no_part_of_the_house_number() {
        let mut row = Record::empty(&CUSTOMER);
        for (column, text) in [("prefecture", "和歌山県"), ("address_1", "和歌山市本町1-1")]
        {
            row.set(column, Value::Text(text.into()));
        }
        assert_eq!(address(&row), "和歌山県和歌山市本町1-1");
        row.set("address_2", Value::Text("2F".into()));
        assert_eq!(address(&row), "和歌山県和歌山市本町1-1 2F");
    }
}
