//! Where an order is carried out: by the running service, or here when none runs.

use std::fs::File;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::{Failure, texts};
use crate::clock::Clock;
use crate::config::Settings;
use crate::control::{self, Answer, Order};
use crate::resource::catalog::USER;
use crate::store::{self, CopyError, Store};
use crate::transfer::Tell;

/// How long a service that starts or stops may take before it is a failure.
const SERVICE_WAIT: Duration = Duration::from_secs(5);
/// How often it is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Has an order carried out by whoever holds the data folder.
pub(super) fn carry_out(settings: &Settings, order: Order) -> Result<Answer, Failure> {
    carry_out_with(settings, order, None, Box::new(|_| ()))
}

/// As `carry_out`, with the file that the order brings; `tell` hears how far it has come.
pub(super) fn carry_out_with(
    settings: &Settings,
    order: Order,
    file: Option<File>,
    mut tell: Tell,
) -> Result<Answer, Failure> {
    let of_old_rows = matches!(order, Order::ListUsers | Order::SetPassword { .. });
    let until = Instant::now() + SERVICE_WAIT;
    loop {
        let asked = control::ask(&settings.data_dir, &order, file.as_ref(), &mut *tell);
        if let Some(answer) = asked.context("the running service")? {
            return Ok(answer);
        }
        if of_old_rows {
            there_is_a_database(settings)?;
        }
        match Store::open(&settings.data_dir, Clock::system(), 1) {
            Ok(store) => return here(&store, order, file, tell),
            // it is being started, or is about to end
            Err(error) if error.is_in_use() && Instant::now() < until => {
                std::thread::sleep(LOOK_AGAIN);
            }
            Err(error) if error.is_in_use() => return Err(Failure::Refused(texts::in_use())),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Opening the store would make one, and the order would speak of an empty folder that somebody
/// mistyped.
fn there_is_a_database(settings: &Settings) -> Result<(), Failure> {
    match store::rows(&settings.data_dir, &USER) {
        Err(error @ CopyError::NothingThere(_)) => Err(error.into()),
        _ => Ok(()),
    }
}

fn here(store: &Store, order: Order, file: Option<File>, tell: Tell) -> Result<Answer, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let answer = control::carry_out(store, order, file, tell).await;
        store.close().await;
        answer
    }))
}

/// What an answer means where nothing but `Done` was hoped for.
pub(super) fn settle(answer: Answer) -> Result<(), Failure> {
    match answer {
        Answer::Done | Answer::Users(_) | Answer::Token(_) | Answer::Imported(_) => Ok(()),
        Answer::Faults(faults) => Err(Failure::Usage(texts::faults(&faults))),
        Answer::Taken(fault) => Err(Failure::Refused(fault)),
        Answer::NoSuchUser => Err(Failure::Refused(texts::no_such_user())),
        Answer::LastAdministrator => Err(Failure::Refused(texts::last_administrator())),
        Answer::Failed(cause) => Err(anyhow::anyhow!(cause).into()),
    }
}
