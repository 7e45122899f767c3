//! The SQL text of each resource, made once from the catalogue.
//!
//! Invariant: every SELECT of a plan reads the same columns: stored fields in field order, hidden
//! columns; or, where rows are shown, the key and the row as JSON (`shown`).
//! Never: holds a value of a request (values are always bound).

use std::sync::Arc;

use crate::resource::{Field, Kind, Mode, Resource, Source};
use crate::store::StoreError;

/// A field that has a column.
pub(super) struct Stored {
    /// Its place among the fields.
    pub(super) index: usize,
    pub(super) field: &'static Field,
    /// What stands for "no value" in a column of numbers that is NOT NULL; `None` = NULL does.
    pub(super) empty: Option<i64>,
    /// A column of texts in which NULL stands for "no value".
    pub(super) empty_is_null: bool,
}

impl Stored {
    fn new(resource: &Resource, index: usize, field: &'static Field) -> Self {
        let initial = resource.initial.iter().find(|(column, _)| *column == field.column);
        let text = initial.map_or(field.default, |(_, text)| text);
        let empty = match field.kind {
            Kind::Bool => Some(0),
            _ => field.kind.check(text).ok().map(|value| value.int()),
        };
        Self { index, field, empty, empty_is_null: resource.sparse && text.is_empty() }
    }
}

/// The statements of one resource.
pub(super) struct Plan {
    pub(super) resource: &'static Resource,
    /// For each field where its column stands in a SELECT; `None` = it is never stored.
    pub(super) position: Vec<Option<usize>>,
    /// Fields with a column, in the order of the columns.
    pub(super) stored: Vec<Stored>,
    /// Some fields must not be shown as they are stored.
    pub(super) has_masks: bool,
    /// `col, col, …` of every SELECT.
    pub(super) columns: String,
    /// Name of the SQL function that makes JSON of the stored fields' columns.
    pub(super) json: String,
    /// Name of the one that answers the row's tag.
    pub(super) tagged: String,
    /// Makes the view `table_row` of rows through `tagged`.
    pub(super) tagged_view: String,
    /// `key, JSON` of the table `c` of a join.
    pub(super) shown_of_c: String,
    /// One row by key.
    pub(super) one: String,
    /// One row by key: its tag.
    pub(super) one_tagged: String,
    /// `key, JSON` of rows above a key, with a limit.
    pub(super) page: String,
    /// The same without the keys from `?3` to `?4`.
    pub(super) page_around: String,
    /// Every row in key order.
    pub(super) all: String,
    /// A whole row.
    pub(super) insert: String,
    /// One row by key.
    pub(super) delete: String,
    /// Whether a key exists.
    pub(super) exists: String,
    /// Largest key + 1, at least `?1`.
    pub(super) next_key: String,
}

impl Plan {
    fn new(resource: &'static Resource) -> Self {
        let stored: Vec<Stored> = resource
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.mode != Mode::WriteOnly)
            .map(|(index, field)| Stored::new(resource, index, field))
            .collect();
        let mut position = vec![None; resource.fields.len()];
        for (at, stored) in stored.iter().enumerate() {
            if let Some(slot) = position.get_mut(stored.index) {
                *slot = Some(at);
            }
        }
        let names: Vec<String> = stored
            .iter()
            .map(|stored| stored.field.column)
            .chain(resource.hidden.iter().map(|hidden| hidden.column))
            .map(|column| format!("\"{column}\""))
            .collect();
        let columns = names.join(",");
        let shown = names.iter().take(stored.len());
        let (json, tagged) =
            (format!("{}_json", resource.table), format!("{}_tagged", resource.table));
        let arguments = shown.clone().map(String::as_str).collect::<Vec<_>>().join(",");
        let of_c = shown.map(|name| format!("c.{name}")).collect::<Vec<_>>().join(",");
        let keys_and_json = format!("SELECT id, {json}({arguments}) FROM \"{}\"", resource.table);
        let marks: Vec<String> = (1..=names.len()).map(|number| format!("?{number}")).collect();
        let table = resource.table;
        Self {
            resource,
            position,
            has_masks: stored.iter().any(|stored| stored.field.kind.is_masked()),
            stored,
            one: format!("SELECT {columns} FROM \"{table}\" WHERE id=?1"),
            tagged_view: format!(
                "CREATE TEMP VIEW {table}_row AS \
                 SELECT id, {tagged}({arguments}) AS tag FROM main.\"{table}\""
            ),
            one_tagged: format!("SELECT tag FROM {table}_row WHERE id=?1"),
            page: format!("{keys_and_json} WHERE id>?1 ORDER BY id LIMIT ?2"),
            page_around: format!(
                "{keys_and_json} WHERE id>?1 AND id NOT BETWEEN ?3 AND ?4 ORDER BY id LIMIT ?2"
            ),
            all: format!("SELECT {columns} FROM \"{table}\" ORDER BY id"),
            insert: format!("INSERT INTO \"{table}\"({columns}) VALUES({})", marks.join(",")),
            delete: format!("DELETE FROM \"{table}\" WHERE id=?1"),
            exists: format!("SELECT 1 FROM \"{table}\" WHERE id=?1"),
            next_key: format!("SELECT max(coalesce(max(id),0)+1, ?1) FROM \"{table}\""),
            shown_of_c: format!("c.id, {json}({of_c})"),
            columns,
            json,
            tagged,
        }
    }
}

impl Plan {
    /// How many arguments its functions take.
    pub(super) fn arguments(&self) -> i32 {
        i32::try_from(self.stored.len()).unwrap_or(-1)
    }
}

/// The plans of all resources that have a table.
pub(super) struct Plans {
    plans: Vec<Arc<Plan>>,
}

impl Plans {
    pub(super) fn new(resources: &[&'static Resource]) -> Self {
        let stored = resources.iter().filter(|resource| resource.source == Source::Table);
        Self { plans: stored.map(|resource| Arc::new(Plan::new(resource))).collect() }
    }

    /// The plan of a resource; one without a table cannot be served.
    pub(super) fn of(&self, resource: &Resource) -> Result<&Plan, StoreError> {
        self.find(|plan| std::ptr::eq(plan.resource, resource))
    }

    pub(super) fn by_uri(&self, uri: &str) -> Result<&Plan, StoreError> {
        self.find(|plan| plan.resource.uri == uri)
    }

    fn find(&self, fits: impl Fn(&Plan) -> bool) -> Result<&Plan, StoreError> {
        let plan = self.plans.iter().find(|plan| fits(plan));
        plan.map(AsRef::as_ref).ok_or(StoreError::Unavailable)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Plan>> {
        self.plans.iter()
    }
}
