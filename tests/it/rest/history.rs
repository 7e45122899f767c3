//! The call search of the seed against a plain model, over more rows than one page holds.

use smartconnect::resource::{Record, Value, catalog};
use smartconnect::store::{Composed, Store};

use super::Api;

/// More than the first page, so that the search goes on where it stood.
const CALLS: i64 = 450;
const NUMBERS: [&str; 3] = ["0731234567", "09000000001", ""];

/// Number and customer of the call with this key.
fn call(key: i64) -> (&'static str, i64) {
    (NUMBERS[usize::try_from(key % 3).unwrap()], key % 4)
}

async fn record_calls(store: &Store) {
    for key in 1..=CALLS {
        let (number, customer) = call(key);
        let compose = Box::new(move |facts: &smartconnect::store::Facts<'_>| {
            let mut record = Record::empty(catalog::find("ReceivedCall-Record").unwrap());
            record.set("id", Value::Int(facts.call_id));
            record.set("received_at", Value::Int(facts.now));
            record.set("caller_number", Value::Text(number.to_owned()));
            record.set("customer_id", Value::Int(customer));
            Composed { record: Some(record), ..Composed::default() }
        });
        store.ring(number.to_owned(), compose).await.unwrap();
    }
}

/// Keys that a search answers.
fn found(api: &Api, path: &str) -> Vec<i64> {
    let rows = api.get(&format!("ReceivedCall-Record/{path}"));
    let key = |row: &serde_json::Value| row["ID"].as_str().unwrap().parse().unwrap();
    rows.as_array().unwrap().iter().map(key).collect()
}

#[test]
fn every_combination_answers_what_a_plain_filter_answers() {
    let api = Api::start();
    tokio::runtime::Runtime::new().unwrap().block_on(record_calls(&api.store));
    for top in [0, 1, 200, 201, 449, 450, 1000] {
        for descending in [true, false] {
            for customer in [0, 1, 3, 9] {
                for (from, numbers) in [
                    ("Null", &[][..]),
                    ("073-123-4567", &NUMBERS[..1]),
                    ("0731234567&09000000001&", &NUMBERS[..2]),
                    ("0120000000", &["0120000000"]),
                ] {
                    let fits = |key: &i64| {
                        let (number, owner) = call(*key);
                        (customer == 0 || owner == customer)
                            && (numbers.is_empty() || numbers.contains(&number))
                    };
                    let mut expected: Vec<i64> = (1..=CALLS).filter(fits).collect();
                    if descending {
                        expected.reverse();
                    }
                    if top > 0 {
                        expected.truncate(top);
                    }
                    let word = if descending { "True" } else { "false" };
                    let path = format!("{top}/{word}/{customer}/{from}");
                    assert_eq!(found(&api, &path), expected, "{path}");
                }
            }
        }
    }
}
