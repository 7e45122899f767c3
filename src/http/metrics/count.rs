//! Requests by route and status.
//!
//! One table a worker thread: counting is one relaxed addition in memory that no other thread
//! writes.
//!
//! Never: allocates, formats or locks while a request is served.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::routes::Route;
use crate::resource::catalog;

/// Statuses that are told apart; the last column is any other.
const STATUSES: [u16; 20] = [
    101, 200, 206, 304, 400, 401, 403, 404, 405, 408, 409, 412, 413, 421, 422, 429, 431, 500, 503,
    504,
];
const COLUMNS: usize = STATUSES.len() + 1;
/// Routes that belong to no resource, in the order of [`fixed`].
const FIXED: [&str; 22] = [
    "other",
    "call-search",
    "caller",
    "import",
    "statistics",
    "order",
    "events",
    "websocket",
    "login",
    "logout",
    "ticket",
    "session",
    "healthz",
    "readyz",
    "metrics",
    "openapi",
    "ca",
    "pages",
    "call",
    "attempts",
    "catalogue",
    "status",
];
const ROWS: usize = FIXED.len() + 2 * catalog::ALL.len();

/// The counts of one worker.
pub(in crate::http) struct Counts(Box<[AtomicU64]>);

/// The tables of all workers.
#[derive(Default)]
pub(in crate::http) struct Tables(Mutex<Vec<Arc<Counts>>>);

impl Counts {
    /// One more answer; `None` = it was refused before its route was known, or has none.
    pub(in crate::http) fn note(&self, route: Option<Route>, status: u16) {
        let known = STATUSES.iter().position(|known| *known == status);
        let column = known.unwrap_or(STATUSES.len());
        if let Some(cell) = self.0.get(row(route) * COLUMNS + column) {
            // Only this thread writes here: no need to lock the cache line.
            cell.store(cell.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        }
    }
}

impl Tables {
    /// The table of a new worker.
    pub(in crate::http) fn add(&self) -> Arc<Counts> {
        let cells = (0..ROWS * COLUMNS).map(|_| AtomicU64::new(0)).collect();
        let counts = Arc::new(Counts(cells));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&counts));
        counts
    }

    /// Calls `each` with route, status (`other` for a rare one) and count, where it is not 0.
    pub(super) fn each(&self, mut each: impl FnMut(&str, &str, u64)) {
        let tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let index = row * COLUMNS + column;
                let cells = tables.iter().filter_map(|table| table.0.get(index));
                let sum: u64 = cells.map(|cell| cell.load(Ordering::Relaxed)).sum();
                if sum > 0 {
                    let status = STATUSES.get(column).map(ToString::to_string);
                    each(&label(row), status.as_deref().unwrap_or("other"), sum);
                }
            }
        }
    }
}

/// The row of a route: the fixed ones, then list and row of each resource.
fn row(route: Option<Route>) -> usize {
    let resource = match route {
        Some(Route::List(resource)) => (resource, 0),
        Some(Route::Row(resource)) => (resource, 1),
        other => return fixed(other),
    };
    let (resource, part) = resource;
    let position = catalog::ALL.iter().position(|known| known.uri == resource.uri);
    position.map_or(0, |position| FIXED.len() + 2 * position + part)
}

/// Index into [`FIXED`].
fn fixed(route: Option<Route>) -> usize {
    match route {
        None | Some(Route::List(_) | Route::Row(_)) => 0,
        Some(Route::CallSearch(_)) => 1,
        Some(Route::Caller) => 2,
        Some(Route::Import(_)) => 3,
        Some(Route::Statistics) => 4,
        Some(Route::Order(..)) => 5,
        Some(Route::Events) => 6,
        Some(Route::WebSocket) => 7,
        Some(Route::LogIn) => 8,
        Some(Route::LogOut) => 9,
        Some(Route::Ticket) => 10,
        Some(Route::Session) => 11,
        Some(Route::Health) => 12,
        Some(Route::Ready) => 13,
        Some(Route::Metrics) => 14,
        Some(Route::OpenApi) => 15,
        Some(Route::Authority) => 16,
        Some(Route::Page(_) | Route::UserPage) => 17,
        Some(Route::Call(_)) => 18,
        Some(Route::Attempts) => 19,
        Some(Route::Catalogue) => 20,
        Some(Route::Status) => 21,
    }
}

fn label(row: usize) -> String {
    if let Some(name) = FIXED.get(row) {
        return (*name).to_owned();
    }
    let of_resource = row - FIXED.len();
    let uri = catalog::ALL.get(of_resource / 2).map_or("", |resource| resource.uri);
    if of_resource.is_multiple_of(2) { uri.to_owned() } else { format!("{uri}/(key)") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::routes::routes;

    #[test]
    fn every_route_has_a_row_and_a_label_of_its_own() {
        let mut labels = std::collections::BTreeMap::new();
        for route in routes() {
            let row = row(Some(route));
            assert!((1..ROWS).contains(&row), "{route:?}");
            let page = matches!(route, Route::Page(_) | Route::UserPage);
            let name = if page { "pages".to_owned() } else { route.example(0) };
            if let Some(other) = labels.insert(label(row), name.clone()) {
                let orders = matches!(route, Route::Order(..) | Route::Call(_));
                assert!(page || orders, "{other} and {name} share a row");
            }
        }
        assert_eq!(label(0), "other");
    }

    #[test]
    fn the_tables_of_all_workers_are_summed() {
        let tables = Tables::default();
        let (one, two) = (tables.add(), tables.add());
        let line = Route::Row(&catalog::LINE);
        one.note(Some(line), 200);
        two.note(Some(line), 200);
        two.note(Some(Route::List(&catalog::LINE)), 200);
        two.note(None, 418);
        let mut seen = Vec::new();
        tables.each(|route, status, count| seen.push(format!("{route} {status} {count}")));
        let expected = ["other other 1", "ContainmentLine 200 1", "ContainmentLine/(key) 200 2"];
        assert_eq!(seen, expected);
    }
}
