//! Older and newer databases.

use rusqlite::Connection;

use super::{Folder, actor, line};
use crate::push::EventKind;
use crate::resource::catalog::{self, CUSTOMER, LINE};
use crate::resource::kind::ColumnType;
use crate::resource::{Draft, Value};
use crate::store::sqlite::schema::{self, Migration};
use crate::store::{Replay, StoreError};

#[test]
fn a_database_of_a_newer_program_is_refused_untouched() {
    let folder = Folder::new();
    drop(folder.open().unwrap());
    folder.raw().pragma_update(None, "user_version", 99).unwrap();
    let Err(StoreError::File { source, .. }) = folder.open() else { panic!("opened") };
    assert!(source.to_string().contains("schema version 99"));
    let version: u32 = folder.raw().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

#[tokio::test]
async fn missing_tables_and_columns_are_added_and_rows_stay() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    database.insert(line("0312345678"), actor()).await.unwrap();
    drop(database);
    let raw = folder.raw();
    raw.execute_batch("ALTER TABLE line DROP COLUMN note; DROP TABLE search_site").unwrap();
    drop(raw);
    let database = folder.open().unwrap();
    let snapshot = database.snapshot();
    let row = snapshot.find(LINE.uri, 1).unwrap();
    assert_eq!((row.text("called_number"), row.text("note")), ("0312345678", ""));
    assert!(!snapshot.of(catalog::SEARCH_SITE.uri).is_empty());
}

#[test]
fn migrations_run_once_in_order_each_with_its_version() {
    let folder = Folder::new();
    drop(folder.open().unwrap());
    let mut raw = folder.raw();
    let steps = [
        Migration { to: schema::VERSION + 1, sql: "ALTER TABLE line RENAME COLUMN note TO remark" },
        Migration {
            to: schema::VERSION + 2,
            sql: "UPDATE meta SET value='3' WHERE name='x'; DROP TABLE nothing",
        },
    ];
    assert!(schema::migrate(&mut raw, &steps).is_err());
    let version = |raw: &Connection| -> u32 {
        raw.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(version(&raw), schema::VERSION + 1);
    assert!(raw.column_exists(None, "line", "remark").unwrap());
    schema::migrate(&mut raw, &steps[..1]).unwrap();
    assert_eq!(version(&raw), schema::VERSION + 1);
}

#[tokio::test]
async fn a_database_of_version_1_is_brought_up_to_date() {
    let folder = Folder::new();
    let mut old = Draft::empty(&CUSTOMER);
    old.set("name", Value::Text("和歌山 花子".into()));
    old.set("phone_1", Value::Text("0731234567".into()));
    folder.open().unwrap().insert(old.clone(), actor()).await.unwrap();
    let raw = folder.raw();
    let texts = CUSTOMER
        .fields
        .iter()
        .filter(|field| field.kind.column_type() == ColumnType::Text && field.default.is_empty());
    let texts: Vec<&str> = texts.map(|field| field.column).collect();
    for column in &texts {
        let sql = format!(
            "UPDATE customer SET \"{column}\"=coalesce(\"{column}\",'');
             ALTER TABLE customer ALTER COLUMN \"{column}\" SET NOT NULL"
        );
        raw.execute_batch(&sql).unwrap();
    }
    raw.execute_batch(
        "CREATE TABLE customer_phone(number TEXT, customer_id INTEGER, slot INTEGER);
         INSERT INTO customer_phone SELECT number, customer_id, slot FROM customer_number;
         DROP TABLE customer_number;
         CREATE TABLE event(id INTEGER, kind TEXT, line INTEGER, json TEXT);
         INSERT INTO event VALUES(1, 'updated', NULL, '{}'), (2, 'ringing', 3, '{}');
         DROP TABLE event_batch;
         DROP TABLE customer_stale; CREATE TABLE customer_stale(id INTEGER PRIMARY KEY);
         INSERT INTO customer_stale VALUES(1); PRAGMA user_version=1",
    )
    .unwrap();
    drop(raw);
    let database = folder.open().unwrap();
    let Replay::Events(events) = database.events_since(0, 9).unwrap() else { panic!("too old") };
    let told: Vec<_> = events.iter().map(|event| (event.id, event.kind, event.line)).collect();
    assert_eq!(told, [(1, EventKind::Updated, None), (2, EventKind::Ringing, Some(3))]);
    assert_eq!(database.insert(old, actor()).await.unwrap(), 2);
    let found = database.foresee("+81731234567", |facts| facts.customers.len()).unwrap();
    assert_eq!(found, 2, "the last nine digits are the same");
    let (mut first, mut second) = (Vec::new(), Vec::new());
    database.row_json(&CUSTOMER, 1, &mut first).unwrap();
    database.row_json(&CUSTOMER, 2, &mut second).unwrap();
    let sql = "SELECT id FROM customer_stale";
    let stale: i64 = folder.raw().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(stale, 1, "what is not in the search index is not forgotten");
    let text = |row: Vec<u8>| String::from_utf8(row).unwrap();
    assert_eq!(text(first).replace("\"1\"", "\"2\""), text(second));
}

#[tokio::test]
async fn rows_whose_texts_were_folded_otherwise_are_indexed_again() {
    let folder = Folder::new();
    let database = folder.open().unwrap();
    for name in ["本町1ー2号", "いすゞ荘", "ローマ亭"] {
        let mut row = Draft::empty(&CUSTOMER);
        row.set("name", Value::Text(name.into()));
        database.insert(row, actor()).await.unwrap();
    }
    drop(database);
    let older = "INSERT INTO customer_gram(rowid, gram) VALUES
        (1, '本 本町 町 町1 1 1ー ー ー2 2 2号 号'), (2, 'イ イス ス スゞ ゞ ゞ荘 荘'), (3, 'ロ ロー ー ーマ マ マ亭 亭');
        UPDATE meta SET value=3 WHERE name='customer_gram'; PRAGMA user_version=3";
    folder.raw().execute_batch(older).unwrap();
    drop(folder.open().unwrap());
    let raw = folder.raw();
    let mut stale = raw.prepare("SELECT id FROM customer_stale").unwrap();
    let stale: rusqlite::Result<Vec<i64>> =
        stale.query_map([], |row| row.get(0)).unwrap().collect();
    assert_eq!(stale.unwrap(), [1, 2]);
}
