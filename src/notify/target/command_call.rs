//! 着信時コマンド呼出: a program of this machine.

use std::path::PathBuf;
use std::time::Duration;

use super::{Attempt, Prepared, Target, other_kind};
use crate::notify::Occasion;
use crate::notify::carrier::Outgoing;
use crate::notify::command;
use crate::notify::http::Answer;
use crate::notify::pace::Window;
use crate::notify::payload::Payload;
use crate::notify::retry::{SendError, Sent};
use crate::resource::Record;
use crate::store::TargetRef;
use crate::template::{Values, render_arguments};

/// Programs of the allowed folders.
pub struct CommandCall;

impl Target for CommandCall {
    fn compose(&self, row: &Record, _occasion: &Occasion<'_>, values: &Values) -> Payload {
        match render_arguments(row.text("arguments"), values) {
            Ok(arguments) => Payload::Command { arguments },
            Err(fault) => {
                log::warn!("{}/{} cannot be rendered: {fault}", row.resource.uri, row.key());
                Payload::Unusable { why: format!("差込に失敗しました({fault})") }
            }
        }
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        _attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let Payload::Command { arguments } = payload else { return Err(other_kind()) };
        let seconds = u64::try_from(row.int("timeout_seconds")).unwrap_or(0).max(1);
        let order = command::Order {
            program: PathBuf::from(row.text("command")),
            arguments: arguments.clone(),
            folder: PathBuf::from(row.text("working_folder")),
            limit: Duration::from_secs(seconds),
        };
        Ok(Prepared { outgoing: Outgoing::Command(order), recipient: String::new() })
    }

    /// Nothing is asked by HTTP here.
    fn classify(&self, _answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        Err(other_kind())
    }

    /// Every call is an event of its own.
    fn may_join(&self) -> bool {
        false
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn windows(&self, _row: &Record) -> Vec<Window> {
        Vec::new()
    }

    fn pace_address(&self, _row: &Record, target: &TargetRef) -> String {
        format!("{}/{}", target.resource, target.id)
    }

    /// 同時実行数.
    fn parallel(&self, row: &Record) -> usize {
        usize::try_from(row.int("max_parallel")).unwrap_or(1).max(1)
    }
}
