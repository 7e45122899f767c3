//! The terminal: lines out, passwords in.

use std::io::{self, BufRead, IsTerminal, Write};

use super::{Failure, texts};

/// One line on standard output; nobody may be reading it any more.
pub(super) fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// A new password: asked for twice on a terminal, else the first line of standard input.
pub(super) fn new_password() -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password(texts::password())?;
    if password == rpassword::prompt_password(texts::password_again())? {
        Ok(password)
    } else {
        Err(Failure::Usage(texts::passwords_differ()))
    }
}
