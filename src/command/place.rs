//! Where an order is carried out: by the running service, or here when none runs.

use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::{Failure, texts};
use crate::clock::Clock;
use crate::config::Settings;
use crate::control::{self, Answer, Order};
use crate::store::Store;

/// How long a service that starts or stops may take before it is a failure.
const SERVICE_WAIT: Duration = Duration::from_secs(5);
/// How often it is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Has an order carried out by whoever holds the data folder.
pub(super) fn carry_out(settings: &Settings, order: Order) -> Result<Answer, Failure> {
    let until = Instant::now() + SERVICE_WAIT;
    loop {
        if let Some(answer) =
            control::ask(&settings.data_dir, &order).context("the running service")?
        {
            return Ok(answer);
        }
        match Store::open(&settings.data_dir, Clock::system(), 1) {
            Ok(store) => return here(&store, order),
            // it is being started, or is about to end
            Err(error) if error.is_in_use() && Instant::now() < until => {
                std::thread::sleep(LOOK_AGAIN);
            }
            Err(error) if error.is_in_use() => return Err(Failure::Refused(texts::in_use())),
            Err(error) => return Err(error.into()),
        }
    }
}

fn here(store: &Store, order: Order) -> Result<Answer, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let answer = control::carry_out(store, order).await;
        store.close().await;
        answer
    }))
}

/// What an answer means where nothing but `Done` was hoped for.
pub(super) fn settle(answer: Answer) -> Result<(), Failure> {
    match answer {
        Answer::Done | Answer::Users(_) | Answer::Token(_) => Ok(()),
        Answer::Faults(faults) => Err(Failure::Usage(texts::faults(&faults))),
        Answer::Taken(fault) => Err(Failure::Refused(fault)),
        Answer::NoSuchUser => Err(Failure::Refused(texts::no_such_user())),
        Answer::LastAdministrator => Err(Failure::Refused(texts::last_administrator())),
        Answer::Failed(cause) => Err(anyhow::anyhow!(cause).into()),
    }
}
