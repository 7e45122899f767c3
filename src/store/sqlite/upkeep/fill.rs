//! Many rows at once into a database that has none.
//!
//! The rows go into a copy beside the database, without journal and indexes, and the finished copy
//! takes the database's place: killed in between, nothing has happened.

use std::path::Path;

use rusqlite::Connection;

use super::{install, open_reader, remove};
use crate::clock::Clock;
use crate::resource::catalog::{API_TOKEN, AUDIT, USER};
use crate::resource::{Record, Resource, Source};
use crate::store::seal::Seal;
use crate::store::sqlite::codec::bind;
use crate::store::sqlite::folder::{FILLING, Folder, open_private};
use crate::store::sqlite::gram::GRAMS;
use crate::store::sqlite::plan::Plans;
use crate::store::sqlite::{Database, customer, schema, tally};
use crate::store::{CopyError, StoreError};

/// Takes the rows of a database that is being filled.
pub struct Filling {
    connection: Connection,
    plans: Plans,
    seal: Seal,
}

impl Filling {
    /// Writes one row with the key it has.
    pub fn insert(&self, record: &Record) -> Result<(), StoreError> {
        let plan = self.plans.of(record.resource)?;
        let mut statement = self.connection.prepare_cached(&plan.insert)?;
        bind(&mut statement, plan, &self.seal, record)?;
        statement.raw_execute()?;
        Ok(())
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch(sql)?)
    }

    /// Takes indexes and triggers away; what they keep is made again in one go, which is faster.
    fn drop_indexes(&self) -> Result<(), StoreError> {
        let sql = "SELECT type, name FROM sqlite_master
                   WHERE type IN ('index', 'trigger') AND sql IS NOT NULL";
        let mut statement = self.connection.prepare(sql)?;
        let names = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        for (kind, name) in names.collect::<Result<Vec<_>, _>>()? {
            self.execute(&format!("DROP {kind} \"{name}\""))?;
        }
        Ok(())
    }

    /// What the store writes beside the rows of customers and calls.
    fn follow(&self) -> Result<(), StoreError> {
        self.execute(schema::CORE)?;
        tally::rebuild(&self.connection)?;
        self.execute(
            "INSERT INTO caller(number, calls, last_call_id)
               SELECT caller_number, count(*), max(id) FROM call
               WHERE caller_number<>'' GROUP BY caller_number",
        )?;
        self.execute(
            "UPDATE customer SET
               call_count=(SELECT count(*) FROM call
                 WHERE customer_id=customer.id AND customer_id<>0),
               last_call_at=(SELECT received_at FROM call
                 WHERE customer_id=customer.id AND customer_id<>0 ORDER BY id DESC LIMIT 1)",
        )?;
        for insert in customer::fill_numbers() {
            self.execute(&insert)?;
        }
        for grams in &GRAMS {
            self.execute("BEGIN IMMEDIATE")?;
            grams.rebuild(&self.connection)?;
            self.execute("COMMIT")?;
        }
        Ok(())
    }
}

/// Fills the database of a data folder that no service has; one with rows is refused. Users,
/// tokens and the audit log may exist and stay.
pub(in crate::store) fn fill(
    data_dir: &Path,
    resources: &[&'static Resource],
    clock: Clock,
    rows: impl FnOnce(&Filling) -> Result<(), StoreError>,
) -> Result<(), CopyError> {
    // makes the database, or brings it up to date
    Database::open(data_dir, resources, clock, 1)?.close();
    let folder = Folder::take(data_dir)?;
    let database = open_reader(&folder.database())?;
    if !is_empty(&database, resources)? {
        return Err(CopyError::NotEmpty);
    }
    let seal = folder.seal(&database)?;
    let draft = data_dir.join(FILLING);
    let Some(name) = draft.to_str() else { return Err(CopyError::Name) };
    open_private(&draft)?;
    database.execute("VACUUM INTO ?1", [name])?;
    drop(database);
    let filled =
        open_draft(&draft, Plans::new(resources), seal).and_then(|filling| write(filling, rows));
    if let Err(error) = filled {
        remove(&draft)?;
        return Err(error.into());
    }
    install(&folder, &draft, None)?;
    Ok(())
}

fn open_draft(draft: &Path, plans: Plans, seal: Seal) -> Result<Filling, StoreError> {
    let connection = Connection::open(draft)?;
    connection.pragma_update(None, "journal_mode", "off")?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    connection.pragma_update(None, "cache_size", -262_144)?;
    Ok(Filling { connection, plans, seal })
}

fn write(
    filling: Filling,
    rows: impl FnOnce(&Filling) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    filling.drop_indexes()?;
    filling.execute("BEGIN IMMEDIATE")?;
    rows(&filling)?;
    filling.execute("COMMIT")?;
    filling.follow()
}

/// No rows but those of people and those that every new database has.
fn is_empty(connection: &Connection, resources: &[&'static Resource]) -> Result<bool, StoreError> {
    let kept = [&USER, &API_TOKEN, &AUDIT];
    for resource in resources {
        let own = resource.source == Source::Table && resource.first_rows.is_empty();
        if own && !kept.contains(resource) {
            let sql = format!("SELECT EXISTS(SELECT 1 FROM \"{}\")", resource.table);
            if connection.query_row(&sql, [], |row| row.get(0))? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}
