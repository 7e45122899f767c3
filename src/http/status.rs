//! `GET /CTI_SmartConnectService/Status`: how the service stands, for whoever looks after it.
//!
//! Invariant: costs a bounded time however large the tables are. Never: tells a secret or a path.

use actix_web::HttpResponse;

use super::app::App;
use super::{Refusal, reply};
use crate::clock::{DAY_MS, japan_text};
use crate::resource::catalog::BACKUP;
use crate::resource::status::{Parked, Status};

/// Gathers what is told.
pub(super) async fn show(app: &App) -> Result<HttpResponse, Refusal> {
    let writable = app.readiness.writable(app).await;
    let snapshot = app.store.snapshot();
    let parked = (app.figures)().parked.into_iter().map(|parked| {
        let row = snapshot.find(parked.resource, parked.id);
        let name = row.map_or("", |row| row.text("name")).to_owned();
        Parked { resource: parked.resource, id: parked.id, name, why: parked.why }
    });
    let backups = snapshot.of(BACKUP.uri).iter().map(AsRef::as_ref);
    let last = backups.max_by_key(|row| row.int("last_run_at"));
    let last_backup = last
        .filter(|row| row.int("last_run_at") > 0)
        .map(|row| (japan_text(row.int("last_run_at")), row.text("last_result").to_owned()));
    let standing = app.store.standing(app.clock.now() - DAY_MS)?;
    let status = Status {
        started_at: japan_text(app.started_at),
        writable,
        listener: (app.listener_fault)().unwrap_or_default(),
        calls_waiting: (app.calls_waiting)(),
        clients: app.hub.count(),
        database: standing.bytes,
        free: app.store.free_bytes(),
        deliveries: standing.deliveries,
        parked: parked.collect(),
        admitted: &app.admitted,
        last_backup: last_backup.unwrap_or_default(),
    };
    Ok(reply::json(status.row().to_string()))
}
