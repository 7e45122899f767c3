//! The terminal: lines out, passwords in.

use std::io::{self, BufRead, IsTerminal, Write};

use super::{Failure, texts};

/// One line on standard output.
pub(super) fn say(line: &str) -> io::Result<()> {
    show(format!("{line}\n").as_bytes())
}

/// Bytes on standard output. Whoever stopped reading (`| head`) has seen enough: no fault.
pub(super) fn show(bytes: &[u8]) -> io::Result<()> {
    match hand_over(bytes) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Bytes on standard output that are lost if nobody reads them.
pub(super) fn hand_over(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
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
