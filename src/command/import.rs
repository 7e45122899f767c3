//! `import`.

use std::fs::File;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, place, screen, texts};
use crate::config::{FileFormat, ImportArguments, Imported, Settings};
use crate::control::{Answer, Order};
use crate::transfer::{Format, Hurdle, Step, intake};

/// The bar moves after this many rows.
const STEP_ROWS: i64 = 500;

pub(super) fn run(arguments: &ImportArguments, settings: &Settings) -> Result<(), Failure> {
    let Imported::Customers = arguments.what;
    let file = open(&arguments.file)
        .map_err(|error| Failure::Refused(texts::unreadable(&arguments.file, &error)))?;
    let format = arguments.format.map(|format| match format {
        FileFormat::Csv => Format::Csv,
        FileFormat::Vcard => Format::Vcard,
    });
    let bar = ProgressBar::new_spinner();
    let shown = bar.clone();
    let tell = Box::new(move |step| show(&shown, step));
    let answer = if arguments.dry_run {
        match intake(&file, format, true, tell, |_| Ok::<(), Failure>(())) {
            Ok(summary) => Answer::Imported(summary),
            Err(Hurdle::Faults(faults)) => {
                Answer::Faults(faults.iter().map(ToString::to_string).collect())
            }
            Err(Hurdle::Io(error)) => return Err(error.into()),
            Err(Hurdle::Write(failure)) => return Err(failure),
        }
    } else {
        let bytes = file.metadata().context("the file")?.len();
        let order = Order::ImportCustomers { format, bytes };
        place::carry_out_with(settings, order, Some(file), tell)?
    };
    bar.finish_and_clear();
    match answer {
        Answer::Imported(summary) => Ok(screen::say(&summary)?),
        Answer::Faults(faults) => Err(Failure::Refused(texts::faulty_file(&faults))),
        other => place::settle(other),
    }
}

/// Opens a file that can be read from its beginning twice; what a pipe brings is copied.
fn open(path: &Path) -> io::Result<File> {
    let mut file = File::open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    let mut copy = tempfile::tempfile()?;
    io::copy(&mut file, &mut copy)?;
    Ok(copy)
}

/// Shown on a terminal only.
fn show(bar: &ProgressBar, step: Step) {
    if step.rows() % STEP_ROWS != 0 {
        return;
    }
    if let Step::Written { of, .. } = step
        && bar.length().is_none()
    {
        bar.set_length(of.unsigned_abs());
        let style = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {per_sec}");
        if let Ok(style) = style {
            bar.set_style(style); // else the plain look does as well
        }
    } else if bar.length().is_none() {
        bar.set_message(texts::checking(step.rows()));
    }
    bar.set_position(step.rows().unsigned_abs());
}
