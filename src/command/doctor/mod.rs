//! `doctor`: is everything in order for the next call?

mod canary;
mod report;

use crate::call::connections;
use crate::clock::Clock;
use crate::config::{DoctorArguments, Settings, TlsSource};
use crate::http::{Tls, machine_name};
use crate::resource::catalog::{
    CHAT_TARGET, COMMAND_CALL, LINE_TARGET, MAIL_ACCOUNT, SIP_CONNECTION, URL_CALL,
};
use crate::resource::{Record, Resource};
use crate::store::{self, CopyError, KeyState, Snapshot};
use crate::{control, notify, sip};

use super::{Failure, texts};
pub(super) use canary::Step;
use report::Report;

/// Resources whose rows are targets.
const TARGETS: [&Resource; 4] = [&URL_CALL, &LINE_TARGET, &MAIL_ACCOUNT, &CHAT_TARGET];

/// Fails when something would keep calls from being told.
pub(super) fn run(arguments: &DoctorArguments, settings: &Settings) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut report = Report::default();
    report.good(&texts::settings_are_sound(&settings.data_dir))?;
    certificate(&mut report, settings)?;
    let running = control::is_heard(&settings.data_dir);
    if running {
        report.good(&texts::service_runs())?;
    } else {
        report.notice(&texts::service_stands())?;
    }
    if database(&mut report, settings)? {
        runtime.block_on(rows(&mut report, settings, running))?;
    }
    if arguments.call {
        runtime.block_on(canary::call(&mut report, settings))?;
    }
    report.end()
}

/// The operator's certificate; one of the own authority is mended by the service itself.
fn certificate(report: &mut Report, settings: &Settings) -> Result<(), Failure> {
    let TlsSource::Files { certificate, .. } = &settings.tls else { return Ok(()) };
    match Tls::open(settings, &machine_name(), Clock::system()) {
        Ok(_) => report.good(&texts::certificate_is_sound(certificate)),
        Err(error) => report.bad(&texts::certificate_is_not_sound(&error)),
    }
}

/// Whether there are rows to look at.
fn database(report: &mut Report, settings: &Settings) -> Result<bool, Failure> {
    match store::inspect(&settings.data_dir, false) {
        Ok(found) => match found.key {
            KeyState::Fits => {
                report.good(&texts::database_is_sound(&found))?;
                Ok(true)
            }
            KeyState::NotNeeded => Ok(false),
            KeyState::Missing | KeyState::Other => {
                report.bad(&texts::key_does_not_fit())?;
                Ok(false)
            }
        },
        Err(CopyError::NothingThere(_)) => {
            report.notice(&texts::no_database_yet())?;
            Ok(false)
        }
        Err(error) => {
            let text = texts::copy_error(&error).unwrap_or_else(|| texts::failed(&error.into()));
            report.bad(&text)?;
            Ok(false)
        }
    }
}

async fn rows(report: &mut Report, settings: &Settings, running: bool) -> Result<(), Failure> {
    let rows = store::rows(&settings.data_dir, &SIP_CONNECTION)?;
    let mut snapshot = Snapshot::default();
    snapshot.put(SIP_CONNECTION.uri, rows);
    let enabled = connections(&snapshot);
    if enabled.is_empty() {
        report.notice(&texts::no_connection())?;
    }
    for connection in &enabled {
        let Some(row) = snapshot.find(SIP_CONNECTION.uri, connection.id) else { continue };
        let registration = running.then(|| row.text("registration"));
        let probe = sip::probe(connection).await;
        let line = texts::connection(row.text("name"), registration, &probe);
        match probe {
            sip::Probe::Answered { .. } => report.good(&line)?,
            sip::Probe::Silent(_) => report.notice(&line)?,
            sip::Probe::Refused(..) | sip::Probe::Unknown(_) => report.bad(&line)?,
        }
    }
    for resource in TARGETS {
        let rows = store::rows(&settings.data_dir, resource)?;
        for row in rows.iter().filter(|row| row.is("enabled")) {
            target(report, settings, row).await?;
        }
    }
    for row in
        store::rows(&settings.data_dir, &COMMAND_CALL)?.iter().filter(|row| row.is("enabled"))
    {
        let found = notify::may_run(row, &settings.commands_allow);
        let line = texts::program(row.text("name"), found.as_ref().err());
        if found.is_ok() { report.good(&line)? } else { report.bad(&line)? }
    }
    Ok(())
}

async fn target(report: &mut Report, settings: &Settings, row: &Record) -> Result<(), Failure> {
    let reached = notify::reach(row, &settings.outbound_deny).await;
    let line = texts::target(row.resource.title, row.text("name"), &reached);
    match reached {
        notify::Reached::Open(_) => report.good(&line),
        notify::Reached::NotServed => report.notice(&line),
        _ => report.bad(&line),
    }
}
