//! The findings, one a line, as they are found.

use crate::command::{Failure, screen, texts};

/// What was found so far.
#[derive(Default)]
pub(super) struct Report {
    faults: usize,
}

impl Report {
    /// In order.
    pub(super) fn good(&mut self, line: &str) -> Result<(), Failure> {
        Ok(screen::say(&format!("[ OK ] {line}"))?)
    }

    /// Worth knowing.
    pub(super) fn notice(&mut self, line: &str) -> Result<(), Failure> {
        Ok(screen::say(&format!("[注意] {line}"))?)
    }

    /// Has to be mended.
    pub(super) fn bad(&mut self, line: &str) -> Result<(), Failure> {
        self.faults += 1;
        Ok(screen::say(&format!("[異常] {line}"))?)
    }

    /// The end: a fault is a failure.
    pub(super) fn end(self) -> Result<(), Failure> {
        if self.faults == 0 {
            Ok(())
        } else {
            Err(Failure::Refused(texts::faults_found(self.faults)))
        }
    }
}
