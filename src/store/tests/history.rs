//! The history query of the seed against a plain filter over the same calls.

use super::Bench;
use super::calling::{compose, record};
use crate::resource::Value;
use crate::resource::catalog::CUSTOMER;
use crate::store::CallQuery;

const NUMBERS: [&str; 4] = ["", "0312345678", "09000000001", "0731234567"];

/// A call as the plain filter sees it.
struct Plain {
    id: i64,
    number: &'static str,
    customer: i64,
    line: i64,
}

/// 120 calls: number, customer and line (0 = none of ours) in all combinations.
async fn calls(bench: &Bench) -> Vec<Plain> {
    for name in ["a", "b"] {
        bench.post(&CUSTOMER, &[("name", name)]).await;
    }
    let mut calls = Vec::new();
    for index in 0..120_i64 {
        let number = NUMBERS[usize::try_from(index * 7 % 4).unwrap()];
        let (customer, line) = (index * 5 % 3, index * 3 % 5);
        let mut call = record(number, customer);
        call.set("line_no", Value::Int(line));
        let rows = move |_: &crate::store::Facts<'_>| compose(Some(call.clone()));
        let rung = bench.store.ring(number.into(), Box::new(rows)).await.unwrap();
        calls.push(Plain { id: rung.call_id, number, customer, line });
    }
    calls
}

fn plain(calls: &[Plain], query: &CallQuery) -> Vec<i64> {
    let CallQuery { descending, customer_id, numbers, lines } = query;
    let mut found: Vec<i64> = calls
        .iter()
        .filter(|call| *customer_id == 0 || call.customer == *customer_id)
        .filter(|call| numbers.is_empty() || numbers.iter().any(|number| number == call.number))
        .filter(|call| lines.is_empty() || lines.contains(&call.line))
        .map(|call| call.id)
        .collect();
    if *descending {
        found.reverse();
    }
    found
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

async fn check(bench: &Bench, calls: &[Plain], query: &CallQuery) {
    let expected = plain(calls, query);
    assert_eq!(ids(bench, query, 0, 1000).await, expected, "{query:?}");
    // Page after page gives the same.
    let mut paged = Vec::new();
    while let page = ids(bench, query, paged.last().copied().unwrap_or(0), 7).await
        && !page.is_empty()
    {
        paged.extend(page);
    }
    assert_eq!(paged, expected, "{query:?}");
}

#[tokio::test]
async fn every_combination_finds_what_a_plain_filter_finds() {
    let bench = Bench::new();
    let calls = calls(&bench).await;
    let number_sets: [&[&str]; 5] = [
        &[],
        &["0312345678"],
        &["0312345678", "09000000001"],
        &["0000"],
        &["0312345678", "09000000001", "0731234567", "1", "2", "3"],
    ];
    let line_sets = [vec![], vec![1], vec![3, 1], vec![99], (2..60).collect()];
    for numbers in number_sets {
        for customer_id in 0..=3 {
            for lines in &line_sets {
                for descending in [false, true] {
                    let numbers = numbers.iter().map(|n| (*n).to_owned()).collect();
                    let lines = lines.clone();
                    let query = CallQuery { descending, customer_id, numbers, lines };
                    check(&bench, &calls, &query).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn one_call_is_shown_to_those_who_may_see_its_line() {
    let bench = Bench::new();
    let calls = calls(&bench).await;
    for call in &calls {
        for lines in [&[][..], &[1], &[2, 3], &[99]] {
            let mut json = Vec::new();
            let shown = bench.store.call_json(call.id, lines, &mut json).await.unwrap().is_some();
            assert_eq!(shown, lines.is_empty() || lines.contains(&call.line));
            assert_eq!(!json.is_empty(), shown);
        }
    }
    assert_eq!(bench.store.call_json(4711, &[1], &mut Vec::new()).await.unwrap(), None);
}

#[tokio::test]
async fn the_arms_read_indexes_in_key_order() {
    let bench = Bench::new();
    for (customer_id, numbers, lines, index) in [
        (0, 2, 0, "call_by_number"),
        (1, 0, 0, "call_by_customer"),
        (1, 2, 0, "call_by_customer_and_number"),
        (0, 0, 1, "call_by_line"),
        (0, 0, 3, "call_by_line"),
        (0, 2, 3, "call_by_number"),
        (1, 0, 3, "call_by_customer"),
        (1, 2, 3, "call_by_customer_and_number"),
    ] {
        let numbers = (0..numbers).map(|n: i32| n.to_string()).collect();
        let query =
            CallQuery { descending: true, customer_id, numbers, lines: (0..lines).collect() };
        let steps = bench.store.database.calls_plan(&query).unwrap();
        assert!(steps.contains(&format!("INDEX {index} (")), "{steps}");
        assert!(!steps.contains("TEMP B-TREE") && !steps.contains("SCAN call"), "{steps}");
    }
}
