//! What stands in the database, and whether it is sound.

use std::path::Path;

use rusqlite::Connection;

use super::{database_of, faults, open_reader};
use crate::resource::catalog::{CUSTOMER, DELIVERY};
use crate::resource::{Record, Resource, Source};
use crate::store::seal::Seal;
use crate::store::sqlite::folder;
use crate::store::sqlite::import;
use crate::store::sqlite::plan::Plans;
use crate::store::sqlite::read;
use crate::store::sqlite::schema;
use crate::store::{CopyError, Inspection, StoreError};

/// Reads a database, also while the service writes; one moment of it.
/// `thorough` = compares every index with its table too.
pub(in crate::store) fn inspect(
    data_dir: &Path,
    resources: &[&'static Resource],
    thorough: bool,
) -> Result<Inspection, CopyError> {
    let path = database_of(data_dir)?;
    let connection = open_reader(&path)?;
    let faults = faults(&connection, !thorough)?;
    if !faults.is_empty() {
        return Err(CopyError::Damaged(faults));
    }
    schema::check_version(&connection, &path)?;
    connection.execute_batch("BEGIN").map_err(StoreError::from)?;
    let mut rows = Vec::new();
    for resource in resources.iter().filter(|resource| resource.source == Source::Table) {
        if connection.table_exists(None, resource.table).map_err(StoreError::from)? {
            rows.push((*resource, count(&connection, resource)?));
        }
    }
    Ok(Inspection {
        size: size(&connection)?,
        version: schema::version(&connection)?,
        rows,
        deliveries: deliveries(&connection)?,
        key: folder::key_state_in(data_dir, &connection)?,
    })
}

/// Bytes of the database with what still stands in its log: the file alone is short while the
/// service writes.
fn size(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
    let bytes: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(bytes).unwrap_or(0))
}

/// Every row of a resource, secrets in clear.
pub(in crate::store) fn rows(
    data_dir: &Path,
    resource: &'static Resource,
) -> Result<Vec<Record>, CopyError> {
    let connection = open_reader(&database_of(data_dir)?)?;
    let seal = Seal::read(&folder::key_file(data_dir))?;
    let plans = Plans::new(&[resource]);
    Ok(read::all(&connection, plans.of(resource)?, &seal)?)
}

/// How many rows a reader sees: those of an unfinished import are none.
fn count(connection: &Connection, resource: &Resource) -> Result<i64, StoreError> {
    let count = |part: &str| -> Result<i64, StoreError> {
        let sql = format!("SELECT count(*) FROM \"{}\" {part}", resource.table);
        Ok(connection.query_row(&sql, [], |row| row.get(0))?)
    };
    let hidden = match *resource == CUSTOMER {
        true => import::unfinished(connection)?,
        false => None,
    };
    match hidden {
        Some((first, last)) => {
            Ok(count("")? - count(&format!("WHERE rowid BETWEEN {first} AND {last}"))?)
        }
        None => count(""),
    }
}

/// How many deliveries stand in each state.
fn deliveries(connection: &Connection) -> Result<Vec<(String, i64)>, StoreError> {
    if !connection.table_exists(None, DELIVERY.table)? {
        return Ok(Vec::new());
    }
    let sql = "SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
