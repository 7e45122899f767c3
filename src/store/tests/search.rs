//! Searches: what they find whatever the index lags behind, and how SQLite goes about them.

use serde_json::Value as Json;

use super::calling::{compose, record};
use super::{Bench, draft};
use crate::resource::catalog::{CALL, CUSTOMER};
use crate::resource::listing::{Listing, read};
use crate::resource::{Record, Resource, Value, Verb, complete};
use crate::store::{Facts, Import, Query};

/// (name, kana, company, phone_1, phone_2) of customers 1, 2, …
const CUSTOMERS: [[&str; 5]; 8] = [
    ["田中 太郎", "タナカ タロウ", "", "09000000001", ""],
    ["中田 花子", "ナカタ ハナコ", "紀州商店", "0731234567", "09000000002"],
    ["", "", "ﾀﾅｶ商店", "0731234568", ""],
    ["John Smith", "", "", "+12025550123", ""],
    ["龍神 例", "リュウジン レイ", "第2ビル(株)", "", ""],
    ["ア・イ", "", "田 中", "0312345678", "0731239999"],
    ["たなべ", "", "", "", ""],
    ["𠮷田", "ヨシダ", "", "0900000123", ""],
];

/// (search, keys that it finds).
const SEARCHES: [(&str, &[i64]); 27] = [
    ("田中", &[1, 6]),
    ("中", &[1, 2, 6]),
    ("タ", &[1, 2, 3, 7]),
    ("た", &[1, 2, 3, 7]),
    ("たなか", &[1, 3]),
    ("ﾀﾅｶ", &[1, 3]),
    ("太郎 田中", &[1]),
    ("田中太郎", &[1]),
    ("田太", &[]),
    ("SMITH", &[4]),
    ("ｊｏｈｎ", &[4]),
    ("紀州", &[2]),
    ("(株)", &[5]),
    ("2", &[2, 3, 4, 5, 6, 8]),
    ("23", &[2, 3, 4, 6, 8]),
    ("123", &[2, 3, 4, 6, 8]),
    ("1234", &[2, 3, 6]),
    ("073123", &[2, 3, 6]),
    ("073-123-4567", &[2]),
    ("+81 90 0000 0001", &[1]),
    ("0900000", &[1, 2, 8]),
    ("商店 0731234", &[2, 3]),
    ("𠮷", &[8]),
    ("第2", &[5]),
    ("０７３ー１２３", &[2, 3, 6]),
    ("３ー１２３４", &[2, 3, 6]),
    ("073ー123ー4567", &[2]),
];

fn query(resource: &Resource, search: &str, more: &[(&str, &str)]) -> Query {
    let pairs = [("q", search)]
        .into_iter()
        .chain(more.iter().copied())
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
    let pairs: Vec<_> = pairs.collect();
    let listing = read(resource, &pairs).unwrap().unwrap();
    let Listing { descending, filters, period, search, .. } = listing;
    Query { descending, filters, period, lines: Vec::new(), search }
}

/// The keys of a list, read two rows at a time.
async fn keys(bench: &Bench, resource: &'static Resource, query: &Query) -> Vec<i64> {
    let (mut keys, mut after) = (Vec::new(), None);
    loop {
        let part = bench.store.list_json(resource, query, after, 2).await.unwrap();
        let json = [b"[".as_slice(), &part.page.json, b"]"].concat();
        let rows: Vec<Json> = serde_json::from_slice(&json).unwrap();
        let name = resource.fields[0].name;
        keys.extend(rows.iter().map(|row| row[name].as_str().unwrap().parse::<i64>().unwrap()));
        after = Some(part.page.last_key);
        if !part.more {
            let total = bench.store.total(resource, query).await.unwrap();
            // Counting ends where it would keep whoever types waiting.
            let expected = i64::try_from(keys.len()).unwrap();
            assert!(total.is_none_or(|total| total == expected), "{total:?}");
            return keys;
        }
    }
}

#[track_caller]
fn says(found: &[i64], expected: &[i64], search: &str, when: &str) {
    assert_eq!(found, expected, "{search} {when}");
}

async fn check(bench: &Bench, when: &str) {
    let total = bench.store.total(&CUSTOMER, &query(&CUSTOMER, "田中", &[])).await.unwrap();
    assert_eq!(total, Some(2));
    for (search, expected) in SEARCHES {
        let found = keys(bench, &CUSTOMER, &query(&CUSTOMER, search, &[])).await;
        says(&found, expected, search, when);
        let newest = query(&CUSTOMER, search, &[("order", "desc")]);
        let mut found = keys(bench, &CUSTOMER, &newest).await;
        found.reverse();
        says(&found, expected, search, when);
    }
}

async fn customers(bench: &Bench) {
    for row in CUSTOMERS {
        let columns = ["name", "kana", "company", "phone_1", "phone_2"];
        let texts: Vec<_> = columns.into_iter().zip(row).collect();
        bench.post(&CUSTOMER, &texts).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_found_by_parts_of_names_and_numbers_indexed_or_not() {
    let bench = Bench::new();
    customers(&bench).await;
    check(&bench, "before anything is indexed").await;
    bench.store.database.index_now();
    check(&bench, "indexed").await;
    let bench = bench.reopen();
    check(&bench, "after a new start").await;
    let vip = query(&CUSTOMER, "タ", &[("顧客ランク", "VIP")]);
    assert_eq!(keys(&bench, &CUSTOMER, &vip).await, Vec::<i64>::new());
    let by_number = query(&CUSTOMER, "花", &[("電話番号2", "090-0000-0002")]);
    assert_eq!(keys(&bench, &CUSTOMER, &by_number).await, [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_deleted_and_new_rows_are_found_as_they_are_now() {
    let bench = Bench::new();
    customers(&bench).await;
    bench.store.database.index_now();
    bench.put(&CUSTOMER, 1, &[("name", "鈴木"), ("kana", "スズキ")]).await.unwrap();
    bench.put(&CUSTOMER, 2, &[("note", "田中さんの紹介")]).await.unwrap();
    bench.delete(&CUSTOMER, 8).await.unwrap();
    // the key of the row that is gone, and the next
    assert_eq!(bench.post(&CUSTOMER, &[("name", "新 田中")]).await, 8);
    assert_eq!(bench.post(&CUSTOMER, &[("name", "最新 田中")]).await, 9);
    for when in ["stale", "indexed", "reopened"] {
        let found = |search| {
            let query = query(&CUSTOMER, search, &[]);
            let bench = &bench;
            async move { keys(bench, &CUSTOMER, &query).await }
        };
        says(&found("田中").await, &[6, 8, 9], "田中", when);
        says(&found("鈴木").await, &[1], "鈴木", when);
        says(&found("太郎").await, &[], "太郎", when);
        says(&found("𠮷田").await, &[], "𠮷田", when);
        says(&found("0123").await, &[4], "0123", when);
        bench.store.database.index_now();
    }
    bench.delete(&CUSTOMER, 9).await.unwrap();
    bench.store.database.index_now();
    assert_eq!(bench.post(&CUSTOMER, &[("name", "田中 二世")]).await, 9);
    assert_eq!(keys(&bench, &CUSTOMER, &query(&CUSTOMER, "二世", &[])).await, [9]);
    let bench = bench.reopen();
    bench.store.database.index_now();
    assert_eq!(keys(&bench, &CUSTOMER, &query(&CUSTOMER, "二世", &[])).await, [9]);
    assert_eq!(keys(&bench, &CUSTOMER, &query(&CUSTOMER, "最新", &[])).await, Vec::<i64>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_import_is_not_found_until_it_is_complete() {
    const ROWS: i64 = 600;
    let bench = Bench::new();
    customers(&bench).await;
    bench.store.database.index_now();
    let (store, runtime) = (bench.store.clone(), tokio::runtime::Handle::current());
    let row = |number: i64| -> Record {
        complete(&draft(&CUSTOMER, &[("name", &format!("田中{number}号"))], Verb::Post))
    };
    let work = move || {
        let looking = store.clone();
        let mut rows = (0..ROWS).map(|number| {
            if number == ROWS - 1 {
                // A job of them is written by now.
                looking.database.index_now();
                let query = query(&CUSTOMER, "田中", &[]);
                let part = runtime.block_on(looking.list_json(&CUSTOMER, &query, None, 100));
                let part = part.unwrap();
                assert_eq!((part.page.rows, part.more), (2, false));
            }
            row(number)
        });
        let progress = Box::new(|_| ());
        let note = String::new();
        store.import(
            Import { rows: ROWS, actor: super::actor(), note, once: None, progress },
            &mut rows,
        )
    };
    assert_eq!(tokio::task::spawn_blocking(work).await.unwrap().unwrap(), 9);
    for _ in 0..2 {
        let found = keys(&bench, &CUSTOMER, &query(&CUSTOMER, "田中", &[])).await;
        assert_eq!(found.len(), 602);
        let one = query(&CUSTOMER, "田中599号", &[]);
        assert_eq!(keys(&bench, &CUSTOMER, &one).await, [608]);
        bench.store.database.index_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_found_by_name_and_memo_within_the_lines_of_the_asker() {
    let bench = Bench::new();
    for (line, name, memo) in [
        (1, "田中 太郎", ""),
        (2, "", "田中様から折返し希望"),
        (1, "鈴木", "見積の依頼"),
        (3, "", ""),
    ] {
        let mut call = record("0312345678", 0);
        call.set("line_no", Value::Int(line));
        call.set("customer_name", Value::Text(name.into()));
        call.set("memo", Value::Text(memo.into()));
        let rows = move |_: &Facts<'_>| compose(Some(call.clone()));
        bench.store.ring("0312345678".into(), Box::new(rows)).await.unwrap();
    }
    for when in ["fresh", "indexed"] {
        for (search, lines, expected) in [
            ("田中", &[][..], &[1, 2][..]),
            ("田中", &[1], &[1]),
            ("田中", &[2, 3], &[2]),
            ("田", &[2], &[2]),
            ("見積", &[], &[3]),
            ("見積", &[2], &[]),
            ("0312345678", &[], &[]),
        ] {
            let query = Query { lines: lines.to_vec(), ..query(&CALL, search, &[]) };
            says(&keys(&bench, &CALL, &query).await, expected, search, when);
        }
        bench.store.database.index_now();
    }
    bench.put(&CALL, 4, &[("memo", "あとで見積")]).await.unwrap();
    for _ in 0..2 {
        assert_eq!(keys(&bench, &CALL, &query(&CALL, "見積", &[])).await, [3, 4]);
        bench.store.database.index_now();
    }
}

#[tokio::test]
async fn a_search_reads_the_index_in_the_order_of_keys() {
    let bench = Bench::new();
    for (resource, search) in [(&CUSTOMER, "田中"), (&CUSTOMER, "0731234"), (&CALL, "見積")] {
        for order in ["asc", "desc"] {
            let query = query(resource, search, &[("order", order)]);
            let plan = bench.store.database.list_plan(resource, &query).unwrap();
            assert!(plan.contains("VIRTUAL TABLE INDEX"), "{plan}");
            // Only what changed lately is sorted.
            let (index, lately) = plan.split_once("_stale\n").unwrap();
            assert!(!index.contains("TEMP B-TREE"), "{plan}");
            let rest = lately.lines().skip_while(|line| line.contains("TEMP B-TREE"));
            assert!(!rest.collect::<String>().contains("TEMP B-TREE"), "{plan}");
        }
    }
}

#[tokio::test]
async fn marks_of_repetition_are_the_same_in_both_kana() {
    let bench = Bench::new();
    let key =
        bench.post(&CUSTOMER, &[("company", "いすゞ堂"), ("company_kana", "イスヾドウ")]).await;
    let other = bench.post(&CUSTOMER, &[("name", "さゝき 花子")]).await;
    for (search, found) in [("いすゞ", key), ("イスヾ", key), ("さゝき", other), ("サヽキ", other)]
    {
        let part = bench.store.list_json(&CUSTOMER, &query(&CUSTOMER, search, &[]), None, 10).await;
        let page = part.unwrap().page;
        assert_eq!((page.rows, page.last_key), (1, found), "{search}");
    }
}
