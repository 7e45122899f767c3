//! `demo`: an office to try the console with, and to measure by.

mod calls;
mod dice;
mod names;
mod office;

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

pub(super) use office::CUSTOMERS_MAX;

use super::{Failure, screen, texts};
use crate::clock::{Clock, UnixMs};
use crate::config::{DemoArguments, Settings};
use crate::resource::catalog::LINE;
use crate::store::{self, Filling, StoreError};
use calls::Calls;

/// The bar moves after this many rows.
const STEP: i64 = 1000;
/// Customers were added before the first call.
const ADDED_BEFORE_MS: i64 = 366 * 24 * 60 * 60 * 1000;

pub(super) fn run(arguments: &DemoArguments, settings: &Settings) -> Result<(), Failure> {
    if arguments.customers > CUSTOMERS_MAX {
        return Err(Failure::Usage(texts::too_many_customers(CUSTOMERS_MAX)));
    }
    let clock = Clock::system();
    let now = clock.now();
    let started = Instant::now();
    let bar = bar(arguments.customers + arguments.calls);
    store::fill(&settings.data_dir, clock, |filling| write(arguments, now, filling, &bar))?;
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    Ok(screen::say(&texts::filled(arguments.customers, arguments.calls, seconds))?)
}

fn write(
    arguments: &DemoArguments,
    now: UnixMs,
    filling: &Filling,
    bar: &ProgressBar,
) -> Result<(), StoreError> {
    let DemoArguments { customers, calls, seed, .. } = *arguments;
    let furniture = office::furniture();
    for row in &furniture {
        filling.insert(row)?;
    }
    for index in 0..customers {
        filling.insert(&office::customer(seed, index, now - ADDED_BEFORE_MS))?;
        step(bar, index);
    }
    let lines = furniture.into_iter().filter(|row| *row.resource == LINE).collect();
    let mut made = Calls::new(seed, customers, calls, now, lines);
    for index in 0..calls {
        filling.insert(&made.call(index))?;
        step(bar, index);
    }
    bar.set_message(texts::indexing());
    Ok(())
}

fn step(bar: &ProgressBar, index: i64) {
    if index % STEP == STEP - 1 {
        bar.inc(STEP.unsigned_abs());
    }
}

/// Shown on a terminal only.
fn bar(rows: i64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {per_sec} {msg}");
    let bar = ProgressBar::new(rows.unsigned_abs());
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar, // the plain look does as well
    }
}
