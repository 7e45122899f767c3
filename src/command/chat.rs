//! `chat`: a function of the service behind a target of /Notification-Chat.

use serde_json::Value;

use super::{Failure, screen, texts};
use crate::clock::Clock;
use crate::config::{ChatArguments, Settings};
use crate::notify::{CallFault, Services};
use crate::resource::catalog::CHAT_TARGET;
use crate::store;

/// Prints the service's answer; nothing is written, so a running service is not in the way.
pub(super) fn run(arguments: &ChatArguments, settings: &Settings) -> Result<(), Failure> {
    let given = arguments.arguments.as_deref().map_or(Ok(Value::Null), serde_json::from_str);
    let given = given.map_err(|error| Failure::Usage(texts::no_json(&error)))?;
    let rows = store::rows(&settings.data_dir, &CHAT_TARGET)?;
    let row = rows.iter().find(|row| row.key() == arguments.id);
    let row = row.ok_or_else(|| Failure::Refused(texts::no_such_target(arguments.id)))?;
    let services = Services::new(settings.outbound_deny.clone(), Clock::system())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match runtime.block_on(services.call(row, &arguments.function, given)) {
        Ok(Value::String(text)) => Ok(screen::say(&text)?),
        Ok(answer) => Ok(screen::say(&format!("{answer:#}"))?),
        Err(CallFault::NoSuchFunction(known)) => {
            Err(Failure::Usage(texts::no_such_function(&arguments.function, known)))
        }
        Err(CallFault::Refused(why)) => Err(Failure::Refused(why)),
    }
}
