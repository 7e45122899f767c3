//! `token add`.

use super::{Failure, place, screen, texts};
use crate::config::{Settings, TokenOrder};
use crate::control::{Answer, Order};

/// The token alone goes to standard output, so that a script can keep it.
pub(super) fn run(order: TokenOrder, settings: &Settings) -> Result<(), Failure> {
    let TokenOrder::Add { name, role } = order;
    let answer = place::carry_out(settings, Order::AddToken { name, role })?;
    let Answer::Token(token) = answer else { return place::settle(answer) };
    screen::hand_over(format!("{token}\n").as_bytes())?;
    eprintln!("{}", texts::token_shown_once());
    Ok(())
}
