//! The history query of the seed against a plain filter over the same calls.

use super::Bench;
use super::calling::{compose, record};
use crate::resource::catalog::CUSTOMER;
use crate::store::CallQuery;

const NUMBERS: [&str; 4] = ["", "0312345678", "09000000001", "0731234567"];

/// 60 calls: number and customer in all combinations.
async fn calls(bench: &Bench) -> Vec<(i64, &'static str, i64)> {
    for name in ["a", "b"] {
        bench.post(&CUSTOMER, &[("name", name)]).await;
    }
    let mut calls = Vec::new();
    for index in 0..60_i64 {
        let number = NUMBERS[usize::try_from(index * 7 % 4).unwrap()];
        let customer = index * 5 % 3;
        let call = record(number, customer);
        let rows = move |_: &crate::store::Facts<'_>| compose(Some(call));
        let rung = bench.store.ring(number.into(), Box::new(rows)).await.unwrap();
        calls.push((rung.call_id, number, customer));
    }
    calls
}

async fn ids(bench: &Bench, query: &CallQuery, after: i64, limit: usize) -> Vec<i64> {
    let page = bench.store.calls_json(query, after, limit).await.unwrap();
    let json = [b"[".as_slice(), &page.json, b"]"].concat();
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&json).unwrap();
    assert_eq!(rows.len(), page.rows);
    let ids: Vec<i64> =
        rows.iter().map(|row| row["ID"].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(page.last_key, ids.last().copied().unwrap_or(0));
    ids
}

#[tokio::test]
async fn every_combination_finds_what_a_plain_filter_finds() {
    let bench = Bench::new();
    let calls = calls(&bench).await;
    let sets: [&[&str]; 5] = [
        &[],
        &["0312345678"],
        &["0312345678", "09000000001"],
        &["0000"],
        &["0312345678", "09000000001", "0731234567", "1", "2", "3"],
    ];
    for numbers in sets {
        for customer_id in 0..=3 {
            for descending in [false, true] {
                let numbers: Vec<String> = numbers.iter().map(|n| (*n).to_owned()).collect();
                let mut expected: Vec<i64> = calls
                    .iter()
                    .filter(|call| customer_id == 0 || call.2 == customer_id)
                    .filter(|call| numbers.is_empty() || numbers.iter().any(|n| n == call.1))
                    .map(|call| call.0)
                    .collect();
                if descending {
                    expected.reverse();
                }
                let query = CallQuery { descending, customer_id, numbers };
                assert_eq!(ids(&bench, &query, 0, 1000).await, expected, "{query:?}");
                // Page after page gives the same.
                let mut paged = Vec::new();
                while let page = ids(&bench, &query, paged.last().copied().unwrap_or(0), 7).await
                    && !page.is_empty()
                {
                    paged.extend(page);
                }
                assert_eq!(paged, expected, "{query:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_arms_read_indexes_in_key_order() {
    let bench = Bench::new();
    let raw = rusqlite::Connection::open(bench.folder.path().join("smartconnect.db")).unwrap();
    for (customer_id, numbers, index) in [
        (0, 2, "call_by_number"),
        (1, 0, "call_by_customer"),
        (1, 2, "call_by_customer_and_number"),
    ] {
        let numbers = (0..numbers).map(|n: i32| n.to_string()).collect();
        let query = CallQuery { descending: true, customer_id, numbers };
        let sql = crate::store::sqlite::calls_text(&query);
        let mut plan = raw.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = plan.parameter_count();
        for number in 1..=count {
            plan.raw_bind_parameter(number, 1).unwrap();
        }
        let mut steps = Vec::new();
        let mut rows = plan.raw_query();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get::<_, String>(3).unwrap());
        }
        let steps = steps.join("\n");
        assert!(steps.contains(&format!("INDEX {index} (")), "{steps}");
        assert!(!steps.contains("TEMP B-TREE") && !steps.contains("SCAN call"), "{steps}");
    }
}
