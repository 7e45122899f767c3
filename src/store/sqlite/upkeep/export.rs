//! The rows of a table one page after the other, also while the service writes.
//!
//! Invariant: each page is one moment of the database, without the rows of an unfinished import.
//! Never: holds that moment between two pages (it would keep the write-ahead log from being
//! emptied).

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::{database_of, open_reader};
use crate::resource::Resource;
use crate::resource::catalog::CUSTOMER;
use crate::store::seal::Seal;
use crate::store::sqlite::import;
use crate::store::sqlite::plan::Plans;
use crate::store::sqlite::{folder, read, schema, shown};
use crate::store::{CopyError, Page, StoreError};

/// Rows of a page.
const PAGE_ROWS: i64 = 2000;

/// A table half read.
pub struct Export {
    connection: Connection,
    plans: Plans,
    resource: &'static Resource,
    after: i64,
    ended: bool,
}

impl Export {
    /// Starts before the first row.
    pub(in crate::store) fn open(
        data_dir: &Path,
        resource: &'static Resource,
    ) -> Result<Self, CopyError> {
        let path = database_of(data_dir)?;
        let connection = open_reader(&path)?;
        schema::check_version(&connection, &path)?;
        let seal = Arc::new(Seal::read(&folder::key_file(data_dir))?);
        let plans = Plans::new(&[resource]);
        shown::register(&connection, &plans, &seal).map_err(StoreError::from)?;
        Ok(Self { connection, plans, resource, after: 0, ended: false })
    }

    /// How many rows there are, about: others may be writing.
    pub fn rows(&self) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM \"{}\"", self.resource.table);
        let rows: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
        Ok(rows.unsigned_abs())
    }

    /// The next rows as GET shows them; `None` after the last.
    pub fn next_page(&mut self) -> Result<Option<Page>, StoreError> {
        if self.ended {
            return Ok(None);
        }
        let moment = self.connection.unchecked_transaction()?;
        let hidden = match *self.resource == CUSTOMER {
            true => import::unfinished(&moment)?,
            false => None,
        };
        let (first, last) = hidden.unwrap_or((1, 0));
        let plan = self.plans.of(self.resource)?;
        let parameters = (self.after, PAGE_ROWS, first, last);
        let page = read::page(&moment, &plan.page_around, parameters)?;
        drop(moment);
        self.after = page.last_key;
        self.ended = page.rows == 0;
        Ok((!self.ended).then_some(page))
    }
}
