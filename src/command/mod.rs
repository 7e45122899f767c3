//! What a person starts at a terminal: one file a command.
//!
//! Invariant: a command ends with 0 when it did what was asked, 1 when it could not, 2 when it was
//! asked wrongly. Never: takes a password as an argument, where every process could read it.

mod backup;
mod chat;
mod check;
mod demo;
mod doctor;
mod export;
mod import;
mod interrupt;
mod manual;
mod place;
mod restore;
mod screen;
mod texts;
mod token;
mod user;

use std::process::ExitCode;

use crate::config::{Command, Settings};
use crate::service;
use crate::store::CopyError;

/// It could not do what was asked.
const EXIT_FAILED: u8 = 1;
/// Usage or settings are wrong (cli.md).
const EXIT_USAGE: u8 = 2;

/// Why a command did not do what was asked. Texts are for people.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was typed makes no sense.
    Usage(String),
    /// It could not be done.
    Refused(String),
    /// Anything else, with its causes.
    Other(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    /// What people can mend has a text of its own.
    fn from(error: E) -> Self {
        let error = error.into();
        let told = error.downcast_ref::<CopyError>().and_then(texts::copy_error);
        told.map_or(Self::Other(error), Self::Refused)
    }
}

/// Does what the command line says.
pub fn run(command: Command, settings: Settings) -> ExitCode {
    let done = match command {
        Command::Serve(_) => return serve(settings),
        Command::User(arguments) => user::run(arguments.order, &settings),
        Command::Token(arguments) => token::run(arguments.order, &settings),
        Command::Import(arguments) => import::run(&arguments, &settings),
        Command::Export(arguments) => export::run(&arguments, &settings),
        Command::Backup(arguments) => backup::run(&arguments.file, &settings),
        Command::Restore(arguments) => restore::run(&arguments.file, &settings),
        Command::Check(_) => check::run(&settings),
        Command::Doctor(arguments) => doctor::run(&arguments, &settings),
        Command::Chat(arguments) => chat::run(&arguments, &settings),
        Command::Demo(arguments) => demo::run(&arguments, &settings),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::man(),
    };
    let (code, text) = match done {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Usage(text)) => (EXIT_USAGE, text),
        Err(Failure::Refused(text)) => (EXIT_FAILED, text),
        Err(Failure::Other(error)) => (EXIT_FAILED, texts::failed(&error)),
    };
    eprintln!("smartconnect: {text}");
    ExitCode::from(code)
}

fn serve(settings: Settings) -> ExitCode {
    match service::run(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            log::error!("{}", texts::causes(&fault));
            ExitCode::from(EXIT_FAILED)
        }
    }
}
