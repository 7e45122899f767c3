//! `completions` and `man`, both made from the definitions of the command line.

use std::io;

use super::{Failure, screen};
use crate::config;

/// The program's name in scripts.
const PROGRAM: &str = "smartconnect";

pub(super) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut config::definitions(), PROGRAM, &mut script);
    Ok(screen::show(&script)?)
}

/// One page: every command follows the program itself.
pub(super) fn man() -> Result<(), Failure> {
    let mut page = Vec::new();
    let mut definitions = config::definitions().disable_help_subcommand(true);
    definitions.build();
    clap_mangen::Man::new(definitions.clone()).render(&mut page)?;
    commands_below(&definitions, &mut page)?;
    Ok(screen::show(&page)?)
}

fn commands_below(definitions: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    for command in definitions.get_subcommands() {
        let man = clap_mangen::Man::new(command.clone());
        man.render_name_section(page)?;
        man.render_synopsis_section(page)?;
        man.render_options_section(page)?;
        commands_below(command, page)?;
    }
    Ok(())
}
