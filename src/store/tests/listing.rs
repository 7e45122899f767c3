//! Lists with parameters: what they find, what it costs, and the sums beside them.

use serde_json::Value as Json;

use super::calling::{compose, end, record};
use super::{Bench, NOW};
use crate::clock::HOUR_MS;
use crate::resource::catalog::{AUDIT, CALL, CUSTOMER, DELIVERY};
use crate::resource::listing::{Filter, Listing, Period, read};
use crate::resource::{Resource, Value};
use crate::store::Query;

const NUMBERS: [&str; 3] = ["", "0312345678", "09000000001"];
const STATES: [&str; 4] = ["不在", "他で応答", "不明", "呼出中"];

/// 150 calls, one every seven hours, of 3 numbers, 3 customers (0 = none), 4 lines and all outcomes.
async fn calls(bench: &Bench) -> Vec<Json> {
    for name in ["a", "b"] {
        bench.post(&CUSTOMER, &[("name", name), ("phone_2", "0312345678")]).await;
    }
    for index in 0..150_i64 {
        bench.clock.set(NOW + index * 7 * HOUR_MS);
        let pick = |step: i64, of: usize| usize::try_from(index * step).unwrap() % of;
        let number = NUMBERS[pick(7, 3)];
        let mut call = record(number, index * 5 % 3);
        call.set("received_at", Value::Int(NOW + index * 7 * HOUR_MS));
        call.set("line_no", Value::Int(index * 3 % 4));
        call.set("state", Value::Text(STATES[pick(5, 4)].into()));
        if index % 3 == 0 {
            call.set("ring_seconds", Value::Int(index));
            call.set("handling", Value::Text("未対応".into()));
            call.set("operator", Value::Text(["鈴木", "田中"][pick(1, 2)].into()));
        }
        let rows = move |_: &crate::store::Facts<'_>| compose(Some(call.clone()));
        bench.store.ring(number.into(), Box::new(rows)).await.unwrap();
    }
    bench.all(&CALL).await
}

fn listing(resource: &Resource, text: &str) -> Listing {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let pairs: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    read(resource, &pairs).unwrap().unwrap_or_default()
}

fn query(resource: &Resource, text: &str, lines: &[i64]) -> Query {
    let Listing { descending, filters, period, search, .. } = listing(resource, text);
    Query { descending, filters, period, lines: lines.to_vec(), search }
}

/// The whole list, page by page.
async fn pages(
    bench: &Bench,
    resource: &'static Resource,
    query: &Query,
    limit: usize,
) -> Vec<Json> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let part = bench.store.list_json(resource, query, after, limit).await.unwrap();
        let json = [b"[".as_slice(), &part.page.json, b"]"].concat();
        let found: Vec<Json> = serde_json::from_slice(&json).unwrap();
        assert_eq!(found.len(), part.page.rows);
        assert!(found.len() <= limit);
        rows.extend(found);
        if !part.more {
            return rows;
        }
        assert_ne!(after, Some(part.page.last_key), "it goes on");
        after = Some(part.page.last_key);
    }
}

/// What a plain look at every row finds.
fn plain(rows: &[Json], resource: &Resource, query: &Query) -> Vec<Json> {
    let shown = |filter: &Filter, row: &Json| {
        let field = &resource.fields[filter.index];
        let text = |value: &Value| match value {
            Value::Empty => String::new(),
            Value::Int(number) => number.to_string(),
            Value::Text(text) => text.clone(),
        };
        let mut values = [&filter.value].into_iter().chain(&filter.others);
        values.any(|value| row[field.name] == text(value).as_str())
    };
    let inside = |row: &Json| {
        let named = ["着信日時", "作成日時", "日時"].iter().find_map(|name| row[*name].as_str());
        let at = crate::resource::Kind::DateTime.check(named.unwrap_or("")).ok();
        query.period.is_none_or(|Period { start, end }| (start..end).contains(&at.unwrap().int()))
    };
    let line = |row: &Json| row["回線No"].as_str().unwrap_or("0").parse().unwrap_or(0);
    let mut found: Vec<Json> = rows
        .iter()
        .filter(|row| query.filters.iter().all(|filter| shown(filter, row)))
        .filter(|row| inside(row))
        .filter(|row| query.lines.is_empty() || query.lines.contains(&line(row)))
        .cloned()
        .collect();
    if query.descending {
        found.reverse();
    }
    found
}

#[tokio::test]
async fn every_combination_finds_and_counts_what_a_plain_look_finds() {
    let bench = Bench::new();
    let rows = calls(&bench).await;
    let columns = [
        ["", "相手TEL=0312345678", "相手TEL=", "相手TEL=110,03-1234-5678"],
        ["", "顧客ID=1", "顧客ID=0", "対応者=鈴木"],
        ["", "状態=不在", "対応状況=未対応", "対応状況="],
        ["", "回線No=2", "回線No=0", "呼出秒数=30"],
        ["", "from=2025/04/10", "to=2025/04/10", "from=2025/04/03&to=2025/04/20"],
    ];
    // More than are merged index by index.
    let many_lines: Vec<i64> = (2..60).collect();
    let mut tried = 0;
    for case in 0..4_usize.pow(5) {
        let parts =
            (0..5).map(|at| columns[at][case / 4_usize.pow(u32::try_from(at).unwrap()) % 4]);
        let mut text = parts.collect::<Vec<_>>().join("&");
        if case % 2 == 1 {
            text.push_str("&order=desc");
        }
        let line_sets: [&[i64]; 5] = [&[], &[2], &[1, 3], &[99], &many_lines];
        let query = query(&CALL, &text, line_sets[case / 3 % 5]);
        let expected = plain(&rows, &CALL, &query);
        let found = pages(&bench, &CALL, &query, if case % 5 == 0 { 7 } else { 1000 }).await;
        assert_eq!(found, expected, "{text} {:?}", query.lines);
        let total = bench.store.total(&CALL, &query).await.unwrap();
        assert_eq!(total, Some(i64::try_from(expected.len()).unwrap()), "{text}");
        tried += usize::from(!expected.is_empty());
    }
    assert!(tried > 100, "only {tried} found anything");
}

#[tokio::test]
async fn other_tables_are_narrowed_too() {
    let bench = Bench::new();
    calls(&bench).await;
    for resource in [&CUSTOMER, &DELIVERY, &AUDIT] {
        let rows = bench.all(resource).await;
        for text in
            ["", "氏名=b", "電話番号2=03-1234-5678", "電話番号1=", "外部ID=x", "ID=1", "操作=追加"]
        {
            let query = query(resource, text, &[]);
            let expected = plain(&rows, resource, &query);
            assert_eq!(pages(&bench, resource, &query, 1).await, expected, "{text}");
            let total = bench.store.total(resource, &query).await.unwrap();
            assert_eq!(total, Some(i64::try_from(expected.len()).unwrap()), "{text}");
        }
    }
}

#[tokio::test]
async fn logs_are_narrowed_to_a_period() {
    let bench = Bench::new();
    let raw = bench.raw();
    let empty = query(&DELIVERY, "from=2025-04-03", &[]);
    assert_eq!(pages(&bench, &DELIVERY, &empty, 7).await, Vec::<Json>::new());
    // A row an hour from 2025-04-01 on, with gaps as retention leaves them, and a clock that was
    // half an hour behind for a while.
    let start = 1_743_433_200_000_i64;
    for at in (0..240_i64).filter(|at| at % 7 != 3) {
        let behind = if (100..110).contains(&at) { HOUR_MS / 2 } else { 0 };
        let moment = start + at * HOUR_MS - behind;
        let audit = "INSERT INTO audit(id, at, action) VALUES(?1, ?2, '追加')";
        raw.execute(audit, [at + 50, moment]).unwrap();
        let delivery = "INSERT INTO delivery(id, created_at, target_resource, target_id, timing, \
             state, payload, idempotency_key, expires_at) \
             VALUES(?1, ?2, 'Notification-Chat', 1, '着信時', '失敗', '', ?1, 0)";
        raw.execute(delivery, [at + 50, moment]).unwrap();
    }
    for resource in [&DELIVERY, &AUDIT] {
        let rows = bench.all(resource).await;
        for (text, some) in [
            ("from=2025-04-03&to=2025-04-03", true),
            ("from=2025-04-05&to=2025-04-06&order=desc", true),
            ("from=2025-04-09", true),
            ("to=2025-04-02&order=desc", true),
            ("to=2025-03-31", false),
            ("from=2026-01-01", false),
        ] {
            let query = query(resource, text, &[]);
            let expected = plain(&rows, resource, &query);
            assert_eq!(expected.is_empty(), !some, "{text}");
            assert_eq!(pages(&bench, resource, &query, 7).await, expected, "{text}");
            let total = bench.store.total(resource, &query).await.unwrap();
            assert_eq!(total, Some(i64::try_from(expected.len()).unwrap()), "{text}");
        }
    }
}

/// Every sum, as text.
fn sums(bench: &Bench) -> Vec<String> {
    let raw = bench.raw();
    let mut sums = Vec::new();
    for sql in [
        "SELECT concat_ws('|', day, calls) FROM call_day WHERE calls<>0",
        "SELECT concat_ws('|', hour, line_no, state, calls, rung, ring_seconds) FROM call_tally WHERE calls<>0",
        "SELECT concat_ws('|', day, operator, line_no, state, calls, rung, ring_seconds)
           FROM operator_tally WHERE calls<>0",
        "SELECT concat_ws('|', name, total) FROM row_count",
    ] {
        let mut statement = raw.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        sums.extend(rows.map(Result::unwrap));
    }
    sums
}

#[tokio::test]
async fn the_sums_stay_what_counting_would_give() {
    let bench = Bench::new();
    calls(&bench).await;
    end(&bench, 4).await;
    bench.put(&CALL, 1, &[("operator", "佐藤"), ("handling", "対応済")]).await.unwrap();
    bench.put(&CALL, 4, &[("operator", "")]).await.unwrap();
    bench.delete(&CUSTOMER, 2).await.unwrap();
    let kept = sums(&bench);
    let raw = bench.raw();
    raw.execute("DELETE FROM call WHERE id IN (10, 13)", []).unwrap();
    let after_retention = sums(&bench);
    assert_ne!(kept, after_retention);
    // What an older program left has no sums: they are made at the next start.
    raw.execute_batch("DELETE FROM row_count; DELETE FROM call_day; DELETE FROM call_tally; DELETE FROM operator_tally")
        .unwrap();
    drop(raw);
    let bench = bench.reopen();
    assert_eq!(sums(&bench), after_retention);
}

#[tokio::test]
async fn callers_are_counted_alike_in_both_ways() {
    let bench = Bench::new();
    calls(&bench).await;
    let day = NOW - NOW % 86_400_000 - 32_400_000;
    let part = Period { start: day + 10 * 86_400_000, end: day + 20 * 86_400_000 };
    for (period, sum) in [(Period::ALWAYS, 100), (part, 23)] {
        let [index, looked_at] = bench.store.database.callers_both_ways(period).unwrap();
        assert_eq!(index, looked_at);
        let calls: i64 = index.iter().map(|count| count.calls).sum();
        assert_eq!((index.len(), calls), (2, sum), "all but those without a number");
    }
    // A call whose clock was behind lies between the keys of another day: it does not count there.
    let raw = bench.raw();
    let late =
        "INSERT INTO call(id, received_at, caller_number, state) VALUES(1000, ?1, '110', '不明')";
    raw.execute(late, [part.start]).unwrap();
    let lines = [];
    let callers =
        |period| async move { bench.store.top_callers(period, &lines, 9).await.unwrap().unwrap() };
    let after = Period { start: part.end, end: i64::MAX };
    let numbers: Vec<String> = callers(after).await.into_iter().map(|count| count.number).collect();
    assert!(!numbers.contains(&"110".to_owned()), "{numbers:?}");
}

#[tokio::test]
async fn callers_of_too_many_calls_are_not_looked_at_one_by_one() {
    let bench = Bench::new();
    calls(&bench).await;
    let raw = bench.raw();
    raw.execute("UPDATE call_tally SET calls=calls+1000000 WHERE line_no=1", []).unwrap();
    let many = bench.store.top_callers(Period::ALWAYS, &[1, 2], 9).await.unwrap();
    assert!(many.unwrap_err() > 1_000_000);
    let few = bench.store.top_callers(Period::ALWAYS, &[2], 9).await.unwrap();
    assert_eq!(few.unwrap().len(), 2);
    // Whoever sees every line is answered from the index.
    let all = bench.store.top_callers(Period::ALWAYS, &[], 9).await.unwrap();
    assert_eq!(all.unwrap().len(), 2);
}

#[tokio::test]
async fn a_part_looks_at_so_many_rows_and_says_where_it_stopped() {
    let bench = Bench::new();
    let raw = bench.raw();
    raw.execute_batch(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<25000)
         INSERT INTO call(id, received_at, caller_number, state) SELECT i, 0, '', '不明' FROM n;
         UPDATE call SET display_name='x', state='不在' WHERE id=24000;",
    )
    .unwrap();
    let narrowed = query(&CALL, "相手表示名=x", &[]);
    let part = bench.store.list_json(&CALL, &narrowed, None, 5).await.unwrap();
    assert_eq!((part.page.rows, part.page.last_key, part.more), (0, 10_000, true));
    assert_eq!(pages(&bench, &CALL, &narrowed, 5).await.len(), 1);
    assert_eq!(bench.store.total(&CALL, &narrowed).await.unwrap(), None);
    let last = query(&CALL, "相手表示名=x&order=desc", &[]);
    let part = bench.store.list_json(&CALL, &last, None, 5).await.unwrap();
    assert_eq!((part.page.rows, part.page.last_key, part.more), (1, 15_001, true));
    // An outcome has an index.
    let missed = query(&CALL, "状態=不在", &[]);
    let part = bench.store.list_json(&CALL, &missed, None, 5).await.unwrap();
    assert_eq!((part.page.rows, part.more), (1, false));
    assert_eq!(bench.store.total(&CALL, &missed).await.unwrap(), Some(1), "the sums know");
}

#[tokio::test]
async fn of_several_indexes_the_one_with_few_keys_leads() {
    let bench = Bench::new();
    let raw = bench.raw();
    raw.execute_batch(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<12000)
         INSERT INTO call(id, received_at, caller_number, state, handling, operator, line_no)
           SELECT i, 0, '', '不明', '未対応', '鈴木', 1 FROM n;
         INSERT INTO call(id, received_at, caller_number, state, handling, operator, line_no)
           VALUES(20000, 0, '', '不在', '未対応', '鈴木', 1), (20001, 0, '', '不明', '折返し要', '', 1),
             (20002, 0, '', '呼出中', '', '佐藤', 2), (20003, 0, '', '他で応答', '', '', 2);",
    )
    .unwrap();
    let rows = bench.all(&CALL).await;
    for (text, lines, step) in [
        ("状態=不在&対応状況=未対応&対応者=鈴木", &[][..], "call_by_state"),
        ("状態=不明&対応状況=折返し要", &[], "call_by_handling"),
        ("対応者=佐藤&回線No=2", &[], "call_by_operator"),
        ("対応者=鈴木&回線No=2", &[], "call_by_line"),
        ("状態=不在", &[1], "call_by_state"),
        ("状態=呼出中", &[1], "call_ringing"),
        // None has few.
        ("状態=不明&対応状況=未対応&対応者=鈴木", &[], "call_by_operator"),
        ("状態=不明&回線No=1", &[], "call_by_line"),
        ("状態=不明", &[1], "call_by_line"),
        ("状態=不明", &[], "call_by_state"),
        ("状態=他で応答", &[], "INTEGER PRIMARY KEY"),
        // Words have an index of their own.
        ("状態=不明&対応状況=未対応&q=見積", &[], "VIRTUAL TABLE"),
        ("状態=不在&q=見積", &[], "call_by_state"),
    ] {
        let query = query(&CALL, text, lines);
        let plan = bench.store.database.list_plan(&CALL, &query).unwrap();
        assert!(plan.contains(step), "{text}\n{plan}");
        if query.search.is_none() {
            let found = pages(&bench, &CALL, &query, 5000).await;
            assert_eq!(found, plain(&rows, &CALL, &query), "{text}");
        }
    }
}

#[tokio::test]
async fn keys_come_from_an_index_in_their_order() {
    let bench = Bench::new();
    calls(&bench).await;
    for (resource, text, lines, step) in [
        (&CALL, "", &[][..], "SEARCH call USING INTEGER PRIMARY KEY"),
        (&CALL, "状態=不在", &[], "call_by_state"),
        (&CALL, "状態=呼出中", &[], "call_ringing"),
        (&CALL, "状態=他で応答", &[], "SEARCH call USING INTEGER PRIMARY KEY"),
        (&CALL, "状態=他で応答", &[1, 2], "call_by_line"),
        (&CALL, "相手TEL=0312345678", &[1, 2], "call_by_number"),
        (&CALL, "相手TEL=0312345678,110&from=2025/04/02", &[], "call_by_number"),
        (&CALL, "顧客ID=1", &[], "call_by_customer "),
        (&CALL, "顧客ID=1&相手TEL=0312345678", &[], "call_by_customer_and_number"),
        (&CALL, "対応者=鈴木&状態=他で応答", &[], "call_by_operator"),
        (&CALL, "対応状況=未対応&from=2025/04/02", &[], "call_by_handling"),
        (&CALL, "回線No=1", &[], "call_by_line"),
        (&CUSTOMER, "外部ID=x", &[], "customer_by_external_id"),
        (&CUSTOMER, "電話番号2=0312345678", &[], "PRIMARY KEY (last_nine=? AND number=?"),
        (&DELIVERY, "着信記録ID=1", &[], "delivery_once"),
        (&DELIVERY, "着信記録ID=1&状態=失敗", &[], "delivery_once"),
        (&DELIVERY, "状態=失敗", &[], "delivery_by_state"),
        (&DELIVERY, "状態=成功", &[], "SEARCH delivery USING INTEGER PRIMARY KEY"),
    ] {
        for order in ["asc", "desc"] {
            let query = query(resource, &format!("{text}&order={order}"), lines);
            let plan = bench.store.database.list_plan(resource, &query).unwrap();
            assert!(plan.contains(step), "{text}\n{plan}");
            assert!(!plan.contains("SCAN call\n") && !plan.contains("SCAN customer\n"), "{plan}");
            // Of one call there are few deliveries to put in order.
            assert!(text.contains("着信記録ID") || !plan.contains("TEMP B-TREE"), "{text}\n{plan}");
        }
    }
}
