//! The fictional office: its lines, its targets, its customers.
//!
//! Numbers begin with 0900, which no telephone company has: 090 is never followed by 0.

use super::dice::Dice;
use super::names::{self, Texts};
use crate::clock::UnixMs;
use crate::resource::catalog::{CHAT_TARGET, CUSTOMER, LINE, SIP_CONNECTION, URL_CALL};
use crate::resource::{Draft, Record, Resource, Value, complete};

/// First of the customers' own numbers.
const FIRST_NUMBER: i64 = 9_000_000_001;
/// First of their second numbers.
const FIRST_SECOND_NUMBER: i64 = 9_005_000_001;
/// Most customers that have numbers of their own.
pub(in crate::command) const CUSTOMERS_MAX: i64 = 4_000_000;

/// Everything that an office sets up once.
pub(super) fn furniture() -> Vec<Record> {
    let of = |resource: &'static Resource, rows: &[Texts]| {
        let keys = resource.first_key..;
        keys.zip(rows).map(|(key, texts)| row(resource, key, texts)).collect::<Vec<_>>()
    };
    let mut rows = of(&SIP_CONNECTION, &[names::CONNECTION]);
    rows.extend(of(&LINE, &names::LINES));
    rows.extend(of(&CHAT_TARGET, &names::CHATS));
    rows.extend(of(&URL_CALL, &names::URL_CALLS));
    rows
}

/// A row as if somebody had typed it.
pub(super) fn row(resource: &'static Resource, key: i64, texts: Texts) -> Record {
    let mut draft = Draft::empty(resource);
    for (column, text) in texts {
        let field = resource.index(column).and_then(|index| resource.fields.get(index));
        let value = field.and_then(|field| field.check(text).ok());
        draft.set(column, value.unwrap_or_default());
    }
    let mut record = complete(&draft);
    record.set("id", Value::Int(key));
    record
}

/// Who a customer is: a function of the seed and his number, so that his calls know it too.
pub(super) struct Person {
    pub(super) key: i64,
    pub(super) name: String,
    kana: String,
    pub(super) company: String,
    company_kana: String,
    pub(super) number: String,
}

/// The customer with this number, from 0.
pub(super) fn person(seed: u64, index: i64) -> Person {
    let mut dice = Dice::new(seed ^ index.unsigned_abs().wrapping_mul(0x2545_f491_4f6c_dd1d));
    let (surname, surname_kana) = pick(&mut dice, &names::SURNAMES);
    let (given, given_kana) = pick(&mut dice, &names::GIVEN_NAMES);
    let (company, company_kana) = if dice.chance(40) {
        let (name, kana) = pick(&mut dice, &names::COMPANIES);
        let number = index / 3 + 1;
        (format!("{name}{number}"), format!("{kana}{number}"))
    } else {
        (String::new(), String::new())
    };
    Person {
        key: CUSTOMER.first_key + index,
        name: format!("{surname} {given}"),
        kana: format!("{surname_kana} {given_kana}"),
        company,
        company_kana,
        number: format!("0{}", FIRST_NUMBER + index),
    }
}

fn pick(dice: &mut Dice, of: &[(&'static str, &'static str)]) -> (&'static str, &'static str) {
    let index = dice.below(i64::try_from(of.len()).unwrap_or_default());
    usize::try_from(index).ok().and_then(|index| of.get(index)).copied().unwrap_or_default()
}

/// The row of a customer.
pub(super) fn customer(seed: u64, index: i64, added_at: UnixMs) -> Record {
    let person = person(seed, index);
    let mut dice = Dice::new(seed.rotate_left(32) ^ index.unsigned_abs());
    let mut row = complete(&Draft::empty(&CUSTOMER));
    let mut set = |column: &str, text: String| row.set(column, Value::Text(text));
    set("name", person.name);
    set("kana", person.kana);
    set("phone_1", person.number);
    set("phone_type_1", names::MOBILE.to_owned());
    if !person.company.is_empty() {
        set("company", person.company);
        set("company_kana", person.company_kana);
        set("phone_2", format!("0{}", FIRST_SECOND_NUMBER + index));
        set("phone_type_2", names::OFFICE.to_owned());
    }
    set("prefecture", names::PREFECTURE.to_owned());
    set("address_1", format!("{}{}-{}", names::TOWN, dice.below(30) + 1, dice.below(40) + 1));
    set("email_1", format!("customer{}@example.com", person.key));
    set("category", dice.one(&names::CATEGORIES).to_owned());
    if dice.chance(5) {
        set("rank", dice.one(&names::RANKS).to_owned());
    }
    set("staff", dice.one(&names::STAFF).to_owned());
    set("external_id", format!("DEMO-{:07}", person.key));
    set("note", names::NOTE.to_owned());
    row.set("id", Value::Int(person.key));
    row.set("created_at", Value::Int(added_at));
    row.set("updated_at", Value::Int(added_at));
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::check_row;

    #[test]
    fn every_row_is_one_that_the_catalogue_takes() {
        let mut rows = furniture();
        rows.extend((0..200).map(|index| customer(7, index, 1_750_000_000_000)));
        for row in &rows {
            assert_eq!(check_row(None, row), [], "{row:?}");
            for (field, value) in row.resource.fields.iter().zip(&row.values) {
                if let Value::Text(text) = value {
                    assert_eq!(field.check(text), Ok(value.clone()), "{}", field.name);
                }
            }
        }
        assert_eq!(rows.iter().filter(|row| *row.resource == LINE).count(), 3);
    }

    #[test]
    fn targets_and_connections_are_switched_off() {
        let rows = furniture();
        let off = rows.iter().filter(|row| *row.resource != LINE);
        assert!(off.clone().count() >= 4 && off.clone().all(|row| !row.is("enabled")));
    }

    #[test]
    fn numbers_are_of_nobody_and_differ() {
        let last = person(1, CUSTOMERS_MAX - 1);
        assert!(last.number.starts_with("0900") && last.number.len() == 11);
        assert!(last.number < format!("0{FIRST_SECOND_NUMBER}"));
        let last = FIRST_SECOND_NUMBER + CUSTOMERS_MAX - 1;
        assert!(format!("0{last}").as_str() < "09009000001");
        assert_ne!(person(1, 0).number, person(1, 1).number);
    }
}
