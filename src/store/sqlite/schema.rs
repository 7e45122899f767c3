//! From an empty file or an older database to the schema of this program.
//!
//! Invariant: each step is one transaction, and the version is written in the same one.
//! Never: drops or renames anything by itself; that takes a numbered migration.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::codec::bind;
use super::plan::Plans;
use super::tally;
use crate::resource::ddl::{self, Dialect};
use crate::resource::{Draft, Resource, Value, complete};
use crate::store::StoreError;
use crate::store::seal::Seal;

/// Tables and indexes beside the catalogue's; may run on every start.
pub(super) const CORE: &str = include_str!("../../../schema/sqlite/core.sql");

/// Schema version of this program: raised with every numbered migration, and whenever an older
/// program could no longer use the database.
pub(super) const VERSION: u32 = 4;

/// Tells a database of this program from every other (`PRAGMA application_id`): "smct".
pub(super) const APPLICATION_ID: u32 = 0x736d_6374;

/// A change that cannot be told from the catalogue (a rename, a new type). It brings a database
/// of version `to - 1` to version `to`.
pub(super) struct Migration {
    pub(super) to: u32,
    pub(super) sql: &'static str,
}

/// Every migration, oldest first; version 1 is where the history begins.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration { to: 2, sql: include_str!("../../../schema/sqlite/migration-2.sql") },
    Migration { to: 3, sql: include_str!("../../../schema/sqlite/migration-3.sql") },
    Migration { to: 4, sql: include_str!("../../../schema/sqlite/migration-4.sql") },
];

/// Bytes of the database file.
pub(super) fn size(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
    let bytes: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(bytes).unwrap_or_default())
}

/// Refuses a database of another program, and one that a newer program has changed.
pub(super) fn check_version(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let application: u32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != 0 && application != APPLICATION_ID {
        let why = "this is the database of another program: choose another data folder";
        let source = std::io::Error::new(std::io::ErrorKind::InvalidData, why);
        return Err(StoreError::file(path, source));
    }
    let version = version(connection)?;
    if version <= VERSION {
        return Ok(());
    }
    let why = format!(
        "the database has schema version {version}, this program knows {VERSION}: \
         install the newer smartconnect again, or restore a backup from before the update"
    );
    Err(StoreError::file(path, std::io::Error::new(std::io::ErrorKind::InvalidData, why)))
}

pub(super) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Runs the migrations that an older database lacks. A new database needs none: it is made as
/// the catalogue says.
pub(super) fn migrate(
    connection: &mut Connection,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let from = version(connection)?;
    if from == 0 {
        return Ok(());
    }
    for migration in migrations.iter().filter(|migration| migration.to > from) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration.sql)?;
        transaction.pragma_update(None, "user_version", migration.to)?;
        transaction.commit()?;
        log::info!("the database has schema version {} now", migration.to);
    }
    Ok(())
}

/// Creates missing tables (with their first rows), adds missing columns, then everything of
/// `core.sql`; one transaction.
pub(super) fn complete_tables(
    connection: &mut Connection,
    resources: &[&'static Resource],
    plans: &Plans,
    seal: &Seal,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for resource in resources {
        let Some(create) = ddl::create_table(resource, Dialect::Sqlite) else { continue };
        if transaction.table_exists(None, resource.table)? {
            add_columns(&transaction, resource)?;
        } else {
            transaction.execute_batch(&create)?;
            first_rows(&transaction, resource, plans, seal)?;
        }
    }
    transaction.execute_batch(CORE)?;
    tally::complete(&transaction)?;
    let check = seal.check_value()?;
    let sql = "INSERT OR IGNORE INTO meta(name, value) VALUES('key_check', ?1)";
    transaction.execute(sql, [check])?;
    set_header(&transaction, "application_id", APPLICATION_ID)?;
    set_header(&transaction, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// Writes a number of the header where it is another one: a database that needs nothing is not
/// written to, so that the service also starts on a full disk.
fn set_header(connection: &Connection, name: &str, number: u32) -> Result<(), StoreError> {
    let present: u32 = connection.pragma_query_value(None, name, |row| row.get(0))?;
    if present != number {
        connection.pragma_update(None, name, number)?;
    }
    Ok(())
}

fn add_columns(connection: &Connection, resource: &Resource) -> Result<(), StoreError> {
    for column in ddl::columns(resource, Dialect::Sqlite) {
        if !connection.column_exists(None, resource.table, column.name)? {
            connection.execute_batch(&ddl::add_column(resource, &column))?;
            log::info!("column {}.{} added", resource.table, column.name);
        }
    }
    Ok(())
}

fn first_rows(
    connection: &Connection,
    resource: &'static Resource,
    plans: &Plans,
    seal: &Seal,
) -> Result<(), StoreError> {
    for (key, row) in (resource.first_key..).zip(resource.first_rows) {
        let mut draft = Draft::empty(resource);
        for (column, text) in *row {
            let field = resource.index(column).and_then(|index| resource.fields.get(index));
            let value = field.and_then(|field| field.check(text).ok());
            draft.set(column, value.unwrap_or_default());
        }
        let mut record = complete(&draft);
        record.set("id", Value::Int(key));
        let plan = plans.of(resource)?;
        let mut statement = connection.prepare(&plan.insert)?;
        bind(&mut statement, plan, seal, &record)?;
        statement.raw_execute()?;
    }
    Ok(())
}
